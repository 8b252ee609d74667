/* How facts of other domains become rows: one per fact, whatever order and however often they are told. Days are UTC. */
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

export interface Fact {
  readonly kind:
    | 'connection'
    | 'claw_back'
    | 'award'
    | 'spending'
    | 'redemption'
    | 'donation'
    /** A municipality took points for its part of a fee. */
    | 'fee'
    /** A transaction was taken back: `id` is its own. */
    | 'reversal'
    /** The points of a voucher went back: `id` is the voucher's. */
    | 'refund';
  /** The fact's own id in its domain: a second telling is the same row. */
  readonly id: string;
  /** Which part of that fact, where it concerns several people: the side one takes, never who it is. */
  readonly part?: string;
  readonly happenedAt: string;
  readonly zipCode: string | null;
  readonly points?: number;
  /** The connection it follows from: what is taken back with that does not count. */
  readonly connectionId?: string;
  /** The transaction that moved the points: once that is reversed, it does not count. */
  readonly transactionId?: string;
}

export async function recordFact(
  { em }: UnitOfWork,
  { kind, id, part, happenedAt, zipCode, points, connectionId, transactionId }: Fact,
): Promise<void> {
  await em.execute(
    `insert into reporting.fact (kind, id, part, day, zip_code, points, connection_id, transaction_id)
     values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    [kind, id, part ?? '', happenedAt.slice(0, 10), zipCode, points ?? 0, connectionId ?? null, transactionId ?? null],
  );
}
