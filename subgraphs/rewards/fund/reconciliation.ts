/*
 * A retailer's own list of a month's sales beside our books: what agrees, what is missing on which side, what differs.
 * Nothing is changed by it; the report stays, with the hash of the file that it was made from.
 */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import papaparse from 'papaparse';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Month, ShortText, SignedCents } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** A file of more lines is refused: it is to be told in parts, by month. */
const LINES = 20_000;
/** Differences that are kept; whoever has more has another list than ours. */
const DIFFERENCES_KEPT = 10_000;
/** The longest external id that a report of sales can have. */
const LONGEST_ID = 80;
const LARGEST_CENTS = 100_000_000;

export enum DifferenceKind {
  MISSING_HERE = 'missing_here',
  MISSING_THERE = 'missing_there',
  AMOUNT_DIFFERS = 'amount_differs',
  OTHER_MONTH = 'other_month',
  DUPLICATE_ID = 'duplicate_id',
  UNREADABLE = 'unreadable',
}

registerEnumType(DifferenceKind, {
  name: 'DifferenceKind',
  description: 'How a row of a list and our books disagree.',
  valuesConfig: {
    MISSING_HERE: { description: 'The list has it, our books do not in any month.' },
    MISSING_THERE: { description: 'Our books of the month have it, the list does not.' },
    AMOUNT_DIFFERS: { description: 'Both have it with different amounts.' },
    OTHER_MONTH: { description: 'The list has it, our books have it in another month.' },
    DUPLICATE_ID: { description: 'The list has the id more than once; its first row was compared.' },
    UNREADABLE: { description: 'The row has no id or no amount that can be read.' },
  },
});

@ObjectType({ description: 'A disagreement between a list and our books.' })
export class ReconciliationDifference {
  @Field(() => Int, { description: 'Its place in the report, from 1.' })
  number!: number;

  @Field(() => DifferenceKind, { description: 'What it is.' })
  kind!: DifferenceKind;

  @Field(() => Int, {
    nullable: true,
    description: 'The line of the list, the header being 1; null where it has none.',
  })
  line!: number | null;

  @Field(() => ShortText, { nullable: true, description: 'The external id; null where it cannot be read.' })
  externalId!: string | null;

  @Field(() => SignedCents, { nullable: true, description: 'The amount in our books; null where there is none.' })
  ourCents!: number | null;

  @Field(() => SignedCents, { nullable: true, description: 'The amount in the list; null where there is none.' })
  theirCents!: number | null;
}

export const ReconciliationDifferencePage = pageOf(ReconciliationDifference);

@ObjectType({ description: 'How many differences of a kind a report has.' })
export class DifferenceCount {
  @Field(() => DifferenceKind, { description: 'The kind.' })
  kind!: DifferenceKind;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType({ description: "A retailer's own list of a month's sales, compared with our books." })
export class Reconciliation {
  @Field(() => ID, { description: 'The id of the report.' })
  id!: string;

  retailerId!: string;

  @Field(() => Month, { description: 'The month.' })
  month!: string;

  @Field(() => ShortText, { description: 'SHA-256 of the list in UTF-8.' })
  fileSha256!: string;

  @Field(() => DateTime, {
    description: 'When it was compared; our books may have changed since, the report does not.',
  })
  madeAt!: Date;

  @Field(() => Int, { description: 'How many rows the list has.' })
  rowCount!: number;

  @Field(() => Int, { description: 'How many of them agree with our books.' })
  matchingCount!: number;

  @Field(() => SignedCents, { description: 'The sum in our books of the month.' })
  ourCents!: number;

  @Field(() => SignedCents, { description: 'The sum of the list, every id once.' })
  theirCents!: number;

