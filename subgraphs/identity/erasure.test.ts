import { BARRED_DAYS } from './barred.ts';
import { ERASURE_DAYS } from './erasure.ts';
import { ACCESS_TOKEN_SECONDS } from './signing-keys.ts';
import { openTown, operations, randomPhone, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const DAY = 86_400_000;
const request = `mutation ($input: RequestErasureInput!) { requestErasure(input: $input) {
  account { id erasure { requestedAt dueAt waitsForOwner } } } }`;
const cancel =
  'mutation ($input: CancelErasureInput!) { cancelErasure(input: $input) { undone account { erasure { dueAt } } } }';
const understood = { input: { understood: true } };
const me = '{ me { id erasure { dueAt waitsForOwner } } }';

/** Time passes until the account is gone: the sessions end, then their last access token does. */
async function pass(milliseconds: number): Promise<void> {
  town.clock.advance(milliseconds);
  await town.services.erasures.look();
  town.clock.advance((ACCESS_TOKEN_SECONDS + 2) * 1000);
  await town.services.erasures.look();
}
const erased = async () => (await town.recorded('account.erased')).map(({ accountId }) => accountId);

test('an account goes 14 days after it was asked for, with all that names the person, and that is told once', async () => {
  const phoneNumber = randomPhone();
  const { accountId } = await town.register('gone@people.example', phoneNumber);
  const { caller, session } = await town.signIn('gone@people.example', 'Phone of Gone');
  const { requestErasure } = await town.ask(request, understood, caller);
  const { requestedAt, dueAt, waitsForOwner } = requestErasure.account.erasure;
  expect(Date.parse(dueAt) - Date.parse(requestedAt)).toBe(ERASURE_DAYS * DAY);
  expect(waitsForOwner).toBe(false);
  expect((await town.ask(request, understood, caller)).requestErasure).toEqual(requestErasure);
  await pass(ERASURE_DAYS * DAY - 3_600_000);
  expect(await erased()).toEqual([]);
  await pass(3_600_000);
  expect(await erased()).toEqual([accountId]);
  expect(await town.refusal(me, {}, caller)).toBe('UNAUTHENTICATED');
  expect(await town.refusal(operations.refresh, { input: { refreshToken: session.refreshToken } })).toBe(
    'SESSION_ENDED',
  );
  await town.services.erasures.look();
  expect(await erased()).toEqual([accountId]);
  // The same person comes back as somebody new, with the same phone.
  const back = await town.register('gone@people.example', phoneNumber);
  expect(back.accountId).not.toBe(accountId);
});

test('nothing happens to sessions before their last day, and none outlives its account', async () => {
  await town.register('steps@people.example');
  const { accountId, caller, session } = await town.signIn('steps@people.example');
  await town.ask(request, understood, caller);
  const { refreshSession } = await town.ask(operations.refresh, { input: { refreshToken: session.refreshToken } });
  const refresh = { input: { refreshToken: refreshSession.session.refreshToken } };
  town.clock.advance(ERASURE_DAYS * DAY);
  await town.services.erasures.look();
  // Its sessions have ended; an access token may live for five minutes, and as long the account is there.
  expect(await town.refusal(operations.refresh, refresh)).toBe('SESSION_ENDED');
  expect(await town.refusal(me, {}, caller)).toBeUndefined();
  expect(await erased()).not.toContain(accountId);
  town.clock.advance(ACCESS_TOKEN_SECONDS * 1000 + 2000);
  await town.services.erasures.look();
  expect(await erased()).toContain(accountId);
});

test('a word undoes it, and so does signing in, even when the sessions have ended already', async () => {
  await town.register('stays@people.example');
  const { accountId, caller } = await town.signIn('stays@people.example');
  await town.ask(request, understood, caller);
  expect((await town.ask(cancel, { input: { accountId } }, caller)).cancelErasure).toEqual({
    undone: true,
    account: { erasure: null },
  });
  expect((await town.ask(cancel, { input: { accountId } }, caller)).cancelErasure.undone).toBe(false);
  const other = await town.signIn('other@people.example');
  expect(await town.refusal(cancel, { input: { accountId } }, other.caller)).toBe('FORBIDDEN');
  await town.ask(request, understood, caller);
  town.clock.advance(ERASURE_DAYS * DAY);
  await town.services.erasures.look();
  const start = await town.ask(operations.start, { input: { redirectUri: 'http://127.0.0.1:9/callback' } });
  const input = {
    flow: start.startSignIn.flow,
    ...(await town.visit(start.startSignIn.authorizationUrl, 'stays@people.example')),
  };
  const complete =
    'mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) { erasureUndone account { id } } }';
  expect((await town.ask(complete, { input })).completeSignIn).toEqual({
    erasureUndone: true,
    account: { id: accountId },
  });
  await pass(ERASURE_DAYS * DAY);
  expect(await erased()).not.toContain(accountId);
});

test('whose account it is hears of it, on their phone too and not again and again, and that it was undone', async () => {
  const phoneNumber = randomPhone();
  const { accountId, caller } = await town.register('told@people.example', phoneNumber);
  const texts = async () => {
    const response = await fetch(`${town.url}/development/messages?to=${encodeURIComponent(phoneNumber)}`);
    const messages = (await response.json()) as { text: string }[];
    return messages.filter(({ text }) => text.includes('erased'));
  };
  const { requestErasure } = await town.ask(request, understood, caller);
  await town.ask(request, understood, caller);
  const { requestedAt, dueAt } = requestErasure.account.erasure;
  const asked = (await town.recorded('account.erasureRequested')).filter((fact) => fact.accountId === accountId);
  expect(asked).toEqual([{ accountId, requestedAt, dueAt }]);
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(dueAt));
  expect(await texts()).toMatchObject([{ text: expect.stringContaining(`${day}. Was it not you`) }]);
  for (let times = 0; times < 3; times++) {
    await town.ask(cancel, { input: { accountId } }, caller);
    await town.ask(request, understood, caller);
  }
  expect(await texts()).toHaveLength(2);
  await town.signIn('told@people.example');
  const undone = (await town.recorded('account.erasureUndone')).filter((fact) => fact.accountId === accountId);
  expect(undone).toHaveLength(4);
});

