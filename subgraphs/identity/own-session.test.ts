import type { Caller } from '../kernel/caller.ts';
import { openTown, operations, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const SESSIONS = '{ me { sessions { id deviceName startedAt lastUsedAt endsAt current } } }';
const end = 'mutation ($input: EndSessionInput!) { endSession(input: $input) { account { sessions { id } } } }';
const everywhere =
  'mutation ($input: SignOutEverywhereInput!) { signOutEverywhere(input: $input) { ended account { sessions { id } } } }';

interface Seen {
  id: string;
  deviceName: string | null;
  lastUsedAt: string;
  current: boolean;
}
const sessionsOf = async (caller: Partial<Caller>): Promise<Seen[]> =>
  (await town.ask(SESSIONS, {}, caller)).me.sessions;
const refresh = (refreshToken: string) => town.refusal(operations.refresh, { input: { refreshToken } });

test('a person sees where they are signed in, this device first, under the names that the devices said', async () => {
  await town.signIn('two@devices.example', 'Kitchen tablet');
  const phone = await town.signIn('two@devices.example', 'Phone');
  const silent = await town.signIn('two@devices.example');
  await town.signIn('another@devices.example', 'Not theirs');
  expect((await sessionsOf(phone.caller)).map(({ deviceName, current }) => [deviceName, current])).toEqual([
    ['Phone', true],
    [null, false],
    ['Kitchen tablet', false],
  ]);
  expect((await sessionsOf(silent.caller))[0]).toMatchObject({ deviceName: null, current: true });
  const stored = JSON.stringify(await town.em().execute('select * from identity.session'));
  expect(stored).not.toContain('Kitchen');
});

test('a session that goes on says when it was used last', async () => {
  const { caller, session } = await town.signIn('used@devices.example');
  town.clock.advance(3_600_000);
  const before = town.clock.now();
  await town.ask(operations.refresh, { input: { refreshToken: session.refreshToken } });
  const [seen] = await sessionsOf(caller);
  expect(Date.parse(seen?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(before.getTime());
});

test('one session is ended from another device, at its next refresh, and nobody ends those of others', async () => {
  const lost = await town.signIn('lost@devices.example', 'Lost phone');
  const here = await town.signIn('lost@devices.example', 'Here');
  const stranger = await town.signIn('stranger@devices.example');
  const sessionId = lost.caller.sessionId;
  expect(await town.refusal(end, { input: { sessionId } }, stranger.caller)).toBe('NOT_FOUND');
  expect(await town.refusal(end, { input: { sessionId } })).toBe('UNAUTHENTICATED');
  const { endSession } = await town.ask(end, { input: { sessionId } }, here.caller);
  expect(endSession.account.sessions).toEqual([{ id: here.caller.sessionId }]);
  expect(await refresh(lost.session.refreshToken)).toBe('SESSION_ENDED');
  expect(await town.refusal(end, { input: { sessionId } }, here.caller)).toBeUndefined();
  expect(await refresh(here.session.refreshToken)).toBeUndefined();
});

test('all other sessions end at once, or this one too', async () => {
  const others = [await town.signIn('many@devices.example'), await town.signIn('many@devices.example')];
  const here = await town.signIn('many@devices.example');
  const first = await town.ask(everywhere, { input: {} }, here.caller);
  expect(first.signOutEverywhere).toEqual({ ended: 2, account: { sessions: [{ id: here.caller.sessionId }] } });
  for (const { session } of others) expect(await refresh(session.refreshToken)).toBe('SESSION_ENDED');
  const last = await town.ask(everywhere, { input: { thisOneToo: true } }, here.caller);
  expect(last.signOutEverywhere).toEqual({ ended: 1, account: { sessions: [] } });
  expect(await refresh(here.session.refreshToken)).toBe('SESSION_ENDED');
});

test('whoever registers is signed in once: the session of the verified phone takes the place of the first', async () => {
  const phoneNumber = '+15125550001';
  const { caller, session } = await town.signIn('one@devices.example', 'Phone');
  await town.ask(operations.requestCode, { input: { phoneNumber } }, caller);
  const input = { phoneNumber, code: await town.codeFor(phoneNumber) };
  await town.ask(operations.verify, { input }, caller);
  expect(await sessionsOf(caller)).toMatchObject([{ deviceName: 'Phone', current: false }]);
  expect(await refresh(session.refreshToken)).toBe('SESSION_ENDED');
});

test('administrators see nobody else’s sessions, consents or erasure', async () => {
  const { accountId } = await town.signIn('private@devices.example');
  const administrator = { accountId: town.newId(), scopes: ['administrator'] } as const;
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account {
    id sessions { id } erasure { dueAt } openConsents { id } consents { edges { cursor } } } } }`;
  const { _entities } = await town.ask(query, { r: [{ __typename: 'Account', id: accountId }] }, administrator);
  expect(_entities).toEqual([{ id: accountId, sessions: null, erasure: null, openConsents: null, consents: null }]);
});
