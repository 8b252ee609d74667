/* The package as others get it: packed, unpacked beside nothing else, type-checked and run. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sourceFiles } from '../../subgraphs/kernel/testing/source-tree.ts';
import { type PackedPackage, packPartner } from './testing/packed.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
let packed: PackedPackage;

beforeAll(async () => {
  packed = await packPartner();
});
afterAll(() => packed.close());

test('what is packed is programs, their types, what to read, and nothing else', () => {
  const modules = ['bytes', 'generated/operations', 'offline-till', 'partner', 'token', 'transport', 'webhooks'];
  const expected = modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
  expect(packed.files).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', ...expected, 'package.json'].sort());
});

test('the package reaches nothing outside of itself', async () => {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
  const own = sourceFiles().filter(({ path, isTest }) => /^clients\/partner\/[\w-]+\.ts$/.test(path) && !isTest);
  expect(own.length).toBe(6);
  const outside = own.flatMap(({ path, imports }) =>
    imports.filter(({ target }) => !/^clients\/partner\/[\w/-]+\.ts$/.test(target)).map(({ target }) => [path, target]),
  );
  expect(outside).toEqual([]);
});

test('its types tell a program that is right from those that are wrong', async () => {
  const project = await packed.project();
  await writeFile(
    join(project, 'program.ts'),
    `import { Partner, PartnerError, type Offer, type Page } from "@hey-blue/partner";
import { OfflineTill } from "@hey-blue/partner/till";
import { verifyToken, type VoucherClaims } from "@hey-blue/partner/token";
import { verifyWebhook } from "@hey-blue/partner/webhooks";

const partner = new Partner({ url: 'https://api.example', apiKey: 'hb_x' });
export const page: Promise<Page<Offer>> = partner.offersPage({ first: 10 });
export async function program(headers: Record<string, string>, body: string): Promise<number> {
  for await (const { title } of partner.offers({ status: 'PUBLISHED' })) title.toUpperCase();
  const hold = await partner.holdVoucher({ code: '7Z3K' });
  hold.heldUntil satisfies string;
  const claims: VoucherClaims | undefined = await verifyToken('HB1:', await partner.voucherKeys());
  const { message } = await verifyWebhook(headers, body, { keys: ['whsec_AAAA'] });
  if (message.type === 'voucher.redeemed') message.data.valueCents satisfies number;
  // @ts-expect-error another message has other parts
  if (message.type === 'voucher.expired') message.data.valueCents;
  const till = await OfflineTill.open({ partner, store: { read: async () => undefined, write: async () => {} } });
  const taken = await till.take('HB1:');
  if (!taken.fault) return taken.claims.valueCents;
  // @ts-expect-error what was refused may have said nothing
  taken.claims.valueCents;
  // @ts-expect-error a voucher is named in one way
  await partner.redeemVoucher({ code: 'x', token: 'y' });
  await partner.offersPage({}, { signal: AbortSignal.timeout(1_000), retries: 0, timeoutMilliseconds: 500 });
  const failure = new PartnerError('VOUCHER_HELD', 'x');
  if (failure.code === 'VOUCHER_REDEEMED' || failure.code === 'OF_A_LATER_VERSION') failure.requestId?.length;
  // @ts-expect-error a key is needed
  new Partner({ url: 'https://api.example' });
  // @ts-expect-error there is no such state
  partner.offers({ status: 'LOST' });
  return new PartnerError('X', 'x').retryAfterSeconds ?? claims?.serial ?? 0;
}
`,
  );
  for (const moduleResolution of ['nodenext', 'bundler'] as const) {
    for (const platform of ['browser', 'node'] as const) {
      const faults = await packed.faultsOf(project, 'program.ts', { platform, moduleResolution });
      expect([moduleResolution, platform, faults]).toEqual([moduleResolution, platform, '']);
    }
  }
});

test('it runs where there is nothing else, and finds no entrance that is not published', async () => {
  const project = await packed.project();
  await writeFile(
    join(project, 'program.mjs'),
    `import { Partner, PartnerError } from "@hey-blue/partner";
import { OfflineTill } from "@hey-blue/partner/till";
import { verifyToken } from "@hey-blue/partner/token";
import { verifyWebhook, WebhookError } from "@hey-blue/partner/webhooks";
const token = 'HB1:V50W50000000VE253MT D6AQ7%Q0005B0XNDC7HHQD/+579D2%PSY5EFBE AD+G421P85GIEN2AZRIH-O-*B 18.%H1:15YK Z0CW6OKGX3L18267N2TCQWJLWRJUSP8OMDEG25:*0SVK:FPACA70';
const keys = [{ keyId: 1, publicKey: 'A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=' }];
const claims = await verifyToken(token, keys);
const partner = new Partner({ url: 'http://127.0.0.1:9', apiKey: 'x', retries: 0 });
const failure = await partner.voucherKeys().catch((error) => error);
const kept = new Map();
const till = await OfflineTill.open({
  partner,
  store: { read: async (name) => kept.get(name), write: async (name, value) => void kept.set(name, value) },
});
const webhook = await verifyWebhook({}, '', { keys: ['whsec_AAAA'] }).catch((error) => error);
const inside = await import("@hey-blue/partner/transport").catch((error) => error.code);
console.log(JSON.stringify([
  claims.serial, failure instanceof PartnerError && failure.code, till.status.publicKey.length,
  webhook instanceof WebhookError && webhook.code, inside,
]));`,
  );
  const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: project });
  expect(JSON.parse(stdout)).toEqual([4711, 'UNREACHABLE', 44, 'HEADERS_MISSING', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
});
