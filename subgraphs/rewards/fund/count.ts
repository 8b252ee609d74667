/*
 * The end of a vote: counted once, decided by the rule it was opened with, paid when the time for objections is over. A
 * count is never edited: who decides otherwise (override.ts) adds a decision that everybody can read, and the latest is paid.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { post } from '../ledger/ledger.ts';
import { carryOver, fundAccount, fundChannel, holdFund, payoutAccount } from './fund.ts';
import { settleMonth } from './month-end.ts';
import { FundDecisionGround, type FundRound, findRound, NONE_POSITION } from './round.ts';
import { roundRule } from './rules.ts';
import { divide } from './split.ts';

const DAY_MILLISECONDS = 86_400_000;

interface CountedOption {
  readonly id: string;
  readonly position: number;
  readonly votes: number;
}

export interface Outcome {
  readonly ground: FundDecisionGround;
  /** Above 0 each; they add up to the money. */
  readonly awards: readonly { readonly optionId: string; readonly cents: number }[];
}

/** What a count comes to. @param options all five. */
export function decide(amountCents: number, quorum: number, options: readonly CountedOption[]): Outcome {
  const total = options.reduce((sum, { votes }) => sum + votes, 0);
  const none = options.find(({ position }) => position === NONE_POSITION);
  if (!none) throw new Error('"None of these" is always an option');
  const stays = [{ optionId: none.id, cents: amountCents }];
  // Also where the quorum is met by nobody at all.
  if (total < Math.max(1, quorum)) return { ground: FundDecisionGround.BELOW_QUORUM, awards: stays };
  const most = Math.max(...options.map(({ votes }) => votes));
  const leading = options.filter(({ votes }) => votes === most);
  if (leading.length === 1 && leading[0] === none) return { ground: FundDecisionGround.NONE_OF_THESE, awards: stays };
  const shares = leading.map(({ position }) => ({ id: String(position), weight: 1 }));
  const parts = divide(amountCents, shares);
  return {
    ground: leading.length === 1 ? FundDecisionGround.MAJORITY : FundDecisionGround.TIE,
    awards: leading
      .map(({ id }, index) => ({ optionId: id, cents: parts[index] ?? 0 }))
      .filter(({ cents }) => cents > 0),
  };
}

/** Votes that are over and not counted, and decisions that are due to be paid, the earliest first. */
export async function dueRounds(em: EntityManager, now: Date, limit: number) {
  const ids = async (sql: string) => (await em.execute<{ id: string }[]>(sql, [now, limit])).map(({ id }) => id);
  return {
    toCount: await ids(
      `select id from rewards.fund_round where state = 'open' and closes_at <= ? order by closes_at, id limit ?`,
    ),
    toPay: await ids(
      `select id from rewards.fund_round where state = 'decided' and pays_at <= ? order by pays_at, id limit ?`,
    ),
  };
}

/** When the next of them is due; undefined where none is under way. */
export async function nextRoundEnd(em: EntityManager): Promise<Date | undefined> {
  const [row] = await em.execute<{ at: string | null }[]>(
    `select least((select min(closes_at) from rewards.fund_round where state = 'open'),
       (select min(pays_at) from rewards.fund_round where state = 'decided')) as at`,
  );
  return row?.at ? new Date(row.at) : undefined;
}

/** Counts a vote that is over, once; waits for votes in flight. @returns undefined where that was done before or it is open. */
export async function countRound(work: UnitOfWork, roundId: string): Promise<FundRound | undefined> {
  const { em, now } = work;
  const [held] = await em.execute<{ amount_cents: string; quorum: number; rule_version: number }[]>(
    `select amount_cents, quorum, rule_version from rewards.fund_round
     where id = ? and state = 'open' and closes_at <= ? for update`,
    [roundId, now],
  );
  if (!held) return undefined;
  // Another statement than the lock: it sees the votes that the lock waited for.
  const options = await em.execute<CountedOption[]>(
    `insert into rewards.fund_count (round_id, option_id, votes)
     select o.round_id, o.id, count(v.account_id)
     from rewards.fund_option o left join rewards.fund_vote v on v.round_id = o.round_id and v.option_id = o.id
     where o.round_id = ? group by o.round_id, o.id
     returning option_id as id, votes, (select position from rewards.fund_option p where p.id = option_id) as position`,
    [roundId],
  );
  options.sort((a, b) => a.position - b.position);
  const { objectionDays } = await roundRule(em, held.rule_version);
  await em.execute(
    `update rewards.fund_round set state = 'decided', votes_count = ?, decided_at = ?, pays_at = ? where id = ?`,
    [
      options.reduce((sum, { votes }) => sum + votes, 0),
      now,
      new Date(now.getTime() + objectionDays * DAY_MILLISECONDS),
      roundId,
    ],
  );
  await keepDecision(work, roundId, decide(Number(held.amount_cents), held.quorum, options));
  return tellDecision(work, roundId);
}

