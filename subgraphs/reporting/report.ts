/*
 * Sums of facts by day and place. To administrators all of them are told; to analysts no number of a place that so few
 * happenings made that it could point at a person: it is counted without a place, in the row of its day that has no ZIP
 * code, so that sums stay right. That depends on nothing that is asked for, so no two questions tell more than one.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../kernel/errors.ts';
import type { Fact } from './fact.ts';

const LONGEST_DAYS = 366;
/** Fewer happenings of a kind in a place and day than these are told to analysts without their place. */
export const FEWEST_TOLD = 5;

export interface ReportRange {
  readonly from: string;
  readonly to: string;
  readonly zipCode?: string | null;
}

/** @throws Refusal BAD_USER_INPUT for a range that is none or too long. */
export function refuseWrongRange({ from, to }: ReportRange): void {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  if (days < 1) throw new Refusal('BAD_USER_INPUT', 'to must not be before from.');
  if (days > LONGEST_DAYS) throw new Refusal('BAD_USER_INPUT', `A report covers at most ${LONGEST_DAYS} days.`);
}

/** Columns of a report: its own name -> which facts it sums, and whether it counts them or adds up their points. */
export type Figures<Name extends string> = Readonly<
  Record<Name, { readonly kind: Fact['kind']; readonly of: 'facts' | 'points' }>
>;

export type ReportRow<Name extends string> = { day: string; zipCode: string | null } & Record<Name, number>;

/**
 * The rows of a range, without facts that follow from a connection, a transaction or a voucher that was taken back: told
 * before them or after.
 * @param fewestTold 1 tells everything.
 */
export async function report<Name extends string>(
  em: EntityManager,
  { from, to, zipCode }: ReportRange,
  figures: Figures<Name>,
  fewestTold: number,
): Promise<ReportRow<Name>[]> {
  const columns = Object.entries<Figures<Name>[Name]>(figures).map(([name, { kind, of }]) => {
    return `coalesce(sum(${of}) filter (where kind = '${kind}'), 0)::int as "${name}"`;
  });
  const kinds = Object.values<Figures<Name>[Name]>(figures).map(({ kind }) => kind);
  const asked = zipCode ? [zipCode] : [];
  // Which places are told depends on the others of the day, so the one that is asked for is chosen behind that; where all
  // are told it is looked up alone.
  const [happenedThere, toldThere] = fewestTold > 1 ? [[], asked] : [asked, []];
  return em.execute<ReportRow<Name>[]>(
    `with happened as (
       select kind, day, zip_code, coalesce(connection_id, id) as happening, points from reporting.fact
       where day between ? and ? and kind in (?) ${happenedThere.map(() => 'and zip_code = ?')} and not exists
         (select 1 from reporting.fact taken where taken.kind = 'claw_back' and taken.id = fact.connection_id
          union all select 1 from reporting.fact taken where taken.kind = 'reversal' and taken.id = fact.transaction_id
          union all select 1 from reporting.fact taken where taken.kind = 'refund' and taken.id = fact.id
            and fact.kind in ('spending', 'redemption'))
     ), cell as (
       -- A meeting that both sides earned points by is one happening.
       select kind, day, zip_code, count(distinct happening) as happenings, count(*) as facts, sum(points) as points
       from happened group by kind, day, zip_code
     ), ranked as (
       -- How much is told without a place before this one, were all smaller ones: what has none first, then by size.
       select *, coalesce(sum(happenings) over (partition by kind, day
         order by zip_code is not null, happenings, zip_code rows between unbounded preceding and 1 preceding), 0) as before
       from cell
     ), told as (
       select *, case
         when happenings < ? then null
         -- A row without a place that is itself small would tell of the one place that is missing: the next one joins it.
         when before between 1 and ? then null
         else zip_code end as told_zip
       from ranked
     )
     select to_char(day, 'YYYY-MM-DD') as day, told_zip as "zipCode", ${columns.join(', ')} from told ${toldThere.map(() => 'where told_zip = ?')}
     group by told.day, told_zip order by told.day, told_zip nulls last`,
    [from, to, kinds, ...happenedThere, fewestTold, fewestTold - 1, ...toldThere],
  );
}
