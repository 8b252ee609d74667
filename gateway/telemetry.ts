/*
 * What the gateway tells of itself, put around what it has (the listener, operations, links) and not into it: a gateway that
 * tells nothing runs without any of this. Operations are named after trusted documents alone; a text that somebody made up
 * is `other`, since its name may be anything, and as many things as somebody likes.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import { type FormattedExecutionResult, type GraphQLFormattedError, parse } from 'graphql';
import type { Logger } from 'pino';
import { type SubgraphName, subgraphNames } from '../schema/events.ts';
import type { Metrics } from '../subgraphs/kernel/metrics.ts';
import { outcomeOf, type Telemetry } from '../subgraphs/kernel/telemetry.ts';
import type { TraceSpan, Tracing } from '../subgraphs/kernel/tracing.ts';
import { contractPaths } from './contracts.ts';
import type { PreparedOperation } from './executor/operation.ts';
import type { SubgraphLink } from './link.ts';
import type { OperationCall, Operations, Prepared } from './operations.ts';
import type { Answers, Reader } from './subscriptions/answers.ts';

export interface GatewayTelemetryOptions {
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** Documents that were registered ahead, by hash in hexadecimal. */
  readonly trusted: ReadonlyMap<string, string>;
}

export interface GatewayTelemetry {
  /** Counts and traces requests for GraphQL. */
  listener(inner: RequestListener): RequestListener;
  /** The trace that a request is in; to be handed on with its operation. */
  traceOf(request: IncomingMessage): string | undefined;
  /** The trace that the client of a socket says an operation is in. */
  traceIn(extensions: Readonly<Record<string, unknown>> | null | undefined): string | undefined;
  /** @param begins where operations come without a request of their own that is traced: from sockets. */
  operations(inner: Operations, begins?: boolean): Operations;
  link(inner: SubgraphLink): SubgraphLink;
  /** A value that is asked for at each look. */
  gauge(name: string, help: string, read: () => number): void;
  breaker(subgraph: SubgraphName, isOpen: boolean): void;
  /** What the cache of answers has counted, read at each look. */
  cache(statistics: CacheStatistics): void;
}

interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
}

/** What is said of an operation. */
interface Described {
  readonly name: string;
  readonly kind: string;
  /** Of the text that was registered ahead; absent for others, whose texts may hold values. */
  readonly hash?: string;
}

/** Faults of ours, which the log of some subgraph explains. */
const FAULTS: ReadonlySet<string> = new Set(['INTERNAL', 'DOWNSTREAM_SERVICE_ERROR', 'OTHER']);
/** One that was looked up, and not planned, takes less. */
const PLANNED_MILLISECONDS = 0.5;
const OTHER = 'other';
const graphqlPaths: ReadonlySet<string> = new Set(Object.values(contractPaths));
const HASH_CHARACTERS = 16;

