/* Claims on the graph, as those see them who act for the municipality, and administrators: what to decide on, and deciding. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { organisationsOf, Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Page } from '../../kernel/page.ts';
import { Cents, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import { claimChanges, pageOfClaims, SchemeClaimArguments } from './claim.resolver.ts';
import {
  asClaim,
  type ClaimMessage,
  type ClaimRow,
  feeKeyOf,
  queueChannel,
  SchemeClaim,
  SchemeClaimPage,
} from './claim.ts';
import { confirmClaim, refuseClaim, reverseClaim } from './decide.ts';
import { figuresOf, SchemeFigures } from './figures.ts';
import { findScheme } from './scheme.ts';

type RewardsCall = Call<RewardsServices>;

@ArgsType()
export class MunicipalityClaimArguments extends SchemeClaimArguments {
  @Field(() => ID, {
    nullable: true,
    description:
      'Of which municipality; needed from those who act for several, and from administrators to see only its.',
  })
  municipalityId?: string | null;

  @Field(() => ID, { nullable: true, description: 'By this scheme only.' })
  schemeId?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'For this fee only. Capitals and spaces do not matter.' })
  feeReference?: string | null;
}

@InputType({ description: 'Which claim to settle.' })
export class ConfirmSchemeClaimInput {
  @Field(() => ID, { description: 'The claim.' })
  claimId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The account of the officer who issued the fee, by the municipality's books: never the claim's owner.",
  })
  issuedById?: string | null;

  @Field(() => Cents, {
    nullable: true,
    description:
      "The whole fee by the municipality's books: refused with CLAIM_STATE where the claim is for another, whose share would be too large.",
  })
  feeCents?: number | null;
}

@InputType({ description: 'Which claim to refuse or to take back, and why.' })
export class EndSchemeClaimInput {
  @Field(() => ID, { description: 'The claim.' })
  claimId!: string;

  @Field(() => Text, { description: 'Why; its owner reads it.' })
  reason!: string;
}

@ObjectType({ description: 'The claim that was decided on.' })
export class SchemeClaimPayload {
  @Field(() => SchemeClaim, { description: 'The claim as it is now.' })
  claim!: SchemeClaim;
}

const WHO = 'For those who act for the municipality, and administrators, but never on a claim of their own.';

@Resolver()
export class SchemeQueueResolver {
  @Query(() => SchemeClaimPage, {
    description:
      'The claims of a municipality’s schemes, the latest first. For those who act for it, and administrators, who see those of all unless they name one. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async municipalityClaims(
    @Args(() => MunicipalityClaimArguments) page: MunicipalityClaimArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<SchemeClaim>> {
    const { status, schemeId, feeReference } = page;
    return pageOfClaims(call, page, {
      municipalityId: municipalityOf(call, page.municipalityId),
      status,
      schemeId: schemeId ? canonicalId(schemeId) : undefined,
      feeKey: feeReference ? feeKeyOf(feeReference) : undefined,
    });
  }

  @Query(() => SchemeFigures, {
    nullable: true,
    description:
      'What has become of the budget of a scheme; null where there is no such scheme. For those who act for the municipality, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Directive('@cost(weight: 100)')
  @Requires('municipality', 'administrator')
  async schemeFigures(
    @Arg('schemeId', () => ID, { description: 'The scheme.' }) schemeId: string,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeFigures | null> {
    const scheme = await findScheme(call.em, canonicalId(schemeId));
    if (!scheme) return null;
    refuseOutsiders(call.caller, 'municipality', scheme.municipalityId);
    return figuresOf(call.em, scheme, call.clock.now());
  }

  @Mutation(() => SchemeClaimPayload, {
    description: `Takes the held points for the fee, and their value out of the scheme's budget; again changes nothing. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, CLAIM_STATE, SCHEME_UNAVAILABLE, ACCOUNT_FROZEN.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async confirmSchemeClaim(
    @Arg('input', () => ConfirmSchemeClaimInput, { description: 'Which.' }) input: ConfirmSchemeClaimInput,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeClaimPayload> {
    return decided(call, (work) => confirmClaim(work, deciderOf(call), input.claimId, input));
  }

  @Mutation(() => SchemeClaimPayload, {
    description: `Says no: points and budget are free again, and so is the fee; again changes nothing. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, CLAIM_STATE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async refuseSchemeClaim(
    @Arg('input', () => EndSchemeClaimInput, { description: 'Which, and why.' }) input: EndSchemeClaimInput,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeClaimPayload> {
    return decided(call, (work) => refuseClaim(work, deciderOf(call), input.claimId, input.reason));
  }

  @Mutation(() => SchemeClaimPayload, {
    description: `Takes back what was settled, as when the fee falls away: the points return with the end that they had, their value to the budget; again changes nothing. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, CLAIM_STATE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  async reverseSchemeClaim(
    @Arg('input', () => EndSchemeClaimInput, { description: 'Which, and why.' }) input: EndSchemeClaimInput,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeClaimPayload> {
    return decided(call, (work) => reverseClaim(work, deciderOf(call), input.claimId, input.reason));
  }

  @Subscription(() => SchemeClaim, {
    description:
      'The claims of a municipality that are pending, at most 50 and the latest first; then each as it is whenever it changes. For those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
    subscribe: async ({ context, args }) => {
      const call = context as RewardsCall;
      const municipalityId = canonicalId(String(args.municipalityId));
      refuseOutsiders(call.caller, 'municipality', municipalityId);
      const messages = await call.live.subscribe<ClaimMessage>(queueChannel(municipalityId));
      return claimChanges(call, messages, { municipalityId });
    },
  })
  @ShownIn('public', 'admin')
  @Requires('municipality', 'administrator')
  municipalityClaimChanges(
    @Root() claim: SchemeClaim,
    @Arg('municipalityId', () => ID, { description: 'Of which.' }) _municipalityId: string,
  ): SchemeClaim {
    return claim;
  }
}

const deciderOf = ({ caller, accountId }: RewardsCall) => ({ ...caller, accountId });

async function decided(
  call: RewardsCall,
  decide: (work: UnitOfWork) => Promise<ClaimRow>,
): Promise<SchemeClaimPayload> {
  return { claim: asClaim(await call.work(decide), call.clock.now()) };
}

/** @throws Refusal FORBIDDEN for outsiders, BAD_USER_INPUT where it has to be said which. */
function municipalityOf({ caller }: RewardsCall, given: string | null | undefined): string | undefined {
  if (given) {
    refuseOutsiders(caller, 'municipality', given);
    return canonicalId(given);
  }
  if (caller.scopes.includes('administrator')) return undefined;
  const [first, ...others] = organisationsOf(caller, 'municipality');
  if (!first || others.length > 0) throw new Refusal('BAD_USER_INPUT', 'municipalityId must say for which one.');
  return first;
}
