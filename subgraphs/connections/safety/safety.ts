/* The part of safety that lives as long as the process: what is kept in memory, and what is noticed. */
import { deriveKey } from '../../kernel/configuration.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { restrain } from './restraint.ts';
import { type LiveRestraints, openRestraints } from './restraints.ts';
import { MemorySightings } from './sightings.memory.ts';
import { RedisSightings } from './sightings.redis.ts';
import type { Sightings } from './sightings.ts';
import { isPursuing, vigilanceParameters } from './vigilance.ts';

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
  close(): Promise<void>;
}

/** @param later carries out what nobody waits for, and tells of it when it fails. */
export async function openSafety(
  machine: Machine,
  later: (task: Promise<unknown>, what: string) => void,
): Promise<SafetyServices> {
  const sightings = await openSightings(machine);
  const restraints = await openRestraints(machine).catch(async (error) => {
    await sightings.close();
    throw error;
  });
  const hide = async (officerId: string, citizenId: string) => {
    await machine.work((work) => restrain(work, officerId, citizenId));
    await restraints.refresh();
  };
  return {
    restraints,
    vigilance: {
      sighted(citizenId, officerId, windowId, now) {
        const judge = async (isTooOften: boolean | Promise<boolean>) => {
          if (await isTooOften) await hide(officerId, citizenId);
        };
        const isTooOften = sightings.sighted(citizenId, officerId, windowId, now);
        if (isTooOften !== false) later(judge(isTooOften), 'an officer could not be hidden from a citizen');
      },
      async requested(citizenId, officerId) {
        const now = machine.clock.now();
        if (await isPursuing(machine.em(), vigilanceParameters, citizenId, officerId, now)) {
          await hide(officerId, citizenId);
        }
      },
      close: () => sightings.close(),
    },
  };
}

/** Those of all processes where a Redis joins them. */
async function openSightings({ configuration, log }: Machine): Promise<Sightings> {
  const urls = configuration.proximity.redisUrls;
  if (urls.length === 0) return new MemorySightings(vigilanceParameters);
  const key = deriveKey(configuration.secretKey, 'sightings');
  return RedisSightings.connect({ urls, key, limits: vigilanceParameters, log });
}
