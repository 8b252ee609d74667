/*
 * ZIP codes of the United States by their middles: from a place to the code it most likely lies in, and back. Codes are
 * delivery routes, not areas; the nearest middle is what everybody without the postal service's own data uses. The table
 * is read at first use and kept in typed arrays.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { distanceMeters, type Position } from './position.ts';

/** A place further than this from every middle is at sea or abroad. The widest codes of the West are some 80 km across. */
const LIMIT_METERS = 60_000;
/** Buckets of the search, in degrees: the codes of a city fall into one or two. */
const BUCKET_DEGREES = 0.5;

export class ZipCodes {
  readonly #codes: string[] = [];
  readonly #latitudes: Float64Array;
  readonly #longitudes: Float64Array;
  readonly #indexByCode = new Map<string, number>();
  readonly #buckets = new Map<string, number[]>();

  /** @param table lines of `code,latitude,longitude`. */
  constructor(table: string) {
    const lines = table.split('\n').filter(Boolean);
    this.#latitudes = new Float64Array(lines.length);
    this.#longitudes = new Float64Array(lines.length);
    for (const [index, line] of lines.entries()) {
      const [code = '', latitude, longitude] = line.split(',');
      this.#codes.push(code);
      this.#latitudes[index] = Number(latitude);
      this.#longitudes[index] = Number(longitude);
      this.#indexByCode.set(code, index);
      const key = bucketKey(bucketOf(Number(latitude)), bucketOf(Number(longitude)));
      const bucket = this.#buckets.get(key);
      if (bucket) bucket.push(index);
      else this.#buckets.set(key, [index]);
    }
  }

  /** The table that ships with us. Takes some 50 ms. */
  static load(): ZipCodes {
    const file = join(import.meta.dirname, 'zip-codes/us-zip-centroids.csv.gz');
    return new ZipCodes(gunzipSync(readFileSync(file)).toString());
  }

  /** The middle of a code, or undefined when there is no such code. */
  middleOf(code: string): Position | undefined {
    const index = this.#indexByCode.get(code);
    return index === undefined ? undefined : this.#at(index);
  }

  /** The code whose middle is nearest to `place`, or undefined when none is within 60 km. */
  nearest(place: Position): string | undefined {
    let nearest: number | undefined;
    let least = LIMIT_METERS;
    // 60 km are at most 0.54 degrees of latitude; of longitude more, the further from the equator (180 around the poles).
    const rows = Math.ceil(0.54 / BUCKET_DEGREES);
    const cosine = Math.cos(Math.min(89, Math.abs(place.latitude) + 0.54) * (Math.PI / 180));
    const columns = Math.ceil(0.54 / cosine / BUCKET_DEGREES);
    const [row, column] = [bucketOf(place.latitude), bucketOf(place.longitude)];
    for (let y = row - rows; y <= row + rows; y++) {
      for (let x = column - columns; x <= column + columns; x++) {
        for (const index of this.#buckets.get(bucketKey(y, x)) ?? []) {
          const meters = distanceMeters(place, this.#at(index));
          if (meters > least) continue;
          least = meters;
          nearest = index;
        }
      }
    }
    return nearest === undefined ? undefined : this.#codes[nearest];
  }

  #at(index: number): Position {
    return { latitude: this.#latitudes[index] ?? 0, longitude: this.#longitudes[index] ?? 0 };
  }
}

const bucketOf = (degrees: number) => Math.floor(degrees / BUCKET_DEGREES);

/** Columns wrap at the antimeridian: parts of Alaska lie beyond it. */
function bucketKey(row: number, column: number): string {
  const around = 360 / BUCKET_DEGREES;
  return `${row} ${((column % around) + around) % around}`;
}
