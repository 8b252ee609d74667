import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventBody, EventTopic } from '../../schema/events.ts';
import type { Caller } from '../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { reporting } from './reporting.ts';

let subject: TestSubgraph<undefined>;

beforeAll(async () => {
  subject = await openTestSubgraph(reporting);
});

beforeEach(async () => {
  await subject.em().execute('truncate reporting.fact');
});

afterAll(async () => {
  await subject.close();
});

const administrator: Caller = { accountId: randomUUID(), scopes: ['administrator'] };
const connectionsQuery = `query ($from: LocalDate!, $to: LocalDate!, $zipCode: ZipCode) {
  connectionsByDayAndZip(from: $from, to: $to, zipCode: $zipCode) { day zipCode connections } }`;
const pointsQuery = `query ($from: LocalDate!, $to: LocalDate!, $zipCode: ZipCode) {
  pointsByDayAndZip(from: $from, to: $to, zipCode: $zipCode) {
    day zipCode pointsAwarded pointsSpent pointsOnFees pointsDonated vouchersRedeemed } }`;

async function ask(query: string, range: object, caller: Caller | undefined = administrator) {
  const { data, errors } = await subject.execute(query, range, caller);
  return errors?.[0]?.extensions?.code ?? Object.values(data)[0];
}

const march = { from: '2026-03-01', to: '2026-03-31' };
type Told = { [Topic in EventTopic]: readonly [Topic, EventBody<Topic>] }[EventTopic];
const deliver = ([topic, body]: Told) => subject.deliver(topic, body as never);

const meeting = (confirmedAt: string, zipCode: string | null): Told => [
  'connection.confirmed',
  {
    connectionId: randomUUID(),
    officerId: randomUUID(),
    citizenId: randomUUID(),
    evidence: 'virtual',
    zipCode,
    confirmedAt,
  },
];
const award = (awardedAt: string, zipCode: string | null, points: number): Told => [
  'points.awarded',
  {
    transactionId: randomUUID(),
    accountId: randomUUID(),
    role: 'officer',
    connectionId: randomUUID(),
    points,
    ruleVersion: 1,
    zipCode,
    awardedAt,
  },
];
const spending = (issuedAt: string, zipCode: string, points: number): Told => [
  'voucher.issued',
  {
    voucherId: randomUUID(),
    transactionId: randomUUID(),
    accountId: randomUUID(),
    offerId: randomUUID(),
    retailerId: randomUUID(),
    points,
    zipCode,
    issuedAt,
  },
];
const redemption = (redeemedAt: string, zipCode: string): Told => [
  'voucher.redeemed',
  { voucherId: randomUUID(), offerId: randomUUID(), retailerId: randomUUID(), zipCode, redeemedAt },
];
const donation = (donatedAt: string, zipCode: string, points: number): Told => [
  'points.donated',
  {
    donationId: randomUUID(),
    transactionId: randomUUID(),
    accountId: randomUUID(),
    charityId: randomUUID(),
    points,
    zipCode,
    donatedAt,
  },
];
const fee = (settledAt: string, zipCode: string, points: number): Told => [
  'scheme.settled',
  {
    claimId: randomUUID(),
    schemeId: randomUUID(),
    municipalityId: randomUUID(),
    accountId: randomUUID(),
    points,
    valueCents: points * 10,
    zipCode,
    transactionId: randomUUID(),
    feeCents: points * 20,
    settledAt,
  },
];

test('connections are counted by UTC day and zip, unknown places apart and last', async () => {
  const facts = [
    meeting('2026-03-02T23:59:59.999Z', '78701'),
    meeting('2026-03-02T00:00:00.000Z', '78701'),
    meeting('2026-03-02T10:00:00.000Z', null),
    meeting('2026-03-03T00:00:00.000Z', '78704'),
    meeting('2026-04-01T00:00:00.000Z', '78701'),
  ];
  for (const fact of facts) await deliver(fact);
  expect(await ask(connectionsQuery, march)).toEqual([
    { day: '2026-03-02', zipCode: '78701', connections: 2 },
    { day: '2026-03-02', zipCode: null, connections: 1 },
    { day: '2026-03-03', zipCode: '78704', connections: 1 },
  ]);
  expect(await ask(connectionsQuery, { ...march, zipCode: '78704' })).toHaveLength(1);
});

test('what is taken back leaves the day on which it was confirmed, in whatever order it is told', async () => {
  const facts = ['2026-03-02T23:59:59.000Z', '2026-03-02T01:00:00.000Z', '2026-03-03T00:00:00.000Z'].map(
    (at) => meeting(at, '78701') as Told & readonly ['connection.confirmed', EventBody<'connection.confirmed'>],
  );
  const takeBack = async (index: number) => {
    for (const [, { evidence: _, ...body }] of facts.slice(index, index + 1)) {
      await subject.deliver('connection.clawedBack', { ...body, clawedBackAt: '2026-04-20T12:00:00.000Z' });
    }
  };
  await takeBack(2);
  for (const fact of facts) await deliver(fact);
  await takeBack(0);
  await takeBack(0);
  expect(await ask(connectionsQuery, march)).toEqual([{ day: '2026-03-02', zipCode: '78701', connections: 1 }]);
  expect(await ask(pointsQuery, { from: '2026-03-01', to: '2026-04-30' })).toEqual([]);
});

