import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { clerk, openCity } from '../schemes/testing/city.ts';
import { administrator, officer, type Town } from '../testing/town.ts';
import { HOUR, member, shopsOf } from '../vouchers/testing/shop.ts';

let city: Awaited<ReturnType<typeof openCity>>;
const town = (): Town => city;
const shops = shopsOf(town);

beforeAll(async () => {
  city = await openCity({ configuration: { databasePool: 20 } });
});

afterAll(async () => {
  await city.close();
});

/** An endpoint that is disabled: what it would be told lies among its dead letters, and nothing leaves this machine. */
async function listen(
  caller: Caller,
  kind: string,
  organisationId: string,
  events: readonly string[],
): Promise<string> {
  const { payload } = await shops.ask(
    'createWebhookEndpoint',
    'CreateWebhookEndpointInput',
    'endpoint { id }',
    { kind, organisationId, url: 'https://hooks.example.org/', events },
    caller,
  );
  const endpointId = payload.endpoint.id;
  const input = { endpointId, enabled: false };
  await shops.ask('changeWebhookEndpoint', 'ChangeWebhookEndpointInput', 'endpoint { state }', input, caller);
  return endpointId;
}

/** What it was told, the latest first. */
async function told(caller: Caller, endpointId: string) {
  const { data } = await town().execute(
    'query ($id: ID!) { webhookDeliveries(endpointId: $id, first: 100) { edges { node { event body } } } }',
    { id: endpointId },
    caller,
  );
  return data.webhookDeliveries.edges.map(({ node }: { node: { event: string; body: string } }) => {
    expect(JSON.parse(node.body).type).toBe(node.event.toLowerCase().replace('_', '.'));
    return { event: node.event, body: node.body, data: JSON.parse(node.body).data };
  });
}

const RETAILER_EVENTS = ['VOUCHER_REDEEMED', 'VOUCHER_REFUNDED', 'VOUCHER_EXPIRED'];

describe('a retailer is told', () => {
  test('of a voucher that was given back, and not by whom', async () => {
    const retailerId = randomUUID();
    const endpointId = await listen(member(retailerId), 'RETAILER', retailerId, RETAILER_EVENTS);
    const bought = await shops.buy({ retailerId });
    expect((await shops.refund(bought.owner, bought.id)).code).toBeUndefined();
    const [message, ...others] = await told(member(retailerId), endpointId);
    expect(others).toEqual([]);
    expect(message.event).toBe('VOUCHER_REFUNDED');
    expect(message.data).toEqual({
      voucherId: bought.id,
      offerId: bought.offerId,
      retailerId,
      points: 10,
      cause: 'void',
      refundedAt: expect.any(String),
    });
    for (const secret of [bought.owner.accountId, bought.code]) expect(message.body).not.toContain(secret);
  });

  test('of a voucher that nobody used', async () => {
    const retailerId = randomUUID();
    const endpointId = await listen(member(retailerId), 'RETAILER', retailerId, RETAILER_EVENTS);
    const bought = await shops.buy({ retailerId, validDays: 1 });
    town().clock.advance(26 * HOUR);
    await town().services.voucherSweep.look();
    const messages = await told(member(retailerId), endpointId);
    expect(messages).toHaveLength(1);
    expect(messages[0].event).toBe('VOUCHER_EXPIRED');
    expect(messages[0].data).toMatchObject({ voucherId: bought.id, retailerId, points: 10 });
  });

  test('once of a voucher that thirty tills take at the same time, one of which was cut off', async () => {
    const retailerId = randomUUID();
    const endpointId = await listen(member(retailerId), 'RETAILER', retailerId, RETAILER_EVENTS);
    const bought = await shops.buy({ retailerId, offlineAllowed: true });
    const terminal = await shops.terminal(retailerId);
    const now = town().clock.now();
    const revocationsAsOf = new Date(now.getTime() - HOUR);
    const claim = shops.claim(terminal, { sequence: 1, token: bought.token, claimedAt: now, revocationsAsOf });
    const takes = Array.from({ length: 30 }, () => shops.redeem(bought.till, { code: bought.code }));
    await Promise.all([...takes, shops.submit(bought.till, terminal.terminalId, [claim])]);
    const messages = await told(member(retailerId), endpointId);
    expect(messages).toHaveLength(1);
    expect(messages[0].data).toMatchObject({ voucherId: bought.id });
    const rows = await town().recorded('voucher.redeemed');
    expect(rows.filter(({ voucherId }) => voucherId === bought.id)).toHaveLength(1);
  });
});

