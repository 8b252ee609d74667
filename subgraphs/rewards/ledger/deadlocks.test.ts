import { randomUUID } from 'node:crypto';
import { openTown, type Town } from '../testing/town.ts';
import { type LedgerAccount, postAll } from './ledger.ts';
import { type Books, idOf, type Outcome, openBooks, somebody, TRIAL } from './testing/books.ts';

/** A minute or more by hand: `LEDGER_RACE_SECONDS=60 npm run jest -- subgraphs/rewards/ledger/deadlocks.test.ts`. */
const SECONDS = Number(process.env.LEDGER_RACE_SECONDS ?? 3);
const CALLERS = 40;
const PEOPLE = 6;
const EACH = 100_000;

let town: Town;
let books: Books;

beforeAll(async () => {
  town = await openTown({ environment: { DATABASE_POOL: `${CALLERS}` } });
  books = await openBooks(town);
});

afterAll(async () => {
  await town.close();
});

/** What may be refused where everybody does everything to everybody; a deadlock is an error and none of these. */
const EXPECTED: readonly (string | undefined)[] = [undefined, 'INSUFFICIENT_POINTS', 'ALREADY_REVERSED', 'HOLD_ENDED'];

test(
  'whatever moves between the same few people in whatever order for a while, nobody waits in a circle',
  async () => {
    const people = await Promise.all(Array.from({ length: PEOPLE }, () => somebody(books, EACH)));
    const at = (index: number) => people[index % PEOPLE] as LedgerAccount;
    const told = new Map<string | undefined, number>();
    const tell = ({ code }: Outcome) => told.set(code, (told.get(code) ?? 0) + 1);
    const soon = new Date(town.clock.now().getTime() + 3_600_000);

    /** Each caller goes round the people in a direction of its own, so that opposite orders meet all the time. */
    const deeds: readonly ((index: number, step: number) => Promise<Outcome>)[] = [
      (index, step) => books.move([{ from: at(index), to: at(index + step), amount: 3 }]),
      (index, step) => books.move([{ from: at(index + step), to: at(index), amount: 2 }]),
      (index, step) =>
        books.move([
          { from: at(index), to: at(index + step), amount: 2 },
          { from: at(index + 2 * step), to: at(index + 3 * step), amount: 1 },
          { from: at(index + step), to: at(index + 2 * step), amount: 1 },
        ]),
      async (index, step) =>
        books.reverse(idOf(await books.move([{ from: at(index), to: at(index + step), amount: 1 }]))),
      async (index, step) => {
        const held = await books.hold(at(index), 4, soon);
        if (held.code !== undefined) return held;
        return step === 1 ? books.release(held.id) : books.capture(held.id, at(index), 1);
      },
      async (index, step) => {
        await books.work((work) =>
          postAll(
            work,
            people.map((_, place) => ({
              kind: TRIAL,
              businessKey: `round ${randomUUID()}`,
              fingerprint: '',
              from: at(index + place * step),
              to: at(index + (place + 1) * step),
              points: 1,
            })),
          ),
        );
        return { id: '', fresh: true };
      },
    ];
    const end = performance.now() + SECONDS * 1000;
    await Promise.all(
      Array.from({ length: CALLERS }, async (_, caller) => {
        const step = caller % 2 === 0 ? 1 : PEOPLE - 1;
        // As long as that, and each deed twice however slow the machine is.
        for (let round = 0; performance.now() < end || round < 2 * deeds.length; round++) {
          const deed = deeds[(caller + round) % deeds.length] as (typeof deeds)[0];
          tell(await deed(caller + round * step, step));
        }
      }),
    );
    expect([...told.keys()].filter((code) => !EXPECTED.includes(code))).toEqual([]);
    expect(told.get(undefined)).toBeGreaterThan(CALLERS * deeds.length);
    const [row] = await town.em().execute<{ deadlocks: string; captured: string }[]>(
      `select s.deadlocks, (select count(*) from rewards.hold where state = 'captured') as captured
         from pg_stat_database s where s.datname = current_database()`,
    );
    expect(Number(row?.deadlocks)).toBe(0);
    const balances = await Promise.all(people.map(({ ownerId }) => books.balance(ownerId)));
    const left = balances.reduce((sum, { available, held }) => sum + available + held, 0);
    expect(left).toBe(PEOPLE * EACH - Number(row?.captured));
    expect(await town.problems()).toEqual([]);
  },
  SECONDS * 1000 + 120_000,
);
