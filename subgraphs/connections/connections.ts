/*
 * The connections domain: windows, proximity, the handshake. Its long-lived part is who is where; everything that must
 * not be lost stands in the database, and is taken up from there after a restart.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Alarm, Clock } from '../kernel/clock.ts';
import { deriveKey } from '../kernel/configuration.ts';
import type { Machine, SubgraphDefinition } from '../kernel/subgraph.ts';
import { ZipCodes } from '../kernel/zip-codes.ts';
import { forgetDaily } from './gatherings/answer.ts';
import { GatheringResolver } from './gatherings/gathering.resolver.ts';
import { Gathering } from './gatherings/gathering.ts';
import { HubResolver } from './gatherings/hub.resolver.ts';
import { Hub } from './gatherings/hub.ts';
import { partGuests } from './gatherings/parting.ts';
import { Connection } from './handshake/connection.ts';
import { isOngoing, ongoingStates } from './handshake/connection-state.ts';
import { EvidenceResolver } from './handshake/evidence.resolver.ts';
import { HandshakeResolver, loadOwnConnections } from './handshake/handshake.resolver.ts';
import { expireOverdue, type HandshakeServices, markRewarded } from './handshake/handshake.ts';
import { ReviewResolver } from './handshake/review.resolver.ts';
import { migrations } from './migrations.ts';
import { EndpointResolver } from './orchestrator/endpoint.resolver.ts';
import { Orchestrator } from './orchestrator/orchestrator.ts';
import type { ProximityFront } from './proximity/front.ts';
import { ProximityResolver } from './proximity/proximity.resolver.ts';
import { openProximity } from './proximity/proximity.ts';
import { BlockResolver } from './safety/block.resolver.ts';
import { DepartmentResolver } from './safety/department.resolver.ts';
import { Department } from './safety/department.ts';
import { eraseHere, ofTheLiving } from './safety/erasure.ts';
import { ExclusionZoneResolver } from './safety/exclusion-zone.resolver.ts';
import { ExclusionZone } from './safety/exclusion-zone.ts';
import { OwnReportResolver } from './safety/own-report.resolver.ts';
import { mayPublish, takeInRegistration, takeInReinstatement } from './safety/person.ts';
import { PersonReportResolver } from './safety/person-report.resolver.ts';
import { PersonReport } from './safety/person-report.ts';
import { openSafety, type SafetyServices } from './safety/safety.ts';
import { suspendHere } from './safety/suspension.ts';
import { WarningResolver } from './safety/warning.resolver.ts';
import { Warning } from './safety/warning.ts';
import { takeInComingOfAge, takeInConsent, takeInWithdrawal } from './safety/youth.ts';
import { StoryModerationResolver } from './stories/moderation.resolver.ts';
import { openPublication, type Publication } from './stories/publication.ts';
import { loadStories, StoryResolver } from './stories/story.resolver.ts';
import { Story } from './stories/story.ts';
import { StoryRule } from './stories/story-rules.ts';
import { WindowResolver } from './windows/window.resolver.ts';
import { AvailabilityWindow, markEnded } from './windows/window.ts';

export interface ConnectionsServices extends HandshakeServices, SafetyServices {
  readonly proximity: ProximityFront;
  readonly orchestrator: Orchestrator;
  readonly stories: Publication;
  /** A fresh EntityManager, for subscriptions: theirs would remember every row for as long as they live. */
  read(): EntityManager;
  /** Resolves when what carries positions answers. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export const connections: SubgraphDefinition<ConnectionsServices> = {
  name: 'connections',
  resolvers: [
    WindowResolver,
    ProximityResolver,
    HandshakeResolver,
    EvidenceResolver,
    ReviewResolver,
    HubResolver,
    GatheringResolver,
    StoryResolver,
    StoryModerationResolver,
    BlockResolver,
    DepartmentResolver,
    ExclusionZoneResolver,
    PersonReportResolver,
    OwnReportResolver,
    WarningResolver,
    EndpointResolver,
  ],
  entities: [
    AvailabilityWindow,
    Connection,
    Hub,
    Gathering,
    Story,
    StoryRule,
    Department,
    ExclusionZone,
    PersonReport,
    Warning,
  ],
  migrations,
  references: { Connection: loadOwnConnections, Story: loadStories },
  consumes: {
    'points.awarded': (event, work) => markRewarded(event.body, work),
    'account.registered': ofTheLiving(takeInRegistration),
    'account.suspended': ofTheLiving((body, work) => suspendHere(work, body)),
    'account.reinstated': ofTheLiving(takeInReinstatement),
    'account.cameOfAge': ofTheLiving(takeInComingOfAge),
    'guardianConsent.recorded': ofTheLiving(takeInConsent),
    'guardianConsent.withdrawn': ofTheLiving(takeInWithdrawal),
    'account.erased': (event, work) => eraseHere(event.body, work),
  },
  open: openServices,
  check: (services) => services.check(),
  close: (services) => services.close(),
};

interface Opened {
  close(): void | Promise<void>;
}

async function openServices(machine: Machine): Promise<ConnectionsServices> {
  const opened: Opened[] = [];
  try {
    return await openParts(machine, opened);
  } catch (error) {
    // A connection that stays open would keep the process alive.
    await closeAll(opened);
    throw error;
  }
}

/** The last opened first. */
async function closeAll(opened: readonly Opened[]): Promise<void> {
  for (const part of opened.toReversed()) await part.close();
}

