/*
 * Traces by OpenTelemetry, behind the few calls that we make. A trace travels as a W3C traceparent, in headers and in
 * fields; only what runs below one operation of a subgraph (its statements, its facts) finds its span by asynchronous
 * context, which is entered for sampled operations alone. No global provider: two systems run side by side. What a span may
 * say is decided here: names, codes and texts of ours, never a value of a person.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Clock } from './clock.ts';

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;
/** Anybody may say that a trace is to be kept: of those that come from outside, so many a second are. */
const FORCED_PER_SECOND = 10;

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** Texts of ours: names, kinds, codes, statements without values. Never what a person sent or is. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind?: keyof typeof kinds;
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970; now when absent. */
  readonly startedAt?: number;
}

export interface TraceSpan {
  /** How those who are asked in its course learn of it. */
  readonly traceparent: string;
  readonly traceId: string;
  set(attributes: SpanAttributes): void;
  /** @param code what went wrong, from a closed set. @param at milliseconds since 1970; now when absent. */
  end(code?: string, at?: number): void;
}

export interface TracingOptions {
  /** Base address of an OTLP collector over HTTP, such as http://collector:4318. */
  readonly endpoint: string;
  /** Of traces that begin here, the part that is kept: 0 to 1. */
  readonly ratio: number;
  readonly service: string;
  readonly clock: Clock;
}

export class Tracing {
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;
  readonly #clock: Clock;
  readonly #running = new AsyncLocalStorage<TraceSpan>();
  #forcedSecond = 0;
  #forced = 0;

  constructor({ endpoint, ratio, service, clock }: TracingOptions) {
    this.#clock = clock;
    const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
    this.#provider = new NodeTracerProvider({
      sampler: new ParentBasedSampler({
        root: new TraceIdRatioBasedSampler(ratio),
        remoteParentSampled: new AlwaysOnSampler(),
      }),
      resource: resourceOf(service),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
    });
    this.#tracer = this.#provider.getTracer('hey-blue');
  }

  /** Begins what came from outside; undefined where the trace is not kept. A malformed `traceparent` is none. */
  enter(name: string, traceparent: string | undefined, options: SpanOptions = {}): TraceSpan | undefined {
    const parent = traceparent === undefined ? undefined : contextOf(traceparent);
    if (parent === undefined) return this.#begin(name, ROOT_CONTEXT, options);
    return parent.isSampled && this.#mayForce() ? this.#begin(name, parent.context, options) : undefined;
  }

  /** Begins a part of a trace of ours; undefined where there is none, or it is not kept. */
  continue(name: string, traceparent: string | undefined, options: SpanOptions = {}): TraceSpan | undefined {
    const parent = traceparent === undefined ? undefined : contextOf(traceparent);
    return parent?.isSampled ? this.#begin(name, parent.context, options) : undefined;
  }

  /** What runs in `task`, and what it waits for, finds `span` as `current`. */
  within<Result>(span: TraceSpan, task: () => Result): Result {
    return this.#running.run(span, task);
  }

  get current(): TraceSpan | undefined {
    return this.#running.getStore();
  }

  /** Sends what is left; what no collector takes is lost. Never rejects. */
  async close(): Promise<void> {
    await this.#provider.shutdown().catch(() => undefined);
  }

  #begin(name: string, context: Context, { kind = 'internal', attributes, startedAt }: SpanOptions) {
    const options = {
      kind: kinds[kind],
      ...(attributes && { attributes }),
      ...(startedAt !== undefined && { startTime: startedAt }),
    };
    const span = this.#tracer.startSpan(name, options, context);
    return span.isRecording() ? new OpenSpan(span) : undefined;
  }

  #mayForce(): boolean {
    const second = Math.floor(this.#clock.now().getTime() / 1000);
    if (second !== this.#forcedSecond) {
      this.#forcedSecond = second;
      this.#forced = 0;
    }
    this.#forced += 1;
    return this.#forced <= FORCED_PER_SECOND;
  }
}

class OpenSpan implements TraceSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  get traceparent(): string {
    const { traceId, spanId } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-01`;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes(attributes);
  }

  end(code?: string, at?: number): void {
    if (code !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', code);
    this.#span.end(at);
  }
}

function contextOf(traceparent: string): { readonly context: Context; readonly isSampled: boolean } | undefined {
  const [, traceId, spanId, flags = '00'] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || !spanId) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & SAMPLED;
  const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  return { context, isSampled: traceFlags === SAMPLED };
}

/** Who sends, and nothing about the machine. By hand: the package that makes these is not one that we ask npm for. */
function resourceOf(service: string) {
  const resource = {
    attributes: { 'service.name': `hey-blue-${service}`, 'service.namespace': 'hey-blue' },
    asyncAttributesPending: false,
    schemaUrl: undefined,
    merge: () => resource,
    getRawAttributes: () => Object.entries(resource.attributes) as [string, string][],
  };
  return resource;
}
