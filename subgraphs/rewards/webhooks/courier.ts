/*
 * Sends what partners are told. A delivery is leased, sent outside of any transaction, and written back under its lease:
 * at least once, since a process may die between the answer and the commit; never twice at the same time. A node sends an
 * endpoint four at once and one while it fails, so that who is slow keeps nobody else waiting; their order is that of the
 * facts as far as nothing fails. Addresses are others': see kernel/outbound.ts.
 */
import type { Alarm } from '../../kernel/clock.ts';
import { type OutboundPolicy, publicInternet } from '../../kernel/outbound.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import {
  type DueDelivery,
  forget,
  lease,
  nextDue,
  RETENTION_DAYS,
  release,
  settle,
  waitingDeliveries,
} from './delivery-queue.ts';
import { post } from './post.ts';
import { tellStatements } from './statements.ts';
import { DELIVERIES_CHANNEL } from './tell-partners.ts';
import { signingKeysOf } from './webhook-endpoint.ts';
import { signedHeaders, type WebhookVault } from './webhook-keys.ts';

export interface Courier {
  /** Where messages may be sent. */
  readonly policy: OutboundPolicy;
  /** Sends what is due, now rather than at the next look. Resolves when nothing is due and nothing under way. */
  look(): Promise<void>;
  /** Breaks off what is under way, to be sent again; resolves when nothing is. */
  close(): Promise<void>;
}

const AT_ONCE = 16;
/** For what other processes have written and could not say. */
const LOOK_MILLISECONDS = 10_000;
const HOUR_MILLISECONDS = 3_600_000;

/** Looks now and from now on. What fails on our side is logged and tried again. */
export function openCourier(
  machine: Machine,
  vault: WebhookVault,
  { policy = publicInternet }: { readonly policy?: OutboundPolicy } = {},
): Courier {
  const { clock, log } = machine;
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Set<Promise<void>>();
  let looking: Promise<void> | undefined;
  let isNudged = false;
  let hourAt = clock.now();
  let alarm: Alarm | undefined;

  const nudge = () => {
    isNudged = true;
    if (signal.aborted) return;
    looking ??= lookOn().finally(() => {
      looking = undefined;
      // Said while it was about to rest.
      if (isNudged) nudge();
    });
  };
  const lookOn = async () => {
    try {
      while (isNudged && !signal.aborted) {
        isNudged = false;
        const free = AT_ONCE - underWay.size;
        // Whichever ends first looks again.
        if (free === 0) break;
        for (const delivery of await lease(machine, free)) start(delivery);
      }
      if (!signal.aborted) await rest();
    } catch (err) {
      isNudged = false;
      log.error({ err }, 'could not look for messages to partners');
      if (!signal.aborted) wakeAt(new Date(clock.now().getTime() + LOOK_MILLISECONDS));
    }
  };
  const start = (delivery: DueDelivery) => {
    const task = deliver(machine, vault, delivery, { policy, signal }).finally(() => {
      underWay.delete(task);
      nudge();
    });
    underWay.add(task);
  };
  const rest = async () => {
    if (clock.now() >= hourAt) {
      hourAt = new Date(clock.now().getTime() + HOUR_MILLISECONDS);
      await forget(machine, new Date(clock.now().getTime() - RETENTION_DAYS * 24 * HOUR_MILLISECONDS));
      await tellStatements(machine);
    }
    const again = new Date(clock.now().getTime() + LOOK_MILLISECONDS);
    const next = await nextDue(machine, clock.now());
    wakeAt(next && next < again ? next : again);
  };
  const wakeAt = (instant: Date) => {
    alarm?.cancel();
    alarm = clock.at(instant, nudge);
  };

  const waiting = () => waitingDeliveries(machine, clock.now());
  const gauge = machine.telemetry?.gauge;
  gauge?.(
    'hey_blue_webhooks_waiting',
    'Messages that partners have not taken yet.',
    async () => (await waiting()).count,
  );
  gauge?.(
    'hey_blue_webhooks_oldest_seconds',
    'For how long the oldest is due at a partner that takes them.',
    async () => {
      return (await waiting()).oldestSeconds;
    },
  );

  const hearing = listen(machine, nudge);
  nudge();
  return {
    policy,
    async look() {
      nudge();
      while (looking || underWay.size > 0) await (looking ?? Promise.race(underWay));
    },
    async close() {
      stopping.abort();
      await (await hearing)?.return?.();
      await looking;
      await Promise.all(underWay);
      alarm?.cancel();
    },
  };
}

/** Nudges at each message of any process that there is something to send. */
async function listen({ live, log }: Machine, nudge: () => void): Promise<AsyncIterableIterator<unknown> | undefined> {
  try {
    const messages = await live.subscribe(DELIVERIES_CHANNEL);
    const hear = async () => {
      for await (const _ of messages) nudge();
    };
    // Without it, what is due is found some seconds later.
    hear().catch((err) => log.warn({ err }, 'messages to partners are not heard of at once any more'));
    return messages;
  } catch (err) {
    log.warn({ err }, 'messages to partners are not heard of at once');
    return undefined;
  }
}

interface Way {
  readonly policy: OutboundPolicy;
  readonly signal: AbortSignal;
}

/** Never rejects: what goes wrong on our side leaves the lease, which ends by itself. */
async function deliver(machine: Machine, vault: WebhookVault, delivery: DueDelivery, way: Way): Promise<void> {
  const { clock, log } = machine;
  try {
    const sentAt = clock.now();
    const keys = await signingKeysOf(machine.em(), [delivery.endpointId], sentAt);
    // Deleted meanwhile.
    if (keys.length === 0) return;
    const secrets = keys.map(({ id, sealed }) => vault.unseal(sealed, id));
    const message = { id: delivery.messageId, body: delivery.body, sentAt };
    const outcome = await post(delivery.url, signedHeaders(message, secrets), delivery.body, way);
    // Who stops cannot know whether it was taken: that is no failure, and it is sent again.
    if (way.signal.aborted && outcome.status === null) return await release(machine, delivery);
    await settle(machine, delivery, { ...outcome, sentAt });
  } catch (err) {
    log.error({ err, deliveryId: delivery.id }, 'a message to a partner could not be sent or written back');
  }
}
