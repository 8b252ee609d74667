import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventBody } from '../../../schema/events.ts';
import { audit } from '../ledger/audit.ts';
import { citizen, officer, openTown, type Person, POINTS, type Town } from '../testing/town.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown({ environment: { DATABASE_POOL: '40' } });
});

afterEach(async () => {
  expect(await town.problems()).toEqual([]);
});

afterAll(async () => {
  await town.close();
});

type Meeting = EventBody<'connection.confirmed'>;

const takeBack = ({ evidence: _, ...meeting }: Meeting, id: string = randomUUID()) =>
  town.deliver('connection.clawedBack', { ...meeting, clawedBackAt: town.nowText() }, { id });
const balance = async (who: Person) =>
  (await town.entity('Account', who.accountId, 'points { available earned spent owed }', who)).points;

async function met(o: Person, c: Person, evidence: Meeting['evidence'] = 'proximity'): Promise<Meeting> {
  const fact = town.meeting(o.accountId, c.accountId, evidence);
  await town.deliver('connection.confirmed', fact);
  return fact;
}

test('both awards are reversed once, however often it is told, and both are told', async () => {
  const [o, c] = [officer(), citizen()];
  const fact = await met(o, c, 'code');
  await met(o, c, 'vicinity');
  const changes = await town.subscribe('subscription { pointsChanges { points reason balance { available } } }', {}, c);
  await changes.next();
  const told = changes.next();
  await Promise.all([takeBack(fact), takeBack(fact), takeBack(fact, fact.connectionId)]);
  expect((await told).value.data.pointsChanges).toEqual({
    points: -30,
    reason: 'CLAW_BACK',
    balance: { available: 15 },
  });
  await changes.return?.();
  for (const who of [o, c]) expect(await balance(who)).toEqual({ available: 15, earned: 15, spent: 0, owed: 0 });
  expect(await town.entity('Connection', fact.connectionId, 'pointsAwarded', c)).toEqual({ pointsAwarded: 0 });
});

test('what the balance does not cover is owed, and the next awards pay it off', async () => {
  const [o, c] = [officer(), citizen()];
  const [first, second] = [await met(o, c), await met(o, c)];
  await town.redeem(c, (await town.publish({ pricePoints: 35 })).offerId);
  await takeBack(first);
  expect(await balance(c)).toEqual({ available: 0, earned: 35, spent: 35, owed: 15 });
  await met(o, c, 'virtual');
  expect(await balance(c)).toEqual({ available: 0, earned: 35, spent: 35, owed: 5 });
  await takeBack(second);
  expect(await balance(c)).toEqual({ available: 0, earned: 35, spent: 35, owed: 25 });
  await met(o, c, 'code');
  expect(await balance(c)).toEqual({ available: 5, earned: 40, spent: 35, owed: 0 });
  expect(await balance(o)).toEqual({ available: 40, earned: 40, spent: 0, owed: 0 });
});

test('told before the awards it keeps them from being given', async () => {
  const [o, c] = [officer(), citizen()];
  const fact = town.meeting(o.accountId, c.accountId);
  await takeBack(fact);
  await town.deliver('connection.confirmed', fact);
  expect(await balance(c)).toEqual({ available: 0, earned: 0, spent: 0, owed: 0 });
  expect((await town.recorded('points.awarded')).filter((each) => each.connectionId === fact.connectionId)).toEqual([]);
});

test('in any order of awards, claw-backs, spending and repetitions nobody falls below zero and the books are right', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('tell' as const), fc.nat(5)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('take back' as const), fc.nat(5)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('spend' as const), fc.integer({ min: 1, max: 60 })) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 25 }),
      fc.array(fc.constantFrom(...(Object.keys(POINTS) as (keyof typeof POINTS)[])), { minLength: 6, maxLength: 6 }),
      async (steps, grades) => {
        const [o, c] = [officer(), citizen()];
        const charityId = await town.list();
        const facts = grades.map((grade) => town.meeting(o.accountId, c.accountId, grade));
        const [told, gone] = [new Set<Meeting>(), new Set<Meeting>()];
        let spent = 0;
        for (const [kind, value] of steps) {
          const fact = facts[value % facts.length] as Meeting;
          if (kind === 'tell') {
            await town.deliver('connection.confirmed', fact);
            if (!gone.has(fact)) told.add(fact);
          } else if (kind === 'take back') {
            await takeBack(fact);
            gone.add(fact);
          } else {
            const { code } = await town.donate(o, charityId, value);
            if (code === undefined) spent += value;
          }
          const counts = facts.filter((each) => told.has(each) && !gone.has(each));
          const due = counts.reduce((sum, { evidence }) => sum + POINTS[evidence], 0);
          const seen = await balance(o);
          expect(seen.available).toBeGreaterThanOrEqual(0);
          expect(seen.available - seen.owed).toBe(due - spent);
          expect(Math.min(seen.available, seen.owed)).toBe(0);
          expect(seen.earned - seen.spent).toBe(seen.available);
          expect(await balance(c)).toMatchObject({ available: due, owed: 0 });
        }
        expect(await town.problems()).toEqual([]);
      },
    ),
    { numRuns: 25 },
  );
});

test('awards, claw-backs and spending of the same people at once end with every point in its place', async () => {
  const [officers, citizens] = [
    [officer(), officer(), officer()],
    [citizen(), citizen(), citizen()],
  ];
  const { offerId } = await town.publish({ pricePoints: 7 });
  const facts = officers.flatMap((o) => citizens.flatMap((c) => [met(o, c), met(o, c)]));
  const meetings = await Promise.all(facts);
  await Promise.all<unknown>([
    ...meetings.flatMap((fact, index) => (index % 2 ? [takeBack(fact), takeBack(fact)] : [])),
    ...citizens.flatMap((c) => Array.from({ length: 20 }, () => town.redeem(c, offerId))),
    ...officers.flatMap((o) => citizens.map((c) => met(o, c))),
  ]);
  for (const who of [...officers, ...citizens]) {
    const seen = await balance(who);
    // Of nine meetings three were taken back.
    expect(seen.available - seen.owed + seen.spent).toBe(6 * 20);
    expect(seen.spent % 7).toBe(0);
  }
});

test.each([
  ['a claw-back', 'update rewards.claw_back set points = points + 1', 'what the award had given'],
  ['a lost claw-back', 'delete from rewards.claw_back', 'reversal and its claw-back'],
  ['a debt', 'update rewards.owed set points = points + 1', 'what is owed'],
  ['a lost debt', 'delete from rewards.owed', 'what is owed'],
  [
    'a recovery',
    "update rewards.transaction set business_key = replace(business_key, 'recovery', 'recovery of') where kind = 'recovery'",
    'a recovery does not go',
  ],
])('the books do not pass an audit once somebody has tampered with %s', async (_, tampering, problem) => {
  const [o, c] = [officer(), citizen()];
  const fact = await met(o, c);
  await town.redeem(c, (await town.publish({ pricePoints: 15 })).offerId);
  await takeBack(fact);
  await met(o, c, 'virtual');
  const em = town.em();
  await em.begin();
  try {
    await em.execute("set local session_replication_role = 'replica'");
    await em.execute(tampering);
    const { problems } = await audit(em);
    expect(problems).toContainEqual(expect.stringContaining(problem));
  } finally {
    await em.rollback();
  }
});
