/*
 * A ZIP code's fund and its months. A fund comes to be with its first sale, a month with its first entry or with money
 * that an earlier one left over. What a fund holds is in the ledger; here stands to which month it belongs.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Month, ShortText, SignedCents, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import type { LedgerAccount } from '../ledger/ledger.ts';
import { monthAfter, monthOf, monthStart, timeZoneOf } from './time-zone.ts';

export const fundAccount = (ownerId: string): LedgerAccount => ({ kind: 'fund', ownerId });
export const payoutAccount = (ownerId: string): LedgerAccount => ({ kind: 'payout', ownerId });
export const affiliateAccount = (ownerId: string): LedgerAccount => ({ kind: 'affiliate', ownerId });

/** Live: `{ zipCode }` whenever something of a fund changed that people may see. */
export const fundChannel = (zipCode: string): string => `fund:${zipCode}`;
export interface FundMessage {
  readonly zipCode: string;
}

@ObjectType({
  description: 'The community fund of a ZIP code: affiliate fees of its stores, for what its people vote for.',
})
export class Fund {
  @Field(() => ID, { description: 'The id of the fund.' })
  id!: string;

  @Field(() => ZipCode, { description: 'Whose it is.' })
  zipCode!: string;

  @Field(() => ShortText, { description: 'The time zone in which its months begin, by its name in the IANA database.' })
  timeZone!: string;

  @Field(() => SignedCents, { description: 'What earlier months left over: it goes into the next month that closes.' })
  carriedCents!: number;
}

export const FundPage = pageOf(Fund);

export enum FundMonthState {
  OPEN = 'open',
  CLOSED = 'closed',
  SETTLED = 'settled',
}

registerEnumType(FundMonthState, {
  name: 'FundMonthState',
  description: 'How far a month of a fund has come.',
  valuesConfig: {
    OPEN: { description: 'It takes entries.' },
    CLOSED: { description: 'Its money is fixed, and waits for the vote on it or its payment.' },
    SETTLED: { description: 'Its money is paid, or went into a later month. Final.' },
  },
});

@ObjectType({ description: 'A month of a fund.' })
export class FundMonth {
  @Field(() => ID, { description: 'The id of the month of this fund.' })
  id!: string;

  fundId!: string;

  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => Month, { description: 'Which month, in the time zone of the fund.' })
  month!: string;

  @Field(() => DateTime, { description: 'When it began.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it ends: the first instant of the next.' })
  endsAt!: Date;

  @Field(() => FundMonthState, { description: 'How far it has come.' })
  state!: FundMonthState;

  @Field(() => SignedCents, { nullable: true, description: 'What earlier months left to it; null while it is open.' })
  carriedCents!: number | null;

  @Field(() => SignedCents, { nullable: true, description: 'What its own fees brought; null while it is open.' })
  entriesCents!: number | null;

  @Field(() => SignedCents, { nullable: true, description: 'The sum of both; null while it is open.' })
  amountCents!: number | null;

  @Field(() => ShortText, {
    nullable: true,
    description:
      'SHA-256 of its entries, published when it closed: whoever adds one later is found out. Null while it is open.',
  })
  hash!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed.' })
  closedAt!: Date | null;
}

export const FundMonthPage = pageOf(FundMonth);

/** The zone of a ZIP code that can have a fund: one that exists, and no post office of the forces abroad. */
export function fundZone(zipCodes: ZipCodes, zipCode: string): string | undefined {
  return zipCodes.middleOf(zipCode) && timeZoneOf(zipCode);
}

type FundRow = Record<'id' | 'zip_code' | 'time_zone' | 'carried_cents', string>;

const asFund = (row: FundRow): Fund =>
  Object.assign(new Fund(), {
    id: row.id,
    zipCode: row.zip_code,
    timeZone: row.time_zone,
    carriedCents: Number(row.carried_cents),
  });

export async function findFund(em: EntityManager, zipCode: string): Promise<Fund | undefined> {
  const [row] = await em.execute<FundRow[]>('select * from rewards.fund where zip_code = ?', [zipCode]);
  return row && asFund(row);
}

/** The fund of a ZIP code, made where there was none. @param timeZone as fundZone gives it. */
export async function openFund({ em, newId }: UnitOfWork, zipCode: string, timeZone: string): Promise<Fund> {
  const found = await findFund(em, zipCode);
  if (found) return found;
  await em.execute(
    'insert into rewards.fund (id, zip_code, time_zone) values (?, ?, ?) on conflict (zip_code) do nothing',
    [newId(), zipCode, timeZone],
  );
  // Of another transaction, perhaps, which this one waited for.
  return (await findFund(em, zipCode)) as Fund;
}

/** Holds the fund until the transaction ends, against others that close its months or spend from it; not against entries. */
export async function holdFund(em: EntityManager, fundId: string): Promise<Fund> {
  const [row] = await em.execute<FundRow[]>('select * from rewards.fund where id = ? for no key update', [fundId]);
  if (!row) throw new Error('A month and a vote always have a fund');
  return asFund(row);
}

export type MonthRow = Record<
  | 'id'
  | 'fund_id'
  | 'zip_code'
  | 'month'
  | 'starts_at'
  | 'ends_at'
  | 'state'
  | 'carried_cents'
  | 'entries_cents'
  | 'amount_cents'
  | 'hash'
  | 'closed_at',
  string
