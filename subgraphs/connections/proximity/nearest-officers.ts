/*
 * The nearest officer where several workers own what is around: a neighbour is asked only when it owns a place that is
 * nearer than what the owner has found.
 */
import { Refusal } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import type { SightingMessage } from './messages.ts';
import type { Territory } from './territory.ts';

/**
 * What each worker that may know the nearest has to offer; the nearest of all is among it.
 * @param ask one worker for its nearest officer within so many meters.
 * @throws Refusal UNAVAILABLE while no worker lives.
 */
export async function nearestOfficers(
  territory: Territory,
  place: Position,
  mostMeters: number,
  ask: (owner: string, mostMeters: number) => Promise<readonly SightingMessage[]>,
): Promise<SightingMessage[]> {
  const own = territory.ownerOf(place);
  if (own === undefined) throw new Refusal('UNAVAILABLE');
  const found = [...(await ask(own, mostMeters))];
  const radius = Math.min(mostMeters, ...found.map(({ meters }) => meters));
  const neighbors = territory.ownersWithin(place, radius).filter((owner) => owner !== own);
  const others = await Promise.all(neighbors.map((owner) => ask(owner, radius)));
  return [...found, ...others.flat()];
}
