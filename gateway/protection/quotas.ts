/*
 * How much each caller may ask for in a minute, in cost. What is used is counted here, at once, and told to all gateways
 * in batches (settle), so that a request neither waits for Redis nor depends on it: while it is away, and in one process,
 * each gateway holds the whole limit alone. With several, a caller may exceed it by a batch for each.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../subgraphs/kernel/clock.ts';
import type { Standing } from './standing.ts';

export const WINDOW_SECONDS = 60;
const WINDOW_MILLISECONDS = WINDOW_SECONDS * 1000;
/** As many as a gateway has callers in a minute. Who is pushed out begins anew, and learns from the others what was used. */
const SUBJECTS_KEPT = 100_000;
/** The share of a limit that is used before it is settled again. */
const BATCH = 0.02;
/** Between attempts to settle while it fails. */
const PAUSE_MILLISECONDS = 1_000;

/** Adds to what all gateways count under the key, which is forgotten after the seconds; resolves with the sum. */
export type Settle = (key: string, points: number, seconds: number) => Promise<number>;

export interface Quota {
  readonly standing: Standing;
  /** Cost in a window. */
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

export interface QuotasOptions {
  readonly clock: Clock;
  /** Cost in a minute. */
  readonly limits: Readonly<Record<Standing, number>>;
  /** Absent where there is one gateway. */
  readonly settle?: Settle;
}

interface Use {
  /** Windows begin at different times, or all who were refused would come back at once. */
  readonly key: string;
  readonly endsAt: number;
  /** By all gateways, as far as is known here. */
  used: number;
  unsettled: number;
  isSettling: boolean;
}

export class Quotas {
  readonly #clock: Clock;
  readonly #limits: Readonly<Record<Standing, number>>;
  readonly #settle: Settle | undefined;
  readonly #uses = new LRUCache<string, Use>({ max: SUBJECTS_KEPT });
  #settleFrom = 0;

  constructor({ clock, limits, settle }: QuotasOptions) {
    this.#clock = clock;
    this.#limits = limits;
    this.#settle = settle;
  }

  /** Counts the cost; false where it is beyond the limit, and not counted then. */
  charge(subject: string, standing: Standing, cost: number): boolean {
    const now = this.#clock.now().getTime();
    const use = this.#use(subject, now);
    const limit = this.#limits[standing];
    if (use.used + cost > limit) return false;
    const isFirst = use.used === 0;
    use.used += cost;
    if (this.#settle) {
      use.unsettled += cost;
      const isDue = (isFirst || use.unsettled >= limit * BATCH) && !use.isSettling && now >= this.#settleFrom;
      if (isDue) void this.#settleUse(use, this.#settle);
    }
    return true;
  }

  of(subject: string, standing: Standing): Quota {
    const now = this.#clock.now().getTime();
    const { used, endsAt } = this.#use(subject, now);
    const limit = this.#limits[standing];
    const resetSeconds = Math.max(1, Math.ceil((endsAt - now) / 1000));
    return { standing, limit, remaining: Math.max(0, limit - used), resetSeconds };
  }

  #use(subject: string, now: number): Use {
    const known = this.#uses.get(subject);
    if (known && now < known.endsAt) return known;
    const offset = hash(subject) % WINDOW_MILLISECONDS;
    const window = Math.floor((now + offset) / WINDOW_MILLISECONDS);
    const endsAt = (window + 1) * WINDOW_MILLISECONDS - offset;
    const use = { key: `${subject}:${window}`, endsAt, used: 0, unsettled: 0, isSettling: false };
    this.#uses.set(subject, use);
    return use;
  }

  async #settleUse(use: Use, settle: Settle): Promise<void> {
    const points = use.unsettled;
    use.unsettled = 0;
    use.isSettling = true;
    try {
      use.used = (await settle(use.key, points, 2 * WINDOW_SECONDS)) + use.unsettled;
    } catch {
      use.unsettled += points;
      this.#settleFrom = this.#clock.now().getTime() + PAUSE_MILLISECONDS;
    } finally {
      use.isSettling = false;
    }
  }
}

/** FNV-1a: the same at every gateway. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

/** draft-ietf-httpapi-ratelimit-headers-11; the unit is a cost, which its registry of units does not know. */
export function quotaHeaders({ standing, limit, remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    'ratelimit-policy': `"${standing}";q=${limit};w=${WINDOW_SECONDS};hey-blue-unit="cost"`,
    ratelimit: `"${standing}";r=${remaining};t=${resetSeconds}`,
  };
}
