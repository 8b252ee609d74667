/*
 * Where an organisation wants to be told. An endpoint that says 410, or that fails for five days, is disabled with the
 * reason; what was waiting for it, and what happens meanwhile, lies among its dead letters. A secret is shown when it is
 * made and never again; one that is replaced signs beside the new one for a day, unless it leaked.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, OpaqueToken, ShortText, WebAddress } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { ENDPOINTS_LIMIT, eventsOf, type Partner, PartnerKind, WebhookEvent } from './tell-partners.ts';
import { publicKeyOf, type WebhookVault, writtenPublicKey, writtenSecret } from './webhook-keys.ts';

/** How long a secret that was replaced goes on signing. */
export const OLD_SECRET_HOURS = 24;
/** Of one endpoint at a time. */
export const KEYS_LIMIT = 5;

export enum WebhookEndpointState {
  ACTIVE = 'active',
  DISABLED = 'disabled',
}

registerEnumType(WebhookEndpointState, {
  name: 'WebhookEndpointState',
  description: 'Whether an endpoint is told.',
  valuesConfig: {
    ACTIVE: { description: 'It is.' },
    DISABLED: { description: 'It is not: messages for it lie among its dead letters until they are replayed.' },
  },
});

export enum WebhookDisabledReason {
  MEMBER = 'member',
  GONE = 'gone',
  FAILING = 'failing',
}

registerEnumType(WebhookDisabledReason, {
  name: 'WebhookDisabledReason',
  description: 'Why an endpoint is disabled.',
  valuesConfig: {
    MEMBER: { description: 'Somebody who acts for the organisation, or an administrator, did it.' },
    GONE: { description: 'It answered with status 410, which means that it wants no more.' },
    FAILING: { description: 'It took nothing for five days.' },
  },
});

@ObjectType({ description: 'A key that signs messages to an endpoint. Its secret was shown when it was made.' })
export class WebhookSigningKey {
  @Field(() => ID, { description: 'The id of the key.' })
  id!: string;

  @Field(() => OpaqueToken, {
    description:
      'Its public half, for signatures that begin with v1a: whpk_ and the 32 bytes of an Ed25519 key in base 64.',
  })
  publicKey!: string;

  @Field(() => DateTime, { description: 'Since when it signs.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when it signs; null until it is replaced.' })
  signsUntil!: Date | null;
}

@ObjectType({
  description:
    'Where an organisation wants to be told of what happens, by POST and in the form of Standard Webhooks 1.0 (headers webhook-id, webhook-timestamp, webhook-signature). For those who act for it.',
})
export class WebhookEndpoint {
  @Field(() => ID, { description: 'The id of the endpoint.' })
  id!: string;

  @Field(() => PartnerKind, { description: 'What the organisation is.' })
  kind!: PartnerKind;

  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => WebAddress, { description: 'Where messages are sent.' })
  url!: string;

  @Field(() => ShortText, { nullable: true, description: 'What it is for, in the words of the organisation.' })
  description!: string | null;

  @Field(() => [WebhookEvent], { description: 'What it is told.' })
  events!: WebhookEvent[];

  @Field(() => WebhookEndpointState, { description: 'Whether it is told.' })
  state!: WebhookEndpointState;

  @Field(() => WebhookDisabledReason, { nullable: true, description: 'Why it is not.' })
  disabledReason!: WebhookDisabledReason | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is not.' })
  disabledAt!: Date | null;

  @Field(() => DateTime, { description: 'Since when we know it.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'How many attempts failed since it last took a message.' })
  failures!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when every attempt has failed; null while they do not.',
  })
  failingSince!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it last took a message, to the minute.' })
  lastDeliveredAt!: Date | null;
}

export interface EndpointRow {
  readonly id: string;
  readonly kind: PartnerKind;
  readonly organisation_id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: WebhookEvent[];
  readonly state: WebhookEndpointState;
  readonly disabled_reason: WebhookDisabledReason | null;
  readonly disabled_at: string | null;
  readonly created_at: string;
  readonly failures: number;
  readonly failing_since: string | null;
  readonly last_delivered_at: string | null;
}

const instant = (text: string | null) => (text === null ? null : new Date(text));

const asEndpoint = (row: EndpointRow): WebhookEndpoint =>
  Object.assign(new WebhookEndpoint(), {
    id: row.id,
    kind: row.kind,
    organisationId: row.organisation_id,
    url: row.url,
    description: row.description,
    events: row.events,
    state: row.state,
    disabledReason: row.disabled_reason,
    disabledAt: instant(row.disabled_at),
    createdAt: new Date(row.created_at),
    failures: row.failures,
    failingSince: instant(row.failing_since),
    lastDeliveredAt: instant(row.last_delivered_at),
  });

