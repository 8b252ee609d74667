/*
 * Who is near whom, in memory: officers and citizens move, pairs enter and leave. Exact against brute force, for every
 * radius and everywhere on Earth. A pair enters at the officer's reach and leaves a fifth beyond it, so that standing at
 * the border causes no flicker. It knows nothing of people, windows or messages.
 */
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { Grid } from './grid.ts';

/** What became of a pair by a move. */
export interface PairChange {
  readonly officerId: string;
  readonly citizenId: string;
  readonly change: 'entered' | 'left';
}

interface Entity {
  readonly id: string;
  position: Position;
  cell: number;
  /** Of officers: who is within this distance of the position is near. */
  reachMeters: number;
  /** Ids of the other side that are near now. */
  readonly near: Set<string>;
}

/** Beyond this times the reach a pair is over. */
const LEAVING_FACTOR = 1.2;

class Side {
  readonly entities = new Map<string, Entity>();
  readonly #cells = new Map<number, Set<Entity>>();
  readonly #grid: Grid;

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  place(id: string, position: Position, reachMeters: number): Entity {
    const cell = this.#grid.cellOf(position);
    let entity = this.entities.get(id);
    if (entity && entity.cell !== cell) this.#leaveCell(entity);
    if (entity) Object.assign(entity, { position, cell, reachMeters });
    else entity = { id, position, cell, reachMeters, near: new Set() };
    this.entities.set(id, entity);
    const neighbors = this.#cells.get(cell);
    if (neighbors) neighbors.add(entity);
    else this.#cells.set(cell, new Set([entity]));
    return entity;
  }

  remove(id: string): Entity | undefined {
    const entity = this.entities.get(id);
    if (!entity) return undefined;
    this.entities.delete(id);
    this.#leaveCell(entity);
    return entity;
  }

  *within(center: Position, radiusMeters: number): Generator<Entity> {
    for (const cell of this.#grid.cellsWithin(center, radiusMeters)) yield* this.#cells.get(cell) ?? [];
  }

  #leaveCell(entity: Entity): void {
    const neighbors = this.#cells.get(entity.cell);
    neighbors?.delete(entity);
    if (neighbors?.size === 0) this.#cells.delete(entity.cell);
  }
}

export class ProximityEngine {
  readonly #officers: Side;
  readonly #citizens: Side;
  readonly #longestReachMeters: number;

  /** @param longestReachMeters no officer's reach is longer; it sets the size of cells. */
  constructor(longestReachMeters: number) {
    const grid = new Grid(Math.max(100, longestReachMeters));
    this.#officers = new Side(grid);
    this.#citizens = new Side(grid);
    this.#longestReachMeters = longestReachMeters;
  }

  /** Puts an officer somewhere, or moves one. @returns the pairs that entered or left by it. */
  placeOfficer(id: string, position: Position, reachMeters: number): PairChange[] {
    if (reachMeters > this.#longestReachMeters)
      throw new RangeError('The reach is longer than the engine was made for');
    const officer = this.#officers.place(id, position, reachMeters);
    const changes: PairChange[] = [];
    for (const citizenId of [...officer.near]) {
      const citizen = this.#citizens.entities.get(citizenId);
      if (citizen && this.#isOver(officer, citizen)) changes.push(this.#part(officer, citizen));
    }
    for (const citizen of this.#citizens.within(position, reachMeters)) {
      if (this.#begins(officer, citizen)) changes.push(this.#join(officer, citizen));
    }
    return changes;
  }

  /** Puts a citizen somewhere, or moves one. @returns the pairs that entered or left by it. */
  placeCitizen(id: string, position: Position): PairChange[] {
    const citizen = this.#citizens.place(id, position, 0);
    const changes: PairChange[] = [];
    for (const officerId of [...citizen.near]) {
      const officer = this.#officers.entities.get(officerId);
      if (officer && this.#isOver(officer, citizen)) changes.push(this.#part(officer, citizen));
    }
    for (const officer of this.#officers.within(position, this.#longestReachMeters)) {
      if (this.#begins(officer, citizen)) changes.push(this.#join(officer, citizen));
    }
    return changes;
  }

  /** @returns the pairs that left by it. */
  removeOfficer(id: string): PairChange[] {
    const officer = this.#officers.remove(id);
    if (!officer) return [];
    return [...officer.near].map((citizenId) => {
      this.#citizens.entities.get(citizenId)?.near.delete(id);
      return { officerId: id, citizenId, change: 'left' };
    });
  }

  /** @returns the pairs that left by it. */
  removeCitizen(id: string): PairChange[] {
    const citizen = this.#citizens.remove(id);
    if (!citizen) return [];
    return [...citizen.near].map((officerId) => {
      this.#officers.entities.get(officerId)?.near.delete(id);
      return { officerId, citizenId: id, change: 'left' };
    });
  }

  /** The officers that are near a citizen now. */
  officersNear(citizenId: string): readonly string[] {
    return [...(this.#citizens.entities.get(citizenId)?.near ?? [])];
  }

  #begins(officer: Entity, citizen: Entity): boolean {
    // The same person on both sides is not near themselves.
    if (officer.id === citizen.id || officer.near.has(citizen.id)) return false;
    return distanceMeters(officer.position, citizen.position) <= officer.reachMeters;
  }

  #isOver(officer: Entity, citizen: Entity): boolean {
    return distanceMeters(officer.position, citizen.position) > officer.reachMeters * LEAVING_FACTOR;
  }

  #join(officer: Entity, citizen: Entity): PairChange {
    officer.near.add(citizen.id);
    citizen.near.add(officer.id);
    return { officerId: officer.id, citizenId: citizen.id, change: 'entered' };
  }

  #part(officer: Entity, citizen: Entity): PairChange {
    officer.near.delete(citizen.id);
    citizen.near.delete(officer.id);
    return { officerId: officer.id, citizenId: citizen.id, change: 'left' };
  }
}
