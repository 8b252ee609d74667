import { randomUUID } from 'node:crypto';
import { type City, clerk, openCity } from './testing/city.ts';

let city: City;

beforeAll(async () => {
  city = await openCity({ configuration: { databasePool: 40 } });
});

afterEach(async () => {
  expect(await city.problems()).toEqual([]);
});

afterAll(() => city.close());

const HOUR = 3_600_000;

async function pause({ schemeId, municipalityId }: { schemeId: string; municipalityId: string }) {
  await city.deliver('scheme.paused', { schemeId, municipalityId, pausedAt: city.nowText() });
}

async function resume({ schemeId, municipalityId }: { schemeId: string; municipalityId: string }) {
  await city.deliver('scheme.resumed', { schemeId, municipalityId, resumedAt: city.nowText() });
}

test('a paused scheme takes no new claim and quotes none; it takes them again when it is resumed', async () => {
  const scheme = await city.scheme();
  const resident = await city.resident();
  await pause(scheme);
  expect(await city.apply(resident, scheme.schemeId)).toMatchObject({ code: 'SCHEME_UNAVAILABLE' });
  expect(await city.quote(resident, scheme.schemeId, 100)).toMatchObject({ refusal: 'SCHEME_UNAVAILABLE' });
  // What it has left is its own all the same.
  expect(await city.remaining(scheme.schemeId)).toBe(1_000);
  city.clock.advance(HOUR);
  await resume(scheme);
  expect((await city.apply(resident, scheme.schemeId)).code).toBeUndefined();
});

test('claims that were made before the pause are confirmed, refused, withdrawn and undone as ever', async () => {
  const scheme = await city.scheme();
  const { schemeId, municipalityId } = scheme;
  const official = clerk(municipalityId);
  const resident = await city.resident(4);
  const claimIds: string[] = [];
  for (let count = 0; count < 4; count++) {
    claimIds.push((await city.apply(resident, schemeId, { points: 10 })).payload.claim.id);
  }
  const [confirmed = '', refused = '', withdrawn = '', undone = ''] = claimIds;
  await city.confirm(official, undone);
  await pause(scheme);
  expect((await city.confirm(official, confirmed)).payload.claim.status).toBe('SETTLED');
  expect((await city.refuse(official, refused)).payload.claim.status).toBe('REFUSED');
  expect((await city.withdraw(resident, withdrawn)).payload.claim.status).toBe('WITHDRAWN');
  expect((await city.reverse(official, undone)).payload.claim.status).toBe('REVERSED');
  expect(await city.ledger('municipality', municipalityId)).toBe(10);
  expect(await city.remaining(schemeId)).toBe(990);
});

test('the same wish again is answered with its claim, also while the scheme is paused', async () => {
  const scheme = await city.scheme();
  const resident = await city.resident();
  const wish = { feeReference: 'T-1', feeCents: 100, points: 5, idempotencyKey: randomUUID() };
  const { payload } = await city.apply(resident, scheme.schemeId, wish);
  await pause(scheme);
  expect((await city.apply(resident, scheme.schemeId, wish)).payload.claim.id).toBe(payload.claim.id);
});

test('a pause that is heard late does not undo the resumption after it, and one may be heard before the terms', async () => {
  const scheme = await city.scheme();
  const resident = await city.resident();
  const { schemeId, municipalityId } = scheme;
  const pausedAt = city.nowText();
  city.clock.advance(HOUR);
  await resume(scheme);
  await city.deliver('scheme.paused', { schemeId, municipalityId, pausedAt });
  expect((await city.apply(resident, schemeId)).code).toBeUndefined();
  const early = { schemeId: randomUUID(), municipalityId };
  await pause(early);
  await city.scheme(early);
  expect(await city.apply(resident, early.schemeId)).toMatchObject({ code: 'SCHEME_UNAVAILABLE' });
});

test('of thirty who claim while it is paused everybody either holds points and budget or is refused', async () => {
  const scheme = await city.scheme({ budgetCents: 10_000 });
  const residents = await Promise.all(Array.from({ length: 30 }, () => city.resident()));
  const claims = residents.map((resident) => city.apply(resident, scheme.schemeId, { points: 10 }));
  const [answers] = await Promise.all([Promise.all(claims), pause(scheme)]);
  const made = answers.filter(({ code }) => code === undefined).length;
  for (const { code } of answers) expect([undefined, 'SCHEME_UNAVAILABLE']).toContain(code);
  expect(await city.remaining(scheme.schemeId)).toBe(10_000 - 10 * made);
});
