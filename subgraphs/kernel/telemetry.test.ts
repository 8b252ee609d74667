import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ManualClock } from './clock.ts';
import { type Metrics, serveMetrics } from './metrics.ts';
import { openTelemetry, outcomeOf, subgraphTelemetry, type Telemetry } from './telemetry.ts';
import { type Collector, startCollector } from './testing/collector.ts';
import { projectRoot, sourceFiles } from './testing/source-tree.ts';
import type { Tracing } from './tracing.ts';

const clock = new ManualClock();
const phone = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const fact = {
  id: '019a0000-0000-7000-8000-000000000000',
  topic: 'account.registered',
  key: 'k',
  producer: 'identity',
  position: 1,
  recordedAt: '2026-03-01T12:00:00.000Z',
  body: {},
} as const;

let collector: Collector;
let telemetry: Telemetry;

beforeEach(async () => {
  collector = await startCollector();
});

afterEach(async () => {
  await telemetry?.close();
  await collector.close();
});

async function open({ traceRatio = 0, service = 'profile' } = {}): Promise<{ tracing: Tracing; metrics: Metrics }> {
  telemetry = await openTelemetry({
    configuration: {
      host: '127.0.0.1',
      telemetry: { tracesEndpoint: collector.url, traceRatio, metricsPort: 0 },
    },
    service,
    clock,
  });
  return telemetry as { tracing: Tracing; metrics: Metrics };
}

