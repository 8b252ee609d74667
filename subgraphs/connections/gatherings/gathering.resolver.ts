/* Gatherings on the graph. Whoever is signed in sees what takes place; who comes is told to nobody. */
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
  Subscription,
} from 'type-graphql';
import { areaOf, NearInput } from '../../kernel/area.ts';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { PositionInput } from '../../kernel/position.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { DateTime, IdempotencyKey, Quantity, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Officer } from '../handshake/connection.ts';
import { type GatheringMessage, gatheringChannel, respond } from './answer.ts';
import { Gathering, GatheringPage, GatheringState, stateAt } from './gathering.ts';
import { findGathering, findGatherings, findOwnGatherings, presentGatherings, type Reader } from './listing.ts';
import { cancelGathering, changeGathering, scheduleGathering, withOwnAnswer } from './schedule.ts';

@InputType({ description: 'A public place that is no hub.' })
export class GatheringPlaceInput {
  @Field(() => ShortText, { description: 'What it is called.' })
  name!: string;

  @Field(() => PositionInput, { description: 'Where it is; the ZIP code follows from it.' })
  position!: PositionInput;
}

@InputType({ description: 'A gathering to announce, at a hub or at a place of its own.' })
export class ScheduleGatheringInput {
  @Field(() => ID, { nullable: true, description: 'The hub in which it is; or give a place.' })
  hubId?: string | null;

  @Field(() => GatheringPlaceInput, { nullable: true, description: 'The place at which it is; or give a hub.' })
  place?: GatheringPlaceInput | null;

  @Field(() => ShortText, { description: 'What it is, in a few words.' })
  title!: string;

  @Field(() => Text, { description: 'What one may expect.' })
  description!: string;

  @Field(() => DateTime, { description: 'When it begins: in the future, at most 90 days ahead.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it ends, at most 12 hours after it begins.' })
  endsAt!: Date;

  @Field(() => Quantity, { nullable: true, description: 'How many may come, at most 10,000; none for no limit.' })
  capacity?: number | null;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same gathering.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A gathering as it shall be.' })
export class ChangeGatheringInput {
  @Field(() => ID, { description: 'The gathering.' })
  gatheringId!: string;

  @Field(() => ID, { nullable: true, description: 'The hub in which it is; or give a place.' })
  hubId?: string | null;

  @Field(() => GatheringPlaceInput, { nullable: true, description: 'The place at which it is; or give a hub.' })
  place?: GatheringPlaceInput | null;

  @Field(() => ShortText, { description: 'What it is, in a few words.' })
  title!: string;

  @Field(() => Text, { description: 'What one may expect.' })
  description!: string;

  @Field(() => DateTime, {
    description: 'When it begins: in the future, at most 90 days ahead; as it was when it has begun.',
  })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'When it ends, at most 12 hours after it begins.' })
  endsAt!: Date;

  @Field(() => Quantity, {
    nullable: true,
    description: 'How many may come, not less than come already and at most 10,000; none for no limit.',
  })
  capacity?: number | null;
}

@InputType({ description: 'Which gathering to call off, and why.' })
export class CancelGatheringInput {
  @Field(() => ID, { description: 'The gathering.' })
  gatheringId!: string;

  @Field(() => ShortText, { description: 'The reason, told to those who wanted to come.' })
  reason!: string;
}

@InputType({ description: 'Whether the caller comes.' })
export class RespondToGatheringInput {
  @Field(() => ID, { description: 'The gathering.' })
  gatheringId!: string;

  @Field(() => Boolean, { description: 'True to come, false to come no more.' })
  coming!: boolean;
}

@ObjectType({ description: 'The announced, changed or answered gathering.' })
export class GatheringPayload {
  @Field(() => Gathering, { description: 'The gathering as it is now.' })
  gathering!: Gathering;
}

type ConnectionsCall = Call<ConnectionsServices>;
const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND';

