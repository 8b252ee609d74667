/* Gatherings in pages, the soonest first: those that everybody may come to, and those of one account. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Area } from '../../kernel/area.ts';
import { decodeCursor, type Page, type PageArguments, toPage } from '../../kernel/page.ts';
import { type Gathering, knownTo, readGatherings } from './gathering.ts';
import { inArea, type SqlPart } from './near.ts';
import { LONGEST_HOURS } from './schedule.ts';

/** More are not told when a subscription begins; nobody has so many who does not call off in a loop. */
const PRESENT_LIMIT = 200;

/** Who reads, and when: gatherings of an officer who is kept apart from the account are not there. */
export interface Reader {
  readonly em: EntityManager;
  readonly accountId: string;
  readonly now: Date;
}

export interface GatheringQuestion {
  readonly area?: Area | undefined;
  readonly hubId?: string | null | undefined;
  /** Only what ends after this instant. */
  readonly from: Date;
}

/** Gatherings that take place. */
export function findGatherings(
  reader: Reader,
  { area, hubId, from }: GatheringQuestion,
  page: PageArguments,
): Promise<Page<Gathering>> {
  const conditions: SqlPart[] = [{ sql: 'g.cancelled_at is null', values: [] }, endingAfter(from)];
  if (hubId) conditions.push({ sql: 'g.hub_id = ?', values: [hubId] });
  if (area) conditions.push(inArea('g', area));
  return pageOfGatherings(reader, conditions, page);
}

/** What the account hosts or has answered, called off or not. */
export function findOwnGatherings(reader: Reader, from: Date, page: PageArguments): Promise<Page<Gathering>> {
  return pageOfGatherings(reader, [ownedBy(reader.accountId), endingAfter(from)], page);
}

/** The same, all that is not over. */
export async function presentGatherings(reader: Reader): Promise<Gathering[]> {
  const { edges } = await findOwnGatherings(reader, reader.now, { first: PRESENT_LIMIT });
  return edges.map(({ node }) => node);
}

/** One gathering, whatever its state; undefined where there is none that the reader may know of. */
export async function findGathering(reader: Reader, id: string): Promise<Gathering | undefined> {
  const { edges } = await pageOfGatherings(reader, [{ sql: 'g.id = ?', values: [id] }], { first: 1 });
  return edges[0]?.node;
}

/** The first condition lets an index on the beginning do: nothing lasts longer than `LONGEST_HOURS`. */
function endingAfter(from: Date): SqlPart {
  const earliestStart = new Date(from.getTime() - LONGEST_HOURS * 3_600_000);
  return { sql: 'g.starts_at > ? and g.ends_at > ?', values: [earliestStart, from] };
}

const ownedBy = (accountId: string): SqlPart => ({
  sql: `g.id in (select gathering_id from connections.gathering_answer where account_id = ?
          union all select id from connections.gathering where host_id = ?)`,
  values: [accountId, accountId],
});

async function pageOfGatherings(
  { em, accountId, now }: Reader,
  asked: readonly SqlPart[],
  page: PageArguments,
): Promise<Page<Gathering>> {
  const conditions = [...asked, knownTo(accountId, now)];
  if (page.after) {
    const values = decodeCursor(page.after, 'instant', 'id');
    conditions.push({ sql: '(g.starts_at, g.id) > (cast(? as timestamptz), cast(? as uuid))', values });
  }
  const rows = await em.execute<{ id: string }[]>(
    `select g.id from connections.gathering g where ${conditions.map(({ sql }) => sql).join(' and ')}
     order by g.starts_at, g.id limit ?`,
    [...conditions.flatMap(({ values }) => values), page.first + 1],
  );
  const gatherings = await readGatherings(
    em,
    rows.map(({ id }) => id),
    accountId,
  );
  return toPage(gatherings, page, ({ startsAt, id }) => [startsAt.toISOString(), id]);
}
