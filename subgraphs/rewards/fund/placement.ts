/*
 * Into which month an entry goes: that of its own instant while its books are open, else the month of today. The months
 * that were found stay open until the transaction ends: whoever closes them waits.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type Fund, openFund, openMonths } from './fund.ts';
import { roundRule } from './rules.ts';
import { monthOf } from './time-zone.ts';

const HOUR_MILLISECONDS = 3_600_000;

export interface Entry {
  readonly zipCode: string;
  /** As fundZone gives it. */
  readonly timeZone: string;
  readonly at: Date;
}

export interface PlacedMonth {
  readonly fund: Fund;
  readonly monthId: string;
  readonly month: string;
}

/** Answers in the order of `entries`; makes funds and months where there are none. */
export async function placeInMonths(work: UnitOfWork, entries: readonly Entry[]): Promise<PlacedMonth[]> {
  const { em, now } = work;
  const funds = new Map<string, Fund>();
  const zipCodes = new Map(entries.map(({ zipCode, timeZone }) => [zipCode, timeZone]));
  // In one order, or two reports that make the same funds would wait for each other.
  for (const [zipCode, timeZone] of [...zipCodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    funds.set(zipCode, await openFund(work, zipCode, timeZone));
  }
  const wanted = new Map<string, { fund: Fund; month: string }>();
  for (const { zipCode, at } of entries) {
    const fund = funds.get(zipCode) as Fund;
    for (const instant of [at, now]) {
      const month = monthOf(instant, fund.timeZone);
      wanted.set(`${fund.id} ${month}`, { fund, month });
    }
  }
  const { graceHours } = await roundRule(em);
  const late = new Date(now.getTime() - graceHours * HOUR_MILLISECONDS);
  const current = new Set([...funds.values()].map((fund) => `${fund.id} ${monthOf(now, fund.timeZone)}`));
  // Of a month that is over and was never opened nothing is opened any more.
  await openMonths(
    work,
    [...wanted.values()].filter(({ fund, month }) => !isOver(fund, month, late)),
  );
  const rows = await em.execute<{ id: string; fund_id: string; month: string; state: string; ends_at: string }[]>(
    `select m.* from rewards.fund_month m
     where (m.fund_id, m.month) in (select * from jsonb_to_recordset(?::jsonb) as t(fund_id uuid, month text))
     order by m.id for share`,
    [JSON.stringify([...wanted.values()].map(({ fund, month }) => ({ fund_id: fund.id, month })))],
  );
  // One that is due is left to whoever closes it, or a stream of late entries would keep it open.
  const open = new Map(
    rows
      .filter(
        (row) => row.state === 'open' && (new Date(row.ends_at) > late || current.has(`${row.fund_id} ${row.month}`)),
      )
      .map((row) => [`${row.fund_id} ${row.month}`, row.id]),
  );
  return entries.map(({ zipCode, at }) => {
    const fund = funds.get(zipCode) as Fund;
    for (const instant of [at, now]) {
      const month = monthOf(instant, fund.timeZone);
      const monthId = open.get(`${fund.id} ${month}`);
      if (monthId) return { fund, monthId, month };
    }
    // Another process, whose clock is ahead, has closed the month of now: this one's has only to get there.
    throw new Refusal('UNAVAILABLE', 'The month is being closed; tell it again in a moment.');
  });
}

/** Whether the books of a month are due to be closed at `late`, grace being taken off. */
function isOver(fund: Fund, month: string, late: Date): boolean {
  return month < monthOf(late, fund.timeZone);
}