  @Field(() => [DifferenceCount], { description: 'How many differences there are, by kind; none where all agrees.' })
  differenceCounts!: DifferenceCount[];
}

export const ReconciliationPage = pageOf(Reconciliation);

interface ListedSale {
  readonly line: number;
  readonly external_id: string | null;
  readonly cents: number | null;
}

/**
 * Compares a list with the books of a month and keeps the report.
 * @param file text with a header line that names `external_id` (or `receipt`, `id`) and `cents` or `amount` (dollars).
 * @throws Refusal IMPORT_UNREADABLE for what is no such list, LIMIT_REACHED for one that differs in more than 10,000 rows.
 */
export async function reconcile(
  work: UnitOfWork,
  retailerId: string,
  month: string,
  file: string,
  madeBy: string | null,
): Promise<Reconciliation> {
  const { em, now, newId } = work;
  const listed = readList(file);
  const first = new Map<string, ListedSale>();
  const differences: Record<string, unknown>[] = [];
  for (const row of listed) {
    const { line, external_id, cents } = row;
    if (external_id === null || cents === null) {
      differences.push({ kind: DifferenceKind.UNREADABLE, line, external_id, their_cents: cents });
    } else if (first.has(external_id)) {
      differences.push({ kind: DifferenceKind.DUPLICATE_ID, line, external_id, their_cents: cents });
    } else first.set(external_id, row);
  }
  const theirs = [...first.values()];
  const compared = await em.execute<
    { kind: DifferenceKind | null; line: number; external_id: string; our_cents: string; their_cents: string }[]
  >(
    `select t.line, coalesce(t.external_id, o.external_id) as external_id, coalesce(o.cents, e.cents) as our_cents,
       t.cents as their_cents, case when o.id is null and e.id is not null then 'other_month'
         when o.id is null then 'missing_here' when t.line is null then 'missing_there' else 'amount_differs' end as kind
     from jsonb_to_recordset(?::jsonb) as t(line integer, external_id text, cents bigint)
       full join (select * from rewards.sale where retailer_id = ? and month = ?) o on o.external_id = t.external_id
       left join rewards.sale e on o.id is null and e.retailer_id = ? and e.external_id = t.external_id
     where t.cents is distinct from o.cents order by t.line nulls last, o.id limit ?`,
    [JSON.stringify(theirs), retailerId, month, retailerId, DIFFERENCES_KEPT + 1],
  );
  const all = [...differences, ...compared];
  if (all.length > DIFFERENCES_KEPT) {
    throw new Refusal('LIMIT_REACHED', `The list differs from our books in more than ${DIFFERENCES_KEPT} rows.`);
  }
  const [ours] = await em.execute<{ cents: string }[]>(
    'select coalesce(sum(cents), 0) as cents from rewards.sale where retailer_id = ? and month = ?',
    [retailerId, month],
  );
  const differing = compared.filter(({ kind }) => kind !== DifferenceKind.MISSING_THERE).length;
  const id = newId();
  await em.execute('insert into rewards.reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    id,
    retailerId,
    month,
    createHash('sha256').update(file).digest('hex'),
    madeBy,
    now,
    listed.length,
    theirs.length - differing,
    ours?.cents ?? 0,
    theirs.reduce((sum, { cents }) => sum + (cents ?? 0), 0),
  ]);
  await em.execute(
    `insert into rewards.reconciliation_difference
     select ?, row_number() over (), d.* from jsonb_to_recordset(?::jsonb)
       as d(kind text, line integer, external_id text, our_cents bigint, their_cents bigint)`,
    [id, JSON.stringify(all)],
  );
  return (await findReconciliation(em, id)) as Reconciliation;
}

const ID_COLUMNS = ['external_id', 'externalid', 'receipt', 'id'];
const named = (header: readonly string[], names: readonly string[]) =>
  header.findIndex((name) =>
    names.includes(
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    ),
  );

/** @throws Refusal IMPORT_UNREADABLE. */
export function readList(file: string): ListedSale[] {
  const text = file.startsWith('\ufeff') ? file.slice(1) : file;
  const { data, errors } = papaparse.parse<string[]>(text, { skipEmptyLines: 'greedy', preview: LINES + 2 });
  if (errors.some(({ type }) => type === 'Quotes')) {
    throw new Refusal('IMPORT_UNREADABLE', `A quotation mark is missing near line ${(errors[0]?.row ?? 0) + 1}.`);
  }
  const [header = [], ...rows] = data;
  const idAt = named(header, ID_COLUMNS);
  const centsAt = named(header, ['cents']);
  const dollarsAt = named(header, ['amount', 'dollars']);
  if (idAt < 0 || (centsAt < 0 && dollarsAt < 0)) {
    throw new Refusal(
      'IMPORT_UNREADABLE',
      'The first line must name a column external_id, and one that is cents or amount.',
    );
  }
  if (rows.length > LINES) throw new Refusal('IMPORT_UNREADABLE', `The list has more than ${LINES} rows.`);
  return rows.map((row, index) => ({
    line: index + 2,
    external_id: idOf(row[idAt]),
    cents: centsAt >= 0 ? wholeCents(row[centsAt]) : centsOfDollars(row[dollarsAt]),
  }));
}

