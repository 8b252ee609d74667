import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Gateway, openGateway } from '../gateway/gateway.ts';
import { subgraphNames } from '../schema/events.ts';
import { ManualClock } from '../subgraphs/kernel/clock.ts';
import { environmentNames, readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { testLogLevel as LOG_LEVEL } from '../subgraphs/kernel/testing/log-level.ts';
import { createTestDatabase, type TestDatabase } from '../subgraphs/kernel/testing/servers.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(read('deploy/grafana/hey-blue.json')) as {
  readonly uid: string;
  readonly panels: Panel[];
};
const rules = (parse(read('deploy/prometheus/alerts.yaml')).groups as { name: string; rules: Rule[] }[]).flatMap(
  (group) => group.rules,
);
const charts = dashboard.panels.filter(({ type }) => type !== 'row');
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...charts.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr),
];

/** Of Prometheus itself, PromQL's words, and the labels that it adds. */
const FUNCTIONS = ['sum', 'max', 'rate', 'topk', 'histogram_quantile', 'absent'];
const ADDED_LABELS = ['instance', 'job', 'le'];

let folder: string;
let database: TestDatabase;
let gateway: Gateway;
/** Name -> its labels, of all that the system tells. */
const told = new Map<string, Set<string>>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hey-blue-observability-'));
  database = await createTestDatabase();
  const environment = { NODE_ENV: 'test', PORT: '0', DATA_DIR: folder, LOG_LEVEL, METRICS_PORT: '0' };
  gateway = await openGateway(readConfiguration({ ...environment, DATABASE_URL: database.url }), new ManualClock());
  const body = JSON.stringify({ query: '{ me { id } }' });
  await fetch(`${gateway.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await (await fetch(`http://127.0.0.1:${gateway.metricsPort}/metrics`)).text();
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+)/gm)) told.set(name, new Set());
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)\{([^}]*)\}/gm)) {
    const known = told.get(name.replace(/_(bucket|sum|count)$/, '')) ?? told.get(name);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known?.add(label);
  }
});

afterAll(async () => {
  await gateway?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The names of series in an expression, without the ends that histograms add. */
function namesIn(expression: string): string[] {
  const plain = expression.replace(/"[^"]*"/g, '').replace(/\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)/g, ' ');
  const words = [...plain.matchAll(/[a-zA-Z_]\w*/g)].map(([word]) => word);
  return words.filter((word) => !FUNCTIONS.includes(word)).map((word) => word.replace(/_(bucket|sum|count)$/, ''));
}

test('every name in the dashboard and in the rules is one that a running system tells', () => {
  const names = new Set(expressions.flatMap(namesIn));
  expect(names.size).toBeGreaterThan(20);
  expect([...names].filter((name) => name !== 'up' && !told.has(name))).toEqual([]);
});

test('everything of ours that a running system tells is on the dashboard', () => {
  const shown = new Set(charts.flatMap(({ targets }) => targets ?? []).flatMap(({ expr }) => namesIn(expr)));
  // What is seen there as a rate of answers.
  const seenOtherwise = ['hey_blue_http_response_seconds'];
  const ours = [...told.keys()].filter((name) => name.startsWith('hey_blue_'));
  expect(ours.filter((name) => !shown.has(name) && !seenOtherwise.includes(name))).toEqual([]);
});

test('expressions sum by labels that their series have', () => {
  const strange = expressions.flatMap((expression) => {
    const labels = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
    const known = namesIn(expression).flatMap((name) => [...(told.get(name) ?? [])]);
    const isFed = known.length > 0;
    return labels.filter((label) => isFed && !known.includes(label) && !ADDED_LABELS.includes(label));
  });
  expect(strange).toEqual([]);
});

test('expressions close what they open', () => {
  for (const expression of expressions) {
    const open: string[] = [];
    const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
    for (const sign of expression.replace(/"[^"]*"/g, '')) {
      if ('([{'.includes(sign)) open.push(sign);
      if (sign in pairs) expect([expression, open.pop()]).toEqual([expression, pairs[sign]]);
    }
    expect([expression, open]).toEqual([expression, []]);
  }
});

test('each rule says how long it waits, how urgent it is, what is wrong and what to do', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, for: wait, labels, annotations } of rules) {
    expect(alert).toMatch(/^HeyBlue[A-Z]\w+$/);
    expect(wait).toMatch(/^\d+m$/);
    expect(['page', 'warn']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(20);
    expect(annotations.runbook.length).toBeGreaterThan(60);
  }
});

