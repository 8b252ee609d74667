/*
 * Whom a worker knows, officers or citizens: the last report of each, in records of 96 bytes of one buffer, found by id
 * through a table of open addresses. Own memory and not a Map of objects: at hundreds of thousands of reports a second
 * the time goes into fetching memory, and a text of an id with a heap of objects behind it is five fetches for one.
 */
import type { Position } from '../../kernel/position.ts';
import type { PlacedReport } from './frames.ts';
import { isSame, textOf, type Uuid } from './uuid.ts';

export const NOBODY = -1;
const FIRST_CAPACITY = 1_024;

/** Of a record, in numbers of 8 bytes. */
const DOUBLES = 12;
const LATITUDE = 0;
const LONGITUDE = 1;
const REPORTED_AT = 2;
const WINDOW_CLOSES_AT = 3;
const ACCURACY = 4;
/** The same memory, in numbers of 4 bytes. */
const WORDS = 24;
const ID = 10;
const WINDOW = 14;
const SEQUENCE = 18;
const FLAGS = 19;
const NUMBER = 20;

const PRIMARY = 1;
const VISIBLE = 2;

export class Roster {
  #doubles = new Float64Array(DOUBLES * FIRST_CAPACITY);
  #words = new Int32Array(this.#doubles.buffer);
  /** Two words an address: a hash, and the person or NOBODY. */
  #table = new Int32Array(4 * FIRST_CAPACITY).fill(NOBODY);
  #mask = 2 * FIRST_CAPACITY - 1;
  readonly #free: number[] = [];
  #used = 0;
  #size = 0;

  /** How many people it knows. */
  get size(): number {
    return this.#size;
  }

