import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { newVoucherCode, normalizeVoucherCode, VoucherVault } from './voucher-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const plain = (code: string) => code.replaceAll('-', '');
/** fast-check's seeds decide the bytes, so that a failure can be repeated. */
const codes = fc
  .infiniteStream(fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((stream) => newVoucherCode(() => Buffer.from(stream.next().value ?? [])));

test('every code reads back as itself, also as people say and type it', () => {
  fc.assert(
    fc.property(codes, (code) => {
      expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
      expect(normalizeVoucherCode(code)).toBe(code);
      expect(normalizeVoucherCode(plain(code).toLowerCase())).toBe(code);
      expect(normalizeVoucherCode(code.replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(code);
    }),
  );
});

test('a single wrong symbol is always noticed', () => {
  fc.assert(
    fc.property(codes, fc.nat(16), fc.nat(31), (code, place, other) => {
      const symbols = plain(code);
      fc.pre(ALPHABET[other] !== symbols[place]);
      const wrong = symbols.slice(0, place) + ALPHABET[other] + symbols.slice(place + 1);
      expect(normalizeVoucherCode(wrong)).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test('two neighbours in the wrong order are always noticed', () => {
  fc.assert(
    fc.property(codes, fc.nat(15), (code, place) => {
      const symbols = plain(code);
      const [one = '', two = ''] = symbols.slice(place);
      fc.pre(one !== two);
      expect(normalizeVoucherCode(symbols.slice(0, place) + two + one + symbols.slice(place + 2))).toBeUndefined();
    }),
    { numRuns: 2_000 },
  );
});

test('what is no code is refused', () => {
  for (const typed of ['', '0', 'U'.repeat(17), '0'.repeat(16), '0'.repeat(18), `${'0'.repeat(16)}*`]) {
    expect(normalizeVoucherCode(typed)).toBeUndefined();
  }
});

test('the vault shows a code again for its own voucher only, and not once its row was changed', () => {
  const vault = new VoucherVault(randomBytes(32), randomBytes);
  const code = vault.newCode();
  const sealed = vault.encrypt(code, 'voucher 1');
  expect(vault.decrypt(sealed, 'voucher 1')).toBe(code);
  expect(() => vault.decrypt(sealed, 'voucher 2')).toThrow();
  const changed = Buffer.from(sealed);
  changed.writeUInt8(changed.readUInt8(14) ^ 1, 14);
  expect(() => vault.decrypt(changed, 'voucher 1')).toThrow();
  const other = new VoucherVault(randomBytes(32), randomBytes);
  expect(other.digest(code)).not.toEqual(vault.digest(code));
  expect(() => other.decrypt(sealed, 'voucher 1')).toThrow();
});
