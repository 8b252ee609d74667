/* Retailers, their stores and charities, changed by those who act for them. */
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { PositionInput } from '../../kernel/position.ts';
import { ShortText, StateCode, Text, Version, WebAddress, ZipCode } from '../../kernel/scalars.ts';
import { beginChange } from '../organisations/standing.ts';
import { Charity, Retailer, Store } from './listing.ts';
import type { CatalogCall } from './loaders.ts';
import { archiveStore, retailerOfStore, saveCharity, saveRetailer, saveStore } from './profile.ts';

@InputType({ description: 'What a retailer says about itself; what is left out stays as it is.' })
export class SaveRetailerInput {
  @Field(() => ID, { description: 'The retailer.' })
  retailerId!: string;

  @Field(() => ShortText, { nullable: true, description: 'Its name.' })
  name?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'What kind of business it is.' })
  category?: string | null;

  @Field(() => Text, { nullable: true, description: 'What it says about itself.' })
  profile?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'A picture of it.' })
  pictureUrl?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Where it is on the web.' })
  webUrl?: string | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'A store as it shall be.' })
export class SaveStoreInput {
  @Field(() => ID, {
    nullable: true,
    description: "The store to change; without it, the retailer's one at this street and ZIP code, or a new one.",
  })
  storeId?: string | null;

  @Field(() => ID, { description: 'Whose store it is.' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'Street and number.' })
  street!: string;

  @Field(() => ShortText, { description: 'City.' })
  city!: string;

  @Field(() => StateCode, { description: 'State.' })
  state!: string;

  @Field(() => ZipCode, { description: 'ZIP code.' })
  zipCode!: string;

  @Field(() => PositionInput, { description: 'Where it is.' })
  position!: PositionInput;

  @Field(() => Text, { nullable: true, description: 'When it is open, in words; left out: as it is.' })
  openingHours?: string | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which store closes.' })
export class ArchiveStoreInput {
  @Field(() => ID, { description: 'The store.' })
  storeId!: string;
}

@InputType({ description: 'What a charity says about itself; what is left out stays as it is.' })
export class SaveCharityInput {
  @Field(() => ID, { description: 'The charity.' })
  charityId!: string;

  @Field(() => Text, { nullable: true, description: 'What it does, in its words.' })
  description?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'A picture of it.' })
  pictureUrl?: string | null;

  @Field(() => WebAddress, { nullable: true, description: 'Where it is on the web.' })
  webUrl?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it supports families in need directly.' })
  helpsFamilies?: boolean | null;

  @Field(() => [ShortText], {
    nullable: true,
    description: 'What a giver may earmark a donation for, at most 20 labels; never names of people.',
  })
  earmarks?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it takes donations now.' })
  acceptsDonations?: boolean | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@ObjectType({ description: 'The retailer that was changed.' })
export class RetailerPayload {
  @Field(() => Retailer, { description: 'The retailer as it is now.' })
  retailer!: Retailer;
}

@ObjectType({ description: 'The store that was changed.' })
export class StorePayload {
  @Field(() => Store, { description: 'The store as it is now.' })
  store!: Store;
}

@ObjectType({ description: 'The charity that was changed.' })
export class CharityPayload {
  @Field(() => Charity, { description: 'The charity as it is now.' })
  charity!: Charity;
}

const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE';

@Resolver()
export class ProfileResolver {
  @Mutation(() => RetailerPayload, {
    description: `Changes what a retailer says about itself. For those who act for it (editors), and administrators. Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async saveRetailer(
    @Arg('input', () => SaveRetailerInput, { description: 'The profile.' }) input: SaveRetailerInput,
    @Ctx() call: CatalogCall,
  ): Promise<RetailerPayload> {
    const retailer = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: input.retailerId });
      return saveRetailer(work, input.retailerId, input);
    });
    return { retailer };
  }

  @Mutation(() => StorePayload, {
    description: `Opens or changes a store. For those who act for the retailer (editors), and administrators. Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async saveStore(
    @Arg('input', () => SaveStoreInput, { description: 'The store.' }) input: SaveStoreInput,
    @Ctx() call: CatalogCall,
  ): Promise<StorePayload> {
    const store = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: input.retailerId });
      return saveStore(work, input);
    });
    return { store };
  }

  @Mutation(() => StorePayload, {
    description: `Closes a store; again changes nothing. For those who act for the retailer (editors), and administrators. Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'administrator')
  async archiveStore(
    @Arg('input', () => ArchiveStoreInput, { description: 'Which.' }) { storeId }: ArchiveStoreInput,
    @Ctx() call: CatalogCall,
  ): Promise<StorePayload> {
    const store = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'retailer', id: await retailerOfStore(work.em, storeId) });
      return archiveStore(work, storeId);
    });
    return { store };
  }

  @Mutation(() => CharityPayload, {
    description: `Changes what a charity says about itself. For those who act for it (editors), and administrators. Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('charity', 'administrator')
  async saveCharity(
    @Arg('input', () => SaveCharityInput, { description: 'The profile.' }) input: SaveCharityInput,
    @Ctx() call: CatalogCall,
  ): Promise<CharityPayload> {
    const charity = await call.work(async (work) => {
      await beginChange(work, call.caller, { kind: 'charity', id: input.charityId });
      return saveCharity(work, input.charityId, input);
    });
    return { charity };
  }
}
