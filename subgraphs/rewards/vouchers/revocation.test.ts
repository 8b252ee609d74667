import fc from 'fast-check';
import { isRevoked, packSerials } from './revocation.ts';

test('a list holds the serials that were put in, and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { maxLength: 200 }),
      fc.nat(6_000),
      (given, other) => {
        const serials = [...given].sort((one, two) => one - two);
        const list = packSerials(serials);
        expect(list.count).toBe(serials.length);
        for (const serial of serials) expect(isRevoked(list, serial)).toBe(true);
        expect(isRevoked(list, other)).toBe(serials.includes(other));
      },
    ),
  );
});

test('a busy shop’s list stays small: fifty thousand used vouchers among ten million are less than 200 KB', () => {
  const serials = Array.from({ length: 50_000 }, (_, index) => index * 200 + ((index * 7_919) % 200));
  const { bitmap } = packSerials(serials);
  expect(bitmap.length).toBeLessThan(200_000);
  expect(packSerials([]).bitmap.length).toBeLessThan(10);
});
