/* The limit: the least that any engine does with a report is to turn it into a unit vector and to store that. */
import { type Contender, writeVector } from './contender.ts';
import type { Moves, Scale } from './people.ts';

export class BareConversion implements Contender {
  readonly changes = 0;
  readonly #officers: Float64Array;
  readonly #citizens: Float64Array;

  constructor({ officers, citizens }: Scale) {
    this.#officers = new Float64Array(3 * officers);
    this.#citizens = new Float64Array(3 * citizens);
  }

  apply({ who, latitudes, longitudes }: Moves, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      const vectors = person >= 0 ? this.#officers : this.#citizens;
      writeVector(
        vectors,
        3 * (person >= 0 ? person : ~person),
        latitudes[index] as number,
        longitudes[index] as number,
      );
    }
  }

  pairs(): [] {
    return [];
  }
}
