import { FLOW_MINUTES, redirectPolicy } from './sign-in.ts';
import { claimsOf, openTown, operations, REDIRECT_URI, type Town } from './testing/people.ts';

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const start = async () =>
  (await town.ask(operations.start, { input: { redirectUri: REDIRECT_URI } })).startSignIn as {
    authorizationUrl: string;
    flow: string;
    expiresAt: string;
  };

describe('signing in', () => {
  test('leads over the provider to a session and an account of its own, the same at the next sign-in', async () => {
    const first = await town.signIn('pat@people.example');
    expect(first).toMatchObject({
      account: { emailAddress: 'pat@people.example', phoneVerified: false, roles: ['CITIZEN'], registeredAt: null },
    });
    expect(claimsOf(first.session.accessToken)).toMatchObject({ iss: 'hey-blue', aud: 'hey-blue', scope: '' });
    const again = await town.signIn('Pat@people.example');
    expect(again.accountId).toBe(first.accountId);
    const { me } = await town.ask(operations.me, {}, again.caller);
    expect(me).toMatchObject({ id: first.accountId, emailAddress: 'pat@people.example' });
  });

  test('two first sign-ins of one person at once make one account', async () => {
    const both = await Promise.all([town.signIn('twice@people.example'), town.signIn('twice@people.example')]);
    expect(new Set(both.map(({ accountId }) => accountId)).size).toBe(1);
  });

  test('asks the provider with PKCE, state and nonce, and stores none of them in the clear', async () => {
    const { authorizationUrl, flow } = await start();
    const asked = new URL(authorizationUrl).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toBe(REDIRECT_URI);
    const rows = JSON.stringify(await town.em().execute('select * from identity.sign_in_flow'));
    for (const secret of [flow, asked.get('state') ?? '', asked.get('nonce') ?? '']) {
      expect(secret.length).toBeGreaterThan(40);
      expect(rows).not.toContain(secret);
    }
  });

  test('completes once: a replay is refused, and of two at once one gets in', async () => {
    const { authorizationUrl, flow } = await start();
    const back = await town.visit(authorizationUrl, 'replay@people.example');
    const input = { flow, ...back };
    const outcomes = await Promise.all([1, 2].map(() => town.refusal(operations.complete, { input })));
    expect(outcomes.toSorted()).toEqual(['SIGN_IN_EXPIRED', undefined]);
    expect(await town.refusal(operations.complete, { input })).toBe('SIGN_IN_EXPIRED');
  });

  test('refuses a wrong state, and the flow is used up', async () => {
    const { authorizationUrl, flow } = await start();
    const back = await town.visit(authorizationUrl, 'state@people.example');
    const forged = { flow, code: back.code, state: 'somebody-elses' };
    expect(await town.refusal(operations.complete, { input: forged })).toBe('SIGN_IN_FAILED');
    expect(await town.refusal(operations.complete, { input: { flow, ...back } })).toBe('SIGN_IN_EXPIRED');
  });

  test("refuses a code that was meant for another browser's flow", async () => {
    const mine = await start();
    const others = await start();
    const back = await town.visit(others.authorizationUrl, 'mallory@people.example');
    const state = new URL(mine.authorizationUrl).searchParams.get('state');
    const input = { flow: mine.flow, code: back.code, state };
    expect(await town.refusal(operations.complete, { input })).toBe('SIGN_IN_FAILED');
  });

  test('refuses a forged code and a flow that was never begun', async () => {
    const { authorizationUrl, flow } = await start();
    const state = new URL(authorizationUrl).searchParams.get('state');
    expect(await town.refusal(operations.complete, { input: { flow, code: 'made-up', state } })).toBe('SIGN_IN_FAILED');
    const unknown = { flow: 'never-begun', code: 'made-up', state: 'any' };
    expect(await town.refusal(operations.complete, { input: unknown })).toBe('SIGN_IN_EXPIRED');
  });

  test('refuses an e-mail that the provider has not verified', async () => {
    await expect(town.signIn('pat+unverified@people.example')).rejects.toThrow('SIGN_IN_FAILED');
  });

  test('refuses a sign-in that took longer than ten minutes', async () => {
    const { authorizationUrl, flow } = await start();
    const back = await town.visit(authorizationUrl, 'slow@people.example');
    town.clock.advance(FLOW_MINUTES * 60_000);
    expect(await town.refusal(operations.complete, { input: { flow, ...back } })).toBe('SIGN_IN_EXPIRED');
  });

  test('refuses malformed and foreign redirect addresses', async () => {
    for (const redirectUri of [
      'https://evil.example/',
      'javascript:alert(1)',
      'http://127.0.0.1/#token',
      '',
      'http://a@127.0.0.1/',
    ]) {
      expect(await town.refusal(operations.start, { input: { redirectUri } })).toBe('BAD_USER_INPUT');
    }
  });
});

