/*
 * What a process tells of itself: traces where OTEL_EXPORTER_OTLP_ENDPOINT is set, numbers where METRICS_PORT is. Each
 * library is loaded only then, and who does not tell pays nothing: every hook below is absent, not empty. Nothing that
 * leaves here names or describes a person; labels are from closed sets.
 */
import type { GraphQLFormattedError } from 'graphql';
import type { SubgraphName } from '../../schema/events.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Configuration } from './configuration.ts';
import { refusalCodes } from './errors.ts';
import type { EventEnvelope } from './event-bus.ts';
import type { Metrics } from './metrics.ts';
import type { TraceSpan, Tracing } from './tracing.ts';

export interface Telemetry {
  readonly tracing: Tracing | undefined;
  readonly metrics: Metrics | undefined;
  /** Where the numbers are served; undefined where they are not. */
  readonly metricsPort: number | undefined;
  /** Sends what is left, stops serving. Never rejects. */
  close(): Promise<void>;
}

export interface TelemetryOptions {
  readonly configuration: Pick<Configuration, 'host' | 'telemetry'>;
  /** `gateway`, or the subgraph that runs alone in this process. */
  readonly service: string;
  readonly clock: Clock;
}

/** Rejects when the port is taken. */
export async function openTelemetry({ configuration, service, clock }: TelemetryOptions): Promise<Telemetry> {
  const { tracesEndpoint, traceRatio, metricsPort } = configuration.telemetry;
  let tracing: Tracing | undefined;
  if (tracesEndpoint !== undefined) {
    const { Tracing } = await import('./tracing.ts');
    tracing = new Tracing({ endpoint: tracesEndpoint, ratio: traceRatio, service, clock });
  }
  if (metricsPort === undefined) {
    return { tracing, metrics: undefined, metricsPort: undefined, close: async () => tracing?.close() };
  }
  const { Metrics, serveMetrics } = await import('./metrics.ts');
  const metrics = new Metrics();
  const server = await serveMetrics(metrics, configuration.host, metricsPort);
  return {
    tracing,
    metrics,
    metricsPort: server.port,
    async close() {
      await server.close();
      await tracing?.close();
    },
  };
}

/** Codes that graphql-js and Apollo's gateway use besides ours. */
const foreignCodes = ['INTERNAL', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'DOWNSTREAM_SERVICE_ERROR'];
const knownCodes: ReadonlySet<string> = new Set([...Object.keys(refusalCodes), ...foreignCodes]);

/** The first code of an answer, `OK` without errors, `OTHER` for one that nobody here gives: a closed set. */
export function outcomeOf(errors: readonly GraphQLFormattedError[] | undefined): string {
  const first = errors?.[0];
  if (!first) return 'OK';
  const code = String(first.extensions?.code);
  return knownCodes.has(code) ? code : 'OTHER';
}

/** What one of the six tells. Absent where the process tells nothing. */
export interface SubgraphTelemetry {
  /**
   * Runs an operation below the gateway's fetch. @param traceparent of that fetch. @param errorsOf of its answer.
   */
  operation<Result>(
    traceparent: string | undefined,
    task: () => Result | Promise<Result>,
    errorsOf: (result: Result) => readonly GraphQLFormattedError[] | undefined,
  ): Promise<Result>;
  /** The trace of what runs now, to be recorded with a fact and logged. */
  readonly current: TraceSpan | undefined;
  /** A statement has been answered. @param text with places for its values, never with values. */
  readonly statement: ((text: string, tookMilliseconds: number, hasFailed: boolean) => void) | undefined;
  /** Sends facts on. @param send is given them with the trace that whoever takes them in belongs to. */
  publish(events: readonly EventEnvelope[], send: (events: readonly EventEnvelope[]) => Promise<void>): Promise<void>;
  /** Takes a fact in; rejects as `task` does. @param task resolves to whether it was acted on. */
  takeIn(event: EventEnvelope, task: () => Promise<boolean>): Promise<boolean>;
  /** A fact was set aside as a dead letter. */
  setAside(event: EventEnvelope): void;
  /** A value that is asked for at each look. */
  gauge(name: string, help: string, read: () => number | undefined | Promise<number | undefined>): void;
}

/** Longer ones are cut: the rest says little. */
const STATEMENT_CHARACTERS = 1_000;

