/* The package against a running system: a shop with its key, vouchers that people bought, tills that are cut off. */

import { startSystem, type TestSystem } from '../testing/system.ts';
import { OfflineTill, type TillStore } from './offline-till.ts';
import { Partner, PartnerError } from './partner.ts';
import { openShop, type Shop } from './testing/shop.ts';

let system: TestSystem;
let shop: Shop;
let partner: Partner;
beforeAll(async () => {
  system = await startSystem();
  shop = await openShop(system.url);
  partner = new Partner({ url: shop.url, apiKey: shop.apiKey });
}, 240_000);
afterAll(async () => {
  await shop?.close();
  await system?.close();
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => (error instanceof PartnerError ? error.code : String(error)),
  );

/** As a browser's database: what is read is a copy. */
function memory(): TillStore {
  const kept = new Map<string, unknown>();
  return {
    read: async (name) => structuredClone(kept.get(name)),
    write: async (name, value) => void kept.set(name, structuredClone(value)),
  };
}

/** Counts calls and fails them, before they arrive or after they were answered. */
function badLine() {
  const line = { calls: 0, fails: (_call: number): 'before' | 'after' | undefined => undefined };
  const send: typeof fetch = async (input, init) => {
    const failure = line.fails(++line.calls);
    if (failure === 'before') throw new TypeError('cut off');
    const response = await fetch(input, init);
    if (failure === 'after') throw new TypeError('cut off');
    return response;
  };
  return Object.assign(line, { send });
}

async function openTill(name: string, more: { line?: ReturnType<typeof badLine>; store?: TillStore } = {}) {
  const own = new Partner({
    url: shop.url,
    apiKey: shop.apiKey,
    retailerId: shop.retailerId,
    retries: 0,
    ...(more.line && { fetch: more.line.send }),
  });
  const till = await OfflineTill.open({ partner: own, store: more.store ?? memory() });
  const id = await shop.register(name, till.status.publicKey);
  expect((await till.enroll())?.id).toBe(id);
  return { till, own, id };
}

describe('the key of a shop', () => {
  test('opens its own offers, page after page, and its stock', async () => {
    for (const valueCents of [101, 102, 103]) await shop.buy({ valueCents });
    expect(await partner.retailerId()).toBe(shop.retailerId);
    const titles: string[] = [];
    for await (const offer of partner.offers({ status: 'PUBLISHED' })) titles.push(offer.title);
    expect(titles).toEqual(expect.arrayContaining(['Online 101', 'Online 102', 'Online 103']));
    const first = await partner.offersPage({ first: 1 });
    const second = await partner.offersPage({ first: 1, after: first.next });
    expect([...first.nodes, ...second.nodes].map(({ title }) => title)).toEqual(['Online 103', 'Online 102']);
    const { nodes } = await partner.stockPage();
    expect(nodes.find(({ offer }) => offer?.title === 'Online 101')).toMatchObject({ open: 1, redeemed: 0 });
  });

  test('is refused with a code when it is wrong, and says so when nothing answers', async () => {
    expect(await codeOf(new Partner({ url: shop.url, apiKey: 'hb_wrong' }).stockPage())).toBe('UNAUTHENTICATED');
    const nowhere = new Partner({ url: 'http://127.0.0.1:9', apiKey: shop.apiKey, retries: 0 });
    const failure = await nowhere.stockPage().catch((error) => error);
    expect(failure).toMatchObject({ code: 'UNREACHABLE', isUncertain: true });
    expect(await codeOf(new Partner({ url: shop.url, apiKey: shop.otherKey }).retailerId())).toBe('RETAILER_UNKNOWN');
  });
});

describe('a voucher', () => {
  test('is looked at, held and taken, and then it is used', async () => {
    const { code } = await shop.buy();
    expect(await partner.checkVoucher({ code })).toMatchObject({ valueCents: 500, offer: { title: 'Online 500' } });
    const hold = await partner.holdVoucher({ code });
    expect(await codeOf(partner.redeemVoucher({ code }))).toBe('VOUCHER_HELD');
    const taken = await partner.captureVoucher(hold.id, { saleReference: 'R-1' });
    expect(taken).toMatchObject({ status: 'REDEEMED', method: 'CODE', saleReference: 'R-1' });
    expect(await partner.captureVoucher(hold.id)).toMatchObject({ id: taken.id });
    expect(await codeOf(partner.redeemVoucher({ code }))).toBe('VOUCHER_REDEEMED');
    expect((await partner.redemptionsPage({ first: 1 })).nodes[0]).toMatchObject({ id: taken.id });
  });

  test('is taken once over a line that loses answers', async () => {
    const { token } = await shop.buy();
    const line = badLine();
    line.fails = (call) => (call === 1 ? 'before' : call === 2 ? 'after' : undefined);
    const patient = new Partner({ url: shop.url, apiKey: shop.apiKey, fetch: line.send });
    expect(await patient.redeemVoucher({ token })).toMatchObject({ status: 'REDEEMED', method: 'TOKEN' });
    expect(line.calls).toBe(3);
    expect(await codeOf(patient.redeemVoucher({ token }))).toBe('VOUCHER_REDEEMED');
    expect(line.calls).toBe(4);
  });

  test('of another shop is unknown to this one', async () => {
    const { code } = await shop.buy();
    expect(await codeOf(new Partner({ url: shop.url, apiKey: shop.otherKey }).redeemVoucher({ code }))).toBe(
      'VOUCHER_INVALID',
    );
    expect(await partner.redeemVoucher({ code })).toMatchObject({ status: 'REDEEMED' });
  });
});

describe('a till that is cut off', () => {
  test('takes tokens, remembers them through a restart, and hands them in', async () => {
    const store = memory();
    const { till, own, id } = await openTill('Counter 1', { store });
    const [voucher, online, dear] = [
      await shop.buy({ offline: true }),
      await shop.buy(),
      await shop.buy({ offline: true, valueCents: 5_000 }),
    ];
    expect(await till.take(voucher.token)).toMatchObject({ fault: 'TOKEN_INVALID' });
    await till.refresh();
    expect(await till.take(voucher.token)).toMatchObject({ claims: { valueCents: 500 } });
    expect((await till.take(voucher.token)).fault).toBe('ALREADY_TAKEN');
    expect((await till.take(online.token)).fault).toBe('NOT_OFFLINE');
    expect((await till.take(dear.token)).fault).toBe('ABOVE_LIMIT');
    const again = await OfflineTill.open({ partner: own, store });
    expect(again.status).toMatchObject({ terminalId: id, publicKey: till.status.publicKey });
    expect((await again.take(voucher.token)).fault).toBe('ALREADY_TAKEN');
    expect(await again.handIn()).toMatchObject([{ sequence: 2, outcome: 'ACCEPTED' }]);
    expect(again.status.waiting).toEqual([]);
    expect(await again.handIn()).toEqual([]);
    expect(await codeOf(partner.redeemVoucher({ code: voucher.code }))).toBe('VOUCHER_REDEEMED');
    expect((await partner.redemptionsPage({ terminalId: id })).nodes).toMatchObject([{ method: 'OFFLINE' }]);
  });

  test('that nobody has registered finds no terminal, among those of others', async () => {
    const till = await OfflineTill.open({ partner, store: memory() });
    expect(await till.enroll()).toBeUndefined();
    await till.refresh();
    expect((await till.take((await shop.buy({ offline: true })).token)).fault).toBe('TILL_UNKNOWN');
    expect(till.status).toMatchObject({ terminalId: undefined, waiting: [] });
  });

  test('keeps what it took while handing in fails, and is told of a dispute', async () => {
    const line = badLine();
    const { till } = await openTill('Counter 2', { line });
    const [voucher, other] = [await shop.buy({ offline: true }), await shop.buy({ offline: true })];
    await till.refresh();
    await till.take(voucher.token);
    await till.take(other.token);
    await partner.redeemVoucher({ token: voucher.token });
    line.fails = () => 'after';
    expect(await codeOf(till.handIn())).toBe('UNREACHABLE');
    expect(till.status.waiting).toHaveLength(2);
    line.fails = () => undefined;
    const decided = await till.handIn();
    expect(decided.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([
      [2, 'DISPUTED'],
      [3, 'ACCEPTED'],
    ]);
    expect((await partner.disputesPage()).nodes).toHaveLength(1);
  });

  test('does not dispute with itself when only the answer was lost', async () => {
    const line = badLine();
    const { till, own } = await openTill('Counter 3', { line });
    const [held, keyed] = [await shop.buy({ offline: true }), await shop.buy({ offline: true })];
    await till.refresh();
    const hold = await own.holdVoucher({ token: held.token });
    line.fails = () => 'after';
    expect(await codeOf(own.captureVoucher(hold.id))).toBe('UNREACHABLE');
    const idempotencyKey = crypto.randomUUID();
    expect(await codeOf(own.redeemVoucher({ token: keyed.token }, { idempotencyKey }))).toBe('UNREACHABLE');
    expect((await till.take(held.token, { holdId: hold.id })).fault).toBeUndefined();
    expect((await till.take(keyed.token, { idempotencyKey })).fault).toBeUndefined();
    line.fails = () => undefined;
    expect((await till.handIn()).map(({ outcome }) => outcome)).toEqual(['ACCEPTED', 'ACCEPTED']);
    expect((await partner.disputesPage()).nodes).toHaveLength(1);
  });

  test('gives each voucher a number of its own when two windows take at once', async () => {
    const store = memory();
    const { till, own } = await openTill('Counter 4', { store });
    await till.refresh();
    const windows = [till, await OfflineTill.open({ partner: own, store })];
    const vouchers = [await shop.buy({ offline: true }), await shop.buy({ offline: true })];
    const taken = await Promise.all(vouchers.map(({ token }, index) => windows[index]?.take(token)));
    expect(taken.map((each) => each?.fault)).toEqual([undefined, undefined]);
    const again = await OfflineTill.open({ partner: own, store });
    expect(again.status.waiting.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect((await again.handIn()).map(({ outcome }) => outcome)).toEqual(['ACCEPTED', 'ACCEPTED']);
  });
});

test('sales are told twice and booked once, and the month adds up', async () => {
  const soldAt = new Date().toISOString();
  const rows = Array.from({ length: 101 }, (_, index) => ({
    externalId: `R-${index}`,
    cents: 10_000,
    zipCode: '78701',
    soldAt,
  }));
  const outcomes = async () => [...new Set((await partner.reportSales(rows)).map(({ outcome }) => outcome))];
  expect(await outcomes()).toEqual(['RECORDED']);
  expect(await outcomes()).toEqual(['REPEATED']);
  const refused = await partner.reportSales([{ externalId: 'X', cents: 5, zipCode: '00000', soldAt }]);
  expect(refused).toMatchObject([{ outcome: 'REFUSED', refusal: 'ZIP_CODE_UNKNOWN' }]);
  const [sale] = (await partner.reportSales(rows.slice(0, 1))).map((row) => row.sale);
  const month = sale?.month ?? '';
  let feeCents = 0;
  for await (const each of partner.sales(month)) feeCents += each.feeCents;
  expect(feeCents).toBe(101 * 500);
  expect((await partner.statement(month)).sales).toMatchObject({ salesCount: 101, salesCents: 1_010_000, feeCents });
  expect(await partner.webhookEndpoints()).toEqual([]);
});
