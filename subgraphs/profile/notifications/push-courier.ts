/*
 * Pushes what waits, in each process of this domain: makes messages of turns and hands them over, sixteen at once, so that
 * a service that is slow keeps nobody else waiting. Looks when something comes due, when another process says that
 * something is new, and every ten seconds, for what could not be said.
 */
import { openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { type DuePush, leasePushes, lifeLeft, nextPush, releasePush, settlePush } from './push-queue.ts';
import type { PushSender } from './push-sender.ts';
import { mannerOf, takeDueTurns } from './push-turn.ts';
import type { PushVault } from './push-vault.ts';
import { PUSHES_CHANNEL } from './tell.ts';

export interface PushCourier {
  /** Pushes what is due, now rather than at the next look. Resolves when nothing is due and nothing under way. */
  look(): Promise<void>;
  /** Breaks off what is under way, to be sent again; resolves when nothing is. */
  close(): Promise<void>;
}

const AT_ONCE = 16;
const LOOK_MILLISECONDS = 10_000;

/** @param sender undefined where pushes are not set up: then nothing is sent. */
export function openPushCourier(machine: Machine, vault: PushVault, sender: PushSender | undefined): PushCourier {
  if (!sender) return { look: async () => undefined, close: async () => undefined };
  const { log } = machine;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let news = Promise.withResolvers<void>();
  let isToLook = false;

  const start = (push: DuePush) => {
    const task = deliver(machine, { vault, sender }, push, stopping.signal).finally(() => underWay.delete(task));
    underWay.add(task);
  };
  const lookout = openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for what is to be pushed',
    async task(isClosed) {
      isToLook = false;
      for (;;) {
        news = Promise.withResolvers();
        if (!isClosed()) {
          while ((await takeDueTurns(machine)) && !isClosed());
          if (underWay.size < AT_ONCE)
            for (const push of await leasePushes(machine, AT_ONCE - underWay.size)) start(push);
        }
        if (underWay.size === 0) return nextPush(machine);
        await Promise.race([...underWay, ...(isClosed() ? [] : [news.promise])]);
      }
    },
  });
  const nudge = () => {
    news.resolve();
    if (isToLook || stopping.signal.aborted) return;
    isToLook = true;
    void lookout.look();
  };
  const hearing = listen(machine, nudge);
  machine.telemetry?.gauge('hey_blue_pushes_waiting', 'Messages that devices have not been handed yet.', async () => {
    const [row] = await machine
      .em()
      .execute<{ count: number }[]>('select count(*)::int as count from profile.push_delivery');
    return row?.count ?? 0;
  });
  return {
    look: () => lookout.look(),
    async close() {
      stopping.abort();
      await (await hearing)?.return?.();
      await lookout.close();
      log.debug('pushes rest');
    },
  };
}

async function listen({ live, log }: Machine, nudge: () => void): Promise<AsyncIterableIterator<unknown> | undefined> {
  try {
    const messages = await live.subscribe(PUSHES_CHANNEL);
    const hear = async () => {
      for await (const _ of messages) nudge();
    };
    // Without it, what is due is found some seconds later.
    hear().catch((err) => log.warn({ err }, 'pushes are not heard of at once any more'));
    return messages;
  } catch (err) {
    log.warn({ err }, 'pushes are not heard of at once');
    return undefined;
  }
}

interface Way {
  readonly vault: PushVault;
  readonly sender: PushSender;
}

/** Never rejects: what goes wrong on our side leaves the lease, which ends by itself. */
async function deliver(machine: Machine, { vault, sender }: Way, push: DuePush, signal: AbortSignal): Promise<void> {
  const { clock, log } = machine;
  try {
    const subscription = vault.unsealDevice(push.sealed, push.deviceId);
    const lifeSeconds = lifeLeft(push, clock.now());
    const message = {
      accountId: push.accountId,
      body: JSON.stringify(push.body),
      lifeSeconds: Math.max(0, lifeSeconds),
      urgency: mannerOf(push.body).urgency,
    };
    const outcome = await sender.send(subscription, message, signal);
    // Who stops cannot know whether it was taken: that is no failure, and it is sent again.
    if (signal.aborted && outcome.kind === 'failed') return await releasePush(machine, push);
    if (outcome.kind === 'failed')
      log.debug({ deviceId: push.deviceId, reason: outcome.reason }, 'a push was not taken');
    await settlePush(machine, push, outcome);
  } catch (err) {
    log.error({ err, deviceId: push.deviceId }, 'a push could not be sent or written back');
  }
}