/** @returns undefined where the process tells nothing. */
export function subgraphTelemetry(
  subgraph: SubgraphName,
  telemetry: Telemetry | undefined,
  clock: Clock,
): SubgraphTelemetry | undefined {
  const { tracing, metrics } = telemetry ?? {};
  if (!tracing && !metrics) return undefined;
  const count = metrics && subgraphCounts(metrics);
  const now = () => clock.now().getTime();

  return {
    async operation(traceparent, task, errorsOf) {
      const startedAt = performance.now();
      const span = tracing?.continue(`${subgraph} operation`, traceparent, { kind: 'server' });
      const result = await (span && tracing ? tracing.within(span, task) : task());
      const outcome = outcomeOf(errorsOf(result));
      span?.set({ subgraph });
      span?.end(outcome === 'OK' ? undefined : outcome);
      count?.operations.inc({ subgraph, code: outcome });
      count?.operationSeconds.observe({ subgraph }, (performance.now() - startedAt) / 1000);
      return result;
    },
    get current() {
      return tracing?.current;
    },
    statement: tracing && ((text, took, hasFailed) => traceStatement(tracing, text, took, hasFailed)),
    async publish(events, send) {
      const spans: TraceSpan[] = [];
      const traced = tracing ? events.map((event) => withSpan(tracing, event, spans)) : events;
      try {
        await send(traced);
      } catch (error) {
        for (const span of spans) span.end('UNAVAILABLE');
        throw error;
      }
      for (const span of spans) span.end();
      for (const { topic } of events) count?.published.inc({ subgraph, topic });
    },
    async takeIn(event, task) {
      const { topic } = event;
      const attributes = { subgraph, topic };
      const span = tracing?.continue(`take in ${topic}`, event.trace, { kind: 'consumer', attributes });
      try {
        const isDone = await (span && tracing ? tracing.within(span, task) : task());
        span?.end();
        count?.takenIn.inc({ subgraph, topic, outcome: isDone ? 'done' : 'repeated' });
        if (isDone) {
          const delay = Math.max(0, now() - Date.parse(event.recordedAt)) / 1000;
          count?.delaySeconds.observe({ subgraph }, delay);
        }
        return isDone;
      } catch (error) {
        span?.end('INTERNAL');
        count?.takenIn.inc({ subgraph, topic, outcome: 'failed' });
        throw error;
      }
    },
    setAside: ({ topic }) => count?.takenIn.inc({ subgraph, topic, outcome: 'set_aside' }),
    gauge: (name, help, read) => metrics?.gauge(name, help, { subgraph }, read),
  };
}

function subgraphCounts(metrics: Metrics) {
  const event = ['subgraph', 'topic'] as const;
  return {
    operations: metrics.counter('hey_blue_subgraph_operations_total', 'Operations answered, by first error code.', [
      'subgraph',
      'code',
    ]),
    operationSeconds: metrics.seconds('hey_blue_subgraph_operation_seconds', 'Time to answer an operation.', [
      'subgraph',
    ]),
    published: metrics.counter('hey_blue_events_published_total', 'Facts that the bus has taken.', event),
    takenIn: metrics.counter('hey_blue_events_taken_in_total', 'Facts of others: done, repeated, failed, set_aside.', [
      ...event,
      'outcome',
    ]),
    delaySeconds: metrics.seconds(
      'hey_blue_event_delay_seconds',
      'From when a fact was recorded until it was taken in.',
      ['subgraph'],
      'delays',
    ),
  };
}

function traceStatement(tracing: Tracing, text: string, tookMilliseconds: number, hasFailed: boolean): void {
  const parent = tracing.current;
  if (!parent) return;
  const statement = withoutLiterals(text);
  // Traces are in the machine's time, also where the system's is set ahead.
  const endedAt = systemClock.now().getTime();
  const attributes = { 'db.system.name': 'postgresql', 'db.query.text': statement };
  const name = /^\s*(\w+)/.exec(statement)?.[1]?.toLowerCase() ?? 'statement';
  const startedAt = endedAt - tookMilliseconds;
  tracing
    .continue(name, parent.traceparent, { kind: 'client', attributes, startedAt })
    ?.end(hasFailed ? 'DATABASE' : undefined, endedAt);
}

/** Statements carry places for values; what somebody wrote into one all the same does not leave. */
function withoutLiterals(text: string): string {
  return text
    .slice(0, STATEMENT_CHARACTERS)
    .replace(/'(?:[^']|'')*(?:'|$)/g, '?')
    .replace(/(?<![\w$."])\d+(?:\.\d+)?\b/g, '?');
}

/** A fact that belongs to a trace is sent in a span of its own, which whoever takes it in continues. */
function withSpan(tracing: Tracing, event: EventEnvelope, spans: TraceSpan[]): EventEnvelope {
  const { topic, producer } = event;
  const attributes = { subgraph: producer, topic };
  const span = tracing.continue(`publish ${topic}`, event.trace, { kind: 'producer', attributes });
  if (!span) return event;
  spans.push(span);
  return { ...event, trace: span.traceparent };
}
