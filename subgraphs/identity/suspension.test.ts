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

const documents = {
  suspend: `mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) {
    suspension { id accountId reason until suspendedAt appeal { id } } } }`,
  reinstate: `mutation ($input: AccountInput!) { reinstateAccount(input: $input) { account { id suspension { id } } } }`,
  appeal: `mutation ($input: AppealSuspensionInput!) { appealSuspension(input: $input) {
    appeal { id text outcome note suspension { reason } } } }`,
  appeals: `query ($undecidedOnly: Boolean, $first: PageSize, $after: Cursor) {
    suspensionAppeals(undecidedOnly: $undecidedOnly, first: $first, after: $after) {
      edges { node { id accountId text outcome } } pageInfo { endCursor hasNextPage } } }`,
  decide: `mutation ($input: DecideAppealInput!) { decideAppeal(input: $input) { appeal { id outcome note decidedAt } } }`,
  me: '{ me { id suspension { reason until appeal { outcome note } } } }',
};

const suspend = (accountId: string, until?: Date, reason = 'Reported three times.') =>
  town.ask(documents.suspend, { input: { accountId, reason, until } }, chief);
const scopeAfterSignIn = async (emailAddress: string) =>
  claimsOf((await town.signIn(emailAddress)).session.accessToken).scope;
const told = async <Topic extends 'account.suspended' | 'account.reinstated'>(topic: Topic, accountId: string) =>
  (await town.recorded(topic)).filter((fact) => fact.accountId === accountId);

describe('a suspended person', () => {
  test('still signs in, to a session without scopes, and reads why and until when', async () => {
    const before = await town.signIn('suspended@people.example');
    const { accountId, caller } = await town.register('suspended@people.example');
    const until = new Date(town.clock.now().getTime() + 86_400_000);
    const { suspendAccount } = await suspend(accountId, until);
    expect(suspendAccount.suspension).toMatchObject({ accountId, reason: 'Reported three times.', appeal: null });
    expect(await scopeAfterSignIn('suspended@people.example')).toBe('');
    const refreshed = await town.ask(operations.refresh, { input: { refreshToken: before.session.refreshToken } });
    expect(claimsOf(refreshed.refreshSession.session.accessToken).scope).toBe('');
    expect((await town.ask(documents.me, {}, caller)).me.suspension).toEqual({
      reason: 'Reported three times.',
      until: until.toISOString(),
      appeal: null,
    });
    expect(await told('account.suspended', accountId)).toEqual([
      { accountId, until: until.toISOString(), suspendedAt: suspendAccount.suspension.suspendedAt },
    ]);
  });

  test('changes no phone', async () => {
    const { accountId, caller } = await town.register('phoneless@people.example');
    await suspend(accountId);
    const phoneNumber = randomPhone();
    expect(await town.refusal(operations.requestCode, { input: { phoneNumber } }, caller)).toBe('ACCOUNT_SUSPENDED');
    const input = { phoneNumber, code: '123456' };
    expect(await town.refusal(operations.verify, { input }, caller)).toBe('ACCOUNT_SUSPENDED');
  });

  test('may do everything again once the end has come, though nobody did anything', async () => {
    const { accountId, caller } = await town.register('patient@people.example');
    await suspend(accountId, new Date(town.clock.now().getTime() + 60_000));
    expect(await scopeAfterSignIn('patient@people.example')).toBe('');
    town.clock.advance(61_000);
    expect(await scopeAfterSignIn('patient@people.example')).toBe('citizen');
    expect((await town.ask(documents.me, {}, caller)).me.suspension).toBeNull();
    expect(await town.refusal(documents.reinstate, { input: { accountId } }, chief)).toBe('NOT_SUSPENDED');
    expect(await town.refusal(documents.appeal, { input: { text: 'Too late.' } }, caller)).toBe('NOT_SUSPENDED');
    await suspend(accountId);
    expect(await scopeAfterSignIn('patient@people.example')).toBe('');
  });

  test('is reinstated by an administrator, which is told once', async () => {
    const { accountId } = await town.register('pardoned@people.example');
    await suspend(accountId);
    const { reinstateAccount } = await town.ask(documents.reinstate, { input: { accountId } }, chief);
    expect(reinstateAccount.account).toEqual({ id: accountId, suspension: null });
    expect(await scopeAfterSignIn('pardoned@people.example')).toBe('citizen');
    expect(await town.refusal(documents.reinstate, { input: { accountId } }, chief)).toBe('NOT_SUSPENDED');
    expect(await told('account.reinstated', accountId)).toHaveLength(1);
  });

  test('who is suspended again has the new reason and end, and one suspension', async () => {
    const { accountId, caller } = await town.register('twice@people.example');
    const until = new Date(town.clock.now().getTime() + 60_000);
    const first = (await suspend(accountId, until)).suspendAccount.suspension;
    const second = (await suspend(accountId, undefined, 'Worse than thought.')).suspendAccount.suspension;
    expect(second).toMatchObject({ id: first.id, reason: 'Worse than thought.', until: null });
    town.clock.advance(61_000);
    expect((await town.ask(documents.me, {}, caller)).me.suspension).toMatchObject({ reason: 'Worse than thought.' });
    expect((await told('account.suspended', accountId)).map((fact) => fact.until)).toEqual([until.toISOString(), null]);
  });

  test('two administrators at once make one suspension', async () => {
    const { accountId } = await town.register('at-once@people.example');
    const made = await Promise.all([suspend(accountId), suspend(accountId), suspend(accountId)]);
    expect(new Set(made.map(({ suspendAccount }) => suspendAccount.suspension.id)).size).toBe(1);
  });
});

