/*
 * One kind of entity, officers or citizens: who is where, and who is near a place. Places are kept on a lattice: unit
 * vectors in whole steps of some micrometers, of which only the low 32 bits are stored. The difference of two places
 * that are near each other is exact without the high bits, and a person's entry takes 16 bytes and not 32, which is
 * what a million people, whom no cache holds, are looked at by.
 */
import { EARTH_RADIUS_METERS } from '../../kernel/position.ts';
import { Cells, ENTITY, ENTRY, grown, NONE, RECORD } from './cells.ts';
import { DEGREE_METERS, Grid, longitudeSpan } from './grid.ts';
import { metersOf, type UnitVector } from './unit-vector.ts';

/** Of a degree. */
const TURN = 1 / 360;

export class Entities {
  readonly #grid: Grid;
  readonly #rowsPerDegree: number;
  readonly #cells = new Cells();
  /** Steps of the lattice to the radius of the Earth, and what a squared number of steps is multiplied by for a chord. */
  readonly #steps: number;
  readonly #squaredStep: number;
  readonly #free: number[] = [];
  #used = 0;
  /** The slots of the cells that are looked at. */
  #slots = new Int32Array(64);
  /** The entities that were found, and their squared chords. */
  found = new Int32Array(64);
  distances = new Float64Array(64);
  #count = 0;
  /** What `findNearest` found: the squared chord of the nearest. */
  nearest = 0;

