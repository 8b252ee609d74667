/*
 * What is known of a person in this domain, and the two views others get of them. One row, three types: the person sees
 * Profile, a citizen sees Officer, an officer sees Citizen. What a view does not name never leaves.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, ShortText, Text, WebAddress } from '../kernel/scalars.ts';

export enum ProfileRole {
  CITIZEN = 'citizen',
  OFFICER = 'officer',
  ADMINISTRATOR = 'administrator',
}

registerEnumType(ProfileRole, {
  name: 'ProfileRole',
  description: 'The side a person takes.',
  valuesConfig: {
    CITIZEN: { description: 'Meets officers.' },
    OFFICER: { description: 'A police officer whose department is known; opens windows and meets citizens.' },
    ADMINISTRATOR: { description: 'Runs the system; meets nobody.' },
  },
});

@ObjectType({
  description: "One's own profile: what one wrote, and what was counted. Only its owner and administrators see it.",
})
@Entity({ schema: 'profile', tableName: 'profile' })
export class Profile {
  @Field(() => ID, { description: 'The account it belongs to.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ProfileRole, { description: 'The side the person takes.' })
  @Property({ type: 'text' })
  role!: ProfileRole;

  @Field(() => ShortText, {
    nullable: true,
    description: 'First name, shown to the people one meets; null until the person gave one.',
  })
  @Property({ type: 'text', nullable: true })
  firstName?: string | null;

  @Field(() => Text, { nullable: true, description: 'A few words about oneself; for oneself only.' })
  @Property({ type: 'text', nullable: true })
  about?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Address of a picture, shown to the people one meets.' })
  @Property({ type: 'text', nullable: true })
  pictureUrl?: string | null;

  @Field(() => ShortText, { nullable: true, description: "An officer's department; null for everybody else." })
  @Property({ type: 'text', nullable: true })
  departmentName?: string | null;

  @Field(() => Boolean, { description: 'Whether name and picture are withheld from others.' })
  @Property({ type: 'boolean' })
  hidden!: boolean;

  @Field(() => Int, { description: 'How many confirmed connections the person has had.' })
  @Property({ type: 'integer' })
  connectionCount!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the last of them was confirmed.' })
  @Property({ type: 'datetime', nullable: true })
  lastConnectionAt?: Date | null;

  @Field(() => DateTime, { description: 'When the person registered.' })
  @Property({ type: 'datetime' })
  registeredAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Field(() => Boolean, { description: 'Whether the person has completed it: a first name is there.' })
  get complete(): boolean {
    return this.firstName != null;
  }
}

@ObjectType({ description: 'An officer as citizens see one: nothing more than this.' })
@Directive('@key(fields: "id")')
export class Officer {
  @Field(() => ID, { description: "The officer's account." })
  id!: string;

  @Field(() => ShortText, { nullable: true, description: 'First name; null when not given or withheld.' })
  firstName!: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Address of a picture; null when not given or withheld.' })
  pictureUrl!: string | null;

  @Field(() => ShortText, { nullable: true, description: 'The department that vouches for the officer.' })
  departmentName!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many confirmed connections the officer has had; null while that is not known.',
  })
  connectionCount!: number | null;
}

@ObjectType({ description: 'A citizen as an officer sees one who asks to connect: nothing more than this.' })
@Directive('@key(fields: "id")')
export class Citizen {
  @Field(() => ID, { description: "The citizen's account." })
  id!: string;

  @Field(() => ShortText, { nullable: true, description: 'First name; null when not given or withheld.' })
  firstName!: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Address of a picture; null when not given or withheld.' })
  pictureUrl!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many confirmed connections the citizen has had; null while that is not known.',
  })
  connectionCount!: number | null;
}

export function asOfficer(profile: Profile): Officer {
  return Object.assign(new Officer(), { ...asCitizen(profile), departmentName: profile.departmentName ?? null });
}

export function asCitizen(profile: Profile): Citizen {
  const shown = !profile.hidden;
  return Object.assign(new Citizen(), {
    id: profile.id,
    firstName: (shown && profile.firstName) || null,
    pictureUrl: (shown && profile.pictureUrl) || null,
    connectionCount: profile.connectionCount,
  });
}
