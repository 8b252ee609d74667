/*
 * A grid over the Earth of cells of about equal size: rows of equal height, each with its own number of columns, so that
 * a cell is as wide near the poles as at the equator. The rows at the poles are one round cell each. Two uses: finding
 * who is near without looking at everybody, and telling people a place no finer than a cell.
 */
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';

const DEGREE_METERS = (EARTH_RADIUS_METERS * Math.PI) / 180;
const RADIANS = Math.PI / 180;
/** More columns than any row has: 360 degrees in cells of 10 m. */
const ROW_FACTOR = 2 ** 23;

export class Grid {
  readonly #rows: number;
  readonly #rowDegrees: number;

  /** @param cellMeters the height of a cell, at least 10; its width is between this and the double, but at the poles. */
  constructor(cellMeters: number) {
    if (!(cellMeters >= 10)) throw new RangeError('Cells are at least 10 m high');
    this.#rows = Math.max(3, Math.floor((180 * DEGREE_METERS) / cellMeters));
    this.#rowDegrees = 180 / this.#rows;
  }

  /** The key of the cell that holds a place. Equal places of different spelling (180 and -180) share one. */
  cellOf({ latitude, longitude }: Position): number {
    const row = this.#rowOf(latitude);
    return row * ROW_FACTOR + this.#columnOf(row, longitude);
  }

  /** The middle of the cell that holds `place`, and how far a place of that cell can be from it. */
  coarse(place: Position): { readonly center: Position; readonly radiusMeters: number } {
    const row = this.#rowOf(place.latitude);
    const south = -90 + row * this.#rowDegrees;
    const columns = this.#columns(row);
    if (columns === 1) {
      const center = { latitude: row === 0 ? -90 : 90, longitude: 0 };
      return { center, radiusMeters: this.#rowDegrees * DEGREE_METERS };
    }
    const width = 360 / columns;
    const west = -180 + this.#columnOf(row, place.longitude) * width;
    const center = { latitude: south + this.#rowDegrees / 2, longitude: west + width / 2 };
    // The corner nearer to the equator is the farthest point of the cell.
    const edge = Math.abs(south) < Math.abs(south + this.#rowDegrees) ? south : south + this.#rowDegrees;
    return { center, radiusMeters: distanceMeters(center, { latitude: edge, longitude: west }) };
  }

  /** The keys of all cells that have a part within `radiusMeters` of `center`, and perhaps some around them. */
  *cellsWithin(center: Position, radiusMeters: number): Generator<number> {
    const reach = radiusMeters / DEGREE_METERS;
    const [first, last] = [this.#rowOf(center.latitude - reach), this.#rowOf(center.latitude + reach)];
    const span = longitudeSpan(center.latitude, reach);
    for (let row = first; row <= last; row++) {
      const columns = this.#columns(row);
      const from = Math.floor(((center.longitude - span + 180) / 360) * columns);
      const to = Math.floor(((center.longitude + span + 180) / 360) * columns);
      const count = Math.min(columns, to - from + 1);
      for (let step = 0; step < count; step++) yield row * ROW_FACTOR + modulo(from + step, columns);
    }
  }

  #rowOf(latitude: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor((latitude + 90) / this.#rowDegrees)));
  }

  #columnOf(row: number, longitude: number): number {
    const columns = this.#columns(row);
    return modulo(Math.floor(((longitude + 180) / 360) * columns), columns);
  }

  /** As many columns as fit at the row's edge that is nearer to its pole; one at the poles. */
  #columns(row: number): number {
    const south = -90 + row * this.#rowDegrees;
    const narrow = Math.max(Math.abs(south), Math.abs(south + this.#rowDegrees));
    return Math.max(1, Math.floor((360 * Math.cos(narrow * RADIANS)) / this.#rowDegrees + 1e-9));
  }
}

/** How far a circle of `reach` degrees around `latitude` extends in longitude; 180 where it holds a pole. */
function longitudeSpan(latitude: number, reach: number): number {
  if (Math.abs(latitude) + reach >= 90) return 180;
  const sine = Math.sin(reach * RADIANS) / Math.cos(latitude * RADIANS);
  // A little more than exact, for what rounding loses.
  return sine >= 1 ? 180 : (Math.asin(sine) / RADIANS) * (1 + 1e-9) + 1e-9;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
