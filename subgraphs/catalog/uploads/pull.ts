/*
 * A table that is fetched from an address of its owner's again and again, as it stands and as the graph shows it. Its
 * address may carry a key in its query, so it is shown to its owners alone and never logged.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { OrganisationKind } from '../../kernel/caller.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Hours, Text, WebAddress } from '../../kernel/scalars.ts';
import { ImportKind } from '../importing/import-kinds.ts';

export enum TablePullState {
  ACTIVE = 'ACTIVE',
  PAUSED = 'PAUSED',
  STOPPED = 'STOPPED',
}

registerEnumType(TablePullState, {
  name: 'TablePullState',
  description: 'Whether a table is fetched.',
  valuesConfig: {
    ACTIVE: { description: 'It is fetched when its time comes.' },
    PAUSED: { description: 'Its owners have paused it.' },
    STOPPED: { description: 'It failed too often; `lastFailure` says why. Whoever mends it sets it going again.' },
  },
});

/** Who may have tables of a kind fetched, besides administrators. */
export const ownersOf: Readonly<Record<ImportKind, OrganisationKind | null>> = {
  [ImportKind.STORES]: 'retailer',
  [ImportKind.PRODUCTS]: 'retailer',
  [ImportKind.OFFERS]: 'retailer',
  [ImportKind.CHARITIES]: null,
  [ImportKind.OFFICERS]: 'department',
};

@ObjectType({ description: 'A table that is fetched again and again. For its organisation, and administrators.' })
@Entity({ schema: 'catalog', tableName: 'table_pull' })
export class TablePull {
  @Field(() => ID, { description: 'The id of the pull.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  /** Who set it up; imports are made in their name. */
  @Property({ type: 'uuid' })
  accountId!: string;

  @Field(() => ID, { nullable: true, description: 'Whose table it is; null for one of everybody’s things.' })
  @Property({ type: 'uuid', nullable: true })
  organisationId!: string | null;

  @Field(() => ImportKind, { description: 'What its rows are.' })
  @Property({ type: 'text' })
  kind!: ImportKind;

  @Field(() => Boolean, { description: 'Whether it lists everything there is, so that what it lacks is archived.' })
  @Property({ type: 'boolean' })
  complete!: boolean;

  @Field(() => WebAddress, { description: 'Where it is fetched.' })
  @Property({ type: 'text' })
  url!: string;

  @Field(() => Hours, { description: 'How often: every so many hours.' })
  @Property({ type: 'integer' })
  everyHours!: number;

  @Field(() => TablePullState, { description: 'Whether it is fetched.' })
  @Property({ type: 'text' })
  state!: TablePullState;

  @Field(() => Int, { description: 'How often in a row it has failed.' })
  @Property({ type: 'integer' })
  failures!: number;

  @Field(() => Text, { nullable: true, description: 'Why it failed last; null where it did not.' })
  @Property({ type: 'text', nullable: true })
  lastFailure!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was tried last.' })
  @Property({ type: 'timestamptz', nullable: true })
  lastTriedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When what came last was another file than before.' })
  @Property({ type: 'timestamptz', nullable: true })
  lastChangedAt!: Date | null;

  @Field(() => DateTime, { description: 'When it is tried next, while it is active.' })
  @Property({ type: 'timestamptz' })
  nextAt!: Date;

  @Field(() => DateTime, { description: 'When it was set up.' })
  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  /** What the server told of the file that was taken last, to ask whether there is another. */
  @Property({ type: 'text', nullable: true })
  etag!: string | null;

  @Property({ type: 'text', nullable: true })
  lastModified!: string | null;

  @Property({ type: 'text', nullable: true })
  sha256!: string | null;

  /** Of the node that works on it; whoever has another one is late. */
  @Property({ type: 'uuid', nullable: true })
  leaseToken!: string | null;

  @Property({ type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;
}

export const TablePullPage = pageOf(TablePull);
