/*
 * Who is near whom, in memory: officers and citizens move, pairs enter and leave. Equal to brute force, for every radius
 * and everywhere on Earth. A pair enters at the officer's reach and leaves a fifth beyond it, so that standing at the
 * border causes no flicker. It knows nothing of people, windows or messages: both sides are small integers that it gives
 * out. Positions are unit vectors, compared by squared chord, and in pairs rounded to some micrometers (entities.ts).
 */
import type { Position } from '../../kernel/position.ts';
import { MARK, NONE, RECORD } from './cells.ts';
import { Entities } from './entities.ts';
import { ENTERED, LEFT, PairChanges, Pairs } from './pairs.ts';
import { metersOf, squaredChord, UnitVector } from './unit-vector.ts';

/** Beyond this times the reach a pair is over. */
export const LEAVING_FACTOR = 1.2;
/** How far beyond their reach officers are looked for around a citizen, to say how long nothing can happen. */
export const OUTLOOK_METERS = 2_000;
/**
 * Officers are few and looked for within the outlook, citizens are many and looked for within a reach. Smaller cells cost
 * a look at each of many empty ones, larger ones a look at people who are too far away; the bench `proximity` chose.
 */
export const OFFICER_CELL_METERS = 2_800;
export const CITIZEN_CELL_METERS = 800;
const FIRST_CAPACITY = 1_024;
/** Numbers that are known of an officer: the squared chords at which a pair enters and leaves, and the exact place. */
const OFFICER = 5;
const ENTERS = 0;
const LEAVES = 1;
const PLACE = 2;

export class ProximityEngine {
  readonly changes = new PairChanges();
  readonly #officers: Entities;
  readonly #citizens: Entities;
  readonly #pairs: Pairs;
  /** OFFICER numbers each. */
  #known = new Float64Array(OFFICER * FIRST_CAPACITY);
  readonly #longestReachMeters: number;
  /** Squared chords: of the longest reach, of where a pair of it leaves, and within which officers are looked for. */
  readonly #longestEnters: number;
  readonly #longestLeaves: number;
  readonly #outlook: number;
  /** The reach of the last officer that moved, and its squared chords: those of a region have the same. */
  #reachMeters = Number.NaN;
  #enters = 0;
  #leaves = 0;
  #move = 0;
  /** Where the last move went, or the last question was asked. */
  readonly #where = new UnitVector();

  /** @param longestReachMeters no officer's reach is longer; it sets the size of cells. At most 100,000. */
  constructor(longestReachMeters: number) {
    this.#longestReachMeters = longestReachMeters;
    this.#longestEnters = squaredChord(longestReachMeters);
    this.#longestLeaves = squaredChord(LEAVING_FACTOR * longestReachMeters);
    this.#outlook = squaredChord(longestReachMeters + OUTLOOK_METERS);
    const widestMeters = LEAVING_FACTOR * longestReachMeters;
    this.#officers = new Entities(Math.max(OFFICER_CELL_METERS, longestReachMeters), widestMeters + OUTLOOK_METERS);
    this.#citizens = new Entities(Math.max(CITIZEN_CELL_METERS, longestReachMeters / 2), widestMeters);
    this.#pairs = new Pairs(this.#officers, this.#citizens);
  }

  get byteLength(): number {
    return this.#officers.byteLength + this.#citizens.byteLength + this.#pairs.byteLength + this.#known.byteLength;
  }

  get pairCount(): number {
    return this.#pairs.count;
  }

