/*
 * Text messages of a laptop: kept in memory instead of sent, and read at GET /development/messages?to=%2B15125550100.
 * Only there where the configuration names no message service, never in production.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../kernel/clock.ts';
import { checkMessage, type SmsSender, type TextMessage } from './sms.ts';

const NUMBERS = 10_000;
const MESSAGES_PER_NUMBER = 10;

export interface ReceivedMessage extends TextMessage {
  /** RFC 3339, UTC. */
  readonly sentAt: string;
}

export class DevelopmentInbox implements SmsSender {
  readonly #clock: Clock;
  readonly #messages = new LRUCache<string, ReceivedMessage[]>({ max: NUMBERS });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async send(message: TextMessage): Promise<void> {
    checkMessage(message);
    const { to, text } = message;
    const received = { to, text, sentAt: this.#clock.now().toISOString() };
    this.#messages.set(to, [...this.received(to), received].slice(-MESSAGES_PER_NUMBER));
  }

  /** The last messages to a number, the newest last. */
  received(to: string): readonly ReceivedMessage[] {
    return this.#messages.get(to) ?? [];
  }

  /** GET ?to=<E.164, percent-encoded> -> JSON [{to, text, sentAt}], the newest last. */
  handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { searchParams } = new URL(request.url ?? '/', 'http://inbox.invalid');
    // A plus sign that was not encoded arrives as a space.
    const to = searchParams.get('to')?.replace(/^ /, '+');
    const [status, body] =
      request.method !== 'GET' || !to
        ? [400, { error: 'GET /development/messages?to=%2B15125550100' }]
        : [200, this.received(to)];
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
}
