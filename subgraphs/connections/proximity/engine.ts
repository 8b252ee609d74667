/*
 * Who is near whom, in memory: officers and citizens move, pairs enter and leave. Exact against brute force, for every
 * radius and everywhere on Earth. A pair enters at the officer's reach and leaves a fifth beyond it, so that standing at
 * the border causes no flicker. It knows nothing of people, windows or messages: both sides are small integers that it
 * gives out. Positions are unit vectors, compared by squared chord without trigonometry.
 */
import { EARTH_RADIUS_METERS, type Position } from '../../kernel/position.ts';
import { Entities, MARK, NONE, RECORD } from './entities.ts';
import { DEGREE_METERS, Grid } from './grid.ts';
import { ENTERED, LEFT, PairChanges, Pairs } from './pairs.ts';

const RADIANS = Math.PI / 180;
/** Beyond this times the reach a pair is over. */
export const LEAVING_FACTOR = 1.2;
/** How far beyond their reach officers are looked for around a citizen, to say how long nothing can happen. */
export const OUTLOOK_METERS = 2_000;
/** Officers are few and looked for within the outlook, citizens are many and looked for within a reach. */
const OFFICER_CELL_METERS = 1_200;
const CITIZEN_CELL_METERS = 400;
const FIRST_CAPACITY = 1_024;

export class ProximityEngine {
  readonly changes = new PairChanges();
  readonly #officers: Entities;
  readonly #citizens: Entities;
  readonly #pairs: Pairs;
  /** Officer -> squared chords at which a pair enters and leaves. */
  #reaches = new Float64Array(2 * FIRST_CAPACITY);
  readonly #longestReachMeters: number;
  /** Squared chord within which officers are looked for around a citizen. */
  readonly #outlook: number;
  /** The reach of the last officer that moved, and its squared chords: those of a region have the same. */
  #reachMeters = Number.NaN;
  #enters = 0;
  #leaves = 0;
  #move = 0;

  /** @param longestReachMeters no officer's reach is longer; it sets the size of cells. At most 100,000. */
  constructor(longestReachMeters: number) {
    this.#longestReachMeters = longestReachMeters;
    this.#outlook = squaredChord(longestReachMeters + OUTLOOK_METERS);
    this.#officers = new Entities(new Grid(Math.max(OFFICER_CELL_METERS, longestReachMeters)));
    this.#citizens = new Entities(new Grid(Math.max(CITIZEN_CELL_METERS, longestReachMeters / 2)));
    this.#pairs = new Pairs(this.#officers, this.#citizens);
  }

  get byteLength(): number {
    return this.#officers.byteLength + this.#citizens.byteLength + this.#pairs.byteLength + this.#reaches.byteLength;
  }

  get pairCount(): number {
    return this.#pairs.count;
  }

