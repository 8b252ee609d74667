/* What became of messages to an endpoint, on the graph: its log, its dead letters, and sending again. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, encodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Cursor, DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId } from '../ledger/ledger.ts';
import type { RewardsServices } from '../rewards.ts';
import { tellPing, WebhookEvent } from './tell-partners.ts';
import {
  attemptsOf,
  type Behind,
  deliveriesOf,
  findDelivery,
  replayDeliveries,
  replayDelivery,
  type WebhookAttempt,
  WebhookAttemptPage,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookDeliveryState,
} from './webhook-delivery.ts';
import { endpointToChange, ownEndpoint, WebhookEndpointInput } from './webhook-endpoint.resolver.ts';
import { WebhookEndpointState } from './webhook-endpoint.ts';

type RewardsCall = Call<RewardsServices>;

const WHO = 'For those who act for the organisation, and administrators.';
const READERS = 'For those who act for the organisation, retailers by their key too, and administrators.';

@ArgsType()
export class WebhookDeliveryArguments extends PageArguments {
  @Field(() => ID, { description: 'Of which endpoint.' })
  endpointId!: string;

  @Field(() => WebhookDeliveryState, {
    nullable: true,
    description: 'Those in this state only: DEAD for dead letters.',
  })
  state?: WebhookDeliveryState | null;

  @Field(() => WebhookEvent, { nullable: true, description: 'Those that tell this only.' })
  event?: WebhookEvent | null;

  @Field(() => DateTime, { nullable: true, description: 'Those of this instant and later only.' })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Those before this instant only.' })
  until?: Date | null;
}

@ArgsType()
export class WebhookAttemptArguments extends PageArguments {
  @Field(() => ID, { description: 'At which endpoint.' })
  endpointId!: string;

  @Field(() => ID, { nullable: true, description: 'Those for this delivery only.' })
  deliveryId?: string | null;
}

@InputType({ description: 'Which delivery.' })
export class ReplayWebhookDeliveryInput {
  @Field(() => ID, { description: 'The delivery.' })
  deliveryId!: string;
}

@InputType({ description: 'Which deliveries of an endpoint.' })
export class ReplayWebhookDeliveriesInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpointId!: string;

  @Field(() => DateTime, { description: 'Those of this instant and later.' })
  since!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Those before this instant only.' })
  until?: Date | null;

  @Field(() => WebhookEvent, { nullable: true, description: 'Those that tell this only.' })
  event?: WebhookEvent | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether those too that were delivered, for a receiver that has lost what it took. No unless said.',
  })
  includeDelivered!: boolean;

  @Field(() => Cursor, { nullable: true, description: '`endCursor` of the call before, to go on.' })
  after?: string | null;
}

@ObjectType({ description: 'The delivery.' })
export class WebhookDeliveryPayload {
  @Field(() => WebhookDelivery, { description: 'The delivery as it is now.' })
  delivery!: WebhookDelivery;
}

@ObjectType({ description: 'What is sent again.' })
export class ReplayWebhookDeliveriesPayload {
  @Field(() => Int, { description: 'How many deliveries, at most 1,000.' })
  count!: number;

  @Field(() => Cursor, {
    nullable: true,
    description: 'Call again with this as `after`: there may be more. null where there are not.',
  })
  endCursor!: string | null;
}

/** @throws Refusal NOT_FOUND for a delivery that is not there or of another organisation. */
async function ownDelivery(call: RewardsCall, givenId: string): Promise<WebhookDelivery> {
  const delivery = await findDelivery(call.em, canonicalId(givenId));
  if (!delivery) throw new Refusal('NOT_FOUND');
  await ownEndpoint(call, delivery.endpointId);
  return delivery;
}

/** Waits for whoever disables it at this moment. @throws Refusal WEBHOOK_DISABLED, NOT_FOUND. */
async function refuseDisabled({ em }: UnitOfWork, endpointId: string): Promise<void> {
  const sql = 'select state from rewards.webhook_endpoint where id = ? for no key update';
  const [row] = await em.execute<{ state: string }[]>(sql, [endpointId]);
  if (!row) throw new Refusal('NOT_FOUND');
  if (row.state !== WebhookEndpointState.ACTIVE) throw new Refusal('WEBHOOK_DISABLED');
}

