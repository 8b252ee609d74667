/* The client of the identity provider against one that runs elsewhere, as an outside issuer does: over the network, by discovery. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { ConfigurationError } from '../kernel/configuration.ts';
import { openTestSubgraph } from '../kernel/testing/harness.ts';
import { DevelopmentProvider } from './development-provider.ts';
import { identity } from './identity.ts';
import { openTown, operations, REDIRECT_URI, type Town } from './testing/people.ts';

let elsewhere: Town;

beforeAll(async () => {
  elsewhere = await openTown();
});

afterAll(async () => {
  await elsewhere.close();
});

const outside = (changes: { issuer?: string; clientSecret?: string } = {}) => ({
  issuer: `${elsewhere.url}/development/oidc`,
  clientId: 'hey-blue',
  clientSecret: elsewhere.services.developmentProvider?.clientSecret,
  ...changes,
});

test('people sign in by an outside issuer, and no development page is served', async () => {
  const town = await openTown({ configuration: { oidc: outside() } });
  expect(Object.keys(town.subgraph.routes)).toEqual(['/development/messages']);
  const { accountId, caller } = await town.signIn('pat@people.example');
  expect((await town.ask(operations.me, {}, caller)).me).toMatchObject({
    id: accountId,
    emailAddress: 'pat@people.example',
  });
  await town.close();
});

test('the same subject at another issuer is another person', async () => {
  const first = await openTown({ configuration: { oidc: outside() } });
  const { accountId } = await first.signIn('same@people.example');
  const second = await openTown({
    databaseUrl: first.databaseUrl,
    configuration: { secretKey: first.configuration.secretKey },
  });
  expect((await second.signIn('same@people.example')).accountId).not.toBe(accountId);
  await second.close();
  await first.close();
});

test('a wrong client secret signs nobody in', async () => {
  const town = await openTown({ configuration: { oidc: outside({ clientSecret: 'wrong' }) } });
  await expect(town.signIn('pat@people.example')).rejects.toThrow('SIGN_IN_FAILED');
  await town.close();
});

test('an issuer that is away or is none is told as such, and found when it is back', async () => {
  let away = true;
  const server = createServer((request, response) => {
    if (away) response.writeHead(503).end();
    else provider.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new DevelopmentProvider({
    publicUrl: () => url,
    clientId: 'hey-blue',
    secretKey: randomBytes(32),
    redirectAllowed: (uri) => uri === REDIRECT_URI,
    log: pino({ level: 'silent' }),
  });
  const oidc = outside({ issuer: provider.issuer(), clientSecret: provider.clientSecret });
  const town = await openTown({ configuration: { oidc } });
  const input = { redirectUri: REDIRECT_URI };
  expect(await town.refusal(operations.start, { input })).toBe('UNAVAILABLE');
  away = false;
  await town.signIn('pat@people.example');
  const { startSignIn } = await town.ask(operations.start, { input });
  const back = await town.visit(startSignIn.authorizationUrl, 'pat@people.example');
  away = true;
  const answer = { flow: startSignIn.flow, ...back };
  expect(await town.refusal(operations.complete, { input: answer })).toBe('UNAVAILABLE');
  await town.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('an issuer whose door is closed is told as such', async () => {
  const town = await openTown({ configuration: { oidc: outside({ issuer: 'http://127.0.0.1:9' }) } });
  expect(await town.refusal(operations.start, { input: { redirectUri: REDIRECT_URI } })).toBe('UNAVAILABLE');
  await town.close();
});

test('a system that does not know its own address says so', async () => {
  const town = await openTown({ configuration: { publicUrl: undefined } });
  const { errors } = await town.execute(operations.start, { input: { redirectUri: REDIRECT_URI } });
  expect(errors?.[0]?.extensions?.code).toBe('UNAVAILABLE');
  expect(errors?.[0]?.message).toContain('PUBLIC_URL');
  await town.close();
});

describe('in production', () => {
  const sms = { url: 'https://sms.example/', account: 'a', token: 'b', from: '+15125550100' };
  const oidc = { issuer: 'https://issuer.example', clientId: 'hey-blue', clientSecret: 'secret' };

  test('nothing starts on the stand-ins of a laptop', async () => {
    for (const configuration of [{ sms }, { oidc }]) {
      const opening = openTestSubgraph(identity, { configuration: { environment: 'production', ...configuration } });
      await expect(opening).rejects.toThrow(ConfigurationError);
    }
  });

  test('there are no development pages, and nobody is sent back to a loopback address', async () => {
    const town = await openTown({ configuration: { environment: 'production', sms, oidc } });
    expect(town.subgraph.routes).toEqual({});
    const input = { redirectUri: 'http://127.0.0.1/callback' };
    expect(await town.refusal(operations.start, { input })).toBe('BAD_USER_INPUT');
    await town.close();
  });
});