test('runbooks name other rules, panels and settings that exist', () => {
  const runbooks = rules.map(({ annotations }) => annotations.runbook).join('\n');
  const alerts = rules.map(({ alert }) => alert);
  const settings: readonly string[] = environmentNames;
  const named = (pattern: RegExp) => [...runbooks.matchAll(pattern)].map(([, name = '']) => name);
  expect(named(/\b(HeyBlue\w+)/g).filter((name) => !alerts.includes(name))).toEqual([]);
  const quoted = named(/"([A-Z][^"]+)"/g);
  expect(quoted.length).toBeGreaterThan(3);
  expect(quoted.filter((title) => !charts.some((chart) => chart.title === title))).toEqual([]);
  expect(named(/\b([A-Z]+_[A-Z_]+)\b/g).filter((name) => !settings.includes(name))).toEqual([]);
  expect(named(/\b((?:subgraphs|gateway)\/[\w./-]+\.ts)\b/g).filter((path) => !existsSync(join(root, path)))).toEqual(
    [],
  );
});

test('panels have a title, a description, a legend and a place of their own', () => {
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const { title, description, targets, gridPos } of charts) {
    expect(`${title}: ${description}`.length).toBeGreaterThan(title.length + 10);
    expect(targets?.every(({ legendFormat }) => legendFormat !== '')).toBe(true);
    const over = charts.filter(
      ({ gridPos: { x, y, w, h } }) =>
        x < gridPos.x + gridPos.w && gridPos.x < x + w && y < gridPos.y + gridPos.h && gridPos.y < y + h,
    );
    expect(over).toHaveLength(1);
  }
});

interface Watched {
  readonly environment?: Record<string, string | number>;
  readonly networks?: string[];
  readonly ports?: string[];
  readonly volumes?: string[];
}

describe('deploy/observability.compose.yaml', () => {
  const base = parse(read('docker-compose.yml'), { merge: true });
  const added = parse(read('deploy/observability.compose.yaml'), { merge: true });
  const services = added.services as Record<string, Watched>;
  const ours = ['gateway', ...subgraphNames];

  test('lets every process of the system tell, by settings that the code knows', () => {
    const known: readonly string[] = environmentNames;
    for (const name of ours) {
      expect(Object.keys(services[name]?.environment ?? {}).filter((each) => !known.includes(each))).toEqual([]);
      expect(services[name]?.environment?.METRICS_PORT).toBe(9464);
      expect(base.services[name].networks).toContain('subgraphs');
    }
  });

  test('has each of them scraped where it tells', () => {
    const { scrape_configs, rule_files } = parse(read('deploy/prometheus/prometheus.yaml'));
    expect(scrape_configs[0].job_name).toBe('hey-blue');
    expect(scrape_configs[0].static_configs[0].targets).toEqual(ours.map((name) => `${name}:9464`));
    for (const file of rule_files) expect(existsSync(join(root, 'deploy/prometheus', file))).toBe(true);
  });

  test('publishes Grafana alone, and the numbers of no process', () => {
    const publishing = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(publishing.map(([name, { ports }]) => [name, ports])).toEqual([['grafana', ['127.0.0.1:3000:3000']]]);
    expect(JSON.stringify(base.services.gateway.ports)).not.toContain('9464');
  });

  test('names networks, volumes and files that exist', () => {
    const networks = Object.keys(base.networks);
    for (const { networks: joined = [], volumes = [] } of Object.values(services)) {
      expect(networks).toEqual(expect.arrayContaining(joined));
      for (const source of volumes.map((each) => each.split(':')[0] ?? '')) {
        const isThere = source.startsWith('./') ? existsSync(join(root, source)) : source in added.volumes;
        expect([source, isThere]).toEqual([source, true]);
      }
    }
  });
});
