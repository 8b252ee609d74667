/*
 * Opens this process's part in proximity: a front, and a worker unless it is told to be none. In one process both speak
 * over memory; with Redis they speak to those of the other processes as well. The code is the same.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Position } from '../../kernel/position.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { busyStates } from '../handshake/connection-state.ts';
import type { LiveRestraints } from '../safety/restraints.ts';
import { findOpenWindow } from '../windows/window.ts';
import { ProximityFront } from './front.ts';
import { type Member, openMember } from './member.ts';
import { MemoryMembership } from './membership.memory.ts';
import { RedisMembership } from './membership.redis.ts';
import type { Membership } from './membership.ts';
import type { OfficerState } from './officer-state.ts';
import { MemoryProximityBus } from './proximity-bus.memory.ts';
import { RedisProximityBus } from './proximity-bus.redis.ts';
import type { ProximityBus } from './proximity-bus.ts';

export interface Proximity {
  readonly front: ProximityFront;
  /** Resolves when bus and membership answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export async function openProximity(machine: Machine, restraints: LiveRestraints): Promise<Proximity> {
  const { configuration, clock, log, newId } = machine;
  const { alertRadiusMeters, positionTimeToLiveSeconds: timeToLiveSeconds, isWorker } = configuration.proximity;
  const { bus, membership } = await openTransport(machine);
  const front = new ProximityFront({
    id: newId(),
    bus,
    membership,
    clock,
    log,
    alertRadiusMeters,
    timeToLiveSeconds,
    reportsPerMinute: configuration.proximity.reportsPerMinute,
    travelMetersPerSecond: configuration.proximity.travelMetersPerSecond,
    loadOfficer: (officerId) => loadOfficer(machine.em(), officerId, clock.now()),
    mayBeFound: (accountId: string, position: Position, isOfficer: boolean) =>
      restraints.mayShareLocation(accountId) &&
      !restraints.isExcluded(position) &&
      (!isOfficer || restraints.mayBeFound(accountId)),
    mayMeet: (officerId, citizenId) => restraints.mayMeet(officerId, citizenId),
  });
  let member: Member | undefined;
  const close = async () => {
    await membership.close();
    await front.close();
    await member?.close();
    await bus.close();
  };
  try {
    await front.open();
    const shared = { membership, bus, clock, log, alertRadiusMeters, timeToLiveSeconds };
    if (isWorker) member = await openMember({ ...shared, id: newId() });
  } catch (error) {
    await close();
    throw error;
  }
  const gauge = machine.telemetry?.gauge;
  gauge?.('hey_blue_proximity_fronted', 'People whose reports come through this process.', () => front.load);
  gauge?.('hey_blue_proximity_people', 'People that the worker of this process knows.', () => member?.load);
  gauge?.('hey_blue_proximity_pairs', 'Officers and citizens near each other, in pairs.', () => member?.pairs);
  return {
    front,
    async check() {
      await Promise.all([bus.check(), membership.check()]);
    },
    close,
  };
}

async function openTransport(machine: Machine): Promise<{ bus: ProximityBus; membership: Membership }> {
  const { configuration, clock, log } = machine;
  const urls = configuration.proximity.redisUrls;
  if (urls.length === 0) return { bus: new MemoryProximityBus(), membership: new MemoryMembership() };
  const bus = await RedisProximityBus.connect({ urls, log });
  try {
    return { bus, membership: await RedisMembership.connect({ urls, clock, log }) };
  } catch (error) {
    await bus.close();
    throw error;
  }
}

async function loadOfficer(em: EntityManager, officerId: string, now: Date): Promise<OfficerState> {
  const window = (await findOpenWindow(em, officerId, now)) ?? undefined;
  const [busy] = await em.execute<{ until: Date | string | null }[]>(
    `select max(expires_at) as until from connections.connection
     where officer_id = ? and state in (?) and expires_at > ?`,
    [officerId, [...busyStates], now],
  );
  return {
    window: window && { id: window.id, closesAt: window.closesAt },
    busyUntil: busy?.until ? new Date(busy.until) : undefined,
  };
}