/** An endpoint with the secret that is shown this once. */
export interface WithSecret {
  readonly endpoint: WebhookEndpoint;
  /** whsec_ and base 64. */
  readonly secret: string;
}

export interface NewEndpoint {
  readonly partner: Partner;
  /** Was checked. */
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly WebhookEvent[];
  readonly accountId: string;
}

/** @throws Refusal BAD_USER_INPUT for events that such an organisation is not told, or an address it has already; LIMIT_REACHED. */
export async function createEndpoint(work: UnitOfWork, vault: WebhookVault, given: NewEndpoint): Promise<WithSecret> {
  const { em, now } = work;
  const { kind, id } = given.partner;
  const events = wanted(kind as PartnerKind, given.events);
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`webhook endpoints ${kind} ${id}`]);
  if ((await endpointsOf(em, given.partner)).length >= ENDPOINTS_LIMIT) {
    throw new Refusal('LIMIT_REACHED', `An organisation has at most ${ENDPOINTS_LIMIT} endpoints; delete one first.`);
  }
  const [row] = await em.execute<EndpointRow[]>(
    `insert into rewards.webhook_endpoint
       (id, kind, organisation_id, url, description, events, state, created_at, created_by)
     values (?, ?, ?, ?, ?, cast(? as text[]), 'active', ?, ?)
     on conflict (kind, organisation_id, url) do nothing returning *`,
    [work.newId(), kind, id, given.url, given.description, events, now, given.accountId],
  );
  if (!row) throw alreadyThere();
  return { endpoint: asEndpoint(row), secret: await makeKey(work, vault, row.id) };
}

const alreadyThere = () => new Refusal('BAD_USER_INPUT', 'Another endpoint of the organisation has this address.');

/** @returns the events as PostgreSQL writes a list, each once. */
function wanted(kind: PartnerKind, events: readonly WebhookEvent[]): string {
  if (events.length === 0) throw new Refusal('BAD_USER_INPUT', 'events is empty.');
  const other = events.find((event) => !eventsOf[kind].includes(event));
  if (other) throw new Refusal('BAD_USER_INPUT', `A ${kind} is not told of ${other}.`);
  return `{${[...new Set(events)].join(',')}}`;
}

export interface EndpointChange {
  /** Was checked. */
  readonly url?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly events?: readonly WebhookEvent[] | null | undefined;
  readonly enabled?: boolean | null | undefined;
}

/**
 * Changes what is given. Enabled again it begins anew: what lies among its dead letters is sent when it is replayed.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT as `createEndpoint`.
 */
export async function changeEndpoint(
  work: UnitOfWork,
  endpointId: string,
  change: EndpointChange,
): Promise<WebhookEndpoint> {
  const { em, now } = work;
  const present = await lockEndpoint(em, endpointId);
  if (change.url && change.url !== present.url) {
    const [taken] = await em.execute<unknown[]>(
      'select 1 from rewards.webhook_endpoint where kind = ? and organisation_id = ? and url = ?',
      [present.kind, present.organisation_id, change.url],
    );
    if (taken) throw alreadyThere();
  }
  const events = change.events ? wanted(present.kind, change.events) : null;
  await em.execute(
    `update rewards.webhook_endpoint
     set url = coalesce(?, url), description = coalesce(?, description), events = coalesce(cast(? as text[]), events)
     where id = ?`,
    [change.url ?? null, change.description ?? null, events, endpointId],
  );
  if (change.enabled === false && present.state === WebhookEndpointState.ACTIVE) {
    await disable(em, endpointId, WebhookDisabledReason.MEMBER, now);
  }
  if (change.enabled === true && present.state === WebhookEndpointState.DISABLED) {
    await em.execute(
      `update rewards.webhook_endpoint set state = 'active', disabled_reason = null, disabled_at = null,
         failures = 0, failing_since = null where id = ?`,
      [endpointId],
    );
  }
  return (await findEndpoint(em, endpointId)) as WebhookEndpoint;
}

