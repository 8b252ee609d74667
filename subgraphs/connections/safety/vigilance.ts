/*
 * How a citizen is noticed who looks for one officer again and again: by sightings, which are counted (sightings.ts), and
 * by requests, which stand in rows anyway.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { HOUR_MILLISECONDS, type SightingLimits } from './sightings.ts';

export interface VigilanceParameters extends SightingLimits {
  /** How many requests to one officer may stay without acceptance within `requestDays`. */
  readonly unansweredRequests: number;
  readonly requestDays: number;
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
};

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
