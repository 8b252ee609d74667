/*
 * Officers and citizens of the benchmark, placed over the cities of the United States by their population and density,
 * and their moves: half of them an officer's, each up to 100 m in any direction. The same seed gives everybody the same
 * people, so that processes which never speak to each other do the same work.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EARTH_RADIUS_METERS } from '../../subgraphs/kernel/position.ts';

const RADIANS = Math.PI / 180;
const DEGREE_METERS = EARTH_RADIUS_METERS * RADIANS;
const STEP_METERS = 100;

/** What happens, in order: `who[i]` is now at `latitudes[i]`, `longitudes[i]`. */
export interface Moves {
  readonly count: number;
  /** Officer n as n, citizen n as ~n. */
  readonly who: Int32Array;
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
}

export interface Scale {
  readonly officers: number;
  readonly citizens: number;
}

export class People {
  readonly #officers: number;
  readonly #random: () => number;
  /** Officers first. */
  readonly #latitudes: Float64Array;
  readonly #longitudes: Float64Array;

  constructor({ officers, citizens }: Scale, seed = 1) {
    this.#officers = officers;
    this.#random = mulberry32(seed);
    this.#latitudes = new Float64Array(officers + citizens);
    this.#longitudes = new Float64Array(officers + citizens);
    const cities = new Cities();
    for (let person = 0; person < officers + citizens; person++) {
      const [latitude, longitude] = cities.place(this.#random);
      this.#latitudes[person] = latitude;
      this.#longitudes[person] = longitude;
    }
  }

  /** Everybody's first place. */
  first(): Moves {
    const count = this.#latitudes.length;
    const who = Int32Array.from({ length: count }, (_, person) => this.#nameOf(person));
    return { count, who, latitudes: this.#latitudes.slice(), longitudes: this.#longitudes.slice() };
  }

  /** The next moves. */
  next(count: number): Moves {
    const moves = {
      count,
      who: new Int32Array(count),
      latitudes: new Float64Array(count),
      longitudes: new Float64Array(count),
    };
    const citizens = this.#latitudes.length - this.#officers;
    for (let index = 0; index < count; index++) {
      const isOfficer = this.#random() < 0.5;
      const person = isOfficer
        ? Math.floor(this.#random() * this.#officers)
        : this.#officers + Math.floor(this.#random() * citizens);
      const angle = this.#random() * 2 * Math.PI;
      const degrees = (this.#random() * STEP_METERS) / DEGREE_METERS;
      const latitude = this.#latitudes[person] as number;
      this.#latitudes[person] = latitude + degrees * Math.sin(angle);
      this.#longitudes[person] =
        (this.#longitudes[person] as number) + (degrees * Math.cos(angle)) / Math.cos(latitude * RADIANS);
      moves.who[index] = this.#nameOf(person);
      moves.latitudes[index] = this.#latitudes[person] as number;
      moves.longitudes[index] = this.#longitudes[person] as number;
    }
    return moves;
  }

  #nameOf(person: number): number {
    return person < this.#officers ? person : ~(person - this.#officers);
  }
}

/** A disc as large as its population at its density. */
interface City {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusDegrees: number;
}

class Cities {
  readonly #cities: readonly City[];
  /** City -> people in it and in those before. */
  readonly #until: Float64Array;

  constructor() {
    const lines = gunzipSync(readFileSync(new URL('us-cities.csv.gz', import.meta.url)))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number) as [number, number, number, number]);
    this.#until = new Float64Array(lines.length);
    let people = 0;
    this.#cities = lines.map(([latitude, longitude, population, density], index) => {
      people += population;
      this.#until[index] = people;
      const radiusDegrees = (Math.sqrt(population / density / Math.PI) * 1_000) / DEGREE_METERS;
      return { latitude, longitude, radiusDegrees };
    });
  }

  place(random: () => number): [latitude: number, longitude: number] {
    const wanted = random() * (this.#until.at(-1) as number);
    let [low, high] = [0, this.#until.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#until[middle] as number) <= wanted) low = middle + 1;
      else high = middle;
    }
    const { latitude, longitude, radiusDegrees } = this.#cities[low] as City;
    const angle = random() * 2 * Math.PI;
    const degrees = Math.sqrt(random()) * radiusDegrees;
    return [
      latitude + degrees * Math.sin(angle),
      longitude + (degrees * Math.cos(angle)) / Math.cos(latitude * RADIANS),
    ];
  }
}

/** A small random source that gives the same numbers for the same seed (Tommy Ettinger, public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
