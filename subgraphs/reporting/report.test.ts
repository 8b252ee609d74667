/*
 * What analysts are told, held against what administrators are: the same sums, and no number of a place that few made. Facts
 * stand in the database as events leave them; a small model of the rule says what has to come out.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Caller } from '../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { FEWEST_TOLD } from './report.ts';
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
const analyst: Caller = { accountId: randomUUID(), scopes: ['citizen', 'analyst'] };
const march = { from: '2026-03-01', to: '2026-03-31' };

interface Row {
  readonly day: string;
  readonly zipCode: string | null;
  readonly [figure: string]: number | string | null;
}

async function ask(name: string, fields: string, caller: Caller, range: object): Promise<Row[]> {
  const query = `query ($from: LocalDate!, $to: LocalDate!, $zipCode: ZipCode) {
    ${name}(from: $from, to: $to, zipCode: $zipCode) { day zipCode ${fields} } }`;
  const { data, errors } = await subject.execute(query, range, caller);
  return errors?.[0]?.extensions?.code ?? data[name];
}
const connections = (caller: Caller, range: object = march) =>
  ask('connectionsByDayAndZip', 'connections', caller, range);
const points = (caller: Caller, range: object = march) =>
  ask('pointsByDayAndZip', 'pointsAwarded pointsSpent pointsOnFees pointsDonated vouchersRedeemed', caller, range);

interface Cell {
  readonly kind: string;
  readonly day: string;
  readonly zipCode: string | null;
  readonly count: number;
  readonly points?: number;
}

async function happen(cells: readonly Cell[]): Promise<void> {
  for (const { kind, day, zipCode, count, points: each = 0 } of cells) {
    await subject.em().execute(
      `insert into reporting.fact (kind, id, part, day, zip_code, points)
       select ?, gen_random_uuid(), '', ?, ?, ? from generate_series(1, ?)`,
      [kind, day, zipCode, each, count],
    );
  }
}
const met = (day: string, zipCode: string | null, count: number): Cell => ({ kind: 'connection', day, zipCode, count });

test('administrators are told of each place, analysts of those alone where five happened; the rest has no place', async () => {
  await happen([
    met('2026-03-02', '78701', 6),
    met('2026-03-02', '78702', 5),
    met('2026-03-02', '78704', 4),
    met('2026-03-02', '78751', 1),
    met('2026-03-02', null, 2),
  ]);
  expect(await connections(administrator)).toHaveLength(5);
  expect(await connections(analyst)).toEqual([
    { day: '2026-03-02', zipCode: '78701', connections: 6 },
    { day: '2026-03-02', zipCode: '78702', connections: 5 },
    { day: '2026-03-02', zipCode: null, connections: 7 },
  ]);
});

test('a single place that is kept back takes the next smallest along, or what is left over would tell of it', async () => {
  await happen([met('2026-03-02', '78701', 9), met('2026-03-02', '78702', 6), met('2026-03-02', '78704', 3)]);
  expect(await connections(analyst)).toEqual([
    { day: '2026-03-02', zipCode: '78701', connections: 9 },
    { day: '2026-03-02', zipCode: null, connections: 9 },
  ]);
});

test('a place that is asked for by itself is told as it is among the others, and no more', async () => {
  await happen([met('2026-03-02', '78701', 9), met('2026-03-02', '78702', 6), met('2026-03-02', '78704', 3)]);
  expect(await connections(analyst, { ...march, zipCode: '78701' })).toMatchObject([{ connections: 9 }]);
  for (const zipCode of ['78702', '78704', '99501']) {
    expect(await connections(analyst, { ...march, zipCode })).toEqual([]);
  }
  expect(await connections(administrator, { ...march, zipCode: '78704' })).toMatchObject([{ connections: 3 }]);
});

test('each figure is told or kept back by itself, by how often something happened and not by its points', async () => {
  const at = { day: '2026-03-05', zipCode: '78701' };
  await happen([
    { ...at, kind: 'spending', count: 7, points: 10 },
    { ...at, kind: 'donation', count: 1, points: 500 },
    { ...at, kind: 'redemption', count: 4 },
  ]);
  expect(await points(analyst)).toMatchObject([
    { zipCode: '78701', pointsSpent: 70, pointsDonated: 0, vouchersRedeemed: 0 },
    { zipCode: null, pointsSpent: 0, pointsDonated: 500, vouchersRedeemed: 4 },
  ]);
});

test('a meeting that both sides earned points by is one happening', async () => {
  const earned = async (meetings: number, day: string) => {
    for (let each = 0; each < meetings; each++) {
      const [connectionId, transactionId, awardedAt] = [randomUUID(), randomUUID(), `${day}T12:00:00.000Z`];
      for (const role of ['officer', 'citizen'] as const) {
        const told = { role, accountId: randomUUID(), points: 10, ruleVersion: 1, zipCode: '78701' };
        await subject.deliver('points.awarded', { ...told, transactionId, connectionId, awardedAt });
      }
    }
  };
  await earned(4, '2026-03-05');
  await earned(5, '2026-03-06');
  expect(await points(analyst)).toMatchObject([
    { day: '2026-03-05', zipCode: null, pointsAwarded: 80 },
    { day: '2026-03-06', zipCode: '78701', pointsAwarded: 100 },
  ]);
});

test('what was taken back does not make a place large enough', async () => {
  await happen([met('2026-03-02', '78701', 5)]);
  const [taken] = await subject.em().execute<{ id: string }[]>('select id from reporting.fact limit 1');
  await subject.em().execute('update reporting.fact set connection_id = id');
  expect(await connections(analyst)).toMatchObject([{ zipCode: '78701', connections: 5 }]);
  await subject.deliver('connection.clawedBack', {
    connectionId: taken?.id ?? '',
    officerId: randomUUID(),
    citizenId: randomUUID(),
    zipCode: '78701',
    confirmedAt: '2026-03-02T12:00:00.000Z',
    clawedBackAt: '2026-03-09T12:00:00.000Z',
  });
  expect(await connections(analyst)).toEqual([{ day: '2026-03-02', zipCode: null, connections: 4 }]);
});

/** The rule, for one kind on one day: which places keep their name. */
function placesTold(counts: ReadonlyMap<string | null, number>): Set<string> {
  const places = [...counts].flatMap(([zipCode, count]) => (zipCode === null ? [] : [{ zipCode, count }]));
  const bySize = places.toSorted((one, other) => one.count - other.count || (one.zipCode < other.zipCode ? -1 : 1));
  const told = bySize.filter(({ count }) => count >= FEWEST_TOLD);
  let without = (counts.get(null) ?? 0) + bySize.reduce((sum, { count }) => sum + (count < FEWEST_TOLD ? count : 0), 0);
  while (without > 0 && without < FEWEST_TOLD && told.length > 0) without += told.shift()?.count ?? 0;
  return new Set(told.map(({ zipCode }) => zipCode));
}

