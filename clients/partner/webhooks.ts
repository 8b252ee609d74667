/*
 * Deliveries of Hey Blue!, checked before they are believed: Standard Webhooks 1.0, by the shared secret (v1, HMAC of
 * SHA-256) or by the public key (v1a, Ed25519), whichever the receiver was given. Check the body byte by byte as it came,
 * before any JSON is parsed; answer 2xx quickly; the same `webhook-id` may come more than once.
 */
import { type Bytes, fromBase64, isSigned, textBytes } from './bytes.ts';

/** Why a delivery is not believed. */
export type WebhookFault = 'HEADERS_MISSING' | 'TOO_OLD' | 'FROM_THE_FUTURE' | 'SIGNATURE_WRONG' | 'BODY_UNREADABLE';

export class WebhookError extends Error {
  readonly code: WebhookFault;

  constructor(code: WebhookFault, message: string) {
    super(message);
    this.name = 'WebhookError';
    this.code = code;
  }
}

interface Message<Type extends string, Data> {
  readonly type: Type;
  /** When it happened, RFC 3339. */
  readonly timestamp: string;
  readonly data: Data;
}

interface VoucherParts {
  readonly voucherId: string;
  readonly offerId: string;
  readonly retailerId: string;
  readonly points: number;
}

export type WebhookMessage =
  | Message<
      'voucher.redeemed',
      VoucherParts & {
        readonly valueCents: number;
        readonly method: 'code' | 'token' | 'offline';
        readonly terminalId: string | null;
        readonly redeemedAt: string;
      }
    >
  | Message<
      'voucher.refunded',
      VoucherParts & { readonly cause: 'void' | 'expired' | 'redeemed'; readonly refundedAt: string }
    >
  | Message<'voucher.expired', VoucherParts & { readonly expiredAt: string }>
  | Message<
      'donation.settled',
      { readonly settlementId: string; readonly charityId: string; readonly points: number; readonly settledAt: string }
    >
  | Message<
      'scheme.claimed',
      {
        readonly claimId: string;
        readonly schemeId: string;
        readonly municipalityId: string;
        readonly points: number;
        readonly valueCents: number;
        readonly claimedAt: string;
      }
    >
  | Message<'scheme.paused', { readonly schemeId: string; readonly municipalityId: string; readonly pausedAt: string }>
  | Message<
      'scheme.resumed',
      { readonly schemeId: string; readonly municipalityId: string; readonly resumedAt: string }
    >
  | Message<
      'points.settled',
      {
        readonly settlementId: string;
        readonly municipalityId: string;
        readonly points: number;
        readonly settledAt: string;
      }
    >
  | Message<
      'settlement.reversed',
      {
        readonly settlementId: string;
        readonly kind: 'charity' | 'municipality';
        readonly organisationId: string;
        readonly points: number;
        readonly reversedAt: string;
      }
    >
  | Message<
      'statement.ready',
      {
        readonly kind: 'retailer' | 'charity' | 'municipality';
        readonly organisationId: string;
        readonly month: string;
      }
    >
  | Message<'ping', { readonly endpointId: string; readonly askedAt: string }>;

export interface WebhookDelivery {
  /** The same in every attempt: keep it, and do nothing the second time. */
  readonly id: string;
  readonly sentAt: Date;
  /** Types that a later version adds are to be ignored. */
  readonly message: WebhookMessage;
}

export interface WebhookOptions {
  /** `whsec_...` and `whpk_...`, those of the old and the new key while one replaces the other. */
  readonly keys: readonly string[];
  /** How far the clocks may be apart, and how old an attempt may be; 300 when absent. */
  readonly toleranceSeconds?: number;
  readonly now?: Date;
}

const TOLERANCE_SECONDS = 300;

type Headers = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * @param headers those of the request, as `Headers` or as Node has them.
 * @param body as it came, unparsed.
 * @throws WebhookError for what is not to be believed; TypeError for keys that are none.
 */
export async function verifyWebhook(
  headers: Headers,
  body: string | Uint8Array,
  { keys, toleranceSeconds = TOLERANCE_SECONDS, now = new Date() }: WebhookOptions,
): Promise<WebhookDelivery> {
  if (keys.length === 0) throw new TypeError('keys is empty: nothing could be believed');
  const checks = await Promise.all(keys.map(checkOf));
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    headerOf(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures || !/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookError('HEADERS_MISSING', 'webhook-id, webhook-timestamp and webhook-signature are needed.');
  }
  const ageSeconds = now.getTime() / 1000 - Number(timestamp);
  if (ageSeconds > toleranceSeconds)
    throw new WebhookError('TOO_OLD', 'The attempt is too old: it may be a repetition.');
  if (ageSeconds < -toleranceSeconds) throw new WebhookError('FROM_THE_FUTURE', 'The clocks are too far apart.');
  const text = typeof body === 'string' ? body : decode(body);
  const signed = textBytes(`${id}.${timestamp}.${text}`);
  const believed = await Promise.all(
    signatures.split(' ').flatMap((signature) => checks.map((check) => check(signature, signed))),
  );
  if (!believed.includes(true)) throw new WebhookError('SIGNATURE_WRONG', 'None of the keys has signed this.');
  return { id, sentAt: new Date(Number(timestamp) * 1000), message: parse(text) };
}

type Check = (signature: string, signed: Bytes) => Promise<boolean>;

async function checkOf(written: string): Promise<Check> {
  const [, prefix, rest] = written.match(/^(whsec|whpk)_(.+)$/) ?? [];
  const bytes = fromBase64(rest ?? '');
  if (!bytes?.length || (prefix === 'whpk' && bytes.length !== 32))
    throw new TypeError('A key is whsec_ or whpk_ and base 64');
  if (prefix === 'whpk') return async (text, signed) => isSigned(bytes, signatureOf('v1a', text), signed);
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  // WebCrypto compares in constant time.
  return async (text, signed) => crypto.subtle.verify('HMAC', key, signatureOf('v1', text), signed);
}

/** The bytes of a signature of this version; none for another's. */
function signatureOf(version: 'v1' | 'v1a', text: string): Bytes {
  const [written, rest] = text.split(',', 2);
  return (written === version && fromBase64(rest ?? '')) || new Uint8Array();
}

function headerOf(headers: Headers, name: string): string | undefined {
  const value = typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new WebhookError('BODY_UNREADABLE', 'The body is no UTF-8.');
  }
}

function parse(text: string): WebhookMessage {
  try {
    return JSON.parse(text) as WebhookMessage;
  } catch {
    throw new WebhookError('BODY_UNREADABLE', 'The body is no JSON.');
  }
}
