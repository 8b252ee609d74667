/* Where organisations want to be told, on the graph: for their members to set up, and for their keys to read. */
import {
  Arg,
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
import { type Caller, Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { checkAddress, OutboundRefused } from '../../kernel/outbound.ts';
import { OpaqueToken, ShortText, WebAddress } from '../../kernel/scalars.ts';
import { canonicalId } from '../ledger/ledger.ts';
import { refuseFormerMember } from '../membership.ts';
import type { RewardsServices } from '../rewards.ts';
import { PartnerKind, WebhookEvent } from './tell-partners.ts';
import {
  asSigningKey,
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  endpointsOf,
  findEndpoint,
  rotateSecret,
  signingKeysOf,
  WebhookEndpoint,
  WebhookSigningKey,
} from './webhook-endpoint.ts';

type RewardsCall = Call<RewardsServices>;

const WHO = 'For those who act for the organisation, and administrators.';
const READERS = 'For those who act for the organisation, retailers by their key too, and administrators.';

@InputType({ description: 'An endpoint to be.' })
export class CreateWebhookEndpointInput {
  @Field(() => PartnerKind, { description: 'What the organisation is.' })
  kind!: PartnerKind;

  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => WebAddress, {
    description: 'Where messages are sent: an address of the public internet, each once for an organisation.',
  })
  url!: string;

  @Field(() => [WebhookEvent], { description: 'What it is told; see WebhookEvent. Not PING, which is asked for.' })
  events!: WebhookEvent[];

  @Field(() => ShortText, { nullable: true, description: 'What it is for.' })
  description?: string | null;
}

@InputType({ description: 'What to change of an endpoint; what is left out stays.' })
export class ChangeWebhookEndpointInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpointId!: string;

  @Field(() => WebAddress, { nullable: true, description: 'Where messages are sent from now on, those that wait too.' })
  url?: string | null;

  @Field(() => [WebhookEvent], { nullable: true, description: 'What it is told of what happens from now on.' })
  events?: WebhookEvent[] | null;

  @Field(() => ShortText, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'false disables it: what waits goes among its dead letters. true has it told again, beginning with what happens next; what lies among its dead letters is sent by replayWebhookDeliveries.',
  })
  enabled?: boolean | null;
}

@InputType({ description: 'Which endpoint.' })
export class WebhookEndpointInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpointId!: string;
}

@InputType({ description: 'Whose secret is replaced.' })
export class RotateWebhookSecretInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpointId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'true where the old secret leaked: it signs nothing any more. Otherwise it signs beside the new one for 24 hours.',
  })
  endOldNow!: boolean;
}

@ObjectType({ description: 'The endpoint, and its secret this once.' })
export class WebhookSecretPayload {
  @Field(() => WebhookEndpoint, { description: 'The endpoint.' })
  endpoint!: WebhookEndpoint;

  @Field(() => OpaqueToken, {
    description:
      'Checks signatures that begin with v1: whsec_ and base 64, as libraries of Standard Webhooks take it. Not shown again.',
  })
  secret!: string;
}

@ObjectType({ description: 'The endpoint.' })
export class WebhookEndpointPayload {
  @Field(() => WebhookEndpoint, { description: 'The endpoint as it is now.' })
  endpoint!: WebhookEndpoint;
}

@ObjectType({ description: 'The endpoint that is no more.' })
export class DeleteWebhookEndpointPayload {
  @Field(() => ID, { description: 'Its id.' })
  endpointId!: string;
}

/** @throws Refusal NOT_FOUND, FORBIDDEN for those who do not act for its organisation. */
export async function ownEndpoint(call: Pick<RewardsCall, 'em' | 'caller'>, givenId: string): Promise<WebhookEndpoint> {
  const endpoint = await findEndpoint(call.em, canonicalId(givenId));
  if (!endpoint) throw new Refusal('NOT_FOUND');
  refuseStrangers(call.caller, endpoint);
  return endpoint;
}

/** The same for who changes it, who acts for its organisation still. @throws Refusal NOT_FOUND, FORBIDDEN. */
export async function endpointToChange(
  call: Pick<RewardsCall, 'em' | 'caller'>,
  givenId: string,
): Promise<WebhookEndpoint> {
  const endpoint = await ownEndpoint(call, givenId);
  await refuseFormerMember(call, call.caller, endpoint.kind, endpoint.organisationId);
  return endpoint;
}

