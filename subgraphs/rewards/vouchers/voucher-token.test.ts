import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { encode } from 'uqr';
import { fromBase45, toBase45 } from './base45.ts';
import {
  isSignedBy,
  LIST_HOURS,
  type OfflineTill,
  publicKeyOf,
  readToken,
  refuseOffline,
  shortId,
  shortOffer,
  type VoucherClaims,
  writeToken,
} from './voucher-token.ts';

const ours = generateKeyPairSync('ed25519');
const seconds = fc.nat(2 ** 32 - 1);
const claims = fc.record<VoucherClaims>({
  keyId: fc.nat(2 ** 16 - 1),
  offlineAllowed: fc.boolean(),
  serial: fc.nat(2 ** 48 - 1),
  retailer: fc.uuid().map(shortId),
  valueCents: seconds,
  issuedAtSeconds: seconds,
  expiresAtSeconds: seconds,
  offer: fc.uuid().map(shortOffer),
});

describe('base 45', () => {
  test('writes as RFC 9285 does', () => {
    for (const [bytes, text] of [
      ['AB', 'BB8'],
      ['Hello!!', '%69 VD92EX0'],
      ['base-45', 'UJCLQE7W581'],
      ['ietf!', 'QED8WEX0'],
    ] as const) {
      expect(toBase45(Buffer.from(bytes))).toBe(text);
      expect(fromBase45(text)?.toString()).toBe(bytes);
    }
  });

  test('reads back what it wrote, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(fromBase45(toBase45(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'09AZ $%*+-./:az,'), maxLength: 12 }), (text) => {
        const bytes = fromBase45(text);
        if (bytes) expect(toBase45(bytes)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
    for (const none of ['GGW', ':::', '::', 'A', 'bb8', 'BB8A']) expect(fromBase45(none)).toBeUndefined();
  });
});

