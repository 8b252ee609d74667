import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { openTown, type Town } from '../testing/town.ts';
import { freeze, type LedgerAccount, type Leg, person } from './ledger.ts';
import { type Books, budget, type Outcome, openBooks } from './testing/books.ts';
import { Model, ModelAccount, type ModelHold, type ModelTransaction } from './testing/model.ts';

let town: Town;
let books: Books;

beforeAll(async () => {
  town = await openTown();
  books = await openBooks(town);
});

afterAll(async () => {
  await town.close();
});

const DAY = 86_400_000;
const who = fc.nat(3);
const amount = fc.integer({ min: 1, max: 60 });
const index = fc.nat(50);
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constant('grant' as const), who, amount, fc.option(fc.integer({ min: 1, max: 6 }))),
  },
  { weight: 5, arbitrary: fc.tuple(fc.constant('spend' as const), who, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('give' as const), who, who, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('fee' as const), who, amount, amount) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('hold' as const), who, amount, fc.integer({ min: 1, max: 4 })) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('capture' as const), index, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('release' as const), index) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('reverse' as const), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('freeze' as const), who, fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('sweep' as const)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 3 })) },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** Three people and a budget, here and in the model. */
class Trial {
  readonly accounts: readonly LedgerAccount[] = [
    ...Array.from({ length: 3 }, () => person(randomUUID())),
    budget(randomUUID()),
  ];
  readonly twins = this.accounts.map(({ kind }) => new ModelAccount(kind === 'person'));
  readonly model = new Model(this.twins);
  readonly holds: { id: string; account: LedgerAccount; twin: ModelHold }[] = [];
  readonly transactions: { id: string; twin: ModelTransaction }[] = [];

  async run([kind, ...rest]: Command): Promise<void> {
    const [one = 0, two = 0, three = 0] = rest as number[];
    const [account, twin] = this.#at(one);
    this.model.settle(this.twins);
    if (kind === 'grant') {
      const days = account.kind === 'person' ? (rest[2] as number | null) : null;
      const ends = days === null ? {} : { endsOn: this.model.day + days };
      const outcome = await books.grant(account, two, days === null ? undefined : this.#inDays(days));
      this.#compare(outcome, this.model.move([{ to: twin, amount: two, ...ends }]));
    } else if (kind === 'spend') {
      this.#compare(await books.spend(account, two), this.model.move([{ from: twin, amount: two }]));
    } else if (kind === 'give') {
      const [other, otherTwin] = this.#at(two);
      if (other === account || other.kind !== account.kind) return;
      const outcome = await books.move([{ from: account, to: other, amount: three }]);
      this.#compare(outcome, this.model.move([{ from: twin, to: otherTwin, amount: three }]));
    } else if (kind === 'fee') {
      await this.#payFee(this.#at(one % 3), two, three);
    } else if (kind === 'hold') {
      const outcome = await books.hold(account, two, this.#inDays(three));
      const expected = this.model.hold(twin, two, three);
      expect(outcome.code).toBe(typeof expected === 'string' ? expected : undefined);
      if (outcome.code === undefined) this.holds.push({ id: outcome.id, account, twin: expected as ModelHold });
    } else if (kind === 'capture' && this.holds.length > 0) {
      const hold = this.holds[one % this.holds.length] as (typeof this.holds)[number];
      const outcome = await books.capture(hold.id, hold.account, two, `capture ${randomUUID()}`);
      this.#compare(outcome, this.model.capture(hold.twin, two));
    } else if (kind === 'release' && this.holds.length > 0) {
      const hold = this.holds[one % this.holds.length] as (typeof this.holds)[number];
      expect((await books.release(hold.id)).code).toBe(this.model.release(hold.twin));
    } else if (kind === 'reverse' && this.transactions.length > 0) {
      const transaction = this.transactions[one % this.transactions.length] as (typeof this.transactions)[number];
      const outcome = await books.reverse(transaction.id);
      const expected = this.model.reverse(transaction.twin);
      expect(outcome.code).toBe(typeof expected === 'string' ? expected : undefined);
      if (outcome.code === undefined) expect(await books.reverse(outcome.id)).toEqual({ code: 'NOT_REVERSIBLE' });
    } else if (kind === 'freeze') {
      await books.work((work) => freeze(work, account, rest[1] === true));
      twin.frozen = rest[1] === true;
    } else if (kind === 'sweep') {
      await town.services.ledgerSweep.look();
    } else if (kind === 'wait') {
      town.clock.advance(one * DAY);
      this.model.day += one;
    }
  }

  /** Points of a person and cents of the budget in one transaction: both or neither. */
  async #payFee([account, twin]: readonly [LedgerAccount, ModelAccount], points: number, cents: number): Promise<void> {
    const [money, moneyTwin] = this.#at(3);
    const owner = randomUUID();
    const legs: [Leg, Leg] = [
      { from: account, to: { kind: 'municipality', ownerId: owner }, amount: points },
      { from: money, to: { kind: 'fee', ownerId: owner }, amount: cents },
    ];
    const outcome = await books.move(legs);
    const expected = this.model.move([
      { from: twin, amount: points },
      { from: moneyTwin, amount: cents },
    ]);
    this.#compare(outcome, expected);
  }

  #compare(outcome: Outcome, expected: ModelTransaction | string): void {
    expect(outcome.code).toBe(typeof expected === 'string' ? expected : undefined);
    if (outcome.code === undefined) this.transactions.push({ id: outcome.id, twin: expected as ModelTransaction });
  }

  #at(place: number): readonly [LedgerAccount, ModelAccount] {
    return [this.accounts[place] as LedgerAccount, this.twins[place] as ModelAccount];
  }

  #inDays = (days: number) => new Date(town.clock.now().getTime() + days * DAY);

  async look(): Promise<void> {
    this.model.settle(this.twins);
    for (const [place, { kind, ownerId }] of this.accounts.entries()) {
      const twin = this.twins[place] as ModelAccount;
      const { available, held, earned, spent, expired, frozen } = await books.balance(
        ownerId,
        kind as 'person' | 'budget',
      );
      expect({ available, held, earned, spent, expired, frozen }).toEqual({
        available: this.model.available(twin),
        held: this.model.held(twin),
        earned: twin.earned,
        spent: twin.spent,
        expired: twin.expired,
        frozen: twin.frozen,
      });
      expect(available + held).toBe(earned - spent - expired);
    }
  }
}

test('random commands end as a model in plain variables says, and every invariant holds after each', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 60, size: 'max' }), async (commands) => {
      const trial = new Trial();
      for (const each of commands) {
        await trial.run(each);
        await trial.look();
      }
      expect(await town.problems()).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 240_000);
