/*
 * Hands phones the endpoint of their area. Nothing is kept of where anybody is: a place becomes the number of its area at
 * once. A person holds one seat however often they ask, so that nobody alone makes endpoints look full.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { MemoryEndpointDirectory } from './endpoint-directory.memory.ts';
import { RedisEndpointDirectory } from './endpoint-directory.redis.ts';
import type { EndpointDirectory } from './endpoint-directory.ts';
import { Areas } from './placement.ts';

/** How long an answer holds: three sessions' tokens. People travel, and loads change. */
const ANSWER_MILLISECONDS = 15 * 60_000;
/** How long a promised seat counts at most: two announcements. */
const SEAT_MILLISECONDS = 4_000;
/** As many as ask in that time at the worst; whoever is forgotten earlier is promised another seat. */
const HOLDERS_KEPT = 50_000;

export interface Handed {
  readonly url: string;
  readonly expiresAt: Date;
}

export class Orchestrator {
  readonly directory: EndpointDirectory;
  readonly #clock: Clock;
  readonly #areas = new Areas();
  /** Account -> until when its seat counts. */
  readonly #holders = new LRUCache<string, number>({ max: HOLDERS_KEPT });

  constructor(directory: EndpointDirectory, clock: Clock) {
    this.directory = directory;
    this.#clock = clock;
  }

  /** Opens the account that this process shares with others where there is a Redis, one of its own otherwise. */
  static async open({ configuration, clock, log }: Machine): Promise<Orchestrator> {
    const urls = configuration.proximity.redisUrls;
    const directory =
      urls.length > 0 ? await RedisEndpointDirectory.connect({ urls, log }) : new MemoryEndpointDirectory({ clock });
    return new Orchestrator(directory, clock);
  }

  /** @throws Refusal UNAVAILABLE when every endpoint is full, none lives, or the account does not answer. */
  async endpointFor(accountId: string, place: Position): Promise<Handed> {
    const now = this.#clock.now().getTime();
    const isHolder = (this.#holders.get(accountId) ?? 0) > now;
    // Before it is promised: whoever asks several times at once asks for one.
    if (!isHolder) this.#holders.set(accountId, now + SEAT_MILLISECONDS);
    try {
      const handed = await this.directory.place(this.#areas.areaOf(place), isHolder ? 0 : 1);
      if (!handed)
        throw new Refusal('UNAVAILABLE', 'There is no room for another phone now; try again in a few seconds.');
      return { url: handed.url, expiresAt: new Date(now + ANSWER_MILLISECONDS) };
    } catch (error) {
      if (!isHolder) this.#holders.delete(accountId);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.directory.close();
  }
}
