import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, type Person } from '../testing/town.ts';
import { DAY, openTreasury, type Treasury } from './testing/treasury.ts';

const ZIP_CODES = ['78704', '10001'] as const;
let treasury: Treasury;
let people: Person[];

beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
  const longAgo = '2026-06-01T00:00:00Z';
  people = [
    ...(await treasury.settle(12, ZIP_CODES[0], longAgo)),
    ...(await treasury.settle(12, ZIP_CODES[1], longAgo)),
  ];
});

afterAll(async () => {
  await treasury.close();
});

const zip = fc.constantFrom(...ZIP_CODES);
const colleague: Caller = { accountId: randomUUID(), scopes: ['administrator'] };

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constant('sell' as const), zip, fc.integer({ min: 1, max: 900_000 }), fc.nat(40)),
  },
  { weight: 4, arbitrary: fc.tuple(fc.constant('giveBack' as const), fc.nat(), fc.integer({ min: 1, max: 900_000 })) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 20 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('propose' as const), zip) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('vote' as const), zip, fc.nat(4)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('override' as const), zip, fc.nat(4)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('closeNow' as const), zip) },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;
interface Sold {
  readonly externalId: string;
  readonly cents: number;
  left: number;
}

/** What is done to the funds; what is refused is refused for a reason that the state of things gives. */
async function carryOut(command: Command, retailerId: string, sold: Sold[]): Promise<string | undefined> {
  switch (command[0]) {
    case 'sell': {
      const [, zipCode, cents, daysAgo] = command;
      const soldAt = new Date(treasury.clock.now().getTime() - daysAgo * DAY).toISOString();
      const row = treasury.row({ zipCode, cents, soldAt });
      const { payload } = await treasury.report(retailerId, [row]);
      expect(payload.results[0].outcome).toBe('RECORDED');
      sold.push({ externalId: row.externalId, cents, left: cents });
      return undefined;
    }
    case 'giveBack': {
      const sale = sold[command[1] % Math.max(1, sold.length)];
      if (!sale) return undefined;
      const refund = { ...treasury.row({ cents: command[2] }), refundsExternalId: sale.externalId };
      const { payload } = await treasury.report(retailerId, [refund]);
      const fits = command[2] <= sale.left;
      expect(payload.results[0].refusal).toBe(fits ? null : 'REFUND_TOO_LARGE');
      if (fits) sale.left -= command[2];
      return undefined;
    }
    case 'wait':
      await treasury.wait(command[1] * DAY);
      return undefined;
    case 'propose': {
      for (let count = 0; count < 4; count++) await treasury.propose(command[1], randomUUID());
      return undefined;
    }
    case 'vote': {
      const round = (await treasury.fund(command[1]))?.round;
      if (!round) return undefined;
      const voters = people.slice(command[1] === ZIP_CODES[0] ? 0 : 12).slice(0, 11);
      const codes = await Promise.all(
        voters.map(async (person, index) => {
          const option = round.options[(command[2] + (index % 3 ? 0 : 1)) % 5];
          return (await treasury.vote(person, round.id, option.id)).code;
        }),
      );
      expect(new Set(codes).size).toBe(1);
      return codes[0];
    }
    case 'override': {
      const round = (await treasury.fund(command[1]))?.round;
      if (!round) return undefined;
      const proposed = await treasury.override(round.id, round.options[command[2]].id, 'For the walk.');
      if (proposed.code) return proposed.code;
      return (await treasury.endOverride('confirm', proposed.payload.round.proposedOverride.id, colleague)).code;
    }
    case 'closeNow': {
      const month = (await treasury.fund(command[1]))?.month;
      if (!month) return undefined;
      const input = { zipCode: command[1], month: month.month };
      return (await treasury.mutate('closeFundMonth', 'CloseFundMonthInput', 'month { id }', input, administrator))
        .code;
    }
  }
}

test('after any walk of sales, refunds, months, votes and overrides every cent is where it is said to be', async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 15, maxLength: 40 }), async (commands) => {
      const retailerId = randomUUID();
      const sold: Sold[] = [];
      for (const each of commands) {
        const code = await carryOut(each, retailerId, sold);
        expect([undefined, 'ROUND_CLOSED', 'FUND_STATE', 'NOT_ELIGIBLE']).toContain(code);
      }
      expect(await treasury.problems()).toEqual([]);
      const whole = sold.every(({ left }) => left === 0);
      const owed = -(await treasury.ledger('affiliate', retailerId));
      expect(owed).toBeGreaterThanOrEqual(0);
      if (whole) expect(owed).toBe(0);
      // Within half a cent for each sale, what is owed is the rate of what was not given back.
      const due = sold.reduce((sum, { left }) => sum + left * 0.05, 0);
      expect(Math.abs(owed - due)).toBeLessThanOrEqual(sold.length);
      const { payload } = await treasury.ask('{ feeRules { version } }', {}, administrator);
      expect(payload).toHaveLength(1);
    }),
    { numRuns: 12 },
  );
  const rows = await treasury.em().execute<{ what: string }[]>(
    `select distinct ground as what from rewards.fund_decision union select distinct state from rewards.fund_month
       union select 'payout' from rewards.transaction where kind = 'fund_payout'`,
  );
  for (const { what } of rows) reached.add(what);
  // A walk that never comes to a vote proves nothing.
  expect([...reached]).toEqual(expect.arrayContaining(['settled', 'below_quorum']));
});