test('a municipality is told of a claim under its scheme, and not whose', async () => {
  const municipalityId = await city.found();
  const person = clerk(municipalityId);
  const endpointId = await listen(person, 'MUNICIPALITY', municipalityId, ['SCHEME_CLAIMED']);
  const { schemeId } = await city.scheme({ municipalityId });
  const resident = await city.resident();
  const { payload, code } = await city.apply(resident, schemeId, { points: 10 });
  expect(code).toBeUndefined();
  const [message, ...others] = await told(person, endpointId);
  expect(others).toEqual([]);
  expect(message.data).toEqual({
    claimId: payload.claim.id,
    schemeId,
    municipalityId,
    points: 10,
    valueCents: 10,
    claimedAt: expect.any(String),
  });
  expect(message.body).not.toContain(resident.accountId);
});

test('a municipality is told that a scheme is paused and resumed, once each, in whatever order it is heard', async () => {
  const municipalityId = await city.found();
  const person = clerk(municipalityId);
  const endpointId = await listen(person, 'MUNICIPALITY', municipalityId, ['SCHEME_PAUSED', 'SCHEME_RESUMED']);
  const { schemeId } = await city.scheme({ municipalityId });
  const [earlier, later] = ['2026-11-21T10:00:00.000Z', '2026-11-21T11:00:00.000Z'];
  await city.deliver('scheme.resumed', { schemeId, municipalityId, resumedAt: later });
  await city.deliver('scheme.paused', { schemeId, municipalityId, pausedAt: earlier });
  expect(await told(person, endpointId)).toMatchObject([
    { event: 'SCHEME_RESUMED', data: { schemeId, municipalityId, resumedAt: later } },
  ]);
  const id = randomUUID();
  const pausedAt = '2026-11-21T12:00:00.000Z';
  for (let time = 0; time < 2; time++) {
    await city.deliver('scheme.paused', { schemeId, municipalityId, pausedAt }, { id });
  }
  expect(await told(person, endpointId)).toMatchObject([{ data: { pausedAt } }, {}]);
});

test('a municipality is told of what was settled and of what was taken back, and not what it is called in its books', async () => {
  const municipalityId = await city.found();
  const person = clerk(municipalityId);
  const events = ['POINTS_SETTLED', 'SETTLEMENT_REVERSED'];
  const endpointId = await listen(person, 'MUNICIPALITY', municipalityId, events);
  const { schemeId } = await city.scheme({ municipalityId });
  const { payload } = await city.apply(await city.resident(), schemeId, { points: 10 });
  await city.confirm(person, payload.claim.id);
  const input = { kind: 'MUNICIPALITY', organisationId: municipalityId, points: 8, reference: 'Ledger 9' };
  const made = await shops.ask(
    'settlePoints',
    'SettlePointsInput',
    'settlement { id }',
    { ...input, idempotencyKey: randomUUID() },
    person,
  );
  const settlementId = made.payload.settlement.id;
  const back = { settlementId, reason: 'Counted twice.' };
  for (let time = 0; time < 2; time++) {
    await shops.ask('reverseSettlement', 'ReverseSettlementInput', '__typename', back, administrator);
  }
  const messages = await told(person, endpointId);
  expect(messages.map(({ event, data }: { event: string; data: object }) => ({ event, data }))).toEqual([
    {
      event: 'SETTLEMENT_REVERSED',
      data: {
        settlementId,
        kind: 'municipality',
        organisationId: municipalityId,
        points: 8,
        reversedAt: expect.any(String),
      },
    },
    { event: 'POINTS_SETTLED', data: { settlementId, municipalityId, points: 8, settledAt: expect.any(String) } },
  ]);
  for (const { body } of messages)
    for (const secret of ['Ledger 9', 'Counted twice']) expect(body).not.toContain(secret);
});

test('a charity is told of what was settled, once however often it is asked for', async () => {
  const charityId = await town().list();
  const treasurer: Caller = {
    accountId: randomUUID(),
    scopes: ['citizen', 'charity'],
    organisations: [`charity:${charityId}`],
  };
  const endpointId = await listen(treasurer, 'CHARITY', charityId, ['DONATION_SETTLED']);
  const giver = officer();
  await town().meet(giver.accountId, randomUUID());
  expect((await town().donate(giver, charityId, 20)).code).toBeUndefined();
  const input = {
    kind: 'CHARITY',
    organisationId: charityId,
    points: 15,
    reference: 'Check 17',
    idempotencyKey: randomUUID(),
  };
  const settle = () => shops.ask('settlePoints', 'SettlePointsInput', 'settlement { id }', input, treasurer);
  const [first] = await Promise.all([settle(), settle(), settle()]);
  const [message, ...others] = await told(treasurer, endpointId);
  expect(others).toEqual([]);
  expect(message.data).toEqual({
    settlementId: first?.payload.settlement.id,
    charityId,
    points: 15,
    settledAt: expect.any(String),
  });
  for (const secret of [giver.accountId, 'Check 17']) expect(message.body).not.toContain(secret);
});
