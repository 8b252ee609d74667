import fc from 'fast-check';
import { openTestSubgraph } from '../kernel/testing/harness.ts';
import { comingOfAge } from './age-band.ts';
import { identity } from './identity.ts';
import { claimsOf, openTown, operations, randomPhone, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const DAY = 86_400_000;
const me = '{ me { ageBand comesOfAgeOn } }';
const day = (instant: Date) => instant.toISOString().slice(0, 10);
/** A day of the month in which somebody was born who is `years` old, `months` after that birthday. */
function bornAgo(years: number, months = 0): string {
  const born = town.clock.now();
  born.setUTCDate(1);
  born.setUTCFullYear(born.getUTCFullYear() - years);
  born.setUTCMonth(born.getUTCMonth() - months);
  return day(born);
}

async function verify(emailAddress: string, age: object) {
  const person = await town.signIn(emailAddress);
  const phoneNumber = randomPhone();
  await town.ask(operations.requestCode, { input: { phoneNumber } }, person.caller);
  const input = { phoneNumber, code: await town.codeFor(phoneNumber), ...age };
  return { ...person, refusal: await town.refusal(operations.verify, { input }, person.caller) };
}
const scopeOf = async (emailAddress: string) => claimsOf((await town.signIn(emailAddress)).session.accessToken).scope;
const cameOfAge = async (accountId: string) =>
  (await town.recorded('account.cameOfAge')).filter((fact) => fact.accountId === accountId);
/** Asks until nobody is a youth whose day has come. */
async function nobodyIsDue() {
  const due = () =>
    town.em().execute('select 1 from identity.account where comes_of_age_on <= ? limit 1', [day(town.clock.now())]);
  while ((await due()).length > 0);
}
/** A process that starts, looks and ends. */
async function look() {
  const other = await openTestSubgraph(identity, { databaseUrl: town.databaseUrl, clock: town.clock });
  await nobodyIsDue();
  await other.close();
}

test('a youth is an adult from the first of the month after the birthday, told once, and needs no guardian any more', async () => {
  const { accountId, caller, refusal } = await verify('nearly@people.example', {
    ageBand: 'YOUTH',
    birthMonth: bornAgo(17, 11),
  });
  expect(refusal).toBeUndefined();
  const { comesOfAgeOn } = (await town.ask(me, {}, caller)).me;
  expect(comesOfAgeOn).toMatch(/-01$/);
  const wait = Date.parse(comesOfAgeOn) - town.clock.now().getTime();
  expect(wait).toBeGreaterThan(DAY * 27);
  expect(wait).toBeLessThan(DAY * 63);
  expect(await scopeOf('nearly@people.example')).toBe('');
  // Another process on the same database, to which the day comes as well.
  const other = await openTestSubgraph(identity, { databaseUrl: town.databaseUrl, clock: town.clock });
  town.clock.advance(wait - 1_000);
  expect((await town.ask(me, {}, caller)).me).toEqual({ ageBand: 'YOUTH', comesOfAgeOn });
  town.clock.advance(1_000);
  await nobodyIsDue();
  await other.close();
  await look();
  expect((await town.ask(me, {}, caller)).me).toEqual({ ageBand: 'ADULT', comesOfAgeOn: null });
  expect(await scopeOf('nearly@people.example')).toBe('citizen');
  expect(await cameOfAge(accountId)).toEqual([{ accountId, cameOfAgeAt: expect.any(String) }]);
  await town.close();
  town = await openTown();
});

test('who came of age while nothing ran is an adult once something runs again', async () => {
  const { accountId, caller } = await verify('asleep@people.example', { ageBand: 'YOUTH' });
  await town.services.comingOfAge.close();
  town.clock.advance(DAY * 366 * 5 + DAY * 31);
  expect((await town.ask(me, {}, caller)).me.ageBand).toBe('YOUTH');
  await look();
  expect((await town.ask(me, {}, caller)).me.ageBand).toBe('ADULT');
  await look();
  expect(await cameOfAge(accountId)).toHaveLength(1);
  await town.close();
  town = await openTown();
});

test('more than one transaction takes at once all come of age', async () => {
  await town.em().execute(
    `insert into identity.account (id, identity_hash, email_hash, email_sealed, role, age_band, comes_of_age_on,
       created_at, updated_at)
     select gen_random_uuid(), 'crowd ' || n, 'crowd', '', 'citizen', 'youth', current_date - 1, now(), now()
     from generate_series(1, 250) n`,
  );
  const before = (await town.recorded('account.cameOfAge')).length;
  await look();
  expect((await town.recorded('account.cameOfAge')).length - before).toBe(250);
  await town.em().execute("delete from identity.account where identity_hash like 'crowd %'");
  await town.close();
  town = await openTown();
});

test('the month of birth is asked of youths alone, and fits what they say to be', async () => {
  const refused = async (name: string, age: object) => (await verify(`${name}@people.example`, age)).refusal;
  expect(await refused('born-adult', { ageBand: 'ADULT', birthMonth: bornAgo(15) })).toBe('BAD_USER_INPUT');
  expect(await refused('born-nothing', { birthMonth: bornAgo(15) })).toBe('BAD_USER_INPUT');
  expect(await refused('born-too-early', { ageBand: 'YOUTH', birthMonth: bornAgo(18, 1) })).toBe('BAD_USER_INPUT');
  expect(await refused('born-too-late', { ageBand: 'YOUTH', birthMonth: bornAgo(12, 11) })).toBe('AGE_RESTRICTED');
  expect(await refused('born-never', { ageBand: 'YOUTH', birthMonth: '2012-02-31' })).toBe('BAD_USER_INPUT');
  expect(await refused('born-now', { ageBand: 'YOUTH', birthMonth: bornAgo(13) })).toBeUndefined();
});

test('of the birth nothing but the first of a month is kept', async () => {
  const birthMonth = `${bornAgo(16).slice(0, 8)}17`;
  const { accountId } = await verify('sparing@people.example', { ageBand: 'YOUTH', birthMonth });
  const [row] = await town.em().execute<object[]>('select * from identity.account where id = ?', [accountId]);
  expect(JSON.stringify(row)).not.toContain(birthMonth);
  expect(JSON.stringify(await town.recorded('account.registered'))).not.toContain(birthMonth.slice(0, 7));
});

test('nobody is an adult before they are 18, nor more than a month after', () => {
  const birth = fc.date({ min: new Date('2008-12-01'), max: new Date('2013-10-31'), noInvalidDate: true });
  const now = new Date('2026-11-21T12:00:00Z');
  fc.assert(
    fc.property(birth, (born) => {
      const eighteenth = new Date(Date.UTC(born.getUTCFullYear() + 18, born.getUTCMonth(), born.getUTCDate()));
      const adult = Date.parse(comingOfAge(day(born), now));
      expect(adult).toBeGreaterThanOrEqual(eighteenth.getTime());
      expect(adult - eighteenth.getTime()).toBeLessThanOrEqual(31 * DAY);
    }),
  );
});
