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
const now = () => town.clock.now().toISOString();
const until = (days: number) => new Date(town.clock.now().getTime() + days * DAY).toISOString();

async function report(accountId: string): Promise<string> {
  const reportId = town.newId();
  await town.deliver('report.opened', { reportId, accountId, openedAt: now() });
  return reportId;
}

/** As connections tells it: first what follows, then that it is decided. */
async function decide(reportId: string, accountId: string, suspendedUntil?: string | null): Promise<void> {
  if (suspendedUntil !== undefined) {
    const what = { reportId, accountId, reason: 'threat', until: suspendedUntil } as const;
    await town.deliver('suspension.decided', { ...what, decidedBy: town.newId(), decidedAt: now() });
  }
  await town.deliver('report.decided', { reportId, accountId, decidedAt: now() });
}

async function leave(emailAddress: string): Promise<void> {
  const { caller } = await town.signIn(emailAddress);
  await town.ask(
    'mutation ($input: RequestErasureInput!) { requestErasure(input: $input) { account { id } } }',
    { input: { understood: true } },
    caller,
  );
  town.clock.advance(ERASURE_DAYS * DAY);
  await town.services.erasures.look();
  town.clock.advance((ACCESS_TOKEN_SECONDS + 2) * 1000);
  await town.services.erasures.look();
}

const leftBehind = (accountId: string) =>
  town
    .em()
    .execute<{ hash: string }[]>('select hash from identity.left_under_report where account_id = ?', [accountId]);
const standing = '{ me { suspension { reason until } } }';

test('whoever leaves under a report that is then decided against them does not come back before the suspension ends', async () => {
  const phoneNumber = randomPhone();
  const { accountId } = await town.register('away@people.example', phoneNumber);
  const reportId = await report(accountId);
  await leave('away@people.example');
  expect(await leftBehind(accountId)).toHaveLength(2);
  await decide(reportId, accountId, until(30));
  expect(await leftBehind(accountId)).toEqual([]);
  await expect(town.signIn('away@people.example')).rejects.toThrow('ACCOUNT_SUSPENDED');
  // Nor with the phone, under another name.
  const other = await town.signIn('away2@people.example');
  await town.ask(operations.requestCode, { input: { phoneNumber } }, other.caller);
  const input = { phoneNumber, code: await town.codeFor(phoneNumber) };
  expect(await town.refusal(operations.verify, { input }, other.caller)).toBe('ACCOUNT_SUSPENDED');
  town.clock.advance(31 * DAY);
  expect((await town.signIn('away@people.example')).accountId).not.toBe(accountId);
});

test('whoever has come back before it is decided is suspended then, by the same sign-in or with the same phone, and may appeal', async () => {
  const phoneNumber = randomPhone();
  const { accountId } = await town.register('early@people.example', phoneNumber);
  const reportId = await report(accountId);
  await leave('early@people.example');
  const back = await town.register('early@people.example');
  const withPhone = await town.register('early2@people.example', phoneNumber);
  const neighbour = await town.register('neighbour@people.example');
  expect(await town.ask(standing, {}, back.caller)).toEqual({ me: { suspension: null } });
  const end = until(90);
  await decide(reportId, accountId, end);
  for (const { caller } of [back, withPhone]) {
    const { me } = await town.ask(standing, {}, caller);
    expect(me.suspension).toEqual({ reason: expect.stringContaining('a threat'), until: end });
    const appeal = 'mutation ($input: AppealSuspensionInput!) { appealSuspension(input: $input) { appeal { id } } }';
    expect(await town.refusal(appeal, { input: { text: 'I bought this phone last week.' } }, caller)).toBeUndefined();
  }
  expect(await town.ask(standing, {}, neighbour.caller)).toEqual({ me: { suspension: null } });
  const told = (await town.recorded('account.suspended')).map((fact) => fact.accountId);
  expect(told).toEqual(expect.arrayContaining([back.accountId, withPhone.accountId]));
  expect(told).not.toContain(accountId);
});

test('nothing stays of who is not found guilty, once the last report is decided, nor of who was never reported', async () => {
  const { accountId } = await town.register('cleared@people.example');
  const [first, second] = [await report(accountId), await report(accountId)];
  await leave('cleared@people.example');
  await decide(first, accountId);
  expect(await leftBehind(accountId)).toHaveLength(2);
  await decide(second, accountId);
  expect(await leftBehind(accountId)).toEqual([]);
  expect(await town.em().execute('select 1 from identity.open_report where account_id = ?', [accountId])).toEqual([]);
  expect((await town.signIn('cleared@people.example')).accountId).not.toBe(accountId);

  const decided = await town.register('decided@people.example');
  await decide(await report(decided.accountId), decided.accountId);
  await leave('decided@people.example');
  expect(await leftBehind(decided.accountId)).toEqual([]);
});

test('what is left behind ends after a year though nobody has decided, and a report of who is gone leaves nothing', async () => {
  const { accountId } = await town.register('forgotten@people.example');
  const reportId = await report(accountId);
  await leave('forgotten@people.example');
  const late = await report(accountId);
  town.clock.advance(BARRED_DAYS * DAY);
  await town.services.erasures.look();
  expect(await leftBehind(accountId)).toEqual([]);
  const open = await town.em().execute('select 1 from identity.open_report where report_id in (?)', [[reportId, late]]);
  expect(open).toEqual([]);
  await decide(reportId, accountId, null);
  await expect(town.signIn('forgotten@people.example')).resolves.toBeDefined();
});

test('whoever signs in at the moment of the decision is suspended or does not get in', async () => {
  const { accountId } = await town.register('moment@people.example');
  const reportId = await report(accountId);
  await leave('moment@people.example');
  const [signedIn] = await Promise.allSettled([
    town.signIn('moment@people.example'),
    decide(reportId, accountId, null),
  ]);
  if (signedIn.status === 'rejected') expect(String(signedIn.reason)).toContain('ACCOUNT_SUSPENDED');
  else expect((await town.ask(standing, {}, signedIn.value.caller)).me.suspension).not.toBeNull();
});