/** Adds a decision to a vote, which is valid from now on. @returns its id. */
export async function keepDecision(
  { em, now, newId }: UnitOfWork,
  roundId: string,
  { ground, awards }: Outcome,
  override?: { readonly accountId: string; readonly reason: string },
): Promise<string> {
  const id = newId();
  await em.execute(
    `insert into rewards.fund_decision (id, round_id, number, ground, reason, decided_by, decided_at)
     select ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ? from rewards.fund_decision where round_id = ?`,
    [id, roundId, ground, override?.reason ?? null, override?.accountId ?? null, now, roundId],
  );
  for (const { optionId, cents } of awards) {
    await em.execute('insert into rewards.fund_award values (?, ?, ?)', [id, optionId, cents]);
  }
  return id;
}

interface LatestAward {
  readonly optionId: string;
  readonly position: number;
  readonly cents: number;
}

async function latestAwards(em: EntityManager, roundId: string): Promise<LatestAward[]> {
  const rows = await em.execute<{ option_id: string; position: number; cents: string }[]>(
    `select a.option_id, o.position, a.cents from rewards.fund_award a join rewards.fund_option o on o.id = a.option_id
     where a.decision_id = (select id from rewards.fund_decision where round_id = ? order by number desc limit 1)
     order by o.position`,
    [roundId],
  );
  return rows.map((row) => ({ optionId: row.option_id, position: row.position, cents: Number(row.cents) }));
}

/** Tells what is decided now. @returns the vote as it is. */
export async function tellDecision(work: UnitOfWork, roundId: string): Promise<FundRound> {
  const { em, now } = work;
  const round = (await findRound(em, roundId)) as FundRound;
  const { fundId, zipCode, month } = round;
  const awards = await latestAwards(em, roundId);
  const awardedCents = awards
    .filter(({ position }) => position !== NONE_POSITION)
    .reduce((sum, { cents }) => sum + cents, 0);
  work.record('fund.roundDecided', { roundId, fundId, zipCode, month, awardedCents, decidedAt: now.toISOString() });
  work.announce(fundChannel(zipCode), { zipCode });
  return round;
}

/** Pays by the latest decision, once, when objections are over. @returns undefined where it is not due or was done. */
export async function payOut(work: UnitOfWork, roundId: string): Promise<FundRound | undefined> {
  const { em, now } = work;
  const before = await findRound(em, roundId);
  if (!before) return undefined;
  const fund = await holdFund(em, before.fundId);
  const held = await em.execute<unknown[]>(
    `update rewards.fund_round set state = 'paid', paid_at = ? where id = ? and state = 'decided' and pays_at <= ?
     returning id`,
    [now, roundId, now],
  );
  if (held.length === 0) return undefined;
  await settleMonth(work, before.monthId);
  for (const { optionId, position, cents } of await latestAwards(em, roundId)) {
    if (position === NONE_POSITION) {
      await carryOver(work, fund, cents);
      continue;
    }
    const { id: transactionId } = await post(work, {
      kind: 'fund_payout',
      businessKey: `fund payout ${roundId} ${optionId}`,
      fingerprint: String(cents),
      legs: [{ from: fundAccount(fund.id), to: payoutAccount(fund.id), amount: cents }],
    });
    const { zipCode, month } = before;
    const paidAt = now.toISOString();
    work.record('fund.paidOut', { roundId, optionId, transactionId, fundId: fund.id, zipCode, month, cents, paidAt });
  }
  work.announce(fundChannel(fund.zipCode), { zipCode: fund.zipCode });
  return findRound(em, roundId);
}
