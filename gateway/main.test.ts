/* What somebody reads whose start fails by the machine or by a setting: one sentence with what to do, and an end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAdministrator, createTestDatabase, type TestDatabase } from '../subgraphs/kernel/testing/servers.ts';

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  [folder, database] = await Promise.all([mkdtemp(join(tmpdir(), 'hey-blue-start-')), createTestDatabase()]);
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** With a channel, as under a parent: also then it must end. */
async function failedStart(settings: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, ['--import', './subgraphs/kernel/typescript.js', 'gateway/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'silent',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).not.toMatch(/^ +at /m);
  return said;
}

test('a port that is taken is named, with the setting that chooses another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  expect(await failedStart({ PORT: String(port) })).toMatch(/another program uses the port\. Choose one with PORT/);
  other.close();
});

test('a host, a folder and a schema that are not there are told by their settings', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  expect(await failedStart({ HOST: '192.0.2.1' })).toContain('HOST is no address of this machine');
  expect(await failedStart({ DATA_DIR: file })).toContain('choose another folder for the data with DATA_DIR');
  expect(await failedStart({ SCHEMA_DIR: folder })).toContain('SCHEMA_DIR has to hold what npm run schema writes');
});

test('servers that do not answer are told by setting and address, without their passwords', async () => {
  const gone = await failedStart({ DATABASE_URL: 'postgres://somebody:the-password@127.0.0.1:1/city' });
  expect(gone).toBe(
    'DATABASE_URL: 127.0.0.1:1 does not let us use the database "city": connect ECONNREFUSED 127.0.0.1:1.\n',
  );
  const redis = await failedStart({ REDIS_URL: 'redis://:the-password@127.0.0.1:1' });
  expect(redis).toMatch(/^REDIS_URL: 127\.0\.0\.1:1 does not let us use Redis/);
  expect(`${gone}${redis}`).not.toContain('the-password');
});

test('a database that is not there yet is made, once for six subgraphs that open at the same time', async () => {
  const url = new URL(database.url);
  url.pathname += '_new';
  const child = spawn(process.execPath, ['--import', './subgraphs/kernel/typescript.js', 'gateway/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: folder, DATABASE_URL: url.href, DATABASE_POOL: '2' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  expect(first).toMatchObject({ ready: true });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await asAdministrator((client) => client.query(`drop database "${url.pathname.slice(1)}"`));
});