describe('a token', () => {
  test('reads back as it was written, is genuine, and fits a QR code of 41 modules that a till scans at medium correction', () => {
    fc.assert(
      fc.property(claims, (each) => {
        const token = writeToken(ours.privateKey, each);
        expect(token).toMatch(/^HB1:[0-9A-Z $%*+./:-]{149}$/);
        // Whoever trims what was scanned loses nothing.
        expect(token.trim()).toBe(token);
        expect(readToken(token)).toEqual(each);
        expect(isSignedBy(ours.publicKey, token)).toBe(true);
        expect(encode(token, { ecc: 'M', border: 0, boostEcc: false }).size).toBeLessThanOrEqual(45);
      }),
    );
    const one = writeToken(ours.privateKey, fc.sample(claims, 1)[0] as VoucherClaims);
    expect(encode(one, { ecc: 'M', border: 0, boostEcc: false })).toMatchObject({ size: 41, version: 6 });
  });

  test('with any bit changed, in lower case, cut, or signed by another key, is refused', () => {
    const other = generateKeyPairSync('ed25519');
    fc.assert(
      fc.property(claims, fc.nat(99 * 8 - 1), (each, bit) => {
        const token = writeToken(ours.privateKey, each);
        const bytes = fromBase45(token.slice(4)) as Buffer;
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(isSignedBy(ours.publicKey, `HB1:${toBase45(bytes)}`)).toBe(false);
        for (const wrong of [
          token.toLowerCase(),
          token.slice(0, -1),
          `${token}0`,
          token.slice(4),
          `HB2:${token.slice(4)}`,
        ]) {
          expect(readToken(wrong)).toBeUndefined();
          expect(isSignedBy(ours.publicKey, wrong)).toBe(false);
        }
        expect(isSignedBy(other.publicKey, token)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('has no second signature: S plus the order of the curve is refused', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    fc.assert(
      fc.property(claims, (each) => {
        const bytes = fromBase45(writeToken(ours.privateKey, each).slice(4)) as Buffer;
        const s = BigInt(`0x${Buffer.from(bytes.subarray(67)).reverse().toString('hex')}`) + order;
        Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 67);
        expect(isSignedBy(ours.publicKey, `HB1:${toBase45(bytes)}`)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  test('is what the page for makers of tills says, to the letter of its example', () => {
    const page = readFileSync('docs/offline-tills.md', 'utf8');
    const said = (name: string) => page.match(new RegExp(`^${name} +(.+)$`, 'm'))?.[1] ?? '';
    const token = said('token');
    expect(isSignedBy(publicKeyOf(Buffer.from(said('public key'), 'base64')) as KeyObject, token)).toBe(true);
    const claims = readToken(token);
    const [issuedAt, expiresAt] = [...said('says').matchAll(/\S+Z/g)].map(([instant]) => Date.parse(instant) / 1000);
    expect(claims).toEqual({
      keyId: 1,
      offlineAllowed: true,
      serial: 4711,
      retailer: shortId(said('retailer')),
      valueCents: 500,
      issuedAtSeconds: issuedAt,
      expiresAtSeconds: expiresAt,
      offer: shortOffer(said('offer')),
    });
  });

  test('is checked with a key of 32 bytes and no other', () => {
    const { x = '' } = ours.publicKey.export({ format: 'jwk' });
    const token = writeToken(ours.privateKey, fc.sample(claims, 1)[0] as VoucherClaims);
    expect(isSignedBy(publicKeyOf(Buffer.from(x, 'base64url')) as KeyObject, token)).toBe(true);
    expect(publicKeyOf(Buffer.alloc(31))).toBeUndefined();
  });
});

describe('a till that is cut off', () => {
  const retailerId = randomUUID();
  const now = new Date('2026-11-21T12:00:00.000Z');
  const at = (hours: number) => Math.floor(now.getTime() / 1000) + hours * 3600;
  const good: VoucherClaims = {
    keyId: 1,
    offlineAllowed: true,
    serial: 7,
    retailer: shortId(retailerId),
    valueCents: 2_500,
    issuedAtSeconds: at(-1),
    expiresAtSeconds: at(1),
    offer: shortOffer(randomUUID()),
  };
  const asOf = new Date(now.getTime() - 3_600_000);
  const till: OfflineTill = {
    keys: new Map([[1, ours.publicKey]]),
    retailerId,
    limitCents: 2_500,
    revocations: { asOf, has: () => false },
    taken: { has: () => false },
  };
  const told = (change: Partial<VoucherClaims>, standing: Partial<OfflineTill> = {}, instant = now) =>
    refuseOffline(writeToken(ours.privateKey, { ...good, ...change }), { ...till, ...standing }, instant);

  test('takes what is genuine, in time, its own, allowed, within its limit, on no list and new to it', () => {
    expect(told({})).toBeUndefined();
    expect(told({ keyId: 2 })).toBe('TOKEN_INVALID');
    expect(told({ issuedAtSeconds: at(0) + 1 })).toBe('NOT_YET_ISSUED');
    expect(told({ expiresAtSeconds: at(0) })).toBe('EXPIRED');
    expect(told({ retailer: shortId(randomUUID()) })).toBe('OTHER_RETAILER');
    expect(told({ offlineAllowed: false })).toBe('NOT_OFFLINE');
    expect(told({ valueCents: 2_501 })).toBe('ABOVE_LIMIT');
    const listed = { asOf, has: (serial: number) => serial === 7 };
    expect(told({}, { revocations: listed })).toBe('REVOKED');
    expect(told({}, { taken: { has: (serial) => serial === 7 } })).toBe('ALREADY_TAKEN');
  });

  test('takes nothing by a list that is too old or from the future, nor by a clock that was set back', () => {
    const list = (milliseconds: number) => ({ asOf: new Date(now.getTime() + milliseconds), has: () => false });
    expect(told({}, { revocations: list(-LIST_HOURS * 3_600_000) })).toBeUndefined();
    expect(told({}, { revocations: list(-LIST_HOURS * 3_600_000 - 1) })).toBe('LIST_TOO_OLD');
    expect(told({}, { revocations: list(1) })).toBe('LIST_TOO_OLD');
    expect(told({}, {}, new Date(now.getTime() - 2 * 3_600_000))).toBe('NOT_YET_ISSUED');
  });

  test('says what is wrong in one order: signature, time, retailer, revoked, used', () => {
    const listed = { asOf, has: () => true };
    const taken = { has: () => true };
    const all = { expiresAtSeconds: at(0), retailer: shortId(randomUUID()) };
    const everything = { revocations: listed, taken };
    expect(told({ ...all, keyId: 9 }, everything)).toBe('TOKEN_INVALID');
    expect(told(all, everything)).toBe('EXPIRED');
    expect(told({ retailer: all.retailer }, everything)).toBe('OTHER_RETAILER');
    expect(told({}, everything)).toBe('REVOKED');
    expect(told({}, { taken })).toBe('ALREADY_TAKEN');
  });
});