const days = ['2026-03-01', '2026-03-02'] as const;
const zips = ['78701', '78702', '78704', null] as const;
const counted = fc.uniqueArray(
  fc.record({
    day: fc.constantFrom(...days),
    zipCode: fc.constantFrom(...zips),
    count: fc.integer({ min: 1, max: 9 }),
  }),
  { selector: ({ day, zipCode }) => `${day} ${zipCode}`, maxLength: 8 },
);

test('whatever happened, sums are those of administrators and no place that few made is named', async () => {
  await fc.assert(
    fc.asyncProperty(counted, async (cells) => {
      await subject.em().execute('truncate reporting.fact');
      await happen(cells.map(({ day, zipCode, count }) => met(day, zipCode, count)));
      const all = await connections(administrator);
      const told = await connections(analyst);
      const sumOf = (rows: readonly Row[], day: string) =>
        rows.reduce((sum, row) => sum + (row.day === day ? Number(row.connections) : 0), 0);
      for (const day of days) {
        expect(sumOf(told, day)).toBe(sumOf(all, day));
        const counts = new Map<string | null, number>(
          cells.filter((cell) => cell.day === day).map((cell) => [cell.zipCode, cell.count]),
        );
        const named = told.filter((row) => row.day === day && row.zipCode !== null);
        expect(new Set(named.map((row) => row.zipCode))).toEqual(placesTold(counts));
        for (const row of named) expect(row.connections).toBe(counts.get(row.zipCode));
        const rest = told.find((row) => row.day === day && row.zipCode === null);
        // What has no place is small only where it is all that happened on that day.
        if (rest && named.length > 0) expect(rest.connections).toBeGreaterThanOrEqual(FEWEST_TOLD);
      }
    }),
    { numRuns: 40 },
  );
});

test('no other range and no place tells more than the whole does', async () => {
  await fc.assert(
    fc.asyncProperty(counted, fc.constantFrom(...days), fc.constantFrom(...days), async (cells, from, to) => {
      await subject.em().execute('truncate reporting.fact');
      await happen(cells.map(({ day, zipCode, count }) => met(day, zipCode, count)));
      const whole = await connections(analyst);
      if (from <= to) {
        const within = whole.filter(({ day }) => day >= from && day <= to);
        expect(await connections(analyst, { from, to })).toEqual(within);
      }
      for (const zipCode of zips.filter((each) => each !== null)) {
        const own = whole.filter((row) => row.zipCode === zipCode);
        expect(await connections(analyst, { ...march, zipCode })).toEqual(own);
      }
    }),
    { numRuns: 30 },
  );
});

test('people without either right are refused both reports', async () => {
  const others: Caller[] = [
    { accountId: randomUUID(), scopes: ['citizen'] },
    { accountId: randomUUID(), scopes: ['officer'] },
    { accountId: randomUUID(), scopes: ['citizen', 'municipality'], organisations: [`municipality:${randomUUID()}`] },
  ];
  for (const caller of others) {
    expect(await connections(caller)).toBe('FORBIDDEN');
    expect(await points(caller)).toBe('FORBIDDEN');
  }
});
