import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { openTestSubgraph } from '../kernel/testing/harness.ts';
import { identity } from './identity.ts';
import { GRACE_SECONDS, REFRESH_DAYS, SESSION_DAYS, SESSIONS_PER_ACCOUNT } from './session.ts';
import { claimsOf, openTown, operations, type SessionTokens, type Town } from './testing/people.ts';

const DAY = 24 * 3600 * 1000;

let town: Town;

beforeAll(async () => {
  town = await openTown();
});

afterAll(async () => {
  await town.close();
});

const refresh = async (refreshToken: string): Promise<SessionTokens> =>
  (await town.ask(operations.refresh, { input: { refreshToken } })).refreshSession.session;
const refused = (refreshToken: string) => town.refusal(operations.refresh, { input: { refreshToken } });
const publishedKeys = async (): Promise<{ kid: string; x: string }[]> =>
  (await town.ask('{ sessionVerificationKeys { kid x } }')).sessionVerificationKeys;

/** Checks a token as the gateway does. */
async function verify(token: string) {
  const keys = await publishedKeys();
  return jwtVerify(
    token,
    ({ kid }) => {
      const key = keys.find((each) => each.kid === kid);
      if (!key) throw new Error('unknown key');
      return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' });
    },
    { issuer: 'hey-blue', audience: 'hey-blue', algorithms: ['EdDSA'], currentDate: town.clock.now() },
  );
}

describe('refresh tokens', () => {
  test('are replaced at every use, and the session goes on', async () => {
    const { session, accountId } = await town.signIn('chain@people.example');
    const seen = new Set([session.refreshToken]);
    let { refreshToken } = session;
    for (let use = 0; use < 5; use += 1) {
      const next = await refresh(refreshToken);
      expect(claimsOf(next.accessToken).sub).toBe(accountId);
      refreshToken = next.refreshToken;
      seen.add(refreshToken);
    }
    expect(seen.size).toBe(6);
  });

  test('two refreshes at once get one and the same successor, which goes on', async () => {
    const { session } = await town.signIn('at-once@people.example');
    const all = await Promise.all(Array.from({ length: 8 }, () => refresh(session.refreshToken)));
    expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    await refresh(all[0]?.refreshToken ?? '');
  });

  test('an old one that comes back after the grace ends the session for both who hold it', async () => {
    const { session } = await town.signIn('stolen@people.example');
    const { refreshToken: successor } = await refresh(session.refreshToken);
    town.clock.advance((GRACE_SECONDS + 1) * 1000);
    expect(await refused(session.refreshToken)).toBe('SESSION_ENDED');
    expect(await refused(successor)).toBe('SESSION_ENDED');
  });

  test('an old one whose successor was used ends the session also within the grace', async () => {
    const { session } = await town.signIn('quick-thief@people.example');
    const { refreshToken: second } = await refresh(session.refreshToken);
    const { refreshToken: third } = await refresh(second);
    expect(await refused(session.refreshToken)).toBe('SESSION_ENDED');
    expect(await refused(third)).toBe('SESSION_ENDED');
  });

  test("one session's end leaves the person's others alone", async () => {
    const phone = await town.signIn('two-devices@people.example');
    const laptop = await town.signIn('two-devices@people.example');
    await town.ask(operations.signOut, { input: { refreshToken: phone.session.refreshToken } });
    expect(await refused(phone.session.refreshToken)).toBe('SESSION_ENDED');
    await refresh(laptop.session.refreshToken);
  });

  test('signing out works with any token of the session, again, and with a token that never was', async () => {
    const { session } = await town.signIn('leaving@people.example');
    const { refreshToken } = await refresh(session.refreshToken);
    for (const old of [session.refreshToken, session.refreshToken, 'never-was']) {
      expect(await town.ask(operations.signOut, { input: { refreshToken: old } })).toEqual({
        signOut: { signedOut: true },
      });
    }
    expect(await refused(refreshToken)).toBe('SESSION_ENDED');
  });

  test('forged and malformed ones are refused', async () => {
    expect(await refused('made-up')).toBe('SESSION_ENDED');
    expect(await refused('')).toBe('BAD_USER_INPUT');
    expect(await refused('with space')).toBe('BAD_USER_INPUT');
  });

  test('stand in the database as hashes and sealed only', async () => {
    const { session } = await town.signIn('dump@people.example');
    const next = await refresh(session.refreshToken);
    const rows = JSON.stringify(await town.em().execute('select * from identity.refresh_token'));
    expect(rows).not.toContain(session.refreshToken);
    expect(rows).not.toContain(next.refreshToken);
  });

  test(`last ${REFRESH_DAYS} days unused and ${SESSION_DAYS} days in all`, async () => {
    const idle = await town.signIn('idle@people.example');
    let { refreshToken } = (await town.signIn('busy@people.example')).session;
    for (let days = 0; days + 29 < SESSION_DAYS; days += 29) {
      town.clock.advance(29 * DAY);
      refreshToken = (await refresh(refreshToken)).refreshToken;
    }
    expect(await refused(idle.session.refreshToken)).toBe('SESSION_ENDED');
    town.clock.advance(4 * DAY);
    expect(await refused(refreshToken)).toBe('SESSION_ENDED');
  });

  test('an account keeps a bounded number of sessions, the oldest go', async () => {
    const first = await town.signIn('collector@people.example');
    const second = await town.signIn('collector@people.example');
    for (let more = 2; more < SESSIONS_PER_ACCOUNT + 1; more += 1) await town.signIn('collector@people.example');
    expect(await refused(first.session.refreshToken)).toBe('SESSION_ENDED');
    await refresh(second.session.refreshToken);
  });
});

