/* Many at once: what they ask for together is more than there is, and exactly what there is is given. */
import { citizen } from '../testing/town.ts';
import { type City, clerk, DAY, openCity } from './testing/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity({ environment: { DATABASE_POOL: '60' } });
});

afterEach(async () => {
  expect(await city.problems()).toEqual([]);
});

afterAll(async () => {
  await city.close();
});

async function residents(count: number, points: number) {
  const people = Array.from({ length: count }, () => citizen());
  for (const each of people) {
    await city.resident(0, '78701', each);
    await city.endow(each, points);
  }
  return people;
}

describe('a budget', () => {
  test('is brought to exactly zero by sixty claims of odd sizes, and by none below', async () => {
    const scheme = await city.scheme({ budgetCents: 1_000, largestShareBasisPoints: 10_000 });
    const people = await residents(60, 100);
    // Together they ask for 60 * 7 + 4 * (0 + ... + 59) = 7,500 cents.
    const answers = await Promise.all(
      people.map((each, index) => city.apply(each, scheme.schemeId, { feeCents: 7 + 4 * index })),
    );
    const claims = answers.flatMap(({ payload }) => (payload ? [payload.claim] : []));
    expect(answers.flatMap(({ code }) => code ?? []).every((code) => code === 'BUDGET_EXHAUSTED')).toBe(true);
    expect(claims.reduce((sum, { valueCents }) => sum + valueCents, 0)).toBe(1_000);
    expect(await city.remaining(scheme.schemeId)).toBe(0);
    const hall = clerk(scheme.municipalityId);
    await Promise.all(claims.map(({ id }) => city.confirm(hall, id)));
    expect(await city.ledger('budget', scheme.schemeId)).toBe(0);
    expect(await city.ledger('fee', scheme.municipalityId)).toBe(1_000);
    expect(await city.ledger('municipality', scheme.municipalityId)).toBe(1_000);
  });

  test('covers sixty claims of a fixed size as often as it can', async () => {
    const scheme = await city.scheme({ budgetCents: 1_000, centsPerPoint: 7 });
    const people = await residents(60, 20);
    const answers = await Promise.all(
      people.map((each) => city.apply(each, scheme.schemeId, { feeCents: 1_000, points: 13 })),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(Math.floor(1_000 / (13 * 7)));
    expect(answers.filter(({ code }) => code === 'BUDGET_EXHAUSTED')).toHaveLength(60 - Math.floor(1_000 / (13 * 7)));
  });

  test('stays exact while it is raised, lowered and claimed on at once', async () => {
    const scheme = await city.scheme({ budgetCents: 300 });
    const people = await residents(30, 50);
    const versions = [800, 120, 450, 200, 600].map((budgetCents, index) =>
      city.scheme({ ...scheme, version: index + 2, budgetCents }),
    );
    const answers = await Promise.all([
      Promise.all(people.map((each) => city.apply(each, scheme.schemeId, { feeCents: 66, points: 33 }))),
      Promise.all(versions),
    ]).then(([claimed]) => claimed);
    const given = answers.filter(({ code }) => code === undefined).length * 33;
    expect(await city.remaining(scheme.schemeId)).toBe(Math.max(0, 600 - given));
  });
});

describe('one person', () => {
  test('saves no more than the limit by forty claims at once', async () => {
    const scheme = await city.scheme({ perPersonCents: 95, budgetCents: 10_000 });
    const [resident] = await residents(1, 1_000);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => city.apply(resident as never, scheme.schemeId, { points: 10 })),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(9);
    expect(answers.filter(({ code }) => code === 'PER_PERSON_LIMIT')).toHaveLength(31);
  });

  test('has one claim for one wish said forty times at once', async () => {
    const scheme = await city.scheme();
    const [resident] = await residents(1, 100);
    const wish = { feeReference: 'one', idempotencyKey: 'said-forty-times', points: 10 };
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => city.apply(resident as never, scheme.schemeId, wish)),
    );
    expect(answers.map(({ code }) => code).filter(Boolean)).toEqual([]);
    expect(new Set(answers.map(({ payload }) => payload.claim.id)).size).toBe(1);
    expect(await city.recorded('scheme.claimed')).toHaveLength(
      new Set((await city.recorded('scheme.claimed')).map(({ claimId }) => claimId)).size,
    );
  });

  test('has one effect of one key used for forty fees of two schemes at once', async () => {
    const [scheme, other] = [await city.scheme(), await city.scheme()];
    const [resident] = await residents(1, 100);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        city.apply(resident as never, (index % 2 ? scheme : other).schemeId, {
          idempotencyKey: 'one-key-only',
          points: 1,
        }),
      ),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'IDEMPOTENCY_MISMATCH')).toHaveLength(39);
    expect(await city.points(resident as never)).toMatchObject({ available: 99 });
  });
});

