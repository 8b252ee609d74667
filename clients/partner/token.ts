/*
 * The signed token of a voucher, and the signed list of those that are good no more: read and checked without a network.
 * They prove that a voucher is genuine, never that nobody was served for it. Layout and order of checks are those of the
 * published description (docs/offline-tills.md of the system).
 */
import {
  type Bytes,
  fromBase45,
  fromBase64,
  isSigned,
  join,
  numberBytes,
  numberOf,
  sha256,
  shortId,
  textBytes,
  toHex,
} from './bytes.ts';

export interface VoucherClaims {
  readonly keyId: number;
  readonly offlineAllowed: boolean;
  /** The number of the voucher: what is taken once. */
  readonly serial: number;
  /** The first 8 bytes of SHA-256 over the id of the retailer, in hexadecimal. */
  readonly retailer: string;
  readonly valueCents: number;
  readonly issuedAt: Date;
  /** From then on it is worth nothing. */
  readonly expiresAt: Date;
  /** The first 5 bytes of SHA-256 over the id of the offer, in hexadecimal. */
  readonly offer: string;
}

/** A key of `Partner.voucherKeys()`. */
export interface PublishedKey {
  readonly keyId: number;
  /** 32 bytes in base 64. */
  readonly publicKey: string;
  /** From when its tokens are worth nothing; null for the one that signs now. */
  readonly publishedUntil?: string | null;
}

/** A list of `Partner.voucherRevocations()`. */
export interface RevocationList {
  readonly asOf: string;
  readonly fromSerial: number;
  readonly bitmap: string;
  readonly keyId: number;
  readonly signature: string;
}

export interface Revocations {
  readonly asOf: Date;
  has(serial: number): boolean;
}

export type TokenFault =
  | 'TOKEN_INVALID'
  | 'NOT_YET_ISSUED'
  | 'EXPIRED'
  | 'OTHER_RETAILER'
  | 'NOT_OFFLINE'
  | 'ABOVE_LIMIT'
  | 'LIST_TOO_OLD'
  | 'REVOKED'
  | 'ALREADY_TAKEN';

const PREFIX = 'HB1:';
const SIGNED_BYTES = 35;
const TOKEN_BYTES = SIGNED_BYTES + 64;
export const LIST_HOURS = 24;
/** Of a list once it is inflated: a hundred million vouchers. What inflates to more is no list of ours. */
const LIST_BYTES = 12_500_000;

/** Whether something that was scanned or typed is meant as a token; codes are not. */
export const looksLikeToken = (text: string): boolean => /^HB1:/i.test(text);

/** What a token says, believed by nobody yet; undefined for what is none. Spaces are symbols: trim nothing. */
export function readToken(token: string): VoucherClaims | undefined {
  const bytes = bytesOf(token);
  if (bytes?.[0] !== 1 || (bytes[3] ?? 0) > 1) return undefined;
  const instant = (at: number) => new Date(numberOf(bytes.subarray(at, at + 4)) * 1000);
  return {
    keyId: numberOf(bytes.subarray(1, 3)),
    offlineAllowed: bytes[3] === 1,
    serial: numberOf(bytes.subarray(4, 10)),
    retailer: toHex(bytes.subarray(10, 18)),
    valueCents: numberOf(bytes.subarray(18, 22)),
    issuedAt: instant(22),
    expiresAt: instant(26),
    offer: toHex(bytes.subarray(30, 35)),
  };
}

function bytesOf(token: string): Bytes | undefined {
  const bytes = token.startsWith(PREFIX) ? fromBase45(token.slice(PREFIX.length)) : undefined;
  return bytes?.length === TOKEN_BYTES ? bytes : undefined;
}

function publishedKey(keys: readonly PublishedKey[], keyId: number, now: Date): Bytes | undefined {
  const key = keys.find((each) => each.keyId === keyId);
  if (!key || (key.publishedUntil && Date.parse(key.publishedUntil) <= now.getTime())) return undefined;
  return fromBase64(key.publicKey);
}

