/*
 * What partners are told, written in the transaction that makes it true: a message and its deliveries, which the courier
 * sends later. Bodies are thin: ids, amounts and instants, nothing of a person. Who wants to know more asks with their key.
 */
import { registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export enum PartnerKind {
  RETAILER = 'retailer',
  CHARITY = 'charity',
  MUNICIPALITY = 'municipality',
}

registerEnumType(PartnerKind, {
  name: 'PartnerKind',
  description: 'The organisations that are told what happens with their points and money.',
  valuesConfig: {
    RETAILER: { description: 'Is told of vouchers.' },
    CHARITY: { description: 'Is told of settled donations.' },
    MUNICIPALITY: { description: 'Is told of its schemes, of claims under them, and of what was settled.' },
  },
});

export enum WebhookEvent {
  VOUCHER_REDEEMED = 'voucher.redeemed',
  VOUCHER_REFUNDED = 'voucher.refunded',
  VOUCHER_EXPIRED = 'voucher.expired',
  DONATION_SETTLED = 'donation.settled',
  SCHEME_CLAIMED = 'scheme.claimed',
  SCHEME_PAUSED = 'scheme.paused',
  SCHEME_RESUMED = 'scheme.resumed',
  POINTS_SETTLED = 'points.settled',
  SETTLEMENT_REVERSED = 'settlement.reversed',
  STATEMENT_READY = 'statement.ready',
  PING = 'ping',
}

registerEnumType(WebhookEvent, {
  name: 'WebhookEvent',
  description: 'What a message tells; its body says it as `type`, in lower case with a dot: voucher.redeemed.',
  valuesConfig: {
    VOUCHER_REDEEMED: { description: 'A till of the retailer took a voucher.' },
    VOUCHER_REFUNDED: { description: 'The points of a voucher went back to its owner.' },
    VOUCHER_EXPIRED: { description: 'Nobody used a voucher in time.' },
    DONATION_SETTLED: { description: 'Points that a charity holds were settled.' },
    SCHEME_CLAIMED: { description: 'Somebody asks to pay a part of a fee with points.' },
    SCHEME_PAUSED: { description: 'A scheme takes no new claims for a while.' },
    SCHEME_RESUMED: { description: 'A paused scheme takes claims again.' },
    POINTS_SETTLED: { description: 'Points that paid fees of a municipality were settled.' },
    SETTLEMENT_REVERSED: {
      description: 'An administrator took a settlement back: its points are to be settled again.',
    },
    STATEMENT_READY: { description: 'The statement of a month is complete; read it as `organisationStatement`.' },
    PING: { description: 'Nothing but that the endpoint is reached; sent when asked for.' },
  },
});

/** What may be told to whom. A ping is not wished for but asked for. */
export const eventsOf: Readonly<Record<PartnerKind, readonly WebhookEvent[]>> = {
  retailer: [
    WebhookEvent.VOUCHER_REDEEMED,
    WebhookEvent.VOUCHER_REFUNDED,
    WebhookEvent.VOUCHER_EXPIRED,
    WebhookEvent.STATEMENT_READY,
  ],
  charity: [WebhookEvent.DONATION_SETTLED, WebhookEvent.SETTLEMENT_REVERSED, WebhookEvent.STATEMENT_READY],
  municipality: [
    WebhookEvent.SCHEME_CLAIMED,
    WebhookEvent.SCHEME_PAUSED,
    WebhookEvent.SCHEME_RESUMED,
    WebhookEvent.POINTS_SETTLED,
    WebhookEvent.SETTLEMENT_REVERSED,
    WebhookEvent.STATEMENT_READY,
  ],
};

/** Instants as RFC 3339 in UTC; never a person's id, name or address. */
export interface WebhookBodies {
  'voucher.redeemed': {
    voucherId: string;
    offerId: string;
    retailerId: string;
    points: number;
    valueCents: number;
    method: 'code' | 'token' | 'offline';
    /** null where the till did not say which it was. */
    terminalId: string | null;
    redeemedAt: string;
  };
  'voucher.refunded': {
    voucherId: string;
    offerId: string;
    retailerId: string;
    points: number;
    /** What it was before: not used, run out, or used. */
    cause: 'void' | 'expired' | 'redeemed';
    refundedAt: string;
  };
  'voucher.expired': {
    voucherId: string;
    offerId: string;
    retailerId: string;
    points: number;
    expiredAt: string;
  };
  'donation.settled': { settlementId: string; charityId: string; points: number; settledAt: string };
  'scheme.claimed': {
    claimId: string;
    schemeId: string;
    municipalityId: string;
    points: number;
    valueCents: number;
    claimedAt: string;
  };
  'scheme.paused': { schemeId: string; municipalityId: string; pausedAt: string };
  'scheme.resumed': { schemeId: string; municipalityId: string; resumedAt: string };
  'points.settled': { settlementId: string; municipalityId: string; points: number; settledAt: string };
  'settlement.reversed': {
    settlementId: string;
    kind: 'charity' | 'municipality';
    organisationId: string;
    points: number;
    reversedAt: string;
  };
  'statement.ready': {
    kind: 'retailer' | 'charity' | 'municipality';
    organisationId: string;
    /** Such as 2026-03. */
    month: string;
  };
  ping: { endpointId: string; askedAt: string };
}

export interface Partner {
  readonly kind: `${PartnerKind}`;
  readonly id: string;
}

/** An organisation has at most so many endpoints, so one message so many deliveries. */
export const ENDPOINTS_LIMIT = 10;

/** Message on this channel: there is something to deliver. */
export const DELIVERIES_CHANNEL = 'webhook-deliveries';

/**
 * Tells an organisation wherever it wants to be told of this, once the transaction is committed. To an endpoint that is
 * disabled nothing is sent: the message waits among its dead letters, to be replayed.
 */
export async function tellPartners<Event extends Exclude<keyof WebhookBodies, 'ping'>>(
  work: UnitOfWork,
  partner: Partner,
  event: Event,
  body: WebhookBodies[Event],
): Promise<void> {
  const { em, now } = work;
  // One statement, because every redemption waits for it, and most retailers have no endpoint.
  const told = await em.execute<{ state: string }[]>(
    `with wanted as (
       select id, state, row_number() over (order by id) as place from rewards.webhook_endpoint
       where kind = ? and organisation_id = ? and ? = any (events)
     ), message as (
       insert into rewards.webhook_message (id, kind, organisation_id, event, body, created_at)
       select cast(? as uuid), ?, cast(? as uuid), ?, ?, cast(? as timestamptz) where exists (select from wanted)
       returning id, created_at
     )
     insert into rewards.webhook_delivery (id, message_id, endpoint_id, state, created_at, next_at, last_failure)
     select (cast(? as uuid[]))[w.place], m.id, w.id, case w.state when 'active' then 'pending' else 'dead' end,
       m.created_at, m.created_at, case w.state when 'active' then null else 'DISABLED' end
     from wanted w, message m
     returning state`,
    [
      partner.kind,
      partner.id,
      event,
      work.newId(),
      partner.kind,
      partner.id,
      event,
      writtenBody(event, now, body),
      now,
      `{${Array.from({ length: ENDPOINTS_LIMIT }, () => work.newId()).join(',')}}`,
    ],
  );
  if (told.some(({ state }) => state === 'pending')) work.announce(DELIVERIES_CHANNEL, {});
}

/** Of an organisation in a minute. An endpoint may be anybody's server: it is not for pings to keep it busy. */
const PINGS_PER_MINUTE = 10;

/**
 * Sends a ping, and nothing of any fact.
 * @param endpointId one of the partner's, that is active.
 * @returns the id of the delivery.
 * @throws Refusal RATE_LIMITED.
 */
export async function tellPing(work: UnitOfWork, partner: Partner, endpointId: string): Promise<string> {
  const { em, now } = work;
  const { kind, id } = partner;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`webhook pings ${kind} ${id}`]);
  // Also those of endpoints that were deleted since.
  const [sent] = await em.execute<{ count: string }[]>(
    `select count(*) from rewards.webhook_message
     where event = 'ping' and kind = ? and organisation_id = ? and created_at > ?`,
    [kind, id, new Date(now.getTime() - 60_000)],
  );
  if (Number(sent?.count) >= PINGS_PER_MINUTE) {
    throw new Refusal('RATE_LIMITED', `An organisation sends no more than ${PINGS_PER_MINUTE} pings in a minute.`);
  }
  const [messageId, deliveryId] = [work.newId(), work.newId()];
  const body = writtenBody('ping', now, { endpointId, askedAt: now.toISOString() });
  await em.execute(
    `insert into rewards.webhook_message (id, kind, organisation_id, event, body, created_at)
     values (?, ?, ?, 'ping', ?, ?)`,
    [messageId, kind, id, body, now],
  );
  await em.execute(
    `insert into rewards.webhook_delivery (id, message_id, endpoint_id, state, created_at, next_at)
     values (?, ?, ?, 'pending', ?, ?)`,
    [deliveryId, messageId, endpointId, now, now],
  );
  work.announce(DELIVERIES_CHANNEL, {});
  return deliveryId;
}

/** In the form that the standard recommends. */
function writtenBody<Event extends keyof WebhookBodies>(type: Event, now: Date, data: WebhookBodies[Event]): string {
  return JSON.stringify({ type, timestamp: now.toISOString(), data });
}