function behindOf(cursor: string | null | undefined): Behind | undefined {
  if (!cursor) return undefined;
  const [at, id] = decodeCursor(cursor, 'instant', 'id');
  return { at, id };
}

@Resolver()
export class WebhookDeliveryResolver {
  @Query(() => WebhookDeliveryPage, {
    description: `Messages to an endpoint and what became of them, the latest first, for 30 days. ${READERS} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'vouchers:redeem', 'administrator')
  async webhookDeliveries(
    @Args(() => WebhookDeliveryArguments) page: WebhookDeliveryArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<WebhookDelivery>> {
    const { id } = await ownEndpoint(call, page.endpointId);
    const rows = await deliveriesOf(call.em, id, page, { limit: page.first + 1, behind: behindOf(page.after) });
    return toPage(rows, page, (row) => [row.createdAt.toISOString(), row.id]);
  }

  @Query(() => WebhookDelivery, {
    description: `One message to an endpoint. ${READERS} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.`,
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'vouchers:redeem', 'administrator')
  webhookDelivery(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookDelivery> {
    return ownDelivery(call, id);
  }

  @Query(() => WebhookAttemptPage, {
    description: `The attempts at an endpoint, the latest first, for 30 days. ${READERS} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'vouchers:redeem', 'administrator')
  async webhookAttempts(
    @Args(() => WebhookAttemptArguments) page: WebhookAttemptArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<WebhookAttempt>> {
    const { id } = await ownEndpoint(call, page.endpointId);
    const deliveryId = page.deliveryId ? canonicalId(page.deliveryId) : undefined;
    const rows = await attemptsOf(
      call.em,
      { endpointId: id, deliveryId },
      { limit: page.first + 1, behind: behindOf(page.after) },
    );
    return toPage(rows, page, (row) => [row.startedAt.toISOString(), row.id]);
  }

  @Mutation(() => WebhookDeliveryPayload, {
    description: `Sends a PING, to see whether an endpoint is reached; look at \`webhookDelivery\` for what became of it. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, WEBHOOK_DISABLED, RATE_LIMITED (10 in a minute for an organisation).`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async pingWebhookEndpoint(
    @Arg('input', () => WebhookEndpointInput, { description: 'Which.' }) input: WebhookEndpointInput,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookDeliveryPayload> {
    const { id, kind, organisationId } = await endpointToChange(call, input.endpointId);
    const delivery = await call.work(async (work) => {
      await refuseDisabled(work, id);
      return findDelivery(work.em, await tellPing(work, { kind, id: organisationId }, id));
    });
    return { delivery: delivery as WebhookDelivery };
  }

  @Mutation(() => WebhookDeliveryPayload, {
    description: `Sends a message again, whatever became of it, under the same webhook-id; one that waits is sent at once. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, WEBHOOK_DISABLED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async replayWebhookDelivery(
    @Arg('input', () => ReplayWebhookDeliveryInput, { description: 'Which.' }) input: ReplayWebhookDeliveryInput,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookDeliveryPayload> {
    const { id, endpointId } = await ownDelivery(call, input.deliveryId);
    await endpointToChange(call, endpointId);
    return {
      delivery: await call.work(async (work) => {
        await refuseDisabled(work, endpointId);
        return replayDelivery(work, id);
      }),
    };
  }

  @Mutation(() => ReplayWebhookDeliveriesPayload, {
    description: `Sends the dead letters of an endpoint again, the oldest first, 1,000 with each call. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, WEBHOOK_DISABLED.`,
  })
  @ShownIn('public', 'admin')
  @Directive('@cost(weight: 200)')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async replayWebhookDeliveries(
    @Arg('input', () => ReplayWebhookDeliveriesInput, { description: 'Which.' }) input: ReplayWebhookDeliveriesInput,
    @Ctx() call: RewardsCall,
  ): Promise<ReplayWebhookDeliveriesPayload> {
    const { id } = await endpointToChange(call, input.endpointId);
    const { since, until, event } = input;
    const state = input.includeDelivered ? null : WebhookDeliveryState.DEAD;
    const { count, end } = await call.work(async (work) => {
      await refuseDisabled(work, id);
      return replayDeliveries(work, id, { state, event, since, until }, behindOf(input.after));
    });
    return { count, endCursor: end ? encodeCursor([end.at.toISOString(), end.id]) : null };
  }
}
