import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Secrets } from './secrets.ts';

const secrets = new Secrets(randomBytes(32), randomBytes);

test('what was sealed opens with the same key and context only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string(), fc.string(), (text, context, other) => {
      const sealed = secrets.seal(text, context);
      expect(secrets.unseal(sealed, context)).toBe(text);
      if (other !== context) expect(() => secrets.unseal(sealed, other)).toThrow();
      expect(() => new Secrets(randomBytes(32), randomBytes).unseal(sealed, context)).toThrow();
    }),
  );
});

test('no changed, shortened or made-up ciphertext opens', () => {
  const sealed = secrets.seal('a text', 'context');
  fc.assert(
    fc.property(fc.nat(Buffer.from(sealed, 'base64url').length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(sealed, 'base64url');
      changed[at] = (changed[at] ?? 0) ^ flip;
      expect(() => secrets.unseal(changed.toString('base64url'), 'context')).toThrow();
      expect(() =>
        secrets.unseal(Buffer.from(sealed, 'base64url').subarray(0, at).toString('base64url'), 'context'),
      ).toThrow();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(() => secrets.unseal(Buffer.from(bytes).toString('base64url'), 'context')).toThrow();
    }),
  );
});

test('the same text never looks the same twice', () => {
  expect(secrets.seal('a text', 'context')).not.toBe(secrets.seal('a text', 'context'));
});

test('only the holder of the token opens what was sealed for it', () => {
  const sealed = secrets.sealFor('token', 'a text', 'context');
  expect(secrets.unsealWith('token', sealed, 'context')).toBe('a text');
  expect(() => secrets.unsealWith('another', sealed, 'context')).toThrow();
});

test('keyed hashes differ by purpose, by key and by where one value ends', () => {
  const hashes = [
    secrets.keyedHash('phone', 'a', 'bc'),
    secrets.keyedHash('phone', 'ab', 'c'),
    secrets.keyedHash('email', 'a', 'bc'),
    new Secrets(randomBytes(32), randomBytes).keyedHash('phone', 'a', 'bc'),
  ];
  expect(new Set(hashes).size).toBe(4);
  expect(secrets.keyedHash('phone', 'a', 'bc')).toBe(hashes[0]);
});

test('one-time codes are six digits, also small ones, and no number favours small codes', () => {
  const drawn = [7, 4_294_000_000, 4_294_967_295, 999_999].map((number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
  });
  const steered = new Secrets(randomBytes(32), () => drawn.shift() ?? randomBytes(4));
  expect(steered.digits()).toBe('000007');
  expect(steered.digits()).toBe('999999');
  fc.assert(fc.property(fc.constant(null), () => expect(secrets.digits()).toMatch(/^\d{6}$/)));
});