test('is refused to who has not just signed in on this device, and to who has not read what goes', async () => {
  const old = await town.signIn('fresh@people.example');
  expect(await town.refusal(request, { input: { understood: false } }, old.caller)).toBe('BAD_USER_INPUT');
  expect(await town.refusal(request, understood)).toBe('UNAUTHENTICATED');
  town.clock.advance(11 * 60_000);
  expect(await town.refusal(request, understood, old.caller)).toBe('FRESH_SIGN_IN_NEEDED');
  // Another device that has just signed in makes this one no fresher.
  const fresh = await town.signIn('fresh@people.example');
  expect(await town.refusal(request, understood, old.caller)).toBe('FRESH_SIGN_IN_NEEDED');
  expect(await town.refusal(request, understood, { ...fresh.caller, sessionId: undefined })).toBe(
    'FRESH_SIGN_IN_NEEDED',
  );
  expect(await town.refusal(request, understood, fresh.caller)).toBeUndefined();
});

test('the only owner of an organisation stays until there is another one, also where that changes meanwhile', async () => {
  const owner = await town.signIn('owner@shop.example');
  const second = await town.signIn('second@shop.example');
  const ofShop = { organisationId: town.newId(), kind: 'retailer' } as const;
  const join = (accountId: string, role: 'OWNER' | 'EDITOR') =>
    town.deliver('organisation.memberAdded', { ...ofShop, accountId, role, addedAt: town.clock.now().toISOString() });
  await join(owner.accountId, 'OWNER');
  await join(second.accountId, 'EDITOR');
  expect(await town.refusal(request, understood, owner.caller)).toBe('LAST_OWNER');
  await join(second.accountId, 'OWNER');
  // Of two who leave, the second would leave nobody behind.
  await town.ask(request, understood, owner.caller);
  expect(await town.refusal(request, understood, second.caller)).toBe('LAST_OWNER');
  await join(second.accountId, 'EDITOR');
  expect((await town.ask(me, {}, owner.caller)).me.erasure.waitsForOwner).toBe(true);
  await pass(ERASURE_DAYS * DAY);
  expect(await erased()).not.toContain(owner.accountId);
  await join(second.accountId, 'OWNER');
  await pass(0);
  expect(await erased()).toContain(owner.accountId);
  // What is told late of somebody who is gone makes nothing of them.
  await join(owner.accountId, 'EDITOR');
  const rows = await town.em().execute('select 1 from identity.membership where account_id = ?', [owner.accountId]);
  expect(rows).toEqual([]);
});

test('whoever leaves while suspended does not come back as somebody new before the suspension would have ended', async () => {
  const phoneNumber = randomPhone();
  const { accountId } = await town.register('banned@people.example', phoneNumber);
  const administrator = { accountId: town.newId(), scopes: ['administrator'] } as const;
  const suspend = 'mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { suspension { until } } }';
  await town.ask(suspend, { input: { accountId, reason: 'Threats.' } }, administrator);
  const { caller } = await town.signIn('banned@people.example');
  await town.ask(request, understood, caller);
  await pass(ERASURE_DAYS * DAY);
  expect(await erased()).toContain(accountId);
  await expect(town.signIn('banned@people.example')).rejects.toThrow('ACCOUNT_SUSPENDED');
  const another = await town.signIn('banned2@people.example');
  await town.ask(operations.requestCode, { input: { phoneNumber } }, another.caller);
  const input = { phoneNumber, code: await town.codeFor(phoneNumber) };
  expect(await town.refusal(operations.verify, { input }, another.caller)).toBe('ACCOUNT_SUSPENDED');
  town.clock.advance(BARRED_DAYS * DAY);
  await town.services.erasures.look();
  expect(await town.em().execute('select 1 from identity.barred')).toEqual([]);
  expect((await town.signIn('banned@people.example')).accountId).not.toBe(accountId);
});

test('two processes that look at once erase an account once', async () => {
  const { accountId, caller } = await town.signIn('race@people.example');
  await town.ask(request, understood, caller);
  town.clock.advance(ERASURE_DAYS * DAY);
  await town.services.erasures.look();
  const second = await openTown({ databaseUrl: town.databaseUrl, clock: town.clock });
  try {
    town.clock.advance((ACCESS_TOKEN_SECONDS + 2) * 1000);
    await Promise.all([town.services.erasures.look(), second.services.erasures.look()]);
    expect((await erased()).filter((id) => id === accountId)).toEqual([accountId]);
  } finally {
    await second.close();
  }
});
