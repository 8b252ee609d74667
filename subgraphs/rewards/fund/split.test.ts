import fc from 'fast-check';
import { divide, splitFee, splitRefund } from './split.ts';

const rule = { rateBasisPoints: 500, administrationCents: 100 };
const cents = fc.integer({ min: 0, max: 100_000_000 });
const anyRule = fc.record({
  rateBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  administrationCents: fc.integer({ min: 0, max: 10_000 }),
});

test('a sale of 75 dollars, 100 less 25 for ten points, has a fee of 3.75: 1.00 to administration, 2.75 to the fund', () => {
  expect(splitFee(7_500, rule)).toEqual({ feeCents: 375, administrationCents: 100, fundCents: 275 });
});

test('a fee is rounded half up, and administration takes no more than there is', () => {
  expect(splitFee(9, rule)).toEqual({ feeCents: 0, administrationCents: 0, fundCents: 0 });
  expect(splitFee(10, rule)).toEqual({ feeCents: 1, administrationCents: 1, fundCents: 0 });
  expect(splitFee(2_000, rule)).toEqual({ feeCents: 100, administrationCents: 100, fundCents: 0 });
  expect(splitFee(2_010, rule)).toEqual({ feeCents: 101, administrationCents: 100, fundCents: 1 });
});

test('administration and fund add up to the fee, whatever the sale and the rule', () => {
  fc.assert(
    fc.property(cents, anyRule, (sale, terms) => {
      const { feeCents, administrationCents, fundCents } = splitFee(sale, terms);
      expect(administrationCents + fundCents).toBe(feeCents);
      expect(Math.min(administrationCents, fundCents)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(feeCents - (sale * terms.rateBasisPoints) / 10_000)).toBeLessThanOrEqual(0.5);
    }),
    { numRuns: 2_000 },
  );
});

test('refunds in any parts never take a cent more than their share and end at the fee exactly', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(parts, anyRule, (refunds, terms) => {
      const total = refunds.reduce((sum, part) => sum + part, 0);
      const sale = { cents: total, ...splitFee(total, terms) };
      const taken = { feeCents: 0, administrationCents: 0, fundCents: 0 };
      let earlier = 0;
      for (const part of refunds) {
        const back = splitRefund(sale, earlier, part);
        expect(back.administrationCents + back.fundCents).toBe(back.feeCents);
        expect(Math.min(back.feeCents, back.administrationCents, back.fundCents)).toBeGreaterThanOrEqual(0);
        taken.feeCents += back.feeCents;
        taken.administrationCents += back.administrationCents;
        taken.fundCents += back.fundCents;
        earlier += part;
        expect(Math.abs(taken.feeCents - (sale.feeCents * earlier) / total)).toBeLessThanOrEqual(0.5);
      }
      const { cents: _, ...whole } = sale;
      expect(taken).toEqual(whole);
    }),
    { numRuns: 2_000 },
  );
});

test('what is divided adds up, each part within a cent of its share, the same in any order', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), weights, (total, given) => {
      const shares = given.map((weight, index) => ({ id: `option ${index}`, weight }));
      const parts = divide(total, shares);
      const sum = given.reduce((all, weight) => all + BigInt(weight), 0n);
      if (sum === 0n) return expect(parts.every((part) => part === 0)).toBe(true);
      expect(parts.reduce((all, part) => all + BigInt(part), 0n)).toBe(BigInt(total));
      parts.forEach((part, index) => {
        const off = BigInt(part) * sum - BigInt(total) * BigInt(given[index] ?? 0);
        expect(off < sum && off > -sum).toBe(true);
      });
      expect(divide(total, [...shares].reverse()).reverse()).toEqual(parts);
    }),
    { numRuns: 2_000 },
  );
});

test('of equal remainders the smallest id gets the cent', () => {
  const shares = ['c', 'a', 'b'].map((id) => ({ id, weight: 1 }));
  expect(divide(100, shares)).toEqual([33, 34, 33]);
  expect(divide(101, shares)).toEqual([33, 34, 34]);
});
