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
  /** Where several clients share one session, such as the tabs of a browser: who renews it, one at a time. */
  readonly shared?: SharedSession;
  /** Milliseconds after which a call is given up; 30,000 when absent. */
  readonly timeoutMilliseconds?: number;
  /** Of its operations so many begin a trace that the API follows (a sampled W3C traceparent), 0 to 1; none when absent. */
  readonly tracedShare?: number;
}

export interface SharedSession {
  /** The session as it was renewed last, by whomever; undefined when somebody has ended it. */
  latest(): Session | undefined;
  /** Runs `task` while nobody else runs one. */
  exclusively(task: () => Promise<void>): Promise<void>;
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
/** Close code of graphql-ws for a socket that we gave up ourselves. */
const TERMINATED = 4499;
const LONGEST_PAUSE_MILLISECONDS = 30_000;
/** What the API says of a session that no repetition renews. */
const LASTING = new Set(['SESSION_ENDED', 'ACCOUNT_SUSPENDED', 'UNAUTHENTICATED', 'BAD_USER_INPUT']);

export class Client {
  readonly #options: ClientOptions;
  #session: Session | undefined;
  #renewing: Promise<void> | undefined;
  #socket: SocketClient | undefined;
  /** With what code the last socket was closed. */
  #closeCode: number | undefined;
  /** Whether the API did not know a document by its id. */
  #sendsTexts = false;
  readonly #subscriptions = new Set<{ return(): Promise<unknown> }>();
  /** How soon to come back, as a gateway that sent us away has said. */
  #backMilliseconds: number | undefined;
  /** Ends the pause before the next attempt to connect. */
  #wake: (() => void) | undefined;

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
  takeSession(session: Session): void {
    this.#session = session;
    this.#options.onSession?.(session);
    this.#socket?.terminate();
    this.#wake?.();
  }

  /** Uses none any more: what follows is asked as nobody. Open subscriptions are opened anew. */
  forgetSession(): void {
    this.#session = undefined;
    this.#socket?.terminate();
    this.#wake?.();
  }

  /** Renews the session now, such as when the person may do more than before. @throws ClientError, as request does. */
  async renewSession(): Promise<void> {
    if (this.#session) await this.#renew();
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
   * Subscribes. The iterator yields each event; a ClientError ends it, when an event failed or the session cannot be
   * renewed. A lost connection is made anew by itself, so is a subscription that a new schema ended, and the API then tells
   * the present state first. `return` ends the subscription at once.
   */
  subscribe<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): AsyncIterableIterator<Result> {
    const events: Events<Result> = new Events<Result>((sink) => {
      let begun = 0;
      const begin = (): (() => void) => {
        const mine = ++begun;
        return this.#connected().subscribe(
          { ...this.#subscribed(document), variables: (variables ?? {}) as Record<string, unknown> },
          {
            next: (answer) => (isReload(answer.errors) ? again() : sink.next(answer as Answer<Result>)),
            error: (error) => (isReload(error) ? again() : sink.error(error)),
            // One that another has followed ends unheard.
            complete: () => mine === begun && sink.complete(),
          },
        );
      };
      let release = begin();
      // Another schema serves: the API tells the present state first, as after a connection that was lost.
      const again = () => {
        const before = release;
        release = begin();
        before();
      };
      return () => {
        release();
        this.#subscriptions.delete(events);
      };
    });
    this.#subscriptions.add(events);
    return events;
  }

  /** Ends all subscriptions; the socket closes with the last of them. */
  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((events) => events.return()));
    this.#wake?.();
  }

