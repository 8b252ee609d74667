import { CODE_MINUTES, CODE_TRIES } from './phone.ts';
import { claimsOf, openTown, operations, randomPhone, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown({ environment: { ADMINISTRATOR_EMAILS: 'Chief@hey-blue.example' } });
});

afterAll(async () => {
  await town.close();
});

type SignedIn = Awaited<ReturnType<Town['signIn']>>;

const request = (person: Pick<SignedIn, 'caller'>, phoneNumber: string) =>
  town.refusal(operations.requestCode, { input: { phoneNumber } }, person.caller);
const verify = (person: Pick<SignedIn, 'caller'>, phoneNumber: string, code: string) =>
  town.refusal(operations.verify, { input: { phoneNumber, code } }, person.caller);
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const registrationsOf = async (accountId: string) =>
  (await town.recorded('account.registered')).filter((fact) => fact.accountId === accountId);

describe('verifying a phone', () => {
  test('ends the registration: scopes, and one fact without anything personal', async () => {
    const person = await town.signIn('citizen@people.example');
    const phoneNumber = randomPhone();
    const { requestPhoneCode } = await town.ask(operations.requestCode, { input: { phoneNumber } }, person.caller);
    expect(new Date(requestPhoneCode.expiresAt).getTime()).toBeLessThanOrEqual(
      town.clock.now().getTime() + CODE_MINUTES * 60_000,
    );
    const input = { phoneNumber, code: await town.codeFor(phoneNumber) };
    const { verifyPhone } = await town.ask(operations.verify, { input }, person.caller);
    expect(verifyPhone.account).toMatchObject({ id: person.accountId, phoneVerified: true, roles: ['CITIZEN'] });
    expect(claimsOf(verifyPhone.session.accessToken).scope).toBe('citizen');
    expect(await registrationsOf(person.accountId)).toEqual([
      {
        accountId: person.accountId,
        roles: ['citizen'],
        departmentName: null,
        ageBand: 'adult',
        registeredAt: verifyPhone.account.registeredAt,
      },
    ]);
    const next = await town.signIn('citizen@people.example');
    expect(claimsOf(next.session.accessToken).scope).toBe('citizen');
  });

  test('an old session gets the scopes at its next refresh', async () => {
    const before = await town.signIn('refreshing@people.example');
    await town.register('refreshing@people.example');
    const { refreshSession } = await town.ask(operations.refresh, {
      input: { refreshToken: before.session.refreshToken },
    });
    expect(claimsOf(refreshSession.session.accessToken).scope).toBe('citizen');
  });

  test('a code is good once: of many at once one gets in, and one fact is recorded', async () => {
    const person = await town.signIn('many@people.example');
    const phoneNumber = randomPhone();
    await request(person, phoneNumber);
    const code = await town.codeFor(phoneNumber);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => verify(person, phoneNumber, code)));
    expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'CODE_EXPIRED')).toHaveLength(5);
    expect(await registrationsOf(person.accountId)).toHaveLength(1);
  });

  test(`allows ${CODE_TRIES} wrong codes, also at once, then not even the right one`, async () => {
    const person = await town.signIn('guesser@people.example');
    const phoneNumber = randomPhone();
    await request(person, phoneNumber);
    const code = await town.codeFor(phoneNumber);
    const guesses = await Promise.all(Array.from({ length: 12 }, () => verify(person, phoneNumber, wrong(code))));
    expect(guesses.filter((outcome) => outcome === 'CODE_INVALID')).toHaveLength(CODE_TRIES);
    expect(guesses.filter((outcome) => outcome === 'TOO_MANY_ATTEMPTS')).toHaveLength(12 - CODE_TRIES);
    expect(await verify(person, phoneNumber, code)).toBe('TOO_MANY_ATTEMPTS');
    await request(person, phoneNumber);
    expect(await verify(person, phoneNumber, await town.codeFor(phoneNumber))).toBeUndefined();
  });

  test('refuses a code that is too old, replaced, for another number, of another account, or never asked for', async () => {
    const person = await town.signIn('late@people.example');
    const other = await town.signIn('other@people.example');
    const phoneNumber = randomPhone();
    expect(await verify(person, phoneNumber, '000000')).toBe('CODE_EXPIRED');
    await request(person, phoneNumber);
    const first = await town.codeFor(phoneNumber);
    expect(await verify(other, phoneNumber, first)).toBe('CODE_EXPIRED');
    expect(await verify(person, randomPhone(), first)).toBe('CODE_EXPIRED');
    await request(person, phoneNumber);
    const second = await town.codeFor(phoneNumber);
    if (first !== second) expect(await verify(person, phoneNumber, first)).toBe('CODE_INVALID');
    town.clock.advance(CODE_MINUTES * 60_000);
    expect(await verify(person, phoneNumber, second)).toBe('CODE_EXPIRED');
  });

  test('refuses malformed numbers and codes, and callers who are not signed in', async () => {
    const person = await town.signIn('malformed@people.example');
    for (const phoneNumber of ['5125550100', '+1 512', '', '+0123456789']) {
      expect(await request(person, phoneNumber)).toBe('BAD_USER_INPUT');
    }
    for (const code of ['12345', '1234567', 'abcdef', '']) {
      expect(await verify(person, '+15125550100', code)).toBe('BAD_USER_INPUT');
    }
    expect(await request({ caller: {} }, '+15125550100')).toBe('UNAUTHENTICATED');
    expect(await verify({ caller: {} }, '+15125550100', '123456')).toBe('UNAUTHENTICATED');
  });
});

