/*
 * The list of vouchers that are good no more, for tills that check tokens while they are cut off: a bitmap by serial,
 * deflated and signed, of the retailer's vouchers that are void, refunded or redeemed, may be taken offline and have not
 * expired yet. Whole each time: of ten million serials 1.2 MiB before and a fraction after deflating, far less than what
 * keeping several generations right would cost. It speaks for a minute ago, because what is being committed now is not
 * seen yet, and a till must not be blamed for what its list did not say.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EntityManager } from '@mikro-orm/postgresql';
import { shortId } from './voucher-token.ts';

/** Longer than any transaction lasts. */
const BEHIND_MILLISECONDS = 60_000;
const CONTEXT = Buffer.from('HB1 revoked ');

export interface Revocations {
  /** Whole seconds. */
  readonly asOf: Date;
  /** The serial of the first bit. */
  readonly fromSerial: number;
  /** Deflated (RFC 1951); bit i of byte n, the least significant first, stands for serial `fromSerial + 8 n + i`. */
  readonly bitmap: Buffer;
  /** How many bits are set. */
  readonly count: number;
}

/** The list of a retailer at `now`. */
export async function revocationsOf(em: EntityManager, retailerId: string, now: Date): Promise<Revocations> {
  const asOf = new Date(Math.floor((now.getTime() - BEHIND_MILLISECONDS) / 1000) * 1000);
  // A day longer than the vouchers live, for tills whose clock is slow.
  const rows = await em.execute<{ serial: string }[]>(
    `select serial from rewards.voucher where retailer_id = ? and offline_allowed
       and state in ('redeemed', 'void', 'refunded') and expires_at > ? order by serial`,
    [retailerId, new Date(now.getTime() - 86_400_000)],
  );
  const serials = rows.map(({ serial }) => Number(serial));
  return { asOf, ...packSerials(serials) };
}

/** @param serials ascending. */
export function packSerials(serials: readonly number[]): Omit<Revocations, 'asOf'> {
  const fromSerial = serials[0] ?? 0;
  const bytes = Buffer.alloc(serials.length === 0 ? 0 : Math.floor(((serials.at(-1) ?? 0) - fromSerial) / 8) + 1);
  for (const serial of serials) {
    const at = serial - fromSerial;
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return { fromSerial, bitmap: deflateRawSync(bytes), count: serials.length };
}

/** Whether a serial is on the list, as a till finds it out. */
export function isRevoked({ fromSerial, bitmap }: Pick<Revocations, 'fromSerial' | 'bitmap'>, serial: number): boolean {
  const at = serial - fromSerial;
  if (at < 0) return false;
  return (((inflateRawSync(bitmap)[Math.floor(at / 8)] ?? 0) >> (at % 8)) & 1) === 1;
}

/**
 * What is signed: "HB1 revoked " || key (2 bytes) || retailer (8, `shortId`) || as of (4, whole seconds since 1970) || first
 * serial (6) || SHA-256 of the deflated bitmap (32). Numbers are unsigned and big-endian.
 */
export function signedRevocations(keyId: number, retailerId: string, list: Revocations): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(keyId, 0);
  head.write(shortId(retailerId), 2, 8, 'hex');
  head.writeUInt32BE(Math.floor(list.asOf.getTime() / 1000), 10);
  head.writeUIntBE(list.fromSerial, 14, 6);
  return Buffer.concat([CONTEXT, head, createHash('sha256').update(list.bitmap).digest()]);
}

export const signRevocations = (key: KeyObject, keyId: number, retailerId: string, list: Revocations): Buffer =>
  sign(null, signedRevocations(keyId, retailerId, list), key);

/** Whether a list is ours and this retailer's, as a till finds it out. */
export function areGenuine(
  keys: ReadonlyMap<number, KeyObject>,
  retailerId: string,
  { keyId, signature, ...list }: Revocations & { readonly keyId: number; readonly signature: Buffer },
): boolean {
  const key = keys.get(keyId);
  return key !== undefined && verify(null, signedRevocations(keyId, retailerId, list), key, signature);
}
