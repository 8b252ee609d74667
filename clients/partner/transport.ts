/*
 * One question to the partners' graph: by fetch, with the key, given up after a while and asked again where nothing was
 * decided. Every answer that is no data is a PartnerError with a code, those of the API or one of ours.
 */
import type { Operation } from './generated/operations.ts';

/** What may be said of all calls, and of one: how long and how often to try. */
export interface CallOptions {
  /** Milliseconds after which an attempt is given up; 10,000 when absent. */
  readonly timeoutMilliseconds?: number;
  /**
   * How often it is asked again after nobody answered, or was told to come back within the time of one attempt; 2 when
   * absent. Other answers that refuse are never asked for again.
   */
  readonly retries?: number;
  /** Gives up when it is aborted, with ABORTED; what was asked may have been done all the same. */
  readonly signal?: AbortSignal;
}

export interface PartnerOptions extends CallOptions {
  /** Base address of the system, such as https://api.hey-blue.example. */
  readonly url: string;
  /** As it was shown when it was made. Keep it off web pages that others can open. */
  readonly apiKey: string;
  /** For which retailer the key is; found out where it is absent. */
  readonly retailerId?: string;
  /** Instead of the platform's. */
  readonly fetch?: typeof fetch;
}

/** The codes that calls of this package end with today; the README says of each what to do. Later versions of the API may add some. */
export const partnerErrorCodes = [
  'ABORTED',
  'BAD_USER_INPUT',
  'CHANGED_MEANWHILE',
  'COST_EXCEEDED',
  'FORBIDDEN',
  'HOLD_ENDED',
  'HOLD_EXPIRED',
  'INTERNAL',
  'LIST_INVALID',
  'NOT_FOUND',
  'RATE_LIMITED',
  'RETAILER_SUSPENDED',
  'RETAILER_UNKNOWN',
  'UNAUTHENTICATED',
  'UNAVAILABLE',
  'UNREACHABLE',
  'VOUCHER_EXPIRED',
  'VOUCHER_HELD',
  'VOUCHER_INVALID',
  'VOUCHER_REDEEMED',
  'VOUCHER_VOID',
] as const;

/** Any text, of which editors know the present ones. */
export type PartnerErrorCode = (typeof partnerErrorCodes)[number] | (string & {});

export interface PartnerErrorParts extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string | undefined;
}

/** What the API refuses, by its documented codes; or one of ours: UNREACHABLE, ABORTED, RETAILER_UNKNOWN, LIST_INVALID. */
export class PartnerError extends Error {
  readonly code: PartnerErrorCode;
  /** After how many seconds to ask again, where the API says so. */
  readonly retryAfterSeconds: number | undefined;
  /** What to quote to us when you ask what happened; absent where nobody answered. */
  readonly requestId: string | undefined;

  constructor(code: PartnerErrorCode, message: string, parts?: PartnerErrorParts) {
    super(message, parts);
    this.name = 'PartnerError';
    this.code = code;
    this.retryAfterSeconds = parts?.retryAfterSeconds;
    this.requestId = parts?.requestId;
  }

  /** Whether what was asked may have been done all the same: ask again with the same key, never with another. */
  get isUncertain(): boolean {
    return UNCERTAIN.has(this.code);
  }
}

export type Ask = <Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  call?: CallOptions,
) => Promise<Result>;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

const TIMEOUT_MILLISECONDS = 10_000;
const RETRIES = 2;
const PAUSE_MILLISECONDS = 300;
/** Nothing was decided: the same question may be asked again. */
const PASSING = new Set<string>(['UNREACHABLE', 'UNAVAILABLE', 'CHANGED_MEANWHILE']);
/** Nobody told how it ended. */
const UNCERTAIN = new Set<string>(['UNREACHABLE', 'UNAVAILABLE', 'ABORTED']);

/** @throws TypeError for an address or a key that is none, which is most often a variable that is not set. */
export function transport(options: PartnerOptions): Ask {
  const { url, apiKey } = options;
  if (!/^https?:\/\/[^\s?#]+$/.test(url))
    throw new TypeError('url has to be a base address, such as https://api.hey-blue.example');
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey))
    throw new TypeError('apiKey has to be the key as it was shown, hb_...');
  return async (operation, variables, call = {}) => {
    const wish = {
      ...options,
      ...call,
      timeoutMilliseconds: call.timeoutMilliseconds ?? options.timeoutMilliseconds ?? TIMEOUT_MILLISECONDS,
    };
    const signals = [options.signal, call.signal].filter((signal) => signal !== undefined);
    const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
    const retries = wish.retries ?? RETRIES;
    for (let attempt = 0; ; attempt++) {
      try {
        return (await askOnce({ ...wish, signal }, operation, variables)) as never;
      } catch (error) {
        const pause = pauseAfter(error, attempt, wish.timeoutMilliseconds);
        if (pause === undefined || attempt >= retries) throw error;
        await waited(pause, signal);
      }
    }
  };
}

/** Milliseconds; undefined where asking again would change nothing or would come too late. */
function pauseAfter(error: unknown, attempt: number, longest: number): number | undefined {
  if (!(error instanceof PartnerError)) return undefined;
  const asked = error.retryAfterSeconds === undefined ? undefined : error.retryAfterSeconds * 1000;
  if (!PASSING.has(error.code) && !(error.code === 'RATE_LIMITED' && asked !== undefined)) return undefined;
  // Unevenly, so that the tills of a town do not all come back at once.
  const pause = Math.max(PAUSE_MILLISECONDS * 2 ** attempt, asked ?? 0) * (1 + Math.random() / 2);
  return asked !== undefined && asked > longest ? undefined : pause;
}

async function askOnce(
  options: Omit<PartnerOptions, 'signal'> & {
    readonly timeoutMilliseconds: number;
    readonly signal: AbortSignal | undefined;
  },
  query: string,
  variables: unknown,
): Promise<unknown> {
  const { apiKey, timeoutMilliseconds, signal, fetch: send = fetch } = options;
  const url = `${options.url.replace(/\/+$/, '')}/graphql/partner`;
  if (signal?.aborted) throw aborted(signal);
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query, variables }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    const within = timeout.aborted ? ` within ${timeoutMilliseconds} ms` : '';
    throw new PartnerError('UNREACHABLE', `${url} does not answer${within}.`, { cause });
  }
  const answer = read(text);
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  // What failed below the asked field is null in the answer and costs nothing else.
  const error = answer?.errors?.find(({ path }) => !answer.data || path?.length === 1);
  if (error) {
    throw new PartnerError(String(error.extensions?.code ?? 'INTERNAL'), error.message, {
      retryAfterSeconds,
      requestId,
    });
  }
  if (!answer?.data) {
    const message = `${url} answers ${response.status} and no graph.`;
    throw new PartnerError('UNREACHABLE', message, { retryAfterSeconds, requestId });
  }
  return answer.data;
}

function read(text: string): Answer | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

const aborted = (signal: AbortSignal) =>
  new PartnerError('ABORTED', 'The call was given up.', { cause: signal.reason });

function waited(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(signal as AbortSignal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
