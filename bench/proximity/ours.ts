/* The engine of this project, as the benchmark asks. */
import { ProximityEngine } from '../../subgraphs/connections/proximity/engine.ts';
import { type Contender, REACH_METERS } from './contender.ts';
import type { Moves, Scale } from './people.ts';

export class Ours implements Contender {
  changes = 0;
  readonly #engine = new ProximityEngine(REACH_METERS);
  readonly #scale: Scale;

  constructor(scale: Scale) {
    this.#scale = scale;
    for (let officer = 0; officer < scale.officers; officer++) this.#engine.addOfficer();
    for (let citizen = 0; citizen < scale.citizens; citizen++) this.#engine.addCitizen();
  }

  apply({ who, latitudes, longitudes }: Moves, from: number, to: number, outlooks?: Float64Array): void {
    const engine = this.#engine;
    let changes = 0;
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      const latitude = latitudes[index] as number;
      const longitude = longitudes[index] as number;
      if (person >= 0) {
        engine.moveOfficer(person, latitude, longitude, REACH_METERS);
      } else {
        const outlook = engine.moveCitizen(~person, latitude, longitude);
        if (outlooks) outlooks[index] = outlook;
      }
      changes += engine.changes.count;
    }
    this.changes = changes;
  }

  *pairs(): Generator<readonly [number, number]> {
    for (let citizen = 0; citizen < this.#scale.citizens; citizen++) {
      for (const officer of this.#engine.officersNear(citizen)) yield [officer, citizen];
    }
  }

  get byteLength(): number {
    return this.#engine.byteLength;
  }
}
