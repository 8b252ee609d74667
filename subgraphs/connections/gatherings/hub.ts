/*
 * Community hubs: buildings in which people may meet. Administrators keep the list, everybody reads it. An upcoming
 * gathering at a hub carries a copy of the hub's name and place, so whoever moves the hub moves those too.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { Area } from '../../kernel/area.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { Position } from '../../kernel/position.ts';
import { DateTime, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { inArea, metersTo } from './near.ts';

@ObjectType({
  description:
    "A building where officers and citizens may meet, such as a library. No position is needed there: the citizen scans the code on the officer's phone.",
})
@Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
@Entity({ schema: 'connections', tableName: 'hub' })
export class Hub {
  @Field(() => ID, { description: 'The id of the hub.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ShortText, { description: 'Its name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => Text, { description: 'What it is and how to find the entrance.' })
  @Property({ type: 'text' })
  description!: string;

  @Property({ type: 'double' })
  latitude!: number;

  @Property({ type: 'double' })
  longitude!: number;

  @Field(() => ZipCode, { nullable: true, description: 'The ZIP code of its place; null where there is none.' })
  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'When it is open, in words.' })
  @Property({ type: 'text', nullable: true })
  openingNote?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was taken off the list; null while it is on it.',
  })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;

  @Field(() => Int, { nullable: true, description: 'Meters to it, in an answer about hubs near a place.' })
  @Property({ type: 'integer', persist: false })
  distanceMeters?: number | null;

  @Field(() => Position, { description: 'Where the building is.' })
  get place(): Position {
    return { latitude: this.latitude, longitude: this.longitude };
  }
}

export const HubPage = pageOf(Hub);

export interface HubTerms {
  readonly hubId?: string | null | undefined;
  readonly name: string;
  readonly description: string;
  readonly place: Position;
  readonly openingNote?: string | null | undefined;
}

export interface SavedHub {
  readonly hub: Hub;
  /** Whether its name or place is another than before: its gatherings follow. */
  readonly moved: boolean;
}

/** Makes or changes a hub. @throws Refusal NOT_FOUND, HUB_ARCHIVED, BAD_USER_INPUT when another has this name and place. */
export async function putHub(
  { em, newId }: UnitOfWork,
  zipCodes: () => ZipCodes,
  { hubId, name, description, place, openingNote = null }: HubTerms,
): Promise<SavedHub> {
  const { latitude, longitude } = place;
  const zipCode = zipCodes().nearest(place) ?? null;
  if (!hubId) {
    const [row] = await em.execute<{ id: string }[]>(
      `insert into connections.hub (id, name, description, latitude, longitude, zip_code, opening_note)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict (name_key, latitude, longitude) where archived_at is null
       do update set name = excluded.name, description = excluded.description, opening_note = excluded.opening_note
       returning id`,
      [newId(), name, description, latitude, longitude, zipCode, openingNote],
    );
    return { hub: await em.findOneOrFail(Hub, row?.id ?? ''), moved: true };
  }
  await em.execute('select 1 from connections.hub where id = ? for update', [hubId]);
  const hub = await em.findOne(Hub, hubId);
  if (!hub) throw new Refusal('NOT_FOUND', 'There is no such hub.');
  if (hub.archivedAt) throw new Refusal('HUB_ARCHIVED');
  const moved = hub.name !== name || hub.latitude !== latitude || hub.longitude !== longitude;
  em.assign(hub, { name, description, latitude, longitude, zipCode, openingNote });
  try {
    await em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new Refusal('BAD_USER_INPUT', 'Another hub has this name and place.');
  }
  return { hub, moved };
}

/** Takes a hub off the list; doing so twice changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveHub({ em, now }: UnitOfWork, hubId: string): Promise<Hub> {
  await em.execute('update connections.hub set archived_at = ? where id = ? and archived_at is null', [now, hubId]);
  const hub = await em.findOne(Hub, hubId);
  if (!hub) throw new Refusal('NOT_FOUND', 'There is no such hub.');
  return hub;
}

/** Hubs on the list: the nearest first where an area is given, by name otherwise. @throws Refusal BAD_USER_INPUT. */
export async function findHubs(em: EntityManager, area: Area | undefined, page: PageArguments): Promise<Page<Hub>> {
  const meters = area ? metersTo('h', area) : { sql: 'null::int', values: [] };
  const around = area ? inArea('h', area) : { sql: 'true', values: [] };
  const order = area ? 'f.meters' : 'f.name_key';
  let behind = 'true';
  let place: readonly unknown[] = [];
  if (page.after) {
    place = area ? decodeCursor(page.after, 'number', 'id') : decodeCursor(page.after, 'string', 'id');
    behind = `(${order}, f.id) > (?, cast(? as uuid))`;
  }
  const rows = await em.execute<{ id: string; name_key: string; meters: number | null }[]>(
    `with found as (
       select h.id, h.name_key, ${meters.sql} as meters from connections.hub h
       where h.archived_at is null and ${around.sql})
     select f.id, f.name_key, f.meters from found f where ${behind} order by ${order}, f.id limit ?`,
    [...meters.values, ...around.values, ...place, page.first + 1],
  );
  const hubs = await em.find(Hub, { id: { $in: rows.map(({ id }) => id) } });
  const byId = new Map(hubs.map((hub) => [hub.id, hub]));
  const keys = new Map(rows.map((row) => [row.id, row.name_key]));
  const found = rows.flatMap((row) => {
    const hub = byId.get(row.id);
    return hub ? [Object.assign(hub, { distanceMeters: row.meters })] : [];
  });
  return toPage(found, page, ({ id, distanceMeters }) => [area ? (distanceMeters ?? 0) : (keys.get(id) ?? ''), id]);
}
