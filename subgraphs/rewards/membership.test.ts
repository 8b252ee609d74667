/*
 * Who was dismissed from an organisation, or may only look at it now, has a token for some minutes yet. Every mutation of
 * this domain that is for those who act for an organisation stands in the table; one that is added to the schema has to.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type GraphQLObjectType, getNamedType } from 'graphql';
import { type OrganisationKind, organisationKinds } from '../kernel/caller.ts';
import { type City, openCity } from './schemes/testing/city.ts';
import { administrator, officer, type Person } from './testing/town.ts';
import { type Bought, shopsOf } from './vouchers/testing/shop.ts';

let city: City;
const shop = shopsOf(() => city);

beforeAll(async () => {
  city = await openCity();
});

afterAll(() => city.close());

type Kind = Exclude<OrganisationKind, 'department'>;

const actingFor = (kind: Kind, id: string): Person => ({
  accountId: randomUUID(),
  scopes: ['citizen', kind],
  organisations: [`${kind}:${id}`],
});

async function held(at: Bought): Promise<string> {
  return (await shop.hold(at.till, { code: at.code })).payload.hold.id;
}

async function endpointOf(kind: Kind, organisationId: string): Promise<string> {
  const url = `https://hook.example/${randomUUID()}`;
  const input = { kind: kind.toUpperCase(), organisationId, url, events: ['STATEMENT_READY'] };
  const { payload, message } = await ask('createWebhookEndpoint', input, administrator);
  if (message) throw new Error(message);
  return payload.endpoint.id;
}

async function deliveryOf(endpointId: string): Promise<string> {
  const { payload } = await ask('pingWebhookEndpoint', { endpointId }, administrator);
  return payload.delivery.id;
}

async function claimOf(municipalityId: string): Promise<string> {
  const { schemeId } = await city.scheme({ municipalityId });
  const resident = await city.resident(5);
  return (await city.apply(resident, schemeId)).payload.claim.id;
}

async function settledClaimOf(municipalityId: string): Promise<string> {
  const claimId = await claimOf(municipalityId);
  await city.confirm(administrator, claimId);
  return claimId;
}

async function proposalOf(municipalityId: string): Promise<string> {
  const input = { ...proposal, zipCode: '78702', municipalityId, title: `Trees ${randomUUID()}` };
  return (await ask('proposeFundOption', input, administrator)).payload.proposal.id;
}

const proposal = { zipCode: '78701', title: 'Benches', text: 'To sit.', recipientName: 'Parks and Recreation' };
const publicKey = () => {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('base64');
};
const settlement = (kind: Kind, organisationId: string) => ({
  kind: kind.toUpperCase(),
  organisationId,
  points: 1,
  reference: randomUUID(),
  idempotencyKey: randomUUID(),
});

interface Row {
  readonly kind: Kind;
  readonly mutation: string;
  /** Makes ready what is changed. @returns the organisation and the input with which who acts for it succeeds. */
  ready(): Promise<{ readonly id: string; readonly input: object }>;
}

/** Of a retailer from whom somebody has a voucher. */
const ofShop = (mutation: string, input: (bought: Bought) => object | Promise<object>): Row => ({
  kind: 'retailer',
  mutation,
  async ready() {
    const bought = await shop.buy();
    return { id: bought.retailerId, input: await input(bought) };
  },
});
const ofCityHall = (mutation: string, input: (municipalityId: string) => object | Promise<object>): Row => ({
  kind: 'municipality',
  mutation,
  async ready() {
    const id = await city.found();
    return { id, input: await input(id) };
  },
});
const ofEndpoint = (kind: Kind, mutation: string, input: (endpointId: string) => object | Promise<object>): Row => ({
  kind,
  mutation,
  async ready() {
    const id = kind === 'charity' ? await city.list() : randomUUID();
    return { id, input: await input(await endpointOf(kind, id)) };
  },
});

