/*
 * What becomes of a claim: the municipality takes the points or does not, the person takes it back, or what was settled is
 * undone. Whether it is in time is decided by the instant of the decision. Nobody decides on a claim
 * of their own, and who issued a fee does not pay it with points.
 */
import type { Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, capture, person, release, reverse } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { refuseFormerMember } from '../membership.ts';
import { announceClaim } from './apply.ts';
import { type ClaimRow, hasLapsed } from './claim.ts';
import { budgetOf, findScheme, levelBudget } from './scheme.ts';

type Decider = Caller & { readonly accountId: string };

async function lockClaim({ em }: UnitOfWork, claimId: string): Promise<ClaimRow> {
  const [row] = await em.execute<ClaimRow[]>('select * from rewards.scheme_claim where id = ? for update', [
    canonicalId(claimId),
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such claim.');
  return row;
}

async function lockForDecision(work: UnitOfWork, decider: Decider, claimId: string): Promise<ClaimRow> {
  const row = await lockClaim(work, claimId);
  await refuseFormerMember(work, decider, 'municipality', row.municipality_id);
  if (row.account_id === decider.accountId) throw new Refusal('FORBIDDEN', 'Somebody else has to decide on this.');
  return row;
}

function refuseUnless(state: ClaimRow['state'], row: ClaimRow, now: Date): void {
  if (hasLapsed(row, now)) {
    throw new Refusal('CLAIM_STATE', `The claim lapsed at ${new Date(row.expires_at).toISOString()}.`);
  }
  if (row.state !== state) throw new Refusal('CLAIM_STATE', `The claim is ${row.state}.`);
}

async function change(
  { em }: UnitOfWork,
  { id }: ClaimRow,
  columns: Readonly<Record<string, unknown>>,
): Promise<ClaimRow> {
  const names = Object.keys(columns);
  const [row] = await em.execute<ClaimRow[]>(
    `update rewards.scheme_claim set ${names.map((name) => `${name} = ?`).join(', ')} where id = ? returning *`,
    [...Object.values(columns), id],
  );
  return row as ClaimRow;
}

/**
 * Takes the held points for the fee, and their value out of the budget, once; again is answered with the claim as it is.
 * @param books what the municipality's own books say of the fee: who issued it, who must not be who pays it, and how much
 * it is, so that nobody has a larger share by naming a larger fee.
 * @throws Refusal NOT_FOUND, FORBIDDEN, SCHEME_UNAVAILABLE while the municipality is suspended, CLAIM_STATE, ACCOUNT_FROZEN.
 */
export async function confirmClaim(
  work: UnitOfWork,
  decider: Decider,
  claimId: string,
  { issuedById, feeCents }: { readonly issuedById?: string | null; readonly feeCents?: number | null } = {},
): Promise<ClaimRow> {
  const row = await lockForDecision(work, decider, claimId);
  if (row.state === 'settled') return row;
  refuseUnless('pending', row, work.now);
  const issuedBy = issuedById ? canonicalId(issuedById) : row.issued_by;
  if (issuedBy === row.account_id) {
    throw new Refusal('FORBIDDEN', 'Who issued a fee does not pay it with points; refuse the claim.');
  }
  if ((feeCents ?? Number(row.fee_cents)) !== Number(row.fee_cents)) {
    throw new Refusal('CLAIM_STATE', `The claim is for a fee of ${row.fee_cents} cents; refuse it.`);
  }
  if ((await findScheme(work.em, row.scheme_id))?.suspended) {
    throw new Refusal('SCHEME_UNAVAILABLE', 'The municipality is suspended.');
  }
  const [points, valueCents] = [Number(row.points), Number(row.value_cents)];
  // The budget before the person, as everywhere.
  const budget = await capture(work, {
    holdId: row.budget_hold_id,
    kind: 'scheme-budget',
    businessKey: `scheme budget ${row.id}`,
    legs: [{ from: budgetOf(row.scheme_id), to: { kind: 'fee', ownerId: row.municipality_id }, amount: valueCents }],
  });
  const paid = await capture(work, {
    holdId: row.points_hold_id,
    kind: 'scheme',
    businessKey: `scheme ${row.id}`,
    legs: [
      { from: person(row.account_id), to: { kind: 'municipality', ownerId: row.municipality_id }, amount: points },
    ],
  });
  const settled = await change(work, row, {
    state: 'settled',
    ended_at: work.now,
    decided_by: decider.accountId,
    issued_by: issuedBy,
    points_transaction_id: paid.id,
    budget_transaction_id: budget.id,
  });
  work.record('scheme.settled', {
    claimId: row.id,
    transactionId: paid.id,
    schemeId: row.scheme_id,
    municipalityId: row.municipality_id,
    accountId: row.account_id,
    points,
    valueCents,
    feeCents: Number(row.fee_cents),
    zipCode: row.zip_code,
    settledAt: work.now.toISOString(),
  });
  announceClaim(work, settled);
  return settled;
}

/** The municipality says no. @throws Refusal NOT_FOUND, FORBIDDEN, CLAIM_STATE. */
export async function refuseClaim(
  work: UnitOfWork,
  decider: Decider,
  claimId: string,
  reason: string,
): Promise<ClaimRow> {
  const row = await lockForDecision(work, decider, claimId);
  if (row.state === 'refused') return row;
  return letGo(work, row, { state: 'refused', decided_by: decider.accountId, reason });
}

/** The person takes a claim back. @throws Refusal NOT_FOUND for others than its owner, CLAIM_STATE. */
export async function withdrawClaim(work: UnitOfWork, accountId: string, claimId: string): Promise<ClaimRow> {
  const row = await lockClaim(work, claimId);
  if (row.account_id !== accountId) throw new Refusal('NOT_FOUND', 'There is no such claim.');
  if (row.state === 'withdrawn') return row;
  return letGo(work, row, { state: 'withdrawn' });
}

async function letGo(work: UnitOfWork, row: ClaimRow, columns: Readonly<Record<string, unknown>>): Promise<ClaimRow> {
  refuseUnless('pending', row, work.now);
  await release(work, { holdId: row.budget_hold_id });
  await release(work, { holdId: row.points_hold_id });
  await levelBudget(work, row.scheme_id);
  const ended = await change(work, row, { ...columns, ended_at: work.now });
  announceChange(work, row.account_id, Number(row.points), PointsReason.FEE);
  announceClaim(work, ended);
  return ended;
}

/**
 * Undoes what was settled, once: the points go back to the person with the end that they had, and their value to the
 * budget. The fee can be claimed for again.
 * @throws Refusal NOT_FOUND, FORBIDDEN, CLAIM_STATE.
 */
export async function reverseClaim(
  work: UnitOfWork,
  decider: Decider,
  claimId: string,
  reason: string,
): Promise<ClaimRow> {
  const row = await lockForDecision(work, decider, claimId);
  if (row.state === 'reversed') return row;
  refuseUnless('settled', row, work.now);
  const { points_transaction_id: paidId, budget_transaction_id: budgetId } = row;
  if (!paidId || !budgetId) throw new Error('a settled claim has its transactions');
  await reverse(work, { businessKey: `scheme budget back ${row.id}`, transactionId: budgetId });
  const back = await reverse(work, { businessKey: `scheme back ${row.id}`, transactionId: paidId });
  await levelBudget(work, row.scheme_id);
  const reversed = await change(work, row, {
    state: 'reversed',
    reversed_at: work.now,
    reversed_by: decider.accountId,
    reason,
  });
  const points = Number(row.points);
  work.record('points.reversed', {
    transactionId: back.id,
    reversesId: paidId,
    accountId: row.account_id,
    points,
    reversedAt: work.now.toISOString(),
  });
  work.record('scheme.reversed', {
    claimId: row.id,
    transactionId: back.id,
    schemeId: row.scheme_id,
    municipalityId: row.municipality_id,
    accountId: row.account_id,
    points,
    valueCents: Number(row.value_cents),
    zipCode: row.zip_code,
    settledAt: new Date(row.ended_at ?? work.now).toISOString(),
    reversedAt: work.now.toISOString(),
  });
  announceChange(work, row.account_id, points, PointsReason.REVERSAL);
  announceClaim(work, reversed);
  return reversed;
}
