/* What the catalog lists: retailers with their stores, charities, cities. Rows and graph's types in one; all of it is public. */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { ShortText, ZipCode } from '../../kernel/scalars.ts';

@ObjectType({ description: 'A business that takes vouchers.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'retailer' })
export class Retailer {
  @Field(() => ID, { description: 'The id of the retailer.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ShortText, { description: 'Its name.' })
  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => ShortText, { nullable: true, description: 'What kind of business it is.' })
  @Property({ type: 'text', nullable: true })
  category?: string | null;

  @Property({ type: 'datetime' })
  listedAt!: Date;
}

@ObjectType({ description: 'A place where a retailer does business.' })
@Directive('@cacheControl(inheritMaxAge: true)')
@Entity({ schema: 'catalog', tableName: 'store' })
export class Store {
  @Field(() => ID, { description: 'The id of the store.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'Street and number.' })
  @Property({ type: 'text' })
  street!: string;

  @Property({ type: 'text' })
  streetKey!: string;

  @Field(() => ShortText, { description: 'City.' })
  @Property({ type: 'text' })
  city!: string;

  @Field(() => ShortText, { description: 'Two-letter code of the state.' })
  @Property({ type: 'text' })
  state!: string;

  @Field(() => ZipCode, { description: 'ZIP code.' })
  @Property({ type: 'text' })
  zipCode!: string;

  @Property({ type: 'double' })
  latitude!: number;

  @Property({ type: 'double' })
  longitude!: number;
}

@ObjectType({ description: 'A charity that takes points from officers.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'charity' })
export class Charity {
  @Field(() => ID, { description: 'The id of the charity.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  employerNumber!: string;

  @Field(() => ShortText, { description: 'Its name.' })
  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => ShortText, { description: 'Where it is.' })
  @Property({ type: 'text' })
  city!: string;

  @Field(() => ShortText, { description: 'Two-letter code of the state.' })
  @Property({ type: 'text' })
  state!: string;

  @Field(() => ZipCode, { nullable: true, description: 'ZIP code.' })
  @Property({ type: 'text', nullable: true })
  zipCode?: string | null;

  @Field(() => ShortText, {
    nullable: true,
    description: 'Its class in the National Taxonomy of Exempt Entities, such as P31.',
  })
  @Property({ type: 'text', nullable: true })
  category?: string | null;
}

@ObjectType({ description: 'A city that takes part.' })
@Directive('@cacheControl(inheritMaxAge: true)')
@Entity({ schema: 'catalog', tableName: 'city' })
export class City {
  @Field(() => ID, { description: 'The id of the city.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ShortText, { description: 'Its name.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => ShortText, { description: 'Two-letter code of the state.' })
  @Property({ type: 'text' })
  state!: string;

  @Property({ type: 'double' })
  latitude!: number;

  @Property({ type: 'double' })
  longitude!: number;

  @Field(() => Int, { description: 'How many people live there.' })
  @Property({ type: 'integer' })
  population!: number;
}

export const RetailerPage = pageOf(Retailer);
export const CharityPage = pageOf(Charity);
export const CityPage = pageOf(City);
