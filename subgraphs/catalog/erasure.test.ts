import { type Marketplace, openMarketplace, somebody } from './organisations/testing/marketplace.ts';

let market: Marketplace;

beforeAll(async () => {
  market = await openMarketplace();
});

afterAll(async () => {
  await market.close();
});

const now = () => market.subject.clock.now().toISOString();
const erase = (accountId = '') => market.subject.deliver('account.erased', { accountId, erasedAt: now() });
const rowsOf = (table: string, column: string, id = '') =>
  market.subject
    .em()
    .execute<{ role?: string; contact_sealed?: string | null; status?: string }[]>(
      `select * from catalog.${table} where ${column} = ?`,
      [id],
    );

test('whoever acted for an organisation does so no more, and whoever has been with it longest owns it', async () => {
  const { id, owner } = await market.list('retailer');
  const first = await market.join('retailer', id, owner, 'VIEWER');
  const editor = await market.join('retailer', id, owner, 'EDITOR');
  await market.change('inviteMember', { organisationId: id, role: 'OWNER' }, owner);
  await erase(owner.accountId);
  expect(await rowsOf('organisation_member', 'account_id', owner.accountId)).toEqual([]);
  expect((await rowsOf('organisation_member', 'account_id', editor.accountId))[0]?.role).toBe('OWNER');
  expect((await rowsOf('organisation_member', 'account_id', first.accountId))[0]?.role).toBe('VIEWER');
  const removed = await market.subject.recorded('organisation.memberRemoved');
  expect(removed.at(-1)).toMatchObject({ organisationId: id, accountId: owner.accountId });
  const added = await market.subject.recorded('organisation.memberAdded');
  expect(added.at(-1)).toMatchObject({ organisationId: id, accountId: editor.accountId, role: 'OWNER' });
  // An invitation of somebody who is gone lets nobody in.
  const open = await market.subject
    .em()
    .execute('select 1 from catalog.organisation_invitation where withdrawn_at is null and accepted_at is null');
  expect(open).toEqual([]);
  expect((await rowsOf('organisation', 'id', id))[0]?.contact_sealed).not.toBeNull();
});

test('the contact of an application goes with who applied, and that of an organisation with its last member', async () => {
  const applicant = somebody();
  const application = await market.apply('retailer', applicant);
  await erase(applicant.accountId);
  expect(await rowsOf('organisation_application', 'id', application.id)).toMatchObject([
    { status: 'WITHDRAWN', contact_sealed: null },
  ]);
  const { id, owner } = await market.list('retailer');
  await erase(owner.accountId);
  await erase(owner.accountId);
  expect((await rowsOf('organisation', 'id', id))[0]?.contact_sealed).toBeNull();
});

test('what somebody took is forgotten, and a voucher that is told late is not noted', async () => {
  const accountId = market.subject.newId();
  const ids = { voucherId: market.subject.newId(), transactionId: market.subject.newId(), accountId };
  const issued = {
    ...ids,
    offerId: market.subject.newId(),
    retailerId: market.subject.newId(),
    points: 5,
    zipCode: null,
    issuedAt: now(),
  };
  await market.subject.deliver('voucher.issued', issued);
  expect(await rowsOf('person_offer', 'account_id', accountId)).toHaveLength(1);
  await erase(accountId);
  await market.subject.deliver('voucher.issued', { ...issued, voucherId: market.subject.newId() });
  expect(await rowsOf('person_offer', 'account_id', accountId)).toEqual([]);
  expect(await rowsOf('search_person', 'account_id', accountId)).toEqual([]);
});
