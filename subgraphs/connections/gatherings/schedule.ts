/*
 * What hosts and administrators do with gatherings: announce, change, call off. The bounds keep a listing that people can
 * rely on: nothing in the past, nothing a season ahead, no officer who fills it alone.
 */
import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { lockPeople, mayPublish } from '../safety/person.ts';
import type { Restraints } from '../safety/restraints.ts';
import { moveUp, tell, tellAll } from './answer.ts';
import { assertOpen, Gathering, GatheringState, lockGathering, readGatherings, stateAt } from './gathering.ts';
import { Hub } from './hub.ts';

export const AHEAD_DAYS = 90;
export const LONGEST_HOURS = 12;
export const UPCOMING_PER_OFFICER = 20;
/** As many people as may answer. */
export const LARGEST_CAPACITY = 10_000;

interface Content {
  readonly title: string;
  readonly description: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly capacity?: number | null | undefined;
}

export interface PlaceServices {
  readonly zipCodes: () => ZipCodes;
  readonly restraints: Pick<Restraints, 'isExcluded'>;
}

export interface GatheringTerms extends Content {
  /** Either a hub or a place of its own. */
  readonly hubId?: string | null | undefined;
  readonly place?: { readonly name: string; readonly position: Position } | null | undefined;
}

/**
 * Announces a gathering. The same wish again is answered with the same gathering.
 * @throws Refusal BAD_USER_INPUT, NOT_FOUND, HUB_ARCHIVED, EXCLUDED_ZONE, LIMIT_REACHED, IDEMPOTENCY_MISMATCH,
 * ACCOUNT_SUSPENDED.
 */
