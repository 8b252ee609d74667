/*
 * A server of another make (PostgreSQL, Redis) as our child, tied to our life: a shell holds the other end of a pipe and
 * tells the server to stop when the pipe closes, which happens even when this process is killed hard. The server gets a
 * session of its own, so that Ctrl-C reaches us alone and we stop it after what still needs it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Writable } from 'node:stream';

/** `$$` is the pid that the server keeps after exec. A line on the pipe says that it has ended already. */
const GUARD = '( ( read line || kill -s "$0" $$ ) <&3 >/dev/null 2>&1 & ); exec "$@" 3<&-';
const LINES_KEPT = 20;

export interface ServerProcessOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whom to run it as; only root may say. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** The line of its output by which it says that it serves. */
  readonly ready: RegExp;
  /** Stops it cleanly: PostgreSQL SIGINT, Redis SIGTERM. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** Ends it when the stop signal did not within `graceMilliseconds`. */
  readonly forceSignal: 'SIGQUIT' | 'SIGKILL';
  readonly graceMilliseconds?: number;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly exited: Promise<void>;
  /** Resolves when it has ended; calling again is harmless. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. Resolves when it has ended. */
  kill(): Promise<void>;
}

/** The server ended before it was ready; `output` holds its last lines. */
export class ServerStartError extends Error {
  readonly output: string;
  constructor(message: string, output: string) {
    super(output ? `${message}\n${output}` : message);
    this.output = output;
  }
}

/** Starts a server and resolves when it says that it is ready. @throws ServerStartError when it ends before. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const signalName = options.stopSignal.slice('SIG'.length);
  const child = spawn('/bin/sh', ['-c', GUARD, signalName, options.command, ...options.arguments], {
    cwd: options.folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...options.environment },
    ...(options.user ?? {}),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const life = child.stdio[3] as Writable;
  life.on('error', () => {}); // the guard may be gone before us
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => {
      life.end('ended\n');
      resolve();
    });
  });
  await untilReady(child, options);
  release(child);

  const end = async (signal: NodeJS.Signals, force?: NodeJS.Signals) => {
    child.ref();
    child.kill(signal);
    const timer = force && setTimeout(() => child.kill(force), options.graceMilliseconds ?? 10_000);
    await exited;
    clearTimeout(timer);
  };
  return {
    pid: child.pid as number,
    exited,
    stop: () => end(options.stopSignal, options.forceSignal),
    kill: () => end('SIGKILL'),
  };
}

function untilReady(child: ChildProcess, options: ServerProcessOptions): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new ServerStartError(`${options.command} ${reason}`, lines.slice(-LINES_KEPT).join('\n')));
    const read = (chunk: Buffer) => {
      const text = chunk.toString();
      lines.push(...text.split('\n').filter(Boolean));
      lines.splice(0, lines.length - LINES_KEPT);
      if (lines.some((line) => options.ready.test(line))) resolve();
    };
    // Read to the end of its life, or the pipe fills and the server blocks on its own log.
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => fail(`ended before it was ready (${signal ?? code})`));
  });
}

/** A server that nobody stops must not keep this process alive: the guard stops it. */
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as unknown as { unref?(): void } | null)?.unref?.();
}

/** Below what systems hand out by themselves (from 32768 on with Linux, from 49152 elsewhere), above well-known services. */
const PORTS = { first: 10_240, end: 32_768 } as const;

/**
 * A port of the loopback interface that was free a moment ago, for a server that must know its address before it listens.
 * No outgoing connection and no listener on port 0 is ever given it, also not while its server is restarted; who chooses
 * by chance as here may take it, so be ready to ask again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.end);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
