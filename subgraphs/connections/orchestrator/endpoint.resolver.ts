/* Endpoints on the graph: phones ask for theirs, gateways announce themselves, administrators see how full they are. */
import { Arg, Ctx, Directive, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, type Caller, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { type Position, PositionInput } from '../../kernel/position.ts';
import { DateTime, SocketAddress, SocketCount, ZipCode } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import type { EndpointLoad } from './endpoint-directory.ts';

@InputType({ description: 'Where the phone is: a position or a ZIP code, one of the two.' })
export class RealtimeEndpointInput {
  @Field(() => PositionInput, {
    nullable: true,
    description: 'The present position. It is used to find the area, 20 km wide, and kept nowhere.',
  })
  position?: PositionInput | null;

  @Field(() => ZipCode, { nullable: true, description: 'The ZIP code, where the phone tells no position.' })
  zipCode?: string | null;
}

@ObjectType({
  description:
    'Where a phone connects for alerts, requests and reports: a WebSocket that speaks graphql-transport-ws (sub-protocol of that name; connection_init carries `authorization: "Bearer <access token>"`). A seat is held there for two to four seconds. After a failure to connect, or the close codes 1001 (the endpoint goes away), 1012 (it starts again) or 1013 (it is full, or the phone did not read), wait a second or two, longer each time, with some chance in it, and ask for an endpoint again. After 4403 (the session has expired) refresh the session and connect to the same address.',
})
export class RealtimeEndpoint {
  @Field(() => SocketAddress, { description: 'Connect here. It serves the areas around too; no place is bound to it.' })
  url!: string;

  @Field(() => ZipCode, {
    nullable: true,
    description: 'The ZIP code that it was chosen for; null where the position lies in none.',
  })
  zipCode!: string | null;

  @Field(() => DateTime, {
    description: 'A hint: ask again when the socket is lost after this. One that works need not be left.',
  })
  expiresAt!: Date;
}

@ObjectType({ description: 'How full one endpoint is.' })
export class RealtimeEndpointLoad {
  @Field(() => SocketAddress, { description: 'Where phones connect.' })
  url!: string;

  @Field(() => SocketCount, { description: 'Sockets that it takes; 0 while it takes none.' })
  capacity!: number;

  @Field(() => SocketCount, { description: 'Sockets that were open at the last announcement.' })
  open!: number;

  @Field(() => SocketCount, { description: 'Seats promised to phones that are on their way.' })
  promised!: number;

  @Field(() => SocketCount, { description: 'What is left: capacity less open and promised, never below 0.' })
  free!: number;

  @Field(() => DateTime, { description: 'When it announced itself last; two seconds ago at most while all is well.' })
  announcedAt!: Date;
}

@ObjectType({ description: 'How full all endpoints are together.' })
export class RealtimeCapacity {
  @Field(() => Int, { description: 'How many endpoints live.' })
  endpoints!: number;

  @Field(() => Int, { description: 'Seats that are taken: open or promised.' })
  busy!: number;

  @Field(() => Int, { description: 'Seats that are free.' })
  free!: number;
}

@InputType({ description: 'How full a gateway is.' })
@Directive('@inaccessible')
export class AnnounceEndpointInput {
  @Field(() => ID, { description: 'New with each start of the process.' })
  endpointId!: string;

  @Field(() => SocketAddress, { description: 'Where phones connect.' })
  url!: string;

  @Field(() => SocketCount, { description: 'Sockets that it takes; 0 for none.' })
  capacity!: number;

  @Field(() => SocketCount, { description: 'Sockets that are open.' })
  open!: number;
}

@InputType({ description: 'Which gateway goes away.' })
@Directive('@inaccessible')
export class RetireEndpointInput {
  @Field(() => ID, { description: 'As it was announced.' })
  endpointId!: string;
}

@ObjectType({ description: 'The endpoint is on the list.' })
@Directive('@inaccessible')
export class AnnounceEndpointPayload {
  @Field(() => ID, { description: 'Which one.' })
  endpointId!: string;
}

@ObjectType({ description: 'The endpoint is off the list.' })
@Directive('@inaccessible')
export class RetireEndpointPayload {
  @Field(() => ID, { description: 'Which one.' })
  endpointId!: string;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => RealtimeEndpoint)
export class EndpointResolver {
  @Query(() => RealtimeEndpoint, {
    nullable: true,
    description:
      'The endpoint for a phone: one of the few that serve its area, by load. Null with UNAVAILABLE while all are full or none is known: try again in a few seconds. For signed-in accounts. Codes: UNAUTHENTICATED, BAD_USER_INPUT, UNAVAILABLE.',
  })
  @ShownIn('public')
  @Authenticated()
  async realtimeEndpoint(
    @Arg('input', () => RealtimeEndpointInput, { description: 'Where the phone is.' }) input: RealtimeEndpointInput,
    @Ctx() { accountId, services }: ConnectionsCall,
  ): Promise<RealtimeEndpoint> {
    const { place, zipCode } = placeOf(input, services);
    return { ...(await services.orchestrator.endpointFor(accountId, place)), zipCode };
  }

  @Query(() => [RealtimeEndpointLoad], {
    description:
      'The endpoints that live and how full each is, by address. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  realtimeEndpoints(@Ctx() { services }: ConnectionsCall): Promise<EndpointLoad[]> {
    return services.orchestrator.directory.list();
  }

  @Query(() => RealtimeCapacity, {
    description:
      'Busy and free capacity of all endpoints. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async realtimeCapacity(@Ctx() { services }: ConnectionsCall): Promise<RealtimeCapacity> {
    const loads = await services.orchestrator.directory.list();
    return {
      endpoints: loads.length,
      busy: loads.reduce((sum, { open, promised }) => sum + open + promised, 0),
      free: loads.reduce((sum, { free }) => sum + free, 0),
    };
  }

  @Mutation(() => AnnounceEndpointPayload, {
    description:
      'Says that a gateway takes phones and how full it is; to be said again every two seconds, or nobody is sent there after six. For the gateway. Codes: FORBIDDEN, BAD_USER_INPUT, UNAVAILABLE.',
  })
  @Directive('@inaccessible')
  async announceEndpoint(
    @Arg('input', () => AnnounceEndpointInput, { description: 'How full.' }) input: AnnounceEndpointInput,
    @Ctx() { caller, services }: ConnectionsCall,
  ): Promise<AnnounceEndpointPayload> {
    needGateway(caller);
    await services.orchestrator.directory.announce(input);
    return { endpointId: input.endpointId };
  }

  @Mutation(() => RetireEndpointPayload, {
    description:
      'Says that a gateway goes away: nobody is sent there any more. Doing so twice changes nothing. For the gateway. Codes: FORBIDDEN, BAD_USER_INPUT, UNAVAILABLE.',
  })
  @Directive('@inaccessible')
  async retireEndpoint(
    @Arg('input', () => RetireEndpointInput, { description: 'Which.' }) input: RetireEndpointInput,
    @Ctx() { caller, services }: ConnectionsCall,
  ): Promise<RetireEndpointPayload> {
    needGateway(caller);
    await services.orchestrator.directory.retire(input.endpointId);
    return { endpointId: input.endpointId };
  }
}

/** The gateway speaks for itself with a token of nobody; the public graph does not show what asks for that. */
function needGateway({ accountId, retailerId }: Caller): void {
  if (accountId ?? retailerId) throw new Refusal('FORBIDDEN', 'This is for the gateway.');
}

/** @throws Refusal BAD_USER_INPUT when it names no place, two, or an unknown ZIP code. */
function placeOf(
  { position, zipCode }: RealtimeEndpointInput,
  { zipCodes }: ConnectionsServices,
): { place: Position; zipCode: string | null } {
  if ((position == null) === (zipCode == null)) {
    throw new Refusal('BAD_USER_INPUT', 'input: give a position or a ZIP code.');
  }
  if (position) return { place: position, zipCode: zipCodes().nearest(position) ?? null };
  const place = zipCodes().middleOf(zipCode ?? '');
  if (!place) throw new Refusal('BAD_USER_INPUT', 'input.zipCode: there is no such ZIP code.');
  return { place, zipCode: zipCode ?? null };
}
