/*
 * The port for messages that matter only now: proximity alerts, connection updates. At most once: who is not listening
 * misses them, and reads the present state on subscribing. Nothing that moves points or history may ride here.
 * Adapters: live-messages.memory.ts, live-messages.redis.ts (graphql-redis-subscriptions).
 */

export interface LiveMessages {
  /** Sends a JSON value to whoever listens on `channel` now. Resolves when it is handed over, not when it is received. */
  publish(channel: string, message: unknown): Promise<void>;
  /**
   * Listens. Once this has resolved, no message published later is missed; each listener gets its own copy. Ending the
   * iterator (`return`) stops this listener and no other. At most `LIVE_QUEUE_LIMIT` messages wait for a slow reader;
   * then the iterator ends with an error, and the reader subscribes again and reads the present state.
   */
  subscribe<Message>(channel: string): Promise<AsyncIterableIterator<Message>>;
  /** Resolves when the connection answers; rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export const LIVE_QUEUE_LIMIT = 1_000;