test('points are summed by what became of them', async () => {
  const at = '2026-03-05T12:00:00.000Z';
  for (const fact of [
    award(at, '78701', 20),
    award(at, '78701', 10),
    spending(at, '78701', 15),
    redemption(at, '78701'),
    fee(at, '78701', 7),
    donation(at, '78741', 5),
  ]) {
    await deliver(fact);
  }
  const nothing = {
    day: '2026-03-05',
    pointsAwarded: 0,
    pointsSpent: 0,
    pointsOnFees: 0,
    pointsDonated: 0,
    vouchersRedeemed: 0,
  };
  expect(await ask(pointsQuery, march)).toEqual([
    { ...nothing, zipCode: '78701', pointsAwarded: 30, pointsSpent: 15, pointsOnFees: 7, vouchersRedeemed: 1 },
    { ...nothing, zipCode: '78741', pointsDonated: 5 },
  ]);
});

test('what was refunded or reversed leaves the day of what it takes back, whatever is told first', async () => {
  const at = '2026-03-05T12:00:00.000Z';
  const later = '2026-04-09T12:00:00.000Z';
  type Body<Topic extends EventTopic> = EventBody<Topic>;
  const [, kept] = spending(at, '78701', 15);
  const [, returned] = spending(at, '78701', 20) as unknown as readonly [string, Body<'voucher.issued'>];
  const [, given] = donation(at, '78701', 5) as unknown as readonly [string, Body<'points.donated'>];
  const [, paid] = fee(at, '78701', 7) as unknown as readonly [string, Body<'scheme.settled'>];
  const { voucherId, accountId, offerId, retailerId, zipCode } = returned;
  const reversal = (reversesId: string): Told => [
    'points.reversed',
    { transactionId: randomUUID(), reversesId, accountId, points: 5, reversedAt: later },
  ];
  const told: Told[] = [
    ['voucher.issued', kept as Body<'voucher.issued'>],
    ['voucher.issued', returned],
    ['voucher.redeemed', { voucherId, offerId, retailerId, zipCode, redeemedAt: at }],
    [
      'voucher.refunded',
      {
        voucherId,
        transactionId: randomUUID(),
        reversedTransactionId: returned.transactionId,
        accountId,
        offerId,
        retailerId,
        points: 20,
        zipCode,
        cause: 'redeemed',
        issuedAt: at,
        refundedAt: later,
      },
    ],
    ['points.donated', given],
    reversal(given.transactionId),
    ['scheme.settled', paid],
    reversal(paid.transactionId),
  ];
  for (const order of [told, told.toReversed()]) {
    await subject.em().execute('truncate reporting.fact');
    for (const each of [...order, ...order]) await deliver(each);
    expect(await ask(pointsQuery, { from: '2026-03-01', to: '2026-04-30' })).toMatchObject([
      { day: '2026-03-05', pointsSpent: 15, pointsOnFees: 0, pointsDonated: 0, vouchersRedeemed: 0 },
    ]);
  }
});

test('a transaction that credits both sides of a meeting counts for both, however often it is told', async () => {
  const at = '2026-03-07T12:00:00.000Z';
  const [topic, officer] = award(at, '78701', 20) as Told & readonly ['points.awarded', EventBody<'points.awarded'>];
  const citizen = { ...officer, accountId: randomUUID(), role: 'citizen' as const, points: 10 };
  for (const body of [officer, citizen, citizen, officer]) await subject.deliver(topic, body);
  expect(await ask(pointsQuery, march)).toMatchObject([{ pointsAwarded: 30 }]);
});

test('a report covers 366 days and no more, both ends of them', async () => {
  await deliver(meeting('2025-03-01T00:00:00.000Z', '78701'));
  await deliver(meeting('2026-03-01T23:59:59.999Z', '78701'));
  const days = (range: object) => ask(connectionsQuery, range);
  expect(await days({ from: '2025-03-01', to: '2026-03-01' })).toHaveLength(2);
  expect(await days({ from: '2025-02-28', to: '2026-03-01' })).toBe('BAD_USER_INPUT');
});

test('repeated and reordered facts give the same report', async () => {
  const fact = fc
    .tuple(
      fc.constantFrom('2026-03-01', '2026-03-02'),
      fc.constantFrom('78701', '78704'),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(4),
    )
    .map(([day, zipCode, points, kind]) => {
      const at = `${day}T08:00:00.000Z`;
      return [
        meeting(at, zipCode),
        award(at, zipCode, points),
        spending(at, zipCode, points),
        redemption(at, zipCode),
        donation(at, zipCode, points),
      ][kind] as Told;
    });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fact, { minLength: 1, maxLength: 10 }),
      fc.infiniteStream(fc.nat(1_000)),
      async (facts, ranks) => {
        const read = async () => [await ask(connectionsQuery, march), await ask(pointsQuery, march)];
        await subject.em().execute('truncate reporting.fact');
        for (const each of facts) await deliver(each);
        const expected = await read();
        await subject.em().execute('truncate reporting.fact');
        const shuffled = [...facts, ...facts]
          .map((each) => ({ each, rank: ranks.next().value as number }))
          .sort((a, b) => a.rank - b.rank);
        await Promise.all(shuffled.map(({ each }) => deliver(each)));
        expect(await read()).toEqual(expected);
      },
    ),
    { numRuns: 20 },
  );
});