/** @returns undefined where the process tells nothing. */
export function gatewayTelemetry({ telemetry, log, trusted }: GatewayTelemetryOptions): GatewayTelemetry | undefined {
  const { tracing, metrics } = telemetry;
  if (!tracing && !metrics) return undefined;
  const count = metrics && gatewayCounts(metrics);
  const requests = new WeakMap<IncomingMessage, TraceSpan>();
  const described = new WeakMap<PreparedOperation, Described>();
  /** When an operation was planned, for the trace of whoever runs it first. */
  const planned = new WeakMap<PreparedOperation, { readonly from: number; readonly to: number }>();
  const hashes = new Map([...trusted].map(([hash, text]) => [canonical(parse(text).definitions), hash]));
  let cached: CacheStatistics = { hits: 0, misses: 0 };
  const lookups = (outcome: string, read: () => number) =>
    metrics?.total('hey_blue_cache_lookups_total', 'Fetches that were looked for in the cache.', { outcome }, read);
  lookups('hit', () => cached.hits);
  lookups('miss', () => cached.misses);
  const openBreakers = new Set<SubgraphName>();
  for (const subgraph of subgraphNames) {
    const isOpen = () => (openBreakers.has(subgraph) ? 1 : 0);
    metrics?.gauge('hey_blue_breaker_open', 'Whether a subgraph is not asked for a while.', { subgraph }, isOpen);
  }

  function describe(operation: PreparedOperation): Described {
    let known = described.get(operation);
    if (!known) {
      const { operation: kind, name } = operation.definition;
      const hash = hashes.get(canonical(operation.document.definitions));
      known = hash && name ? { name: name.value, kind, hash: hash.slice(0, HASH_CHARACTERS) } : { name: OTHER, kind };
      described.set(operation, known);
    }
    return known;
  }

  function note<Outcome extends Prepared>(prepared: Outcome, startedAt: number): Outcome {
    if (prepared.errors) {
      count?.operations.inc({ operation: OTHER, kind: 'none', code: outcomeOf(prepared.errors) });
    } else if (tracing && performance.now() - startedAt >= PLANNED_MILLISECONDS) {
      const from = performance.timeOrigin + startedAt;
      planned.set(prepared.operation, { from, to: performance.timeOrigin + performance.now() });
    }
    return prepared;
  }

  function begin(operation: PreparedOperation, { traceparent }: OperationCall, begins: boolean): TraceSpan | undefined {
    if (!tracing || (!begins && traceparent === undefined)) return undefined;
    const { name, kind, hash } = describe(operation);
    const plan = planned.get(operation);
    planned.delete(operation);
    const attributes = {
      'graphql.operation.name': name,
      'graphql.operation.type': kind,
      ...(hash && { 'graphql.document.hash': hash }),
    };
    const options = {
      kind: begins ? 'server' : 'internal',
      attributes,
      ...(plan && { startedAt: plan.from }),
    } as const;
    const title = `${kind} ${name}`;
    const span = begins ? tracing.enter(title, traceparent, options) : tracing.continue(title, traceparent, options);
    if (span && plan) tracing.continue('plan', span.traceparent, { startedAt: plan.from })?.end(undefined, plan.to);
    return span;
  }

  function finish(
    operation: PreparedOperation,
    call: OperationCall,
    span: TraceSpan | undefined,
    startedAt: number,
    errors: readonly GraphQLFormattedError[] | undefined,
  ): void {
    const code = outcomeOf(errors);
    const { name, kind } = describe(operation);
    span?.end(code === 'OK' ? undefined : code);
    count?.operations.inc({ operation: name, kind, code });
    count?.operationSeconds.observe({ kind }, (performance.now() - startedAt) / 1000);
    if (!FAULTS.has(code)) return;
    const errorId = errors?.[0]?.extensions?.errorId;
    const traceId = span?.traceId;
    log.warn({ requestId: call.requestId, ...(traceId && { traceId }), operation: name, code, errorId }, 'failed');
  }

  const below = (call: OperationCall, span: TraceSpan | undefined): OperationCall =>
    span || call.traceparent !== undefined ? { ...call, traceparent: span?.traceparent } : call;

  return {
    listener(inner) {
      return (request, response) => {
        const path = request.url?.split('?', 1)[0] ?? '';
        if (!graphqlPaths.has(path)) return inner(request, response);
        const startedAt = performance.now();
        const given = request.headers.traceparent;
        const attributes = { 'http.request.method': knownMethod(request.method), 'url.path': path };
        const span = tracing?.enter('request', typeof given === 'string' ? given : undefined, {
          kind: 'server',
          attributes,
        });
        if (span) requests.set(request, span);
        response.once('close', () => {
          const { statusCode } = response;
          span?.set({ 'http.response.status_code': statusCode });
          span?.end(response.writableFinished ? undefined : 'CLIENT_CLOSED');
          count?.responses.inc({ status: response.writableFinished ? String(statusCode) : 'closed' });
          count?.responseSeconds.observe((performance.now() - startedAt) / 1000);
        });
        return inner(request, response);
      };
    },
    traceOf: (request) => requests.get(request)?.traceparent,
    traceIn(extensions) {
      const given = extensions?.traceparent;
      return tracing && typeof given === 'string' ? given : undefined;
    },
    operations(inner, begins = false) {
      return {
        ...inner,
        prepare(request, caller, address) {
          const startedAt = performance.now();
          return note(inner.prepare(request, caller, address), startedAt);
        },
        find(request, caller, address) {
          const startedAt = performance.now();
          const found = inner.find(request, caller, address);
          return found instanceof Promise
            ? found.then((prepared) => note(prepared, startedAt))
            : note(found, startedAt);
        },
        async execute(operation, variables, call) {
          const startedAt = performance.now();
          const span = begin(operation, call, begins);
          const result = await inner.execute(operation, variables, below(call, span));
          finish(operation, call, span, startedAt, result.errors);
          return result;
        },
        async subscribe(operation, variables, call) {
          const startedAt = performance.now();
          const span = begin(operation, call, begins);
          const opened = await inner.subscribe(operation, variables, below(call, span));
          const isOpen = 'tell' in opened;
          finish(operation, call, span, startedAt, isOpen ? undefined : opened.errors);
          return isOpen && count ? new CountedAnswers(opened, count) : opened;
        },
      };
    },
    link: (inner) => observedLink(inner, tracing, count),
    gauge: (name, help, read) => metrics?.gauge(name, help, {}, read),
    breaker(subgraph, isOpen) {
      if (isOpen) openBreakers.add(subgraph);
      else openBreakers.delete(subgraph);
    },
    cache(statistics) {
      cached = statistics;
    },
  };
}