@Resolver(() => Gathering)
export class GatheringResolver {
  @Query(() => GatheringPage, {
    description:
      'Gatherings that take place and are not over, the soonest first; of officers who are kept apart from the caller there are none. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  gatherings(
    @Arg('near', () => NearInput, { nullable: true, description: 'Only those near this place.' })
    near: NearInput | null,
    @Arg('hubId', () => ID, { nullable: true, description: 'Only those at this hub.' }) hubId: string | null,
    @Arg('from', () => DateTime, {
      nullable: true,
      description: 'Only those that end after this instant; now unless said.',
    })
    from: Date | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<Gathering>> {
    const reader = readerOf(call);
    const { now } = reader;
    const area = near ? areaOf(near, call.services.zipCodes) : undefined;
    return findGatherings(reader, { area, hubId, from: from && from > now ? from : now }, page);
  }

  @Query(() => Gathering, {
    nullable: true,
    description:
      'A gathering, also one that is over or cancelled; null when there is none. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async gathering(
    @Arg('id', () => ID, { description: 'The gathering.' }) id: string,
    @Ctx() call: ConnectionsCall,
  ): Promise<Gathering | null> {
    return (await findGathering(readerOf(call), id)) ?? null;
  }

  @Query(() => GatheringPage, {
    description:
      'Gatherings that the caller hosts or has answered, cancelled ones too, the soonest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  ownGatherings(
    @Arg('from', () => DateTime, {
      nullable: true,
      description: 'Only those that end after this instant, which may be past; now unless said.',
    })
    from: Date | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<Gathering>> {
    const reader = readerOf(call);
    return findOwnGatherings(reader, from ?? reader.now, page);
  }

  @Mutation(() => GatheringPayload, {
    description: `Announces a gathering; an officer hosts at most 20 that are not over. For officers. Codes: ${CODES}, ACCOUNT_SUSPENDED, EXCLUDED_ZONE, HUB_ARCHIVED, LIMIT_REACHED, IDEMPOTENCY_MISMATCH.`,
  })
  @ShownIn('public')
  @Requires('officer')
  scheduleGathering(
    @Arg('input', () => ScheduleGatheringInput, { description: 'The gathering.' }) input: ScheduleGatheringInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<GatheringPayload> {
    const { idempotencyKey, ...terms } = input;
    return settle(call, (work) => scheduleGathering(work, call.services, call.accountId, idempotencyKey, terms));
  }

  @Mutation(() => GatheringPayload, {
    description: `Changes a gathering that is not over; whoever has answered is told, and new seats go to those who wait. For the officer who hosts it. Codes: ${CODES}, ACCOUNT_SUSPENDED, EXCLUDED_ZONE, HUB_ARCHIVED, GATHERING_CLOSED.`,
  })
  @ShownIn('public')
  @Requires('officer')
  changeGathering(
    @Arg('input', () => ChangeGatheringInput, { description: 'The gathering.' }) input: ChangeGatheringInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<GatheringPayload> {
    const { gatheringId, ...terms } = input;
    return settle(call, (work) => changeGathering(work, call.services, call.accountId, gatheringId, terms));
  }

  @Mutation(() => GatheringPayload, {
    description: `Calls a gathering off; the reason is told to whoever has answered. Doing so twice keeps the first reason. For the officer who hosts it, and administrators. Codes: ${CODES}, GATHERING_CLOSED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('officer', 'administrator')
  cancelGathering(
    @Arg('input', () => CancelGatheringInput, { description: 'Which and why.' }) input: CancelGatheringInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<GatheringPayload> {
    const by = { accountId: call.accountId, isAdministrator: isAdministrator(call) };
    return settle(call, (work) => cancelGathering(work, by, input.gatheringId, input.reason));
  }

  @Mutation(() => GatheringPayload, {
    description: `Says that the caller comes, or comes no more. When all seats are taken the caller waits, and gets a seat in the order of asking; the same answer again changes nothing. Nobody learns who comes. At most 50 gatherings at a time. For citizens and officers, not the host. Codes: ${CODES}, ACCOUNT_SUSPENDED, AGE_RESTRICTED, GATHERING_CLOSED, LIMIT_REACHED.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  respondToGathering(
    @Arg('input', () => RespondToGatheringInput, { description: 'The answer.' }) input: RespondToGatheringInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<GatheringPayload> {
    return settle(call, (work) => respond(work, call.accountId, input.gatheringId, input.coming));
  }

  @Subscription(() => Gathering, {
    description:
      'Changes of the gatherings that the caller hosts or has answered: another time or place, a cancellation, a seat that became free; to the host also how many come. What is not over comes first, then each as it is when it is told. Codes: UNAUTHENTICATED.',
    subscribe: ({ context }) => updates(context as ConnectionsCall),
  })
  @ShownIn('public')
  @Authenticated()
  gatheringUpdates(@Root() gathering: Gathering): Gathering {
    return gathering;
  }

  @FieldResolver(() => GatheringState, { description: 'Whether it takes place.' })
  state(@Root() gathering: Gathering, @Ctx() call: ConnectionsCall): GatheringState {
    return stateAt(gathering, call.clock.now());
  }

  @FieldResolver(() => Officer, { description: 'The officer who is there.' })
  host(@Root() gathering: Gathering): Officer {
    return { id: gathering.hostId };
  }

  @FieldResolver(() => ShortText, {
    nullable: true,
    description: 'Why it was called off; for the host, those who have answered and administrators, null for others.',
  })
  cancellationReason(@Root() gathering: Gathering, @Ctx() call: ConnectionsCall): string | null {
    const isTold = gathering.ownAnswer || gathering.hostId === call.caller.accountId || isAdministrator(call);
    return isTold ? (gathering.cancellationReason ?? null) : null;
  }
}

const readerOf = ({ em, accountId, clock }: ConnectionsCall): Reader => ({ em, accountId, now: clock.now() });

const isAdministrator = ({ caller }: ConnectionsCall) => caller.scopes.includes('administrator');

async function settle(
  call: ConnectionsCall,
  task: (work: UnitOfWork) => Promise<Gathering>,
): Promise<GatheringPayload> {
  return { gathering: await call.work(async (work) => withOwnAnswer(work, await task(work), call.accountId)) };
}

/** What is not over, then what changes; rows are read when they are told, so that the newest state goes out. */
async function updates(call: ConnectionsCall): Promise<AsyncIterableIterator<Gathering>> {
  const { accountId, services, clock } = call;
  const messages = await call.live.subscribe<GatheringMessage>(gatheringChannel(accountId));
  const fresh = (): Reader => ({ em: services.read(), accountId, now: clock.now() });
  const present = await readPresent(messages, () => presentGatherings(fresh()));
  return presentFirst(present, messages, ({ gatheringId }) => findGathering(fresh(), gatheringId));
}
