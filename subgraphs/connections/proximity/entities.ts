/*
 * One kind of entity, officers or citizens: who is where, and who is in which cell. A record of 48 bytes each in one
 * buffer, so that a move touches two cache lines and not eight; cells are intrusive doubly linked lists, found by an
 * open-addressing table of cell numbers. Own typed arrays and not a Map of Sets: the bench `proximity` compares them.
 */
import { type Grid, longitudeSpan } from './grid.ts';

export const NONE = -1;
/** Of a table slot: no cell has taken it, where NONE is a cell that is empty now. Of an entity: it is nowhere yet. */
const FREE = -2;
const FIRST_CAPACITY = 1_024;

/** Numbers of 8 bytes in a record, the first three of which are the unit vector of its place. */
export const PLACE = 6;
/** Numbers of 4 bytes in a record; those that follow the place stand at the offsets below. */
export const RECORD = 12;
/** The next entity of the same cell. */
const NEXT = 6;
const PREVIOUS = 7;
const CELL = 8;
/** The entity's first pair. */
export const PAIRS = 9;
/** The last move that found it paired. */
export const MARK = 10;

export class Entities {
  readonly #grid: Grid;
  readonly #rowsPerDegree: number;
  /** PLACE numbers an entity. */
  places = new Float64Array(PLACE * FIRST_CAPACITY);
  /** RECORD numbers an entity: the same memory. */
  records = new Int32Array(this.places.buffer);
  readonly #free: number[] = [];
  #used = 0;
  #keys = new Uint32Array(FIRST_CAPACITY);
  #heads = new Int32Array(FIRST_CAPACITY).fill(FREE);
  #shift = 32 - Math.log2(FIRST_CAPACITY);
  #taken = 0;
  /** The entities that `collect` found. */
  found = new Int32Array(64);

  /** @param grid of fewer than 2^32 cells, such as one of 400 m. */
  constructor(grid: Grid) {
    if (grid.size >= 2 ** 32) throw new RangeError('The grid has too many cells');
    this.#grid = grid;
    this.#rowsPerDegree = grid.rows / 180;
  }

  /** Bytes of all arrays. */
  get byteLength(): number {
    return this.places.byteLength + this.#keys.byteLength + this.#heads.byteLength;
  }

  /** A number for a new entity, nowhere yet. Numbers of removed ones are given out again. */
  add(): number {
    const entity = this.#free.pop() ?? this.#used++;
    if (RECORD * entity >= this.records.length) this.#grow();
    this.records[RECORD * entity + PREVIOUS] = FREE;
    this.records[RECORD * entity + PAIRS] = NONE;
    this.records[RECORD * entity + MARK] = 0;
    return entity;
  }

  remove(entity: number): void {
    if (this.records[RECORD * entity + PREVIOUS] !== FREE) this.#unlink(entity);
    this.#free.push(entity);
  }

  /** Puts an entity into the cell of a place, given also as the unit vector x, y, z. */
  place(entity: number, latitude: number, longitude: number, x: number, y: number, z: number): void {
    const { places, records } = this;
    places[PLACE * entity] = x;
    places[PLACE * entity + 1] = y;
    places[PLACE * entity + 2] = z;
    const cell = this.#cellOf(latitude, longitude);
    const isPlaced = records[RECORD * entity + PREVIOUS] !== FREE;
    // Compared as they stand in the record, where large numbers of cells are negative.
    if (isPlaced && records[RECORD * entity + CELL] === (cell | 0)) return;
    if (isPlaced) this.#unlink(entity);
    this.#link(entity, cell);
  }

  /** Squared chord between an entity and a place, on the unit sphere. */
  distance2(entity: number, x: number, y: number, z: number): number {
    const base = PLACE * entity;
    const dx = (this.places[base] as number) - x;
    const dy = (this.places[base + 1] as number) - y;
    const dz = (this.places[base + 2] as number) - z;
    return dx * dx + dy * dy + dz * dz;
  }

