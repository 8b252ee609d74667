/* The handshake on the graph. Whoever has no part in a connection does not learn that it exists. */
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
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Position } from '../../kernel/position.ts';
import { keepLatest, presentFirst, readPresent } from '../../kernel/present-first.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ConnectionsServices } from '../connections.ts';
import { refuseRestrained } from '../safety/restraints.ts';
import { Citizen, Connection, ConnectionPage, Officer, sideOf, stateAt } from './connection.ts';
import { ConnectionState, isBusy, ongoingStates } from './connection-state.ts';
import { act, confirmConnection, requestConnection } from './handshake.ts';
import { type UpdateMessage, updateChannel } from './updates.ts';

@InputType({ description: 'Whom to meet.' })
export class RequestConnectionInput {
  @Field(() => ID, { description: 'The officer, from an alert.' })
  officerId!: string;
}

@InputType({ description: 'Which connection.' })
export class ConnectionInput {
  @Field(() => ID, { description: 'The connection.' })
  connectionId!: string;
}

@ObjectType({ description: 'The changed connection.' })
export class ConnectionPayload {
  @Field(() => Connection, { description: 'The connection as it is now.' })
  connection!: Connection;
}

type ConnectionsCall = Call<ConnectionsServices>;
const CODES =
  'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, ACCOUNT_SUSPENDED, AGE_RESTRICTED, NOT_FOUND, CONNECTION_STATE';

