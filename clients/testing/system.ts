/*
 * The system behind browser tests: `gateway/main.ts` as a process of its own, in real time, on a database of its own, with
 * the demonstration set; one that can be killed and started again at the same address.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../subgraphs/kernel/server-process.ts';
import { createTestDatabase } from '../../subgraphs/kernel/testing/servers.ts';

export interface TestSystem {
  readonly url: string;
  /** Where its data lie, for tests that cannot wait as long as its calendar does. */
  readonly databaseUrl: string;
  /** Sets its clock ahead, where it was started with CLOCK=steered; what came due has begun when this resolves. */
  advance(milliseconds: number): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Resolves when it serves again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** @param environment more settings, such as MAP_STYLE_URL. */
export async function startSystem(environment: Readonly<Record<string, string>> = {}): Promise<TestSystem> {
  const [folder, database, port] = await Promise.all([
    mkdtemp(join(tmpdir(), 'hey-blue-browser-')),
    createTestDatabase(),
    freePort(),
  ]);
  let child: ChildProcess | undefined;
  const restart = async () => {
    child = fork('gateway/main.ts', {
      cwd: join(import.meta.dirname, '../..'),
      execArgv: ['--import', './subgraphs/kernel/typescript.js'],
      env: {
        PATH: process.env.PATH ?? '',
        NODE_ENV: 'development',
        DATA_DIR: folder,
        DATABASE_URL: database.url,
        DATABASE_POOL: '4',
        PORT: String(port),
        LOG_LEVEL: 'error',
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
    if (!started) throw new Error('gateway/main.ts ended before it was ready; what it said stands above');
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  await restart();
  return {
    url: `http://localhost:${port}`,
    databaseUrl: database.url,
    async advance(milliseconds) {
      if (!child) return;
      const advanced = once(child, 'message');
      child.send({ advanceMilliseconds: milliseconds });
      await advanced;
    },
    kill: () => end('SIGKILL'),
    restart,
    async close() {
      await end('SIGTERM');
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
