/*
 * Partner keys on the graph: those who act for a retailer make, list and revoke its keys, administrators all; the gateway
 * asks what one stands for.
 */
import { Arg, Args, Ctx, Directive, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { organisationsOf, Requires, refuseOutsiders, ShownIn } from '../kernel/caller.ts';
import { type Page, PageArguments } from '../kernel/page.ts';
import { OpaqueToken, ShortText } from '../kernel/scalars.ts';
import type { IdentityServices } from './identity.ts';
import { refuseFormerMember } from './membership.ts';
import { PartnerKey, PartnerKeyPage, PartnerScope, VerifiedPartnerKey } from './partner-key.ts';

@InputType({ description: 'A key for a partner.' })
export class CreatePartnerKeyInput {
  @Field(() => ID, { description: 'The retailer for which it acts.' })
  retailerId!: string;

  @Field(() => ShortText, { description: 'What to call it.' })
  label!: string;

  @Field(() => [PartnerScope], { description: 'What it may do; at least one.' })
  scopes!: PartnerScope[];
}

@ObjectType({ description: 'The new key.' })
export class CreatePartnerKeyPayload {
  @Field(() => PartnerKey, { description: 'The key.' })
  partnerKey!: PartnerKey;

  @Field(() => OpaqueToken, {
    description:
      'What the partner sends in the header `x-api-key`. Shown here once and never again: only a hash is kept.',
  })
  secret!: string;
}

@InputType({ description: 'The key to revoke.' })
export class RevokePartnerKeyInput {
  @Field(() => ID, { description: 'Which key.' })
  partnerKeyId!: string;
}

@ObjectType({ description: 'The key is revoked.' })
export class RevokePartnerKeyPayload {
  @Field(() => PartnerKey, { description: 'The revoked key.' })
  partnerKey!: PartnerKey;
}

@Resolver()
export class PartnerKeyResolver {
  @Query(() => PartnerKeyPage, {
    description:
      'Partner keys, the newest first: of the retailers that the caller acts for; administrators see all. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer')
  async partnerKeys(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<Page<PartnerKey>> {
    const { caller } = call;
    const own = caller.scopes.includes('administrator') ? undefined : organisationsOf(caller, 'retailer');
    return call.services.partnerKeys.list(call.em, page, own);
  }

  @Mutation(() => CreatePartnerKeyPayload, {
    description:
      "Makes a key with which a retailer's systems call the API. For those who act for the retailer, and administrators. " +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer')
  async createPartnerKey(
    @Arg('input', () => CreatePartnerKeyInput, { description: 'For whom and for what.' }) input: CreatePartnerKeyInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<CreatePartnerKeyPayload> {
    refuseOutsiders(call.caller, 'retailer', input.retailerId);
    const { partnerKeys } = call.services;
    return call.work(async (work) => {
      await refuseFormerMember(work, call.caller, 'retailer', input.retailerId);
      return partnerKeys.create(input, call.accountId, work);
    });
  }

  @Mutation(() => RevokePartnerKeyPayload, {
    description:
      'Ends a key, within half a minute; again changes nothing. For those who act for its retailer, and administrators. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', 'retailer')
  async revokePartnerKey(
    @Arg('input', () => RevokePartnerKeyInput, { description: 'Which key.' }) input: RevokePartnerKeyInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<RevokePartnerKeyPayload> {
    const { partnerKeys } = call.services;
    const partnerKey = await call.work((work) =>
      partnerKeys.revoke(
        input.partnerKeyId,
        async ({ retailerId }) => {
          refuseOutsiders(call.caller, 'retailer', retailerId);
          await refuseFormerMember(work, call.caller, 'retailer', retailerId);
        },
        work,
      ),
    );
    return { partnerKey };
  }

  @Query(() => VerifiedPartnerKey, {
    nullable: true,
    description: 'What a secret stands for; null when it is unknown or revoked. For the gateway.',
  })
  @Directive('@inaccessible')
  async verifyPartnerKey(
    @Arg('secret', () => OpaqueToken, { description: 'What a partner sent.' }) secret: string,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<VerifiedPartnerKey | null> {
    return call.services.partnerKeys.verify(secret, call.em);
  }
}
