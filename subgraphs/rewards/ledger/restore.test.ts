import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { pino } from 'pino';
import { ManualClock } from '../../kernel/clock.ts';
import { startEmbeddedPostgres } from '../../kernel/embedded-postgres.ts';
import { citizen, openTown, type Person, type Town } from '../testing/town.ts';
import { shopsOf } from '../vouchers/testing/shop.ts';
import { type Proof, proveBooks } from './audit-books.ts';

const run = promisify(execFile);
const DAY = 86_400_000;
const clock = new ManualClock();
const owner: Person = citizen();
let folder: string;
let before: Proof;
let points: object;
let unused: string;
let retailerId: string;

/** The server of a data folder while `task` runs; it is stopped cleanly, as before a copy. */
async function serving<Result>(dataFolder: string, task: (url: string) => Promise<Result>): Promise<Result> {
  const server = await startEmbeddedPostgres({ dataFolder, log: pino({ level: 'silent' }), durable: false });
  try {
    return await task(server.url);
  } finally {
    await server.stop();
  }
}

async function inTown<Result>(databaseUrl: string, task: (town: Town) => Promise<Result>): Promise<Result> {
  const town = await openTown({ databaseUrl, clock, environment: { SECRET_KEY: 'A'.repeat(43) } });
  try {
    return await task(town);
  } finally {
    await town.close();
  }
}

/** As an operator copies it: owners and modes as they are. */
async function copyTo(name: string): Promise<string> {
  const copy = join(folder, name);
  await run('cp', ['-a', join(folder, 'live'), copy]);
  return copy;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hey-blue-restore-'));
  before = await serving(join(folder, 'live'), async (url) => {
    await inTown(url, async (town) => {
      const shop = shopsOf(() => town);
      const used = await shop.buy({}, owner);
      await shop.redeem(used.till, { code: used.code });
      const kept = await shop.buy({}, owner);
      [unused, retailerId] = [kept.code, kept.retailerId];
      await town.donate(owner, await town.list(), 5);
      clock.advance(2 * DAY);
      await town.services.ledgerSweep.look();
      await town.meet(randomUUID(), owner.accountId);
      points = await town.points(owner);
    });
    return proveBooks(url);
  });
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('books that are restored from a copy prove themselves, with the seal that was written down before', async () => {
  expect(before).toMatchObject({ problems: [], sealedUntil: expect.any(String), seal: expect.any(String) });
  const copy = await copyTo('restored');
  expect(await serving(copy, proveBooks)).toEqual(before);
}, 60_000);

test('a restored system goes on: what was bought is taken once, and the books still fit', async () => {
  const copy = await copyTo('resumed');
  await serving(copy, async (url) => {
    await inTown(url, async (town) => {
      expect(await town.points(owner)).toEqual(points);
      const shop = shopsOf(() => town);
      const taken = await Promise.all(
        Array.from({ length: 30 }, () => shop.redeem({ retailerId, scopes: ['vouchers:redeem'] }, { code: unused })),
      );
      expect(taken.filter(({ code }) => code === undefined)).toHaveLength(1);
      await town.meet(randomUUID(), owner.accountId);
    });
    expect((await proveBooks(url)).problems).toEqual([]);
  });
}, 60_000);

test.each([
  ['a posting that was raised', 'update rewards.posting set amount = amount + 1', 'digest'],
  [
    'a transaction that was left out',
    'delete from rewards.transaction where business_key like $$donate%$$',
    'transaction',
  ],
  [
    'a balance that was written by hand',
    "update rewards.account set balance = balance + 1 where kind = 'person'",
    'sum of the',
  ],
  ['a day whose seal is gone', 'delete from rewards.seal', null],
])(
  'a copy with %s is found out',
  async (_, tampering, problem) => {
    const copy = await copyTo(randomUUID());
    const found = await serving(copy, async (url) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query("set session_replication_role = 'replica'");
      expect((await client.query(tampering)).rowCount).toBeGreaterThan(0);
      await client.end();
      return proveBooks(url);
    });
    // Whoever removes the end of the chain is found by the seal that was written down.
    if (problem === null) expect(found.seal).not.toBe(before.seal);
    else expect(found.problems).toContainEqual(expect.stringContaining(problem));
  },
  60_000,
);
