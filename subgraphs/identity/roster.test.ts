import { officerDigest } from './roster.ts';
import { openTown, type Town } from './testing/people.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town.close());

const rostered = (emailAddress: string, departmentName = 'Austin Police Department', departmentId = town.newId()) => ({
  departmentId,
  departmentName,
  emailDigest: officerDigest(town.configuration.secretKey)(emailAddress),
  rosteredAt: town.clock.now().toISOString(),
});

test('the hash of an e-mail is the one that the catalog makes', () => {
  // The same words stand in the catalog's test of it: neither domain can ask the other.
  expect(officerDigest(Buffer.alloc(32, 7))(' Officer@Police.example ')).toBe(
    'aciQ9gmoW3YbGiAA4Vw4CfmyW1UpEMfAaeGCbFeCr3g',
  );
});

test('who is on the roster of a department registers as its officer, however the e-mail is written', async () => {
  await town.deliver('officer.rostered', rostered('Roster@Police.example'));
  const { caller, accountId } = await town.register('roster@police.example');
  expect(caller.scopes).toEqual(['officer']);
  expect((await town.recorded('account.registered')).find((fact) => fact.accountId === accountId)).toMatchObject({
    roles: ['officer'],
    departmentName: 'Austin Police Department',
  });
});

test('who came onto the roster between sign-in and phone is an officer too', async () => {
  await town.signIn('between@police.example');
  await town.deliver('officer.rostered', rostered('between@police.example'));
  expect((await town.register('between@police.example')).caller.scopes).toEqual(['officer']);
});

test('who left the roster before registering is a citizen, and who registered stays what others were told', async () => {
  const [left, stayed] = [rostered('left@police.example'), rostered('stayed@police.example')];
  await town.deliver('officer.rostered', left);
  await town.deliver('officer.rostered', stayed);
  await town.register('stayed@police.example');
  for (const { departmentId, emailDigest, rosteredAt: retiredAt } of [left, stayed]) {
    await town.deliver('officer.retired', { departmentId, emailDigest, retiredAt });
  }
  expect((await town.register('left@police.example')).caller.scopes).toEqual(['citizen']);
  expect((await town.signIn('stayed@police.example')).caller.scopes).toEqual(['officer']);
});

test('of two departments the last to vouch names the officer, and leaving one leaves the other', async () => {
  const first = rostered('both@police.example', 'First');
  town.clock.advance(1_000);
  const second = rostered('both@police.example', 'Second');
  await town.deliver('officer.rostered', first);
  await town.deliver('officer.rostered', second);
  await town.deliver('officer.rostered', second);
  const { departmentId, emailDigest, rosteredAt: retiredAt } = second;
  await town.deliver('officer.retired', { departmentId, emailDigest, retiredAt });
  const { accountId } = await town.register('both@police.example');
  expect((await town.recorded('account.registered')).find((fact) => fact.accountId === accountId)).toMatchObject({
    departmentName: 'First',
  });
});

test('nothing on the roster reads as an e-mail', async () => {
  await town.deliver('officer.rostered', rostered('secret@police.example'));
  const rows = await town.em().execute('select * from identity.rostered_officer');
  expect(JSON.stringify(rows)).not.toMatch(/@|secret/);
});
