import { randomUUID } from 'node:crypto';
import { type Neighbours, openDevice, openNeighbours } from './testing/neighbours.ts';

let town: Neighbours;

beforeAll(async () => {
  town = await openNeighbours();
});

afterAll(async () => {
  await town.close();
});

const set = (accountId: string, input: object) =>
  town.change('setNotificationSettings', 'SetNotificationSettingsInput', input, accountId);
const choiceOf = (settings: { choices: { topic: string; channel: string }[] }, topic: string, channel: string) =>
  settings.choices.find((each) => each.topic === topic && each.channel === channel);

describe('settings', () => {
  test('say of each topic and channel that it is wanted, until somebody says otherwise', async () => {
    const settings = await town.settings(randomUUID());
    expect(settings.choices).toHaveLength(12);
    expect(settings.choices.every(({ wanted }: { wanted: boolean }) => wanted)).toBe(true);
    expect(settings.choices.filter(({ changeable }: { changeable: boolean }) => !changeable)).toEqual([
      { topic: 'ACCOUNT', channel: 'IN_APP', wanted: true, changeable: false },
    ]);
    expect(settings.quietHours).toEqual({ enabled: false, from: '22:00', to: '07:00', timeZone: null });
    expect(settings.pushDevices).toEqual([]);
  });

  test('change where they are said to, and stay elsewhere', async () => {
    const accountId = randomUUID();
    await set(accountId, { choices: [{ topic: 'POINTS', channel: 'IN_APP', wanted: false }] });
    const quietHours = { enabled: true, from: '23:00', to: '06:30', timeZone: 'America/Chicago' };
    const { account } = await set(accountId, { quietHours });
    expect(account.notificationSettings.quietHours).toEqual(quietHours);
    expect(choiceOf(account.notificationSettings, 'POINTS', 'IN_APP')).toMatchObject({ wanted: false });
    expect(choiceOf(account.notificationSettings, 'POINTS', 'PUSH')).toMatchObject({ wanted: true });
    await set(accountId, { choices: [{ topic: 'POINTS', channel: 'IN_APP', wanted: true }] });
    expect(choiceOf(await town.settings(accountId), 'POINTS', 'IN_APP')).toMatchObject({ wanted: true });
    expect((await town.settings(accountId)).quietHours).toEqual(quietHours);
  });

  test.each([
    [
      'what concerns the account unwanted in the app',
      { choices: [{ topic: 'ACCOUNT', channel: 'IN_APP', wanted: false }] },
    ],
    ['quiet hours without a length', { quietHours: { enabled: true, from: '22:00', to: '22:00', timeZone: 'UTC' } }],
    [
      'a time zone of another planet',
      { quietHours: { enabled: true, from: '22:00', to: '07:00', timeZone: 'Mars/X' } },
    ],
    ['a time that no clock shows', { quietHours: { enabled: true, from: '24:00', to: '07:00', timeZone: 'UTC' } }],
  ])('refuse %s, and nothing is changed', async (_what, input) => {
    const accountId = randomUUID();
    const before = await town.settings(accountId);
    expect(await set(accountId, input)).toBe('BAD_USER_INPUT');
    expect(await town.settings(accountId)).toEqual(before);
  });

  test('keep out of the list what is not wanted there, but never what concerns the account', async () => {
    const accountId = randomUUID();
    await set(accountId, { choices: [{ topic: 'POINTS', channel: 'IN_APP', wanted: false }] });
    await town.award(accountId);
    await town.warn(accountId);
    expect((await town.told(accountId)).map(({ kind }) => kind)).toEqual(['WARNING_GIVEN']);
    expect(await town.unread(accountId)).toBe(1);
  });

  test('are nobody else’s to see', async () => {
    expect(await town.settings(randomUUID(), randomUUID())).toBeNull();
  });
});

