import type { Caller } from '../kernel/caller.ts';
import { KEYS_PER_RETAILER } from './partner-key.ts';
import { openTown, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const create = `mutation ($input: CreatePartnerKeyInput!) { createPartnerKey(input: $input) {
  partnerKey { id retailerId label scopes createdAt revokedAt } secret } }`;
const revoke =
  'mutation ($input: RevokePartnerKeyInput!) { revokePartnerKey(input: $input) { partnerKey { id revokedAt } } }';
const verify = 'query ($secret: OpaqueToken!) { verifyPartnerKey(secret: $secret) { retailerId scopes } }';
const list = `query ($first: PageSize, $after: Cursor) { partnerKeys(first: $first, after: $after) {
  edges { node { id label } } pageInfo { hasNextPage endCursor } } }`;

const administrator = () => ({ accountId: town.newId(), scopes: ['administrator'] as const });
const wanted = () => ({ retailerId: town.newId(), label: 'Till', scopes: ['VOUCHERS_REDEEM'] });
/** Has the catalog tell that somebody acts for the retailer that their token names. */
async function join({ accountId = '', organisations = [] }: Caller) {
  const organisationId = organisations[0]?.split(':')[1] ?? '';
  const told = { organisationId, kind: 'retailer', accountId, addedAt: town.clock.now().toISOString() } as const;
  await town.deliver('organisation.memberAdded', told);
  return told;
}
const verified = async (secret: string) => (await town.ask(verify, { secret })).verifyPartnerKey;

test('a key stands for its retailer and scopes until it is revoked', async () => {
  const input = { ...wanted(), scopes: ['VOUCHERS_REDEEM', 'OFFERS_READ', 'OFFERS_READ'] };
  const { createPartnerKey } = await town.ask(create, { input }, administrator());
  const { partnerKey, secret } = createPartnerKey;
  expect(partnerKey).toMatchObject({ ...input, scopes: ['OFFERS_READ', 'VOUCHERS_REDEEM'], revokedAt: null });
  expect(await verified(secret)).toEqual({ retailerId: input.retailerId, scopes: ['offers:read', 'vouchers:redeem'] });
  const revoked = await town.ask(revoke, { input: { partnerKeyId: partnerKey.id } }, administrator());
  expect(revoked.revokePartnerKey.partnerKey.revokedAt).not.toBeNull();
  expect(await verified(secret)).toBeNull();
  town.clock.advance(60_000);
  expect(await town.ask(revoke, { input: { partnerKeyId: partnerKey.id } }, administrator())).toEqual(revoked);
});

test('the secret is long, recognisable, and not in the database', async () => {
  const { createPartnerKey } = await town.ask(create, { input: wanted() }, administrator());
  expect(createPartnerKey.secret).toMatch(/^hb_[A-Za-z0-9_-]{43}$/);
  const rows = JSON.stringify(await town.em().execute('select * from identity.partner_key'));
  expect(rows).not.toContain(createPartnerKey.secret);
});

test('unknown secrets stand for nothing', async () => {
  expect(await verified('hb_unknown')).toBeNull();
});

test('administrators page through the keys, the newest first', async () => {
  for (const label of ['One', 'Two', 'Three'])
    await town.ask(create, { input: { ...wanted(), label } }, administrator());
  const first = (await town.ask(list, { first: 2 }, administrator())).partnerKeys;
  expect(first.edges.map(({ node }: { node: { label: string } }) => node.label)).toEqual(['Three', 'Two']);
  const second = (await town.ask(list, { first: 1, after: first.pageInfo.endCursor }, administrator())).partnerKeys;
  expect(second.edges[0].node.label).toBe('One');
  const forged = Buffer.from('["no id"]').toString('base64url');
  expect(await town.refusal(list, { after: forged }, administrator())).toBe('BAD_USER_INPUT');
});

test('those who act for a retailer make, see and revoke the keys of theirs, and of nobody else', async () => {
  const own = wanted();
  const clerk: Caller = {
    accountId: town.newId(),
    scopes: ['citizen', 'retailer'],
    organisations: [`retailer:${own.retailerId}`],
  };
  await join(clerk);
  const foreign = (await town.ask(create, { input: wanted() }, administrator())).createPartnerKey.partnerKey;
  const { partnerKey } = (await town.ask(create, { input: own }, clerk)).createPartnerKey;
  expect((await town.ask(list, { first: 10 }, clerk)).partnerKeys.edges).toEqual([
    { node: { id: partnerKey.id, label: 'Till' } },
  ]);
  expect(await town.refusal(create, { input: wanted() }, clerk)).toBe('FORBIDDEN');
  expect(await town.refusal(revoke, { input: { partnerKeyId: foreign.id } }, clerk)).toBe('FORBIDDEN');
  const { revokePartnerKey } = await town.ask(revoke, { input: { partnerKeyId: partnerKey.id } }, clerk);
  expect(revokePartnerKey.partnerKey.revokedAt).not.toBeNull();
});

test('who was dismissed makes no key and ends none, although their token still names the retailer', async () => {
  const input = wanted();
  const clerk: Caller = {
    accountId: town.newId(),
    scopes: ['citizen', 'retailer'],
    organisations: [`retailer:${input.retailerId}`],
  };
  const { addedAt: removedAt, ...member } = await join(clerk);
  const { partnerKey } = (await town.ask(create, { input }, clerk)).createPartnerKey;
  await town.deliver('organisation.memberRemoved', { ...member, removedAt });
  expect(await town.refusal(create, { input }, clerk)).toBe('FORBIDDEN');
  expect(await town.refusal(revoke, { input: { partnerKeyId: partnerKey.id } }, clerk)).toBe('FORBIDDEN');
});

test('the keys of a retailer end with its last member, who leaves only when it ends', async () => {
  const input = wanted();
  const [owner, clerk] = [1, 2].map(
    (): Caller => ({
      accountId: town.newId(),
      scopes: ['citizen', 'retailer'],
      organisations: [`retailer:${input.retailerId}`],
    }),
  ) as [Caller, Caller];
  const [first, second] = [await join(owner), await join(clerk)];
  const { secret } = (await town.ask(create, { input }, owner)).createPartnerKey;
  const other = (await town.ask(create, { input: wanted() }, administrator())).createPartnerKey;
  for (const [{ addedAt: removedAt, ...member }, isGood] of [
    [second, true],
    [first, false],
  ] as const) {
    await town.deliver('organisation.memberRemoved', { ...member, removedAt });
    expect((await verified(secret)) !== null).toBe(isGood);
  }
  expect(await verified(other.secret)).not.toBeNull();
});

test('a retailer has a bounded number of keys in use, however many are asked for at once', async () => {
  const input = wanted();
  const asked = Array.from({ length: KEYS_PER_RETAILER + 5 }, () => town.refusal(create, { input }, administrator()));
  const codes = await Promise.all(asked);
  expect(codes.filter((code) => code === undefined)).toHaveLength(KEYS_PER_RETAILER);
  expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(5);
});

test('nobody else makes, lists or revokes keys', async () => {
  for (const [caller, code] of [
    [undefined, 'UNAUTHENTICATED'],
    [{ accountId: town.newId(), scopes: ['officer'] as const }, 'FORBIDDEN'],
    [{ retailerId: town.newId(), scopes: ['vouchers:redeem'] as const }, 'FORBIDDEN'],
  ] as const) {
    expect(await town.refusal(create, { input: wanted() }, caller)).toBe(code);
    expect(await town.refusal(list, {}, caller)).toBe(code);
    expect(await town.refusal(revoke, { input: { partnerKeyId: town.newId() } }, caller)).toBe(code);
  }
});

test('refuses keys without a scope, for no id, and to revoke one that is not there', async () => {
  expect(await town.refusal(create, { input: { ...wanted(), scopes: [] } }, administrator())).toBe('BAD_USER_INPUT');
  expect(await town.refusal(create, { input: { ...wanted(), retailerId: '7' } }, administrator())).toBe(
    'BAD_USER_INPUT',
  );
  expect(await town.refusal(create, { input: { ...wanted(), label: '' } }, administrator())).toBe('BAD_USER_INPUT');
  expect(await town.refusal(revoke, { input: { partnerKeyId: town.newId() } }, administrator())).toBe('NOT_FOUND');
});

test('who only looks at a retailer sees its keys and neither makes nor revokes one', async () => {
  const input = wanted();
  const { partnerKey } = (await town.ask(create, { input }, administrator())).createPartnerKey;
  const viewer: Caller = {
    accountId: town.newId(),
    scopes: ['citizen', 'retailer'],
    organisations: [`retailer:${input.retailerId}`, `viewer:${input.retailerId}`],
  };
  expect((await town.ask(list, {}, viewer)).partnerKeys.edges).toHaveLength(1);
  expect(await town.refusal(create, { input }, viewer)).toBe('FORBIDDEN');
  expect(await town.refusal(revoke, { input: { partnerKeyId: partnerKey.id } }, viewer)).toBe('FORBIDDEN');
});