export async function scheduleGathering(
  work: UnitOfWork,
  services: PlaceServices,
  hostId: string,
  idempotencyKey: string,
  terms: GatheringTerms,
): Promise<Gathering> {
  const { em, now } = work;
  await admitHost(work, hostId);
  const fingerprint = fingerprintOf(terms);
  const earlier = await em.findOne(Gathering, { hostId, idempotencyKey }, { populate: ['hub'] });
  if (earlier) {
    if (earlier.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
    return earlier;
  }
  assertTimes(terms, now);
  const upcoming = await em.count(Gathering, { hostId, endsAt: { $gt: now }, cancelledAt: null });
  if (upcoming >= UPCOMING_PER_OFFICER) {
    throw new Refusal('LIMIT_REACHED', `You host ${UPCOMING_PER_OFFICER} gatherings already; that is the most.`);
  }
  const place = await placeOf(em, services, terms);
  const gathering = em.create(Gathering, {
    id: work.newId(),
    hostId,
    idempotencyKey,
    fingerprint,
    ...place,
    ...contentOf(terms),
  });
  await em.flush();
  tell(work, gathering, hostId);
  return gathering;
}

/**
 * Makes the gathering what the terms say; who has answered is told. More seats go to those who wait.
 * @throws Refusal NOT_FOUND, FORBIDDEN for all but the host, GATHERING_CLOSED, HUB_ARCHIVED, EXCLUDED_ZONE,
 * BAD_USER_INPUT, ACCOUNT_SUSPENDED.
 */
export async function changeGathering(
  work: UnitOfWork,
  services: PlaceServices,
  hostId: string,
  gatheringId: string,
  terms: GatheringTerms,
): Promise<Gathering> {
  const { em, now } = work;
  // People, then the hub, then the gathering: in this order everybody locks them.
  await admitHost(work, hostId);
  if (terms.hubId) await holdHub(em, terms.hubId);
  const gathering = await lockGathering(em, gatheringId);
  if (gathering.hostId !== hostId) throw new Refusal('FORBIDDEN', 'Only its host changes a gathering.');
  assertOpen(gathering, now);
  assertTimes(terms, now, gathering);
  if (terms.capacity != null && terms.capacity < gathering.comingCount) {
    throw new Refusal('BAD_USER_INPUT', `capacity must be at least ${gathering.comingCount}: so many come already.`);
  }
  const place = await placeOf(em, services, terms, gathering);
  const next = { ...place, ...contentOf(terms) };
  if (shownOf(gathering) === shownOf(next)) return gathering;
  Object.assign(gathering, next);
  await em.flush();
  await moveUp(work, gathering);
  await em.flush();
  await tellAll(work, gathering);
  return gathering;
}

/**
 * Calls the gathering off and tells the reason to those who have answered, and to its host where that was an administrator.
 * Doing so twice keeps the first reason.
 * @throws Refusal NOT_FOUND, FORBIDDEN for whoever is neither host nor administrator, GATHERING_CLOSED when it is over.
 */
export async function cancelGathering(
  work: UnitOfWork,
  by: { readonly accountId: string; readonly isAdministrator: boolean },
  gatheringId: string,
  reason: string,
): Promise<Gathering> {
  const { em, now } = work;
  const gathering = await lockGathering(em, gatheringId);
  if (gathering.hostId !== by.accountId && !by.isAdministrator) {
    throw new Refusal('FORBIDDEN', 'Only its host or an administrator calls a gathering off.');
  }
  if (stateAt(gathering, now) === GatheringState.CANCELLED) return gathering;
  assertOpen(gathering, now);
  await callOff(work, gathering, reason);
  const { id, hostId } = gathering;
  if (hostId !== by.accountId)
    work.record('gathering.takenDown', { gatheringId: id, hostId, takenDownAt: now.toISOString() });
  return gathering;
}

/** Calls the gathering off, which is locked and takes place. */
export async function callOff(work: UnitOfWork, gathering: Gathering, reason: string): Promise<void> {
  gathering.cancelledAt = work.now;
  gathering.cancellationReason = reason;
  await work.em.flush();
  await tellAll(work, gathering, 'cancelled');
}

/** Takes the upcoming gatherings at a hub along to its present name and place, and tells those who have answered. */
export async function followHub(work: UnitOfWork, hub: Hub): Promise<void> {
  const moved = await work.em.execute<{ id: string; host_id: string }[]>(
    `update connections.gathering set place_name = ?, latitude = ?, longitude = ?, zip_code = ?
     where hub_id = ? and ends_at > ? and cancelled_at is null
       and (place_name, latitude, longitude) is distinct from (?, ?, ?)
     returning id, host_id`,
    [hub.name, hub.latitude, hub.longitude, hub.zipCode, hub.id, work.now, hub.name, hub.latitude, hub.longitude],
  );
  for (const { id, host_id } of moved) await tellAll(work, { id, hostId: host_id });
}

/** The gathering with the account's own answer, as this transaction leaves it. */
export async function withOwnAnswer({ em }: UnitOfWork, { id }: Gathering, accountId: string): Promise<Gathering> {
  const [gathering] = await readGatherings(em, [id], accountId);
  if (!gathering) throw new Error('A gathering is never deleted');
  return gathering;
}

function assertTimes({ startsAt, endsAt, capacity }: GatheringTerms, now: Date, before?: Gathering): void {
  const starts = startsAt.getTime();
  const ends = endsAt.getTime();
  // What has begun may still be made longer.
  if (starts <= now.getTime() && starts !== before?.startsAt.getTime()) {
    throw new Refusal('BAD_USER_INPUT', 'startsAt must be in the future.');
  }
  if (starts > now.getTime() + AHEAD_DAYS * 86_400_000) {
    throw new Refusal('BAD_USER_INPUT', `startsAt must be at most ${AHEAD_DAYS} days ahead.`);
  }
  if (ends <= starts || ends <= now.getTime()) {
    throw new Refusal('BAD_USER_INPUT', 'endsAt must be after startsAt and in the future.');
  }
  if (ends > starts + LONGEST_HOURS * 3_600_000) {
    throw new Refusal('BAD_USER_INPUT', `endsAt must be at most ${LONGEST_HOURS} hours after startsAt.`);
  }
  if (capacity != null && capacity > LARGEST_CAPACITY) {
    throw new Refusal('BAD_USER_INPUT', `capacity must be at most ${LARGEST_CAPACITY}.`);
  }
}

/** One wish of a host at a time, and none while suspended: limits are counted, not constrained. */
async function admitHost({ em, now }: UnitOfWork, hostId: string): Promise<void> {
  await lockPeople(em, [hostId]);
  if (!(await mayPublish(hostId, em, now))) throw new Refusal('ACCOUNT_SUSPENDED');
}

interface Place {
  readonly hub: Hub | null;
  readonly placeName: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly zipCode: string | null;
}

/** @param before where it has been so far: there it may stay, though the hub is archived or the area excluded by now. */
async function placeOf(
  em: EntityManager,
  { zipCodes, restraints }: PlaceServices,
  { hubId, place }: GatheringTerms,
  before?: Gathering,
): Promise<Place> {
  if ((hubId == null) === (place == null))
    throw new Refusal('BAD_USER_INPUT', 'Give a hub or a place, one of the two.');
  if (place) {
    const { latitude, longitude } = place.position;
    const stays = before?.latitude === latitude && before.longitude === longitude;
    if (!stays && restraints.isExcluded(place.position)) throw new Refusal('EXCLUDED_ZONE');
    const zipCode = zipCodes().nearest(place.position) ?? null;
    return { hub: null, placeName: place.name, latitude, longitude, zipCode };
  }
  const hub = await holdHub(em, hubId ?? '');
  if (hub.archivedAt && hub.id !== before?.hub?.id) throw new Refusal('HUB_ARCHIVED');
  const { name: placeName, latitude, longitude, zipCode } = hub;
  return { hub, placeName, latitude, longitude, zipCode: zipCode ?? null };
}

/** The hub, which nobody moves or archives before this transaction ends. @throws Refusal NOT_FOUND. */
async function holdHub(em: EntityManager, hubId: string): Promise<Hub> {
  await em.execute('select 1 from connections.hub where id = ? for share', [hubId]);
  const hub = await em.findOne(Hub, hubId);
  if (!hub) throw new Refusal('NOT_FOUND', 'There is no such hub.');
  return hub;
}

const contentOf = ({ title, description, startsAt, endsAt, capacity = null }: Content) => ({
  title,
  description,
  startsAt,
  endsAt,
  capacity,
});

/** What people see of it, in one order. */
const shownOf = (shown: Pick<Gathering, 'hub' | 'placeName' | 'latitude' | 'longitude'> & Content) =>
  JSON.stringify([shown.hub?.id, shown.placeName, shown.latitude, shown.longitude, contentOf(shown)]);

function fingerprintOf({ hubId, place, ...terms }: GatheringTerms): string {
  const where = place ? [place.name, place.position.latitude, place.position.longitude] : hubId?.toLowerCase();
  return createHash('sha256')
    .update(JSON.stringify([where, contentOf(terms)]))
    .digest('base64url');
}