/** Tells it nothing more; what waits is dead, but for what is on its way at this moment. */
export async function disable(
  em: EntityManager,
  endpointId: string,
  reason: WebhookDisabledReason,
  now: Date,
): Promise<void> {
  await em.execute(
    `update rewards.webhook_endpoint set state = 'disabled', disabled_reason = ?, disabled_at = ?
     where id = ? and state = 'active'`,
    [reason, now, endpointId],
  );
  await em.execute(
    `update rewards.webhook_delivery set state = 'dead', last_failure = 'DISABLED'
     where endpoint_id = ? and state = 'pending' and lease_token is null`,
    [endpointId],
  );
}

/** Forgets it, its keys and its log; what waits is not sent. @throws Refusal NOT_FOUND. */
export async function deleteEndpoint({ em }: UnitOfWork, endpointId: string): Promise<void> {
  const [row] = await em.execute<unknown[]>('delete from rewards.webhook_endpoint where id = ? returning id', [
    endpointId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND');
}

/**
 * Signs with a new secret from now on.
 * @param endOldNow whether those of before leaked; otherwise they sign beside it for a day.
 * @throws Refusal NOT_FOUND, LIMIT_REACHED where five sign already.
 */
export async function rotateSecret(
  work: UnitOfWork,
  vault: WebhookVault,
  endpointId: string,
  endOldNow: boolean,
): Promise<WithSecret> {
  const { em, now } = work;
  await lockEndpoint(em, endpointId);
  if (endOldNow) await em.execute('delete from rewards.webhook_key where endpoint_id = ?', [endpointId]);
  const signing = await signingKeysOf(em, [endpointId], now);
  if (signing.length >= KEYS_LIMIT) {
    throw new Refusal('LIMIT_REACHED', `${KEYS_LIMIT} secrets sign already; end them, or wait until one has ended.`);
  }
  await em.execute('delete from rewards.webhook_key where endpoint_id = ? and signs_until <= ?', [endpointId, now]);
  await em.execute('update rewards.webhook_key set signs_until = ? where endpoint_id = ? and signs_until is null', [
    new Date(now.getTime() + OLD_SECRET_HOURS * 3_600_000),
    endpointId,
  ]);
  const secret = await makeKey(work, vault, endpointId);
  return { endpoint: (await findEndpoint(em, endpointId)) as WebhookEndpoint, secret };
}

async function makeKey({ em, now, newId }: UnitOfWork, vault: WebhookVault, endpointId: string): Promise<string> {
  const [keyId, secrets] = [newId(), vault.newSecrets()];
  await em.execute(
    'insert into rewards.webhook_key (id, endpoint_id, public_key, sealed, created_at) values (?, ?, ?, ?, ?)',
    [keyId, endpointId, publicKeyOf(secrets), vault.seal(secrets, keyId), now],
  );
  return writtenSecret(secrets);
}

async function lockEndpoint(em: EntityManager, endpointId: string): Promise<EndpointRow> {
  const sql = 'select * from rewards.webhook_endpoint where id = ? for no key update';
  const [row] = await em.execute<EndpointRow[]>(sql, [endpointId]);
  if (!row) throw new Refusal('NOT_FOUND');
  return row;
}

export async function findEndpoint(em: EntityManager, endpointId: string): Promise<WebhookEndpoint | undefined> {
  const [row] = await em.execute<EndpointRow[]>('select * from rewards.webhook_endpoint where id = ?', [endpointId]);
  return row && asEndpoint(row);
}

/** All of an organisation, the oldest first. */
export async function endpointsOf(em: EntityManager, { kind, id }: Partner): Promise<WebhookEndpoint[]> {
  const rows = await em.execute<EndpointRow[]>(
    'select * from rewards.webhook_endpoint where kind = ? and organisation_id = ? order by created_at, id',
    [kind, id],
  );
  return rows.map(asEndpoint);
}

interface KeyRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly public_key: Buffer;
  readonly sealed: Buffer;
  readonly created_at: string;
  readonly signs_until: string | null;
}

/** The keys of these endpoints that sign now, the newest first. */
export function signingKeysOf(em: EntityManager, endpointIds: readonly string[], now: Date): Promise<KeyRow[]> {
  return em.execute<KeyRow[]>(
    `select * from rewards.webhook_key where endpoint_id in (?) and (signs_until is null or signs_until > ?)
     order by created_at desc, id desc`,
    [[...endpointIds], now],
  );
}

export const asSigningKey = (row: KeyRow): WebhookSigningKey =>
  Object.assign(new WebhookSigningKey(), {
    id: row.id,
    publicKey: writtenPublicKey(row.public_key),
    createdAt: new Date(row.created_at),
    signsUntil: instant(row.signs_until),
  });
