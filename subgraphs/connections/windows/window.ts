/*
 * The 15 minutes in which an officer may be found. A window ends by its instant, not by anybody's doing: no reader takes
 * one for open that is past `closesAt`, whether the row has been closed yet or not.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime } from '../../kernel/scalars.ts';

export const WINDOW_MINUTES = 15;

export enum WindowState {
  OPEN = 'OPEN',
  CLOSED = 'CLOSED',
}

registerEnumType(WindowState, {
  name: 'WindowState',
  description: 'Whether an officer can be found.',
  valuesConfig: {
    OPEN: { description: 'The officer can be found by citizens nearby.' },
    CLOSED: { description: 'Nobody finds the officer.' },
  },
});

@ObjectType({
  description: 'A time in which an officer can be found by citizens nearby: 15 minutes, or less when closed early.',
})
@Entity({ schema: 'connections', tableName: 'availability_window' })
export class AvailabilityWindow {
  @Field(() => ID, { description: 'The id of the window.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  officerId!: string;

  @Field(() => DateTime, { description: 'When it was opened.' })
  @Property({ type: 'datetime' })
  opensAt!: Date;

  @Field(() => DateTime, { description: 'When it ends by itself.' })
  @Property({ type: 'datetime' })
  closesAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is open.' })
  @Property({ type: 'datetime', nullable: true })
  closedAt?: Date | null;
}

export function isOpen(window: AvailabilityWindow, now: Date): boolean {
  return !window.closedAt && window.closesAt > now;
}

/** Opens the officer's window at `now`. @throws Refusal WINDOW_ALREADY_OPEN. */
export async function openWindow(
  em: EntityManager,
  id: string,
  officerId: string,
  now: Date,
): Promise<AvailabilityWindow> {
  await em.execute(
    `update connections.availability_window set closed_at = closes_at
     where officer_id = ? and closed_at is null and closes_at <= ?`,
    [officerId, now],
  );
  const closesAt = new Date(now.getTime() + WINDOW_MINUTES * 60_000);
  const window = em.create(AvailabilityWindow, { id, officerId, opensAt: now, closesAt, closedAt: null });
  try {
    await em.flush();
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new Refusal('WINDOW_ALREADY_OPEN') : error;
  }
  return window;
}

/** Closes the officer's window; one that has ended stays as it is. @throws Refusal NOT_FOUND for anybody else's. */
export async function closeWindow(
  em: EntityManager,
  windowId: string,
  officerId: string,
  now: Date,
): Promise<AvailabilityWindow> {
  const window = await em.findOne(AvailabilityWindow, { id: windowId, officerId });
  if (!window) throw new Refusal('NOT_FOUND', 'You have no such window.');
  if (isOpen(window, now)) window.closedAt = now;
  else window.closedAt ??= window.closesAt;
  await em.flush();
  return window;
}

/**
 * Whether the window is open at `now`; if so, nobody closes it before this transaction ends, so that what is made in it
 * is seen by whoever closes it.
 */
export async function keepOpen(em: EntityManager, windowId: string, now: Date): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.availability_window where id = ? and closed_at is null and closes_at > ? for share`,
    [windowId, now],
  );
  return rows.length > 0;
}

/** The officer's open window, or null. */
export function findOpenWindow(em: EntityManager, officerId: string, now: Date): Promise<AvailabilityWindow | null> {
  return em.findOne(AvailabilityWindow, { officerId, closedAt: null, closesAt: { $gt: now } });
}

/** Writes down the end of windows that ended by themselves. Nobody reads it: all look at `closesAt`. */
export async function markEnded(em: EntityManager, now: Date): Promise<void> {
  await em.execute(
    'update connections.availability_window set closed_at = closes_at where closed_at is null and closes_at <= ?',
    [now],
  );
}
