/*
 * What this process counts, in a registry of its own, so that two systems in one process do not add up. Counters and
 * histograms are fed where things happen; what merely is (queues, ages, pools) is asked for when somebody looks. Served on a
 * port of its own, which is never published: the public listener knows no such path.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From an answer out of memory to one that a person gives up on. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Facts wait for whoever is away: from at once to an hour. */
const DELAY_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600];
/** Of a value that is asked for; one that takes longer is absent this time. */
const READ_MILLISECONDS = 2_000;

type Labels = Readonly<Record<string, string>>;

interface Reading {
  readonly labels: Labels;
  readonly read: () => number | undefined | Promise<number | undefined>;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #readings = new Map<string, Reading[]>();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The counter of this name; several parts of a process may ask for one, and then feed the same. */
  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    const there = this.#registry.getSingleMetric(name) as Counter<Label> | undefined;
    return there ?? new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  /** A histogram of seconds: of answers, or of facts on their way. */
  seconds<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    kind: 'answers' | 'delays' = 'answers',
  ): Histogram<Label> {
    const there = this.#registry.getSingleMetric(name) as Histogram<Label> | undefined;
    if (there) return there;
    const buckets = kind === 'answers' ? SECONDS : DELAY_SECONDS;
    return new Histogram({ name, help, labelNames: [...labelNames], buckets, registers: [this.#registry] });
  }

  /** A value that is asked for at each look; absent then when `read` fails, is late, or yields undefined. */
  gauge(name: string, help: string, labels: Labels, read: Reading['read']): void {
    this.#ask(Gauge, name, help, { labels, read });
  }

  /** As `gauge`, of what is counted elsewhere and only grows. */
  total(name: string, help: string, labels: Labels, read: Reading['read']): void {
    this.#ask(Counter, name, help, { labels, read });
  }

  #ask(Kind: typeof Gauge | typeof Counter, name: string, help: string, reading: Reading): void {
    const readings = this.#readings.get(name);
    if (readings) {
      readings.push(reading);
      return;
    }
    const all = [reading];
    this.#readings.set(name, all);
    const collect = async function (this: Gauge | Counter) {
      this.reset();
      const values = await Promise.all(all.map(valueRead));
      for (const [index, value] of values.entries()) {
        if (value !== undefined) this.inc(all[index]?.labels ?? {}, value);
      }
    };
    new Kind({ name, help, labelNames: Object.keys(reading.labels), collect, registers: [this.#registry] });
  }

  /** All of it, as Prometheus reads it. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

async function valueRead({ read }: Reading): Promise<number | undefined> {
  const late = AbortSignal.timeout(READ_MILLISECONDS);
  const given = new Promise<undefined>((resolve) => {
    late.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([read(), given]);
  } catch {
    // What a crisis takes away must not take the rest with it.
    return undefined;
  }
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves GET /metrics and nothing else. @param port 0 for a free one. Rejects when it is taken. */
export async function serveMetrics(metrics: Metrics, host: string, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  // A process that fails to start must end, though it could still tell.
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