describe('a process', () => {
  test('that is told neither where nor on which port tells nothing', async () => {
    const nothing = { tracesEndpoint: undefined, traceRatio: 1, metricsPort: undefined };
    telemetry = await openTelemetry({
      configuration: { host: '127.0.0.1', telemetry: nothing },
      service: 'profile',
      clock,
    });
    expect(telemetry).toMatchObject({ tracing: undefined, metrics: undefined, metricsPort: undefined });
    expect(subgraphTelemetry('profile', telemetry, clock)).toBeUndefined();
  });

  test('loads what it tells by only when it tells', () => {
    const eager = sourceFiles().flatMap(({ path, isTest, lines, imports }) => {
      if (isTest || !/^(gateway|subgraphs)\//.test(path) || /\/(metrics|tracing)\.ts$/.test(path)) return [];
      const telling = /^npm:(prom-client|@opentelemetry\/)|^subgraphs\/kernel\/(metrics|tracing)\.ts$/;
      const isLazy = (line: number) => /\bawait import\b/.test(lines[line - 1] ?? '');
      return imports.filter(({ target, typeOnly, line }) => telling.test(target) && !typeOnly && !isLazy(line));
    });
    expect(eager).toEqual([]);
  });

  test('answers GET /metrics on its own port, and nothing else there', async () => {
    const { metrics } = await open();
    metrics.counter('hey_blue_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
    const url = `http://127.0.0.1:${telemetry.metricsPort}`;
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    expect(text).toContain('hey_blue_things_total{kind="a"} 1');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  test('ends when it cannot start, though it tells numbers and traces', async () => {
    await open();
    const settings = {
      NODE_ENV: 'test',
      DATA_DIR: await mkdtemp(join(tmpdir(), 'hey-blue-')),
      DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none',
      METRICS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    const program = ['--import', './subgraphs/kernel/typescript.js', 'subgraphs/main.ts', 'profile'];
    const running = promisify(execFile)(process.execPath, program, {
      cwd: projectRoot,
      env: { PATH: process.env.PATH, ...settings },
    });
    await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    await rm(settings.DATA_DIR, { recursive: true });
  });

  test('does not take a port that is taken', async () => {
    const { metrics } = await open();
    await expect(serveMetrics(metrics, '127.0.0.1', telemetry.metricsPort ?? 0)).rejects.toThrow('EADDRINUSE');
  });
});

describe('a value that is asked for', () => {
  test('is absent when it cannot be had, and the others are there', async () => {
    const { metrics } = await open();
    metrics.gauge('hey_blue_waiting', 'Waiting.', { subgraph: 'profile' }, () => 3);
    metrics.gauge('hey_blue_waiting', 'Waiting.', { subgraph: 'rewards' }, () => Promise.reject(new Error('away')));
    metrics.gauge('hey_blue_waiting', 'Waiting.', { subgraph: 'catalog' }, () => new Promise(() => {}));
    const text = await metrics.text();
    expect(text).toContain('hey_blue_waiting{subgraph="profile"} 3');
    expect(text).not.toMatch(/hey_blue_waiting\{subgraph="(rewards|catalog)"/);
  });
});

describe('what is counted elsewhere', () => {
  test('is told as it stands at each look', async () => {
    const { metrics } = await open();
    let hits = 2;
    metrics.total('hey_blue_lookups_total', 'Look-ups.', { outcome: 'hit' }, () => hits);
    expect(await metrics.text()).toContain('hey_blue_lookups_total{outcome="hit"} 2');
    hits = 5;
    const text = await metrics.text();
    expect(text).toContain('# TYPE hey_blue_lookups_total counter');
    expect(text).toContain('hey_blue_lookups_total{outcome="hit"} 5');
  });
});

describe('outcomes', () => {
  test('are from a closed set, whatever a code says', () => {
    expect(outcomeOf(undefined)).toBe('OK');
    expect(outcomeOf([])).toBe('OK');
    expect(outcomeOf([{ message: '', extensions: { code: 'FORBIDDEN' } }])).toBe('FORBIDDEN');
    expect(outcomeOf([{ message: '', extensions: { code: 'casey@example.org' } }])).toBe('OTHER');
    expect(outcomeOf([{ message: '' }])).toBe('OTHER');
  });
});

describe('a trace', () => {
  test('that a phone wants kept is kept, one that it does not want is not, and its own beginnings go by the ratio', async () => {
    const { tracing } = await open({ traceRatio: 0 });
    expect(tracing.enter('request', phone)?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(tracing.enter('request', phone.replace(/01$/, '00'))).toBeUndefined();
    expect(tracing.enter('request', undefined)).toBeUndefined();
    await telemetry.close();
    const all = await open({ traceRatio: 1 });
    expect(all.tracing.enter('request', undefined)).toBeDefined();
  });

  test.each([
    'nonsense',
    '',
    phone.toUpperCase(),
    phone.replace('00-', '01-'),
    phone.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    phone.replace('b7ad6b7169203331', '0'.repeat(16)),
    `${phone}-more`,
  ])('of %j is none: a new one begins', async (traceparent) => {
    const { tracing } = await open({ traceRatio: 1 });
    const span = tracing.enter('request', traceparent);
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(span?.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
    expect(tracing.continue('operation', traceparent)).toBeUndefined();
  });

  test('is kept for anybody who says so only ten times a second', async () => {
    const { tracing } = await open();
    const kept = () => Array.from({ length: 25 }, () => tracing.enter('request', phone)).filter(Boolean).length;
    expect([kept(), kept()]).toEqual([10, 0]);
    clock.advance(1_000);
    expect(kept()).toBe(10);
  });

  test('leads from an operation to its statements, without what was written into them', async () => {
    await open();
    const told = subgraphTelemetry('profile', telemetry, clock);
    await told?.operation(
      phone,
      async () => {
        told.statement?.("select * from profile.person where name = 'O''Brien' and level > 42 and id = $1", 3, false);
        await Promise.resolve();
        told.statement?.("insert into profile.person values ('Casey", 1, true);
        return {};
      },
      () => [{ message: '', extensions: { code: 'NOT_FOUND' } }],
    );
    told?.statement?.('select 1 of nobody', 1, false);
    await telemetry.close();
    const [one, other, operation] = collector.spans;
    expect(collector.spans).toHaveLength(3);
    expect(operation).toMatchObject({ name: 'profile operation', service: 'hey-blue-profile', hasFailed: true });
    expect(operation?.attributes).toEqual({ subgraph: 'profile', 'error.type': 'NOT_FOUND' });
    expect(one).toMatchObject({ name: 'select', parentSpanId: operation?.spanId, hasFailed: false });
    expect(one?.attributes['db.query.text']).toBe(
      'select * from profile.person where name = ? and level > ? and id = $1',
    );
    expect(other?.attributes['db.query.text']).toBe('insert into profile.person values (?');
  });

  test('goes with a fact from whoever recorded it to whoever takes it in', async () => {
    await open();
    const sender = subgraphTelemetry('identity', telemetry, clock);
    const receiver = subgraphTelemetry('profile', telemetry, clock);
    let recorded: string | undefined;
    await sender?.operation(
      phone,
      () => {
        recorded = sender.current?.traceparent;
        return {};
      },
      () => undefined,
    );
    await sender?.publish([{ ...fact, ...(recorded && { trace: recorded }) }, fact], async ([told, untraced]) => {
      expect(untraced?.trace).toBeUndefined();
      await receiver?.takeIn(told ?? fact, async () => true);
      await receiver?.takeIn(untraced ?? fact, async () => false);
    });
    await telemetry.close();
    const taken = collector.spans.find(({ name }) => name === 'take in account.registered');
    expect(collector.spans).toHaveLength(3);
    expect(taken && collector.pathOf(taken).map((each) => each.replace('hey-blue-profile ', ''))).toEqual([
      'identity operation',
      'publish account.registered',
      'take in account.registered',
    ]);
    expect(await telemetry.metrics?.text()).toContain(
      'hey_blue_events_taken_in_total{subgraph="profile",topic="account.registered",outcome="repeated"} 1',
    );
  });

  test('of a fact that cannot be sent or taken in says so, and the failure goes on', async () => {
    await open();
    const told = subgraphTelemetry('profile', telemetry, clock);
    const traced = { ...fact, trace: phone };
    const failing = () => Promise.reject(new Error('away'));
    await expect(told?.publish([traced], failing)).rejects.toThrow('away');
    await expect(told?.takeIn(traced, failing)).rejects.toThrow('away');
    told?.setAside(traced);
    await telemetry.close();
    expect(collector.spans.map(({ hasFailed }) => hasFailed)).toEqual([true, true]);
    const text = await telemetry.metrics?.text();
    for (const outcome of ['failed', 'set_aside']) {
      expect(text).toMatch(new RegExp(`taken_in_total\\{[^}]*outcome="${outcome}"\\} 1`));
    }
    expect(text).not.toContain('hey_blue_events_published_total{');
  });
});