describe('the account', () => {
  test('keeps e-mail and phone unreadable in the database', async () => {
    await town.register('secret@people.example', '+15125550123');
    const rows = JSON.stringify([
      await town.em().execute('select * from identity.account'),
      await town.em().execute('select * from identity.phone_code'),
      await town.em().execute('select * from identity.outbox'),
      await town.em().execute('select * from identity.turn'),
      await town.em().execute('select * from identity.officer_registration'),
    ]);
    for (const personal of ['secret', 'people.example', '5550123']) expect(rows).not.toContain(personal);
  });

  test('is shown to its owner and, without the e-mail, to administrators only', async () => {
    const { accountId, caller } = await town.signIn('shown@people.example');
    const query =
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Account { id emailAddress phoneVerified } } }';
    const of = [{ __typename: 'Account', id: accountId }];
    const seen = async (by?: object) => (await town.ask(query, { of }, by))._entities[0];
    expect(await seen(caller)).toMatchObject({ id: accountId, emailAddress: 'shown@people.example' });
    expect(await seen()).toBeNull();
    expect(await seen({ accountId: town.newId(), scopes: ['citizen'] })).toBeNull();
    const administrator = { accountId: town.newId(), scopes: ['administrator'] };
    expect(await seen(administrator)).toEqual({ id: accountId, emailAddress: null, phoneVerified: false });
  });

  test('is asked for by signed-in callers only, and refused when it is gone', async () => {
    expect(await town.refusal(operations.me)).toBe('UNAUTHENTICATED');
    expect(await town.refusal(operations.me, {}, { accountId: town.newId(), scopes: [] })).toBe('UNAUTHENTICATED');
  });
});

describe('the login page', () => {
  test('is one labelled field, needs no other host, and shows again what it refuses, harmless', async () => {
    const { authorizationUrl } = await start();
    const first = await fetch(authorizationUrl, { redirect: 'manual' });
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const address = new URL(first.headers.get('location') ?? '', authorizationUrl);
    const html = await (await fetch(address, { headers: { cookie } })).text();
    expect(html).toContain('<label for="email">');
    expect(html).toContain('lang="en"');
    expect(html).not.toMatch(/https?:\/\//);
    const body = new URLSearchParams({ email: '"><script>alert(1)</script>' });
    const refused = await fetch(address, { method: 'POST', headers: { cookie }, body });
    expect(refused.status).toBe(400);
    const again = await refused.text();
    expect(again).toContain('aria-invalid="true"');
    expect(again).not.toContain('<script>');
    const huge = new URLSearchParams({ email: 'x'.repeat(10_000) });
    expect((await fetch(address, { method: 'POST', headers: { cookie }, body: huge })).status).toBe(413);
  });

  test('refuses a browser that did not begin the sign-in', async () => {
    const { authorizationUrl } = await start();
    const first = await fetch(authorizationUrl, { redirect: 'manual' });
    const address = new URL(first.headers.get('location') ?? '', authorizationUrl);
    expect((await fetch(address)).status).toBe(400);
  });
});

describe('redirect addresses', () => {
  test('that could never work are refused at start', () => {
    for (const uri of ['https://app.example', 'https://app.example/callback?from=us', 'app.example/callback']) {
      expect(() => redirectPolicy([uri], false)).toThrow('REDIRECT_URIS');
    }
  });

  test('are those of the list, letter by letter, and loopback in development only', () => {
    const strict = redirectPolicy(['https://app.example/callback'], false);
    expect(strict('https://app.example/callback')).toBe(true);
    for (const uri of ['https://app.example/callback/', 'https://app.example/callback?a=1', 'http://localhost/']) {
      expect(strict(uri)).toBe(false);
    }
    const loose = redirectPolicy([], true);
    for (const uri of ['http://localhost:5173/signed-in', 'http://127.0.0.1/x', 'http://[::1]:8080/']) {
      expect(loose(uri)).toBe(true);
    }
    for (const uri of [
      'http://localhost.evil.example/',
      'https://app.example/',
      'http://127.0.0.1@evil.example/',
      'x',
    ]) {
      expect(loose(uri)).toBe(false);
    }
  });
});
