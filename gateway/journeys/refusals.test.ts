/* What people may not do, tried through the public API: with tokens that ended or were changed, and with what is another's. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import {
  AcceptConnectionDocument,
  CloseWindowDocument,
  ConfirmConnectionDocument,
  ConnectionDocument,
  ConnectionsDocument,
  MeDocument,
  OpenWindowDocument,
  RegisterOfficersDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { refusalOf, signInAdministrator, signInCitizen, signInOfficer } from './people.ts';
import { type RunningSystem, startOneProcess } from './systems.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };
let system: RunningSystem;
let administrator: SignedIn;
let officer: SignedIn;
let citizen: SignedIn;

beforeAll(async () => {
  system = await startOneProcess();
  administrator = await signInAdministrator(system.url);
  officer = await signInOfficer(system.url, administrator);
  citizen = await signInCitizen(system.url);
});

afterAll(async () => {
  await system?.close();
});

async function codeWith(accessToken: string): Promise<string | undefined> {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}

test('a token with other claims, another key or no signature is nobody’s', async () => {
  const [header = '', payload = '', signature = ''] = (citizen.client.session?.accessToken ?? '').split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(await codeWith(`${header}.${payload}.${signature}`)).toBeUndefined();
  const forged = [
    `${header}.${encoded({ ...claims, scope: 'administrator' })}.${signature}`,
    `${header}.${encoded({ ...claims, exp: claims.exp + 86_400 })}.${signature}`,
    `${encoded({ alg: 'none' })}.${payload}.`,
    `${encoded({ alg: 'EdDSA', kid: 'mine' })}.${payload}.${signature}`,
  ];
  for (const token of forged) expect(await codeWith(token)).toBe('UNAUTHENTICATED');
});

test('roles hold: a citizen is no officer, an officer no citizen, and neither an administrator', async () => {
  const input = { position: capitol };
  expect(await refusalOf(citizen.client.request(OpenWindowDocument, { input }))).toBe('FORBIDDEN');
  expect(
    await refusalOf(officer.client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } })),
  ).toBe('FORBIDDEN');
  const register = { input: { emailAddresses: ['me@example.org'], departmentName: 'Mine' } };
  for (const { client } of [officer, citizen])
    expect(await refusalOf(client.request(RegisterOfficersDocument, register))).toBe('FORBIDDEN');
});

test('what is another’s does not exist', async () => {
  const { openWindow } = await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
  await citizen.client.request(ReportLocationDocument, { input: { position: capitol, sequence: 1 } });
  const asked = await citizen.client.request(RequestConnectionDocument, { input: { officerId: officer.accountId } });
  const { id } = asked.requestConnection.connection;
  const [otherOfficer, otherCitizen] = [
    await signInOfficer(system.url, administrator),
    await signInCitizen(system.url),
  ];
  const input = { connectionId: id };
  expect(await refusalOf(otherOfficer.client.request(AcceptConnectionDocument, { input }))).toBe('NOT_FOUND');
  expect(await refusalOf(otherCitizen.client.request(ConfirmConnectionDocument, { input }))).toBe('NOT_FOUND');
  expect(
    await refusalOf(otherOfficer.client.request(CloseWindowDocument, { input: { windowId: openWindow.window.id } })),
  ).toBe('NOT_FOUND');
  expect((await otherCitizen.client.request(ConnectionDocument, { id })).connection).toBeNull();
  expect((await otherCitizen.client.request(ConnectionsDocument, { first: 5 })).connections.edges).toEqual([]);
});

test('a session that has ended is refused, its socket is closed, and a client renews it by itself', async () => {
  const accessToken = citizen.client.session?.accessToken ?? '';
  const socket = new WebSocket(`${system.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${accessToken}` } }));
  await once(socket, 'message');
  await system.advance(6 * 60_000);
  expect((await closed)[0]).toBe(4403);
  expect(await codeWith(accessToken)).toBe('UNAUTHENTICATED');
  expect((await citizen.client.request(MeDocument)).me.id).toBe(citizen.accountId);
  expect(citizen.client.session?.accessToken).not.toBe(accessToken);
});
