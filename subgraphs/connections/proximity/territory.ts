/*
 * Who owns which part of the Earth: coarse cells of about 20 km, each owned by the live worker with the highest score
 * for it (rendezvous hashing: Thaler and Ravishankar, 1998), so that a worker that comes or goes moves only its own
 * share. Everybody who knows the same workers comes to the same answer.
 */
import type { Position } from '../../kernel/position.ts';
import { Grid } from './grid.ts';
import { type Worker, workerAddress } from './membership.ts';

/** A town fits; of the entities in a cell this large 3 % are within the alert radius of its border. */
export const TERRITORY_CELL_METERS = 20_000;

/** A list of owners, and those that are longer by one. */
interface OwnerList {
  readonly owners: readonly string[];
  readonly longer: Map<string, OwnerList>;
}

export class Territory {
  readonly #grid = new Grid(TERRITORY_CELL_METERS);
  #all: readonly string[] = [];
  /** Address -> the list that begins with it. */
  #lists = new Map<string, OwnerList>();
  #workers: readonly { readonly address: string; readonly seed: number }[] = [];
  #view = 0;
  readonly #owners = new Map<number, string>();

  set workers(workers: readonly Worker[]) {
    // Scored by id, not epoch: a worker that lost its lease and came back owns what it owned.
    this.#workers = workers.map((worker) => ({ address: workerAddress(worker), seed: hashText(worker.id) }));
    this.#owners.clear();
    this.#all = this.addresses;
    this.#lists = new Map(this.#all.map((owner) => [owner, { owners: [owner], longer: new Map() }]));
    this.#view = viewOfWorkers(workers);
  }

  /** The same number wherever the same workers are known. */
  get view(): number {
    return this.#view;
  }

  /** The addresses of all live workers. */
  get addresses(): string[] {
    return this.#workers.map(({ address }) => address);
  }

  /** The owner of the cell that holds a place; undefined while no worker lives. */
  ownerOf(place: Position): string | undefined {
    return this.#ownerOfCell(this.#grid.cellOf(place));
  }

  /**
   * The owners of all cells that have a part within `radiusMeters` of a place, that of the place itself first. Equal
   * answers are the same list until workers change.
   */
  ownersWithin(place: Position, radiusMeters: number): readonly string[] {
    // Most laptops and small towns need no look at the map.
    if (this.#workers.length <= 1) return this.#all;
    const own = this.#grid.cellOf(place);
    const first = this.#ownerOfCell(own);
    if (first === undefined) return this.#all;
    let owners = this.#lists.get(first) as OwnerList;
    for (const cell of this.#grid.cellsWithin(place, radiusMeters)) {
      const owner = cell === own ? undefined : this.#ownerOfCell(cell);
      if (owner !== undefined && !owners.owners.includes(owner)) owners = longer(owners, owner);
    }
    return owners.owners;
  }

  #ownerOfCell(cell: number): string | undefined {
    let owner = this.#owners.get(cell);
    if (owner !== undefined) return owner;
    let best = -1;
    for (const { address, seed } of this.#workers) {
      const score = mix(seed ^ mix(cell));
      if (score <= best) continue;
      best = score;
      owner = address;
    }
    if (owner !== undefined) this.#owners.set(cell, owner);
    return owner;
  }
}

function longer(list: OwnerList, owner: string): OwnerList {
  let found = list.longer.get(owner);
  if (!found) {
    found = { owners: [...list.owners, owner], longer: new Map() };
    list.longer.set(owner, found);
  }
  return found;
}

/** Of these workers under these leases. */
export function viewOfWorkers(workers: readonly Worker[]): number {
  return hashText(workers.map(workerAddress).join(' '));
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** The finalizer of MurmurHash3: every bit of the number moves half of the bits of the result. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
