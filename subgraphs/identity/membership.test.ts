import { claimsOf, openTown, operations, type Town } from './testing/people.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

const told = (accountId: string, organisationId: string, kind: 'retailer' | 'charity' = 'retailer') => ({
  organisationId,
  kind,
  accountId,
  addedAt: town.clock.now().toISOString(),
});

/** What the next access token of somebody who signs in says. */
async function claims(emailAddress: string) {
  const { session } = await town.signIn(emailAddress);
  return claimsOf(session.accessToken);
}

test('a session says for which organisations its person acts, from the next token on', async () => {
  const { accountId, caller } = await town.register('clerk@shop.example');
  expect(caller).not.toHaveProperty('organisations');
  const [shop, kitchen] = [town.newId(), town.newId()];
  await town.deliver('organisation.memberAdded', told(accountId, shop));
  await town.deliver('organisation.memberAdded', told(accountId, kitchen, 'charity'));
  const { session } = await town.signIn('clerk@shop.example');
  expect(claimsOf(session.accessToken)).toMatchObject({
    scope: 'citizen retailer charity',
    organisations: [`retailer:${shop}`, `charity:${kitchen}`],
  });
  const { addedAt, ...former } = told(accountId, shop);
  await town.deliver('organisation.memberRemoved', { ...former, removedAt: addedAt });
  const { refreshSession } = await town.ask(operations.refresh, { input: { refreshToken: session.refreshToken } });
  expect(claimsOf(refreshSession.session.accessToken)).toMatchObject({
    scope: 'citizen charity',
    organisations: [`charity:${kitchen}`],
  });
});

test('a membership told twice is one, and one told before the registration waits for it', async () => {
  const { accountId } = await town.signIn('early@shop.example');
  const shop = town.newId();
  await town.deliver('organisation.memberAdded', told(accountId, shop));
  await town.deliver('organisation.memberAdded', told(accountId, shop));
  // No phone is verified: the session may do nothing, and so nothing for the shop.
  expect(await claims('early@shop.example')).toMatchObject({ scope: '' });
  expect(await claims('early@shop.example')).not.toHaveProperty('organisations');
  await town.register('early@shop.example');
  expect(await claims('early@shop.example')).toMatchObject({
    scope: 'citizen retailer',
    organisations: [`retailer:${shop}`],
  });
});

test('who is suspended acts for nobody', async () => {
  const { accountId } = await town.register('suspended@shop.example');
  await town.deliver('organisation.memberAdded', told(accountId, town.newId()));
  await town.ask(
    'mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { suspension { id } } }',
    { input: { accountId, reason: 'Sold vouchers that were not theirs.' } },
    { accountId: town.newId(), scopes: ['administrator'] },
  );
  const session = await claims('suspended@shop.example');
  expect(session.scope).toBe('');
  expect(session).not.toHaveProperty('organisations');
});

test('a session says which organisations its person only looks at, as long as that is their role', async () => {
  const { accountId } = await town.register('viewer@shop.example');
  const shop = town.newId();
  const organisations = async () => (await claims('viewer@shop.example')).organisations;
  await town.deliver('organisation.memberAdded', { ...told(accountId, shop), role: 'VIEWER' });
  expect(await organisations()).toEqual([`retailer:${shop}`, `viewer:${shop}`]);
  await town.deliver('organisation.memberAdded', { ...told(accountId, shop), role: 'EDITOR' });
  expect(await organisations()).toEqual([`retailer:${shop}`]);
});
