/*
 * The port that keeps account of the endpoints that phones connect to: which live, how full they are, what has been
 * promised. An endpoint lives for a lease from its last announcement; nothing outlives it. Adapters:
 * endpoint-directory.memory.ts, endpoint-directory.redis.ts.
 */
import { type Announcement, type Endpoint, freeSeats } from './placement.ts';

/** How long an endpoint is taken for alive without a word: it announces itself every two seconds. */
export const LEASE_MILLISECONDS = 6_000;

export interface EndpointLoad extends Announcement {
  /** Seats promised that it does not show yet. */
  readonly promised: number;
  readonly free: number;
  /** By the clock of whoever keeps the account. */
  readonly announcedAt: Date;
}

export type Place = Pick<Announcement, 'endpointId' | 'url'>;

/** Each rejects with Refusal UNAVAILABLE when whoever keeps the account does not answer; then it has happened or not. */
export interface EndpointDirectory {
  /** The endpoint lives, and is this full. */
  announce(announcement: Announcement): Promise<void>;
  /** Nobody is sent there any more. Harmless when nobody was. */
  retire(endpointId: string): Promise<void>;
  /**
   * Chooses an endpoint for an area (placement.ts) and promises these seats there, in one step whoever else places at the
   * same time. @param seats 0 for somebody who holds one. @returns undefined when all are full or there is none.
   */
  place(area: number, seats: 0 | 1): Promise<Place | undefined>;
  /** Those that live, by url. */
  list(): Promise<EndpointLoad[]>;
  close(): Promise<void>;
}

/** An endpoint of the account as it is told. */
export function loadOf(endpoint: Endpoint & { readonly announcedAt: Date }): EndpointLoad {
  const { endpointId, url, capacity, open, fresh, kept, announcedAt } = endpoint;
  return { endpointId, url, capacity, open, promised: fresh + kept, free: freeSeats(endpoint), announcedAt };
}

export const byUrl = (a: Announcement, b: Announcement) =>
  a.url === b.url ? (a.endpointId < b.endpointId ? -1 : 1) : a.url < b.url ? -1 : 1;