describe('one phone, one account', () => {
  test("another account's phone is refused, but only to who proved that they hold it", async () => {
    const phoneNumber = randomPhone();
    await town.register('owner@people.example', phoneNumber);
    const stranger = await town.signIn('stranger@people.example');
    expect(await request(stranger, phoneNumber)).toBeUndefined();
    const code = await town.codeFor(phoneNumber);
    expect(await verify(stranger, phoneNumber, wrong(code))).toBe('CODE_INVALID');
    expect(await verify(stranger, phoneNumber, code)).toBe('PHONE_IN_USE');
    expect(await registrationsOf(stranger.accountId)).toEqual([]);
  });

  test('two people who prove one phone at once: the first keeps it', async () => {
    const phoneNumber = randomPhone();
    const [one, two] = [await town.signIn('race1@people.example'), await town.signIn('race2@people.example')];
    await request(one, phoneNumber);
    const codeOfOne = await town.codeFor(phoneNumber);
    await request(two, phoneNumber);
    const codeOfTwo = await town.codeFor(phoneNumber);
    const outcomes = await Promise.all([verify(one, phoneNumber, codeOfOne), verify(two, phoneNumber, codeOfTwo)]);
    expect(outcomes.toSorted()).toEqual(['PHONE_IN_USE', undefined]);
  });

  test('a person links a new phone, is not registered twice, and the old number is free again', async () => {
    const [oldNumber, newNumber] = [randomPhone(), randomPhone()];
    const { accountId, caller } = await town.register('moves@people.example', oldNumber);
    await request({ caller }, newNumber);
    expect(await verify({ caller }, newNumber, await town.codeFor(newNumber))).toBeUndefined();
    expect(await registrationsOf(accountId)).toHaveLength(1);
    await town.register('next-owner@people.example', oldNumber);
  });
});

describe('limits', () => {
  test('an account gets three codes in ten minutes, and is told when it may ask again', async () => {
    const person = await town.signIn('impatient@people.example');
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => request(person, randomPhone())));
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(2);
    const { errors } = await town.execute(
      operations.requestCode,
      { input: { phoneNumber: randomPhone() } },
      person.caller,
    );
    const when = new Date(errors?.[0]?.message.match(/\d{4}-\S+Z/)?.[0] ?? 0);
    town.clock.advance(when.getTime() - town.clock.now().getTime() - 2_000);
    expect(await request(person, randomPhone())).toBe('RATE_LIMITED');
    town.clock.advance(3_000);
    expect(await request(person, randomPhone())).toBeUndefined();
  });

  test('a number gets three codes in ten minutes, whoever asks', async () => {
    const phoneNumber = randomPhone();
    const people = [];
    for (const name of ['a', 'b', 'c', 'd']) people.push(await town.signIn(`bomber-${name}@people.example`));
    const outcomes = await Promise.all(people.map((person) => request(person, phoneNumber)));
    expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(1);
  });

  test('an account gets ten codes a day', async () => {
    const person = await town.signIn('all-day@people.example');
    for (let code = 0; code < 10; code += 1) {
      expect(await request(person, randomPhone())).toBeUndefined();
      town.clock.advance(15 * 60_000);
    }
    expect(await request(person, randomPhone())).toBe('RATE_LIMITED');
  });
});

