import { ERASURE_DAYS } from './erasure.ts';
import { ACCESS_TOKEN_SECONDS } from './signing-keys.ts';
import { claimsOf, openTown, operations, type Town } from './testing/people.ts';

let town: Town;
let chief: Awaited<ReturnType<Town['register']>>['caller'];

beforeAll(async () => {
  town = await openTown({ environment: { ADMINISTRATOR_EMAILS: 'chief@hey-blue.example' } });
  ({ caller: chief } = await town.register('chief@hey-blue.example'));
});

afterAll(async () => {
  await town.close();
});

const parts = 'id accountId appointedBy appointedAt dismissedBy dismissedAt';
const documents = {
  appoint: `mutation ($input: AppointAnalystInput!) { appointAnalyst(input: $input) { appointment { ${parts} } } }`,
  dismiss: `mutation ($input: DismissAnalystInput!) { dismissAnalyst(input: $input) { appointment { ${parts} } } }`,
  analysts: `query ($dismissedToo: Boolean, $first: PageSize, $after: Cursor) {
    analysts(dismissedToo: $dismissedToo, first: $first, after: $after) {
      edges { node { ${parts} } } pageInfo { endCursor hasNextPage } } }`,
  one: `query ($accountId: ID!) { analystAppointment(accountId: $accountId) { ${parts} } }`,
  suspend: 'mutation ($input: SuspendAccountInput!) { suspendAccount(input: $input) { suspension { id } } }',
  reinstate: 'mutation ($input: AccountInput!) { reinstateAccount(input: $input) { account { id } } }',
};
interface Appointment {
  readonly id: string;
  readonly accountId: string;
  readonly dismissedAt: string | null;
}

const appoint = async (accountId: string): Promise<Appointment> =>
  (await town.ask(documents.appoint, { input: { accountId } }, chief)).appointAnalyst.appointment;
const dismiss = async (accountId: string): Promise<Appointment> =>
  (await town.ask(documents.dismiss, { input: { accountId } }, chief)).dismissAnalyst.appointment;
const refusedToAppoint = (accountId: string) => town.refusal(documents.appoint, { input: { accountId } }, chief);
const scopesOf = async (emailAddress: string) =>
  claimsOf((await town.signIn(emailAddress)).session.accessToken)
    .scope.split(' ')
    .filter(Boolean);
const listed = async (variables: object = {}): Promise<Appointment[]> =>
  (await town.ask(documents.analysts, variables, chief)).analysts.edges.map(({ node }: { node: Appointment }) => node);

