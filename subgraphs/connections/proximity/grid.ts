/*
 * A grid over the Earth of cells of about equal size: rows of equal height, each with its own number of columns, so that
 * a cell is as wide near the poles as at the equator. The rows at the poles are one round cell each. Cells are numbered
 * row by row from the south. Three uses: finding who is near without looking at everybody, telling people a place no
 * finer than a cell, and dividing the Earth among workers.
 */
import { distanceMeters, EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';

export const DEGREE_METERS = (EARTH_RADIUS_METERS * Math.PI) / 180;
const RADIANS = Math.PI / 180;

export class Grid {
  readonly rows: number;
  /** Row -> how many columns it has: as many as fit at its edge that is nearer to the pole, one at the poles. */
  readonly columns: Int32Array;
  /** Row -> the number of its first cell. */
  readonly firsts: Float64Array;
  readonly #rowDegrees: number;

  /** @param cellMeters the height of a cell, at least 50; its width is between this and the double, but at the poles. */
  constructor(cellMeters: number) {
    if (!(cellMeters >= 50)) throw new RangeError('Cells are at least 50 m high');
    this.rows = Math.max(3, Math.floor((180 * DEGREE_METERS) / cellMeters));
    this.#rowDegrees = 180 / this.rows;
    this.columns = new Int32Array(this.rows);
    this.firsts = new Float64Array(this.rows + 1);
    const { columns, firsts, rows } = this;
    const height = this.#rowDegrees;
    let first = 0;
    for (let row = 0; row < rows; row++) {
      const south = -90 + row * height;
      // The edge nearer to the pole.
      const narrow = south < -height / 2 ? south : south + height;
      const fit = Math.floor((360 * Math.cos(narrow * RADIANS)) / height + 1e-9);
      columns[row] = fit < 1 ? 1 : fit;
      first += fit < 1 ? 1 : fit;
      firsts[row + 1] = first;
    }
  }

  /** How many cells there are. */
  get size(): number {
    return this.firstOf(this.rows);
  }

  /** The number of the cell that holds a place. Equal places of different spelling (180 and -180) share one. */
  cellOf({ latitude, longitude }: Position): number {
    return this.cellAt(latitude, longitude);
  }

  cellAt(latitude: number, longitude: number): number {
    const row = this.rowOf(latitude);
    return this.firstOf(row) + this.#columnOf(row, longitude);
  }

  /** The middle of the cell that holds `place`, and how far a place of that cell can be from it. */
  coarse(place: Position): { readonly center: Position; readonly radiusMeters: number } {
    const row = this.rowOf(place.latitude);
    const south = -90 + row * this.#rowDegrees;
    const columns = this.columnsOf(row);
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

  /** The numbers of all cells that have a part within `radiusMeters` of `center`, and perhaps some around them. */
  cellsWithin({ latitude, longitude }: Position, radiusMeters: number): number[] {
    const cells: number[] = [];
    const reach = radiusMeters / DEGREE_METERS;
    const [first, last] = [this.rowOf(latitude - reach), this.rowOf(latitude + reach)];
    const span = longitudeSpan(latitude, Math.cos(latitude * RADIANS), reach);
    for (let row = first; row <= last; row++) {
      const columns = this.columnsOf(row);
      const from = Math.floor(((longitude - span + 180) / 360) * columns);
      const to = Math.floor(((longitude + span + 180) / 360) * columns);
      const count = Math.min(columns, to - from + 1);
      for (let step = 0; step < count; step++) cells.push(this.firstOf(row) + modulo(from + step, columns));
    }
    return cells;
  }

  rowOf(latitude: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((latitude + 90) / this.#rowDegrees)));
  }

  columnsOf(row: number): number {
    return this.columns[row] as number;
  }

  firstOf(row: number): number {
    return this.firsts[row] as number;
  }

  #columnOf(row: number, longitude: number): number {
    const columns = this.columnsOf(row);
    return modulo(Math.floor(((longitude + 180) / 360) * columns), columns);
  }
}

/**
 * How far, in degrees of longitude, a circle of `reach` degrees around a place extends, or a little more; 180 where it
 * holds a pole. The tangent meridian: sin(span) = sin(reach) / cos(latitude).
 */
export function longitudeSpan(latitude: number, cosine: number, reach: number): number {
  const ratio = reach / cosine;
  // asin(t) is less than t (1 + t^2 / 4) up to t = 0.1, and sin(reach) less than reach: no trigonometry where it is flat.
  if (ratio < 5 && Math.abs(latitude) + reach < 90) return ratio * 1.003 + 1e-9;
  if (Math.abs(latitude) + reach >= 90) return 180;
  const sine = Math.sin(reach * RADIANS) / cosine;
  // A little more than exact, for what rounding loses.
  return sine >= 1 ? 180 : (Math.asin(sine) / RADIANS) * (1 + 1e-9) + 1e-9;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