describe('an appeal', () => {
  async function appealing(emailAddress: string) {
    const person = await town.register(emailAddress);
    await suspend(person.accountId);
    const { appealSuspension } = await town.ask(documents.appeal, { input: { text: 'It was not me.' } }, person.caller);
    return { ...person, appealId: appealSuspension.appeal.id as string };
  }

  test('waits in the queue; what is written anew takes its place', async () => {
    const { accountId, caller, appealId } = await appealing('writer@people.example');
    const { appealSuspension } = await town.ask(documents.appeal, { input: { text: 'It was my twin.' } }, caller);
    expect(appealSuspension.appeal).toEqual({
      id: appealId,
      text: 'It was my twin.',
      outcome: null,
      note: null,
      suspension: { reason: 'Reported three times.' },
    });
    const { suspensionAppeals } = await town.ask(documents.appeals, {}, chief);
    const own = suspensionAppeals.edges.filter(
      ({ node }: { node: { accountId: string } }) => node.accountId === accountId,
    );
    expect(own).toEqual([{ node: { id: appealId, accountId, text: 'It was my twin.', outcome: null } }]);
  });

  test('that is granted lifts the suspension; one that is not leaves it, and there is no second', async () => {
    const [granted, upheld] = [await appealing('granted@people.example'), await appealing('upheld@people.example')];
    const decide = (appealId: string, outcome: string) =>
      town.ask(documents.decide, { input: { appealId, outcome, note: 'Looked into it.' } }, chief);
    expect((await decide(granted.appealId, 'REINSTATED')).decideAppeal.appeal).toMatchObject({ outcome: 'REINSTATED' });
    expect(await scopeAfterSignIn('granted@people.example')).toBe('citizen');
    expect(await told('account.reinstated', granted.accountId)).toHaveLength(1);
    await decide(upheld.appealId, 'UPHELD');
    expect(await scopeAfterSignIn('upheld@people.example')).toBe('');
    expect((await town.ask(documents.me, {}, upheld.caller)).me.suspension.appeal).toEqual({
      outcome: 'UPHELD',
      note: 'Looked into it.',
    });
    expect(await town.refusal(documents.appeal, { input: { text: 'Please.' } }, upheld.caller)).toBe('ALREADY_DECIDED');
    const again = { input: { appealId: upheld.appealId, outcome: 'REINSTATED', note: 'Another day.' } };
    expect(await town.refusal(documents.decide, again, chief)).toBe('ALREADY_DECIDED');
    expect((await decide(upheld.appealId, 'UPHELD')).decideAppeal.appeal.outcome).toBe('UPHELD');
  });

  test('against an earlier suspension does not lift a later one', async () => {
    const { accountId, appealId } = await appealing('later@people.example');
    await town.ask(documents.reinstate, { input: { accountId } }, chief);
    await suspend(accountId, undefined, 'Something else.');
    await town.ask(documents.decide, { input: { appealId, outcome: 'REINSTATED', note: 'That was settled.' } }, chief);
    expect(await scopeAfterSignIn('later@people.example')).toBe('');
  });

  test('decided and appealed anew at once comes to one end', async () => {
    const { caller, appealId } = await appealing('racing@people.example');
    const input = { appealId, outcome: 'UPHELD', note: 'No.' };
    const [decision, text] = await Promise.all([
      town.refusal(documents.decide, { input }, chief),
      town.refusal(documents.appeal, { input: { text: 'Wait, there is more.' } }, caller),
    ]);
    expect(decision).toBeUndefined();
    expect([undefined, 'ALREADY_DECIDED']).toContain(text);
  });

  test('is read page by page, the oldest first', async () => {
    const mine = new Set<string>();
    for (const name of ['p1', 'p2', 'p3']) mine.add((await appealing(`${name}@people.example`)).appealId);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { suspensionAppeals } = await town.ask(documents.appeals, { first: 2, after }, chief);
      seen.push(...suspensionAppeals.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = suspensionAppeals.pageInfo.hasNextPage ? suspensionAppeals.pageInfo.endCursor : null;
    } while (after);
    expect(seen.filter((id) => mine.has(id))).toEqual([...mine]);
    expect(seen).toEqual(seen.toSorted());
  });
});

