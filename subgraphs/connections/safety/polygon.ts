/*
 * Areas on the map, drawn by hand: rings of straight lines between longitudes and latitudes, as GeoJSON means them (RFC
 * 7946, 3.1.1). Longitudes are unrolled once, each edge taking its shorter way round, so that a ring across 180 degrees
 * is a ring like any other. A border belongs to its area: two that adjoin leave nothing between them.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';

export const LEAST_VERTICES = 3;
export const MOST_VERTICES = 500;
/** A wider one is a slip of the hand: what it leaves free could as well be what was meant. */
const WIDEST_DEGREES = 180;

/** Smallest box of unrolled coordinates around a polygon; `west` lies within -180..180, `east` may lie beyond. */
export interface Box {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

interface Vertex {
  readonly x: number;
  readonly y: number;
}

/** An area that was checked. Made by `polygonOf`, or by `restoredPolygon` from a ring that was checked before. */
export class Polygon {
  readonly box: Box;
  readonly #vertices: readonly Vertex[];

  constructor(vertices: readonly Vertex[]) {
    this.#vertices = vertices;
    const xs = vertices.map(({ x }) => x);
    const ys = vertices.map(({ y }) => y);
    this.box = { west: Math.min(...xs), east: Math.max(...xs), south: Math.min(...ys), north: Math.max(...ys) };
  }

  /** Whether the place lies in the area or on its border. */
  contains({ latitude, longitude }: Position): boolean {
    const { west, east, south, north } = this.box;
    if (latitude < south || latitude > north) return false;
    for (let x = longitude - 360; x <= east; x += 360) {
      if (x >= west && this.#surrounds(x, latitude)) return true;
    }
    return false;
  }

  /** Counts the edges that a ray to the east crosses; each edge owns its lower end, so a vertex counts once. */
  #surrounds(x: number, y: number): boolean {
    const point = { x, y };
    let inside = false;
    let from = this.#vertices.at(-1) as Vertex;
    for (const to of this.#vertices) {
      const side = turn(from, to, point);
      if (side === 0 && isBetween(from, to, point)) return true;
      if (from.y > y !== to.y > y && side > 0 === to.y > from.y) inside = !inside;
      from = to;
    }
    return inside;
  }
}

/**
 * The area within `ring`, in either direction; a last vertex that repeats the first is left out.
 * @throws Refusal BAD_USER_INPUT for a ring that is too short or long, repeats a vertex, crosses or touches itself,
 *   reaches or surrounds a pole, or is wider than 180 degrees.
 */
export function polygonOf(ring: readonly Position[]): Polygon {
  const open = withoutClosing(ring);
  if (open.length < LEAST_VERTICES || open.length > MOST_VERTICES) {
    throw wrong(`has ${LEAST_VERTICES} to ${MOST_VERTICES} different vertices`);
  }
  if (open.some(({ latitude }) => Math.abs(latitude) === 90)) throw wrong('does not reach a pole');
  const vertices = unrolled(open);
  const polygon = new Polygon(vertices);
  const { west, east } = polygon.box;
  if (east - west > WIDEST_DEGREES) throw wrong('is at most 180 degrees wide');
  refuseCrossings(vertices);
  return polygon;
}

/** The area of a ring that `polygonOf` took, without checking it again: that takes time with the square of its length. */
export function restoredPolygon(ring: readonly Position[]): Polygon {
  return new Polygon(unrolled(withoutClosing(ring)));
}

function withoutClosing(ring: readonly Position[]): readonly Position[] {
  const [first, last] = [ring[0], ring.at(-1)];
  const closed = ring.length > 1 && first && last && isSame(first, last);
  return closed ? ring.slice(0, -1) : ring;
}

function isSame(a: Position, b: Position): boolean {
  return a.latitude === b.latitude && (a.longitude - b.longitude) % 360 === 0;
}

/** Whole turns are added to each longitude so that none lies more than half a turn from the one before. */
function unrolled(ring: readonly Position[]): Vertex[] {
  let turns = 0;
  const vertices: Vertex[] = [];
  ring.forEach(({ latitude, longitude }, index) => {
    const before = index > 0 ? ring[index - 1] : undefined;
    if (before) turns += turnsBetween(before.longitude, longitude);
    vertices.push({ x: longitude + turns * 360, y: latitude });
  });
  const [first, last] = [ring[0] as Position, ring.at(-1) as Position];
  turns += turnsBetween(last.longitude, first.longitude);
  if (turns !== 0) throw wrong('does not surround a pole');
  // Whole turns for all alike: the western end comes to lie within -180..180.
  const west = Math.min(...vertices.map(({ x }) => x));
  const shift = -360 * Math.floor((west + 180) / 360);
  return shift === 0 ? vertices : vertices.map(({ x, y }) => ({ x: x + shift, y }));
}

function turnsBetween(from: number, to: number): number {
  const step = to - from;
  if (Math.abs(step) === 180) throw wrong('has no edge of half a turn, whose way round nobody could tell');
  if (step > 180) return -1;
  return step < -180 ? 1 : 0;
}

function refuseCrossings(vertices: readonly Vertex[]): void {
  const count = vertices.length;
  const at = (index: number) => vertices[index % count] as Vertex;
  const same = vertices.findIndex(({ x, y }, index) => x === at(index + 1).x && y === at(index + 1).y);
  if (same >= 0) throw wrong(`has different vertices; ${same + 1} and the next are the same`);
  for (let i = 0; i < count; i++) {
    const [a, b] = [at(i), at(i + 1)];
    // The next edge begins where this one ends: it may not run back on it.
    const c = at(i + 2);
    if (turn(a, b, c) === 0 && (isBetween(a, b, c) || isBetween(b, c, a))) {
      throw wrong(`does not run back on itself, as it does at vertex ${((i + 1) % count) + 1}`);
    }
    for (let j = i + 2; j < count; j++) {
      if (i === 0 && j === count - 1) continue;
      if (touch(a, b, at(j), at(j + 1))) {
        throw wrong(`does not cross or touch itself, as the edges from vertex ${i + 1} and vertex ${j + 1} do`);
      }
    }
  }
}

/** Whether two line segments have a point in common. */
function touch(a: Vertex, b: Vertex, c: Vertex, d: Vertex): boolean {
  const [ofC, ofD] = [Math.sign(turn(a, b, c)), Math.sign(turn(a, b, d))];
  const [ofA, ofB] = [Math.sign(turn(c, d, a)), Math.sign(turn(c, d, b))];
  if (ofC * ofD < 0 && ofA * ofB < 0) return true;
  if (ofC === 0 && isBetween(a, b, c)) return true;
  if (ofD === 0 && isBetween(a, b, d)) return true;
  if (ofA === 0 && isBetween(c, d, a)) return true;
  return ofB === 0 && isBetween(c, d, b);
}

/** Positive where `c` lies to the left of the way from `a` to `b`, 0 on the line through both. */
function turn(a: Vertex, b: Vertex, c: Vertex): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Whether `c`, known to lie on the line through `a` and `b`, lies between them. */
function isBetween(a: Vertex, b: Vertex, c: Vertex): boolean {
  return (
    c.x >= Math.min(a.x, b.x) && c.x <= Math.max(a.x, b.x) && c.y >= Math.min(a.y, b.y) && c.y <= Math.max(a.y, b.y)
  );
}

const wrong = (rule: string) => new Refusal('BAD_USER_INPUT', `input.ring must be a ring that ${rule}.`);
