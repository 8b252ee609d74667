/* Sightings of one process: pairs in the order they were seen, the longest ago forgotten first when there are too many. */
import { LRUCache } from 'lru-cache';
import { HOUR_MILLISECONDS, type SightingLimits, type Sightings } from './sightings.ts';

/** About 400 bytes each. */
const PAIRS_KEPT = 200_000;

export class MemorySightings implements Sightings {
  readonly #limits: SightingLimits;
  /** Citizen and officer -> windows and when each was seen last, in milliseconds since 1970. */
  readonly #pairs: LRUCache<string, Map<string, number>>;

  constructor(limits: SightingLimits, { pairsKept = PAIRS_KEPT } = {}) {
    this.#limits = limits;
    this.#pairs = new LRUCache({ max: pairsKept });
  }

  sighted(citizenId: string, officerId: string, windowId: string, now: Date): boolean {
    const { windowsSeen, sightingHours } = this.#limits;
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

  async close(): Promise<void> {}
}
