import fc from 'fast-check';
import {
  type Announcement,
  Areas,
  announced,
  CANDIDATES,
  choose,
  type Endpoint,
  freeSeats,
  rankFor,
} from './placement.ts';

const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const endpoint = (number: number, parts: Partial<Endpoint> = {}): Endpoint => ({
  endpointId: idOf(number),
  url: `wss://gateway-${number}.example/graphql`,
  capacity: 100,
  open: 0,
  fresh: 0,
  kept: 0,
  ...parts,
});
const fleet = (size: number, parts: Partial<Endpoint> = {}) =>
  Array.from({ length: size }, (_, number) => endpoint(number, parts));
const ids = (endpoints: readonly Announcement[]) => endpoints.map(({ endpointId }) => endpointId);
const firstOf = (area: number, endpoints: readonly Endpoint[]) => ids(rankFor(area, endpoints)).slice(0, CANDIDATES);
const areas = Array.from({ length: 1_000 }, (_, index) => index * 37);

const area = fc.integer({ min: 0, max: 2_000_000 });
const load = fc.record({
  capacity: fc.integer({ min: 0, max: 60 }),
  open: fc.integer({ min: 0, max: 50 }),
  fresh: fc.integer({ min: 0, max: 10 }),
  kept: fc.integer({ min: 0, max: 10 }),
});
const loaded = fc.array(load, { maxLength: 12 }).map((loads) => loads.map((parts, number) => endpoint(number, parts)));

