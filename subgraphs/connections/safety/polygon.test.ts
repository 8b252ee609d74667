import fc from 'fast-check';
import type { Position } from '../../kernel/position.ts';
import { evenly } from '../testing/places.ts';
import { type Polygon, polygonOf } from './polygon.ts';
import { ZoneIndex } from './zone-index.ts';

const at = (longitude: number, latitude: number): Position => ({ longitude, latitude });
const ring = (...pairs: [number, number][]) => pairs.map(([longitude, latitude]) => at(longitude, latitude));
const rolled = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;

function refusal(vertices: Position[]): string {
  try {
    polygonOf(vertices);
    return '';
  } catch (error) {
    expect((error as { code: string }).code).toBe('BAD_USER_INPUT');
    return (error as Error).message;
  }
}

/** Multiples of 1/1024 degree: sums and products of these are exact, so that borders can be told from beside them. */
const STEP = 1 / 1024;
const exactly = (least: number, most: number) =>
  fc.integer({ min: Math.ceil(least / STEP), max: Math.floor(most / STEP) }).map((steps) => steps * STEP);

describe('an area', () => {
  test('across 180 degrees contains what lies on both sides of it, and the line itself under both names', () => {
    const zone = polygonOf(ring([179, -1], [-179, -1], [-179, 1], [179, 1]));
    for (const longitude of [179, 179.5, 180, -180, -179.5, -179]) expect(zone.contains(at(longitude, 0))).toBe(true);
    for (const longitude of [178.999, -178.999, 0]) expect(zone.contains(at(longitude, 0))).toBe(false);
    expect(zone.contains(at(180, 1.001))).toBe(false);
  });

  test('that ends at 180 degrees contains that line under both names, from either side', () => {
    const east = polygonOf(ring([170, 0], [180, 0], [180, 5], [170, 5]));
    const west = polygonOf(ring([-180, 0], [-170, 0], [-170, 5], [-180, 5]));
    for (const zone of [east, west]) {
      expect(zone.contains(at(180, 2))).toBe(true);
      expect(zone.contains(at(-180, 2))).toBe(true);
    }
    expect(east.contains(at(-179.999, 2))).toBe(false);
    expect(west.contains(at(179.999, 2))).toBe(false);
  });

  test('is the same whichever vertex comes first, in whichever direction, closed or not', () => {
    const corners = ring([10, 10], [20, 10], [20, 20], [15, 12], [10, 20]);
    const rings = corners.map((_, index) => [...corners.slice(index), ...corners.slice(0, index)]);
    const all = [...rings, ...rings.map((each) => each.toReversed()), [...corners, corners[0] as Position]];
    const places = [at(15, 11), at(15, 12), at(15, 13), at(10, 15), at(11, 17), at(20, 20), at(9, 15)];
    for (const each of all) {
      const zone = polygonOf(each);
      expect(places.map((place) => zone.contains(place))).toEqual([true, true, false, true, true, true, false]);
    }
  });

  test('that is convex contains exactly what lies on the inner side of each of its edges, borders included', () => {
    const convex = fc.record({
      x: exactly(-180, 179),
      y: exactly(-60, 60),
      points: fc.array(fc.tuple(exactly(-20, 20), exactly(-20, 20)), { minLength: 3, maxLength: 12 }),
      probe: fc.tuple(exactly(-22, 22), exactly(-22, 22)),
      onVertex: fc.option(fc.nat(), { freq: 4 }),
      onEdge: fc.option(fc.nat(), { freq: 4 }),
    });
    fc.assert(
      fc.property(convex, ({ x, y, points, probe, onVertex, onEdge }) => {
        const hull = convexHull(points);
        fc.pre(hull.length >= 3);
        const zone = polygonOf(hull.map(([dx, dy]) => at(rolled(x + dx), y + dy)));
        const vertex = hull[(onVertex ?? onEdge ?? 0) % hull.length] as Pair;
        const next = hull[((onEdge ?? 0) + 1) % hull.length] as Pair;
        const middle: Pair = [(vertex[0] + next[0]) / 2, (vertex[1] + next[1]) / 2];
        const [dx, dy] = onVertex !== null ? vertex : onEdge !== null ? middle : probe;
        const expected = hull.every((from, index) => {
          const to = hull[(index + 1) % hull.length] as Pair;
          return cross(from, to, [dx, dy]) >= 0;
        });
        expect(zone.contains(at(rolled(x + dx), y + dy))).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
  });

  test('of any shape contains what its ring winds around, wherever on Earth it lies', () => {
    const star = fc.record({
      center: fc.record({
        longitude: fc.oneof(evenly(-180, 180), evenly(170, 190).map(rolled)),
        latitude: evenly(-50, 50),
      }),
      reaches: fc.array(evenly(0.5, 30), { minLength: 3, maxLength: 40 }),
      probe: fc.tuple(evenly(-35, 35), evenly(-35, 35)),
    });
    fc.assert(
      fc.property(star, ({ center, reaches, probe }) => {
        const flat = reaches.map((reach, index): Pair => {
          const angle = (2 * Math.PI * index) / reaches.length;
          return [reach * Math.cos(angle), reach * Math.sin(angle)];
        });
        const distance = Math.min(
          ...flat.map((from, i) => edgeDistance(from, flat[(i + 1) % flat.length] as Pair, probe)),
        );
        fc.pre(distance > 1e-9);
        const place = ([x, y]: Pair) => at(rolled(center.longitude + x), center.latitude + y);
        const zone = polygonOf(flat.map(place));
        expect(zone.contains(place(probe))).toBe(winding(flat, probe) !== 0);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a ring', () => {
  test.each([
    ['with fewer than three vertices', ring([0, 0], [1, 1], [0, 0]), /3 to 500/],
    ['with more than 500 vertices', Array.from({ length: 501 }, (_, i) => at(i / 10, (i * i) / 1e4)), /3 to 500/],
    ['that crosses itself', ring([0, 0], [2, 2], [2, 0], [0, 2]), /cross or touch itself.*vertex 1 and vertex 3/],
    ['that touches itself in a vertex', ring([0, 0], [4, 0], [4, 4], [2, 0], [0, 4]), /touch itself/],
    ['that repeats a vertex', ring([0, 0], [2, 0], [2, 0], [0, 2]), /2 and the next are the same/],
    ['that runs back on itself', ring([0, 0], [4, 0], [2, 0], [0, 3]), /run back on itself.*vertex 2/],
    ['that is a line', ring([0, 0], [1, 1], [2, 2]), /run back|touch itself/],
    ['that crosses itself beyond 180 degrees', ring([179, 0], [-179, 2], [-179, 0], [179, 2]), /cross/],
    ['that surrounds the north pole', ring([0, 80], [120, 80], [-120, 80]), /surround a pole/],
    ['that surrounds the south pole', ring([-120, -80], [120, -80], [0, -80]), /surround a pole/],
    ['that reaches a pole', ring([0, 80], [10, 80], [5, 90]), /reach a pole/],
    ['with an edge of half a turn', ring([-90, 0], [90, 0], [0, 10]), /half a turn/],
    [
      'that is wider than half a turn',
      ring([0, 0], [100, 0], [-160, 0], [-160, 5], [0, 5]),
      /180 degrees wide|surround/,
    ],
  ])('%s is refused', (_what, vertices, message) => {
    expect(refusal(vertices)).toMatch(message);
  });

  test('is refused whenever two of its edges that do not adjoin have a point in common, and only then', () => {
    const vertices = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), {
      minLength: 3,
      maxLength: 7,
      selector: ([x, y]) => x * 100 + y,
    });
    fc.assert(
      fc.property(vertices, evenly(-180, 180), (corners, west) => {
        const start = Math.round(west);
        const moved = corners.map(([x, y]) => at(rolled(start + x), y));
        expect(refusal(moved) === '').toBe(isSimple(corners));
      }),
      { numRuns: 3_000 },
    );
  });
});

test('the index answers as looking at every area does', () => {
  const box = fc.record({
    west: exactly(-180, 180),
    south: exactly(-89, 80),
    width: exactly(STEP, 90),
    height: exactly(STEP, 9),
  });
  const places = fc.array(fc.tuple(fc.nat(), exactly(-1, 91), exactly(-1, 10)), { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 8 }), places, fc.nat(), (boxes, probes, removed) => {
      const index = new ZoneIndex();
      const zones: Polygon[] = boxes.map(({ west, south, width, height }) => {
        const east = west + width;
        const north = south + height;
        return polygonOf(ring([west, south], [east, south], [east, north], [west, north]).map(onEarth));
      });
      zones.forEach((zone, id) => {
        index.set(String(id), polygonOf(ring([0, 0], [1, 0], [0, 1])));
        index.set(String(id), zone);
      });
      const gone = removed % zones.length;
      expect(index.delete(String(gone))).toBe(true);
      expect(index.delete(String(gone))).toBe(false);
      const left = zones.filter((_, id) => id !== gone);
      expect(index.size).toBe(left.length);
      for (const [which, dx, dy] of probes) {
        const { west, south } = boxes[which % boxes.length] as { west: number; south: number };
        const place = onEarth(at(west + dx, Math.min(90, Math.max(-90, south + dy))));
        expect(index.contains(place)).toBe(left.some((zone) => zone.contains(place)));
      }
    }),
    { numRuns: 1_000 },
  );
});

type Pair = [number, number];

const onEarth = ({ longitude, latitude }: Position) => at(rolled(longitude), latitude);

function cross(a: Pair, b: Pair, c: Pair): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Andrew's monotone chain, counter-clockwise, without points on edges. */
function convexHull(points: Pair[]): Pair[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (along: Pair[]) => {
    const chain: Pair[] = [];
    for (const point of along) {
      while (chain.length >= 2 && cross(chain.at(-2) as Pair, chain.at(-1) as Pair, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** How often the ring winds around the point, by the angles under which its edges are seen from there. */
function winding(corners: Pair[], [x, y]: Pair): number {
  let angle = 0;
  corners.forEach(([x1, y1], index) => {
    const [x2, y2] = corners[(index + 1) % corners.length] as Pair;
    const difference = Math.atan2(y2 - y, x2 - x) - Math.atan2(y1 - y, x1 - x);
    angle += Math.atan2(Math.sin(difference), Math.cos(difference));
  });
  return Math.round(angle / (2 * Math.PI));
}

function edgeDistance(a: Pair, b: Pair, p: Pair): number {
  const length = (b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2;
  const along = Math.max(0, Math.min(1, ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length));
  return Math.hypot(a[0] + along * (b[0] - a[0]) - p[0], a[1] + along * (b[1] - a[1]) - p[1]);
}

/** By solving for the common point of each pair of edges in fractions of whole numbers. */
function isSimple(corners: Pair[]): boolean {
  const edges = corners.map((from, index) => [from, corners[(index + 1) % corners.length] as Pair] as const);
  return edges.every(([a, b], i) =>
    edges.every(([c, d], j) => {
      if (j <= i) return true;
      const adjoining = j === i + 1 || (i === 0 && j === edges.length - 1);
      const common = commonPoints(a, b, c, d);
      return adjoining ? common === 1 : common === 0;
    }),
  );
}

/** How many points two segments have in common: 0, 1 or Infinity. */
function commonPoints(a: Pair, b: Pair, c: Pair, d: Pair): number {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const [qx, qy] = [c[0] - a[0], c[1] - a[1]];
  const parallel = rx * sy - ry * sx;
  if (parallel !== 0) {
    const [t, u] = [(qx * sy - qy * sx) / parallel, (qx * ry - qy * rx) / parallel];
    return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? 1 : 0;
  }
  if (qx * ry - qy * rx !== 0) return 0;
  const along = ([x, y]: Pair) => (x - a[0]) * rx + (y - a[1]) * ry;
  const [first, second] = [along(c), along(d)].sort((x, y) => x - y) as [number, number];
  const [from, to] = [Math.max(0, first), Math.min(along(b), second)];
  return from > to ? 0 : from === to ? 1 : Number.POSITIVE_INFINITY;
}
