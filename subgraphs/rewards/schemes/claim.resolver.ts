/* Schemes on the graph, as the people see them whose points pay fees. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, organisationsOf, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { Cents, IdempotencyKey, Points, ShortText, Text, Version } from '../../kernel/scalars.ts';
import { type Balance, balanceOf } from '../ledger/balance.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { PointsBalance } from '../ledger/points.ts';
import type { RewardsServices } from '../rewards.ts';
import { applyScheme, limitsOf, mostOf, pointsWithin, refuseUnlessOpen, residenceFor } from './apply.ts';
import {
  asClaim,
  type ClaimMessage,
  claimChannel,
  claimsOf,
  findClaim,
  SchemeClaim,
  SchemeClaimPage,
  SchemeClaimStatus,
} from './claim.ts';
import { withdrawClaim } from './decide.ts';
import { findScheme, remainingOf, Scheme } from './scheme.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'Which fee, and how many points for it.' })
export class ApplySchemeInput {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;

  @Field(() => ShortText, {
    description: 'What the municipality calls the fee, as it stands on the bill. Capitals and spaces do not matter.',
  })
  feeReference!: string;

  @Field(() => Cents, { description: 'The whole fee.' })
  feeCents!: number;

  @Field(() => Points, {
    nullable: true,
    description: 'How many points; as many as can be where it is absent.',
  })
  points?: number | null;

  @Field(() => Version, {
    nullable: true,
    description: 'The version of the scheme that was shown: refused with SCHEME_CHANGED once there is a later one.',
  })
  expectedVersion?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The account of the officer who issued the fee, where it is known: never the own one.',
  })
  issuedById?: string | null;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same claim.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'The own claim, and the own points afterwards.' })
export class ApplySchemePayload {
  @Field(() => SchemeClaim, { description: 'The claim.' })
  claim!: SchemeClaim;

  @Field(() => PointsBalance, { description: 'The balance afterwards; what is claimed is held until it is decided.' })
  balance!: PointsBalance;
}

@InputType({ description: 'Which claim to take back.' })
export class WithdrawSchemeClaimInput {
  @Field(() => ID, { description: 'The claim.' })
  claimId!: string;
}

@ObjectType({ description: 'What the caller could have of a scheme for a fee at this moment.' })
export class SchemeQuote {
  @Field(() => Int, { description: 'How many points at most; 0 where none can be taken.' })
  points!: number;

  @Field(() => Cents, { description: 'What those are worth: by so much the fee is less.' })
  valueCents!: number;

  @Field(() => Cents, { description: 'What is left of the fee to be paid in money.' })
  remainderCents!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'Why none can be taken, as the code with which applyScheme refuses; null where some can.',
  })
  refusal!: string | null;

  @Field(() => Text, { nullable: true, description: 'The same as a sentence.' })
  reason!: string | null;

  @Field(() => Version, { nullable: true, description: 'Of the scheme that this was reckoned by.' })
  schemeVersion!: number | null;
}

@ArgsType()
export class SchemeClaimArguments extends PageArguments {
  @Field(() => SchemeClaimStatus, { nullable: true, description: 'Only those in this state now.' })
  status?: SchemeClaimStatus | null;
}

@Resolver(() => SchemeClaim)
export class SchemeClaimResolver {
  @Mutation(() => ApplySchemePayload, {
    description:
      'Claims points for a part of a municipality’s fee. Points and budget are held for 14 days; the municipality says yes or no meanwhile. For citizens and officers who declared that they live where the scheme is for, each fee once, at most 20 that wait, nobody for a fee that they issued. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, SCHEME_UNAVAILABLE, SCHEME_CHANGED, NOT_ELIGIBLE, FEE_CLAIMED, LIMIT_REACHED, SHARE_EXCEEDED, PER_PERSON_LIMIT, BUDGET_EXHAUSTED, INSUFFICIENT_POINTS, ACCOUNT_FROZEN, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async applyScheme(
    @Arg('input', () => ApplySchemeInput, { description: 'What for.' }) input: ApplySchemeInput,
    @Ctx() call: RewardsCall,
  ): Promise<ApplySchemePayload> {
    const { accountId, caller, clock } = call;
    const { idempotencyKey, points, expectedVersion, issuedById, ...fee } = input;
    const row = await call.work((work) =>
      applyScheme(
        work,
        { caller, accountId, idempotencyKey },
        {
          ...fee,
          points: points ?? undefined,
          expectedVersion: expectedVersion ?? undefined,
          issuedById: issuedById ?? undefined,
        },
      ),
    );
    return { claim: asClaim(row, clock.now()), balance: await balanceAfter(call) };
  }

  @Mutation(() => ApplySchemePayload, {
    description:
      'Takes a claim back on which the municipality has not decided: the points are free again. For its owner; again changes nothing. Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, CLAIM_STATE.',
  })
  @ShownIn('public')
  @Authenticated()
  async withdrawSchemeClaim(
    @Arg('input', () => WithdrawSchemeClaimInput, { description: 'Which.' }) input: WithdrawSchemeClaimInput,
    @Ctx() call: RewardsCall,
  ): Promise<ApplySchemePayload> {
    const row = await call.work((work) => withdrawClaim(work, call.accountId, input.claimId));
    return { claim: asClaim(row, call.clock.now()), balance: await balanceAfter(call) };
  }

  @Query(() => SchemeQuote, {
    description:
      'What the caller could have of a scheme for a fee now; nothing is held. For citizens and officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async schemeQuote(
    @Arg('schemeId', () => ID, { description: 'The scheme.' }) schemeId: string,
    @Arg('feeCents', () => Cents, { description: 'The whole fee.' }) feeCents: number,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeQuote> {
    const { em, caller, accountId } = call;
    const now = call.clock.now();
    const scheme = await findScheme(em, canonicalId(schemeId));
    const quote = { points: 0, valueCents: 0, remainderCents: feeCents, schemeVersion: scheme?.version ?? null };
    try {
      refuseUnlessOpen(scheme, now);
      await residenceFor(em, caller, scheme);
      const limits = await limitsOf(em, scheme, accountId, feeCents, now);
      pointsWithin(limits, undefined);
      const points = mostOf(limits);
      const valueCents = points * scheme.centsPerPoint;
      return { ...quote, points, valueCents, remainderCents: feeCents - valueCents, refusal: null, reason: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...quote, refusal: error.code, reason: error.message };
    }
  }

  @Query(() => SchemeClaim, {
    nullable: true,
    description:
      'A claim, for its owner, those who act for the municipality and administrators; null for others. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async schemeClaim(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<SchemeClaim | null> {
    const { caller, accountId, clock } = call;
    const row = await findClaim(call.em, canonicalId(id));
    const may =
      row?.account_id === accountId ||
      caller.scopes.includes('administrator') ||
      organisationsOf(caller, 'municipality').includes(row?.municipality_id ?? '');
    return row && may ? asClaim(row, clock.now()) : null;
  }

  @Query(() => SchemeClaimPage, {
    description: 'The own claims, the latest first. For whoever is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async schemeClaims(
    @Args(() => SchemeClaimArguments) page: SchemeClaimArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<SchemeClaim>> {
    return pageOfClaims(call, page, { accountId: call.accountId, status: page.status });
  }

  @Subscription(() => SchemeClaim, {
    description:
      'The own claims that are pending, at most 50 and the latest first; then each as it is whenever it changes. Codes: UNAUTHENTICATED.',
    subscribe: async ({ context }) => {
      const call = context as RewardsCall;
      const { accountId } = call;
      const messages = await call.live.subscribe<ClaimMessage>(claimChannel(accountId));
      return claimChanges(call, messages, { accountId });
    },
  })
  @ShownIn('public')
  @Authenticated()
  schemeClaimChanges(@Root() claim: SchemeClaim): SchemeClaim {
    return claim;
  }

  @FieldResolver(() => Scheme, {
    nullable: true,
    description: 'What it was claimed by; null while the catalog does not answer.',
  })
  scheme(@Root() claim: SchemeClaim): Scheme {
    return { id: claim.schemeId };
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The account that settled or refused it; for administrators, null for others.',
  })
  decidedById(@Root() claim: SchemeClaim, @Ctx() call: RewardsCall): string | null {
    return call.caller.scopes.includes('administrator') ? claim.decidedBy : null;
  }
}

@Resolver(() => Scheme)
export class SchemeBudgetResolver {
  @FieldResolver(() => Cents, {
    nullable: true,
    description: 'What is left of its budget, without what is held for claims; null where it was never published.',
  })
  remainingCents(@Root() scheme: Scheme, @Ctx() call: RewardsCall): Promise<number | null> {
    return call.load(loadRemaining, scheme.id);
  }
}

const loadRemaining = (ids: readonly string[], call: RewardsCall) => remainingOf(call.em, ids, call.clock.now());

const PRESENT_CLAIMS = 50;

/** A page of the claims that `filter` names. */
export async function pageOfClaims(
  call: RewardsCall,
  page: PageArguments,
  filter: Omit<Parameters<typeof claimsOf>[1], 'behind' | 'limit'>,
): Promise<Page<SchemeClaim>> {
  const now = call.clock.now();
  const [claimedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
  const behind = claimedAt && id ? { claimedAt, id } : undefined;
  const rows = await claimsOf(call.em, { ...filter, behind, limit: page.first + 1 }, now);
  return toPage(
    rows.map((row) => asClaim(row, now)),
    page,
    (claim) => [claim.claimedAt.toISOString(), claim.id],
  );
}

/** Those that are pending, then each that changes. */
export async function claimChanges(
  call: RewardsCall,
  messages: AsyncIterableIterator<ClaimMessage>,
  owner: { readonly accountId: string } | { readonly municipalityId: string },
): Promise<AsyncIterableIterator<SchemeClaim>> {
  const { clock, services } = call;
  const filter = { ...owner, status: SchemeClaimStatus.PENDING, limit: PRESENT_CLAIMS };
  const present = await readPresent(messages, () => claimsOf(services.read(), filter, clock.now()));
  return presentFirst<ClaimMessage, SchemeClaim>(
    present.map((row) => asClaim(row, clock.now())),
    messages,
    async ({ claimId }) => {
      const row = await findClaim(services.read(), claimId);
      return row && asClaim(row, clock.now());
    },
  );
}

/** Read anew: what a loader of the operation remembers is the balance before. */
const balanceAfter = ({ em, accountId, clock }: RewardsCall): Promise<Balance> => balanceOf(em, accountId, clock.now());