  /**
   * Finds the entities of all cells that have a part within `reach` degrees of a place, and perhaps some around them.
   * @returns how many; `found` holds them, the first of each cell, then the second of each, so that a processor fetches
   * from several cells at once.
   */
  collect(latitude: number, longitude: number, cosine: number, reach: number): number {
    const { columns, firsts, rows } = this.#grid;
    const first = Math.max(0, Math.floor((latitude - reach + 90) * this.#rowsPerDegree));
    const last = Math.min(rows - 1, Math.floor((latitude + reach + 90) * this.#rowsPerDegree));
    const span = longitudeSpan(latitude, cosine, reach);
    const west = (longitude - span + 180) / 360;
    const east = (longitude + span + 180) / 360;
    let count = 0;
    for (let row = Math.min(first, rows - 1); row <= last; row++) {
      const width = columns[row] as number;
      const start = firsts[row] as number;
      const from = Math.floor(west * width);
      const steps = Math.min(width, Math.floor(east * width) - from + 1);
      let column = from < 0 ? from + width : from;
      for (let step = 0; step < steps; step++, column++) {
        if (column >= width) column -= width;
        const head = this.#heads[this.#slotOf(start + column)] as number;
        if (head < 0) continue;
        if (count === this.found.length) this.found = grown(this.found);
        this.found[count++] = head;
      }
    }
    const { records } = this;
    for (let index = 0; index < count; index++) {
      const next = records[RECORD * (this.found[index] as number) + NEXT] as number;
      if (next === NONE) continue;
      if (count === this.found.length) this.found = grown(this.found);
      this.found[count++] = next;
    }
    return count;
  }

  /** Forgets all marks. */
  clearMarks(): void {
    for (let entity = 0; entity < this.#used; entity++) this.records[RECORD * entity + MARK] = 0;
  }

  #cellOf(latitude: number, longitude: number): number {
    const row = Math.min(this.#grid.rows - 1, Math.floor((latitude + 90) * this.#rowsPerDegree));
    const width = this.#grid.columns[row] as number;
    const column = Math.floor(((longitude + 180) / 360) * width);
    return (this.#grid.firsts[row] as number) + (column >= width ? column - width : column);
  }

  /** The slot that the cell has, or the free one where its search ends. */
  #slotOf(cell: number): number {
    const mask = this.#keys.length - 1;
    // Fibonacci hashing: neighbouring cells are spread over the table (Knuth, TAOCP 3, 6.4).
    let slot = Math.imul(cell, 0x9e3779b1) >>> this.#shift;
    while (this.#heads[slot] !== FREE && this.#keys[slot] !== cell) slot = (slot + 1) & mask;
    return slot;
  }

  #unlink(entity: number): void {
    const { records } = this;
    const base = RECORD * entity;
    const [next, previous] = [records[base + NEXT] as number, records[base + PREVIOUS] as number];
    if (next !== NONE) records[RECORD * next + PREVIOUS] = previous;
    if (previous !== NONE) records[RECORD * previous + NEXT] = next;
    else this.#heads[this.#slotOf((records[base + CELL] as number) >>> 0)] = next;
  }

  #link(entity: number, cell: number): void {
    let slot = this.#slotOf(cell);
    if (this.#heads[slot] === FREE) {
      if (2 * (this.#taken + 1) > this.#keys.length) {
        this.#rebuild();
        slot = this.#slotOf(cell);
      }
      this.#taken++;
      this.#keys[slot] = cell;
      this.#heads[slot] = NONE;
    }
    const { records } = this;
    const head = this.#heads[slot] as number;
    records[RECORD * entity + CELL] = cell;
    records[RECORD * entity + NEXT] = head;
    records[RECORD * entity + PREVIOUS] = NONE;
    if (head !== NONE) records[RECORD * head + PREVIOUS] = entity;
    this.#heads[slot] = entity;
  }

  /** Leaves out the cells that are empty, and makes room for as many again. */
  #rebuild(): void {
    const [keys, heads] = [this.#keys, this.#heads];
    let full = 0;
    for (const head of heads) if (head >= 0) full++;
    let capacity = FIRST_CAPACITY;
    while (capacity < 4 * (full + 1)) capacity *= 2;
    this.#keys = new Uint32Array(capacity);
    this.#heads = new Int32Array(capacity).fill(FREE);
    this.#shift = 32 - Math.log2(capacity);
    this.#taken = full;
    for (let old = 0; old < heads.length; old++) {
      if ((heads[old] as number) < 0) continue;
      const slot = this.#slotOf(keys[old] as number);
      this.#keys[slot] = keys[old] as number;
      this.#heads[slot] = heads[old] as number;
    }
  }

  #grow(): void {
    const places = new Float64Array(2 * this.places.length);
    places.set(this.places);
    this.places = places;
    this.records = new Int32Array(places.buffer);
  }
}

/** A copy of twice the length. */
export function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
