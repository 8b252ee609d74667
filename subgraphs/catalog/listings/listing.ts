/* What the catalog lists: retailers with their stores, charities, cities. Rows and graph's types in one; all of it is public. */
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import { Id, Name, OfOrganisation, PictureUrl, StateCode, Versioned, WebUrl } from './columns.ts';

export enum ListingStatus {
  LISTED = 'LISTED',
  SUSPENDED = 'SUSPENDED',
  ARCHIVED = 'ARCHIVED',
}

registerEnumType(ListingStatus, {
  name: 'ListingStatus',
  description: 'Whether something takes part.',
  valuesConfig: {
    LISTED: { description: 'It takes part and shows.' },
    SUSPENDED: { description: 'An administrator has taken it off the lists until it is reinstated.' },
    ARCHIVED: { description: 'It takes part no more.' },
  },
});

interface Standing {
  readonly suspendedAt?: Date | null;
  readonly archivedAt?: Date | null;
}

/** What a row's instants say; the end goes before a suspension. */
export function statusOf({ suspendedAt, archivedAt }: Standing): ListingStatus {
  if (archivedAt) return ListingStatus.ARCHIVED;
  return suspendedAt ? ListingStatus.SUSPENDED : ListingStatus.LISTED;
}

@ObjectType({ description: 'A business that takes vouchers.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'retailer' })
export class Retailer extends OfOrganisation {
  @Id('retailer')
  id!: string;

  @Name()
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => ShortText, { nullable: true, description: 'What kind of business it is.' })
  @Property({ type: 'text', nullable: true })
  category?: string | null;

  @Field(() => Text, { nullable: true, description: 'What it says about itself.' })
  @Property({ type: 'text', nullable: true })
  profile?: string | null;

  @WebUrl()
  webUrl?: string | null;

  @PictureUrl()
  pictureUrl?: string | null;

  @Property({ type: 'datetime' })
  listedAt!: Date;

  @Versioned()
  version!: number;

  @Field(() => ListingStatus, { description: 'Whether it takes part.' })
  get status(): ListingStatus {
    return statusOf(this);
  }
}

@ObjectType({ description: 'A place where a retailer does business.' })
@Directive('@cacheControl(inheritMaxAge: true)')
@Entity({ schema: 'catalog', tableName: 'store' })
export class Store {
  @Id('store')
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

  @StateCode()
  state!: string;

  @Field(() => ZipCode, { description: 'ZIP code.' })
  @Property({ type: 'text' })
  zipCode!: string;

  @Property({ type: 'double' })
  latitude!: number;

  @Property({ type: 'double' })
  longitude!: number;

  @Field(() => Text, { nullable: true, description: 'When it is open, in words.' })
  @Property({ type: 'text', nullable: true })
  openingHours?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed for good; null while it is not.' })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;

  @Versioned()
  version!: number;
}

@ObjectType({ description: 'A charity that takes points.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'charity' })
export class Charity extends OfOrganisation {
  @Id('charity')
  id!: string;

  @Property({ type: 'text' })
  employerNumber!: string;

  @Name()
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => ShortText, { description: 'Where it is.' })
  @Property({ type: 'text' })
  city!: string;

  @StateCode()
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

  @Field(() => Text, { nullable: true, description: 'What it does, in its words.' })
  @Property({ type: 'text', nullable: true })
  description?: string | null;

  @WebUrl()
  webUrl?: string | null;

  @PictureUrl()
  pictureUrl?: string | null;

  @Field(() => Boolean, { description: 'Whether it supports families in need directly.' })
  @Property({ type: 'boolean' })
  helpsFamilies!: boolean;

  @Field(() => [ShortText], {
    description: 'What a giver may earmark a donation for, at most 20; labels, never names of people.',
  })
  @Directive('@listSize(assumedSize: 20)')
  @Property({ type: 'array' })
  earmarks!: string[];

  @Field(() => Boolean, { description: 'Whether it takes donations now.' })
  @Property({ type: 'boolean' })
  acceptsDonations!: boolean;

  @Versioned()
  version!: number;

  @Field(() => ListingStatus, { description: 'Whether it takes part.' })
  get status(): ListingStatus {
    return statusOf(this);
  }
}

@ObjectType({ description: 'A city that takes part.' })
@Directive('@cacheControl(inheritMaxAge: true)')
@Entity({ schema: 'catalog', tableName: 'city' })
export class City {
  @Id('city')
  id!: string;

  @Name()
  name!: string;

  @StateCode()
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