  /** A number for a new officer, who is nowhere yet. */
  addOfficer(): number {
    const officer = this.#officers.add();
    if (OFFICER * officer >= this.#known.length) {
      const known = new Float64Array(2 * this.#known.length);
      known.set(this.#known);
      this.#known = known;
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
    const where = this.#where;
    const citizens = this.#citizens;
    this.changes.count = 0;
    where.set(latitude, longitude);
    if (reachMeters !== this.#reachMeters) this.#measure(reachMeters);
    const [enters, leaves] = [this.#enters, this.#leaves];
    this.#officers.place(officer, where);
    this.#note(officer, enters, leaves);
    const { records } = citizens;
    const move = this.#nextMove();
    // Those of the pairs before that are not found again have left.
    let missing = this.#markCitizensOf(officer, move);
    const found =
      missing > 0
        ? citizens.find(where, LEAVING_FACTOR * reachMeters, leaves)
        : citizens.find(where, reachMeters, enters);
    for (let index = 0; index < found; index++) {
      const citizen = citizens.found[index] as number;
      if (records[RECORD * citizen + MARK] === move) {
        records[RECORD * citizen + MARK] = 0;
        missing--;
      } else if ((citizens.distances[index] as number) <= enters) {
        this.#pairs.add(officer, citizen);
        this.changes.add(officer, citizen, ENTERED);
      }
    }
    if (missing > 0) this.#partFromMarkedCitizens(officer, move);
  }

  /**
   * Puts a citizen somewhere, or moves one; `changes` then holds the pairs that entered or left by it.
   * @returns how far, in meters, the citizen or an officer has to move at least before a pair can enter, at most
   * OUTLOOK_METERS; 0 where a pair exists or an officer is so close that only hysteresis keeps them apart.
   */
  moveCitizen(citizen: number, latitude: number, longitude: number): number {
    const where = this.#where;
    const officers = this.#officers;
    const pairs = this.#pairs;
    this.changes.count = 0;
    where.set(latitude, longitude);
    this.#citizens.place(citizen, where);
    if (pairs.firstOfCitizen(citizen) !== NONE) {
      this.#reviewPairsOf(citizen);
      if (pairs.firstOfCitizen(citizen) !== NONE) return 0;
    }
    const found = officers.findNearest(where, this.#longestEnters, this.#outlook);
    for (let index = 0; index < found; index++) {
      const officer = officers.found[index] as number;
      if ((officers.distances[index] as number) > (this.#known[OFFICER * officer + ENTERS] as number)) continue;
      pairs.add(officer, citizen);
      this.changes.add(officer, citizen, ENTERED);
    }
    if (pairs.firstOfCitizen(citizen) !== NONE) return 0;
    return Math.max(0, metersOf(officers.nearest) - this.#longestReachMeters);
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
   * The officer nearest to a place, within `mostMeters`. Looks in growing circles; a hit within the circle is sure, since
   * nobody in it was passed over.
   * @param isWanted leaves out officers that do not count.
   */
  nearestOfficer(
    { latitude, longitude }: Position,
    mostMeters: number,
    isWanted?: (officer: number) => boolean,
  ): { readonly officer: number; readonly meters: number } | undefined {
    const officers = this.#officers;
    this.#where.set(latitude, longitude);
    for (let radius = Math.min(OFFICER_CELL_METERS, mostMeters); ; radius = Math.min(2.5 * radius, mostMeters)) {
      let hit = NONE;
      let nearest = squaredChord(radius);
      const found = officers.findAround(this.#where, radius);
      for (let index = 0; index < found; index++) {
        const officer = officers.found[index] as number;
        const squared = this.#distance2(officer);
        if (squared > nearest || (isWanted && !isWanted(officer))) continue;
        hit = officer;
        nearest = squared;
      }
      if (hit !== NONE) return { officer: hit, meters: metersOf(nearest) };
      if (radius >= mostMeters) return undefined;
    }
  }

  /** A citizen has moved who had pairs: those beyond the officer's leaving distance are over, others may enter. */
  #reviewPairsOf(citizen: number): void {
    const officers = this.#officers;
    const pairs = this.#pairs;
    const known = this.#known;
    const { records } = officers;
    const move = this.#nextMove();
    let missing = this.#markOfficersOf(citizen, move);
    const found = officers.find(this.#where, LEAVING_FACTOR * this.#longestReachMeters, this.#longestLeaves);
    for (let index = 0; index < found; index++) {
      const officer = officers.found[index] as number;
      const distance = officers.distances[index] as number;
      if (records[RECORD * officer + MARK] === move) {
        if (distance > (known[OFFICER * officer + LEAVES] as number)) continue;
        records[RECORD * officer + MARK] = 0;
        missing--;
      } else if (distance <= (known[OFFICER * officer + ENTERS] as number)) {
        pairs.add(officer, citizen);
        this.changes.add(officer, citizen, ENTERED);
      }
    }
    if (missing > 0) this.#partFromMarkedOfficers(citizen, move);
  }

  /** @returns how many. */
  #markCitizensOf(officer: number, move: number): number {
    const pairs = this.#pairs;
    const { records } = this.#citizens;
    let count = 0;
    for (let pair = pairs.firstOfOfficer(officer); pair !== NONE; pair = pairs.nextOfOfficer(pair)) {
      records[RECORD * pairs.citizenOf(pair) + MARK] = move;
      count++;
    }
    return count;
  }

  /** @returns how many. */
  #markOfficersOf(citizen: number, move: number): number {
    const pairs = this.#pairs;
    const { records } = this.#officers;
    let count = 0;
    for (let pair = pairs.firstOfCitizen(citizen); pair !== NONE; pair = pairs.nextOfCitizen(pair)) {
      records[RECORD * pairs.officerOf(pair) + MARK] = move;
      count++;
    }
    return count;
  }

  #partFromMarkedCitizens(officer: number, move: number): void {
    const pairs = this.#pairs;
    const { records } = this.#citizens;
    for (let pair = pairs.firstOfOfficer(officer); pair !== NONE; ) {
      const next = pairs.nextOfOfficer(pair);
      const citizen = pairs.citizenOf(pair);
      if (records[RECORD * citizen + MARK] === move) {
        pairs.remove(pair);
        this.changes.add(officer, citizen, LEFT);
      }
      pair = next;
    }
  }

  #partFromMarkedOfficers(citizen: number, move: number): void {
    const pairs = this.#pairs;
    const { records } = this.#officers;
    for (let pair = pairs.firstOfCitizen(citizen); pair !== NONE; ) {
      const next = pairs.nextOfCitizen(pair);
      const officer = pairs.officerOf(pair);
      if (records[RECORD * officer + MARK] === move) {
        pairs.remove(pair);
        this.changes.add(officer, citizen, LEFT);
      }
      pair = next;
    }
  }

  #note(officer: number, enters: number, leaves: number): void {
    const known = this.#known;
    const base = OFFICER * officer;
    const { x, y, z } = this.#where;
    known[base + ENTERS] = enters;
    known[base + LEAVES] = leaves;
    known[base + PLACE] = x;
    known[base + PLACE + 1] = y;
    known[base + PLACE + 2] = z;
  }

  /** Squared chord between an officer and the place that is looked from. */
  #distance2(officer: number): number {
    const base = OFFICER * officer + PLACE;
    const dx = (this.#known[base] as number) - this.#where.x;
    const dy = (this.#known[base + 1] as number) - this.#where.y;
    const dz = (this.#known[base + 2] as number) - this.#where.z;
    return dx * dx + dy * dy + dz * dz;
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
      this.#officers.clear(MARK);
      this.#citizens.clear(MARK);
    }
    return ++this.#move;
  }
}
