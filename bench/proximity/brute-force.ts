/* The judge: looks at everybody, each time. Nothing to measure, all to compare with. For small scales. */
import {
  type Contender,
  LEAVING_METERS,
  metersOf,
  OUTLOOK_METERS,
  REACH_METERS,
  squaredChord,
  writeVector,
} from './contender.ts';
import type { Moves, Scale } from './people.ts';

const ENTERS = squaredChord(REACH_METERS);
const LEAVES = squaredChord(LEAVING_METERS);

export class BruteForce implements Contender {
  changes = 0;
  /** Unit vectors. Who has no place yet is in the middle of the Earth, where nobody is near. */
  readonly #officers: Float64Array;
  readonly #citizens: Float64Array;
  /** 1 at officer * number of citizens + citizen for those who are near. */
  readonly #near: Uint8Array;
  readonly #citizenCount: number;

  constructor({ officers, citizens }: Scale) {
    this.#officers = new Float64Array(3 * officers);
    this.#citizens = new Float64Array(3 * citizens);
    this.#near = new Uint8Array(officers * citizens);
    this.#citizenCount = citizens;
  }

  apply({ who, latitudes, longitudes }: Moves, from: number, to: number, outlooks?: Float64Array): void {
    this.changes = 0;
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      const isOfficer = person >= 0;
      const own = isOfficer ? this.#officers : this.#citizens;
      const at = 3 * (isOfficer ? person : ~person);
      writeVector(own, at, latitudes[index] as number, longitudes[index] as number);
      const outlook = this.#compare(person, own, at);
      if (outlooks && !isOfficer) outlooks[index] = outlook;
    }
  }

  *pairs(): Generator<readonly [number, number]> {
    for (let pair = this.#near.indexOf(1); pair !== -1; pair = this.#near.indexOf(1, pair + 1)) {
      yield [Math.floor(pair / this.#citizenCount), pair % this.#citizenCount];
    }
  }

  #compare(person: number, own: Float64Array, at: number): number {
    const others = person >= 0 ? this.#citizens : this.#officers;
    let nearest = 4;
    let hasPair = false;
    for (let other = 0; 3 * other < others.length; other++) {
      const squared =
        ((others[3 * other] as number) - (own[at] as number)) ** 2 +
        ((others[3 * other + 1] as number) - (own[at + 1] as number)) ** 2 +
        ((others[3 * other + 2] as number) - (own[at + 2] as number)) ** 2;
      nearest = Math.min(nearest, squared);
      const pair = person >= 0 ? person * this.#citizenCount + other : other * this.#citizenCount + ~person;
      const was = this.#near[pair] === 1;
      const is = squared <= (was ? LEAVES : ENTERS);
      if (is !== was) {
        this.#near[pair] = is ? 1 : 0;
        this.changes++;
      }
      hasPair ||= is;
    }
    const most = REACH_METERS + OUTLOOK_METERS;
    return hasPair ? 0 : Math.max(0, Math.min(metersOf(nearest), most) - REACH_METERS);
  }
}
