/*
 * The signed token of a voucher, which a till checks without a network: 35 bytes and an Ed25519 signature (RFC 8032) in
 * base 45 behind `HB1:`, 153 symbols, a QR code of 41 modules. It proves that we issued the voucher, on which terms and
 * for whom; that it was not used it cannot prove, which is why the server decides again about every claim. One voucher
 * has many genuine tokens (each key signs another): what is taken once is the voucher's number, never a token's text.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { fromBase45, toBase45 } from './base45.ts';

/** What the token says. Numbers are unsigned and big-endian on the wire. */
export interface VoucherClaims {
  /** Which key signed: bytes 1 and 2. */
  readonly keyId: number;
  /** Whether a till may take it while cut off: bit 0 of byte 3; the other bits are 0. */
  readonly offlineAllowed: boolean;
  /** The voucher's number: bytes 4 to 9. */
  readonly serial: number;
  /** Whose till takes it: bytes 10 to 17, see `shortId`. */
  readonly retailer: string;
  /** What it is worth, in cents: bytes 18 to 21. */
  readonly valueCents: number;
  /** Whole seconds since 1970, UTC: bytes 22 to 25. */
  readonly issuedAtSeconds: number;
  /** From then on it is worth nothing: bytes 26 to 29. */
  readonly expiresAtSeconds: number;
  /** What it is good for: bytes 30 to 34, the first five of the eight of `shortId`. */
  readonly offer: string;
}

export const TOKEN_PREFIX = 'HB1:';
/** Byte 0. */
const VERSION = 1;
const SIGNED_BYTES = 35;
const SIGNATURE_BYTES = 64;
const OFFLINE = 1;
/** Signed before the bytes, so that no signature of ours under another text is one of a voucher. */
const CONTEXT = Buffer.from('HB1 voucher ');

/** An id on eight bytes, in hexadecimal: the first of SHA-256 over the sixteen bytes of its UUID. */
export function shortId(id: string): string {
  return createHash('sha256')
    .update(Buffer.from(id.replaceAll('-', ''), 'hex'))
    .digest('hex')
    .slice(0, 16);
}

/** @param offerId in full, or as a token has it. */
export const shortOffer = (offerId: string): string => shortId(offerId).slice(0, 10);

/** `HB1:` and base45(the 35 bytes || Ed25519("HB1 voucher " || the 35 bytes)). */
export function writeToken(key: KeyObject, claims: VoucherClaims): string {
  const signed = Buffer.alloc(SIGNED_BYTES);
  signed.writeUInt8(VERSION, 0);
  signed.writeUInt16BE(claims.keyId, 1);
  signed.writeUInt8(claims.offlineAllowed ? OFFLINE : 0, 3);
  signed.writeUIntBE(claims.serial, 4, 6);
  signed.write(claims.retailer, 10, 8, 'hex');
  signed.writeUInt32BE(claims.valueCents, 18);
  signed.writeUInt32BE(claims.issuedAtSeconds, 22);
  signed.writeUInt32BE(claims.expiresAtSeconds, 26);
  signed.write(claims.offer, 30, 5, 'hex');
  const signature = sign(null, Buffer.concat([CONTEXT, signed]), key);
  return TOKEN_PREFIX + toBase45(Buffer.concat([signed, signature]));
}

/** What a token says, believed by nobody yet; undefined for what is no token of ours. */
export function readToken(token: string): VoucherClaims | undefined {
  const bytes = bytesOf(token);
  if (bytes?.[0] !== VERSION || (bytes[3] ?? 0) > OFFLINE) return undefined;
  return {
    keyId: bytes.readUInt16BE(1),
    offlineAllowed: bytes[3] === OFFLINE,
    serial: bytes.readUIntBE(4, 6),
    retailer: bytes.toString('hex', 10, 18),
    valueCents: bytes.readUInt32BE(18),
    issuedAtSeconds: bytes.readUInt32BE(22),
    expiresAtSeconds: bytes.readUInt32BE(26),
    offer: bytes.toString('hex', 30, 35),
  };
}

/** Whether the holder of the key signed it. OpenSSL refuses the second spelling of a signature (S not below the order). */
export function isSignedBy(key: KeyObject, token: string): boolean {
  const bytes = bytesOf(token);
  if (!bytes) return false;
  const signed = Buffer.concat([CONTEXT, bytes.subarray(0, SIGNED_BYTES)]);
  return verify(null, signed, key, bytes.subarray(SIGNED_BYTES));
}

function bytesOf(token: string): Buffer | undefined {
  if (!token.startsWith(TOKEN_PREFIX)) return undefined;
  const bytes = fromBase45(token.slice(TOKEN_PREFIX.length));
  return bytes?.length === SIGNED_BYTES + SIGNATURE_BYTES ? bytes : undefined;
}

/** An Ed25519 public key from its 32 bytes; undefined where they are no such key's. */
export function publicKeyOf(bytes: Buffer): KeyObject | undefined {
  if (bytes.length !== 32) return undefined;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** Where a till stands that checks a token while it is cut off. */
export interface OfflineTill {
  readonly keys: ReadonlyMap<number, KeyObject>;
  readonly retailerId: string;
  readonly limitCents: number;
  /** Its list of what is good no more, see revocation.ts. */
  readonly revocations: { readonly asOf: Date; has(serial: number): boolean };
  /** What it took itself since that list. */
  readonly taken: { has(serial: number): boolean };
}

export type OfflineRefusal =
  | 'TOKEN_INVALID'
  | 'NOT_YET_ISSUED'
  | 'EXPIRED'
  | 'OTHER_RETAILER'
  | 'NOT_OFFLINE'
  | 'ABOVE_LIMIT'
  | 'LIST_TOO_OLD'
  | 'REVOKED'
  | 'ALREADY_TAKEN';

/** A till whose list is older takes nothing until it has been online. */
export const LIST_HOURS = 24;

/**
 * What a till that is cut off does with a token; undefined: it takes it. In this order and no other: a token that is
 * revoked must not be told as merely used, nor a forged one as anything but forged.
 */
export function refuseOffline(token: string, till: OfflineTill, now: Date): OfflineRefusal | undefined {
  const claims = readToken(token);
  const key = claims && till.keys.get(claims.keyId);
  if (!claims || !key || !isSignedBy(key, token)) return 'TOKEN_INVALID';
  const nowSeconds = now.getTime() / 1000;
  // A clock that was set back would bring expired vouchers to life; before its voucher it cannot be right.
  if (nowSeconds < claims.issuedAtSeconds) return 'NOT_YET_ISSUED';
  if (nowSeconds >= claims.expiresAtSeconds) return 'EXPIRED';
  if (claims.retailer !== shortId(till.retailerId)) return 'OTHER_RETAILER';
  if (!claims.offlineAllowed) return 'NOT_OFFLINE';
  if (claims.valueCents > till.limitCents) return 'ABOVE_LIMIT';
  const listMilliseconds = now.getTime() - till.revocations.asOf.getTime();
  if (listMilliseconds < 0 || listMilliseconds > LIST_HOURS * 3_600_000) return 'LIST_TOO_OLD';
  if (till.revocations.has(claims.serial)) return 'REVOKED';
  return till.taken.has(claims.serial) ? 'ALREADY_TAKEN' : undefined;
}
