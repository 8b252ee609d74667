/*
 * Web push: one encrypted request to the service of the person's browser (RFC 8030), signed so that it knows us (VAPID, RFC
 * 8292). Which service that is, the browser says, so it is anybody's address: called as such (kernel/outbound.ts), one
 * attempt at a time, no redirect followed, nothing of the answer read.
 */
import { SignJWT } from 'jose';
import type { Clock } from '../../kernel/clock.ts';
import { fetchPublic, type OutboundPolicy, OutboundRefused, publicInternet } from '../../kernel/outbound.ts';
import { encrypt, newMessageSecrets } from './push-encryption.ts';
import type { PushMessage, PushOutcome, PushSender, PushSubscription } from './push-sender.ts';
import type { PushVault } from './push-vault.ts';

export interface WebPushOptions {
  readonly vault: Pick<PushVault, 'applicationKey'>;
  /** Where a service may write to us: mailto: or https:. */
  readonly contact: string;
  readonly clock: Clock;
  readonly random: (bytes: number) => Buffer;
  readonly policy?: OutboundPolicy;
}

const TIMEOUT_MILLISECONDS = 10_000;
/** At most a day (RFC 8292, section 2). */
const SIGNED_FOR_SECONDS = 12 * 3_600;
/** What a service may ask us to wait at most; later it is looked at again anyway. */
const LONGEST_WAIT_SECONDS = 86_400;

export class WebPushSender implements PushSender {
  readonly #options: WebPushOptions;

  constructor(options: WebPushOptions) {
    this.#options = options;
  }

  async applicationKey(): Promise<string> {
    return (await this.#options.vault.applicationKey()).publicKey;
  }

  async send(subscription: PushSubscription, message: PushMessage, signal?: AbortSignal): Promise<PushOutcome> {
    const { random, policy = publicInternet } = this.#options;
    const { endpoint } = subscription;
    try {
      const answer = await fetchPublic(endpoint, {
        method: 'POST',
        headers: {
          authorization: await this.#authorization(new URL(endpoint).origin),
          'content-encoding': 'aes128gcm',
          'content-type': 'application/octet-stream',
          ttl: String(message.lifeSeconds),
          urgency: message.urgency,
        },
        body: encrypt(Buffer.from(message.body), subscription, newMessageSecrets(random)),
        limitBytes: 65_536,
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        policy,
        ...(signal && { signal }),
      });
      await answer.discard();
      return outcomeOf(answer.status, answer.headers['retry-after']);
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      return { kind: 'failed', reason: error.reason, retryAfterSeconds: 0 };
    }
  }

  async #authorization(origin: string): Promise<string> {
    const { vault, clock, contact } = this.#options;
    const { publicKey, privateKey } = await vault.applicationKey();
    const nowSeconds = Math.floor(clock.now().getTime() / 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ typ: 'JWT', alg: 'ES256' })
      .setAudience(origin)
      .setSubject(contact)
      .setExpirationTime(nowSeconds + SIGNED_FOR_SECONDS)
      .sign(privateKey);
    return `vapid t=${token}, k=${publicKey}`;
  }
}

function outcomeOf(status: number, retryAfter: string | undefined): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  const asked = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : 0;
  return { kind: 'failed', reason: `STATUS_${status}`, retryAfterSeconds: Math.min(asked, LONGEST_WAIT_SECONDS) };
}
