/*
 * A peer: the same grids, rings and squared chords as ours, in the containers that one would write first: an object a
 * person, a Map of cells, a Set of the people in each, a Set of those who are near.
 */
import { Grid } from '../../subgraphs/connections/proximity/grid.ts';
import type { Position } from '../../subgraphs/kernel/position.ts';
import { type Contender, LEAVING_METERS, metersOf, OUTLOOK_METERS, REACH_METERS, squaredChord } from './contender.ts';
import type { Moves } from './people.ts';

const RADIANS = Math.PI / 180;
const ENTERS = squaredChord(REACH_METERS);
const LEAVES = squaredChord(LEAVING_METERS);

class Person {
  readonly id: number;
  cell = -1;
  x = 0;
  y = 0;
  z = 0;
  /** People of the other side that are near. */
  readonly near = new Set<Person>();

  constructor(id: number) {
    this.id = id;
  }

  distance2(other: Person): number {
    return (this.x - other.x) ** 2 + (this.y - other.y) ** 2 + (this.z - other.z) ** 2;
  }
}

class Side {
  readonly people = new Map<number, Person>();
  readonly #cells = new Map<number, Set<Person>>();
  readonly #grid: Grid;

  constructor(cellMeters: number) {
    this.#grid = new Grid(cellMeters);
  }

  place(id: number, position: Position): Person {
    let person = this.people.get(id);
    if (!person) {
      person = new Person(id);
      this.people.set(id, person);
    }
    const cosine = Math.cos(position.latitude * RADIANS);
    person.x = cosine * Math.cos(position.longitude * RADIANS);
    person.y = cosine * Math.sin(position.longitude * RADIANS);
    person.z = Math.sin(position.latitude * RADIANS);
    const cell = this.#grid.cellOf(position);
    if (person.cell === cell) return person;
    this.#cells.get(person.cell)?.delete(person);
    if (this.#cells.get(person.cell)?.size === 0) this.#cells.delete(person.cell);
    person.cell = cell;
    const others = this.#cells.get(cell);
    if (others) others.add(person);
    else this.#cells.set(cell, new Set([person]));
    return person;
  }

  around(position: Position, meters: number): readonly number[] {
    return this.#grid.cellsWithin(position, meters);
  }

  in(cell: number): ReadonlySet<Person> | undefined {
    return this.#cells.get(cell);
  }
}

export class MapGrid implements Contender {
  changes = 0;
  readonly #officers = new Side(1_000);
  readonly #citizens = new Side(500);

  apply({ who, latitudes, longitudes }: Moves, from: number, to: number, outlooks?: Float64Array): void {
    this.changes = 0;
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      const position = { latitude: latitudes[index] as number, longitude: longitudes[index] as number };
      if (person >= 0) {
        this.#pair(this.#officers.place(person, position), position, this.#citizens);
      } else {
        const citizen = this.#citizens.place(~person, position);
        this.#pair(citizen, position, this.#officers);
        const outlook = citizen.near.size > 0 ? 0 : this.#outlook(citizen, position);
        if (outlooks) outlooks[index] = outlook;
      }
    }
  }

  *pairs(): Generator<readonly [number, number]> {
    for (const citizen of this.#citizens.people.values()) {
      for (const officer of citizen.near) yield [officer.id, citizen.id];
    }
  }

  #pair(person: Person, position: Position, others: Side): void {
    for (const other of person.near) {
      if (person.distance2(other) <= LEAVES) continue;
      person.near.delete(other);
      other.near.delete(person);
      this.changes++;
    }
    for (const cell of others.around(position, REACH_METERS)) {
      for (const other of others.in(cell) ?? []) {
        if (person.distance2(other) > ENTERS || person.near.has(other)) continue;
        person.near.add(other);
        other.near.add(person);
        this.changes++;
      }
    }
  }

  #outlook(citizen: Person, position: Position): number {
    const most = REACH_METERS + OUTLOOK_METERS;
    for (let radius = 1_000; ; radius = Math.min(2.5 * radius, most)) {
      let nearest = squaredChord(radius);
      let isFound = false;
      for (const cell of this.#officers.around(position, radius)) {
        for (const officer of this.#officers.in(cell) ?? []) {
          const squared = citizen.distance2(officer);
          if (squared > nearest) continue;
          nearest = squared;
          isFound = true;
        }
      }
      if (isFound || radius === most) return Math.max(0, (isFound ? metersOf(nearest) : most) - REACH_METERS);
    }
  }
}