describe('a report that was decided', () => {
  const decide = (accountId: string, until: Date | null = null, id = town.newId(), reportId = town.newId()) =>
    town.deliver(
      'suspension.decided',
      {
        reportId,
        accountId,
        reason: 'harassment',
        until: until?.toISOString() ?? null,
        decidedBy: chief.accountId ?? '',
        decidedAt: town.clock.now().toISOString(),
      },
      { id },
    );
  const suspensionOf = async (caller: typeof chief) => (await town.ask(documents.me, {}, caller)).me.suspension;

  test('suspends the person, who reads why and may appeal, as often as it is told', async () => {
    const { accountId, caller } = await town.register('reported@people.example');
    const id = town.newId();
    await decide(accountId, null, id);
    await decide(accountId, null, id);
    expect(await scopeAfterSignIn('reported@people.example')).toBe('');
    expect(await suspensionOf(caller)).toEqual({
      reason: expect.stringContaining('harassment'),
      until: null,
      appeal: null,
    });
    expect(await told('account.suspended', accountId)).toHaveLength(1);
    const { appealSuspension } = await town.ask(documents.appeal, { input: { text: 'It was not me.' } }, caller);
    const input = { appealId: appealSuspension.appeal.id, outcome: 'REINSTATED', note: 'It was not.' };
    await town.ask(documents.decide, { input }, chief);
    expect(await scopeAfterSignIn('reported@people.example')).toBe('citizen');
    await decide(accountId, null, id);
    expect(await scopeAfterSignIn('reported@people.example')).toBe('citizen');
  });

  test('shortens no suspension, whichever is told first', async () => {
    const at = (minutes: number) => new Date(town.clock.now().getTime() + minutes * 60_000);
    const terms: (Date | null)[] = [at(10), null, at(20)];
    for (const [one, other] of [
      [0, 1],
      [1, 0],
      [0, 2],
      [2, 0],
    ] as const) {
      const { accountId, caller } = await town.register(`longest-${one}-${other}@people.example`);
      await decide(accountId, terms[one]);
      await decide(accountId, terms[other]);
      const longest = terms[Math.max(one, other) === 1 ? 1 : 2] as Date | null;
      expect((await suspensionOf(caller)).until).toBe(longest?.toISOString() ?? null);
    }
  });

  test('begins no suspension that has ended meanwhile, and none of an account that is no more', async () => {
    const { accountId } = await town.register('late@people.example');
    await decide(accountId, new Date(town.clock.now().getTime() - 1));
    await decide(town.newId());
    expect(await scopeAfterSignIn('late@people.example')).toBe('citizen');
    expect(await told('account.suspended', accountId)).toEqual([]);
    expect(await town.em().execute('select * from identity.dead_letter')).toEqual([]);
  });
});

describe('who may', () => {
  test('administrators alone suspend, reinstate, read appeals and decide; nobody suspends oneself', async () => {
    const { accountId, caller } = await town.register('nobody@people.example');
    const asked: [string, object][] = [
      [documents.suspend, { input: { accountId, reason: 'x' } }],
      [documents.reinstate, { input: { accountId } }],
      [documents.appeals, {}],
      [documents.decide, { input: { appealId: accountId, outcome: 'UPHELD', note: 'x' } }],
    ];
    for (const [document, variables] of asked) {
      expect(await town.refusal(document, variables)).toBe('UNAUTHENTICATED');
      expect(await town.refusal(document, variables, caller)).toBe('FORBIDDEN');
    }
    const self = { input: { accountId: chief.accountId, reason: 'x' } };
    expect(await town.refusal(documents.suspend, self, chief)).toBe('BAD_USER_INPUT');
    const shouted = { input: { accountId: chief.accountId?.toUpperCase(), reason: 'x' } };
    expect(await town.refusal(documents.suspend, shouted, chief)).toBe('BAD_USER_INPUT');
    const past = { input: { accountId, reason: 'x', until: new Date(0) } };
    expect(await town.refusal(documents.suspend, past, chief)).toBe('BAD_USER_INPUT');
    const unknown = { input: { accountId: town.newId(), reason: 'x' } };
    expect(await town.refusal(documents.suspend, unknown, chief)).toBe('NOT_FOUND');
    expect(await town.refusal(documents.appeal, { input: { text: 'x' } }, caller)).toBe('NOT_SUSPENDED');
    expect(await town.refusal(documents.appeal, { input: { text: 'x' } })).toBe('UNAUTHENTICATED');
  });

  test('what is written about and by people is unreadable in the database', async () => {
    const { accountId, caller } = await town.register('sealed@people.example');
    await suspend(accountId, undefined, 'reason-in-the-clear');
    const { appealSuspension } = await town.ask(documents.appeal, { input: { text: 'text-in-the-clear' } }, caller);
    const input = { appealId: appealSuspension.appeal.id, outcome: 'UPHELD', note: 'note-in-the-clear' };
    await town.ask(documents.decide, { input }, chief);
    const rows = [
      await town.em().execute('select * from identity.suspension'),
      await town.em().execute('select * from identity.suspension_appeal'),
      await town.em().execute('select * from identity.outbox'),
    ];
    expect(JSON.stringify(rows)).not.toContain('in-the-clear');
  });
});