describe('one fee', () => {
  test('is paid by one of forty people who claim for it at once by two schemes', async () => {
    const municipalityId = await city.found();
    const schemes = [await city.scheme({ municipalityId }), await city.scheme({ municipalityId })] as const;
    const people = await residents(40, 10);
    const answers = await Promise.all(
      people.map((each, index) => city.apply(each, schemes[index % 2 ? 1 : 0].schemeId, { feeReference: 'T-1' })),
    );
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'FEE_CLAIMED')).toHaveLength(39);
  });

  test('that lapsed is claimed anew by one of forty, while two sweeps look', async () => {
    const scheme = await city.scheme();
    const people = await residents(41, 10);
    await city.apply(people[40] as never, scheme.schemeId, { feeReference: 'T-2' });
    city.clock.advance(14 * DAY);
    const [answers] = await Promise.all([
      Promise.all(people.slice(0, 40).map((each) => city.apply(each, scheme.schemeId, { feeReference: 'T-2' }))),
      city.services.claimSweep.look(),
      city.services.ledgerSweep.look(),
    ]);
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'FEE_CLAIMED')).toHaveLength(39);
  });
});

test('a claim ends in one way, however many confirm, refuse, withdraw and reverse it at once', async () => {
  const scheme = await city.scheme();
  const hall = clerk(scheme.municipalityId);
  const people = await residents(6, 20);
  for (const resident of people) {
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 20 });
    const { id } = payload.claim;
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) => {
        if (index % 4 === 0) return city.confirm(hall, id);
        if (index % 4 === 1) return city.refuse(hall, id);
        if (index % 4 === 2) return city.withdraw(resident, id);
        return city.reverse(hall, id);
      }),
    );
    expect(answers.flatMap(({ code }) => code ?? []).every((code) => code === 'CLAIM_STATE')).toBe(true);
    const seen = await city.ask('query ($id: ID!) { schemeClaim(id: $id) { status } }', { id }, resident);
    const { status } = seen.payload;
    expect(['SETTLED', 'REFUSED', 'WITHDRAWN', 'REVERSED']).toContain(status);
    expect(await city.points(resident)).toMatchObject({ available: status === 'SETTLED' ? 0 : 20 });
  }
  expect(await city.ledger('fee', scheme.municipalityId)).toBe(
    await city.ledger('municipality', scheme.municipalityId),
  );
});

test('points are given away or held for fees once, however many of both are asked for at once', async () => {
  const [scheme, charityId] = [await city.scheme(), await city.list()];
  const [resident] = await residents(1, 100);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2
        ? city.donate(resident as never, charityId, 7)
        : city.apply(resident as never, scheme.schemeId, { points: 7 }),
    ),
  );
  expect(answers.filter(({ code }) => code === undefined)).toHaveLength(14);
  expect(answers.filter(({ code }) => code === 'INSUFFICIENT_POINTS')).toHaveLength(26);
  expect(await city.points(resident as never)).toMatchObject({ available: 2 });
});

test('claims that lapse are marked by two processes that look at once, and the budget of a closed scheme goes back', async () => {
  const scheme = await city.scheme();
  const people = await residents(40, 10);
  await Promise.all(people.map((each) => city.apply(each, scheme.schemeId, { points: 10 })));
  await city.deliver('scheme.archived', { schemeId: scheme.schemeId, archivedAt: city.nowText() });
  expect(await city.ledger('budget', scheme.schemeId)).toBe(400);
  const other = await openCity({ databaseUrl: city.databaseUrl, clock: city.clock });
  city.clock.advance(14 * DAY);
  await Promise.all([city, other].flatMap(({ services }) => [services.claimSweep.look(), services.ledgerSweep.look()]));
  // What one left to the other is done when both have looked again.
  for (const { services } of [city, other]) await services.claimSweep.look();
  await other.close();
  const [row] = await city
    .em()
    .execute<{ lapsed: string }[]>(
      "select count(*) filter (where state = 'lapsed' and ended_at = expires_at) as lapsed from rewards.scheme_claim where scheme_id = ?",
      [scheme.schemeId],
    );
  expect(Number(row?.lapsed)).toBe(40);
  expect(await city.ledger('budget', scheme.schemeId)).toBe(0);
});