type Counts = ReturnType<typeof gatewayCounts>;

function gatewayCounts(metrics: Metrics) {
  let subscriptions = 0;
  metrics.gauge(
    'hey_blue_subscriptions_open',
    'Subscriptions that are open; shared ones once.',
    {},
    () => subscriptions,
  );
  return {
    responses: metrics.counter('hey_blue_http_responses_total', 'Answers by status; closed: nobody waited.', [
      'status',
    ]),
    responseSeconds: metrics.seconds('hey_blue_http_response_seconds', 'From a request to the end of its answer.', []),
    operations: metrics.counter('hey_blue_operations_total', 'Operations by trusted name, kind and first error code.', [
      'operation',
      'kind',
      'code',
    ]),
    operationSeconds: metrics.seconds('hey_blue_operation_seconds', 'Time to answer, or to open a subscription.', [
      'kind',
    ]),
    fetches: metrics.counter('hey_blue_fetches_total', 'What subgraphs were asked: answered, refused, unavailable.', [
      'subgraph',
      'outcome',
    ]),
    fetchSeconds: metrics.seconds('hey_blue_fetch_seconds', 'Time until a subgraph answered.', ['subgraph']),
    events: metrics.counter(
      'hey_blue_subscription_events_total',
      'Events of subscriptions by outcome of their answer.',
      ['code'],
    ),
    subscriptionOpened: () => {
      subscriptions += 1;
    },
    subscriptionEnded: () => {
      subscriptions -= 1;
    },
  };
}

function observedLink(inner: SubgraphLink, tracing: Tracing | undefined, count: Counts | undefined): SubgraphLink {
  const subgraph = inner.name;
  const begin = (traceparent: string | undefined) =>
    tracing?.continue(`fetch ${subgraph}`, traceparent, { kind: 'client', attributes: { subgraph } });
  const finish = (span: TraceSpan | undefined, startedAt: number, outcome: string, code: string) => {
    span?.end(code === 'OK' ? undefined : code);
    count?.fetches.inc({ subgraph, outcome });
    count?.fetchSeconds.observe({ subgraph }, (performance.now() - startedAt) / 1000);
  };
  return {
    ...inner,
    async execute(request, headers) {
      const startedAt = performance.now();
      const span = begin(headers.traceparent);
      try {
        const result = await inner.execute(request, span ? { ...headers, traceparent: span.traceparent } : headers);
        const code = outcomeOf(result.errors);
        finish(span, startedAt, code === 'OK' ? 'answered' : 'refused', code);
        return result;
      } catch (error) {
        finish(span, startedAt, 'unavailable', 'UNAVAILABLE');
        throw error;
      }
    },
  };
}

/** Answers as they were, counted on their way. */
class CountedAnswers implements Answers<FormattedExecutionResult>, Reader<FormattedExecutionResult> {
  readonly #inner: Answers<FormattedExecutionResult>;
  readonly #count: Counts;
  #reader: Reader<FormattedExecutionResult> | undefined;
  #isOpen = true;

  constructor(inner: Answers<FormattedExecutionResult>, count: Counts) {
    this.#inner = inner;
    this.#count = count;
    count.subscriptionOpened();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult>> {
    const result = await this.#inner.next();
    if (result.done) this.#end();
    else this.#counted(result.value);
    return result;
  }

  tell(reader: Reader<FormattedExecutionResult>): void {
    this.#reader = reader;
    this.#inner.tell(this);
  }

  resume(): void {
    this.#inner.resume();
  }

  return(): Promise<IteratorResult<FormattedExecutionResult>> {
    this.#end();
    return this.#inner.return();
  }

  told(answer: FormattedExecutionResult): boolean {
    this.#counted(answer);
    return this.#reader?.told(answer) ?? false;
  }

  ended(failure?: unknown): void {
    this.#end();
    this.#reader?.ended(failure);
  }

  #counted({ errors }: FormattedExecutionResult): void {
    this.#count.events.inc({ code: outcomeOf(errors) });
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#count.subscriptionEnded();
  }
}

/**
 * The same for what asks the same, however it is spaced and ordered: codegen sorts what it registers, and clients send what
 * was written.
 */
function canonical(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(canonical).sort().join()}]`;
  if (typeof node !== 'object' || node === null) return JSON.stringify(node) ?? '';
  const fields = Object.entries(node).filter(([name, value]) => name !== 'loc' && value !== undefined);
  return `{${fields
    .map(([name, value]) => `${name}:${canonical(value)}`)
    .sort()
    .join()}}`;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'PATCH']);

/** Anybody may invent one. */
function knownMethod(method: string | undefined): string {
  return method && METHODS.has(method) ? method : OTHER;
}