  async #send<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: unknown,
    credentials = this.#credentials(),
  ): Promise<Result> {
    const { url, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = this.#options;
    const documentId = this.#sendsTexts ? undefined : idOf(document);
    const asked = documentId === undefined ? { query: document.toString() } : { documentId };
    let answer: Answer<Result>;
    try {
      const response = await fetch(`${url}${this.#pathOf(document)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...credentials, ...this.#trace() },
        body: JSON.stringify({ ...asked, variables }),
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      answer = (await response.json()) as Answer<Result>;
    } catch (cause) {
      throw new ClientError('UNREACHABLE', `${url} does not answer.`, { cause });
    }
    if (documentId !== undefined && answer.errors?.[0]?.extensions?.code === 'PERSISTED_QUERY_NOT_FOUND') {
      // An API that is older or newer than we are; nothing was run.
      this.#sendsTexts = true;
      return this.#send(document, variables, credentials);
    }
    return dataOf(answer);
  }

  /** The protocol wants a text; by an empty one and a hash a document is named as Apollo's clients do. */
  #subscribed<Result, Variables>(document: TypedDocumentString<Result, Variables>) {
    const id = this.#sendsTexts ? undefined : idOf(document);
    if (id === undefined) return { query: document.toString(), extensions: this.#trace() };
    const persistedQuery = { version: 1, sha256Hash: id.replace('sha256:', '') };
    return { query: '', extensions: { persistedQuery, ...this.#trace() } };
  }

  /** Where a trace begins here, as its header and as its extension on a socket. */
  #trace(): { readonly traceparent?: string } {
    const [draw = 0, ...words] = crypto.getRandomValues(new Uint32Array(7));
    if (draw >= (this.#options.tracedShare ?? 0) * 2 ** 32) return {};
    const id = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    return { traceparent: `00-${id.slice(0, 32)}-${id.slice(32)}-01` };
  }

  /** A partner's key opens one path; else a document goes where it is shown, and to everybody's where it says nothing. */
  #pathOf(document?: Pick<TypedDocumentString<unknown, unknown>, '__meta__'>): string {
    const contract = this.#options.apiKey ? 'partner' : document?.__meta__?.contract;
    return contract === undefined ? '/graphql' : `/graphql/${contract}`;
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
    const { shared } = this.#options;
    this.#renewing ??= (shared ? shared.exclusively(() => this.#renewUnlessDone(shared)) : this.#exchange()).finally(
      () => {
        this.#renewing = undefined;
      },
    );
    return this.#renewing;
  }

  /** Somebody else may have renewed it while this one waited: the refresh token in hand would end the session for all. */
  async #renewUnlessDone(shared: SharedSession): Promise<void> {
    const latest = shared.latest();
    if (latest === undefined) throw new ClientError('SESSION_ENDED', 'The session was ended elsewhere.');
    if (latest.refreshToken === this.#session?.refreshToken) await this.#exchange();
    else this.#session = latest;
  }

  async #exchange(): Promise<void> {
    const refreshToken = this.#session?.refreshToken ?? '';
    // Without the access token: the API refuses any call that carries one that has ended.
    const { refreshSession } = await this.#send(RefreshSessionDocument, { input: { refreshToken } }, {});
    this.#session = refreshSession.session;
    this.#options.onSession?.(refreshSession.session);
  }

  #connected(): SocketClient {
    this.#socket ??= createSocketClient({
      url: `${this.#options.url.replace(/^http/, 'ws')}${this.#pathOf()}`,
      connectionParams: async () => {
        if (this.#closeCode === FORBIDDEN && this.#session) await this.#renew();
        this.#closeCode = undefined;
        await this.#renewIfDue();
        return this.#credentials();
      },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: (reason) => {
        if (reason instanceof ClientError) return !LASTING.has(reason.code);
        return codeOf(reason) !== FORBIDDEN || this.#session !== undefined;
      },
      retryWait: (retries) => this.#pause(retries),
      on: {
        closed: (event) => {
          this.#closeCode = codeOf(event);
          this.#backMilliseconds = backIn(event);
        },
      },
    });
    return this.#socket;
  }

  /** Waits longer and longer, unevenly, so that the clients of a system that comes back do not all come at once. */
  async #pause(retries: number): Promise<void> {
    const isAsked = this.#closeCode === FORBIDDEN || this.#closeCode === TERMINATED;
    if (this.#subscriptions.size === 0 || (isAsked && retries === 0)) return;
    const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, 500 * 2 ** retries);
    const told = retries === 0 ? this.#backMilliseconds : undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, told ?? longest * (0.5 + Math.random() / 2));
    });
    clearTimeout(timer);
    this.#wake = undefined;
  }
}

/** Under which the API knows the document: `sha256:<hash>`, from the manifest of generated/. */
function idOf({ __meta__ }: Pick<TypedDocumentString<unknown, unknown>, '__meta__'>): string | undefined {
  const id = __meta__?.hash;
  return typeof id === 'string' ? id : undefined;
}

/** The close code of a socket, if this is the end of one. */
function codeOf(reason: unknown): number | undefined {
  return (reason as { code?: number } | null)?.code;
}

/** Whether these are the errors of a subscription that was ended by a new schema. */
function isReload(errors: unknown): boolean {
  const [error] = Array.isArray(errors) ? (errors as Answer<unknown>['errors'] & object) : [];
  return error?.extensions?.code === 'SUBSCRIPTION_SCHEMA_RELOAD';
}

/** What a gateway that goes away says in the reason of its close frame; undefined where it does not. */
function backIn(event: unknown): number | undefined {
  try {
    const { retryMilliseconds } = JSON.parse((event as { reason: string }).reason);
    return typeof retryMilliseconds === 'number' ? Math.min(LONGEST_PAUSE_MILLISECONDS, retryMilliseconds) : undefined;
  } catch {
    return undefined;
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
        if (this.#reader) this.#settle(() => this.#read(answer));
        else this.#waiting.push(answer);
      },
      error: (error) => {
        this.#failure = failureOf(error);
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
    return { done: true, value: undefined };
  }

  async #read(answer: Answer<Result>): Promise<IteratorResult<Result>> {
    try {
      return { done: false, value: dataOf(answer) };
    } catch (error) {
      // Nobody reads on after an iterator has thrown.
      this.#waiting.length = 0;
      this.#end();
      throw error;
    }
  }

  async #last(): Promise<IteratorResult<Result>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return { done: true, value: undefined };
  }

  #end(): void {
    if (!this.#ended) this.#release();
    this.#ended = true;
    if (this.#reader) this.#settle(() => this.#last());
  }

  #settle(result: () => Promise<IteratorResult<Result>>): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(result());
  }
}

/** Why a subscription ended: refusals of the API, a session that could not be renewed, or the end of the socket. */
function failureOf(reason: unknown): ClientError {
  if (reason instanceof ClientError) return reason;
  if (Array.isArray(reason)) {
    const { message, extensions } = reason[0] as { message: string; extensions?: { code?: unknown } };
    return new ClientError(String(extensions?.code ?? 'INTERNAL'), message);
  }
  if (codeOf(reason) === FORBIDDEN) return new ClientError('UNAUTHENTICATED', (reason as { reason: string }).reason);
  return new ClientError('UNREACHABLE', 'The connection was lost.', { cause: reason });
}
