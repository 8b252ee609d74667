/*
 * The API as our clients use it: typed operations over fetch, subscriptions over one graphql-transport-ws socket, a session
 * that renews itself. Runs in browsers and in Node; needs nothing beyond fetch, WebSocket and graphql-ws.
 */
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { RefreshSessionDocument, type SessionPartsFragment, type TypedDocumentString } from './generated/graphql.ts';

export type Session = SessionPartsFragment;

export interface ClientOptions {
  /** Base address of the system, such as http://localhost:4000. */
  readonly url: string;
  readonly session?: Session;
  /** A partner's key, instead of a session. */
  readonly apiKey?: string;
  /** Told of every renewed session, to keep it. */
  readonly onSession?: (session: Session) => void;
  /** Milliseconds after which a call is given up; 30,000 when absent. */
  readonly timeoutMilliseconds?: number;
}

/** What the API refuses, or a failure on the way to it (code UNREACHABLE). */
export class ClientError extends Error {
  /** As documented in the schema. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ClientError';
    this.code = code;
  }
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: unknown };
  }[];
}

/** A session this close to its end is renewed before it is used. */
const RENEW_MILLISECONDS = 30_000;
const TIMEOUT_MILLISECONDS = 30_000;
/** Close code of the API for a session that has ended. */
const FORBIDDEN = 4403;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

export class Client {
  readonly #options: ClientOptions;
  #session: Session | undefined;
  #renewing: Promise<void> | undefined;
  #socket: SocketClient | undefined;
  /** Whether the last socket was closed because its session had ended. */
  #refused = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#session = options.session;
  }

  get url(): string {
    return this.#options.url;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** Uses this session from now on, such as the one that verifyPhone gives. Open subscriptions are opened anew. */
  useSession(session: Session): void {
    this.#session = session;
    this.#options.onSession?.(session);
    const socket = this.#socket;
    this.#socket = undefined;
    void socket?.dispose();
  }

  /** Runs a query or mutation. Parts that could not be had are null. @throws ClientError when what was asked is refused. */
  async request<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): Promise<Result> {
    await this.#renewIfDue();
    try {
      return await this.#send(document, variables);
    } catch (error) {
      // Our clock may be behind the server's: what it calls ended is renewed, once.
      if (!this.#session || !(error instanceof ClientError) || error.code !== 'UNAUTHENTICATED') throw error;
      await this.#renew();
      return this.#send(document, variables);
    }
  }

  /**
   * Subscribes. The iterator yields each event and throws a ClientError for one with errors; a lost connection is made
   * anew by itself, and the API then tells the present state first. `return` ends the subscription at once.
   */
  subscribe<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): AsyncIterableIterator<Result> {
    return new Events<Result>((sink) =>
      this.#connected().subscribe(
        { query: document.toString(), variables: (variables ?? {}) as Record<string, unknown> },
        {
          next: (answer) => sink.next(answer as Answer<Result>),
          error: (error) => sink.error(error),
          complete: () => sink.complete(),
        },
      ),
    );
  }

  /** Ends all subscriptions. */
  async close(): Promise<void> {
    await this.#socket?.dispose();
    this.#socket = undefined;
  }

  async #send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: unknown,
    credentials = this.#credentials(),
  ): Promise<Result> {
    const { url, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = this.#options;
    let answer: Answer<Result>;
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...credentials },
        body: JSON.stringify({ query: document.toString(), variables }),
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      answer = (await response.json()) as Answer<Result>;
    } catch (cause) {
      throw new ClientError('UNREACHABLE', `${url} does not answer.`, { cause });
    }
    return dataOf(answer);
  }

  #credentials(): Record<string, string> {
    if (this.#options.apiKey) return { 'x-api-key': this.#options.apiKey };
    return this.#session ? { authorization: `Bearer ${this.#session.accessToken}` } : {};
  }

  async #renewIfDue(): Promise<void> {
    if (!this.#session) return;
    const left = Date.parse(this.#session.accessTokenExpiresAt) - Date.now();
    if (left < RENEW_MILLISECONDS) await this.#renew();
  }

  /** One renewal at a time: a refresh token is used once. */
  #renew(): Promise<void> {
    const refreshToken = this.#session?.refreshToken ?? '';
    // Without the access token: the API refuses any call that carries one that has ended.
    this.#renewing ??= this.#send(RefreshSessionDocument, { input: { refreshToken } }, {})
      .then(({ refreshSession }) => {
        this.#session = refreshSession.session;
        this.#options.onSession?.(refreshSession.session);
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  #connected(): SocketClient {
    this.#socket ??= createSocketClient({
      url: `${this.#options.url.replace(/^http/, 'ws')}/graphql`,
      connectionParams: async () => {
        if (this.#refused && this.#session) await this.#renew();
        this.#refused = false;
        await this.#renewIfDue();
        return this.#credentials();
      },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: async (retries) => {
        if (this.#refused && retries === 0) return;
        const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, 500 * 2 ** retries);
        await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
      },
      on: {
        closed: (event) => {
          if ((event as { code?: number }).code === FORBIDDEN) this.#refused = true;
        },
      },
    });
    return this.#socket;
  }
}

/**
 * What the answer is good for: an error below the asked fields costs only its part, which is null then (the part of the
 * system that knows it is away); one of a field itself is thrown.
 */
function dataOf<Result>({ data, errors }: Answer<Result>): Result {
  const error = errors?.find(({ path }) => !data || path?.length === 1);
  if (error) throw new ClientError(String(error.extensions?.code ?? 'INTERNAL'), error.message);
  if (!data) throw new ClientError('INTERNAL', 'The answer holds no data.');
  return data;
}

interface EventSink<Result> {
  next(answer: Answer<Result>): void;
  error(error: unknown): void;
  complete(): void;
}

/** What a socket pushes, for one reader that pulls. */
class Events<Result> implements AsyncIterableIterator<Result> {
  readonly #waiting: Answer<Result>[] = [];
  readonly #release: () => void;
  #reader: { resolve: (result: Promise<IteratorResult<Result>>) => void } | undefined;
  #ended = false;
  #failure: unknown;

  constructor(open: (sink: EventSink<Result>) => () => void) {
    this.#release = open({
      next: (answer) => {
        if (this.#reader) this.#settle(this.#read(answer));
        else this.#waiting.push(answer);
      },
      error: (error) => {
        this.#failure = Array.isArray(error)
          ? refusal(error)
          : new ClientError('UNREACHABLE', 'The connection was lost.');
        this.#end();
      },
      complete: () => this.#end(),
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Result>> {
    const answer = this.#waiting.shift();
    if (answer) return this.#read(answer);
    if (this.#ended) return this.#last();
    return new Promise((resolve) => {
      this.#reader = { resolve };
    });
  }

  async return(): Promise<IteratorResult<Result>> {
    this.#waiting.length = 0;
    this.#end();
    this.#release();
    return { done: true, value: undefined };
  }

  async #read(answer: Answer<Result>): Promise<IteratorResult<Result>> {
    return { done: false, value: dataOf(answer) };
  }

  async #last(): Promise<IteratorResult<Result>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#ended = true;
    if (this.#reader) this.#settle(this.#last());
  }

  #settle(result: Promise<IteratorResult<Result>>): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(result);
  }
}

function refusal(errors: readonly { message: string; extensions?: { code?: unknown } }[]): ClientError {
  const [error] = errors;
  return new ClientError(
    String(error?.extensions?.code ?? 'INTERNAL'),
    error?.message ?? 'The subscription was refused.',
  );
}
