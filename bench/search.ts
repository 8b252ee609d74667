/*
 * Searching among a million offers through the graph of the catalog, each question beside the same one as SQL by hand that
 * pg sends over one connection to the same server. Answers are compared, times are taken in turn. A quick run has fewer
 * offers, and says how many.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { Client } from 'pg';
import { pino } from 'pino';
import { catalog } from '../subgraphs/catalog/catalog.ts';
import { startEmbeddedPostgres } from '../subgraphs/kernel/embedded-postgres.ts';
import { openTestSubgraph } from '../subgraphs/kernel/testing/harness.ts';
import type { Bench } from './run.ts';
import { answerByHand, type Known } from './search/hand-written.ts';
import { type BenchQuestion, type Kind, kinds, makeQuestions } from './search/questions.ts';
import { fillCatalog, readVocabulary } from './search/stock.ts';

const OPERATION = `query ($search: SearchText, $near: NearInput, $filters: OfferFilterInput, $sort: OfferSortOrder = RELEVANCE) {
  searchOffers(search: $search, near: $near, filters: $filters, sort: $sort) {
    edges { cursor score node { id title pricePoints valueCents retailer { name } } } pageInfo { endCursor hasNextPage } corrected
    FACETS } }`;
const FACETS = `total { count isCapped } facets { categories { counts { label count } } retailers { counts { label count } }
  prices { ranges { least most count } } }`;

interface Taken {
  readonly kind: Kind;
  readonly ours: number;
  readonly byHand: number;
  readonly isSame: boolean;
}

export const bench: Bench = async ({ quick, progress }) => {
  const offers = quick ? 100_000 : 1_000_000;
  const each = quick ? 20 : 100;
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-bench-'));
  const log = pino({ level: 'silent' });
  progress.total(6 + 2 * each * kinds.length);
  progress.now('PostgreSQL');
  const server = await startEmbeddedPostgres({ dataFolder: folder, log, durable: false });
  const client = new Client({ connectionString: server.url });
  try {
    await client.connect();
    const subject = await openTestSubgraph(catalog, { databaseUrl: server.url });
    try {
      progress.step();
      await fillCatalog(server.url, offers, (task) => {
        progress.now(task);
        progress.step();
      });
      const questions = makeQuestions(await readVocabulary(client), each);
      const ask = async ({ kind, variables }: BenchQuestion) => {
        const query = OPERATION.replace('FACETS', kind === 'filters and facets' ? FACETS : '');
        const { data, errors } = await subject.execute(query, variables);
        if (errors) throw new Error(errors[0]?.message);
        return data.searchOffers;
      };
      const taken: Taken[] = [];
      let recalled = 0;
      for (const isWarm of [false, true]) {
        for (const question of questions) {
          progress.now(isWarm ? question.kind : 'warming up');
          const known = await readKnown(client, question, await ask(question), subject.clock.now());
          const start = performance.now();
          const page = await ask(question);
          const middle = performance.now();
          const { ids } = await answerByHand(client, question, known);
          const end = performance.now();
          const oursIds: string[] = page.edges.map(({ node }: { node: { id: string } }) => node.id);
          if (isWarm) {
            taken.push({
              kind: question.kind,
              ours: middle - start,
              byHand: end - middle,
              isSame: `${ids}` === `${oursIds}`,
            });
            if (question.kind === 'typing error' && (await isFound(client, question, oursIds))) recalled++;
          }
          progress.step();
        }
      }
      return summary(taken, offers, recalled / each);
    } finally {
      await subject.close();
    }
  } finally {
    await client.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** What the peer need not find out: read from our answer before the times are taken. */