const table: readonly Row[] = [
  ofShop('redeemVoucher', ({ code, retailerId }) => ({ code, retailerId })),
  ofShop('redeemVoucher', ({ token }) => ({ token })),
  ofShop('holdVoucher', ({ code }) => ({ code, idempotencyKey: randomUUID() })),
  ofShop('captureVoucher', async (bought) => ({ holdId: await held(bought) })),
  ofShop('releaseVoucher', async (bought) => ({ holdId: await held(bought) })),
  ofShop('submitOfflineClaims', async ({ retailerId, token }) => {
    const terminal = await shop.terminal(retailerId);
    const now = city.clock.now();
    const claim = shop.claim(terminal, { sequence: 1, token, claimedAt: now, revocationsAsOf: now });
    return { terminalId: terminal.terminalId, claims: [claim] };
  }),
  ofShop('requestRedemptionReversal', async ({ till, code, id }) => {
    await shop.redeem(till, { code });
    return { voucherId: id, reason: 'The wrong coffee.' };
  }),
  ofShop('registerTerminal', ({ retailerId }) => ({ retailerId, name: 'Till', publicKey: publicKey() })),
  ofShop('revokeTerminal', async ({ retailerId }) => ({ terminalId: (await shop.terminal(retailerId)).terminalId })),
  ofShop('reportSales', () => ({
    sales: [{ externalId: 'one', cents: 7_500, zipCode: '78701', soldAt: city.nowText() }],
  })),
  ofShop('reconcileSales', () => ({ month: '2026-01', file: 'external_id,amount\n' })),
  {
    kind: 'charity',
    mutation: 'settlePoints',
    async ready() {
      const id = await city.list();
      const giver = officer();
      await city.meet(giver.accountId, randomUUID());
      await city.donate(giver, id, 5);
      return { id, input: settlement('charity', id) };
    },
  },
  ofCityHall('settlePoints', async (id) => {
    await settledClaimOf(id);
    return settlement('municipality', id);
  }),
  ofCityHall('proposeFundOption', (municipalityId) => ({ ...proposal, municipalityId })),
  ofCityHall('proposeFundOption', () => ({ ...proposal, title: 'Lamps' })),
  ofCityHall('withdrawFundProposal', async (id) => ({ proposalId: await proposalOf(id) })),
  ofCityHall('confirmSchemeClaim', async (id) => ({ claimId: await claimOf(id) })),
  ofCityHall('refuseSchemeClaim', async (id) => ({ claimId: await claimOf(id), reason: 'Not ours.' })),
  ofCityHall('reverseSchemeClaim', async (id) => ({ claimId: await settledClaimOf(id), reason: 'It fell away.' })),
  ...(['retailer', 'charity', 'municipality'] as const).flatMap((kind): Row[] => [
    {
      kind,
      mutation: 'createWebhookEndpoint',
      async ready() {
        const id = randomUUID();
        const url = 'https://hook.example/mine';
        return { id, input: { kind: kind.toUpperCase(), organisationId: id, url, events: ['STATEMENT_READY'] } };
      },
    },
    ofEndpoint(kind, 'changeWebhookEndpoint', (endpointId) => ({ endpointId, description: 'Ours' })),
    ofEndpoint(kind, 'deleteWebhookEndpoint', (endpointId) => ({ endpointId })),
    ofEndpoint(kind, 'rotateWebhookSecret', (endpointId) => ({ endpointId })),
    ofEndpoint(kind, 'pingWebhookEndpoint', (endpointId) => ({ endpointId })),
    ofEndpoint(kind, 'replayWebhookDelivery', async (endpointId) => ({ deliveryId: await deliveryOf(endpointId) })),
    ofEndpoint(kind, 'replayWebhookDeliveries', (endpointId) => ({ endpointId, since: '2026-01-01T00:00:00.000Z' })),
  ]),
];

const mutationType = () => city.subgraph.schema.getMutationType() as GraphQLObjectType;

async function ask(mutation: string, input: object, caller: Parameters<City['execute']>[2]) {
  const inputType = getNamedType(mutationType().getFields()[mutation]?.args[0]?.type);
  const asked: Record<string, string> = {
    createWebhookEndpoint: 'endpoint { id }',
    pingWebhookEndpoint: 'delivery { id }',
    proposeFundOption: 'proposal { id }',
  };
  const document = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { ${asked[mutation] ?? '__typename'} } }`;
  const { data, errors } = await city.execute(document, { input }, caller);
  return { code: errors?.[0]?.extensions?.code, message: errors?.[0]?.message, payload: data?.[mutation] };
}

const fact = (kind: Kind, organisationId: string, { accountId }: Person) => ({ kind, organisationId, accountId });

test.each(table)(
  '$mutation for a $kind is refused to who was dismissed or only looks at it, and to nobody else',
  async (row) => {
    const { kind, mutation } = row;
    const { id, input } = await row.ready();
    const [former, viewer, present] = [actingFor(kind, id), actingFor(kind, id), actingFor(kind, id)];
    for (const who of [former, viewer, present]) {
      await city.deliver('organisation.memberAdded', {
        ...fact(kind, id, who),
        role: 'EDITOR',
        addedAt: city.nowText(),
      });
    }
    await city.deliver('organisation.memberRemoved', { ...fact(kind, id, former), removedAt: city.nowText() });
    await city.deliver('organisation.memberAdded', {
      ...fact(kind, id, viewer),
      role: 'VIEWER',
      addedAt: city.nowText(),
    });
    expect((await ask(mutation, input, former)).code).toBe('FORBIDDEN');
    expect((await ask(mutation, input, viewer)).code).toBe('FORBIDDEN');
    expect(await ask(mutation, input, present)).toMatchObject({ code: undefined, message: undefined });
  },
);

test('every mutation that is for those who act for an organisation stands in the table', () => {
  const scopesOf = (field: string) => JSON.stringify(mutationType().getFields()[field]?.astNode?.directives);
  const forMembers = Object.keys(mutationType().getFields()).filter((field) =>
    organisationKinds.some((kind) => scopesOf(field).includes(`"${kind}"`)),
  );
  expect(forMembers.length).toBeGreaterThan(20);
  expect([...new Set(table.map(({ mutation }) => mutation))].sort()).toEqual(forMembers.sort());
});

test('who comes back acts for it again, and who was never told of is believed', async () => {
  const { retailerId, code } = await shop.buy();
  const clerk = actingFor('retailer', retailerId);
  const member = fact('retailer', retailerId, clerk);
  await city.deliver('organisation.memberRemoved', { ...member, removedAt: city.nowText() });
  expect((await ask('redeemVoucher', { code }, clerk)).code).toBe('FORBIDDEN');
  await city.deliver('organisation.memberAdded', { ...member, role: 'OWNER', addedAt: city.nowText() });
  expect((await ask('redeemVoucher', { code }, clerk)).code).toBeUndefined();
  const other = await shop.buy();
  expect((await ask('redeemVoucher', { code: other.code }, actingFor('retailer', other.retailerId))).code).toBe(
    undefined,
  );
});
