/*
 * Whatever is done to a scheme in whatever order, it goes as a model of a few lines says: who is refused and why, what is
 * left of the budget, and what people have.
 */
import fc from 'fast-check';
import type { Person } from '../testing/town.ts';
import { type City, clerk, DAY, openCity } from './testing/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity();
});

afterAll(async () => {
  await city.close();
});

type Command =
  | {
      readonly kind: 'apply';
      readonly who: number;
      readonly fee: number;
      readonly cents: number;
      readonly points: number | null;
    }
  | { readonly kind: 'confirm' | 'refuse' | 'withdraw' | 'reverse'; readonly claim: number }
  | { readonly kind: 'wait'; readonly days: number }
  | { readonly kind: 'publish'; readonly budgetCents: number }
  | { readonly kind: 'close' | 'sweep' };

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('apply' as const),
      who: fc.integer({ min: 0, max: 2 }),
      fee: fc.integer({ min: 0, max: 5 }),
      cents: fc.integer({ min: 0, max: 120 }),
      points: fc.option(fc.integer({ min: 1, max: 30 })),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('confirm' as const, 'refuse' as const, 'withdraw' as const, 'reverse' as const),
      claim: fc.nat({ max: 8 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 15 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), budgetCents: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'sweep' as const, 'sweep' as const) }) },
);

interface Claim {
  readonly id: string;
  readonly who: number;
  readonly fee: number;
  readonly points: number;
  readonly valueCents: number;
  readonly lapsesOnDay: number;
  state: 'pending' | 'settled' | 'refused' | 'withdrawn' | 'lapsed' | 'reversed';
}

/** Set SCHEME_MODEL_RUNS for a longer look. */
const RUNS = Number(process.env.SCHEME_MODEL_RUNS ?? 30);
const CENTS_PER_POINT = 3;
const PER_PERSON_CENTS = 90;
const EARNED = 40;

class Model {
  readonly claims: Claim[] = [];
  budgetCents = 150;
  closed = false;
  day = 0;

  live = () => this.claims.filter(({ state }) => state === 'pending' || state === 'settled');
  usedBy = (who?: number) =>
    this.live().reduce((sum, claim) => sum + (who === undefined || claim.who === who ? claim.valueCents : 0), 0);
  remaining = () => (this.closed ? 0 : Math.max(0, this.budgetCents - this.usedBy()));
  available = (who: number) =>
    EARNED - this.live().reduce((sum, claim) => sum + (claim.who === who ? claim.points : 0), 0);

  pass(days: number): void {
    this.day += days;
    for (const claim of this.claims) {
      if (claim.state === 'pending' && claim.lapsesOnDay <= this.day) claim.state = 'lapsed';
    }
  }

  /** How many points are claimed, or the refusal. */
  apply({ who, fee, cents, points }: Command & { kind: 'apply' }): number | string {
    if (this.closed) return 'SCHEME_UNAVAILABLE';
    if (this.live().some((claim) => claim.fee === fee)) return 'FEE_CLAIMED';
    const limits: readonly (readonly [string, number])[] = [
      ['SHARE_EXCEEDED', Math.floor(Math.floor(cents / 2) / CENTS_PER_POINT)],
      ['PER_PERSON_LIMIT', Math.floor((PER_PERSON_CENTS - this.usedBy(who)) / CENTS_PER_POINT)],
      ['BUDGET_EXHAUSTED', Math.floor(this.remaining() / CENTS_PER_POINT)],
      ['INSUFFICIENT_POINTS', this.available(who)],
    ];
    const asked = points ?? Math.max(1, Math.min(...limits.map(([, most]) => most)));
    return limits.find(([, most]) => asked > most)?.[0] ?? asked;
  }

  /** The state afterwards, or undefined where that is refused. */
  decide(claim: Claim, kind: 'confirm' | 'refuse' | 'withdraw' | 'reverse'): Claim['state'] | undefined {
    const [from, to] = (
      {
        confirm: ['pending', 'settled'],
        refuse: ['pending', 'refused'],
        withdraw: ['pending', 'withdrawn'],
        reverse: ['settled', 'reversed'],
      } as const
    )[kind];
    if (claim.state === to) return to;
    return claim.state === from ? to : undefined;
  }
}

test(
  'a scheme goes as its model says',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commands, { minLength: 5, maxLength: 30 }), async (given) => {
        const model = new Model();
        let terms = await city.scheme({
          centsPerPoint: CENTS_PER_POINT,
          perPersonCents: PER_PERSON_CENTS,
          budgetCents: model.budgetCents,
        });
        const { schemeId } = terms;
        const hall = clerk(terms.municipalityId);
        const people: Person[] = [];
        for (let count = 0; count < 3; count++) people.push(await city.resident(2));
        for (const command of given) {
          if (command.kind === 'apply') {
            const expected = model.apply(command);
            const { who, fee, cents, points } = command;
            const input = { feeReference: `fee ${fee}`, feeCents: cents, points };
            const { code, payload } = await city.apply(people[who] as Person, schemeId, input);
            expect(code ?? payload.claim.points).toBe(expected);
            if (typeof expected === 'number') {
              const { id, valueCents } = payload.claim;
              expect(valueCents).toBe(expected * CENTS_PER_POINT);
              const lapsesOnDay = model.day + 14;
              model.claims.push({ id, who, fee, points: expected, valueCents, lapsesOnDay, state: 'pending' });
            }
          } else if ('claim' in command) {
            const claim = model.claims[command.claim];
            if (!claim) continue;
            const expected = model.decide(claim, command.kind);
            const caller = command.kind === 'withdraw' ? (people[claim.who] as Person) : hall;
            const { code, payload } = await city[command.kind](caller, claim.id);
            expect(code ?? payload.claim.status.toLowerCase()).toBe(expected ?? 'CLAIM_STATE');
            if (expected) claim.state = expected;
          } else if (command.kind === 'wait') {
            city.clock.advance(command.days * DAY);
            model.pass(command.days);
          } else if (command.kind === 'publish') {
            terms = await city.scheme({ ...terms, version: terms.version + 1, budgetCents: command.budgetCents });
            model.budgetCents = command.budgetCents;
          } else if (command.kind === 'sweep') {
            await city.services.claimSweep.look();
            await city.services.ledgerSweep.look();
          } else {
            await city.deliver('scheme.archived', { schemeId, archivedAt: city.nowText() });
            model.closed = true;
          }
          expect(await city.remaining(schemeId)).toBe(model.remaining());
        }
        for (const [who, person] of people.entries()) {
          expect((await city.points(person)).available).toBe(model.available(who));
        }
        expect(await city.problems()).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 1_000,
);