  /**
   * @param cellMeters the size of a cell; the Earth has fewer than 2^32 of them.
   * @param widestMeters `find` and `findNearest` are asked for nobody further away. A step of the lattice is 1.4e-9 of the
   * sum of both: 2 micrometers of citizens and 7 of officers where the reach is some hundred meters.
   */
  constructor(cellMeters: number, widestMeters: number) {
    this.#grid = new Grid(cellMeters);
    if (this.#grid.size >= 2 ** 32) throw new RangeError('The grid has too many cells');
    this.#rowsPerDegree = this.#grid.rows / 180;
    // In a cell that is looked at, the other side of a pole too, nobody is further away than this.
    const furthestMeters = 3 * (widestMeters + cellMeters);
    this.#steps = (2 ** 31 * EARTH_RADIUS_METERS) / furthestMeters;
    this.#squaredStep = 1 / this.#steps ** 2;
  }

  /** Bytes of all arrays. */
  get byteLength(): number {
    return this.#cells.byteLength;
  }

  /** RECORD numbers an entity, of which PAIRS and MARK are for the keeper of pairs. */
  get records(): Int32Array {
    return this.#cells.records;
  }

  /** A number for a new entity, nowhere yet. Numbers of removed ones are given out again. */
  add(): number {
    const entity = this.#free.pop() ?? this.#used++;
    this.#cells.add(entity);
    return entity;
  }

  remove(entity: number): void {
    this.#cells.remove(entity);
    this.#free.push(entity);
  }

  place(entity: number, where: UnitVector): void {
    const base = ENTRY * this.#cells.put(entity, this.#cellOf(where));
    const { entries } = this.#cells;
    entries[base] = this.#step(where.x);
    entries[base + 1] = this.#step(where.y);
    entries[base + 2] = this.#step(where.z);
  }

  /**
   * Finds the entities within a distance, in meters and as squared chord; at most `widestMeters`.
   * @returns how many; `found` and `distances` hold them.
   */
  find(where: UnitVector, meters: number, squared: number): number {
    this.#count = 0;
    const full = this.#gather(where, meters / DEGREE_METERS, NONE);
    this.#lookInto(full, where, squared, 0);
    return this.#count;
  }

  /**
   * Finds the entities within a squared chord, and the distance of the nearest, at most another squared chord.
   * @returns how many; `found` and `distances` hold them, `nearest` the other.
   */
  findNearest(where: UnitVector, squared: number, outlook: number): number {
    this.#count = 0;
    this.#slots[0] = this.#cells.slotOf(this.#cellOf(where));
    const near = this.#cells.countOf(this.#slots[0]) === 0 ? outlook : this.#lookInto(1, where, squared, outlook);
    // Whoever is nearer than the nearest of this cell is within that one's distance, or a little more for rounding.
    const meters = 1.000001 * metersOf(Math.max(squared, near)) + 0.001;
    const full = this.#gather(where, meters / DEGREE_METERS, this.#slots[0] as number);
    this.nearest = full === 0 ? near : this.#lookInto(full, where, squared, near);
    return this.#count;
  }

  /** Finds the entities within a distance, however far, and perhaps some around them: their distances are not known. */
  findAround(where: UnitVector, meters: number): number {
    const cells = this.#cells;
    const full = this.#gather(where, meters / DEGREE_METERS, NONE);
    let count = 0;
    for (let index = 0; index < full; index++) {
      const slot = this.#slots[index] as number;
      const [start, amount] = [cells.startOf(slot), cells.countOf(slot)];
      this.#makeRoom(count + amount);
      for (let at = start; at < start + amount; at++)
        this.found[count++] = cells.entries[ENTRY * at + ENTITY] as number;
    }
    return count;
  }

  /** Sets one number of all records, such as MARK, to zero. */
  clear(word: number): void {
    for (let entity = 0; entity < this.#used; entity++) this.records[RECORD * entity + word] = 0;
  }

  /**
   * Gathers the slots of all cells that have a part within `reach` degrees of a place, and perhaps some around them, but
   * those that have nobody and the slot `without`. All slots before all entries: memory is waited for once, not by turns.
   * @returns how many.
   */
  #gather({ latitude, longitude, cosine }: UnitVector, reach: number, without: number): number {
    const { columns, firsts, rows } = this.#grid;
    const cells = this.#cells;
    // Bits of a number that is not negative are its floor, and cost less.
    const first = (Math.max(0, latitude - reach + 90) * this.#rowsPerDegree) | 0;
    const last = Math.min(rows - 1, ((latitude + reach + 90) * this.#rowsPerDegree) | 0);
    const span = longitudeSpan(latitude, cosine, reach);
    // A turn more, so that neither is negative.
    const west = (longitude - span + 540) * TURN;
    const east = (longitude + span + 540) * TURN;
    let full = 0;
    for (let row = Math.min(first, rows - 1); row <= last; row++) {
      const width = columns[row] as number;
      const start = firsts[row] as number;
      const from = (west * width) | 0;
      const steps = Math.min(width, ((east * width) | 0) - from + 1);
      let column = from < width ? from : from - width;
      for (let step = 0; step < steps; step++, column++) {
        if (column >= width) column -= width;
        const slot = cells.slotOf(start + column);
        if (cells.countOf(slot) === 0 || slot === without) continue;
        if (full === this.#slots.length) this.#slots = grown(this.#slots);
        this.#slots[full++] = slot;
      }
    }
    return full;
  }

  /**
   * Appends those of the gathered cells that are within a squared chord to `found`.
   * @returns the squared chord of the nearest, or `most` if that is less.
   */
  #lookInto(full: number, where: UnitVector, squared: number, most: number): number {
    const cells = this.#cells;
    const { entries } = cells;
    const [x, y, z] = [this.#step(where.x), this.#step(where.y), this.#step(where.z)];
    const squaredStep = this.#squaredStep;
    let nearest = most;
    for (let index = 0; index < full; index++) {
      const slot = this.#slots[index] as number;
      const start = ENTRY * cells.startOf(slot);
      const end = start + ENTRY * cells.countOf(slot);
      for (let base = start; base < end; base += ENTRY) {
        const dx = ((entries[base] as number) - x) | 0;
        const dy = ((entries[base + 1] as number) - y) | 0;
        const dz = ((entries[base + 2] as number) - z) | 0;
        const distance = (dx * dx + dy * dy + dz * dz) * squaredStep;
        if (distance < nearest) nearest = distance;
        if (distance <= squared) this.#hit(entries[base + ENTITY] as number, distance);
      }
    }
    return nearest;
  }

  #hit(entity: number, distance: number): void {
    this.#makeRoom(this.#count + 1);
    this.found[this.#count] = entity;
    this.distances[this.#count++] = distance;
  }

  #makeRoom(count: number): void {
    if (count <= this.found.length) return;
    this.found = grown(this.found, 2 * count);
    const distances = new Float64Array(2 * count);
    distances.set(this.distances);
    this.distances = distances;
  }

  /** The low 32 bits of a coordinate in steps. */
  #step(coordinate: number): number {
    return (coordinate * this.#steps) | 0;
  }

  #cellOf({ latitude, longitude }: UnitVector): number {
    const row = Math.min(this.#grid.rows - 1, ((latitude + 90) * this.#rowsPerDegree) | 0);
    const width = this.#grid.columns[row] as number;
    const column = ((longitude + 180) * TURN * width) | 0;
    return (this.#grid.firsts[row] as number) + (column >= width ? column - width : column);
  }
}
