/*
 * Deciding otherwise than the count takes two administrators: one proposes where the money goes and why, another one
 * confirms it, and until then nothing has changed. Who proposed and who confirmed stay with the decision. A proposal that
 * nobody confirms before the money is paid comes to nothing.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { keepDecision, tellDecision } from './count.ts';
import { FundDecisionGround, type FundRound, FundRoundState, findRound } from './round.ts';

@ObjectType({
  description: 'A decision other than the count that one administrator proposes and another has not confirmed yet.',
})
export class FundOverride {
  @Field(() => ID, { description: 'The id of the proposal.' })
  id!: string;

  @Field(() => ID, { description: 'Where the money is to go; "none of these" where it is to stay.' })
  optionId!: string;

  @Field(() => Text, { description: 'Why; everybody can read it once it is confirmed.' })
  reason!: string;

  @Field(() => ID, { description: 'The account of the administrator who proposes it.' })
  proposedBy!: string;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  proposedAt!: Date;
}

interface OverrideRow {
  readonly id: string;
  readonly round_id: string;
  readonly option_id: string;
  readonly reason: string;
  readonly state: 'open' | 'confirmed' | 'withdrawn';
  readonly proposed_by: string;
  readonly proposed_at: string;
  readonly ended_by: string | null;
}

interface HeldRound {
  readonly amount_cents: string;
  readonly state: FundRoundState;
  readonly pays_at: string;
}

async function holdRound({ em }: UnitOfWork, roundId: string): Promise<HeldRound | undefined> {
  const [held] = await em.execute<HeldRound[]>(
    'select amount_cents, state, pays_at from rewards.fund_round where id = ? for update',
    [roundId],
  );
  return held;
}

function refuseUnlessDecided({ state, pays_at: paysAt }: HeldRound, now: Date): void {
  if (state === FundRoundState.DECIDED && new Date(paysAt) > now) return;
  throw new Refusal('FUND_STATE', 'Only what was counted and is not yet due to be paid can be decided otherwise.');
}

/**
 * Proposes that all the money goes to one option, or stays in the fund. The same again is the same proposal.
 * @param optionId of "none of these" where it stays.
 * @throws Refusal NOT_FOUND, FUND_STATE for a vote that is open or paid, or while another proposal waits.
 */
export async function proposeOverride(
  work: UnitOfWork,
  accountId: string,
  wish: { readonly roundId: string; readonly optionId: string; readonly reason: string },
): Promise<FundRound> {
  const { em, now } = work;
  const [roundId, optionId] = [canonicalId(wish.roundId), canonicalId(wish.optionId)];
  const held = await holdRound(work, roundId);
  const options = await em.execute<unknown[]>('select 1 from rewards.fund_option where round_id = ? and id = ?', [
    roundId,
    optionId,
  ]);
  if (!held || options.length === 0) throw new Refusal('NOT_FOUND', 'There is no such vote with this option.');
  refuseUnlessDecided(held, now);
  const [open] = await em.execute<OverrideRow[]>(
    "select * from rewards.fund_override where round_id = ? and state = 'open'",
    [roundId],
  );
  const isSame = open?.proposed_by === accountId && open.option_id === optionId && open.reason === wish.reason;
  if (open && !isSame) {
    throw new Refusal('FUND_STATE', 'Another proposal waits: confirm it or withdraw it first.');
  }
  if (!open) {
    await em.execute(
      `insert into rewards.fund_override (id, round_id, option_id, reason, proposed_by, proposed_at)
       values (?, ?, ?, ?, ?, ?)`,
      [work.newId(), roundId, optionId, wish.reason, accountId, now],
    );
  }
  return (await findRound(em, roundId)) as FundRound;
}

/**
 * Makes a proposal of somebody else the decision, once; again by the same administrator changes nothing.
 * @throws Refusal NOT_FOUND, FORBIDDEN for who proposed it, ALREADY_DECIDED, FUND_STATE once the money is due to be paid.
 */
export async function confirmOverride(work: UnitOfWork, accountId: string, overrideId: string): Promise<FundRound> {
  const { em, now } = work;
  const row = await holdOverride(work, overrideId);
  const round = await findRound(em, row.round_id);
  if (row.state === 'confirmed' && row.ended_by === accountId) return round as FundRound;
  if (row.state !== 'open') throw new Refusal('ALREADY_DECIDED');
  if (row.proposed_by === accountId) {
    throw new Refusal('FORBIDDEN', 'Somebody else has to confirm what you propose: ask another administrator.');
  }
  const held = (await holdRound(work, row.round_id)) as HeldRound;
  refuseUnlessDecided(held, now);
  const awards = [{ optionId: row.option_id, cents: Number(held.amount_cents) }];
  const decision = { ground: FundDecisionGround.OVERRIDE, awards };
  const decisionId = await keepDecision(work, row.round_id, decision, { accountId, reason: row.reason });
  await em.execute(
    "update rewards.fund_override set state = 'confirmed', ended_by = ?, ended_at = ?, decision_id = ? where id = ?",
    [accountId, now, decisionId, row.id],
  );
  return tellDecision(work, row.round_id);
}

/** Takes a proposal back, whoever made it; again changes nothing. @throws Refusal NOT_FOUND, ALREADY_DECIDED once confirmed. */
export async function withdrawOverride(work: UnitOfWork, accountId: string, overrideId: string): Promise<FundRound> {
  const { em, now } = work;
  const row = await holdOverride(work, overrideId);
  if (row.state === 'confirmed') throw new Refusal('ALREADY_DECIDED');
  if (row.state === 'open') {
    await em.execute("update rewards.fund_override set state = 'withdrawn', ended_by = ?, ended_at = ? where id = ?", [
      accountId,
      now,
      row.id,
    ]);
  }
  return (await findRound(em, row.round_id)) as FundRound;
}

/** Locks the vote before its proposal, as `proposeOverride` does. @throws Refusal NOT_FOUND. */
async function holdOverride(work: UnitOfWork, overrideId: string): Promise<OverrideRow> {
  const { em } = work;
  const find = () =>
    em.execute<OverrideRow[]>('select * from rewards.fund_override where id = ?', [canonicalId(overrideId)]);
  const [found] = await find();
  if (!found) throw new Refusal('NOT_FOUND', 'There is no such proposal.');
  await holdRound(work, found.round_id);
  const [row] = await find();
  return row as OverrideRow;
}

/** The proposals that wait, of votes whose money is not due yet. Answers in the order of `roundIds`. */
export async function overridesOf(
  em: EntityManager,
  roundIds: readonly string[],
  now: Date,
): Promise<(FundOverride | null)[]> {
  const rows = await em.execute<OverrideRow[]>(
    `select o.* from rewards.fund_override o join rewards.fund_round r on r.id = o.round_id
     where o.round_id in (?) and o.state = 'open' and r.state = 'decided' and r.pays_at > ?`,
    [[...roundIds], now],
  );
  const byRound = new Map(rows.map((row) => [row.round_id, row]));
  return roundIds.map((id) => {
    const row = byRound.get(id);
    if (!row) return null;
    return Object.assign(new FundOverride(), {
      id: row.id,
      optionId: row.option_id,
      reason: row.reason,
      proposedBy: row.proposed_by,
      proposedAt: new Date(row.proposed_at),
    });
  });
}
