/* Risk rules and reviews on the graph, for administrators alone. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { RuleValue, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ConnectionsServices } from '../connections.ts';
import type { Connection } from './connection.ts';
import { Evidence } from './grade.ts';
import {
  ConnectionReview,
  clawBackConnection,
  findingsOf,
  heldMeetings,
  ReviewCase,
  ReviewCasePage,
  ReviewDecision,
  RiskFinding,
  reviewConnection,
  reviewsOf,
} from './review.ts';
import { RiskEffect, RiskKind } from './risk.ts';
import { allRiskRules, RiskRule, saveRiskRule } from './risk-rule.ts';

@InputType({ description: 'One number of a risk rule.' })
export class RiskParameterInput {
  @Field(() => ShortText, { description: 'Which; see RiskKind.' })
  name!: string;

  @Field(() => RuleValue, { description: 'The number, in the unit that ends its name.' })
  value!: number;
}

@InputType({ description: 'A risk rule as it is to be from now on.' })
export class SaveRiskRuleInput {
  @Field(() => RiskKind, { description: 'What it looks for.' })
  kind!: RiskKind;

  @Field(() => [RiskParameterInput], { description: 'All its numbers.' })
  parameters!: RiskParameterInput[];

  @Field(() => RiskEffect, { description: 'What becomes of a meeting that it speaks against.' })
  effect!: RiskEffect;

  @Field(() => Boolean, { description: 'Whether it is asked at all.' })
  enabled!: boolean;
}

@ObjectType({ description: 'The saved rule.' })
export class SaveRiskRulePayload {
  @Field(() => RiskRule, { description: 'The new version, in force.' })
  riskRule!: RiskRule;
}

@InputType({ description: 'A decision about a held meeting.' })
export class ReviewConnectionInput {
  @Field(() => ID, { description: 'The connection.' })
  connectionId!: string;

  @Field(() => ReviewDecision, { description: 'What is decided.' })
  decision!: ReviewDecision;

  @Field(() => Text, { description: 'Why; it stays for good.' })
  reason!: string;
}

@InputType({ description: 'Which meeting to take back.' })
export class ClawBackConnectionInput {
  @Field(() => ID, { description: 'The connection.' })
  connectionId!: string;

  @Field(() => Text, { description: 'Why; it stays for good.' })
  reason!: string;
}

@ObjectType({ description: 'The meeting that was decided about.' })
export class ReviewPayload {
  @Field(() => ReviewCase, { description: 'The meeting as it is now.' })
  reviewCase!: ReviewCase;
}

type ConnectionsCall = Call<ConnectionsServices>;
const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, CONNECTION_STATE';

@Resolver(() => ReviewCase)
export class ReviewResolver {
  @Query(() => [RiskRule], {
    description:
      'Every version of every risk rule, by kind, the newest first; at most 500. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  riskRules(@Ctx() call: ConnectionsCall): Promise<RiskRule[]> {
    return allRiskRules(call.em);
  }

  @Query(() => ReviewCasePage, {
    description:
      'The meetings that are held for review, the oldest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async connectionsToReview(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<ReviewCase>> {
    const [confirmedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = confirmedAt && id ? { confirmedAt, id } : undefined;
    const rows = await heldMeetings(call.em, page.first + 1, behind);
    return toPage(rows.map(asCase), page, (row) => [row.confirmedAt.toISOString(), row.connectionId]);
  }

  @Mutation(() => SaveRiskRulePayload, {
    description:
      'Saves a new version of a risk rule, in force at once; earlier ones stay. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async saveRiskRule(
    @Arg('input', () => SaveRiskRuleInput, { description: 'The rule.' }) input: SaveRiskRuleInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<SaveRiskRulePayload> {
    const { accountId } = call;
    return { riskRule: await call.work((work) => saveRiskRule(work, accountId, input)) };
  }

  @Mutation(() => ReviewPayload, {
    description: `Lets a held meeting count, or refuses it. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  reviewConnection(
    @Arg('input', () => ReviewConnectionInput, { description: 'The decision.' }) input: ReviewConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ReviewPayload> {
    const { accountId } = call;
    const { connectionId, decision, reason } = input;
    return decide(call, (work) => reviewConnection(work, accountId, connectionId, decision, reason));
  }

  @Mutation(() => ReviewPayload, {
    description: `Takes back a meeting that counted, within 90 days: what it earned is taken back too. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  clawBackConnection(
    @Arg('input', () => ClawBackConnectionInput, { description: 'Which and why.' }) input: ClawBackConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ReviewPayload> {
    const { accountId } = call;
    return decide(call, (work) => clawBackConnection(work, accountId, input.connectionId, input.reason));
  }

  @FieldResolver(() => [RiskFinding], { description: 'What spoke against it.' })
  findings(@Root() found: ReviewCase, @Ctx() call: ConnectionsCall): Promise<RiskFinding[]> {
    return call.load(loadFindings, found.connectionId);
  }

  @FieldResolver(() => [ConnectionReview], { description: 'What was decided about it, the earliest first.' })
  reviews(@Root() found: ReviewCase, @Ctx() call: ConnectionsCall): Promise<ConnectionReview[]> {
    return call.load(loadReviews, found.connectionId);
  }
}

const loadFindings = (ids: readonly string[], call: ConnectionsCall) => findingsOf(call.em, ids);
const loadReviews = (ids: readonly string[], call: ConnectionsCall) => reviewsOf(call.em, ids);

async function decide(call: ConnectionsCall, task: (work: UnitOfWork) => Promise<Connection>): Promise<ReviewPayload> {
  const connection = await call.work(task);
  call.services.schedule(connection);
  return { reviewCase: asCase(connection) };
}

function asCase(connection: Connection): ReviewCase {
  const { id, officerId, citizenId, state, evidence, withinMeters, zipCode, confirmedAt } = connection;
  if (!confirmedAt) throw new Error('Only what both have confirmed is reviewed');
  return Object.assign(new ReviewCase(), {
    connectionId: id,
    officerId,
    citizenId,
    state,
    evidence: evidence ?? Evidence.VIRTUAL,
    withinMeters: withinMeters ?? null,
    zipCode: zipCode ?? null,
    confirmedAt,
  });
}