/** @param opened takes what has to be closed, as it is opened. */
async function openParts(machine: Machine, opened: Opened[]): Promise<ConnectionsServices> {
  const { clock, log, configuration } = machine;
  const keep = <Part extends Opened>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  const underWay = new Set<Promise<unknown>>();
  /** Work that nobody waits for; what fails is found at the next start, since every reader looks at the instants. */
  const later = (task: Promise<unknown>, what: string) => {
    const done = task.catch((err) => log.error({ err }, what)).finally(() => underWay.delete(done));
    underWay.add(done);
  };
  keep({ close: async () => void (await Promise.all(underWay)) });
  const safety = await openSafety(machine, later);
  keep(safety.vigilance);
  keep(safety.restraints);
  const proximity = keep(await openProximity(machine, safety.restraints));
  const { front } = proximity;
  const expiries = keep(new Expiries(clock, (connectionId) => later(expire(connectionId), 'could not expire')));
  const schedule = (connection: Connection) => {
    expiries.set(connection);
    // Busy or free again: citizens nearby no longer find the officer, or find them again.
    front.officerChanged(connection.officerId);
  };
  const expire = async (id: string) => {
    const ended = await machine.work((work) => expireOverdue(work, { id }));
    for (const connection of ended) schedule(connection);
  };
  let zipCodes: ZipCodes | undefined;
  const em = machine.em();
  await markEnded(em, clock.now());
  const ongoing = await em.find(Connection, {
    state: { $in: [...ongoingStates] },
  });
  for (const connection of ongoing) expiries.set(connection);
  keep(forgetDaily(machine));
  const stories = keep(openPublication(machine, (accountId, em) => mayPublish(accountId, em, clock.now())));
  const forgetEnded = async (connectionIds: readonly string[]) => {
    const ended = await machine.em().find(Connection, { id: { $in: [...connectionIds] } });
    for (const connection of ended) schedule(connection);
  };
  safety.restraints.changed(({ accountIds, connectionIds, pairs, zones }) => {
    front.restraintsChanged([...accountIds, ...pairs.flat()], zones);
    // Whoever is not suspended any more may have stories to be shown again.
    if (accountIds.length > 0) stories.wake(clock.now());
    if (pairs.length > 0) later(partGuests(machine.work, pairs), 'people who are kept apart hold seats');
    if (connectionIds.length > 0) later(forgetEnded(connectionIds), 'alarms of ended connections ring for nothing');
  });
  const orchestrator = keep(await Orchestrator.open(machine));
  return {
    ...safety,
    proximity: front,
    orchestrator,
    stories,
    whereabouts: front,
    zipCodes: () => {
      zipCodes ??= ZipCodes.load();
      return zipCodes;
    },
    meetingCodeKey: deriveKey(configuration.secretKey, 'meeting codes'),
    schedule,
    read: machine.em,
    check: () => proximity.check(),
    close: () => closeAll(opened),
  };
}

/** One alarm per ongoing connection; that of a new state replaces that of the earlier. */
class Expiries {
  readonly #clock: Clock;
  readonly #ring: (connectionId: string) => void;
  readonly #alarms = new Map<string, Alarm>();

  constructor(clock: Clock, ring: (connectionId: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  set({ id, state, expiresAt }: Connection): void {
    this.#alarms.get(id)?.cancel();
    this.#alarms.delete(id);
    if (!isOngoing(state)) return;
    const alarm = this.#clock.at(expiresAt, () => {
      this.#alarms.delete(id);
      this.#ring(id);
    });
    this.#alarms.set(id, alarm);
  }

  close(): void {
    for (const alarm of this.#alarms.values()) alarm.cancel();
  }
}
