/*
 * Pushes of a laptop: kept in memory instead of sent, and read at GET /development/pushes?account=<id>. Browsers subscribe
 * with the same key as to the real ones. Only there where the configuration names nobody whom push services may write
 * to, never in production.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../kernel/clock.ts';
import type { PushMessage, PushOutcome, PushSender, PushSubscription } from './push-sender.ts';
import type { PushVault } from './push-vault.ts';

const ACCOUNTS = 10_000;
const MESSAGES_PER_ACCOUNT = 20;

export interface ReceivedPush {
  /** As the device would open it. */
  readonly message: unknown;
  /** The host that would have been called. */
  readonly service: string;
  /** RFC 3339, UTC. */
  readonly sentAt: string;
}

export class PushInbox implements PushSender {
  readonly #vault: Pick<PushVault, 'applicationKey'>;
  readonly #clock: Clock;
  readonly #messages = new LRUCache<string, readonly ReceivedPush[]>({ max: ACCOUNTS });

  constructor(vault: Pick<PushVault, 'applicationKey'>, clock: Clock) {
    this.#vault = vault;
    this.#clock = clock;
  }

  async applicationKey(): Promise<string> {
    return (await this.#vault.applicationKey()).publicKey;
  }

  async send({ endpoint }: PushSubscription, { accountId, body }: PushMessage): Promise<PushOutcome> {
    const received = {
      message: JSON.parse(body) as unknown,
      service: new URL(endpoint).host,
      sentAt: this.#clock.now().toISOString(),
    };
    this.#messages.set(accountId, [...this.received(accountId), received].slice(-MESSAGES_PER_ACCOUNT));
    return { kind: 'taken' };
  }

  /** The last pushes to an account's devices, the newest last. */
  received(accountId: string): readonly ReceivedPush[] {
    return this.#messages.get(accountId) ?? [];
  }

  /** GET ?account=<id> -> JSON [{message, service, sentAt}], the newest last. */
  handle = (request: IncomingMessage, response: ServerResponse): void => {
    const accountId = new URL(request.url ?? '/', 'http://inbox.invalid').searchParams.get('account');
    const [status, body] =
      request.method !== 'GET' || !accountId
        ? [400, { error: 'GET /development/pushes?account=<id>' }]
        : [200, this.received(accountId)];
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
}
