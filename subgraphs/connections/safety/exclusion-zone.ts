/*
 * Areas where nobody is to be found: around a shelter, a school, a clinic. Administrators draw them; whether a place lies
 * in one is answered from memory (restraints.ts). One that is archived stays as a record and keeps nobody away.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { LockMode } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Ring, type RingVertex, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { polygonOf } from './polygon.ts';
import { announceRestraint } from './restraints.ts';

export enum ExclusionReason {
  SCHOOL = 'school',
  SHELTER = 'shelter',
  HEALTH = 'health',
  WORSHIP = 'worship',
  COURT = 'court',
  MILITARY = 'military',
  OTHER = 'other',
}

registerEnumType(ExclusionReason, {
  name: 'ExclusionReason',
  description: 'Why nobody is to be found in an area.',
  valuesConfig: {
    SCHOOL: { description: 'A school or kindergarten.' },
    SHELTER: { description: 'A shelter for people who hide from somebody.' },
    HEALTH: { description: 'A clinic, a hospital, a counseling center.' },
    WORSHIP: { description: 'A place of worship.' },
    COURT: { description: 'A court, a jail, a place of hearings.' },
    MILITARY: { description: 'A military or otherwise restricted area.' },
    OTHER: { description: 'Anything else; the name says what.' },
  },
});

@ObjectType({ description: 'An area in which no officer is found and no window is opened. Administrators see it.' })
@Entity({ schema: 'connections', tableName: 'exclusion_zone' })
export class ExclusionZone {
  @Field(() => ID, { description: 'The id of the area.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ShortText, { description: 'What to call it.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => ExclusionReason, { description: 'Why nobody is to be found there.' })
  @Property({ type: 'text' })
  reason!: ExclusionReason;

  @Field(() => Ring, { description: 'The line around it; the border belongs to it.' })
  @Property({ type: 'json' })
  ring!: readonly RingVertex[];

  @Property({ type: 'uuid' })
  savedBy!: string;

  @Field(() => DateTime, { description: 'When it was drawn or changed last.' })
  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was archived; null while it keeps people away.' })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;
}

export const ExclusionZonePage = pageOf(ExclusionZone);

/** Every process keeps them all in memory. */
export const ZONES_IN_FORCE = 2_000;

export interface DrawnZone {
  readonly zoneId?: string | null | undefined;
  readonly name: string;
  readonly reason: ExclusionReason;
  readonly ring: readonly RingVertex[];
}

/**
 * Draws an area, or draws anew one that there is.
 * @throws Refusal BAD_USER_INPUT for a ring that is none, NOT_FOUND, LIMIT_REACHED.
 */
export async function saveExclusionZone(
  work: UnitOfWork,
  { zoneId, name, reason, ring }: DrawnZone,
  savedBy: string,
): Promise<ExclusionZone> {
  const { em, now } = work;
  polygonOf(ring);
  const drawn = { name, reason, ring, savedBy, updatedAt: now };
  let zone: ExclusionZone;
  if (zoneId) {
    zone = em.assign(await lockedZone(work, zoneId), drawn);
  } else {
    if ((await em.count(ExclusionZone, { archivedAt: null })) >= ZONES_IN_FORCE) {
      throw new Refusal('LIMIT_REACHED', `There are ${ZONES_IN_FORCE} areas in force; archive some first.`);
    }
    zone = em.create(ExclusionZone, { id: work.newId(), archivedAt: null, ...drawn });
  }
  if (zone.archivedAt) throw new Refusal('NOT_FOUND', 'The area was archived; draw a new one.');
  await em.flush();
  announceRestraint(work);
  return zone;
}

/** From now on it keeps nobody away; again changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveExclusionZone(work: UnitOfWork, zoneId: string): Promise<ExclusionZone> {
  const zone = await lockedZone(work, zoneId);
  if (zone.archivedAt) return zone;
  zone.archivedAt = work.now;
  zone.updatedAt = work.now;
  await work.em.flush();
  announceRestraint(work);
  return zone;
}

async function lockedZone({ em }: UnitOfWork, zoneId: string): Promise<ExclusionZone> {
  const zone = await em.findOne(ExclusionZone, zoneId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!zone) throw new Refusal('NOT_FOUND', 'There is no such area.');
  return zone;
}
