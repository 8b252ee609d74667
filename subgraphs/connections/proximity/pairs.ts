/*
 * The pairs of officers and citizens that are near each other, as nodes of two linked lists in one typed array: that of
 * the officer's pairs and that of the citizen's. The heads of the lists stand in the records of the entities.
 */
import { grown, NONE, PAIRS, RECORD } from './cells.ts';
import type { Entities } from './entities.ts';

const NODE = 6;
const NEXT_OF_OFFICER = 2;
const LAST_OF_OFFICER = 3;
const NEXT_OF_CITIZEN = 4;
const LAST_OF_CITIZEN = 5;

export class Pairs {
  readonly #officers: Entities;
  readonly #citizens: Entities;
  /** NODE numbers a pair: officer, citizen, neighbours in both lists. A free node holds the next free one. */
  #nodes = new Int32Array(NODE * 1_024);
  #firstFree = NONE;
  #used = 0;
  #count = 0;

  constructor(officers: Entities, citizens: Entities) {
    this.#officers = officers;
    this.#citizens = citizens;
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#nodes.byteLength;
  }

  add(officer: number, citizen: number): void {
    let pair = this.#firstFree;
    if (pair === NONE) {
      pair = this.#used++;
      if (NODE * pair >= this.#nodes.length) this.#nodes = grown(this.#nodes);
    } else {
      this.#firstFree = this.#nodes[NODE * pair] as number;
    }
    this.#count++;
    const nodes = this.#nodes;
    const base = NODE * pair;
    const nextOfOfficer = this.firstOfOfficer(officer);
    const nextOfCitizen = this.firstOfCitizen(citizen);
    nodes[base] = officer;
    nodes[base + 1] = citizen;
    nodes[base + NEXT_OF_OFFICER] = nextOfOfficer;
    nodes[base + LAST_OF_OFFICER] = NONE;
    nodes[base + NEXT_OF_CITIZEN] = nextOfCitizen;
    nodes[base + LAST_OF_CITIZEN] = NONE;
    if (nextOfOfficer !== NONE) nodes[NODE * nextOfOfficer + LAST_OF_OFFICER] = pair;
    if (nextOfCitizen !== NONE) nodes[NODE * nextOfCitizen + LAST_OF_CITIZEN] = pair;
    this.#officers.records[RECORD * officer + PAIRS] = pair;
    this.#citizens.records[RECORD * citizen + PAIRS] = pair;
  }

  remove(pair: number): void {
    const nodes = this.#nodes;
    const base = NODE * pair;
    const nextOfOfficer = nodes[base + NEXT_OF_OFFICER] as number;
    const lastOfOfficer = nodes[base + LAST_OF_OFFICER] as number;
    const nextOfCitizen = nodes[base + NEXT_OF_CITIZEN] as number;
    const lastOfCitizen = nodes[base + LAST_OF_CITIZEN] as number;
    if (nextOfOfficer !== NONE) nodes[NODE * nextOfOfficer + LAST_OF_OFFICER] = lastOfOfficer;
    if (lastOfOfficer !== NONE) nodes[NODE * lastOfOfficer + NEXT_OF_OFFICER] = nextOfOfficer;
    else this.#officers.records[RECORD * this.officerOf(pair) + PAIRS] = nextOfOfficer;
    if (nextOfCitizen !== NONE) nodes[NODE * nextOfCitizen + LAST_OF_CITIZEN] = lastOfCitizen;
    if (lastOfCitizen !== NONE) nodes[NODE * lastOfCitizen + NEXT_OF_CITIZEN] = nextOfCitizen;
    else this.#citizens.records[RECORD * this.citizenOf(pair) + PAIRS] = nextOfCitizen;
    nodes[base] = this.#firstFree;
    this.#firstFree = pair;
    this.#count--;
  }

  firstOfOfficer(officer: number): number {
    return this.#officers.records[RECORD * officer + PAIRS] as number;
  }

  firstOfCitizen(citizen: number): number {
    return this.#citizens.records[RECORD * citizen + PAIRS] as number;
  }

  officerOf(pair: number): number {
    return this.#nodes[NODE * pair] as number;
  }

  citizenOf(pair: number): number {
    return this.#nodes[NODE * pair + 1] as number;
  }

  nextOfOfficer(pair: number): number {
    return this.#nodes[NODE * pair + NEXT_OF_OFFICER] as number;
  }

  nextOfCitizen(pair: number): number {
    return this.#nodes[NODE * pair + NEXT_OF_CITIZEN] as number;
  }
}

export const ENTERED = 1;
export const LEFT = 0;

/** What the last call changed: `count` times an officer, a citizen, and ENTERED or LEFT. Overwritten by the next call. */
export class PairChanges {
  count = 0;
  items = new Int32Array(3 * 64);

  add(officer: number, citizen: number, change: number): void {
    const base = 3 * this.count++;
    if (base >= this.items.length) this.items = grown(this.items);
    this.items[base] = officer;
    this.items[base + 1] = citizen;
    this.items[base + 2] = change;
  }
}
