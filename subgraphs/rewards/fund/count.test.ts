import fc from 'fast-check';
import { decide } from './count.ts';
import { FundDecisionGround } from './round.ts';

const counted = (...votes: number[]) =>
  votes.map((count, index) => ({ id: `o${index + 1}`, position: index + 1, votes: count }));

test.each([
  [[5, 3, 0, 0, 0], FundDecisionGround.MAJORITY, [['o1', 100]]],
  [
    [0, 4, 4, 0, 0],
    FundDecisionGround.TIE,
    [
      ['o2', 50],
      ['o3', 50],
    ],
  ],
  [
    [3, 3, 3, 0, 0],
    FundDecisionGround.TIE,
    [
      ['o1', 34],
      ['o2', 33],
      ['o3', 33],
    ],
  ],
  [
    [0, 0, 0, 4, 4],
    FundDecisionGround.TIE,
    [
      ['o4', 50],
      ['o5', 50],
    ],
  ],
  [[1, 2, 0, 0, 9], FundDecisionGround.NONE_OF_THESE, [['o5', 100]]],
  [[0, 0, 0, 0, 8], FundDecisionGround.NONE_OF_THESE, [['o5', 100]]],
  [[0, 0, 0, 0, 0], FundDecisionGround.BELOW_QUORUM, [['o5', 100]]],
  [[7, 0, 0, 0, 0], FundDecisionGround.BELOW_QUORUM, [['o5', 100]]],
] as const)('%j votes come to %s', (votes, ground, awards) => {
  const outcome = decide(100, 8, counted(...votes));
  expect(outcome.ground).toBe(ground);
  expect(outcome.awards.map(({ optionId, cents }) => [optionId, cents])).toEqual(awards);
});

test('every count divides the money exactly, among those with the most votes alone', () => {
  const votes = fc.tuple(...Array.from({ length: 5 }, () => fc.nat(6)));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.integer({ min: 1, max: 20 }),
      votes,
      (cents, quorum, given) => {
        const { ground, awards } = decide(cents, quorum, counted(...given));
        expect(awards.reduce((sum, award) => sum + award.cents, 0)).toBe(cents);
        const most = Math.max(...given);
        const winners = awards.map(({ optionId }) => given[Number(optionId.slice(1)) - 1]);
        const total = given.reduce((sum, each) => sum + each, 0);
        expect(ground === FundDecisionGround.BELOW_QUORUM).toBe(total < quorum);
        if (ground === FundDecisionGround.BELOW_QUORUM) expect(awards).toEqual([{ optionId: 'o5', cents }]);
        else expect(winners.every((each) => each === most)).toBe(true);
        const parts = awards.map((award) => award.cents);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 1_000 },
  );
});
