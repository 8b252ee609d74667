/*
 * The port to a person's devices. Adapters: push-sender.web.ts (any browser's push service, by the standards of the web)
 * and push-sender.inbox.ts (development, a memory that can be read).
 */

/** What a browser gave when the person agreed (W3C Push API): where it hears, and the keys that it alone opens. */
export interface PushSubscription {
  readonly endpoint: string;
  /** Its public key: P-256, uncompressed, 65 bytes. */
  readonly p256dh: Buffer;
  /** Its secret of 16 bytes. */
  readonly auth: Buffer;
}

export interface PushMessage {
  readonly accountId: string;
  /** JSON: topic, kind, ids and numbers. */
  readonly body: string;
  /** For how long a device that is off is waited for. */
  readonly lifeSeconds: number;
  /** `high` wakes a device that saves its battery (RFC 8030, 5.3). */
  readonly urgency: 'low' | 'normal' | 'high';
}

export type PushOutcome =
  | { readonly kind: 'taken' }
  /** The person took it back, or the browser is gone: nothing goes there any more. */
  | { readonly kind: 'gone' }
  /** To be tried again, not before `retryAfterSeconds`. `reason` names neither address nor content. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterSeconds: number };

export interface PushSender {
  /** The key that browsers subscribe with (VAPID): P-256, uncompressed, base64url. */
  applicationKey(): Promise<string>;
  /**
   * Hands one message over; resolves when the device's service has taken it, not when it is shown. It may arrive though
   * this says that it failed, because answers get lost. Never rejects for what the other side does.
   */
  send(subscription: PushSubscription, message: PushMessage, signal?: AbortSignal): Promise<PushOutcome>;
}
