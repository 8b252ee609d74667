/* A connection between an officer and a citizen: the row and the graph's type in one, seen by its two people only. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { OptionalProps } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime } from '../../kernel/scalars.ts';
import { ConnectionState, isOngoing, type Side } from './connection-state.ts';
import { Evidence } from './grade.ts';

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Officer {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id", resolvable: false)')
export class Citizen {
  @Field(() => ID)
  id!: string;
}

@ObjectType({ description: 'An officer and a citizen who want to meet, or met. Only the two of them see it.' })
@Directive('@key(fields: "id")')
@Entity({ schema: 'connections', tableName: 'connection' })
export class Connection {
  [OptionalProps]?: 'confirmedByOfficer' | 'confirmedByCitizen';

  @Field(() => ID, { description: 'The id of the connection.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  officerId!: string;

  @Property({ type: 'uuid' })
  citizenId!: string;

  @Field(() => ConnectionState, { description: 'How far it has come.' })
  @Property({ type: 'text' })
  state!: ConnectionState;

  @Field(() => DateTime, { description: 'When the citizen asked.' })
  @Property({ type: 'datetime' })
  requestedAt!: Date;

  @Field(() => DateTime, { description: 'When it ends by itself if nobody acts.' })
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the officer accepted.' })
  @Property({ type: 'datetime', nullable: true })
  acceptedAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  confirmedByOfficerAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  confirmedByCitizenAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When they met as both have confirmed: the second confirmation, or the scan of a code.',
  })
  @Property({ type: 'datetime', nullable: true })
  confirmedAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  endedAt?: Date | null;

  @Field(() => Evidence, {
    nullable: true,
    description: 'The best evidence so far that they met; null until one of them has confirmed.',
  })
  @Property({ type: 'text', nullable: true })
  evidence?: Evidence | null;

  /** How far apart the phones were at most; see grade.ts. */
  @Property({ type: 'integer', nullable: true })
  withinMeters?: number | null;

  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  /** The 24 hours of the pair that this one takes, as PostgreSQL writes a range. */
  @Property({ type: 'string', columnType: 'tstzrange', nullable: true })
  rewardedDuring?: string | null;

  /** When the other domains were told that it counts. */
  @Property({ type: 'datetime', nullable: true })
  toldAt?: Date | null;

  @Field(() => Boolean, { description: 'Whether the officer has confirmed that they met.' })
  get confirmedByOfficer(): boolean {
    return this.confirmedByOfficerAt != null;
  }

  @Field(() => Boolean, { description: 'Whether the citizen has confirmed that they met.' })
  get confirmedByCitizen(): boolean {
    return this.confirmedByCitizenAt != null;
  }
}

export const ConnectionPage = pageOf(Connection);

/** Which side of the connection the account is on, or undefined for everybody else. */
export function sideOf(connection: Connection, accountId: string): Side | undefined {
  if (connection.officerId === accountId) return 'officer';
  return connection.citizenId === accountId ? 'citizen' : undefined;
}

/** The state at `now`: what is past its time has expired, whether the row says so yet or not. */
export function stateAt(connection: Connection, now: Date): ConnectionState {
  return isOngoing(connection.state) && connection.expiresAt <= now ? ConnectionState.EXPIRED : connection.state;
}
