/* Facts as tests of the event bus tell them, and what collects those that arrive. */
import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '../event-bus.ts';

export const topics = ['connection.confirmed'] as const;

export function fact(position: number, key = 'k', body: unknown = {}): EventEnvelope {
  const recordedAt = '2026-03-01T12:00:00.000Z';
  return { id: randomUUID(), topic: 'connection.confirmed', producer: 'connections', position, key, recordedAt, body };
}

/** Collects what arrives; `count(n)` resolves when n have, `position(n)` when that one has. */
export function collector() {
  const events: EventEnvelope[] = [];
  const waiting: { holds: () => boolean; resolve: () => void }[] = [];
  const until = (holds: () => boolean): Promise<void> => {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => waiting.push({ holds, resolve }));
  };
  return {
    events,
    positions: () => events.map(({ position }) => position),
    take(event: EventEnvelope) {
      events.push(event);
      for (const { holds, resolve } of waiting) if (holds()) resolve();
    },
    count: (count: number) => until(() => events.length >= count),
    position: (wanted: number) => until(() => events.some(({ position }) => position === wanted)),
  };
}
