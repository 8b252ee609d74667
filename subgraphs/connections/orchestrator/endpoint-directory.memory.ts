/* The account of one process: whoever places, places here. */
import type { Clock } from '../../kernel/clock.ts';
import {
  byUrl,
  type EndpointDirectory,
  type EndpointLoad,
  LEASE_MILLISECONDS,
  loadOf,
  type Place,
} from './endpoint-directory.ts';
import { type Announcement, announced, choose, type Endpoint } from './placement.ts';

interface Leased extends Endpoint {
  readonly announcedAt: Date;
}

export class MemoryEndpointDirectory implements EndpointDirectory {
  readonly #clock: Clock;
  readonly #leaseMilliseconds: number;
  readonly #endpoints = new Map<string, Leased>();

  constructor({ clock, leaseMilliseconds = LEASE_MILLISECONDS }: { clock: Clock; leaseMilliseconds?: number }) {
    this.#clock = clock;
    this.#leaseMilliseconds = leaseMilliseconds;
  }

  async announce({ endpointId, url, capacity, open }: Announcement): Promise<void> {
    this.#bury();
    const now = { endpointId, url, capacity, open };
    const endpoint = announced(this.#endpoints.get(endpointId), now);
    this.#endpoints.set(endpointId, { ...endpoint, announcedAt: this.#clock.now() });
  }

  async retire(endpointId: string): Promise<void> {
    this.#endpoints.delete(endpointId);
  }

  async place(area: number, seats: 0 | 1): Promise<Place | undefined> {
    this.#bury();
    const chosen = choose(area, [...this.#endpoints.values()]);
    if (!chosen) return undefined;
    this.#endpoints.set(chosen.endpointId, { ...chosen, fresh: chosen.fresh + seats });
    return { endpointId: chosen.endpointId, url: chosen.url };
  }

  async list(): Promise<EndpointLoad[]> {
    this.#bury();
    return [...this.#endpoints.values()].map(loadOf).sort(byUrl);
  }

  async close(): Promise<void> {
    this.#endpoints.clear();
  }

  #bury(): void {
    const oldest = this.#clock.now().getTime() - this.#leaseMilliseconds;
    for (const { endpointId, announcedAt } of [...this.#endpoints.values()]) {
      if (announcedAt.getTime() <= oldest) this.#endpoints.delete(endpointId);
    }
  }
}
