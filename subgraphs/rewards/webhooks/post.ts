/*
 * One attempt to hand a message over. Any answer from 200 to 299 takes it; redirects are not followed, since whoever
 * redirects has not taken it. Of the body as little is read as is kept for people to look at.
 */
import { fetchPublic, type OutboundAnswer, type OutboundPolicy, OutboundRefused } from '../../kernel/outbound.ts';
import { WebhookFailure } from './webhook-delivery.ts';

export interface PostOutcome {
  /** null where nobody answered. */
  readonly status: number | null;
  /** null where it was taken. */
  readonly failure: WebhookFailure | null;
  /** Of the answer's body; null where there was none. */
  readonly answer: string | null;
  readonly tookMilliseconds: number;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterSeconds: number;
}

const TIMEOUT_MILLISECONDS = 15_000;
export const ANSWER_CHARACTERS = 200;
const ANSWER_BYTES = 2_048;
const LONGEST_PAUSE_SECONDS = 86_400;

/** @throws nothing that the address or its server can bring about. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  way: { readonly policy: OutboundPolicy; readonly signal: AbortSignal },
): Promise<PostOutcome> {
  // How long it takes is no matter of anybody's clock but this machine's.
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  let response: OutboundAnswer;
  try {
    response = await fetchPublic(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'HeyBlue-Webhooks/1.0' },
      body,
      // Read below, and no further than is kept.
      limitBytes: Number.MAX_SAFE_INTEGER,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      ...way,
    });
  } catch (error) {
    if (!(error instanceof OutboundRefused)) throw error;
    const failure = WebhookFailure[error.reason as keyof typeof WebhookFailure] ?? WebhookFailure.NOT_CONNECTED;
    return { status: null, failure, answer: null, tookMilliseconds: took(), retryAfterSeconds: 0 };
  }
  const answer = await excerptOf(response);
  const { status } = response;
  const pause = Number(response.headers['retry-after'] ?? 0);
  return {
    status,
    failure: failureOf(status),
    answer,
    tookMilliseconds: took(),
    // The form that is a date would be measured by their clock; it counts as none.
    retryAfterSeconds: pause > 0 ? Math.min(pause, LONGEST_PAUSE_SECONDS) : 0,
  };
}

function failureOf(status: number): WebhookFailure | null {
  if (status >= 200 && status <= 299) return null;
  if (status === 410) return WebhookFailure.GONE;
  return status >= 300 && status <= 399 ? WebhookFailure.REDIRECTED : WebhookFailure.STATUS;
}

/** What people may see of an answer: no control characters, and nothing that turns the direction of writing. */
async function excerptOf({ body }: OutboundAnswer): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, ANSWER_BYTES - bytes));
      bytes += chunk.length;
      if (bytes >= ANSWER_BYTES) break;
    }
  } catch (error) {
    // The status has been said: what becomes of the body changes nothing.
    if (!(error instanceof OutboundRefused)) throw error;
  }
  const text = Buffer.concat(chunks)
    .toString()
    .replace(/[\p{C}\p{Z}\ufffd]+/gu, ' ')
    .trim();
  return text === '' ? null : [...text].slice(0, ANSWER_CHARACTERS).join('');
}
