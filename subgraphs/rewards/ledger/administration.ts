/*
 * What administrators do to the books by hand: freeze and unfreeze a person's points, reverse a transaction. Each is a row
 * with the reason, which nobody can change. By hand only what has no way of its own is reversed: a voucher is refunded, a
 * connection taken back, or its rows and the books would tell two stories.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, freeze, person, reverse } from './ledger.ts';
import { announceChange, PointsReason } from './points.ts';

export enum LedgerDecisionKind {
  FREEZE = 'FREEZE',
  UNFREEZE = 'UNFREEZE',
  REVERSAL = 'REVERSAL',
}

registerEnumType(LedgerDecisionKind, {
  name: 'LedgerDecisionKind',
  description: 'What an administrator did to the ledger.',
  valuesConfig: {
    FREEZE: { description: 'The points of a person were frozen.' },
    UNFREEZE: { description: 'The points of a person were unfrozen.' },
    REVERSAL: { description: 'A transaction was undone.' },
  },
});

@ObjectType({ description: 'What an administrator did to the ledger, and why. Only administrators see it.' })
export class LedgerDecision {
  @Field(() => ID, { description: 'The id of the decision.' })
  id!: string;

  @Field(() => LedgerDecisionKind, { description: 'What was done.' })
  kind!: LedgerDecisionKind;

  @Field(() => ID, { nullable: true, description: 'Whose points were frozen or unfrozen.' })
  accountId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The transaction that was undone.' })
  transactionId!: string | null;

  @Field(() => Text, { description: 'Why.' })
  reason!: string;

  @Field(() => ID, { description: 'The account of the administrator.' })
  decidedById!: string;

  @Field(() => DateTime, { description: 'When.' })
  decidedAt!: Date;
}

export const LedgerDecisionPage = pageOf(LedgerDecision);

interface Decision {
  readonly kind: 'freeze' | 'unfreeze' | 'reversal';
  readonly accountId?: string;
  readonly transactionId?: string;
  readonly reason: string;
  readonly decidedBy: string;
}

async function note({ em, now, newId }: UnitOfWork, decision: Decision): Promise<void> {
  const { kind, accountId = null, transactionId = null, reason, decidedBy } = decision;
  await em.execute('insert into rewards.ledger_decision values (?, ?, ?, ?, ?, ?, ?)', [
    newId(),
    kind,
    accountId,
    transactionId,
    reason,
    decidedBy,
    now,
  ]);
}

/** Freezes or unfreezes a person's points. Done before, it is not done nor noted again. */
export async function decideFreeze(
  work: UnitOfWork,
  decidedBy: string,
  givenAccountId: string,
  frozen: boolean,
  reason: string,
): Promise<void> {
  const accountId = canonicalId(givenAccountId);
  if (!(await freeze(work, person(accountId), frozen))) return;
  await note(work, { kind: frozen ? 'freeze' : 'unfreeze', accountId, reason, decidedBy });
}

/**
 * Undoes a transaction that has no way of its own to be undone, once. The same wish again has the same answer.
 * @returns the id of the reversal.
 * @throws Refusal NOT_FOUND, NOT_REVERSIBLE, ALREADY_REVERSED, INSUFFICIENT_POINTS, BUDGET_EXHAUSTED, IDEMPOTENCY_MISMATCH.
 */
export async function decideReversal(
  work: UnitOfWork,
  decidedBy: string,
  wish: { readonly transactionId: string; readonly reason: string; readonly idempotencyKey: string },
): Promise<string> {
  const transactionId = canonicalId(wish.transactionId);
  const [kind] = await work.em.execute<{ by_hand: boolean }[]>(
    `select k.by_hand from rewards.transaction t join rewards.transaction_kind k on k.name = t.kind where t.id = ?`,
    [transactionId],
  );
  if (!kind) throw new Refusal('NOT_FOUND', 'There is no such transaction.');
  if (!kind.by_hand) {
    throw new Refusal(
      'NOT_REVERSIBLE',
      'This has a way of its own: refund the voucher, take the connection or the sale back.',
    );
  }
  const businessKey = `by hand ${decidedBy} ${wish.idempotencyKey}`;
  const { id, fresh } = await reverse(work, { businessKey, transactionId });
  if (!fresh) return id;
  await note(work, { kind: 'reversal', transactionId, reason: wish.reason, decidedBy });
  for (const { accountId, points } of await changes(work.em, id)) {
    work.record('points.reversed', {
      transactionId: id,
      reversesId: transactionId,
      accountId,
      points,
      reversedAt: work.now.toISOString(),
    });
    announceChange(work, accountId, points, PointsReason.REVERSAL);
  }
  return id;
}

/** By how many points a transaction changed the people it concerned. */
async function changes(em: EntityManager, transactionId: string): Promise<{ accountId: string; points: number }[]> {
  const rows = await em.execute<{ owner_id: string; points: string }[]>(
    `select a.owner_id, sum(case when p.credit_id = a.id then p.amount else -p.amount end) as points
     from rewards.posting p join rewards.account a on a.id in (p.debit_id, p.credit_id) and a.kind = 'person'
     where p.transaction_id = ? group by a.owner_id order by a.owner_id`,
    [transactionId],
  );
  return rows.map(({ owner_id, points }) => ({ accountId: owner_id, points: Number(points) }));
}

interface DecisionRow {
  readonly id: string;
  readonly kind: string;
  readonly account_id: string | null;
  readonly transaction_id: string | null;
  readonly reason: string;
  readonly decided_by: string;
  readonly decided_at: Date | string;
}

/** The newest first, behind `after` where it is given. */
export async function ledgerDecisions(
  em: EntityManager,
  limit: number,
  after?: { readonly decidedAt: Date; readonly id: string },
): Promise<LedgerDecision[]> {
  const rows = await em.execute<DecisionRow[]>(
    `select * from rewards.ledger_decision ${after ? 'where (decided_at, id) < (?, ?)' : ''}
     order by decided_at desc, id desc limit ?`,
    [...(after ? [after.decidedAt, after.id] : []), limit],
  );
  return rows.map((row) =>
    Object.assign(new LedgerDecision(), {
      id: row.id,
      kind: row.kind.toUpperCase() as LedgerDecisionKind,
      accountId: row.account_id,
      transactionId: row.transaction_id,
      reason: row.reason,
      decidedById: row.decided_by,
      decidedAt: new Date(row.decided_at),
    }),
  );
}
