/*
 * In how many windows of one officer a citizen has found them lately, across all processes that a citizen may be served
 * by. A record of who saw whom would be a history of places: nothing is kept but what counting takes, in memory, and no
 * longer than it counts.
 */
export interface SightingLimits {
  /** In how many different windows of one officer a citizen may find them within `sightingHours`. */
  readonly windowsSeen: number;
  readonly sightingHours: number;
}

export interface Sightings {
  /**
   * Counts that the citizen found the officer in this window; again in the same window renews its instant.
   * @returns whether that is once too often; counting then begins anew. Never rejects: what cannot be counted together is
   *   counted by each process alone, which notices later, never wrongly.
   */
  sighted(citizenId: string, officerId: string, windowId: string, now: Date): boolean | Promise<boolean>;
  close(): Promise<void>;
}

export const HOUR_MILLISECONDS = 3_600_000;