>;

export function asMonth(row: MonthRow): FundMonth {
  const cents = (text: string | null) => (text === null ? null : Number(text));
  return Object.assign(new FundMonth(), {
    id: row.id,
    fundId: row.fund_id,
    zipCode: row.zip_code,
    month: row.month,
    startsAt: new Date(row.starts_at),
    endsAt: new Date(row.ends_at),
    state: row.state,
    carriedCents: cents(row.carried_cents),
    entriesCents: cents(row.entries_cents),
    amountCents: cents(row.amount_cents),
    hash: row.hash,
    closedAt: row.closed_at ? new Date(row.closed_at) : null,
  });
}

/** The months of these names, made where there were none. */
export async function openMonths(
  { em, newId }: UnitOfWork,
  wanted: readonly { readonly fund: Fund; readonly month: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  const rows = wanted.map(({ fund, month }) => ({
    id: newId(),
    fund_id: fund.id,
    month,
    starts_at: monthStart(month, fund.timeZone),
    ends_at: monthStart(monthAfter(month), fund.timeZone),
  }));
  await em.execute(
    `insert into rewards.fund_month (id, fund_id, month, starts_at, ends_at)
     select * from jsonb_to_recordset(?::jsonb)
       as t(id uuid, fund_id uuid, month text, starts_at timestamptz, ends_at timestamptz)
     order by fund_id, month on conflict (fund_id, month) do nothing`,
    [JSON.stringify(rows)],
  );
}

/** Leaves money to the next month that closes; the caller holds the fund. */
export async function carryOver(work: UnitOfWork, fund: Fund, cents: number): Promise<void> {
  if (cents === 0) return;
  await work.em.execute('update rewards.fund set carried_cents = carried_cents + ? where id = ?', [cents, fund.id]);
  await openMonths(work, [{ fund, month: monthOf(work.now, fund.timeZone) }]);
}

/** The months of a fund before one of them, the latest first. */
export async function monthsOf(
  em: EntityManager,
  zipCode: string,
  limit: number,
  before?: string,
): Promise<FundMonth[]> {
  const rows = await em.execute<MonthRow[]>(
    `select m.*, f.zip_code from rewards.fund_month m join rewards.fund f on f.id = m.fund_id
     where f.zip_code = ? and (?::text is null or m.month < ?::text) order by m.month desc limit ?`,
    [zipCode, before ?? null, before ?? null, limit],
  );
  return rows.map(asMonth);
}

/** Closed months without a vote behind a place in the list, those that have waited longest first. */
export async function waitingForOptions(
  em: EntityManager,
  limit: number,
  behind?: { readonly closedAt: Date; readonly id: string },
): Promise<FundMonth[]> {
  const rows = await em.execute<MonthRow[]>(
    `select m.*, f.zip_code from rewards.fund_month m join rewards.fund f on f.id = m.fund_id
     where m.state = 'closed' and not exists (select 1 from rewards.fund_round r where r.month_id = m.id)
       and (?::uuid is null or (m.closed_at, m.id) > (?::timestamptz, ?::uuid)) order by m.closed_at, m.id limit ?`,
    [behind?.id ?? null, behind?.closedAt ?? null, behind?.id ?? null, limit],
  );
  return rows.map(asMonth);
}

/** The funds behind a ZIP code, by ZIP code. */
export async function fundsAfter(em: EntityManager, limit: number, zipCode?: string): Promise<Fund[]> {
  const rows = await em.execute<FundRow[]>(
    'select * from rewards.fund where ?::text is null or zip_code > ?::text order by zip_code limit ?',
    [zipCode ?? null, zipCode ?? null, limit],
  );
  return rows.map(asFund);
}

/** The ZIP codes of a municipality behind one of them, each with its fund where there is one. */
export async function fundsOfMunicipality(
  em: EntityManager,
  municipalityId: string,
  limit: number,
  behind?: string,
): Promise<{ zipCode: string; fund: Fund | null }[]> {
  const rows = await em.execute<(Omit<FundRow, 'id'> & { id: string | null })[]>(
    `select f.id, z.zip_code, f.time_zone, f.carried_cents
     from rewards.municipality m cross join lateral (select distinct unnest(m.zip_codes) as zip_code) z
       left join rewards.fund f on f.zip_code = z.zip_code
     where m.id = ? and (?::text is null or z.zip_code > ?::text) order by z.zip_code limit ?`,
    [municipalityId, behind ?? null, behind ?? null, limit],
  );
  return rows.map(({ id, ...row }) => ({ zipCode: row.zip_code, fund: id === null ? null : asFund({ ...row, id }) }));
}

/** All that is in a fund, from its months: the audit proves that the ledger says the same. */
export async function balanceOfFund(em: EntityManager, fundId: string): Promise<number> {
  const [row] = await em.execute<{ cents: string }[]>(
    `select f.carried_cents
       + coalesce((select sum(m.amount_cents) from rewards.fund_month m where m.fund_id = f.id and m.state = 'closed'), 0)
       + coalesce((select sum(s.fund_cents) from rewards.fund_month m join rewards.sale s on s.month_id = m.id
                   where m.fund_id = f.id and m.state = 'open'), 0) as cents
     from rewards.fund f where f.id = ?`,
    [fundId],
  );
  return Number(row?.cents ?? 0);
}
