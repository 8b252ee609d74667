import { SignJWT } from 'jose';
import {
  anonymous,
  asChanging,
  belongsTo,
  type Caller,
  CallerSigner,
  CallerVerifier,
  organisationsOf,
  refuseOutsiders,
} from './caller.ts';
import { ManualClock } from './clock.ts';
import { generateGatewayKeys } from './configuration.ts';

const keys = generateGatewayKeys();
const accountId = '019a0000-0000-7000-8000-000000000001';

const otherId = '019a0000-0000-7000-8000-000000000002';

const clock = new ManualClock();
const signer = new CallerSigner(keys.gatewayPrivateKey, clock);
const verifier = new CallerVerifier(keys.gatewayPublicKey, 'rewards', clock);
const refused = expect.objectContaining({ code: 'UNAUTHENTICATED' });

test('a subgraph learns from the token who calls and what they may, and no more', async () => {
  const callers = [
    anonymous,
    { accountId, scopes: ['citizen', 'administrator'] as const },
    { retailerId: accountId, scopes: ['vouchers:redeem'] as const },
    { accountId, scopes: ['citizen', 'retailer'] as const, organisations: [`retailer:${otherId}`] as const },
  ];
  for (const caller of callers) {
    expect(await verifier.verify(await signer.sign(caller, 'rewards'))).toEqual(caller);
  }
});

test('a token for another subgraph is refused', async () => {
  await expect(verifier.verify(await signer.sign(anonymous, 'identity'))).rejects.toEqual(refused);
});

test('a token of another signer is refused', async () => {
  const stranger = new CallerSigner(generateGatewayKeys().gatewayPrivateKey, clock);
  await expect(verifier.verify(await stranger.sign(anonymous, 'rewards'))).rejects.toEqual(refused);
});

test('no token, a garbled one and one signed with a shared secret are refused', async () => {
  const shared = await new SignJWT({ scope: 'administrator' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('gateway')
    .setAudience('rewards')
    .setExpirationTime('1h')
    .sign(Buffer.from(keys.gatewayPublicKey, 'base64'));
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"scope":""}').toString('base64url')}.`;
  for (const header of [undefined, '', 'Bearer ', 'Bearer x.y.z', shared, `Bearer ${shared}`, `Bearer ${unsigned}`]) {
    await expect(verifier.verify(header)).rejects.toEqual(refused);
  }
});

test('a token is valid for a minute, also one that was seen before, and a new one is signed in time', async () => {
  const first = await signer.sign({ accountId, scopes: [] }, 'rewards');
  expect(await signer.sign({ accountId, scopes: [] }, 'rewards')).toBe(first);
  await verifier.verify(first);
  clock.advance(31_000);
  const second = await signer.sign({ accountId, scopes: [] }, 'rewards');
  expect(second).not.toBe(first);
  clock.advance(31_000);
  await expect(verifier.verify(first)).rejects.toEqual(refused);
  expect(await verifier.verify(second)).toEqual({ accountId, scopes: [] });
});

test('callers that differ in their organisations alone get tokens of their own', async () => {
  const member: Caller = { accountId, scopes: ['charity'], organisations: [`charity:${otherId}`] };
  const first = await signer.sign(member, 'rewards');
  const second = await signer.sign({ ...member, organisations: [`charity:${accountId}`] }, 'rewards');
  expect(second).not.toBe(first);
});

test('people act for the organisations that they joined, a key for its retailer, administrators for all', () => {
  const member: Caller = {
    accountId,
    scopes: ['citizen', 'retailer', 'charity'],
    organisations: [`retailer:${otherId}`, `charity:${accountId}`],
  };
  const key: Caller = { retailerId: otherId, scopes: ['offers:read'] };
  const administrator: Caller = { accountId, scopes: ['administrator'] };
  expect(organisationsOf(member, 'retailer')).toEqual([otherId]);
  expect(organisationsOf(member, 'department')).toEqual([]);
  expect([organisationsOf(key, 'retailer'), organisationsOf(key, 'charity')]).toEqual([[otherId], []]);
  for (const caller of [member, key, administrator]) refuseOutsiders(caller, 'retailer', otherId.toUpperCase());
  const outside = expect.objectContaining({ code: 'FORBIDDEN' });
  expect(() => refuseOutsiders(member, 'retailer', accountId)).toThrow(outside);
  expect(() => refuseOutsiders(member, 'charity', otherId)).toThrow(outside);
  expect(() => refuseOutsiders(key, 'charity', otherId)).toThrow(outside);
  expect(() => refuseOutsiders(anonymous, 'retailer', otherId)).toThrow(outside);
});

test('in a mutation nobody acts for what they only look at, but they still belong to it', () => {
  const editor: Caller = { accountId, scopes: ['retailer'], organisations: [`retailer:${otherId}`] };
  expect(asChanging(editor)).toBe(editor);
  const viewer: Caller = {
    ...editor,
    organisations: [`retailer:${otherId}`, `viewer:${otherId}`, `charity:${accountId}`],
  };
  expect(organisationsOf(viewer, 'retailer')).toEqual([otherId]);
  const changing = asChanging(viewer);
  expect(organisationsOf(changing, 'retailer')).toEqual([]);
  expect(organisationsOf(changing, 'charity')).toEqual([accountId]);
  for (const caller of [editor, viewer, changing]) expect(belongsTo(caller, 'retailer', otherId)).toBe(true);
  expect(belongsTo(changing, 'retailer', accountId)).toBe(false);
});
