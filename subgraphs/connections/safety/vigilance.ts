/*
 * Notices a citizen who looks for one officer again and again. Sightings are counted in memory and nowhere else, since a
 * record of who saw whom when would be a history of places; requests stand in rows anyway. Judged by one process: a
 * citizen who is seen by several is noticed later, never wrongly.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';

export interface VigilanceParameters {
  /** In how many different windows of one officer a citizen may find them within `sightingHours`. */
  readonly windowsSeen: number;
  readonly sightingHours: number;
  /** How many requests to one officer may stay without acceptance within `requestDays`. */
  readonly unansweredRequests: number;
  readonly requestDays: number;
  /** Pairs that are remembered; beyond it those seen longest ago are forgotten. About 400 bytes each. */
  readonly pairsKept: number;
}

/**
 * A window lasts 15 minutes: five of one officer in a day are met by colleagues and neighbors of a beat, seldom by
 * passers-by. Chosen by judgement, to be set by what the queue of reports shows.
 */
export const vigilanceParameters: VigilanceParameters = {
  windowsSeen: 4,
  sightingHours: 24,
  unansweredRequests: 3,
  requestDays: 7,
  pairsKept: 200_000,
};

const HOUR_MILLISECONDS = 3_600_000;

export class Sightings {
  readonly #parameters: VigilanceParameters;
  /** Citizen and officer -> windows and when each was seen last, in milliseconds since 1970. */
  readonly #pairs: LRUCache<string, Map<string, number>>;

  constructor(parameters: VigilanceParameters) {
    this.#parameters = parameters;
    this.#pairs = new LRUCache({ max: parameters.pairsKept });
  }

  /**
   * Counts that the citizen found the officer in this window.
   * @returns whether that is once too often; counting then begins anew.
   */
  sighted(citizenId: string, officerId: string, windowId: string, now: Date): boolean {
    const { windowsSeen, sightingHours } = this.#parameters;
    const key = `${citizenId} ${officerId}`;
    const windows = this.#pairs.get(key) ?? new Map<string, number>();
    const since = now.getTime() - sightingHours * HOUR_MILLISECONDS;
    for (const [id, seenAt] of windows) if (seenAt <= since) windows.delete(id);
    windows.set(windowId, now.getTime());
    if (windows.size > windowsSeen) {
      this.#pairs.delete(key);
      return true;
    }
    this.#pairs.set(key, windows);
    return false;
  }
}

/**
 * Whether the citizen has asked the officer too often without being accepted: declined, left to expire, or withdrawn
 * before an answer. What was before an earlier restraint of the pair ended is settled and does not count.
 */
export async function isPursuing(
  em: EntityManager,
  { unansweredRequests, requestDays }: VigilanceParameters,
  citizenId: string,
  officerId: string,
  now: Date,
): Promise<boolean> {
  const since = new Date(now.getTime() - requestDays * 24 * HOUR_MILLISECONDS);
  const [{ count } = { count: 0 }] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from connections.connection
     where citizen_id = ? and officer_id = ? and requested_at > ? and accepted_at is null
       and (state in ('declined', 'expired', 'cancelled') or (state = 'requested' and expires_at <= ?))
       and requested_at > coalesce((select ends_at from connections.restraint
         where restraint.officer_id = connection.officer_id and restraint.citizen_id = connection.citizen_id),
         '-infinity')`,
    [citizenId, officerId, since, now],
  );
  return count > unansweredRequests;
}
