import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { citizen, officer, openTown, type Town } from '../testing/town.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

/** Somebody whose role in an organisation is to look at it. */
const viewerOf = (kind: 'retailer' | 'charity', id: string): Caller & { accountId: string } => ({
  accountId: randomUUID(),
  scopes: ['citizen', kind],
  organisations: [`${kind}:${id}`, `viewer:${id}`],
});

async function refusal(mutation: string, input: object, caller: Caller) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`;
  return (await town.execute(query, { input }, caller)).errors?.[0]?.extensions?.code;
}

test('who only looks at a retailer reads what it has and changes nothing of it, nor takes a voucher', async () => {
  const { offerId, retailerId } = await town.publish();
  const viewer = viewerOf('retailer', retailerId);
  const buyer = citizen();
  await town.meet(officer().accountId, buyer.accountId);
  const { payload } = await town.redeem(buyer, offerId);
  const read = await town.execute(
    '{ redemptions { edges { node { id } } } offerStock { edges { node { open } } } }',
    {},
    viewer,
  );
  expect(read).toMatchObject({ data: { redemptions: { edges: [] }, offerStock: { edges: [{ node: { open: 1 } }] } } });
  expect(await town.take(viewer, payload.voucher.code)).toMatchObject({ code: 'FORBIDDEN' });
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const terminal = { retailerId, name: 'Mine', publicKey: publicKey.toString('base64') };
  expect(await refusal('registerTerminal', terminal, viewer)).toBe('FORBIDDEN');
  const endpoint = {
    kind: 'RETAILER',
    organisationId: retailerId,
    url: 'https://mine.example/hook',
    events: ['VOUCHER_REDEEMED'],
  };
  expect(await refusal('createWebhookEndpoint', endpoint, viewer)).toBe('FORBIDDEN');
  expect(await refusal('reportSales', { retailerId, sales: [] }, viewer)).toBe('FORBIDDEN');
});

test('who only looks at an organisation gets no vouchers of it and gives it no points all the same', async () => {
  const { offerId, retailerId } = await town.publish();
  const charityId = await town.list();
  const [clerk, helper] = [viewerOf('retailer', retailerId), viewerOf('charity', charityId)];
  for (const { accountId } of [clerk, helper]) await town.meet(officer().accountId, accountId);
  expect(await town.redeem(clerk, offerId)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await town.donate(helper, charityId, 5)).toMatchObject({ code: 'FORBIDDEN' });
  const settlement = {
    kind: 'CHARITY',
    organisationId: charityId,
    points: 1,
    reference: 'Check 1',
    idempotencyKey: randomUUID(),
  };
  expect(await refusal('settlePoints', settlement, helper)).toBe('FORBIDDEN');
});
