/*
 * The processes of this benchmark talk to the one that started them: a child says its port once, then answers questions.
 * Each part has its own process, so that the CPU time of a gateway is its own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const HOOK = fileURLToPath(new URL('../../subgraphs/kernel/typescript.js', import.meta.url));

export interface Part {
  /** Where it listens; empty for the load generator. */
  readonly url: string;
  /** Asks one question; the answer is what the child's `answer` yields. */
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts bench/gateway/<file> with one argument, as JSON. @throws Error where it ends before it is ready. */
export async function startPart(file: string, argument: unknown): Promise<Part> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(argument)], {
    execArgv: [...profiling(file), '--import', HOOK],
    env: { ...process.env, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', LOG_LEVEL: 'error' },
  });
  const { port } = (await reply(child, file)) as { port?: number };
  return {
    url: port === undefined ? '' : `http://127.0.0.1:${port}`,
    async ask<Answer>(question: unknown) {
      child.send({ question });
      return (await reply(child, file)) as Answer;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/** BENCH_PROFILE=ours.ts leaves a CPU profile of that part in the system's temporary folder. */
function profiling(file: string): string[] {
  return process.env.BENCH_PROFILE === file ? ['--cpu-prof', `--cpu-prof-dir=${tmpdir()}`] : [];
}

async function reply(child: ChildProcess, file: string): Promise<unknown> {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`bench/gateway/${file} ended with code ${code}.`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: gone.signal }), exit]);
    return message;
  } finally {
    gone.abort();
    exit.catch(() => undefined);
  }
}

export interface Usage {
  /** CPU time of the process since its start, user and system. */
  readonly cpuMicroseconds: number;
}

/** In a child: the argument it was started with. */
export function partArgument<Argument>(): Argument {
  return JSON.parse(process.argv[2] ?? 'null') as Argument;
}

/** In a child: is ready; questions are answered with the CPU time used so far, where no other `answer` is given. */
export function partIsReady(port?: number, answer: (question: never) => unknown = usage): void {
  process.on('message', async ({ question }: { question: never }) => {
    process.send?.(await answer(question));
  });
  // The parent has what it wants, or is gone.
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system };
}

/** In a child: listens on a free port. @returns the port. */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