describe('the choice for an area', () => {
  test('is one with a free seat, of the first three that are not all full, and none of them has a greater free share', () => {
    fc.assert(
      fc.property(area, loaded, (where, endpoints) => {
        const ranked = rankFor(where, endpoints);
        const groups = Array.from({ length: Math.ceil(ranked.length / CANDIDATES) }, (_, index) =>
          ranked.slice(index * CANDIDATES, (index + 1) * CANDIDATES).filter((each) => freeSeats(each) > 0),
        );
        const group = groups.find((each) => each.length > 0);
        const chosen = choose(where, endpoints);
        if (!group) return expect(chosen).toBeUndefined();
        expect(group).toContain(chosen);
        const share = (each: Endpoint) => freeSeats(each) / each.capacity;
        for (const each of group) expect(share(each)).toBeLessThanOrEqual(share(chosen as Endpoint));
      }),
    );
  });

  test('does not depend on the order in which endpoints are known', () => {
    fc.assert(
      fc.property(area, loaded, fc.infiniteStream(fc.nat()), (where, endpoints, numbers) => {
        const shuffled = endpoints
          .map((each) => ({ each, key: numbers.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(choose(where, shuffled)).toBe(choose(where, endpoints));
      }),
    );
  });

  test('fills every seat there is before it refuses, and no seat twice', () => {
    fc.assert(
      fc.property(area, loaded, (where, endpoints) => {
        const known = new Map(endpoints.map((each) => [each.endpointId, each]));
        const seats = endpoints.reduce((sum, each) => sum + freeSeats(each), 0);
        for (let phones = 0; phones < seats; phones++) {
          const chosen = choose(where, [...known.values()]) as Endpoint;
          known.set(chosen.endpointId, { ...chosen, fresh: chosen.fresh + 1 });
        }
        expect(choose(where, [...known.values()])).toBeUndefined();
        for (const each of known.values()) expect(freeSeats(each)).toBe(0);
        const promised = [...known.values()].reduce((sum, each) => sum + each.fresh, 0);
        expect(promised).toBe(seats + endpoints.reduce((sum, each) => sum + each.fresh, 0));
      }),
      { numRuns: 50 },
    );
  });

  test('spreads a stampede over the three by their free shares, large and small alike', () => {
    const known = new Map(fleet(8, { capacity: 1_000 }).map((each) => [each.endpointId, each]));
    const [first = '', second = '', third = ''] = firstOf(4_711, [...known.values()]);
    known.set(second, { ...(known.get(second) as Endpoint), capacity: 2_000 });
    known.set(third, { ...(known.get(third) as Endpoint), open: 500 });
    for (let phones = 0; phones < 1_000; phones++) {
      const chosen = choose(4_711, [...known.values()]) as Endpoint;
      known.set(chosen.endpointId, { ...chosen, fresh: chosen.fresh + 1 });
    }
    // The shares of the first two come down together and stay above that of the third, which is half full.
    const fresh = (id: string) => known.get(id)?.fresh ?? 0;
    expect(fresh(first) + fresh(second) + fresh(third)).toBe(1_000);
    expect(fresh(first)).toBeCloseTo(333, -1);
    expect(fresh(second)).toBeCloseTo(667, -1);
    expect(fresh(third)).toBe(0);
  });
});

describe('the endpoints of an area', () => {
  test('stay when another endpoint goes, and only that one is replaced where it served', () => {
    const gone = idOf(7);
    const before = fleet(20);
    const after = before.filter(({ endpointId }) => endpointId !== gone);
    let moved = 0;
    for (const where of areas) {
      const served = firstOf(where, before);
      const kept = served.filter((id) => id !== gone);
      if (kept.length < served.length) moved++;
      expect(firstOf(where, after).slice(0, kept.length)).toEqual(kept);
    }
    // 3 of 20 endpoints serve an area.
    expect(moved / areas.length).toBeGreaterThan(0.1);
    expect(moved / areas.length).toBeLessThan(0.2);
  });

  test('stay when one comes, but for its own share', () => {
    fc.assert(
      fc.property(area, fc.integer({ min: 0, max: 30 }), (where, size) => {
        const before = fleet(size);
        const comer = endpoint(99);
        const after = firstOf(where, [...before, comer]);
        expect(after.filter((id) => id !== comer.endpointId)).toEqual(
          firstOf(where, before).slice(0, after.includes(comer.endpointId) ? CANDIDATES - 1 : CANDIDATES),
        );
      }),
    );
  });

  test('are the same after an endpoint has started again under another id', () => {
    const before = fleet(12);
    const after = before.map((each, index) => ({ ...each, endpointId: idOf(1_000 - index) }));
    for (const where of areas) {
      expect(rankFor(where, after).map(({ url }) => url)).toEqual(rankFor(where, before).map(({ url }) => url));
    }
  });

  test('are dealt evenly', () => {
    const served = new Map<string, number>();
    const endpoints = fleet(10);
    for (const where of areas) for (const id of firstOf(where, endpoints)) served.set(id, (served.get(id) ?? 0) + 1);
    const expected = (areas.length * CANDIDATES) / endpoints.length;
    expect(served.size).toBe(endpoints.length);
    for (const count of served.values()) expect(Math.abs(count - expected) / expected).toBeLessThan(0.25);
  });

  test('serve all who are a few streets from each other in one area, and another city in another', () => {
    const places = new Areas();
    const capitol = places.areaOf({ latitude: 30.2747, longitude: -97.7404 });
    expect(places.areaOf({ latitude: 30.2755, longitude: -97.7404 })).toBe(capitol);
    expect(places.areaOf({ latitude: 29.76, longitude: -95.37 })).not.toBe(capitol);
  });
});

describe('an announcement', () => {
  const say = (open: number): Announcement => ({ endpointId: idOf(1), url: 'wss://one.example', capacity: 100, open });

  test('takes over the promised seats that it shows as open', () => {
    const promised = endpoint(1, { open: 10, fresh: 5 });
    expect(announced(promised, say(15))).toMatchObject({ open: 15, fresh: 0, kept: 0 });
    expect(announced(promised, say(40))).toMatchObject({ open: 40, fresh: 0, kept: 0 });
  });

  test('keeps those of people who are still on their way, once', () => {
    const first = announced(endpoint(1, { open: 10, fresh: 5 }), say(12));
    expect(first).toMatchObject({ open: 12, fresh: 0, kept: 3 });
    expect(freeSeats(first)).toBe(85);
    expect(announced(first, say(12))).toMatchObject({ open: 12, fresh: 0, kept: 0 });
  });

  test('counts who arrives against the older promises first', () => {
    const before = endpoint(1, { open: 10, kept: 3, fresh: 4 });
    expect(announced(before, say(12))).toMatchObject({ kept: 4 });
    expect(announced(before, say(15))).toMatchObject({ kept: 2 });
  });

  test('never makes a seat free that was promised since the one before and is not open', () => {
    fc.assert(
      fc.property(load, fc.integer({ min: 0, max: 60 }), (parts, open) => {
        const before = endpoint(1, parts);
        const { kept } = announced(before, { ...before, open });
        const arrived = Math.max(0, open - before.open);
        expect(kept).toBeGreaterThanOrEqual(before.fresh - arrived);
        expect(kept).toBeGreaterThanOrEqual(0);
        expect(kept).toBeLessThanOrEqual(before.fresh);
      }),
    );
  });
});
