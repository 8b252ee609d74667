/*
 * The end of a fund's month: its books are closed, what it holds is fixed with a hash of its entries, and people are told.
 * Closing waits for entries in flight; afterwards there are none. What is too little for a vote goes into a later month.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import {
  asMonth,
  carryOver,
  type FundMonth,
  FundMonthState,
  findFund,
  fundChannel,
  holdFund,
  type MonthRow,
} from './fund.ts';
import { roundRule } from './rules.ts';

const HOUR_MILLISECONDS = 3_600_000;

/** What is hashed of the entries of a month `m`: every column that is money or says whose it is, in the order of the ids. */
export const entriesHash = `(select encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', s.id, s.retailer_id,
    s.external_id, s.refunds_id, s.cents, s.fee_cents, s.administration_cents, s.fund_cents), E'\\n' order by s.id), ''),
  'UTF8')), 'hex') from rewards.sale s where s.month_id = m.id)`;

/** Months that are to be closed by now, the earliest first; at most `limit`. */
export async function dueMonths(em: EntityManager, now: Date, limit: number): Promise<string[]> {
  const { graceHours } = await roundRule(em);
  const rows = await em.execute<{ id: string }[]>(
    `select id from rewards.fund_month where state = 'open' and ends_at <= ? order by ends_at, id limit ?`,
    [new Date(now.getTime() - graceHours * HOUR_MILLISECONDS), limit],
  );
  return rows.map(({ id }) => id);
}

/** When the next month is to be closed; undefined where none is open. */
export async function nextMonthEnd(em: EntityManager): Promise<Date | undefined> {
  const { graceHours } = await roundRule(em);
  const [row] = await em.execute<{ ends_at: string | null }[]>(
    `select min(ends_at) as ends_at from rewards.fund_month where state = 'open'`,
  );
  return row?.ends_at ? new Date(new Date(row.ends_at).getTime() + graceHours * HOUR_MILLISECONDS) : undefined;
}

/** Closes a month, once. @returns undefined where that was done before, or an earlier one of its fund is still open. */
export async function closeMonth(work: UnitOfWork, monthId: string): Promise<FundMonth | undefined> {
  const { em, now } = work;
  const [of] = await em.execute<{ fund_id: string }[]>('select fund_id from rewards.fund_month where id = ?', [
    monthId,
  ]);
  if (!of) return undefined;
  const fund = await holdFund(em, of.fund_id);
  const [open] = await em.execute<{ ends_at: string }[]>(
    `select ends_at from rewards.fund_month m where id = ? and state = 'open' and ends_at <= ? and not exists (
       select 1 from rewards.fund_month e where e.fund_id = m.fund_id and e.month < m.month and e.state = 'open')
     for update`,
    [monthId, now],
  );
  if (!open) return undefined;
  // Another statement than the lock: what was entered while this one waited is seen by it.
  const [row] = await em.execute<MonthRow[]>(
    `update rewards.fund_month m set state = 'closed', closed_at = ?, carried_cents = s.carried, entries_cents = s.entries,
       amount_cents = s.carried + s.entries, hash = ${entriesHash}
     from (select ?::bigint as carried,
             coalesce((select sum(fund_cents) from rewards.sale where month_id = ?), 0)::bigint as entries) s
     where m.id = ? returning m.*, ?::text as zip_code`,
    [now, fund.carriedCents, monthId, monthId, fund.zipCode],
  );
  if (!row) throw new Error('A month that is held can be closed');
  await em.execute('update rewards.fund set carried_cents = 0 where id = ?', [fund.id]);
  const month = asMonth(row);
  const fundCents = month.amountCents ?? 0;
  work.record('fund.monthClosed', {
    fundId: fund.id,
    zipCode: fund.zipCode,
    month: month.month,
    fundCents,
    closedAt: now.toISOString(),
  });
  work.announce(fundChannel(fund.zipCode), { zipCode: fund.zipCode });
  const { minimumCents } = await roundRule(em);
  if (fundCents < minimumCents) {
    await settleMonth(work, month.id);
    await carryOver(work, fund, fundCents);
    month.state = FundMonthState.SETTLED;
  }
  return month;
}

/** Nothing more is done with a month's money: it was paid, or carried over. The caller holds the fund. */
export async function settleMonth({ em, now }: UnitOfWork, monthId: string): Promise<void> {
  await em.execute(
    `update rewards.fund_month set state = 'settled', settled_at = ? where id = ? and state = 'closed'`,
    [now, monthId],
  );
}

/**
 * Closes a month that is over without waiting for late entries, for administrators.
 * @throws Refusal NOT_FOUND, FUND_STATE for one that is not over, is closed, or follows one that is open.
 */
export async function closeMonthNow(work: UnitOfWork, zipCode: string, month: string): Promise<FundMonth> {
  const { em, now } = work;
  const fund = await findFund(em, zipCode);
  const [row] = await em.execute<MonthRow[]>('select * from rewards.fund_month where fund_id = ? and month = ?', [
    fund?.id ?? null,
    month,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'The ZIP code has no fund with this month.');
  if (new Date(row.ends_at) > now)
    throw new Refusal('FUND_STATE', `The month ends at ${new Date(row.ends_at).toISOString()}.`);
  const closed = await closeMonth(work, row.id);
  if (!closed) throw new Refusal('FUND_STATE', 'It is closed already, or a month before it is open.');
  return closed;
}