test('points of what is taken back leave the day on which they were earned, whatever is told first and however often', async () => {
  const day = fc.constantFrom('2026-03-01', '2026-03-02');
  const meetings = fc.array(
    fc.record({
      met: day,
      awarded: day,
      zipCode: fc.constantFrom('78701', '78704', null),
      officer: fc.integer({ min: 1, max: 50 }),
      citizen: fc.integer({ min: 1, max: 50 }),
      takenBack: fc.boolean(),
      isOneTransaction: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(meetings, fc.infiniteStream(fc.nat(1_000)), async (drawn, ranks) => {
      await subject.em().execute('truncate reporting.fact');
      const told: Told[] = [];
      const sums = new Map<string, { pointsAwarded: number; connections: number }>();
      const at = (day: string, zipCode: string | null) => {
        const key = `${day} ${zipCode}`;
        const sum = sums.get(key) ?? { pointsAwarded: 0, connections: 0 };
        sums.set(key, sum);
        return sum;
      };
      for (const { met, awarded, zipCode, officer, citizen, takenBack, isOneTransaction } of drawn) {
        const [topic, body] = meeting(`${met}T08:00:00.000Z`, zipCode) as Told &
          readonly ['connection.confirmed', EventBody<'connection.confirmed'>];
        const awards = [officer, citizen].map((points, index) => {
          const [name, each] = award(`${awarded}T09:00:00.000Z`, zipCode, points) as Told &
            readonly ['points.awarded', EventBody<'points.awarded'>];
          return [name, { ...each, role: index ? 'citizen' : 'officer', connectionId: body.connectionId }] as const;
        });
        const [first, second] = awards as [(typeof awards)[0], (typeof awards)[0]];
        const { transactionId } = isOneTransaction ? first[1] : second[1];
        told.push([topic, body], first, [second[0], { ...second[1], transactionId }]);
        const { evidence: _, ...taken } = body;
        if (takenBack) told.push(['connection.clawedBack', { ...taken, clawedBackAt: '2026-03-09T12:00:00.000Z' }]);
        else {
          at(met, zipCode).connections++;
          at(awarded, zipCode).pointsAwarded += officer + citizen;
        }
      }
      const shuffled = [...told, ...told]
        .map((each) => ({ each, rank: ranks.next().value as number }))
        .sort((a, b) => a.rank - b.rank);
      await Promise.all(shuffled.map(({ each }) => deliver(each)));
      const read = async (query: string, name: 'pointsAwarded' | 'connections') =>
        new Map(
          ((await ask(query, march)) as Record<string, never>[]).map((row) => [`${row.day} ${row.zipCode}`, row[name]]),
        );
      const counted = (name: 'pointsAwarded' | 'connections') =>
        new Map([...sums].map(([key, sum]) => [key, sum[name]] as const).filter(([, value]) => value > 0));
      expect(await read(pointsQuery, 'pointsAwarded')).toEqual(counted('pointsAwarded'));
      expect(await read(connectionsQuery, 'connections')).toEqual(counted('connections'));
    }),
    { numRuns: 30 },
  );
});

test('no id of a person is kept', async () => {
  const at = '2026-03-02T00:00:00.000Z';
  const facts = [meeting(at, '78701'), award(at, '78701', 5), spending(at, '78701', 5), donation(at, '78701', 5)];
  for (const fact of facts) await deliver(fact);
  const [row] = await subject
    .em()
    .execute<{ text: string }[]>("select string_agg(f::text, ' ') as text from reporting.fact f");
  const people = facts.flatMap(([, body]) =>
    Object.entries(body).flatMap(([name, value]) => (/^(account|officer|citizen)Id$/.test(name) ? [`${value}`] : [])),
  );
  expect(people).toHaveLength(5);
  for (const person of people) expect(row?.text).not.toContain(person);
});

test('a range that is none, one that is too long, and anybody else are refused', async () => {
  expect(await ask(connectionsQuery, { from: '2026-03-02', to: '2026-03-01' })).toBe('BAD_USER_INPUT');
  expect(await ask(pointsQuery, { from: '2025-01-01', to: '2026-03-01' })).toBe('BAD_USER_INPUT');
  expect(await ask(connectionsQuery, { from: '2026-02-30', to: '2026-03-01' })).toBe('BAD_USER_INPUT');
  expect(await ask(connectionsQuery, march, { accountId: randomUUID(), scopes: ['citizen'] })).toBe('FORBIDDEN');
  expect(await ask(pointsQuery, march, { scopes: [] })).toBe('UNAUTHENTICATED');
});
