/*
 * Which endpoint a phone is sent to: by its area to a few endpoints (rendezvous hashing: Thaler and Ravishankar, 1998), so
 * that people who may meet share sockets' processes and an endpoint that comes or goes moves only its own share; among
 * these to the one with the greatest free share. A seat counts from the moment it is promised. Pure; the script of
 * endpoint-directory.redis.ts does the same.
 */
import { createHash } from 'node:crypto';
import type { Position } from '../../kernel/position.ts';
import { Grid } from '../proximity/grid.ts';
import { TERRITORY_CELL_METERS } from '../proximity/territory.ts';

/** How many endpoints share an area while they have room. One would have no choice; many would scatter a town. */
export const CANDIDATES = 3;

/** What an endpoint says of itself. */
export interface Announcement {
  /** New with each start of the process. */
  readonly endpointId: string;
  /** Where phones connect; what the areas are dealt by, so that an endpoint that starts again serves what it served. */
  readonly url: string;
  /** Sockets that it takes; 0 while it takes none. */
  readonly capacity: number;
  /** Sockets open now. */
  readonly open: number;
}

/** An endpoint as the account has it. */
export interface Endpoint extends Announcement {
  /** Seats promised since its last announcement. */
  readonly fresh: number;
  /** Seats promised before it that it does not yet show: those people are on their way. The next one forgets them. */
  readonly kept: number;
}

/** Areas are the cells of the territory, by number: 20 km, a town with its zip codes. */
export class Areas {
  readonly #grid = new Grid(TERRITORY_CELL_METERS);

  areaOf(place: Position): number {
    return this.#grid.cellOf(place);
  }
}

export function freeSeats({ capacity, open, fresh, kept }: Endpoint): number {
  return Math.max(0, capacity - open - fresh - kept);
}

/** The endpoints in the order in which an area prefers them. */
export function rankFor<Each extends Announcement>(area: number, endpoints: readonly Each[]): Each[] {
  return endpoints
    .map((endpoint) => ({ endpoint, score: scoreOf(area, endpoint.url) }))
    .sort((a, b) => compare(b.score, a.score) || compare(a.endpoint.endpointId, b.endpoint.endpointId))
    .map(({ endpoint }) => endpoint);
}

/** The endpoint with the greatest free share of the area's first three, of the next three when those are full, and so on. */
export function choose<Each extends Endpoint>(area: number, endpoints: readonly Each[]): Each | undefined {
  let best: Each | undefined;
  let most = 0;
  for (const [index, endpoint] of rankFor(area, endpoints).entries()) {
    if (best && index % CANDIDATES === 0) break;
    const share = freeSeats(endpoint) / endpoint.capacity;
    // Neither a full one nor, with 0 / 0, one that takes none.
    if (!(share > most)) continue;
    best = endpoint;
    most = share;
  }
  return best;
}

/**
 * The endpoint after it has announced itself. What has been opened since the last time was promised, the oldest first;
 * of the rest, only what was promised since then is still expected.
 */
export function announced(before: Endpoint | undefined, now: Announcement): Endpoint {
  const arrived = Math.max(0, now.open - (before?.open ?? 0));
  const ofFresh = Math.max(0, arrived - (before?.kept ?? 0));
  return { ...now, fresh: 0, kept: Math.max(0, (before?.fresh ?? 0) - ofFresh) };
}

function scoreOf(area: number, url: string): string {
  return createHash('sha1').update(`${area} ${url}`).digest('hex');
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
