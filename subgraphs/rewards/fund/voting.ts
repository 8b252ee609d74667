/*
 * Opening a vote and voting. Who may vote is fixed when it opens: later moves and later accounts change nothing, and
 * whoever moves votes on the money of one month once. One vote each, because two rows cannot be; until the end it can be
 * changed. Whether it is in time the row's own trigger decides, so that counting waits for votes in flight.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { carryOver, fundChannel, holdFund } from './fund.ts';
import { settleMonth } from './month-end.ts';
import { standing } from './proposal.ts';
import { type FundRound, findRound, NONE_POSITION } from './round.ts';
import { type RoundRule, roundRule } from './rules.ts';

const OPTIONS = 4;
const DAY_MILLISECONDS = 86_400_000;

/** Closed months for which something can be done: four proposals are there, or they have waited long enough. */
export async function waitingMonths(em: EntityManager, now: Date, limit: number): Promise<string[]> {
  const { proposalDays } = await roundRule(em);
  const rows = await em.execute<{ id: string }[]>(
    `select m.id from rewards.fund_month m where m.state = 'closed'
       and not exists (select 1 from rewards.fund_round r where r.month_id = m.id)
       and (m.closed_at <= ? or (select count(*) from rewards.fund_proposal p
         where p.fund_id = m.fund_id and p.approved_at is not null and ${standing}) >= ${OPTIONS})
     order by m.closed_at, m.month, m.id limit ?`,
    [new Date(now.getTime() - proposalDays * DAY_MILLISECONDS), limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Opens the vote on a closed month with the four proposals that were approved first. Where there are no four, the month
 * waits, and when it has waited long enough its money goes into a later one.
 * @returns whether anything was done.
 */
export async function openOrGiveUp(work: UnitOfWork, monthId: string): Promise<boolean> {
  const { em, now } = work;
  const month = await holdWaitingMonth(em, monthId);
  if (!month) return false;
  const rule = await roundRule(em);
  const proposals = await em.execute<{ id: string }[]>(
    `select id from rewards.fund_proposal p where fund_id = ? and approved_at is not null and ${standing}
     order by approved_at, id limit ${OPTIONS} for update`,
    [month.fundId],
  );
  if (proposals.length === OPTIONS) {
    await open(
      work,
      month,
      rule,
      proposals.map(({ id }) => id),
    );
    return true;
  }
  if (givenUpAt(month.closedAt, rule) > now) return false;
  await settleMonth(work, monthId);
  await carryOver(work, await holdFund(em, month.fundId), month.amountCents);
  return true;
}

/** How many approved proposals of each fund stand. */
export async function approvedProposals(em: EntityManager, fundIds: readonly string[]): Promise<number[]> {
  const rows = await em.execute<{ fund_id: string; count: number }[]>(
    `select p.fund_id, count(*)::int as count from rewards.fund_proposal p
     where p.fund_id in (?) and p.approved_at is not null and ${standing} group by p.fund_id`,
    [[...fundIds]],
  );
  const counts = new Map(rows.map(({ fund_id, count }) => [fund_id, count]));
  return fundIds.map((id) => counts.get(id) ?? 0);
}

/** When the money of a month that is closed goes into a later one, where no vote on it was opened. */
export const givenUpAt = (closedAt: Date, { proposalDays }: RoundRule): Date =>
  new Date(closedAt.getTime() + proposalDays * DAY_MILLISECONDS);

/** Opens the vote of a fund that waits for options, where there are four now. */
export async function openWaitingOf(work: UnitOfWork, zipCode: string): Promise<void> {
  const [row] = await work.em.execute<{ id: string }[]>(
    `select m.id from rewards.fund_month m join rewards.fund f on f.id = m.fund_id
     where f.zip_code = ? and m.state = 'closed'
       and not exists (select 1 from rewards.fund_round r where r.month_id = m.id)
     order by m.month limit 1`,
    [zipCode],
  );
  if (row) await openOrGiveUp(work, row.id);
}

/**
 * Opens the vote on a closed month with these proposals, for administrators.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT unless there are four different ones of this fund, FUND_STATE for a month that
 * waits for no vote and for a proposal that is not approved or was voted on.
 */
export async function openRound(work: UnitOfWork, monthId: string, given: readonly string[]): Promise<FundRound> {
  const { em } = work;
  const proposalIds = [...new Set(given.map((id) => id.toLowerCase()))];
  if (proposalIds.length !== OPTIONS || given.length !== OPTIONS) {
    throw new Refusal('BAD_USER_INPUT', `input.proposalIds: name ${OPTIONS} different proposals.`);
  }
  const exists = await em.execute<unknown[]>('select 1 from rewards.fund_month where id = ?', [monthId]);
  if (exists.length === 0) throw new Refusal('NOT_FOUND', 'There is no such month.');
  const month = await holdWaitingMonth(em, monthId);
  if (!month) throw new Refusal('FUND_STATE', 'The month is open, is settled or has a vote.');
  const rows = await em.execute<{ id: string }[]>(
    `select id from rewards.fund_proposal p where fund_id = ? and id in (?) and approved_at is not null and ${standing}
     order by id for update`,
    [month.fundId, proposalIds],
  );
  if (rows.length !== OPTIONS) {
    throw new Refusal('FUND_STATE', 'One of the proposals is of another fund, is not approved, or cannot be voted on.');
  }
  const id = await open(work, month, await roundRule(em), proposalIds);
  return (await findRound(em, id)) as FundRound;
}

interface WaitingMonth {
  readonly id: string;
  readonly fundId: string;
  readonly zipCode: string;
  readonly month: string;
  readonly amountCents: number;
  readonly closedAt: Date;
}

async function holdWaitingMonth(em: EntityManager, monthId: string): Promise<WaitingMonth | undefined> {
  const [of] = await em.execute<{ fund_id: string }[]>('select fund_id from rewards.fund_month where id = ?', [
    monthId,
  ]);
  if (!of) return undefined;
  const fund = await holdFund(em, of.fund_id);
  const [row] = await em.execute<{ month: string; amount_cents: string; closed_at: string }[]>(
    `select month, amount_cents, closed_at from rewards.fund_month m where id = ? and state = 'closed'
       and not exists (select 1 from rewards.fund_round r where r.month_id = m.id) for update`,
    [monthId],
  );
  if (!row) return undefined;
  return {
    id: monthId,
    fundId: fund.id,
    zipCode: fund.zipCode,
    month: row.month,
    amountCents: Number(row.amount_cents),
    closedAt: new Date(row.closed_at),
  };
}

async function open(work: UnitOfWork, month: WaitingMonth, rule: RoundRule, proposalIds: string[]): Promise<string> {
  const { em, now, newId } = work;
  const id = newId();
  const closesAt = new Date(now.getTime() + rule.votingDays * DAY_MILLISECONDS);
  await em.execute(
    `insert into rewards.fund_round (id, fund_id, month_id, amount_cents, rule_version, state, opened_at, closes_at)
     values (?, ?, ?, ?, ?, 'preparing', ?, ?)`,
    [id, month.fundId, month.id, month.amountCents, rule.version, now, closesAt],
  );
  await em.execute(
    `insert into rewards.fund_option (id, round_id, position, proposal_id, title, text, recipient_name, charity_id)
     select w.id, ?, w.position, p.id, p.title, p.text, p.recipient_name, p.charity_id
     from jsonb_to_recordset(?::jsonb) as w(id uuid, position integer, proposal_id uuid)
       join rewards.fund_proposal p on p.id = w.proposal_id`,
    [id, JSON.stringify(proposalIds.map((proposal_id, index) => ({ id: newId(), position: index + 1, proposal_id })))],
  );
  await em.execute(
    `insert into rewards.fund_option (id, round_id, position, title, text)
     values (?, ?, ${NONE_POSITION}, 'None of these', 'The money stays in the fund, for a later vote.')`,
    [newId(), id],
  );
  await em.execute(
    `insert into rewards.fund_eligible (round_id, account_id, month)
     select ?, account_id, ? from rewards.residence where zip_code = ? and declared_at <= ?
     on conflict (account_id, month) do nothing`,
    [id, month.month, month.zipCode, new Date(now.getTime() - rule.residenceDays * DAY_MILLISECONDS)],
  );
  await em.execute(
    `update rewards.fund_round r set state = 'open', eligible_count = e.count,
       quorum = greatest(?, ceil(e.count * ? / 100.0))
     from (select count(*)::integer as count from rewards.fund_eligible where round_id = ?) e where r.id = ?`,
    [rule.quorumVotes, rule.quorumPercent, id, id],
  );
  work.record('fund.roundOpened', {
    roundId: id,
    fundId: month.fundId,
    zipCode: month.zipCode,
    month: month.month,
    fundCents: month.amountCents,
    openedAt: now.toISOString(),
    closesAt: closesAt.toISOString(),
  });
  work.announce(fundChannel(month.zipCode), { zipCode: month.zipCode });
  return id;
}

/**
 * Casts or changes a vote; the same again changes nothing.
 * @throws Refusal NOT_FOUND for a vote or an option that is not there, ROUND_CLOSED, NOT_ELIGIBLE.
 */
export async function castVote(
  work: UnitOfWork,
  accountId: string,
  roundId: string,
  optionId: string,
): Promise<FundRound> {
  const { em, now } = work;
  try {
    await em.execute(
      `insert into rewards.fund_vote (round_id, account_id, option_id, cast_at) values (?, ?, ?, ?)
       on conflict (round_id, account_id) do update set option_id = excluded.option_id, cast_at = excluded.cast_at`,
      [roundId, accountId, optionId, now],
    );
  } catch (error) {
    throw refusalOf(error as { code?: string; constraint?: string });
  }
  return (await findRound(em, roundId)) as FundRound;
}

function refusalOf(error: { readonly code?: string; readonly constraint?: string }): unknown {
  if (error.code === 'HB020') return new Refusal('ROUND_CLOSED');
  if (error.code !== '23503') return error;
  if (error.constraint === 'fund_vote_of_eligible') return new Refusal('NOT_ELIGIBLE');
  return new Refusal('NOT_FOUND', 'The vote has no such option.');
}

/** What this person voted for in each vote, null where they did not. Answers in the order of `roundIds`. */
export async function ownVotes(
  em: EntityManager,
  accountId: string,
  roundIds: readonly string[],
): Promise<(string | null)[]> {
  const rows = await em.execute<{ round_id: string; option_id: string }[]>(
    'select round_id, option_id from rewards.fund_vote where account_id = ? and round_id in (?)',
    [accountId, [...roundIds]],
  );
  const byRound = new Map(rows.map((row) => [row.round_id, row.option_id]));
  return roundIds.map((id) => byRound.get(id) ?? null);
}

/** Whether this person may vote in each. Answers in the order of `roundIds`. */
export async function mayVote(em: EntityManager, accountId: string, roundIds: readonly string[]): Promise<boolean[]> {
  const rows = await em.execute<{ round_id: string }[]>(
    'select round_id from rewards.fund_eligible where account_id = ? and round_id in (?)',
    [accountId, [...roundIds]],
  );
  const eligible = new Set(rows.map((row) => row.round_id));
  return roundIds.map((id) => eligible.has(id));
}