describe('an analyst', () => {
  test('is one from the next token on, beside what they are, and reads so of themselves', async () => {
    const { accountId, caller } = await town.register('ana@press.example');
    const { session } = await town.signIn('ana@press.example');
    expect(claimsOf(session.accessToken).scope).toBe('citizen');
    const appointment = await appoint(accountId);
    expect(appointment).toMatchObject({
      accountId,
      appointedBy: chief.accountId,
      dismissedBy: null,
      dismissedAt: null,
    });
    const { refreshSession } = await town.ask(operations.refresh, { input: { refreshToken: session.refreshToken } });
    expect(claimsOf(refreshSession.session.accessToken).scope).toBe('citizen analyst');
    expect((await town.ask(operations.me, {}, caller)).me.roles).toEqual(['CITIZEN', 'ANALYST']);
    expect((await town.ask(documents.one, { accountId }, chief)).analystAppointment).toEqual(appointment);
  });

  test('who is dismissed is none from the next token on, and who did that and when is kept', async () => {
    const { accountId } = await town.register('former@press.example');
    const { id } = await appoint(accountId);
    const { session } = await town.signIn('former@press.example');
    expect(claimsOf(session.accessToken).scope).toBe('citizen analyst');
    expect(await dismiss(accountId)).toMatchObject({ id, accountId, dismissedBy: chief.accountId });
    const { refreshSession } = await town.ask(operations.refresh, { input: { refreshToken: session.refreshToken } });
    expect(claimsOf(refreshSession.session.accessToken).scope).toBe('citizen');
    expect((await town.ask(documents.one, { accountId }, chief)).analystAppointment).toBeNull();
    expect((await listed({ first: 100 })).map((each) => each.id)).not.toContain(id);
    expect((await listed({ first: 100, dismissedToo: true })).map((each) => each.id)).toContain(id);
  });

  test('appointed or dismissed again stays what they are, by the same record', async () => {
    const { accountId } = await town.register('again@press.example');
    const first = await appoint(accountId);
    town.clock.advance(60_000);
    expect(await appoint(accountId)).toEqual(first);
    const ended = await dismiss(accountId);
    town.clock.advance(60_000);
    expect(await dismiss(accountId)).toEqual(ended);
    const second = await appoint(accountId);
    expect(second.id).not.toBe(first.id);
    expect((await listed({ first: 100, dismissedToo: true })).filter((each) => each.accountId === accountId)).toEqual([
      second,
      ended,
    ]);
  });

  test('appointed by two administrators at once has one appointment', async () => {
    const { accountId } = await town.register('at-once@press.example');
    const made = await Promise.all([appoint(accountId), appoint(accountId), appoint(accountId)]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const ended = await Promise.all([dismiss(accountId), dismiss(accountId)]);
    expect(new Set(ended.map(({ dismissedAt }) => dismissedAt)).size).toBe(1);
  });

  test('who is suspended reads nothing meanwhile, and is an analyst again afterwards', async () => {
    const { accountId } = await town.register('paused@press.example');
    await appoint(accountId);
    await town.ask(documents.suspend, { input: { accountId, reason: 'Reported.' } }, chief);
    expect(await scopesOf('paused@press.example')).toEqual([]);
    await town.ask(documents.reinstate, { input: { accountId } }, chief);
    expect(await scopesOf('paused@press.example')).toEqual(['citizen', 'analyst']);
  });

  test('who acts for a shop does both', async () => {
    const { accountId } = await town.register('both@press.example');
    await appoint(accountId);
    const addedAt = town.clock.now().toISOString();
    await town.deliver('organisation.memberAdded', {
      organisationId: town.newId(),
      kind: 'retailer',
      accountId,
      addedAt,
    });
    expect(await scopesOf('both@press.example')).toEqual(['citizen', 'analyst', 'retailer']);
  });
});

describe('nobody is appointed', () => {
  test('whose account is not known, or has not verified a phone', async () => {
    expect(await refusedToAppoint(town.newId())).toBe('NOT_FOUND');
    const { accountId } = await town.signIn('phoneless@press.example');
    expect(await refusedToAppoint(accountId ?? '')).toBe('NOT_APPOINTABLE');
    expect(await refusedToAppoint('nobody')).toBe('BAD_USER_INPUT');
  });

  test('while they are suspended', async () => {
    const { accountId } = await town.register('suspended@press.example');
    const until = new Date(town.clock.now().getTime() + 60_000);
    await town.ask(documents.suspend, { input: { accountId, reason: 'Reported.', until } }, chief);
    expect(await refusedToAppoint(accountId)).toBe('NOT_APPOINTABLE');
    town.clock.advance(61_000);
    expect(await refusedToAppoint(accountId)).toBeUndefined();
  });

  test('who is a youth, or an administrator', async () => {
    const { caller, accountId } = await town.signIn('youth@press.example');
    const phoneNumber = '+15125550142';
    await town.ask(operations.requestCode, { input: { phoneNumber } }, caller);
    const input = { phoneNumber, code: await town.codeFor(phoneNumber), ageBand: 'YOUTH' };
    await town.ask(operations.verify, { input }, caller);
    expect(await refusedToAppoint(accountId)).toBe('NOT_APPOINTABLE');
    expect(await refusedToAppoint(chief.accountId ?? '')).toBe('NOT_APPOINTABLE');
  });

  test('by anybody but an administrator, and nobody else sees who is one', async () => {
    const { accountId, caller } = await town.register('curious@press.example');
    await appoint(accountId);
    const analyst = { ...caller, scopes: ['citizen', 'analyst'] as const };
    for (const [document, variables] of [
      [documents.appoint, { input: { accountId } }],
      [documents.dismiss, { input: { accountId } }],
      [documents.analysts, {}],
      [documents.one, { accountId }],
    ] as const) {
      expect(await town.refusal(document, variables, analyst)).toBe('FORBIDDEN');
      expect(await town.refusal(document, variables)).toBe('UNAUTHENTICATED');
    }
  });
});

test('who never was an analyst cannot be dismissed', async () => {
  const { accountId } = await town.register('never@press.example');
  for (const id of [accountId, town.newId()]) {
    expect(await town.refusal(documents.dismiss, { input: { accountId: id } }, chief)).toBe('NOT_FOUND');
  }
});

test('who becomes an administrator reads as one', async () => {
  const { accountId, caller } = await town.register('rising@press.example');
  await appoint(accountId);
  await town.em().execute("update identity.account set role = 'administrator' where id = ?", [accountId]);
  expect((await town.ask(operations.me, {}, caller)).me.roles).toEqual(['ADMINISTRATOR']);
});

test('analysts are read page by page, the latest first', async () => {
  const mine: string[] = [];
  for (const name of ['p1', 'p2', 'p3']) {
    const { accountId } = await town.register(`${name}@pages.example`);
    mine.unshift((await appoint(accountId)).id);
  }
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { analysts } = await town.ask(documents.analysts, { first: 2, after }, chief);
    seen.push(...analysts.edges.map(({ node }: { node: Appointment }) => node.id));
    after = analysts.pageInfo.hasNextPage ? analysts.pageInfo.endCursor : null;
  } while (after);
  expect(seen.filter((id) => mine.includes(id))).toEqual(mine);
  expect(seen).toEqual(seen.toSorted().toReversed());
});

test('an erased account is forgotten as an analyst too, and cannot be appointed', async () => {
  const { accountId } = await town.register('leaving@press.example');
  await appoint(accountId);
  const { caller } = await town.signIn('leaving@press.example');
  const request = 'mutation ($input: RequestErasureInput!) { requestErasure(input: $input) { account { id } } }';
  await town.ask(request, { input: { understood: true } }, caller);
  town.clock.advance(ERASURE_DAYS * 86_400_000 + 1000);
  await town.services.erasures.look();
  town.clock.advance((ACCESS_TOKEN_SECONDS + 2) * 1000);
  await town.services.erasures.look();
  expect((await listed({ first: 100, dismissedToo: true })).map((each) => each.accountId)).not.toContain(accountId);
  expect(await refusedToAppoint(accountId)).toBe('NOT_FOUND');
});

test('nothing is told to the other domains of who is an analyst', async () => {
  const { accountId } = await town.register('quiet@press.example');
  const told = async () =>
    (
      await town
        .em()
        .execute<{ topic: string }[]>('select topic from identity.outbox where key = ? order by topic', [accountId])
    ).map(({ topic }) => topic);
  const before = await told();
  await appoint(accountId);
  await dismiss(accountId);
  expect(await told()).toEqual(before);
});