/** Our own files put an apostrophe before what a spreadsheet would take for a formula. */
function idOf(cell = ''): string | null {
  const text = cell.replace(/^'(?=[=+\-@])/, '').trim();
  return text && text.length <= LONGEST_ID && !/[\p{Cc}\p{Cs}]/u.test(text) ? text : null;
}

function wholeCents(cell = ''): number | null {
  return /^\s*[+-]?\d{1,12}\s*$/.test(cell) ? bounded(Number(cell)) : null;
}

/** Dollars with at most two decimals, as `1,234.50` and `$5` too; by its digits, so that no binary fraction is rounded. */
function centsOfDollars(cell = ''): number | null {
  const match = /^\s*([+-]?)\s*\$?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(cell);
  if (!match) return null;
  const [, sign, whole = '', part = ''] = match;
  const cents = Number(whole.replaceAll(',', '')) * 100 + Number(part.padEnd(2, '0'));
  return bounded(sign === '-' ? -cents : cents);
}

const bounded = (cents: number): number | null => (Math.abs(cents) <= LARGEST_CENTS ? cents + 0 : null);

interface ReconciliationRow {
  readonly id: string;
  readonly retailer_id: string;
  readonly month: string;
  readonly file_sha256: string;
  readonly made_at: string;
  readonly row_count: number;
  readonly matching_count: number;
  readonly our_cents: string;
  readonly their_cents: string;
  readonly counts: DifferenceCount[] | null;
}

const columns = `r.*, (select jsonb_agg(jsonb_build_object('kind', c.kind, 'count', c.count) order by c.kind)
  from (select d.kind, count(*) from rewards.reconciliation_difference d where d.reconciliation_id = r.id group by 1) c) as counts`;

const asReconciliation = (row: ReconciliationRow): Reconciliation =>
  Object.assign(new Reconciliation(), {
    id: row.id,
    retailerId: row.retailer_id,
    month: row.month,
    fileSha256: row.file_sha256,
    madeAt: new Date(row.made_at),
    rowCount: row.row_count,
    matchingCount: row.matching_count,
    ourCents: Number(row.our_cents),
    theirCents: Number(row.their_cents),
    differenceCounts: row.counts ?? [],
  });

export async function findReconciliation(em: EntityManager, id: string): Promise<Reconciliation | undefined> {
  const [row] = await em.execute<ReconciliationRow[]>(`select ${columns} from rewards.reconciliation r where id = ?`, [
    id,
  ]);
  return row && asReconciliation(row);
}

/** The reports of a retailer behind a place in the list, the latest first. */
export async function reconciliationsOf(
  em: EntityManager,
  retailerId: string,
  limit: number,
  behind?: { readonly madeAt: Date; readonly id: string },
): Promise<Reconciliation[]> {
  const rows = await em.execute<ReconciliationRow[]>(
    `select ${columns} from rewards.reconciliation r where retailer_id = ?
       and (?::uuid is null or (made_at, id) < (?::timestamptz, ?::uuid)) order by made_at desc, id desc limit ?`,
    [retailerId, behind?.id ?? null, behind?.madeAt ?? null, behind?.id ?? null, limit],
  );
  return rows.map(asReconciliation);
}

export async function differencesOf(
  em: EntityManager,
  reconciliationId: string,
  limit: number,
  behind = 0,
): Promise<ReconciliationDifference[]> {
  const rows = await em.execute<
    {
      number: number;
      kind: DifferenceKind;
      line: number | null;
      external_id: string | null;
      our_cents: string | null;
      their_cents: string | null;
    }[]
  >(
    'select * from rewards.reconciliation_difference where reconciliation_id = ? and number > ? order by number limit ?',
    [reconciliationId, behind, limit],
  );
  const cents = (text: string | null) => (text === null ? null : Number(text));
  return rows.map((row) =>
    Object.assign(new ReconciliationDifference(), {
      number: row.number,
      kind: row.kind,
      line: row.line,
      externalId: row.external_id,
      ourCents: cents(row.our_cents),
      theirCents: cents(row.their_cents),
    }),
  );
}
