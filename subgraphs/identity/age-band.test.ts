import { claimsOf, openTown, operations, randomPhone, type Town } from './testing/people.ts';

let town: Town;
let chief: Awaited<ReturnType<Town['register']>>['caller'];

beforeAll(async () => {
  town = await openTown({ environment: { ADMINISTRATOR_EMAILS: 'chief@hey-blue.example' } });
  ({ caller: chief } = await town.register('chief@hey-blue.example'));
});

afterAll(async () => {
  await town.close();
});

const consent = `mutation ($input: AccountInput!) { recordGuardianConsent(input: $input) {
  consent { accountId recordedBy recordedAt } } }`;
const me = '{ me { registeredAt phoneVerified ageBand guardianConsentAt } }';

async function verifyAs(emailAddress: string, ageBand: string | undefined) {
  const person = await town.signIn(emailAddress);
  const phoneNumber = randomPhone();
  await town.ask(operations.requestCode, { input: { phoneNumber } }, person.caller);
  const input = { phoneNumber, code: await town.codeFor(phoneNumber), ...(ageBand && { ageBand }) };
  return { ...person, input, refusal: await town.refusal(operations.verify, { input }, person.caller) };
}

const scopeOf = async (emailAddress: string) => claimsOf((await town.signIn(emailAddress)).session.accessToken).scope;
const factsOf = async (accountId: string) =>
  (await town.recorded('account.registered')).filter((fact) => fact.accountId === accountId);

test('a child cannot register, and nothing of the age is kept', async () => {
  const { accountId, caller, refusal, input } = await verifyAs('child@people.example', 'CHILD');
  expect(refusal).toBe('AGE_RESTRICTED');
  expect((await town.ask(me, {}, caller)).me).toEqual({
    registeredAt: null,
    phoneVerified: false,
    ageBand: null,
    guardianConsentAt: null,
  });
  expect(await factsOf(accountId)).toEqual([]);
  // The code was not used up: it was a slip of the hand, or it was not.
  expect(await town.refusal(operations.verify, { input: { ...input, ageBand: 'ADULT' } }, caller)).toBeUndefined();
});

test('whoever declares nothing is an adult', async () => {
  const { accountId, caller, refusal } = await verifyAs('grown@people.example', undefined);
  expect(refusal).toBeUndefined();
  expect((await town.ask(me, {}, caller)).me.ageBand).toBe('ADULT');
  expect(await factsOf(accountId)).toMatchObject([{ ageBand: 'adult' }]);
});

test('a youth is registered and may do nothing before the consent, which is recorded once', async () => {
  const { accountId, caller, refusal } = await verifyAs('youth@people.example', 'YOUTH');
  expect(refusal).toBeUndefined();
  expect(await factsOf(accountId)).toMatchObject([{ ageBand: 'youth' }]);
  expect(await scopeOf('youth@people.example')).toBe('');
  const input = { accountId };
  const records = await Promise.all([1, 2, 3].map(() => town.ask(consent, { input }, chief)));
  town.clock.advance(1_000);
  records.push(await town.ask(consent, { input }, chief));
  expect(new Set(records.map(({ recordGuardianConsent }) => JSON.stringify(recordGuardianConsent.consent))).size).toBe(
    1,
  );
  expect(records[0].recordGuardianConsent.consent).toMatchObject({ accountId, recordedBy: chief.accountId });
  expect(await scopeOf('youth@people.example')).toBe('citizen');
  expect((await town.ask(me, {}, caller)).me.guardianConsentAt).toBe(
    records[0].recordGuardianConsent.consent.recordedAt,
  );
});

test('a youth who changes the phone does not come of age by it', async () => {
  const { caller } = await verifyAs('still-young@people.example', 'YOUTH');
  await verifyAs('still-young@people.example', 'ADULT');
  expect((await town.ask(me, {}, caller)).me.ageBand).toBe('YOUTH');
  expect(await scopeOf('still-young@people.example')).toBe('');
});

