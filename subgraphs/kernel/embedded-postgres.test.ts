import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres.ts';

const log = pino({ level: 'silent' });
const opened: { stop(): Promise<void> }[] = [];
const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hey-blue-embedded-'));
  folders.push(folder);
  return join(folder, 'postgres');
}

/** Not durable where the server itself is stopped cleanly: deleting what was synced takes a second. */
async function start(dataFolder: string, durable = false): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder, log, durable });
  opened.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A connection, and what resolves when the server ends it. */
async function watch(url: string): Promise<{ ended: Promise<unknown> }> {
  const client = new Client({ connectionString: url });
  const ended = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  return { ended };
}

interface System {
  readonly process: ChildProcess;
  readonly url: string;
  readonly pid: number;
}

/** Another system: a process that starts the server of this folder and then waits for its end. */
async function startElsewhere(dataFolder: string): Promise<System> {
  const module = join(import.meta.dirname, 'embedded-postgres.ts');
  const program = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const log = { debug() {}, info() {}, error() {} };
    const { url, pid } = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)}, log, durable: false });
    process.on('message', () => {}); // keeps it alive as long as we are
    process.send({ url, pid });`;
  const child = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'typescript.js'), '--input-type=module', '-e', program],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  opened.push({
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await killHard(child);
    },
  });
  const [server] = await once(child, 'message');
  return { process: child, ...server };
}

async function killHard(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** The shell that ends the server of this folder when its system dies. */
async function guardOf(dataFolder: string): Promise<number> {
  for (const pid of (await readdir('/proc')).map(Number).filter(Boolean)) {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (folder === join(dataFolder, 'cluster') && command.startsWith('/bin/sh')) return pid;
  }
  throw new Error(`no guard of ${dataFolder}`);
}

afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

test('keeps data over a restart', async () => {
  const folder = await newFolder();
  const first = await start(folder, true);
  await query(first.url, `create table fact as select 'ünï' as word`);
  await first.stop();
  await first.stop();
  const second = await start(folder, true);
  expect(await query(second.url, 'select word from fact')).toEqual([{ word: 'ünï' }]);
});

test('runs beside another one in another folder', async () => {
  const [one, two] = await Promise.all([start(await newFolder()), start(await newFolder())]);
  await query(one.url, 'create table fact ()');
  await expect(query(two.url, 'select from fact')).rejects.toThrow(/does not exist/);
});

test('admits nobody without the password, which only its owner can read', async () => {
  const folder = await newFolder();
  const server = await start(folder);
  const url = new URL(server.url);
  url.password = 'guess';
  await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('listens on the loopback address alone', async () => {
  const server = await start(await newFolder());
  expect(await query(server.url, `select current_setting('listen_addresses') as addresses`)).toEqual([
    { addresses: '127.0.0.1' },
  ]);
  expect(await query(server.url, `select current_setting('unix_socket_directories') as folders`)).toEqual([
    { folders: '' },
  ]);
});

test('refuses a folder that this process or another one uses', async () => {
  const mine = await newFolder();
  await start(mine);
  await expect(start(mine)).rejects.toThrow(`is in use by the system with pid ${process.pid}`);
  const theirs = await newFolder();
  const system = await startElsewhere(theirs);
  await expect(start(theirs)).rejects.toThrow(`is in use by the system with pid ${system.process.pid}`);
  expect(await query(system.url, 'select 1 as answer')).toEqual([{ answer: 1 }]);
});

test('lets one of two win that make the same folder at the same time', async () => {
  const folder = await newFolder();
  const outcomes = await Promise.allSettled([start(folder), start(folder)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(lost?.reason).toBeInstanceOf(EmbeddedPostgresError);
  expect(await readdir(join(folder, '..'))).toEqual(['postgres']);
});

test('ends by itself when its system is killed, and starts again with its data', async () => {
  const folder = await newFolder();
  const system = await startElsewhere(folder);
  await query(system.url, 'create table fact as select 1 as number');
  const { ended } = await watch(system.url);
  await killHard(system.process);
  expect(await ended).toMatchObject({ code: '57P01' });
  const server = await start(folder);
  expect(await query(server.url, 'select number from fact')).toEqual([{ number: 1 }]);
});

test('stops a server that was left behind together with its guard', async () => {
  const folder = await newFolder();
  const system = await startElsewhere(folder);
  await query(system.url, 'create table fact as select 1 as number');
  process.kill(await guardOf(folder), 'SIGKILL');
  await killHard(system.process);
  expect(await query(system.url, 'select number from fact')).toEqual([{ number: 1 }]);
  const server = await start(folder);
  expect(server.pid).not.toBe(system.pid);
  expect(await query(server.url, 'select number from fact')).toEqual([{ number: 1 }]);
});

test('starts again after the server itself was killed', async () => {
  const folder = await newFolder();
  const first = await start(folder, true);
  await query(first.url, 'create table fact as select 1 as number');
  process.kill(first.pid, 'SIGKILL');
  await first.stop();
  const second = await start(folder, true);
  expect(await query(second.url, 'select number from fact')).toEqual([{ number: 1 }]);
});

test('takes no stranger for its server whose pid an old file names', async () => {
  const folder = await newFolder();
  await (await start(folder)).stop();
  await writeFile(join(folder, 'cluster/postmaster.pid'), `${process.pid}\n${folder}/cluster\n`);
  const server = await start(folder);
  expect(await query(server.url, 'select 1 as answer')).toEqual([{ answer: 1 }]);
});

test('refuses a folder that holds other files, and one of another version, and leaves them as they were', async () => {
  const folder = await newFolder();
  await mkdir(folder);
  await writeFile(join(folder, 'letter.txt'), 'Dear reader');
  await expect(start(folder)).rejects.toThrow('holds other files than a database');
  expect(await readdir(folder)).toEqual(['letter.txt']);
  const old = await newFolder();
  await (await start(old)).stop();
  await writeFile(join(old, 'cluster/PG_VERSION'), '17\n');
  await expect(start(old)).rejects.toThrow('was made by PostgreSQL 17, this is 18');
});

test('clears away what a first start that was killed left, and nothing that may be at work', async () => {
  const folder = await newFolder();
  await mkdir(`${folder}.draft-old`);
  await mkdir(`${folder}.draft-new`);
  const anHourAgo = new Date(Date.now() - 3_600_000);
  await utimes(`${folder}.draft-old`, anHourAgo, anHourAgo);
  await start(folder);
  expect((await readdir(join(folder, '..'))).sort()).toEqual(['postgres', 'postgres.draft-new']);
});

test('says what to do on a machine that npm has no PostgreSQL for', async () => {
  const arch = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor;
  Object.defineProperty(process, 'arch', { value: 'vax' });
  try {
    await expect(start(await newFolder())).rejects.toThrow(/vax.*set DATABASE_URL/);
  } finally {
    Object.defineProperty(process, 'arch', arch);
  }
});

test('reports a port that is taken', async () => {
  const first = await start(await newFolder());
  const port = Number(new URL(first.url).port);
  await expect(startEmbeddedPostgres({ dataFolder: await newFolder(), log, port, durable: false })).rejects.toThrow(
    /Address already in use/,
  );
});
