/*
 * A front or a worker as a process of its own, without database and graph, for tests that end such processes: steered by
 * its parent over IPC. Started with one argument, ProcessOptions as JSON.
 */
import 'reflect-metadata';
import { pino } from 'pino';
import { systemClock } from '../../kernel/clock.ts';
import type { Position } from '../../kernel/position.ts';
import { testLogLevel } from '../../kernel/testing/log-level.ts';
import { ProximityFront } from '../proximity/front.ts';
import { openMember } from '../proximity/member.ts';
import { RedisMembership } from '../proximity/membership.redis.ts';
import { RedisProximityBus } from '../proximity/proximity-bus.redis.ts';

export interface ProcessOptions {
  readonly role: 'front' | 'worker';
  readonly id: string;
  readonly redisUrls: readonly string[];
  readonly alertRadiusMeters: number;
  readonly timeToLiveSeconds: number;
}

/** What the parent says. Instants are milliseconds since 1970. */
export type Order =
  | {
      readonly kind: 'report';
      readonly accountId: string;
      readonly window: { readonly id: string; readonly closesAt: number } | undefined;
      readonly position: Position;
      readonly sequence: number;
    }
  | { readonly kind: 'listen'; readonly citizenId: string }
  | { readonly kind: 'load' }
  | { readonly kind: 'stop' };

/** What the process says. */
export type Word =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'alert';
      readonly citizenId: string;
      readonly officerId: string;
      readonly windowId: string;
      readonly state: 'ENTERED' | 'PRESENT' | 'LEFT';
    }
  | { readonly kind: 'load'; readonly people: number };

async function main(options: ProcessOptions): Promise<void> {
  const { id, redisUrls: urls, alertRadiusMeters, timeToLiveSeconds } = options;
  const log = pino({ level: testLogLevel });
  const clock = systemClock;
  const bus = await RedisProximityBus.connect({ urls, log });
  const membership = await RedisMembership.connect({ urls, clock, log });
  const say = (word: Word) => process.send?.(word);
  const windows = new Map<string, { readonly id: string; readonly closesAt: Date }>();
  const shared = { bus, membership, clock, log, alertRadiusMeters, timeToLiveSeconds };
  const front =
    options.role === 'front'
      ? new ProximityFront({
          ...shared,
          id,
          reportsPerMinute: 10_000,
          travelMetersPerSecond: 70,
          loadOfficer: async (officerId) => ({ window: windows.get(officerId), busyUntil: undefined }),
          mayBeFound: () => true,
          mayMeet: () => true,
        })
      : undefined;
  await front?.open();
  const member = options.role === 'worker' ? await openMember({ ...shared, id }) : undefined;

  const obey = async (order: Order) => {
    if (order.kind === 'report') {
      const { accountId, window, position, sequence } = order;
      if (window) windows.set(accountId, { id: window.id, closesAt: new Date(window.closesAt) });
      // One that finds nobody to take it is as good as one that was lost; the next one follows.
      await front
        ?.report(accountId, window !== undefined, {
          position,
          sequence,
          accuracyMeters: 5,
          measuredAt: undefined,
        })
        .catch(() => undefined);
    } else if (order.kind === 'listen') {
      await listen(order.citizenId);
    } else if (order.kind === 'load') {
      say({ kind: 'load', people: front?.load ?? member?.load ?? 0 });
    } else {
      await membership.close();
      await front?.close();
      await member?.close();
      await bus.close();
      process.disconnect();
    }
  };
  const listen = async (citizenId: string): Promise<void> => {
    const feed = await front?.listen(citizenId);
    if (!feed) return;
    for await (const { kind, officerId, windowId } of feed) {
      say({ kind: 'alert', citizenId, officerId, windowId, state: kind });
    }
  };
  process.on('message', (order: Order) => void obey(order));
  say({ kind: 'ready' });
}

await main(JSON.parse(process.argv[2] ?? '{}'));
