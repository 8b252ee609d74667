/*
 * One question to the partners' graph: by fetch, with the key, given up after a while and asked again where nothing was
 * decided. Every answer that is no data is a PartnerError with a code, those of the API or one of ours.
 */
import type { Operation } from './generated/operations.ts';

export interface PartnerOptions {
  /** Base address of the system, such as https://api.hey-blue.example. */
  readonly url: string;
  /** As it was shown when it was made. Keep it off web pages that others can open. */
  readonly apiKey: string;
  /** For which retailer the key is; found out where it is absent. */
  readonly retailerId?: string;
  /** Milliseconds after which an attempt is given up; 10,000 when absent. */
  readonly timeoutMilliseconds?: number;
  /** How often it is asked again after nobody answered; 2 when absent. Answers that refuse are never asked for again. */
  readonly retries?: number;
  /** Instead of the platform's. */
  readonly fetch?: typeof fetch;
}

/** What the API refuses, by its documented codes; or UNREACHABLE where it did not answer, RETAILER_UNKNOWN. */
export class PartnerError extends Error {
  readonly code: string;
  /** After how many seconds to ask again, where the API says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    message: string,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number | undefined },
  ) {
    super(message, options);
    this.name = 'PartnerError';
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  /** Whether what was asked may have been done all the same: ask again with the same key, never with another. */
  get isUncertain(): boolean {
    return this.code === 'UNREACHABLE';
  }
}

export type Ask = <Result, Variables>(operation: Operation<Result, Variables>, variables: Variables) => Promise<Result>;

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
const PASSING = new Set(['UNREACHABLE', 'UNAVAILABLE', 'CHANGED_MEANWHILE']);

export function transport(options: PartnerOptions): Ask {
  const { retries = RETRIES } = options;
  return async (operation, variables) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await askOnce(options, operation, variables)) as never;
      } catch (error) {
        if (!(error instanceof PartnerError) || !PASSING.has(error.code) || attempt >= retries) throw error;
        const longest = PAUSE_MILLISECONDS * 2 ** attempt;
        // Unevenly, so that the tills of a town do not all come back at once.
        await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
      }
    }
  };
}

async function askOnce(options: PartnerOptions, query: string, variables: unknown): Promise<unknown> {
  const { url, apiKey, timeoutMilliseconds = TIMEOUT_MILLISECONDS, fetch: send = fetch } = options;
  let response: Response;
  let answer: Answer;
  try {
    response = await send(`${url.replace(/\/$/, '')}/graphql/partner`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    answer = (await response.json()) as Answer;
  } catch (cause) {
    throw new PartnerError('UNREACHABLE', `${url} does not answer.`, { cause });
  }
  // What failed below the asked field is null in the answer and costs nothing else.
  const error = answer.errors?.find(({ path }) => !answer.data || path?.length === 1);
  if (error) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
    throw new PartnerError(String(error.extensions?.code ?? 'INTERNAL'), error.message, { retryAfterSeconds });
  }
  if (!answer.data) throw new PartnerError('UNREACHABLE', `${url} answers something else than a graph.`);
  return answer.data;
}