describe('access tokens', () => {
  test('are checked with the published keys and end after five minutes', async () => {
    const { session, accountId } = await town.signIn('access@people.example');
    const { payload } = await verify(session.accessToken);
    expect(payload).toMatchObject({ sub: accountId, scope: '' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    town.clock.advance(301_000);
    await expect(verify(session.accessToken)).rejects.toThrow('"exp"');
  });

  test('a forged one fails: other claims, other key, no signature', async () => {
    const { session } = await town.signIn('forger@people.example');
    const [header = '', payload = '', signature = ''] = session.accessToken.split('.');
    const claims = { ...claimsOf(session.accessToken), scope: 'administrator' };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const token of [`${header}.${forged}.${signature}`, `${none}.${forged}.`, `${header}.${payload}.`]) {
      await expect(verify(token)).rejects.toThrow();
    }
  });

  test('stay valid while the key is replaced; the old key leaves when its last token has ended', async () => {
    const before = await town.signIn('rotation@people.example');
    const [old] = await publishedKeys();
    await town.services.keys.rotate();
    const after = await refresh(before.session.refreshToken);
    expect((await publishedKeys()).map(({ kid }) => kid)).toContain(old?.kid);
    await verify(before.session.accessToken);
    await verify(after.accessToken);
    expect((await publishedKeys())[0]?.kid).not.toBe(old?.kid);
    town.clock.advance(10 * 60_000);
    expect((await publishedKeys()).map(({ kid }) => kid)).not.toContain(old?.kid);
  });

  test('a key is replaced by itself when it is old', async () => {
    const [old] = await publishedKeys();
    town.clock.advance(31 * DAY);
    await town.signIn('a-month-later@people.example');
    expect((await publishedKeys())[0]?.kid).not.toBe(old?.kid);
  });

  test('two processes that start at once agree on one key, and a restart keeps it', async () => {
    const options = {
      databaseUrl: town.databaseUrl,
      clock: town.clock,
      configuration: { publicUrl: town.url, secretKey: town.configuration.secretKey },
    };
    await town.em().execute('delete from identity.signing_key');
    const others = await Promise.all([openTestSubgraph(identity, options), openTestSubgraph(identity, options)]);
    const answers = await Promise.all(others.map((other) => other.execute('{ sessionVerificationKeys { kid } }')));
    expect(answers[0]?.data.sessionVerificationKeys).toHaveLength(1);
    expect(answers[1]?.data).toEqual(answers[0]?.data);
    await Promise.all(others.map((other) => other.close()));
  });

  test('the private key cannot be read in the database', async () => {
    const [row] = await town
      .em()
      .execute<{ private_sealed: string }[]>('select private_sealed from identity.signing_key');
    const bytes = Buffer.from(row?.private_sealed ?? '', 'base64url');
    expect(bytes.length).toBeGreaterThan(48);
    expect(bytes.toString('latin1')).not.toContain('MC4CAQ');
  });
});