async function readKnown(
  client: Client,
  { variables }: BenchQuestion,
  // biome-ignore lint/suspicious/noExplicitAny: an answer as the graph gives it
  page: any,
  now: Date,
): Promise<Known> {
  const [, , from = 0, below = 1_024] = decoded(page.pageInfo.endCursor);
  const { rows } = await client.query<{ own: string; own_title: string; word: string; kind: string }>(
    'select own, own_title, word, kind from catalog.search_terms($1)',
    [variables.search ?? ''],
  );
  const block = from > 0 || below < 1_024 ? await blockWords(client, from, below) : [];
  const parts = [...rows.map(({ own }) => `(${own})`), ...block];
  const points: Record<string, number> = { EXACT: 600, PREFIX: 540, TYPO: 420 };
  return {
    words: rows.length > 0 ? parts.join(' & ') : null,
    titles: rows.map(({ own_title }) => own_title),
    plain: rows.map(({ word }) => word).join(' '),
    wordPoints: (points[rows[0]?.kind ?? ''] ?? 0) / Math.max(1, rows.length),
    ...{ from, below, now },
  };
}

/** Of which standings a block is, in the words of the index. */
async function blockWords(client: Client, from: number, below: number): Promise<string[]> {
  const { rows } = await client.query<{ words: string }>(
    `select string_agg(format('%L', word), ' | ') as words from (
       select '#' || at / 64 as word from generate_series($1::int, $2::int - 1, 4) at
       where at / 64 * 64 >= $1 and at / 64 * 64 + 64 <= $2 group by at / 64
       union all
       select '#' || at / 64 || '_' || at % 64 / 4 from generate_series($1::int, $2::int - 1, 4) at
       where at / 64 * 64 < $1 or at / 64 * 64 + 64 > $2) w`,
    [from, below],
  );
  return rows.map(({ words }) => `(${words})`);
}

function decoded(cursor: string | null): (number | undefined)[] {
  return cursor ? JSON.parse(Buffer.from(cursor, 'base64url').toString()) : [];
}

/** Whether one of these offers has the word that was meant. */
async function isFound(client: Client, { words }: BenchQuestion, ids: readonly string[]): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from catalog.offer_search where offer_id = any($1) and words @@ catalog.word_query($2, $3)::tsquery limit 1',
    [ids, words[0], ''],
  );
  return rowCount === 1;
}

function summary(taken: readonly Taken[], offers: number, recall: number) {
  const row = (name: string, among: readonly Taken[]) => {
    const [ours, byHand] = [among.map((each) => each.ours), among.map((each) => each.byHand)];
    return {
      question: name,
      'ours p50 ms': at(ours, 0.5),
      'p95 ms': at(ours, 0.95),
      'by hand p50 ms': at(byHand, 0.5),
      'by hand p95 ms': at(byHand, 0.95),
      'same answer': `${Math.round((100 * among.filter(({ isSame }) => isSame).length) / among.length)} %`,
    };
  };
  const of = (kind: Kind) => taken.filter((each) => each.kind === kind);
  const [ours, byHand] = [taken.map((each) => each.ours), taken.map((each) => each.byHand)];
  return {
    rows: [...kinds.map((kind) => row(kind, of(kind))), row('all', taken)],
    notes: [
      `${offers.toLocaleString('en')} offers, one caller, 20 entries a page, everything of the server's memory warm but its 32 MB of buffers.`,
      'Ours is the graph of the catalog: words understood, block chosen, offers and retailers loaded, scores explained on demand.',
      'By hand is one statement of pg that is told the words and the block; a second one where divisions are asked for. Where a',
      'page of ours takes from two blocks it is told the last: then the answers differ.',
      `Of words with a typing error ${Math.round(recall * 100)} % found what was meant among the first 20.`,
    ],
    figures: {
      timesHandWritten: round2(at(ours, 0.95) / at(byHand, 0.95)),
      p95Milliseconds: round2(at(ours, 0.95)),
      p50Milliseconds: round2(at(ours, 0.5)),
      handWrittenP95Milliseconds: round2(at(byHand, 0.95)),
      timesHandWrittenMedian: round2(at(ours, 0.5) / at(byHand, 0.5)),
      typoRecall: round2(recall),
      sameAnswers: round2(taken.filter(({ isSame }) => isSame).length / taken.length),
      rows: offers,
    },
  };
}

function at(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
