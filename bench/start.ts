/*
 * How long the whole system in one process takes from process start to the first answered query, on a data folder that
 * exists, and how much memory it has after people have moved through it. The peer: a bare Node with an HTTP server, the
 * least that any process costs here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../subgraphs/kernel/server-process.ts';
import type { BenchOptions, BenchResult } from './run.ts';

const root = join(import.meta.dirname, '..');
const BARE =
  "require('node:http').createServer((q, s) => s.end('{\"data\":{}}')).listen(Number(process.env.PORT), '127.0.0.1')";

interface Started {
  readonly seconds: number;
  readonly process: ChildProcess;
  readonly url: string;
}

export async function bench({ quick, progress }: BenchOptions): Promise<BenchResult> {
  const rounds = quick ? 3 : 7;
  progress.total(1 + 2 * rounds + 1);
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-bench-'));
  try {
    progress.now('first start, on an empty folder');
    const first = await startSystem(folder);
    await stop(first.process);
    progress.step();

    const [ours, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      progress.now('start on an existing folder');
      const started = await startSystem(folder);
      ours.push(started.seconds);
      await stop(started.process);
      progress.step();
      progress.now('start of a bare Node');
      const floor = await startBare();
      bare.push(floor.seconds);
      await stop(floor.process);
      progress.step();
    }

    progress.now('people move through it');
    const system = await startSystem(folder);
    const idleMegabytes = await residentMegabytes(system.process);
    await simulate(system.url, quick);
    const megabytes = await residentMegabytes(system.process);
    await stop(system.process);
    progress.step();

    const startSeconds = median(ours);
    return {
      rows: [
        { start: 'first, on an empty folder', seconds: rounded(first.seconds), 'resident MB': '' },
        { start: 'on an existing folder', seconds: rounded(startSeconds), 'resident MB': idleMegabytes },
        { start: 'after the simulation', seconds: '', 'resident MB': megabytes },
        { start: 'bare Node (peer)', seconds: rounded(median(bare)), 'resident MB': '' },
      ],
      notes: [
        `Medians of ${rounds} starts each, taken in turn. Memory is that of the Node process; PostgreSQL has its own.`,
      ],
      figures: {
        startSeconds: rounded(startSeconds),
        residentMegabytes: megabytes,
        firstStartSeconds: rounded(first.seconds),
        bareNodeSeconds: rounded(median(bare)),
      },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startSystem(folder: string): Promise<Started> {
  const command = ['--import', './subgraphs/kernel/typescript.js', 'gateway/main.ts'];
  return started(
    command,
    { DATA_DIR: folder, LOG_LEVEL: 'error' },
    { query: '{ offers(first: 1) { edges { node { id } } } }' },
  );
}

const startBare = () => started(['-e', BARE], {}, {});

/** Starts a Node process and asks until it answers: a refused connection is asked again at once. */
async function started(
  command: readonly string[],
  environment: Record<string, string>,
  body: object,
): Promise<Started> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
      .then((response) => response.json() as Promise<{ data?: unknown }>)
      .catch(() => undefined);
    if (answer?.data) return { seconds: (performance.now() - began) / 1000, process: child, url };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function simulate(url: string, quick: boolean): Promise<void> {
  const options = ['--url', url, '--seconds', quick ? '600' : '1800', '--people', '100', '--speed', '120'];
  const child = spawn(
    process.execPath,
    ['--import', './subgraphs/kernel/typescript.js', 'clients/simulator/main.ts', ...options],
    {
      cwd: root,
      stdio: 'ignore',
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The simulation ended with ${code}`);
}

/** VmRSS of /proc: the benchmark runs on Linux. */
async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(status.match(/VmRSS:\s+(\d+) kB/)?.[1]) / 1024);
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const rounded = (value: number) => Math.round(value * 100) / 100;
