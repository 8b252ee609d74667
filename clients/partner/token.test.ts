/* Tokens, lists and deliveries, checked as a receiver does; nothing of a running system. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { packSerials, signRevocations } from '../../subgraphs/rewards/vouchers/revocation.ts';
import { shortId as serverShortId, shortOffer, writeToken } from '../../subgraphs/rewards/vouchers/voucher-token.ts';
import {
  signedHeaders,
  publicKeyOf as webhookPublicKey,
  writtenPublicKey,
  writtenSecret,
} from '../../subgraphs/rewards/webhooks/webhook-keys.ts';
import { shortId } from './bytes.ts';
import { checkOffline, type OfflineStanding, readToken, verifyRevocations, verifyToken } from './token.ts';
import { verifyWebhook, WebhookError } from './webhooks.ts';

const retailerId = '01997c0f-0a4e-7cc1-8d6b-5f3f0f1e2d3c';
const offerId = '01997c0f-0a4e-7cc1-8d6b-5f3f0f1e2d3d';
const now = new Date('2026-11-22T12:00:00Z');
const seconds = (iso: string) => Date.parse(iso) / 1000;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawKey = (key: KeyObject) => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
const keys = [{ keyId: 7, publicKey: rawKey(publicKey), publishedUntil: null }];
const terms = {
  keyId: 7,
  offlineAllowed: true,
  serial: 4711,
  retailer: serverShortId(retailerId),
  valueCents: 500,
  issuedAtSeconds: seconds('2026-11-21T12:00:00Z'),
  expiresAtSeconds: seconds('2027-02-19T12:00:00Z'),
  offer: shortOffer(offerId),
};
const token = writeToken(privateKey, terms);

describe('a token', () => {
  test('of the published description is read and believed', async () => {
    const described =
      'HB1:V50W50000000VE253MT D6AQ7%Q0005B0XNDC7HHQD/+579D2%PSY5EFBE AD+G421P85GIEN2AZRIH-O-*B 18.%H1:15YK Z0CW6OKGX3L18267N2TCQWJLWRJUSP8OMDEG25:*0SVK:FPACA70';
    const published = [{ keyId: 1, publicKey: 'A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=' }];
    expect(await verifyToken(described, published, now)).toMatchObject({
      keyId: 1,
      offlineAllowed: true,
      serial: 4711,
      retailer: await shortId(retailerId),
      valueCents: 500,
      issuedAt: new Date('2026-11-21T12:00:00.000Z'),
      expiresAt: new Date('2027-02-19T12:00:00.000Z'),
    });
  });

  test('with any bit changed is not believed, nor one that another key signed', async () => {
    const symbols = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
    expect(await verifyToken(token, keys, now)).toBeDefined();
    for (let at = 4; at < token.length; at++) {
      const other = symbols[(symbols.indexOf(token.charAt(at)) + 1) % 45] ?? '';
      expect(await verifyToken(token.slice(0, at) + other + token.slice(at + 1), keys, now)).toBeUndefined();
    }
    const forged = writeToken(generateKeyPairSync('ed25519').privateKey, terms);
    expect(readToken(forged)?.serial).toBe(4711);
    expect(await verifyToken(forged, keys, now)).toBeUndefined();
    for (const none of ['', 'HB1:', `${token} `, token.toLowerCase(), token.slice(4)]) {
      expect(await verifyToken(none, keys, now)).toBeUndefined();
    }
  });

  test('signed by a key that is published no more is not believed', async () => {
    const withdrawn = keys.map((key) => ({ ...key, publishedUntil: '2026-11-22T12:00:00Z' }));
    expect(await verifyToken(token, withdrawn, now)).toBeUndefined();
  });
});

describe('a till that is cut off', () => {
  const standing: OfflineStanding = {
    keys,
    retailerId,
    limitCents: 2_500,
    revocations: { asOf: new Date('2026-11-22T11:00:00Z'), has: () => false },
    taken: new Set<number>(),
  };
  const faultOf = async (change: Partial<typeof terms> = {}, other: Partial<OfflineStanding> = {}, at = now) =>
    (await checkOffline(writeToken(privateKey, { ...terms, ...change }), { ...standing, ...other }, at)).fault;

  test('takes what is genuine, its own and within its limit, and says of all else what is wrong', async () => {
    expect(await faultOf()).toBeUndefined();
    expect(await faultOf({ keyId: 8 })).toBe('TOKEN_INVALID');
    expect(await faultOf({ issuedAtSeconds: seconds('2026-11-22T12:00:01Z') })).toBe('NOT_YET_ISSUED');
    expect(await faultOf({ expiresAtSeconds: seconds('2026-11-22T12:00:00Z') })).toBe('EXPIRED');
    expect(await faultOf({ retailer: serverShortId(offerId) })).toBe('OTHER_RETAILER');
    expect(await faultOf({ offlineAllowed: false })).toBe('NOT_OFFLINE');
    expect(await faultOf({ valueCents: 2_501 })).toBe('ABOVE_LIMIT');
    expect(await faultOf({}, { revocations: undefined })).toBe('LIST_TOO_OLD');
    expect(await faultOf({}, { revocations: { asOf: new Date('2026-11-21T11:59:59Z'), has: () => false } })).toBe(
      'LIST_TOO_OLD',
    );
    expect(await faultOf({}, { revocations: { asOf: new Date('2026-11-22T12:00:01Z'), has: () => false } })).toBe(
      'LIST_TOO_OLD',
    );
    expect(await faultOf({}, { revocations: { asOf: now, has: (serial) => serial === 4711 } })).toBe('REVOKED');
    expect(await faultOf({}, { taken: new Set([4711]) })).toBe('ALREADY_TAKEN');
  });

  test('names the first thing that is wrong, as the system does', async () => {
    const wrong = { retailer: serverShortId(offerId), offlineAllowed: false, valueCents: 9_999 };
    expect(await faultOf({ ...wrong, expiresAtSeconds: terms.issuedAtSeconds + 1 })).toBe('EXPIRED');
    expect(await faultOf(wrong)).toBe('OTHER_RETAILER');
    expect(await faultOf({ ...wrong, retailer: terms.retailer })).toBe('NOT_OFFLINE');
  });
});

describe('a list of revocations', () => {
  const serials = [3, 4, 4711, 9_000];
  const asOf = new Date('2026-11-22T11:00:00Z');
  const packed = { asOf, ...packSerials(serials) };
  const list = {
    asOf: asOf.toISOString(),
    fromSerial: packed.fromSerial,
    bitmap: packed.bitmap.toString('base64'),
    keyId: 7,
    signature: signRevocations(privateKey, 7, retailerId, packed).toString('base64'),
  };

  test('says of each number whether it stands on it', async () => {
    const revocations = await verifyRevocations(list, keys, retailerId, now);
    const there = Array.from({ length: 10_000 }, (_, serial) => serial).filter((serial) => revocations?.has(serial));
    expect(there).toEqual(serials);
  });

  test('is refused with any part changed, and when it is another shop’s', async () => {
    expect(await verifyRevocations(list, keys, offerId, now)).toBeUndefined();
    const changes = [
      { asOf: '2026-11-22T11:30:00.000Z' },
      { fromSerial: 4 },
      { bitmap: deflateRawSync(Buffer.alloc(9)).toString('base64') },
      { signature: Buffer.alloc(64).toString('base64') },
      { signature: 'no base 64' },
      { keyId: 9 },
    ];
    for (const change of changes) {
      expect(await verifyRevocations({ ...list, ...change }, keys, retailerId, now)).toBeUndefined();
    }
  });
});

describe('a delivery', () => {
  const secrets = [1, 2].map((byte) => ({ secret: Buffer.alloc(32, byte), seed: Buffer.alloc(32, byte + 8) }));
  const [first, second] = secrets.map(writtenSecret) as [string, string];
  const [publicFirst] = secrets.map((each) => writtenPublicKey(webhookPublicKey(each))) as [string];
  const body = JSON.stringify({ type: 'ping', timestamp: now.toISOString(), data: { endpointId: 'é', askedAt: 'x' } });
  const headers = signedHeaders({ id: 'msg_1', body, sentAt: now }, secrets);
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'believed',
      (error) => (error instanceof WebhookError ? error.code : String(error)),
    );

  test('is believed by the secret, by the public key, by either key of a rotation, as text and as bytes', async () => {
    for (const keys of [[first], [second], [publicFirst], ['whsec_AAAA', second]]) {
      for (const form of [body, Buffer.from(body)]) {
        expect(await verifyWebhook(headers, form, { keys, now })).toMatchObject({
          id: 'msg_1',
          message: { type: 'ping' },
        });
      }
    }
    expect(await codeOf(verifyWebhook(new Headers(headers), body, { keys: [first], now }))).toBe('believed');
  });

  test('is refused when it was changed, is unsigned, or comes from another clock', async () => {
    const options = { keys: [first, publicFirst], now };
    expect(await codeOf(verifyWebhook(headers, `${body} `, options))).toBe('SIGNATURE_WRONG');
    expect(await codeOf(verifyWebhook({ ...headers, 'webhook-id': 'msg_2' }, body, options))).toBe('SIGNATURE_WRONG');
    expect(await codeOf(verifyWebhook(headers, body, { keys: ['whsec_AAAA'], now }))).toBe('SIGNATURE_WRONG');
    expect(await codeOf(verifyWebhook({}, body, options))).toBe('HEADERS_MISSING');
    const at = (shift: number) => ({ ...options, now: new Date(now.getTime() + shift * 1000) });
    expect(await codeOf(verifyWebhook(headers, body, at(300)))).toBe('believed');
    expect(await codeOf(verifyWebhook(headers, body, at(301)))).toBe('TOO_OLD');
    expect(await codeOf(verifyWebhook(headers, body, at(-301)))).toBe('FROM_THE_FUTURE');
    expect(await codeOf(verifyWebhook(headers, Buffer.from([0xff]), options))).toBe('BODY_UNREADABLE');
  });

  test('is not believed by a signature of the one kind under the name of the other', async () => {
    const timestamp = headers['webhook-timestamp'] ?? '';
    const hmac = createHmac('sha256', Buffer.alloc(32, 1)).update(`msg_1.${timestamp}.${body}`).digest('base64');
    const asked = (signature: string, key: string) =>
      codeOf(verifyWebhook({ ...headers, 'webhook-signature': signature }, body, { keys: [key], now }));
    expect(await asked(`v1,${hmac}`, first)).toBe('believed');
    expect(await asked(`v1a,${hmac}`, first)).toBe('SIGNATURE_WRONG');
    expect(await asked(`v1,${hmac}`, publicFirst)).toBe('SIGNATURE_WRONG');
    expect(await asked('v2,x v1,', first)).toBe('SIGNATURE_WRONG');
    const signature = sign(null, Buffer.from(`msg_1.${timestamp}.${body}`), privateKey).toString('base64');
    expect(await asked(`v1a,${signature}`, publicFirst)).toBe('SIGNATURE_WRONG');
  });

  test('is checked with keys that are keys', async () => {
    for (const keys of [[], ['secret'], ['whpk_AAAA'], ['whsec_%']]) {
      expect(await codeOf(verifyWebhook(headers, body, { keys, now }))).toMatch(/^TypeError/);
    }
  });
});
