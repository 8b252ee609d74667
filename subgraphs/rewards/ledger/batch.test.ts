/* What is written together is what would have been written one by one. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { openTown, type Town } from '../testing/town.ts';
import { issuance, type LedgerAccount, type Posting, person, post, postAll } from './ledger.ts';
import { type Books, openBooks, TRIAL } from './testing/books.ts';

let town: Town;
let books: Books;

beforeAll(async () => {
  town = await openTown();
  books = await openBooks(town);
});
afterAll(() => town.close());

const SHOP: LedgerAccount = { kind: 'retailer', ownerId: randomUUID() };
const PEOPLE = 5;

interface Wish {
  readonly who: number;
  readonly what: 'earn' | 'spend' | 'give' | 'split' | 'again';
  readonly amount: number;
  /** Days after which what is earned runs out. */
  readonly days: number | undefined;
}

const wishes = fc.array(
  fc.record<Wish>({
    who: fc.nat(PEOPLE - 1),
    what: fc.constantFrom('earn', 'earn', 'spend', 'spend', 'give', 'split', 'again'),
    amount: fc.integer({ min: 1, max: 30 }),
    days: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 40 },
);

const REPEATED: Wish = { who: 0, what: 'again', amount: 1, days: undefined };

interface Group {
  readonly name: string;
  readonly people: readonly LedgerAccount[];
  /** From when ends are reckoned: the same of both groups, while the clock goes on. */
  readonly start: number;
}

function postingsOf(list: readonly Wish[], { people, name, start }: Group): Posting[] {
  const at = (index: number) => people[index % PEOPLE] as LedgerAccount;
  return list.map(({ who, what, amount, days }, index) => {
    const head = { kind: TRIAL, businessKey: `${name} ${what === 'again' ? 'again' : index}`, fingerprint: '' };
    const end = days === undefined ? {} : { lotExpiresAt: new Date(start + days * 86_400_000) };
    if (what === 'earn' || what === 'again') {
      // A repeated key is one wish: always of the same person, for the same.
      const to = what === 'again' ? at(0) : at(who);
      return { ...head, ...(what === 'earn' && end), from: issuance, to, points: what === 'again' ? 3 : amount };
    }
    if (what === 'spend') return { ...head, from: at(who), to: SHOP, points: amount };
    if (what === 'give') return { ...head, from: at(who), to: at(who + 1), points: amount };
    return {
      ...head,
      legs: [
        { from: at(who), to: SHOP, amount },
        { from: issuance, to: at(who + 2), amount: 2 },
      ],
    };
  });
}

/** What the books say of these people: balances, each entry, and what is left of each lot. */
async function booksOf(people: readonly LedgerAccount[]) {
  const owners = people.map(({ ownerId }) => ownerId);
  const em = town.em();
  const accounts = await em.execute(
    `select array_position(?::uuid[], owner_id) as who, balance, held, earned, spent, expired, entries
     from rewards.account where kind = 'person' and owner_id in (?) order by 1`,
    [`{${owners.join(',')}}`, owners],
  );
  const entries = await em.execute(
    `select array_position(?::uuid[], a.owner_id) as who,
       case when p.debit_id = a.id then p.debit_entry else p.credit_entry end as entry,
       case when p.debit_id = a.id then p.debit_balance else p.credit_balance end as balance
     from rewards.account a join rewards.posting p on a.id in (p.debit_id, p.credit_id)
     where a.kind = 'person' and a.owner_id in (?) order by 1, 2`,
    [`{${owners.join(',')}}`, owners],
  );
  const lots = await em.execute(
    `select array_position(?::uuid[], a.owner_id) as who, l.expires_at, sum(l.granted - l.taken) as rest
     from rewards.account a join rewards.lot l on l.account_id = a.id
     where a.owner_id in (?) group by 1, 2 having sum(l.granted - l.taken) > 0 order by 1, 2`,
    [`{${owners.join(',')}}`, owners],
  );
  return { accounts, entries, lots };
}

const outcomeOf = (task: Promise<{ fresh: boolean }[]>) =>
  task.then(
    (posted) => posted.map(({ fresh }) => fresh),
    (error: { code: string }) => error.code,
  );

test('a batch leaves the books as its postings would one by one, or leaves them alone where they would be refused', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, async (list) => {
      const start = town.clock.now().getTime();
      const groups = ['together', 'alone'].map((name) => ({
        start,
        name: `${name} ${randomUUID()}`,
        people: Array.from({ length: PEOPLE }, () => person(randomUUID())),
      }));
      for (const { people } of groups) for (const each of people) await books.grant(each, 120);
      const [together, alone] = groups.map((group) => postingsOf(list, group));
      const one = await outcomeOf(books.work((work) => postAll(work, together ?? [])));
      const other = await outcomeOf(
        books.work(async (work) => {
          const posted = [];
          for (const posting of alone ?? []) posted.push(await post(work, posting));
          return posted;
        }),
      );
      expect(one).toEqual(other);
      const [first, second] = await Promise.all(groups.map(({ people }) => booksOf(people)));
      expect(first).toEqual(second);
    }),
    // A key that comes twice goes by itself, and must not be overtaken by what else its person gets.
    { numRuns: 60, examples: [[[REPEATED, REPEATED, { ...REPEATED, what: 'earn' }]]] },
  );
  expect(await town.problems()).toEqual([]);
});

test('a batch that meets a frozen account, a hold or points that ran out goes by the same rules', async () => {
  const [frozen, held, late] = await Promise.all(
    [1, 2, 3].map(async () => {
      const account = person(randomUUID());
      await books.grant(account, 10, new Date(town.clock.now().getTime() + 86_400_000));
      return account;
    }),
  );
  if (!frozen || !held || !late) throw new Error('three people are there');
  await town.em().execute(`update rewards.account set status = 'frozen' where owner_id = ?`, [frozen.ownerId]);
  await books.hold(held, 8, new Date(town.clock.now().getTime() + 60_000));
  const spend = (from: LedgerAccount, points: number): Posting => ({
    kind: TRIAL,
    businessKey: `late ${randomUUID()}`,
    fingerprint: '',
    from,
    to: SHOP,
    points,
  });
  const all = (...list: Posting[]) => outcomeOf(books.work((work) => postAll(work, list)));
  expect(await all(spend(late, 1), spend(frozen, 1))).toBe('ACCOUNT_FROZEN');
  expect(await all(spend(late, 1), spend(held, 3))).toBe('INSUFFICIENT_POINTS');
  expect(await all(spend(late, 1), spend(held, 2))).toEqual([true, true]);
  town.clock.advance(86_400_000);
  expect(await all(spend(late, 1), spend(late, 1))).toBe('INSUFFICIENT_POINTS');
  expect(await town.problems()).toEqual([]);
});