describe('a device', () => {
  test('is registered with what its browser gave, and is the same one when it comes again', async () => {
    const accountId = randomUUID();
    const device = await town.register(accountId);
    const [first] = (await town.settings(accountId)).pushDevices;
    town.clock.advance(1_000);
    await town.register(accountId, { ...openDevice(), endpoint: device.endpoint });
    const devices = (await town.settings(accountId)).pushDevices;
    expect(devices).toHaveLength(1);
    expect(devices[0]).toMatchObject({ id: first.id, lastSentAt: null });
    expect(devices[0].registeredAt > first.registeredAt).toBe(true);
  });

  test('that somebody else signs in on is theirs from then on', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    const device = await town.register(ada);
    await town.register(bob, device);
    expect((await town.settings(ada)).pushDevices).toEqual([]);
    expect((await town.settings(bob)).pushDevices).toHaveLength(1);
    await town.award(ada);
    expect(await town.pushed(ada)).toEqual([]);
  });

  test('beyond the tenth takes the place of the one that was registered first, also where many come at once', async () => {
    const accountId = randomUUID();
    const first = await town.register(accountId);
    const [{ id }] = (await town.settings(accountId)).pushDevices;
    town.clock.advance(1_000);
    await Promise.all(Array.from({ length: 10 }, () => town.register(accountId)));
    const ids = (await town.settings(accountId)).pushDevices.map((each: { id: string }) => each.id);
    expect(ids).toHaveLength(10);
    expect(ids).not.toContain(id);
    expect(first.endpoint).toContain('https://');
  });

  test('is removed by its address or its id, once and again, and by nobody else', async () => {
    const accountId = randomUUID();
    const device = await town.register(accountId);
    const remove = (input: object, by = accountId) =>
      town.change('removePushSubscription', 'RemovePushSubscriptionInput', input, by);
    await remove({ endpoint: device.endpoint }, randomUUID());
    expect((await town.settings(accountId)).pushDevices).toHaveLength(1);
    await remove({ endpoint: device.endpoint });
    await remove({ endpoint: device.endpoint });
    await town.register(accountId);
    const [{ id }] = (await town.settings(accountId)).pushDevices;
    expect((await remove({ deviceId: id })).account.notificationSettings.pushDevices).toEqual([]);
    expect(await remove({})).toBe('BAD_USER_INPUT');
    expect(await remove({ deviceId: id, endpoint: device.endpoint })).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['an address within a network', { endpoint: 'https://10.0.0.1/x' }],
    ['an address of this machine', { endpoint: 'https://[::1]/x' }],
    ['an address with a password', { endpoint: 'https://a:b@push.example/x' }],
    ['an address that is not https', { endpoint: 'http://push.example/x' }],
    ['an address of more than 500 characters', { endpoint: `https://push.example/${'x'.repeat(500)}` }],
    ['a key that is no point of the curve', { p256dh: Buffer.alloc(65, 4).toString('base64url') }],
    ['a key of another length', { p256dh: Buffer.alloc(64, 4).toString('base64url') }],
    ['a secret of another length', { auth: Buffer.alloc(15).toString('base64url') }],
  ])('with %s is refused', async (_what, wrong) => {
    const { endpoint, p256dh, auth } = openDevice();
    const accountId = randomUUID();
    const input = { endpoint, p256dh, auth, ...wrong };
    const code = await town.change(
      'registerPushSubscription',
      'RegisterPushSubscriptionInput',
      input,
      accountId,
      'device { id }',
    );
    expect(code).toBe('BAD_USER_INPUT');
    expect((await town.settings(accountId)).pushDevices).toEqual([]);
  });

  test('lies sealed in the database, as does the key of the application', async () => {
    const device = await town.register(randomUUID());
    for (const table of ['push_device', 'push_key']) {
      const rows = JSON.stringify(await town.em().execute(`select * from profile.${table}`));
      expect(rows).not.toContain(device.endpoint);
      expect(rows).not.toContain(device.auth);
    }
  });
});

test('where nobody is named whom push services may write to, production has no pushes and says so', async () => {
  const bare = await openNeighbours({ configuration: { environment: 'production' } });
  const accountId = randomUUID();
  expect(await bare.ask('{ pushApplicationKey }', {}, accountId)).toEqual({ pushApplicationKey: null });
  await expect(bare.register(accountId)).rejects.toThrow('UNAVAILABLE');
  await bare.award(accountId);
  expect(await bare.unread(accountId)).toBe(1);
  await bare.close();
});

test('browsers subscribe with one key, also after a restart', async () => {
  const accountId = randomUUID();
  const { pushApplicationKey } = await town.ask('{ pushApplicationKey }', {}, accountId);
  expect(Buffer.from(pushApplicationKey, 'base64url')).toHaveLength(65);
  const again = await openNeighbours({
    databaseUrl: town.databaseUrl,
    configuration: { secretKey: town.configuration.secretKey },
  });
  expect(await again.ask('{ pushApplicationKey }', {}, accountId)).toEqual({ pushApplicationKey });
  await again.close();
});
