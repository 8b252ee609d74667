/*
 * Which areas a place lies in, asked with every report of a position: areas are found by the squares of one degree that
 * their boxes reach, so that the answer costs what the few near ones cost, however many there are elsewhere.
 */
import type { Position } from '../../kernel/position.ts';
import type { Polygon } from './polygon.ts';

/** One that reaches more squares than this is looked at always: a state has about a hundred. */
const MOST_SQUARES = 1_000;

interface Entry {
  readonly polygon: Polygon;
  /** Undefined for one that is looked at always. */
  readonly squares: readonly number[] | undefined;
}

export class ZoneIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #bySquare = new Map<number, Set<Polygon>>();
  readonly #large = new Set<Polygon>();

  get size(): number {
    return this.#entries.size;
  }

  /** Enters an area, in place of the one that had this id. */
  set(id: string, polygon: Polygon): void {
    this.delete(id);
    const squares = squaresOf(polygon);
    this.#entries.set(id, { polygon, squares });
    if (!squares) {
      this.#large.add(polygon);
      return;
    }
    for (const square of squares) {
      const there = this.#bySquare.get(square);
      if (there) there.add(polygon);
      else this.#bySquare.set(square, new Set([polygon]));
    }
  }

  /** @returns whether there was one. */
  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#entries.delete(id);
    this.#large.delete(entry.polygon);
    for (const square of entry.squares ?? []) {
      const there = this.#bySquare.get(square);
      there?.delete(entry.polygon);
      if (there?.size === 0) this.#bySquare.delete(square);
    }
    return true;
  }

  /** Whether the place lies in any of the areas. */
  contains(position: Position): boolean {
    const near = this.#bySquare.get(square(Math.floor(position.longitude), Math.floor(position.latitude)));
    if (near) for (const polygon of near) if (polygon.contains(position)) return true;
    for (const polygon of this.#large) if (polygon.contains(position)) return true;
    return false;
  }
}

function squaresOf({ box }: Polygon): number[] | undefined {
  const [west, east] = [Math.floor(box.west), Math.floor(box.east)];
  const [south, north] = [Math.floor(box.south), Math.floor(box.north)];
  if ((east - west + 1) * (north - south + 1) > MOST_SQUARES) return undefined;
  const squares: number[] = [];
  for (let x = west; x <= east; x++) for (let y = south; y <= north; y++) squares.push(square(x, y));
  return squares;
}

/** Longitudes a whole turn apart are one: 180 is -180. */
const square = (x: number, y: number) => (y + 90) * 360 + ((((x + 180) % 360) + 360) % 360);
