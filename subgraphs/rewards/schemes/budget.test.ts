import { randomUUID } from 'node:crypto';
import { type City, clerk, DAY, openCity } from './testing/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity();
});

afterEach(async () => {
  expect(await city.problems()).toEqual([]);
});

afterAll(async () => {
  await city.close();
});

describe('the budget of a scheme', () => {
  test('is granted once, grows and shrinks with the latest version, in whatever order versions are told', async () => {
    const scheme = await city.scheme({ budgetCents: 500 });
    expect(await city.remaining(scheme.schemeId)).toBe(500);
    await city.scheme({ ...scheme, version: 3, budgetCents: 900 });
    await city.scheme({ ...scheme, version: 2, budgetCents: 50 });
    await city.scheme({ ...scheme, version: 3, budgetCents: 900 });
    expect(await city.remaining(scheme.schemeId)).toBe(900);
    await city.scheme({ ...scheme, version: 4, budgetCents: 100 });
    expect(await city.remaining(scheme.schemeId)).toBe(100);
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-100);
    expect(await city.remaining(randomUUID())).toBeNull();
  });

  test('that is lowered below what is used and held gives back the rest as claims come to nothing', async () => {
    const scheme = await city.scheme({ budgetCents: 500 });
    const hall = clerk(scheme.municipalityId);
    const resident = await city.resident(20);
    const [paid, open] = [
      await city.apply(resident, scheme.schemeId, { points: 150, feeCents: 1_000 }),
      await city.apply(resident, scheme.schemeId, { points: 200, feeCents: 1_000 }),
    ];
    await city.confirm(hall, paid.payload.claim.id);
    await city.scheme({ ...scheme, version: 2, budgetCents: 180 });
    expect(await city.remaining(scheme.schemeId)).toBe(0);
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-350);
    expect((await city.apply(resident, scheme.schemeId, { points: 1 })).code).toBe('BUDGET_EXHAUSTED');
    await city.refuse(hall, open.payload.claim.id);
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-180);
    expect(await city.remaining(scheme.schemeId)).toBe(30);
  });

  test('is told as it is while a claim has lapsed that no sweep has seen', async () => {
    const scheme = await city.scheme({ budgetCents: 100 });
    const resident = await city.resident(5);
    await city.apply(resident, scheme.schemeId, { points: 80, feeCents: 1_000 });
    await city.scheme({ ...scheme, version: 2, budgetCents: 30 });
    city.clock.advance(14 * DAY);
    expect(await city.remaining(scheme.schemeId)).toBe(30);
    expect((await city.apply(resident, scheme.schemeId, { points: 31, feeCents: 1_000 })).code).toBe(
      'BUDGET_EXHAUSTED',
    );
    expect((await city.apply(resident, scheme.schemeId, { points: 30, feeCents: 1_000 })).code).toBeUndefined();
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-30);
  });

  test('goes back when the scheme is closed, but for what is held, which is decided as before', async () => {
    const scheme = await city.scheme({ budgetCents: 100 });
    const resident = await city.resident(5);
    const hall = clerk(scheme.municipalityId);
    const claims = [];
    for (let count = 0; count < 3; count++) {
      claims.push((await city.apply(resident, scheme.schemeId, { points: 20 })).payload.claim.id);
    }
    await city.deliver('scheme.archived', { schemeId: scheme.schemeId, archivedAt: city.nowText() });
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-60);
    expect(await city.remaining(scheme.schemeId)).toBe(0);
    expect((await city.confirm(hall, claims[0] as string)).payload.claim).toMatchObject({ status: 'SETTLED' });
    await city.refuse(hall, claims[1] as string);
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-40);
    city.clock.advance(14 * DAY);
    await city.services.claimSweep.look();
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(-20);
    await city.reverse(hall, claims[0] as string);
    expect(await city.ledger('grant', scheme.municipalityId)).toBe(0);
    expect(await city.points(resident)).toMatchObject({ available: 100 });
  });

  test('is never granted to a scheme of which it was told first that it is closed', async () => {
    const schemeId = randomUUID();
    await city.deliver('scheme.archived', { schemeId, archivedAt: city.nowText() });
    const scheme = await city.scheme({ schemeId });
    expect(await city.remaining(schemeId)).toBe(0);
    expect((await city.apply(await city.resident(), scheme.schemeId)).code).toBe('SCHEME_UNAVAILABLE');
  });

  test('is shown with what became of it to those who gave it, and to administrators', async () => {
    const scheme = await city.scheme({ budgetCents: 300 });
    const hall = clerk(scheme.municipalityId);
    const [one, other] = [await city.resident(5), await city.resident(5)];
    const claims: string[] = [];
    for (const [who, points] of [
      [one, 10],
      [one, 20],
      [other, 30],
      [other, 40],
      [one, 5],
    ] as const) {
      claims.push((await city.apply(who, scheme.schemeId, { points })).payload.claim.id);
    }
    for (const id of claims.slice(0, 3)) await city.confirm(hall, id);
    await city.reverse(hall, claims[1] as string);
    await city.refuse(hall, claims[4] as string);
    const figures = (caller: typeof hall) =>
      city.ask(
        `query ($id: ID!) { schemeFigures(schemeId: $id) {
           budgetCents remainingCents heldCents paidCents paidPoints pendingClaims settledClaims people } }`,
        { id: scheme.schemeId },
        caller,
      );
    expect((await figures(hall)).payload).toEqual({
      budgetCents: 300,
      remainingCents: 220,
      heldCents: 40,
      paidCents: 40,
      paidPoints: 40,
      pendingClaims: 1,
      settledClaims: 2,
      people: 2,
    });
    city.clock.advance(14 * DAY);
    expect((await figures(hall)).payload).toMatchObject({ remainingCents: 260, heldCents: 0, pendingClaims: 0 });
    expect((await figures(clerk(randomUUID()))).code).toBe('FORBIDDEN');
    expect((await figures(one)).code).toBe('FORBIDDEN');
  });

  test('is open to claims from its start to its end', async () => {
    const at = (milliseconds: number) => new Date(city.clock.now().getTime() + milliseconds).toISOString();
    const resident = await city.resident();
    const [later, over] = [await city.scheme({ startsAt: at(DAY) }), await city.scheme({ endsAt: at(DAY) })];
    expect((await city.apply(resident, later.schemeId)).code).toBe('SCHEME_UNAVAILABLE');
    const { payload } = await city.apply(resident, over.schemeId, { points: 1 });
    city.clock.advance(DAY);
    expect((await city.apply(resident, over.schemeId)).code).toBe('SCHEME_UNAVAILABLE');
    expect((await city.apply(resident, later.schemeId, { points: 1 })).code).toBeUndefined();
    expect((await city.confirm(clerk(over.municipalityId), payload.claim.id)).code).toBeUndefined();
  });
});

describe('what was claimed and decided', () => {
  test('cannot be rewritten in the database, and the audit finds what was tampered with', async () => {
    const scheme = await city.scheme();
    const resident = await city.resident();
    const { payload } = await city.apply(resident, scheme.schemeId, { points: 5 });
    await city.confirm(clerk(scheme.municipalityId), payload.claim.id);
    for (const change of [
      'update rewards.scheme_claim set points = points + 1',
      "update rewards.scheme_claim set state = 'refused'",
      'update rewards.scheme_claim set points_transaction_id = budget_transaction_id',
      'delete from rewards.scheme_claim',
      'truncate rewards.scheme_claim',
    ]) {
      await expect(city.em().execute(change)).rejects.toThrow(/stays|append-only/);
    }
    await city.em().transactional(async (em) => {
      await em.execute('update rewards.scheme set granted_cents = granted_cents + 1 where id = ?', [scheme.schemeId]);
    });
    expect(await city.problems()).toEqual([expect.stringContaining('the budget of a scheme is not what was granted')]);
    await city
      .em()
      .execute('update rewards.scheme set granted_cents = granted_cents - 1 where id = ?', [scheme.schemeId]);
  });
});