describe('roles', () => {
  const register = `mutation ($input: RegisterOfficersInput!) { registerOfficers(input: $input) { registered } }`;

  test('an administrator is who the configuration names, once a phone is verified', async () => {
    const person = await town.signIn('chief@hey-blue.example');
    expect(claimsOf(person.session.accessToken).scope).toBe('');
    const { caller } = await town.register('chief@hey-blue.example');
    expect(caller.scopes).toEqual(['administrator']);
  });

  test('an officer is whom an administrator registered, also between sign-in and phone', async () => {
    const { caller } = await town.register('chief@hey-blue.example');
    const early = await town.signIn('early@police.example');
    const input = {
      emailAddresses: ['Early@police.example', 'late@police.example', 'LATE@police.example'],
      departmentName: 'Austin Police Department',
    };
    expect(await town.ask(register, { input }, caller)).toEqual({ registerOfficers: { registered: 2 } });
    for (const emailAddress of ['early@police.example', 'late@police.example']) {
      const officer = await town.register(emailAddress);
      expect(officer.caller.scopes).toEqual(['officer']);
      expect(await registrationsOf(officer.accountId)).toMatchObject([
        { roles: ['officer'], departmentName: 'Austin Police Department' },
      ]);
    }
    expect((await registrationsOf(early.accountId))[0]?.roles).toEqual(['officer']);
  });

  test('who finished the registration as a citizen stays one, as the other domains were told', async () => {
    const { caller } = await town.register('chief@hey-blue.example');
    const citizen = await town.register('was-citizen@police.example');
    const input = { emailAddresses: ['was-citizen@police.example'], departmentName: 'Austin Police Department' };
    await town.ask(register, { input }, caller);
    const again = await town.signIn('was-citizen@police.example');
    expect(again.accountId).toBe(citizen.accountId);
    expect(again.caller.scopes).toEqual(['citizen']);
  });

  test('nobody else registers officers, and nobody registers none or malformed ones', async () => {
    const input = { emailAddresses: ['me@people.example'], departmentName: 'My own' };
    expect(await town.refusal(register, { input })).toBe('UNAUTHENTICATED');
    for (const scope of ['citizen', 'officer'] as const) {
      expect(await town.refusal(register, { input }, { accountId: town.newId(), scopes: [scope] })).toBe('FORBIDDEN');
    }
    const administrator = { accountId: town.newId(), scopes: ['administrator'] as const };
    const bad = [[], ['not an address'], Array.from({ length: 101 }, (_, index) => `o${index}@police.example`)];
    for (const emailAddresses of bad) {
      expect(await town.refusal(register, { input: { ...input, emailAddresses } }, administrator)).toBe(
        'BAD_USER_INPUT',
      );
    }
  });

  test('an officer who registered before departments were listened for is told once more by the upgrade', async () => {
    const before = await openTown({ configuration: { demo: true } });
    const officer = await before.register('officer@hey-blue.example');
    await before.register('citizen@people.example');
    await before.em().execute(`delete from identity.migration where name = '0005-officers-told-again'`);
    const upgraded = await openTown({ databaseUrl: before.databaseUrl });
    const told = await upgraded.recorded('account.registered');
    const { ageBand, ...known } = told[0] as { ageBand: string; accountId: string };
    expect(known).toMatchObject({ accountId: officer.accountId, departmentName: 'Austin Police Department' });
    expect(ageBand).toBe('adult');
    expect(told.slice(2)).toEqual([known]);
    await upgraded.close();
    await before.close();
  });

  test('the demonstration set knows an officer', async () => {
    const demo = await openTown({ configuration: { demo: true } });
    const { caller } = await demo.register('officer@hey-blue.example');
    expect(caller.scopes).toEqual(['officer']);
    await demo.close();
  });
});