  /** The number of a person, NOBODY for one who is not known. */
  find(id: Uuid): number {
    const table = this.#table;
    const words = this.#words;
    const hash = hashOf(id);
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const person = table[2 * at + 1] as number;
      if (person === NOBODY) return NOBODY;
      if (table[2 * at] !== hash) continue;
      const base = WORDS * person + ID;
      const isFound =
        words[base] === id.a && words[base + 1] === id.b && words[base + 2] === id.c && words[base + 3] === id.d;
      if (isFound) return person;
    }
  }

  /** A number for somebody who is not known yet. Numbers of those who were removed are given out again. */
  add(id: Uuid): number {
    const person = this.#free.pop() ?? this.#used++;
    if (DOUBLES * person >= this.#doubles.length) this.#growRecords();
    if (2 * ++this.#size > this.#mask) this.#growTable();
    this.#doubles.fill(Number.NaN, DOUBLES * person, DOUBLES * person + ACCURACY + 1);
    this.#words.fill(0, WORDS * person + ID, WORDS * (person + 1));
    this.#words[WORDS * person + NUMBER] = NOBODY;
    this.#writeId(WORDS * person + ID, id);
    this.#enter(hashOf(id), person);
    return person;
  }

  remove(person: number): void {
    const table = this.#table;
    const mask = this.#mask;
    let gap = hashOf(this.#readId(WORDS * person + ID)) & mask;
    while (table[2 * gap + 1] !== person) gap = (gap + 1) & mask;
    // Whoever stands behind the gap moves up, unless that is before where their search begins.
    for (let at = (gap + 1) & mask; table[2 * at + 1] !== NOBODY; at = (at + 1) & mask) {
      const home = (table[2 * at] as number) & mask;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      table[2 * gap] = table[2 * at] as number;
      table[2 * gap + 1] = table[2 * at + 1] as number;
      gap = at;
    }
    table[2 * gap + 1] = NOBODY;
    this.#size--;
    this.#free.push(person);
  }

  /** Notes what was reported, but not the id. */
  write(person: number, report: PlacedReport, isPrimary: boolean): void {
    const doubles = this.#doubles;
    const words = this.#words;
    const base = DOUBLES * person;
    doubles[base + LATITUDE] = report.latitude;
    doubles[base + LONGITUDE] = report.longitude;
    doubles[base + REPORTED_AT] = report.reportedAt;
    doubles[base + WINDOW_CLOSES_AT] = report.windowClosesAt;
    doubles[base + ACCURACY] = report.accuracyMeters;
    words[WORDS * person + SEQUENCE] = report.sequence;
    words[WORDS * person + FLAGS] = (isPrimary ? PRIMARY : 0) | (report.isVisible ? VISIBLE : 0);
    this.#writeId(WORDS * person + WINDOW, report.windowId);
  }

  idOf(person: number): string {
    return textOf(this.#readId(WORDS * person + ID));
  }

  windowOf(person: number): string {
    return textOf(this.#readId(WORDS * person + WINDOW));
  }

  isInWindow(person: number, windowId: Uuid): boolean {
    return isSame(this.#readId(WORDS * person + WINDOW), windowId);
  }

  latitudeOf(person: number): number {
    return this.#doubles[DOUBLES * person + LATITUDE] as number;
  }

  longitudeOf(person: number): number {
    return this.#doubles[DOUBLES * person + LONGITUDE] as number;
  }

  positionOf(person: number): Position {
    return { latitude: this.latitudeOf(person), longitude: this.longitudeOf(person) };
  }

  /** Milliseconds since 1970. */
  reportedAtOf(person: number): number {
    return this.#doubles[DOUBLES * person + REPORTED_AT] as number;
  }

  /** Milliseconds since 1970; not a number for citizens. */
  windowClosesAtOf(person: number): number {
    return this.#doubles[DOUBLES * person + WINDOW_CLOSES_AT] as number;
  }

  /** Meters; not a number where the phone did not say. */
  accuracyOf(person: number): number {
    return this.#doubles[DOUBLES * person + ACCURACY] as number;
  }

  sequenceOf(person: number): number {
    return this.#words[WORDS * person + SEQUENCE] as number;
  }

  isPrimary(person: number): boolean {
    return ((this.#words[WORDS * person + FLAGS] as number) & PRIMARY) !== 0;
  }

  /** Number of the person in the engine; NOBODY for one who cannot be found. */
  numberOf(person: number): number {
    return this.#words[WORDS * person + NUMBER] as number;
  }

  setNumber(person: number, number: number): void {
    this.#words[WORDS * person + NUMBER] = number;
  }

  #readId(at: number): Uuid {
    const words = this.#words;
    return {
      a: words[at] as number,
      b: words[at + 1] as number,
      c: words[at + 2] as number,
      d: words[at + 3] as number,
    };
  }

  #writeId(at: number, { a, b, c, d }: Uuid): void {
    const words = this.#words;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
  }

  #enter(hash: number, person: number): void {
    let at = hash & this.#mask;
    while (this.#table[2 * at + 1] !== NOBODY) at = (at + 1) & this.#mask;
    this.#table[2 * at] = hash;
    this.#table[2 * at + 1] = person;
  }

  #growRecords(): void {
    const doubles = new Float64Array(2 * this.#doubles.length);
    // As words: a copy as numbers may change the bits of what is none.
    const words = new Int32Array(doubles.buffer);
    words.set(this.#words);
    this.#doubles = doubles;
    this.#words = words;
  }

  /** At most half of the addresses are taken, so that searches are short. */
  #growTable(): void {
    const before = this.#table;
    this.#table = new Int32Array(2 * before.length).fill(NOBODY);
    this.#mask = 2 * this.#mask + 1;
    for (let at = 0; at < before.length; at += 2) {
      const person = before[at + 1] as number;
      if (person !== NOBODY) this.#enter(before[at] as number, person);
    }
  }
}

/** Every bit of every word counts: ids are given out in the order of time. The finalizer of MurmurHash3. */
function hashOf({ a, b, c, d }: Uuid): number {
  let hash = a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca77) ^ Math.imul(d, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