  /** A number for a new officer, who is nowhere yet. */
  addOfficer(): number {
    const officer = this.#officers.add();
    if (2 * officer >= this.#reaches.length) {
      const reaches = new Float64Array(2 * this.#reaches.length);
      reaches.set(this.#reaches);
      this.#reaches = reaches;
    }
    return officer;
  }

  /** A number for a new citizen, who is nowhere yet. */
  addCitizen(): number {
    return this.#citizens.add();
  }

  /** Puts an officer somewhere, or moves one; `changes` then holds the pairs that entered or left by it. */
  moveOfficer(officer: number, latitude: number, longitude: number, reachMeters: number): void {
    if (!(reachMeters <= this.#longestReachMeters))
      throw new RangeError('The reach is longer than the engine was made for');
    const { changes } = this;
    const citizens = this.#citizens;
    const pairs = this.#pairs;
    changes.count = 0;
    const move = this.#nextMove();
    const cosine = Math.cos(latitude * RADIANS);
    const x = cosine * Math.cos(longitude * RADIANS);
    const y = cosine * Math.sin(longitude * RADIANS);
    const z = Math.sin(latitude * RADIANS);
    if (reachMeters !== this.#reachMeters) this.#measure(reachMeters);
    const [enters, leaves] = [this.#enters, this.#leaves];
    this.#officers.place(officer, latitude, longitude, x, y, z);
    this.#reaches[2 * officer] = enters;
    this.#reaches[2 * officer + 1] = leaves;
    const { records } = citizens;
    for (let pair = pairs.firstOfOfficer(officer); pair !== NONE; ) {
      const citizen = pairs.citizenOf(pair);
      const next = pairs.nextOfOfficer(pair);
      if (citizens.distance2(citizen, x, y, z) > leaves) {
        pairs.remove(pair);
        changes.add(officer, citizen, LEFT);
      } else {
        records[RECORD * citizen + MARK] = move;
      }
      pair = next;
    }
    const found = citizens.collect(latitude, longitude, cosine, reachMeters / DEGREE_METERS);
    for (let index = 0; index < found; index++) {
      const citizen = citizens.found[index] as number;
      if (citizens.distance2(citizen, x, y, z) > enters || records[RECORD * citizen + MARK] === move) continue;
      pairs.add(officer, citizen);
      changes.add(officer, citizen, ENTERED);
    }
  }

  /**
   * Puts a citizen somewhere, or moves one; `changes` then holds the pairs that entered or left by it.
   * @returns how far, in meters, the citizen or an officer has to move at least before a pair can enter, at most
   * OUTLOOK_METERS; 0 where a pair exists or an officer is so close that only hysteresis keeps them apart.
   */
  moveCitizen(citizen: number, latitude: number, longitude: number): number {
    const { changes } = this;
    const officers = this.#officers;
    const pairs = this.#pairs;
    const reaches = this.#reaches;
    changes.count = 0;
    const move = this.#nextMove();
    const cosine = Math.cos(latitude * RADIANS);
    const x = cosine * Math.cos(longitude * RADIANS);
    const y = cosine * Math.sin(longitude * RADIANS);
    const z = Math.sin(latitude * RADIANS);
    this.#citizens.place(citizen, latitude, longitude, x, y, z);
    const { records } = officers;
    for (let pair = pairs.firstOfCitizen(citizen); pair !== NONE; ) {
      const officer = pairs.officerOf(pair);
      const next = pairs.nextOfCitizen(pair);
      if (officers.distance2(officer, x, y, z) > (reaches[2 * officer + 1] as number)) {
        pairs.remove(pair);
        changes.add(officer, citizen, LEFT);
      } else {
        records[RECORD * officer + MARK] = move;
      }
      pair = next;
    }
    const found = officers.collect(latitude, longitude, cosine, this.#longestReachMeters / DEGREE_METERS);
    let nearest = this.#outlook;
    for (let index = 0; index < found; index++) {
      const officer = officers.found[index] as number;
      const squared = officers.distance2(officer, x, y, z);
      if (squared < nearest) nearest = squared;
      if (squared > (reaches[2 * officer] as number) || records[RECORD * officer + MARK] === move) continue;
      pairs.add(officer, citizen);
      changes.add(officer, citizen, ENTERED);
    }
    if (pairs.firstOfCitizen(citizen) !== NONE) return 0;
    // Whoever is nearer than the nearest of these cells is within that one's distance.
    const around = officers.collect(latitude, longitude, cosine, meters(nearest) / DEGREE_METERS);
    for (let index = 0; index < around; index++) {
      nearest = Math.min(nearest, officers.distance2(officers.found[index] as number, x, y, z));
    }
    return Math.max(0, meters(nearest) - this.#longestReachMeters);
  }

  /** Takes an officer away; `changes` then holds the pairs that left by it. The number may be given out again. */
  removeOfficer(officer: number): void {
    this.changes.count = 0;
    for (let pair = this.#pairs.firstOfOfficer(officer); pair !== NONE; pair = this.#pairs.firstOfOfficer(officer)) {
      this.changes.add(officer, this.#pairs.citizenOf(pair), LEFT);
      this.#pairs.remove(pair);
    }
    this.#officers.remove(officer);
  }

  /** Takes a citizen away; `changes` then holds the pairs that left by it. The number may be given out again. */
  removeCitizen(citizen: number): void {
    this.changes.count = 0;
    for (let pair = this.#pairs.firstOfCitizen(citizen); pair !== NONE; pair = this.#pairs.firstOfCitizen(citizen)) {
      this.changes.add(this.#pairs.officerOf(pair), citizen, LEFT);
      this.#pairs.remove(pair);
    }
    this.#citizens.remove(citizen);
  }

  /** The officers that are near a citizen now. */
  officersNear(citizen: number): number[] {
    const near: number[] = [];
    for (let pair = this.#pairs.firstOfCitizen(citizen); pair !== NONE; pair = this.#pairs.nextOfCitizen(pair))
      near.push(this.#pairs.officerOf(pair));
    return near;
  }

  /**
   * The officer nearest to a place, within `mostMeters`.
   * @param isWanted leaves out officers that do not count.
   */
  nearestOfficer(
    { latitude, longitude }: Position,
    mostMeters: number,
    isWanted?: (officer: number) => boolean,
  ): { readonly officer: number; readonly meters: number } | undefined {
    const cosine = Math.cos(latitude * RADIANS);
    const x = cosine * Math.cos(longitude * RADIANS);
    const y = cosine * Math.sin(longitude * RADIANS);
    const z = Math.sin(latitude * RADIANS);
    const officer = this.#nearest(latitude, longitude, cosine, x, y, z, mostMeters, isWanted);
    return officer === NONE ? undefined : { officer, meters: meters(this.#officers.distance2(officer, x, y, z)) };
  }

  /** Looks in growing circles; a hit within the circle is sure, since nobody in it was passed over. */
  #nearest(
    latitude: number,
    longitude: number,
    cosine: number,
    x: number,
    y: number,
    z: number,
    mostMeters: number,
    isWanted: ((officer: number) => boolean) | undefined,
  ): number {
    const officers = this.#officers;
    for (let radius = Math.min(OFFICER_CELL_METERS, mostMeters); ; radius = Math.min(2.5 * radius, mostMeters)) {
      let hit = NONE;
      let nearest = squaredChord(radius);
      const found = officers.collect(latitude, longitude, cosine, radius / DEGREE_METERS);
      for (let index = 0; index < found; index++) {
        const officer = officers.found[index] as number;
        const squared = officers.distance2(officer, x, y, z);
        if (squared > nearest || (isWanted && !isWanted(officer))) continue;
        hit = officer;
        nearest = squared;
      }
      if (hit !== NONE || radius >= mostMeters) return hit;
    }
  }

  #measure(reachMeters: number): void {
    this.#reachMeters = reachMeters;
    this.#enters = squaredChord(reachMeters);
    this.#leaves = squaredChord(reachMeters * LEAVING_FACTOR);
  }

  /** A number that no mark has; marks are cleared when numbers run out, after half an hour of a million moves a second. */
  #nextMove(): number {
    if (this.#move === 0x7fffffff) {
      this.#move = 0;
      this.#officers.clearMarks();
      this.#citizens.clearMarks();
    }
    return ++this.#move;
  }
}

/** Of two places on the unit sphere that are so far apart on Earth: (2 sin(d / 2R))^2. */
function squaredChord(distanceMeters: number): number {
  const half = Math.sin(Math.min(Math.PI / 2, distanceMeters / (2 * EARTH_RADIUS_METERS)));
  return 4 * half * half;
}

function meters(squared: number): number {
  // Two terms of the series of the arc sine: up to 45 km they are exact to a micrometer.
  if (squared < 5e-5) return EARTH_RADIUS_METERS * Math.sqrt(squared) * (1 + squared / 24);
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(squared) / 2));
}