/** As refuseOutsiders; of something that is there it says no more than of something that is not. */
function refuseStrangers(caller: Caller, { kind, organisationId }: WebhookEndpoint): void {
  try {
    refuseOutsiders(caller, kind, organisationId);
  } catch {
    throw new Refusal('NOT_FOUND');
  }
}

function refuseAddress(url: string, { services }: RewardsCall): void {
  try {
    checkAddress(url, services.courier.policy);
  } catch (error) {
    if (error instanceof OutboundRefused) throw new Refusal('BAD_USER_INPUT', error.message);
    throw error;
  }
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointResolver {
  @Query(() => [WebhookEndpoint], {
    description: `The endpoints of an organisation, at most 10, the oldest first. ${READERS} Codes: UNAUTHENTICATED, FORBIDDEN.`,
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'vouchers:redeem', 'administrator')
  webhookEndpoints(
    @Arg('kind', () => PartnerKind, { description: 'What the organisation is.' }) kind: PartnerKind,
    @Arg('organisationId', () => ID, { description: 'The organisation.' }) organisationId: string,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookEndpoint[]> {
    refuseOutsiders(call.caller, kind, organisationId);
    return endpointsOf(call.em, { kind, id: canonicalId(organisationId) });
  }

  @Query(() => WebhookEndpoint, {
    description: `One endpoint. ${READERS} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.`,
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'vouchers:redeem', 'administrator')
  webhookEndpoint(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookEndpoint> {
    return ownEndpoint(call, id);
  }

  @FieldResolver(() => [WebhookSigningKey], {
    description:
      'The keys that sign its messages now, at most 5, the newest first; each adds a signature of either kind.',
  })
  async signingKeys(@Root() endpoint: WebhookEndpoint, @Ctx() call: RewardsCall): Promise<WebhookSigningKey[]> {
    return (await signingKeysOf(call.em, [endpoint.id], call.clock.now())).map(asSigningKey);
  }

  @Mutation(() => WebhookSecretPayload, {
    description: `Has an organisation told by POST of what happens from now on. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (no public address, one that it has already, an event that it is not told), LIMIT_REACHED (10 endpoints).`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async createWebhookEndpoint(
    @Arg('input', () => CreateWebhookEndpointInput, { description: 'Where and what.' })
    input: CreateWebhookEndpointInput,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookSecretPayload> {
    const { accountId, services } = call;
    const { kind, url, events } = input;
    await refuseFormerMember(call, call.caller, kind, canonicalId(input.organisationId));
    refuseAddress(url, call);
    const partner = { kind, id: canonicalId(input.organisationId) };
    return call.work((work) =>
      createEndpoint(work, services.webhookVault, {
        partner,
        url,
        events,
        description: input.description ?? null,
        accountId,
      }),
    );
  }

  @Mutation(() => WebhookEndpointPayload, {
    description: `Changes, disables or enables an endpoint. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async changeWebhookEndpoint(
    @Arg('input', () => ChangeWebhookEndpointInput, { description: 'What.' }) input: ChangeWebhookEndpointInput,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookEndpointPayload> {
    if (input.url) refuseAddress(input.url, call);
    const { id } = await endpointToChange(call, input.endpointId);
    return { endpoint: await call.work((work) => changeEndpoint(work, id, input)) };
  }

  @Mutation(() => DeleteWebhookEndpointPayload, {
    description: `Deletes an endpoint with its log; what waits is not sent. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async deleteWebhookEndpoint(
    @Arg('input', () => WebhookEndpointInput, { description: 'Which.' }) input: WebhookEndpointInput,
    @Ctx() call: RewardsCall,
  ): Promise<DeleteWebhookEndpointPayload> {
    const { id } = await endpointToChange(call, input.endpointId);
    await call.work((work) => deleteEndpoint(work, id));
    return { endpointId: id };
  }

  @Mutation(() => WebhookSecretPayload, {
    description: `Signs messages with a new secret, and a new Ed25519 key, from now on. ${WHO} Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, LIMIT_REACHED (5 secrets sign already).`,
  })
  @ShownIn('public', 'admin')
  @Requires('retailer', 'charity', 'municipality', 'administrator')
  async rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput, { description: 'Whose.' }) input: RotateWebhookSecretInput,
    @Ctx() call: RewardsCall,
  ): Promise<WebhookSecretPayload> {
    const { id } = await endpointToChange(call, input.endpointId);
    return call.work((work) => rotateSecret(work, call.services.webhookVault, id, input.endOldNow));
  }
}
