/* Points given to a charity. Row and graph's type in one; only the giver sees it. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../kernel/scalars.ts';

@ObjectType({ description: 'Points given to a charity. Only the giver sees it.' })
@Entity({ schema: 'rewards', tableName: 'donation' })
export class Donation {
  @Field(() => ID, { description: 'The id of the donation.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  transactionId!: string;

  @Property({ type: 'uuid' })
  accountId!: string;

  @Property({ type: 'uuid' })
  charityId!: string;

  @Field(() => Int, { description: 'How many points.' })
  @Property({ type: 'integer' })
  points!: number;

  @Field(() => DateTime, { description: 'When.' })
  @Property({ type: 'datetime' })
  donatedAt!: Date;
}
