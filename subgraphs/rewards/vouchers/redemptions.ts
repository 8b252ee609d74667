/* What a retailer has taken, found by when, where and under which offer: its stock and its books are reckoned from this. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { VoucherRow } from './voucher-state.ts';

export interface RedemptionFilter {
  readonly since?: Date | null | undefined;
  readonly until?: Date | null | undefined;
  readonly terminalId?: string | null | undefined;
  readonly offerId?: string | null | undefined;
  /** The last one of the page before. */
  readonly behind?: { readonly redeemedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** The redemptions of a retailer, the latest first; also those that were taken back later. */
export function redemptionsOf(em: EntityManager, retailerId: string, filter: RedemptionFilter): Promise<VoucherRow[]> {
  const { since, until, terminalId, offerId, behind, limit } = filter;
  const conditions: readonly (readonly [string, readonly unknown[]] | false)[] = [
    ['v.retailer_id = ?', [retailerId]],
    since != null && ['v.redeemed_at >= ?', [since]],
    until != null && ['v.redeemed_at < ?', [until]],
    terminalId != null && ['v.terminal_id = ?', [terminalId]],
    offerId != null && ['v.offer_id = ?', [offerId]],
    behind !== undefined && ['(v.redeemed_at, v.id) < (?, cast(? as uuid))', [behind.redeemedAt, behind.id]],
  ];
  const asked = conditions.filter((condition) => condition !== false);
  return em.execute<VoucherRow[]>(
    `select v.* from rewards.voucher v where v.redeemed_at is not null and ${asked.map(([sql]) => sql).join(' and ')}
     order by v.redeemed_at desc, v.id desc limit ?`,
    [...asked.flatMap(([, values]) => values), limit],
  );
}
