/* How a retailer takes a voucher: once, whoever asks how often. */
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { RedeemedVoucher, Voucher, VoucherStatus } from './voucher.ts';
import { normalizeVoucherCode, type VoucherVault } from './voucher-code.ts';

/**
 * A retailer takes a voucher, once.
 * @throws Refusal VOUCHER_INVALID for a code that no voucher of this retailer has, VOUCHER_REDEEMED, VOUCHER_EXPIRED.
 */
export async function redeemVoucher(
  work: UnitOfWork,
  vault: VoucherVault,
  retailerId: string,
  typedCode: string,
): Promise<RedeemedVoucher> {
  const { em, now } = work;
  const code = normalizeVoucherCode(typedCode);
  if (!code) throw new Refusal('VOUCHER_INVALID', 'That is no code of ours: a symbol is missing or wrong.');
  const digest = vault.digest(code);
  const [taken] = await em.execute<{ id: string; offer_id: string; zip_code: string | null }[]>(
    `update rewards.voucher set redeemed_at = ?
     where code_digest = ? and retailer_id = ? and redeemed_at is null and expires_at > ?
     returning id, offer_id, zip_code`,
    [now, digest, retailerId, now],
  );
  if (!taken) {
    const voucher = await em.findOne(Voucher, { codeDigest: digest, retailerId });
    if (!voucher) throw new Refusal('VOUCHER_INVALID');
    if (!voucher.redeemedAt) throw new Refusal('VOUCHER_EXPIRED');
    throw new Refusal('VOUCHER_REDEEMED', `The voucher was redeemed at ${voucher.redeemedAt.toISOString()}.`);
  }
  work.record('voucher.redeemed', {
    voucherId: taken.id,
    offerId: taken.offer_id,
    retailerId,
    zipCode: taken.zip_code,
    redeemedAt: now.toISOString(),
  });
  return Object.assign(new RedeemedVoucher(), {
    id: taken.id,
    offer: { id: taken.offer_id },
    retailer: { id: retailerId },
    status: VoucherStatus.REDEEMED,
    redeemedAt: now,
  });
}