@Resolver(() => Connection)
export class HandshakeResolver {
  @Query(() => Connection, {
    nullable: true,
    description: 'A connection of the caller; null for any other. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async connection(
    @Arg('id', () => ID, { description: 'The connection.' }) id: string,
    @Ctx() call: ConnectionsCall,
  ): Promise<Connection | null> {
    return call.load(loadOwnConnections, id);
  }

  @Query(() => ConnectionPage, {
    description: "The caller's connections, the newest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.",
  })
  @ShownIn('public')
  @Authenticated()
  async connections(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<Connection>> {
    const own = { $or: [{ officerId: call.accountId }, { citizenId: call.accountId }] };
    const [requestedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = requestedAt
      ? { $or: [{ requestedAt: { $lt: requestedAt } }, { requestedAt, id: { $lt: id } }] }
      : {};
    const rows = await call.em.find(
      Connection,
      { $and: [own, behind] },
      { orderBy: { requestedAt: 'desc', id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.requestedAt.toISOString(), row.id]);
  }

  @Mutation(() => ConnectionPayload, {
    description:
      'Asks an officer nearby to meet. The officer has five minutes to answer, at most until the window ends. At most 5 requests wait at once, and 20 are made within an hour. For citizens. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, ACCOUNT_SUSPENDED, AGE_RESTRICTED (no guardian consents), RATE_LIMITED, POSITION_UNKNOWN, OFFICER_UNAVAILABLE, REQUEST_ALREADY_OPEN, PAIR_REWARDED_RECENTLY.',
  })
  @ShownIn('public')
  @Requires('citizen')
  async requestConnection(
    @Arg('input', () => RequestConnectionInput, { description: 'Whom.' }) input: RequestConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    const { accountId, services } = call;
    await services.vigilance.requested(accountId, input.officerId);
    return settle(call, (work) => requestConnection(work, services, accountId, input.officerId));
  }

  @Mutation(() => ConnectionPayload, {
    description: `Accepts a request: the two have an hour to meet. One at a time. For the officer who was asked. Codes: ${CODES}, OFFICER_BUSY.`,
  })
  @ShownIn('public')
  @Requires('officer')
  acceptConnection(
    @Arg('input', () => ConnectionInput, { description: 'Which.' }) input: ConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    return step(call, input.connectionId, 'accept');
  }

  @Mutation(() => ConnectionPayload, {
    description: `Declines a request. For the officer who was asked. Codes: ${CODES}.`,
  })
  @ShownIn('public')
  @Requires('officer')
  declineConnection(
    @Arg('input', () => ConnectionInput, { description: 'Which.' }) input: ConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    return step(call, input.connectionId, 'decline');
  }

  @Mutation(() => ConnectionPayload, {
    description: `Withdraws: a citizen at any time before the end, an officer after having accepted. Codes: ${CODES}.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  cancelConnection(
    @Arg('input', () => ConnectionInput, { description: 'Which.' }) input: ConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    return step(call, input.connectionId, 'cancel');
  }

  @Mutation(() => ConnectionPayload, {
    description: `Says that the two have met; when both have said so, both earn points, unless it is held for review. Saying it twice changes nothing. For the two of them. Codes: ${CODES}, PAIR_REWARDED_RECENTLY, MEETING_REFUSED.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  confirmConnection(
    @Arg('input', () => ConnectionInput, { description: 'Which.' }) input: ConnectionInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ConnectionPayload> {
    const { accountId, services } = call;
    return settle(call, (work) => confirmConnection(work, services, accountId, input.connectionId));
  }

  @Subscription(() => Connection, {
    description:
      'The requests made to the caller: those that wait for an answer first, then each new one. For officers. Codes: UNAUTHENTICATED, FORBIDDEN.',
    subscribe: ({ context }) => updates(context as ConnectionsCall, true),
  })
  @ShownIn('public')
  @Requires('officer')
  connectionRequests(@Root() connection: Connection): Connection {
    return connection;
  }

  @Subscription(() => Connection, {
    description:
      "Every change of the caller's connections, each as it is when it is told, so that a state which had passed by then is not seen: REWARDED may come without CONFIRMED. Those under way come first. Codes: UNAUTHENTICATED.",
    subscribe: ({ context }) => updates(context as ConnectionsCall, false),
  })
  @ShownIn('public')
  @Authenticated()
  connectionUpdates(@Root() connection: Connection): Connection {
    return connection;
  }

  @FieldResolver(() => ConnectionState, { description: 'How far it has come.' })
  state(@Root() connection: Connection, @Ctx() call: ConnectionsCall): ConnectionState {
    return stateAt(connection, call.clock.now());
  }

  @FieldResolver(() => Officer, { description: 'The officer.' })
  officer(@Root() connection: Connection): Officer {
    return { id: connection.officerId };
  }

  @FieldResolver(() => Citizen, { description: 'The citizen.' })
  citizen(@Root() connection: Connection): Citizen {
    return { id: connection.citizenId };
  }

  @FieldResolver(() => Position, {
    nullable: true,
    description:
      "Where the officer is, once the officer has accepted and until it ends: by accepting, an officer lets this one citizen know. Null when the officer's last report is too old.",
  })
  async meetingPoint(@Root() connection: Connection, @Ctx() call: ConnectionsCall): Promise<Position | null> {
    if (!isBusy(stateAt(connection, call.clock.now()))) return null;
    const report = await call.services.whereabouts.lastReport(connection.officerId);
    return report?.position ?? null;
  }
}

function step(
  call: ConnectionsCall,
  connectionId: string,
  action: 'accept' | 'decline' | 'cancel',
): Promise<ConnectionPayload> {
  const { accountId, services } = call;
  return settle(call, (work) => act(work, services, accountId, connectionId, action));
}

/** Alarms follow the commit: a step that is refused leaves that of the earlier state. */
async function settle(
  call: ConnectionsCall,
  task: (work: UnitOfWork) => Promise<Connection>,
): Promise<ConnectionPayload> {
  refuseRestrained(call.services.restraints, call.accountId);
  const connection = await call.work(task);
  call.services.schedule(connection);
  return { connection };
}

/** Connections by id for the caller; null for those the caller has no part in. */
export async function loadOwnConnections(
  ids: readonly string[],
  call: ConnectionsCall,
): Promise<(Connection | null)[]> {
  const accountId = call.caller.accountId;
  if (!accountId) return ids.map(() => null);
  const found = await call.em.find(Connection, { id: { $in: [...ids] } });
  const byId = new Map(found.filter((each) => sideOf(each, accountId)).map((each) => [each.id, each]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** What is under way, then what changes; rows are read when they are told, so that the newest state goes out. */
async function updates(call: ConnectionsCall, requestsOnly: boolean): Promise<AsyncIterableIterator<Connection>> {
  const { accountId } = call;
  // A slow reader is told the latest of each connection; no request is dropped.
  const messages = keepLatest(
    await call.live.subscribe<UpdateMessage>(updateChannel(accountId)),
    ({ connectionId }) => connectionId,
    (earlier, later) => ({ ...later, isNew: earlier.isNew || later.isNew, hasChanged: true }),
  );
  const states = requestsOnly ? [ConnectionState.REQUESTED] : [...ongoingStates];
  const people = requestsOnly
    ? { officerId: accountId }
    : { $or: [{ officerId: accountId }, { citizenId: accountId }] };
  const underWay = { ...people, state: { $in: states }, expiresAt: { $gt: call.clock.now() } };
  const first = await readPresent(messages, () =>
    call.services.read().find(Connection, underWay, { orderBy: { requestedAt: 'asc' } }),
  );
  const shown = new Set(first.map(({ id }) => id));
  return presentFirst(first, messages, async ({ connectionId, isNew, hasChanged }) => {
    // A request that was under way when this began has been told; what it has become since then has not.
    if (isNew && shown.delete(connectionId) && (requestsOnly || !hasChanged)) return undefined;
    if (requestsOnly && !isNew) return undefined;
    const connection = await call.services.read().findOne(Connection, connectionId);
    const side = connection && sideOf(connection, accountId);
    return connection && side && (!requestsOnly || side === 'officer') ? connection : undefined;
  });
}