/** The token's claims where a published key signed it; undefined otherwise. */
export async function verifyToken(
  token: string,
  keys: readonly PublishedKey[],
  now = new Date(),
): Promise<VoucherClaims | undefined> {
  const claims = readToken(token);
  const bytes = bytesOf(token);
  const key = claims && publishedKey(keys, claims.keyId, now);
  if (!bytes || !key) return undefined;
  const message = join(textBytes('HB1 voucher '), bytes.subarray(0, SIGNED_BYTES));
  return (await isSigned(key, bytes.slice(SIGNED_BYTES), message)) ? claims : undefined;
}

/** The list, ready to be asked; undefined unless a published key signed it for this retailer. */
export async function verifyRevocations(
  list: RevocationList,
  keys: readonly PublishedKey[],
  retailerId: string,
  now = new Date(),
): Promise<Revocations | undefined> {
  const [key, deflated, signature] = [
    publishedKey(keys, list.keyId, now),
    fromBase64(list.bitmap),
    fromBase64(list.signature),
  ];
  if (!key || !deflated || !signature) return undefined;
  const asOf = new Date(list.asOf);
  const message = join(
    textBytes('HB1 revoked '),
    numberBytes(list.keyId, 2),
    await shortBytes(retailerId),
    numberBytes(Math.floor(asOf.getTime() / 1000), 4),
    numberBytes(list.fromSerial, 6),
    await sha256(deflated),
  );
  if (!(await isSigned(key, signature, message))) return undefined;
  const bits = await inflate(deflated);
  const { fromSerial } = list;
  return {
    asOf,
    has(serial) {
      const at = serial - fromSerial;
      return at >= 0 && (((bits[Math.floor(at / 8)] ?? 0) >> (at % 8)) & 1) === 1;
    },
  };
}

async function shortBytes(id: string): Promise<Bytes> {
  const digits = await shortId(id);
  return Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
}

async function inflate(deflated: Bytes): Promise<Bytes> {
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(...parts);
    length += value.length;
    if (length > LIST_BYTES) throw new RangeError('The list of revocations is longer than any of ours');
    parts.push(value);
  }
}

/** What a till knows while it is cut off. */
export interface OfflineStanding {
  readonly keys: readonly PublishedKey[];
  readonly retailerId: string;
  /** What a voucher may be worth at most. */
  readonly limitCents: number;
  /** Undefined where the till has no list: then nothing is taken. */
  readonly revocations: Revocations | undefined;
  /** Numbers of the vouchers that the till has taken itself. */
  readonly taken: { has(serial: number): boolean };
}

export type OfflineCheck =
  | { readonly claims: VoucherClaims; readonly fault?: undefined }
  | { readonly claims: VoucherClaims | undefined; readonly fault: TokenFault };

/** Whether a till that is cut off may take a voucher; the first thing wrong decides, in the order of the description. */
export async function checkOffline(token: string, standing: OfflineStanding, now = new Date()): Promise<OfflineCheck> {
  const { keys, retailerId, limitCents, revocations, taken } = standing;
  const claims = await verifyToken(token, keys, now);
  if (!claims) return { claims: undefined, fault: 'TOKEN_INVALID' };
  const fault = (await faultOf(claims, retailerId, now)) ?? offlineFault();
  return fault ? { claims, fault } : { claims };

  function offlineFault(): TokenFault | undefined {
    if (!claims?.offlineAllowed) return 'NOT_OFFLINE';
    if (claims.valueCents > limitCents) return 'ABOVE_LIMIT';
    const age = revocations ? now.getTime() - revocations.asOf.getTime() : Number.POSITIVE_INFINITY;
    if (!revocations || age < 0 || age > LIST_HOURS * 3_600_000) return 'LIST_TOO_OLD';
    if (revocations.has(claims.serial)) return 'REVOKED';
    return taken.has(claims.serial) ? 'ALREADY_TAKEN' : undefined;
  }
}

/** What is wrong with genuine claims wherever they are shown, with a network or without. */
export async function faultOf(
  claims: VoucherClaims,
  retailerId: string,
  now = new Date(),
): Promise<'NOT_YET_ISSUED' | 'EXPIRED' | 'OTHER_RETAILER' | undefined> {
  if (now < claims.issuedAt) return 'NOT_YET_ISSUED';
  if (now >= claims.expiresAt) return 'EXPIRED';
  return claims.retailer === (await shortId(retailerId)) ? undefined : 'OTHER_RETAILER';
}
