/* Settling points on the graph, for those who act for a charity or municipality, and administrators. */
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
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { IdempotencyKey, Points, ShortText, Text } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import {
  pointsToSettle,
  reverseSettlement,
  Settlement,
  SettlementKind,
  SettlementPage,
  settlementsOf,
  settlePoints,
} from './settlement.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What was settled outside of this system.' })
export class SettlePointsInput {
  @Field(() => SettlementKind, { description: 'What the organisation is.' })
  kind!: SettlementKind;

  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Points, { description: 'How many points, at most what it holds.' })
  points!: number;

  @Field(() => ShortText, {
    description:
      'What it is called where it was settled, such as the number of a check; used once. Capitals and spaces do not matter.',
  })
  reference!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same settlement.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Which settlement to take back, and why.' })
export class ReverseSettlementInput {
  @Field(() => ID, { description: 'The settlement.' })
  settlementId!: string;

  @Field(() => Text, { description: 'Why; the organisation reads it.' })
  reason!: string;
}

@ObjectType({ description: 'The settlement, and what is left.' })
export class SettlementPayload {
  @Field(() => Settlement, { description: 'The settlement as it is now.' })
  settlement!: Settlement;

  @Field(() => Int, { description: 'What the organisation has to settle afterwards.' })
  pointsToSettle!: number;
}

@ArgsType()
export class SettlementArguments extends PageArguments {
  @Field(() => SettlementKind, { nullable: true, description: 'Of organisations of this kind.' })
  kind?: SettlementKind | null;

  @Field(() => ID, { nullable: true, description: 'Of this organisation; administrators may leave it out.' })
  organisationId?: string | null;
}

@Resolver(() => Settlement)
export class SettlementResolver {
  @Mutation(() => SettlementPayload, {
    description:
      'Writes down that points were settled outside of this system: they are no longer the organisation’s. For those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, INSUFFICIENT_POINTS, REFERENCE_USED, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('public', 'admin')
  @Requires('charity', 'municipality', 'administrator')
  async settlePoints(
    @Arg('input', () => SettlePointsInput, { description: 'What.' }) input: SettlePointsInput,
    @Ctx() call: RewardsCall,
  ): Promise<SettlementPayload> {
    const { caller, accountId } = call;
    const { idempotencyKey, ...settled } = input;
    return withRest(
      call,
      await call.work((work) => settlePoints(work, { caller, accountId, idempotencyKey }, settled)),
    );
  }

  @Mutation(() => SettlementPayload, {
    description:
      'Takes a settlement back: its points are the organisation’s again, and its reference is free; again changes nothing. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async reverseSettlement(
    @Arg('input', () => ReverseSettlementInput, { description: 'Which, and why.' }) input: ReverseSettlementInput,
    @Ctx() call: RewardsCall,
  ): Promise<SettlementPayload> {
    return withRest(call, await call.work((work) => reverseSettlement(work, call.accountId, input)));
  }

  @Query(() => SettlementPage, {
    description:
      'What was settled, the latest first. For those who act for the organisation, and administrators, who see those of all unless they name one. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('charity', 'municipality', 'administrator')
  async settlements(
    @Args(() => SettlementArguments) page: SettlementArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Settlement>> {
    const { kind, organisationId } = page;
    if (!call.caller.scopes.includes('administrator')) {
      if (!kind || !organisationId)
        throw new Refusal('BAD_USER_INPUT', 'kind and organisationId must say of which one.');
      refuseOutsiders(call.caller, kind, organisationId);
    }
    const [madeAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const rows = await settlementsOf(call.em, {
      kind: kind ?? undefined,
      organisationId: organisationId ? canonicalId(organisationId) : undefined,
      behind: madeAt && id ? { madeAt, id } : undefined,
      limit: page.first + 1,
    });
    return toPage(rows, page, (row) => [row.madeAt.toISOString(), row.id]);
  }

  @Query(() => Int, {
    description:
      'How many points an organisation has to settle; below zero where a donation or fee was taken back after it had been settled. For those who act for it, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('charity', 'municipality', 'administrator')
  pointsToSettle(
    @Arg('kind', () => SettlementKind, { description: 'What the organisation is.' }) kind: SettlementKind,
    @Arg('organisationId', () => ID, { description: 'Which.' }) organisationId: string,
    @Ctx() call: RewardsCall,
  ): Promise<number> {
    refuseOutsiders(call.caller, kind, organisationId);
    return pointsToSettle(call.em, kind, organisationId);
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The account that wrote it down; for administrators, null for others.',
  })
  madeById(@Root() settlement: Settlement, @Ctx() call: RewardsCall): string | null {
    return call.caller.scopes.includes('administrator') ? settlement.madeBy : null;
  }
}

async function withRest(call: RewardsCall, settlement: Settlement): Promise<SettlementPayload> {
  return { settlement, pointsToSettle: await pointsToSettle(call.em, settlement.kind, settlement.organisationId) };
}