test('a youth is no officer and no administrator', async () => {
  const register = 'mutation ($input: RegisterOfficersInput!) { registerOfficers(input: $input) { registered } }';
  const input = { emailAddresses: ['cadet@police.example'], departmentName: 'Austin Police Department' };
  await town.ask(register, { input }, chief);
  const { caller, refusal } = await verifyAs('cadet@police.example', 'YOUTH');
  expect(refusal).toBe('AGE_RESTRICTED');
  expect((await town.ask(me, {}, caller)).me).toMatchObject({ phoneVerified: false, ageBand: null });
  expect((await verifyAs('cadet@police.example', 'ADULT')).refusal).toBeUndefined();
});

describe('a guardian who withdraws', () => {
  const withdraw = `mutation ($input: AccountInput!) { withdrawGuardianConsent(input: $input) {
    consent { accountId recordedBy recordedAt withdrawalRecordedBy withdrawnAt } } }`;
  const told = async (topic: 'guardianConsent.recorded' | 'guardianConsent.withdrawn', accountId: string) =>
    (await town.recorded(topic)).filter((fact) => fact.accountId === accountId);

  test('ends what the youth may do, and may consent anew; each is recorded once and told once', async () => {
    const { accountId, caller } = await verifyAs('torn@people.example', 'YOUTH');
    const input = { accountId };
    await town.ask(consent, { input }, chief);
    const first = (await town.ask(me, {}, caller)).me.guardianConsentAt;
    town.clock.advance(1_000);
    const ended = await Promise.all([1, 2, 3].map(() => town.ask(withdraw, { input }, chief)));
    expect(new Set(ended.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(ended[0].withdrawGuardianConsent.consent).toEqual({
      accountId,
      recordedBy: chief.accountId,
      recordedAt: first,
      withdrawalRecordedBy: chief.accountId,
      withdrawnAt: expect.any(String),
    });
    expect(await scopeOf('torn@people.example')).toBe('');
    expect((await town.ask(me, {}, caller)).me.guardianConsentAt).toBeNull();
    town.clock.advance(1_000);
    const { recordGuardianConsent } = await town.ask(consent, { input }, chief);
    expect(Date.parse(recordGuardianConsent.consent.recordedAt)).toBeGreaterThan(Date.parse(first));
    expect(await scopeOf('torn@people.example')).toBe('citizen');
    expect(await told('guardianConsent.withdrawn', accountId)).toHaveLength(1);
    expect(await told('guardianConsent.recorded', accountId)).toHaveLength(2);
  });

  test('is recorded by administrators, of a youth to whom somebody has consented', async () => {
    const adult = await town.register('grown-up@people.example');
    const youth = await verifyAs('alone@people.example', 'YOUTH');
    const input = { accountId: adult.accountId };
    expect(await town.refusal(withdraw, { input })).toBe('UNAUTHENTICATED');
    expect(await town.refusal(withdraw, { input }, adult.caller)).toBe('FORBIDDEN');
    expect(await town.refusal(withdraw, { input }, chief)).toBe('BAD_USER_INPUT');
    expect(await town.refusal(withdraw, { input: { accountId: youth.accountId } }, chief)).toBe('NOT_FOUND');
    expect(await town.refusal(withdraw, { input: { accountId: town.newId() } }, chief)).toBe('NOT_FOUND');
  });
});

test('administrators alone record a consent, and only of a youth', async () => {
  const { accountId, caller } = await town.register('adult@people.example');
  expect(await town.refusal(consent, { input: { accountId } })).toBe('UNAUTHENTICATED');
  expect(await town.refusal(consent, { input: { accountId } }, caller)).toBe('FORBIDDEN');
  expect(await town.refusal(consent, { input: { accountId } }, chief)).toBe('BAD_USER_INPUT');
  expect(await town.refusal(consent, { input: { accountId: town.newId() } }, chief)).toBe('NOT_FOUND');
});
