/*
 * What a retailer has taken, found by when, where and under which offer; and what is left of its offers, counted from the
 * vouchers themselves.
 */
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

export interface StockRow {
  readonly offer_id: string;
  readonly version: number;
  readonly stock: number | null;
  readonly remaining: number | null;
  readonly open: string;
  readonly redeemed: string;
}

/** The offers of a retailer by id, each with what became of its vouchers; those that are closed too. */
export function stockOf(
  em: EntityManager,
  retailerId: string,
  { behind, limit }: { readonly behind?: string | undefined; readonly limit: number },
): Promise<StockRow[]> {
  return em.execute<StockRow[]>(
    // What is null, greatest passes over: no limit would be none left.
    `select o.id as offer_id, o.version, o.stock, c.open, c.redeemed,
       case when o.stock is not null then greatest(o.stock - o.issued, 0) end as remaining
     from rewards.offer o, lateral (
       select count(*) filter (where v.state in ('issued', 'held')) as open,
         count(*) filter (where v.state = 'redeemed') as redeemed
       from rewards.voucher v where v.offer_id = o.id
     ) c
     where o.retailer_id = ? ${behind ? 'and o.id > cast(? as uuid)' : ''} order by o.id limit ?`,
    [retailerId, ...(behind ? [behind] : []), limit],
  );
}
