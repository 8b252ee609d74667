/*
 * The phones that one front of this benchmark serves: people of the proximity benchmark with accounts, sequence numbers
 * and, if officers, a window that outlasts the run. Both fronts count them from the same seeds, so that no two have the
 * same account.
 */

import type { PlacedReport } from '../../subgraphs/connections/proximity/frames.ts';
import type { LocationReport } from '../../subgraphs/connections/proximity/front.ts';
import { NIL, type Uuid, uuidOf } from '../../subgraphs/connections/proximity/uuid.ts';
import { type Moves, People, type Scale } from '../proximity/people.ts';

/** Reported by one front's phones: half of 10,000 officers and 100,000 citizens. */
export const PHONES: Scale = { officers: 5_000, citizens: 50_000 };
export const WINDOW_MILLISECONDS = 900_000;
/** So many are made at a time. */
const MOVES = 50_000;

export class Phones {
  readonly #people: People;
  readonly officers: readonly string[];
  readonly citizens: readonly string[];
  readonly #officerSequences = new Uint32Array(PHONES.officers);
  readonly #citizenSequences = new Uint32Array(PHONES.citizens);
  /** Officers first: what each said last. */
  readonly #latitudes: Float64Array;
  readonly #longitudes: Float64Array;
  /** Officers first. */
  readonly #ids: readonly Uuid[];
  #moves: Moves;
  #next = 0;
  #still = 0;

  constructor(front: number) {
    this.#people = new People(PHONES, front);
    this.officers = Array.from({ length: PHONES.officers }, (_, officer) => idOf(front, 1, officer));
    this.citizens = Array.from({ length: PHONES.citizens }, (_, citizen) => idOf(front, 2, citizen));
    this.#ids = [...this.officers, ...this.citizens].map(uuidOf);
    this.#moves = this.#people.first();
    this.#latitudes = this.#moves.latitudes.slice();
    this.#longitudes = this.#moves.longitudes.slice();
  }

  /** What the next phone says; everybody's first place comes first. */
  next(): {
    readonly accountId: string;
    readonly isOfficer: boolean;
    readonly report: LocationReport & { readonly sequence: number };
  } {
    if (this.#next === this.#moves.count) {
      this.#moves = this.#people.next(MOVES);
      this.#next = 0;
    }
    const { who, latitudes, longitudes } = this.#moves;
    const at = this.#next++;
    const person = who[at] as number;
    const isOfficer = person >= 0;
    const number = isOfficer ? person : ~person;
    const latitude = latitudes[at] as number;
    const longitude = longitudes[at] as number;
    this.#latitudes[isOfficer ? number : PHONES.officers + number] = latitude;
    this.#longitudes[isOfficer ? number : PHONES.officers + number] = longitude;
    return {
      accountId: (isOfficer ? this.officers : this.citizens)[number] as string,
      isOfficer,
      report: {
        position: { latitude, longitude },
        accuracyMeters: 5,
        sequence: this.#sequenceOf(isOfficer, number),
        measuredAt: undefined,
      },
    };
  }

  /** What a front puts to a worker where a phone says again where it is, officers and citizens in turn; no answer is wanted. */
  nextStill(now: number): PlacedReport {
    const turn = this.#still++;
    const isOfficer = turn % 2 === 0;
    const number = (turn >> 1) % (isOfficer ? PHONES.officers : PHONES.citizens);
    const at = isOfficer ? number : PHONES.officers + number;
    const id = this.#ids[at] as Uuid;
    return {
      id,
      isOfficer,
      isVisible: true,
      latitude: this.#latitudes[at] as number,
      longitude: this.#longitudes[at] as number,
      accuracyMeters: 5,
      sequence: this.#sequenceOf(isOfficer, number),
      reportedAt: now,
      windowId: isOfficer ? id : NIL,
      windowClosesAt: isOfficer ? now + WINDOW_MILLISECONDS : Number.NaN,
    };
  }

  #sequenceOf(isOfficer: boolean, number: number): number {
    const sequences = isOfficer ? this.#officerSequences : this.#citizenSequences;
    const sequence = (sequences[number] as number) + 1;
    sequences[number] = sequence;
    return sequence;
  }
}

/** A UUID of version 7 that says who it is. */
export function idOf(front: number, kind: number, number: number): string {
  return `0190000${front}-000${kind}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}
