/* The examples of the README, as a stranger takes them: type-checked, and run against a system with the packed package. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSystem, type TestSystem } from '../testing/system.ts';
import { type PackedPackage, packPartner } from './testing/packed.ts';
import { openShop, type Shop } from './testing/shop.ts';

let system: TestSystem;
let shop: Shop;
let packed: PackedPackage;
let project: string;
/** By the name that their first line tells. */
const examples = new Map<string, string>();
beforeAll(async () => {
  [system, packed] = await Promise.all([startSystem(), packPartner()]);
  [shop, project] = await Promise.all([openShop(system.url), packed.project()]);
  const text = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  for (const [, code = ''] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const name = code.match(/^\/\/ (\w+)\.mjs /)?.[1] ?? `without a name: ${code}`;
    examples.set(name, code);
    await writeFile(join(project, `${name}.ts`), code);
    await writeFile(join(project, `${name}.mjs`), stripTypeScriptTypes(code));
  }
}, 240_000);
afterAll(async () => {
  await shop?.close();
  await packed?.close();
  await system?.close();
});

interface Program {
  readonly child: ChildProcess;
  /** The next line that it writes. */
  line(): Promise<string>;
  /** All that it has not told by `line`, once it has ended. */
  rest(): Promise<string[]>;
}

function start(name: string, ...given: string[]): Program {
  const child = spawn(process.execPath, [`${name}.mjs`, ...given], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    line: async () => (await lines.next()).value ?? '',
    async rest() {
      const told: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) told.push(next.value);
      return told;
    },
  };
}

test('every example is a program that a strict compiler takes', async () => {
  expect([...examples.keys()]).toEqual(['sale', 'patience', 'till', 'check', 'receive']);
  for (const name of examples.keys()) {
    expect([name, await packed.faultsOf(project, `${name}.ts`, { platform: 'both' })]).toEqual([name, '']);
  }
});

test('the sale takes a voucher, and says so when it is used', async () => {
  const { code } = await shop.buy();
  const [worth, taken, offer] = await start('sale', shop.url, shop.apiKey, code).rest();
  expect([worth, taken, offer]).toEqual(['Takes 5 dollars off.', 'Taken.', 'Online 500, points: 1']);
  expect((await start('sale', shop.url, shop.apiKey, code).rest())[0]).toBe('Not taken: VOUCHER_REDEEMED');
});

test('the patient program reads what was taken, and tells of a wrong key with what to quote', async () => {
  expect(await start('patience', shop.url, shop.apiKey).rest()).toEqual(['1 taken lately.']);
  const [refused] = await start('patience', shop.url, 'hb_wrong').rest();
  expect(refused).toMatch(/^UNAUTHENTICATED, request [\w-]{8,}: /);
});

test('the till is registered, takes a voucher by itself and hands it in; the check knows it as genuine', async () => {
  const { token } = await shop.buy({ offline: true });
  const checked = await start('check', shop.url, shop.apiKey, token).rest();
  expect(checked[0]).toMatch(/^Genuine, 500 cents, until 20\d\d-/);
  expect(await start('check', shop.url, shop.apiKey, `${token.slice(0, -3)}000`).rest()).toEqual(['Not ours']);
  const till = start('till', shop.url, shop.apiKey, token);
  await shop.register('By the README', await till.line());
  const [serve, handedIn] = await till.rest();
  expect(serve).toBe('Serve: 5 dollars off.');
  expect(handedIn).toMatch(/^\d+: ACCEPTED$/);
});

test('the receiver believes what is signed, once, and nothing else', async () => {
  const secret = randomBytes(24);
  const receiver = start('receive', '0', `whsec_${secret.toString('base64')}`);
  const address = await untilPort(receiver);
  const body = JSON.stringify({ type: 'voucher.redeemed', data: { valueCents: 450 } });
  const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(Date.now() / 1000))];
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const deliver = async (text: string) => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    return (await fetch(address, { method: 'POST', headers, body: text })).status;
  };
  expect([await deliver(body), await deliver(body), await deliver(`${body} `)]).toEqual([204, 204, 400]);
  const ended = once(receiver.child, 'exit');
  receiver.child.kill();
  await ended;
  expect(await receiver.rest()).toEqual(['450 cents']);
});

/** The receiver tells its address as Node prints it, in one line or several. */
async function untilPort(receiver: Program): Promise<string> {
  for (let told = await receiver.line(); told !== ''; told = await receiver.line()) {
    const port = told.match(/port: (\d+)/)?.[1];
    if (port) return `http://localhost:${port}`;
  }
  throw new Error('The receiver has ended.');
}
