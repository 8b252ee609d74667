/* The part of safety that lives as long as the process: what is kept in memory, and what is noticed. */
import type { Machine } from '../../kernel/subgraph.ts';
import { restrain } from './restraint.ts';
import { type LiveRestraints, openRestraints } from './restraints.ts';
import { isPursuing, Sightings, vigilanceParameters } from './vigilance.ts';

export interface SafetyServices {
  readonly restraints: LiveRestraints;
  readonly vigilance: Vigilance;
}

export interface Vigilance {
  /** To be told of every alert: the citizen finds the officer in this window. What follows of it happens by itself. */
  sighted(citizenId: string, officerId: string, windowId: string, now: Date): void;
  /**
   * To be told before a citizen's request is made. One who has asked this officer too often does not find them any more
   * once this has resolved, and the request is refused like any other to somebody who is not there.
   */
  requested(citizenId: string, officerId: string): Promise<void>;
}

/** @param later carries out what nobody waits for, and tells of it when it fails. */
export async function openSafety(
  machine: Machine,
  later: (task: Promise<unknown>, what: string) => void,
): Promise<SafetyServices> {
  const restraints = await openRestraints(machine);
  const sightings = new Sightings(vigilanceParameters);
  const hide = async (officerId: string, citizenId: string) => {
    await machine.work((work) => restrain(work, officerId, citizenId));
    await restraints.refresh();
  };
  return {
    restraints,
    vigilance: {
      sighted(citizenId, officerId, windowId, now) {
        if (!sightings.sighted(citizenId, officerId, windowId, now)) return;
        later(hide(officerId, citizenId), 'an officer could not be hidden from a citizen');
      },
      async requested(citizenId, officerId) {
        const now = machine.clock.now();
        if (await isPursuing(machine.em(), vigilanceParameters, citizenId, officerId, now)) {
          await hide(officerId, citizenId);
        }
      },
    },
  };
}
