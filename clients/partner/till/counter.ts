/*
 * What happens to a voucher at this till, whatever the network does: held and taken with one, checked and written down
 * without. Each way ends in something that can be shown to the person behind the counter.
 */
import type { OfflineTill, TillFault } from '../offline-till.ts';
import { type Hold, type Partner, PartnerError } from '../partner.ts';
import { faultOf, looksLikeToken, verifyToken } from '../token.ts';

/** A voucher that can be taken now. */
export type Ready =
  | {
      readonly kind: 'held';
      readonly hold: Hold;
      readonly name: VoucherText;
      /** By the clock of this device, so that a wrong one shows no wrong time. */
      readonly until: number;
    }
  | { readonly kind: 'offline'; readonly name: VoucherText; readonly valueCents: number };

export type Outcome =
  | {
      readonly kind: 'taken';
      readonly valueCents: number;
      readonly title: string | undefined;
      readonly isOffline: boolean;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly retryAfterSeconds: number | undefined }
  /** Nobody knows whether it is taken; asking again tells. */
  | { readonly kind: 'unsure'; readonly ready: Ready };

/** Codes of the API, and of a till without a network. */
export type RefusalCode = TillFault | 'NEEDS_NETWORK' | (string & {});

export type VoucherText =
  | { readonly code: string; readonly token?: never }
  | { readonly token: string; readonly code?: never };

const HOLD_SECONDS = 120;

/** As it was scanned or typed: of a token nothing but the line's end is dropped, and its letters are capitals. */
export function voucherText(written: string): VoucherText {
  const line = written.replace(/[\r\n\t]+/g, '');
  return looksLikeToken(line) ? { token: line.toUpperCase() } : { code: line.trim() };
}

const refused = (code: string, retryAfterSeconds?: number): Outcome => ({ kind: 'refused', code, retryAfterSeconds });

/** Looks whether a voucher can be taken and, with a network, keeps it for this sale. */
export async function lookAt(
  name: VoucherText,
  { partner, till }: { readonly partner: Partner; readonly till: OfflineTill },
): Promise<Ready | Outcome> {
  const known = name.token === undefined ? undefined : await certainFault(name.token, partner, till);
  if (known) return refused(known);
  try {
    const hold = await partner.holdVoucher(name, { seconds: HOLD_SECONDS, terminalId: till.status.terminalId ?? null });
    return { kind: 'held', hold, name, until: performance.now() + HOLD_SECONDS * 1000 };
  } catch (error) {
    if (!(error instanceof PartnerError)) throw error;
    if (!error.isUncertain) return refused(error.code, error.retryAfterSeconds);
  }
  if (name.token === undefined) return refused('NEEDS_NETWORK');
  if (!till.status.terminalId) return refused('TILL_UNKNOWN');
  const { fault, claims } = await till.check(name.token);
  return fault ? refused(fault) : { kind: 'offline', name, valueCents: claims.valueCents };
}

/** What is wrong with a genuine token beyond doubt: nobody has to be asked, and no guess is counted against the shop. */
async function certainFault(token: string, partner: Partner, till: OfflineTill): Promise<string | undefined> {
  const claims = await verifyToken(token, till.keys);
  const retailerId = claims && (await partner.retailerId().catch(() => undefined));
  const fault = retailerId && (await faultOf(claims, retailerId));
  // The clock of a till may be slow, and the system knows better what was issued.
  return fault && fault !== 'NOT_YET_ISSUED' ? fault : undefined;
}

/** Takes what was looked at. After `unsure` call it again with what that holds. */
export async function take(
  ready: Ready,
  { partner, till }: { readonly partner: Partner; readonly till: OfflineTill },
): Promise<Outcome> {
  if (ready.kind === 'offline') {
    const { fault, claims } = await till.take(ready.name.token ?? '');
    if (fault) return refused(fault);
    return { kind: 'taken', valueCents: claims.valueCents, title: undefined, isOffline: true };
  }
  const { hold, name } = ready;
  try {
    const { valueCents, offer } = await partner.captureVoucher(hold.id);
    return { kind: 'taken', valueCents, title: offer?.title, isOffline: false };
  } catch (error) {
    if (!(error instanceof PartnerError)) throw error;
    if (!error.isUncertain) return refused(error.code, error.retryAfterSeconds);
  }
  const taken = name.token === undefined ? undefined : await till.take(name.token, { holdId: hold.id });
  if (!taken || taken.fault) return { kind: 'unsure', ready };
  return { kind: 'taken', valueCents: taken.claims.valueCents, title: hold.offer?.title, isOffline: true };
}
