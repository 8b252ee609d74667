/*
 * A gathering: an officer is at a public place at an announced time, and people may come. Row and graph's type in one.
 * It knows how many come, never who: answers stand in a table of their own that no type of the graph shows.
 */
import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, OptionalProps, type Rel } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Position } from '../../kernel/position.ts';
import { DateTime, Quantity, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import { Hub } from './hub.ts';
import type { SqlPart } from './near.ts';

export enum GatheringState {
  SCHEDULED = 'SCHEDULED',
  CANCELLED = 'CANCELLED',
  ENDED = 'ENDED',
}

registerEnumType(GatheringState, {
  name: 'GatheringState',
  description: 'Whether a gathering takes place.',
  valuesConfig: {
    SCHEDULED: { description: 'It is announced or under way.' },
    CANCELLED: { description: 'Its host or an administrator called it off. Final.' },
    ENDED: { description: 'Its end has passed. Final.' },
  },
});

export enum GatheringAnswer {
  COMING = 'coming',
  WAITING = 'waiting',
}

registerEnumType(GatheringAnswer, {
  name: 'GatheringAnswer',
  description: 'What became of the wish to come.',
  valuesConfig: {
    COMING: { description: 'There is a seat.' },
    WAITING: { description: 'All seats are taken; the first who waits gets the next that becomes free.' },
  },
});

@ObjectType({
  description:
    "An officer's event at a public place. People who come connect by scanning the code on the officer's phone: nobody's position is needed. Who comes is known as a number only, to the host too.",
})
@Entity({ schema: 'connections', tableName: 'gathering' })
export class Gathering {
  [OptionalProps]?: 'comingCount' | 'waitingCount' | 'place' | 'seatsLeft';

  @Field(() => ID, { description: 'The id of the gathering.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  hostId!: string;

  @Property({ type: 'text' })
  idempotencyKey!: string;

  @Property({ type: 'text' })
  fingerprint!: string;

  @Field(() => Hub, { nullable: true, description: 'The hub in which it is; null at a place of its own.' })
  @ManyToOne(() => Hub, { nullable: true })
  hub?: Rel<Hub> | null;

  @Field(() => ShortText, { description: 'What the place is called.' })
  @Property({ type: 'text' })
  placeName!: string;

  @Property({ type: 'double' })
  latitude!: number;

  @Property({ type: 'double' })
  longitude!: number;

  @Field(() => ZipCode, { nullable: true, description: 'The ZIP code of the place; null where there is none.' })
  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  @Field(() => ShortText, { description: 'What it is, in a few words.' })
  @Property({ type: 'text' })
  title!: string;

  @Field(() => Text, { description: 'What one may expect.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => DateTime, { description: 'When it begins.' })
  @Property({ type: 'datetime' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it ends.' })
  @Property({ type: 'datetime' })
  endsAt!: Date;

  @Field(() => Quantity, { nullable: true, description: 'How many may come; null for no limit.' })
  @Property({ type: 'integer', nullable: true })
  capacity?: number | null;

  @Field(() => Int, { description: 'How many come.' })
  @Property({ type: 'integer', default: 0 })
  comingCount: number = 0;

  @Field(() => Int, { description: 'How many wait for a seat.' })
  @Property({ type: 'integer', default: 0 })
  waitingCount: number = 0;

  @Field(() => DateTime, { nullable: true, description: 'When it was called off; null unless it was.' })
  @Property({ type: 'datetime', nullable: true })
  cancelledAt?: Date | null;

  @Property({ type: 'text', nullable: true })
  cancellationReason?: string | null;

  @Field(() => GatheringAnswer, {
    nullable: true,
    description: "The caller's own answer; null without one. Answers are deleted 30 days after the end.",
  })
  @Property({ type: 'text', persist: false })
  ownAnswer?: GatheringAnswer | null;

  @Field(() => Position, { description: 'Where the place is.' })
  get place(): Position {
    return { latitude: this.latitude, longitude: this.longitude };
  }

  @Field(() => Int, { nullable: true, description: 'How many more may come; null for no limit.' })
  get seatsLeft(): number | null {
    return this.capacity == null ? null : this.capacity - this.comingCount;
  }
}

export const GatheringPage = pageOf(Gathering);

export function stateAt({ cancelledAt, endsAt }: Gathering, now: Date): GatheringState {
  if (cancelledAt) return GatheringState.CANCELLED;
  return endsAt <= now ? GatheringState.ENDED : GatheringState.SCHEDULED;
}

/** Whether the gathering `g` may be known to the account: neither blocks the other, nor is its host hidden from it. */
export function knownTo(accountId: string, now: Date): SqlPart {
  return {
    sql: `not exists (select 1 from connections.block b where b.ended_at is null and (
            (b.blocker_id = g.host_id and b.blocked_id = ?) or (b.blocker_id = ? and b.blocked_id = g.host_id)))
          and not exists (select 1 from connections.restraint r
            where r.officer_id = g.host_id and r.citizen_id = ? and r.ends_at > ?)`,
    values: [accountId, accountId, accountId, now],
  };
}

/** @throws Refusal GATHERING_CLOSED unless it still takes place at `now`. */
export function assertOpen(gathering: Gathering, now: Date): void {
  const state = stateAt(gathering, now);
  if (state === GatheringState.SCHEDULED) return;
  throw new Refusal(
    'GATHERING_CLOSED',
    `The gathering ${state === GatheringState.ENDED ? 'is over' : 'is cancelled'}.`,
  );
}

/** The gathering, which nobody else changes or answers before this transaction ends. @throws Refusal NOT_FOUND. */
export async function lockGathering(em: EntityManager, id: string): Promise<Gathering> {
  await em.execute('select 1 from connections.gathering where id = ? for update', [id]);
  const gathering = await em.findOne(Gathering, id, { populate: ['hub'] });
  if (!gathering) throw new Refusal('NOT_FOUND', 'There is no such gathering.');
  return gathering;
}

/** The gatherings of these ids that exist, in their order, each with the account's own answer. */
export async function readGatherings(
  em: EntityManager,
  ids: readonly string[],
  accountId: string,
): Promise<Gathering[]> {
  if (ids.length === 0) return [];
  const rows = await em.find(Gathering, { id: { $in: [...ids] } }, { populate: ['hub'] });
  const answers = await em.execute<{ gathering_id: string; state: GatheringAnswer }[]>(
    'select gathering_id, state from connections.gathering_answer where account_id = ? and gathering_id in (?)',
    [accountId, [...ids]],
  );
  const own = new Map(answers.map(({ gathering_id, state }) => [gathering_id, state]));
  for (const row of rows) row.ownAnswer = own.get(row.id) ?? null;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
