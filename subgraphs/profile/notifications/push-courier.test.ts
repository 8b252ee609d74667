import { randomUUID } from 'node:crypto';
import { RETRY_SECONDS } from './push-queue.ts';
import { openPushService, type PushService } from './testing/push-service.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let service: PushService;

beforeEach(async () => {
  service = await openPushService();
});

afterEach(async () => {
  await service.close();
});

const messages = () =>
  service.taken.map(({ message }) => {
    const { id, ...body } = message as { id: string };
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    return body;
  });
const ids = () => service.taken.map(({ message }) => (message as { id: string }).id);
const set = (accountId: string, input: object) =>
  service.town.change('setNotificationSettings', 'SetNotificationSettingsInput', input, accountId);
const timeIn = (hours: number) =>
  new Date(service.town.clock.now().getTime() + hours * HOUR).toISOString().slice(11, 16);
/** From an hour ago until so many hours from now. */
const quiet = (accountId: string, hours: number) =>
  set(accountId, { quietHours: { enabled: true, from: timeIn(-1), to: timeIn(hours), timeZone: 'UTC' } });

describe('a push', () => {
  test('goes to each device of the person, with kind, ids and numbers, and to nobody else', async () => {
    const { town } = service;
    const [ada, bob] = [randomUUID(), randomUUID()];
    const devices = [await service.subscribe(ada), await service.subscribe(ada)];
    await service.subscribe(bob);
    const connectionId = randomUUID();
    await town.award(ada, { points: 20, connectionId });
    await service.look();
    const [told] = await town.told(ada);
    const body = {
      topic: 'POINTS',
      count: 1,
      notification: { id: told?.id, kind: 'POINTS_AWARDED', points: 20, connectionId },
    };
    expect(messages()).toEqual([body, body]);
    expect(new Set(service.taken.map(({ device }) => device))).toEqual(new Set(devices));
    const { pushDevices } = await town.settings(ada);
    expect(pushDevices.every(({ lastSentAt }: { lastSentAt: string | null }) => lastSentAt !== null)).toBe(true);
  });

  test('is sent without a look of its own, as soon as it is due', async () => {
    const accountId = randomUUID();
    await service.subscribe(accountId);
    const got = Promise.withResolvers<void>();
    service.answer = (_request, response) => {
      response.writeHead(201).end();
      got.resolve();
    };
    await service.town.award(accountId);
    await got.promise;
    expect(messages()).toHaveLength(1);
  });

  test('is of use for a quarter of an hour where somebody waits, and for a day otherwise', async () => {
    const { town } = service;
    const citizenId = randomUUID();
    await service.subscribe(citizenId);
    const acceptedAt = town.clock.now().toISOString();
    const fact = { connectionId: randomUUID(), officerId: randomUUID(), citizenId, acceptedAt };
    await town.deliver('connection.accepted', fact);
    await service.look();
    await town.award(citizenId);
    await service.look();
    expect(service.taken.map(({ ttl }) => ttl > 86_000 || (ttl > 880 && ttl <= 900))).toEqual([true, true]);
    expect(service.taken[0]?.ttl).toBeLessThanOrEqual(900);
  });

  test('is not sent of what is not wanted there, is of yesterday, or came before there was a device', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await town.award(accountId);
    await service.subscribe(accountId);
    await set(accountId, { choices: [{ topic: 'POINTS', channel: 'PUSH', wanted: false }] });
    await town.award(accountId);
    await town.deliver('warning.given', {
      ...{ warningId: randomUUID(), accountId },
      givenAt: new Date(town.clock.now().getTime() - DAY).toISOString(),
    });
    await service.later(MINUTE);
    expect(messages()).toEqual([]);
    expect(await town.unread(accountId)).toBe(3);
    await town.warn(accountId);
    await service.look();
    expect(messages()).toMatchObject([{ topic: 'ACCOUNT', count: 1 }]);
  });

  test('is sent of what is wanted on devices and not in the list', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await set(accountId, { choices: [{ topic: 'POINTS', channel: 'IN_APP', wanted: false }] });
    await town.award(accountId);
    await service.look();
    expect(messages()).toHaveLength(1);
    expect(await town.told(accountId)).toEqual([]);
  });
});

describe('of one topic', () => {
  test('a minute has one push, and what came meanwhile is one with its count', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await town.award(accountId);
    await service.look();
    for (let count = 0; count < 3; count++) {
      await town.award(accountId);
      await service.later(10_000);
    }
    expect(messages()).toHaveLength(1);
    await town.warn(accountId);
    await service.look();
    expect(messages()).toHaveLength(2);
    await service.later(30_000);
    expect(messages()[2]).toEqual({ topic: 'POINTS', count: 3 });
    await service.later(5 * MINUTE);
    expect(messages()).toHaveLength(3);
  });

  test('what was read before its turn is not pushed', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await town.award(accountId);
    await service.look();
    await town.award(accountId);
    await town.change('markNotificationsRead', 'MarkNotificationsReadInput', {}, accountId, 'account { id }');
    await service.later(2 * MINUTE);
    expect(messages()).toHaveLength(1);
  });
});

describe('in quiet hours', () => {
  test('nothing is pushed, the list has it at once, and when they end one push says how much there is', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await quiet(accountId, 3);
    await town.award(accountId);
    await service.later(HOUR);
    await town.award(accountId);
    await town.warn(accountId);
    await service.later(HOUR);
    expect(messages()).toEqual([]);
    expect(await town.unread(accountId)).toBe(3);
    await service.later(HOUR);
    expect(messages()).toEqual([{ topic: null, count: 3 }]);
    await service.later(HOUR);
    expect(messages()).toHaveLength(1);
  });

  test('what is read is not pushed afterwards, and a single one is told in full', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await quiet(accountId, 2);
    await town.award(accountId, { points: 7 });
    await town.warn(accountId);
    await service.look();
    const [warning] = await town.told(accountId);
    const input = { notificationIds: [warning?.id] };
    await town.change('markNotificationsRead', 'MarkNotificationsReadInput', input, accountId, 'account { id }');
    await service.later(2 * HOUR);
    expect(messages()).toMatchObject([{ topic: 'POINTS', count: 1, notification: { points: 7 } }]);
  });

  test('that are switched off let go at once what they held', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await quiet(accountId, 3);
    await town.award(accountId);
    await service.look();
    await set(accountId, { quietHours: { enabled: false, from: '22:00', to: '07:00', timeZone: 'UTC' } });
    await service.look();
    expect(messages()).toHaveLength(1);
  });

  test('what everybody has read says nothing when they end', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await quiet(accountId, 2);
    await town.award(accountId);
    await service.look();
    await town.change('markNotificationsRead', 'MarkNotificationsReadInput', {}, accountId, 'account { id }');
    await service.later(2 * HOUR);
    expect(messages()).toEqual([]);
  });
});

describe('a service that does not take it', () => {
  test('is asked again, ever later, within a day, and then no more', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    service.answer = (_request, response) => response.writeHead(503).end();
    await town.award(accountId);
    await service.look();
    expect(messages()).toHaveLength(1);
    let made = 1;
    for (const seconds of RETRY_SECONDS) {
      await service.later((seconds - 5) * 1000);
      expect(messages()).toHaveLength(made);
      await service.later((seconds * 0.1 + 6) * 1000);
      made = messages().length;
    }
    expect(made).toBeGreaterThan(6);
    const { clock } = town;
    const began = (await town.told(accountId))[0]?.happenedAt;
    expect(clock.now().getTime() - new Date(String(began)).getTime()).toBeGreaterThan(16 * HOUR);
    await service.later(DAY);
    expect(messages()).toHaveLength(made);
    expect((await town.settings(accountId)).pushDevices).toHaveLength(1);
    service.answer = (_request, response) => response.writeHead(201).end();
    await town.award(accountId);
    await service.look();
    expect(messages()).toHaveLength(made + 1);
  });

  test('is not asked again once the person has read it', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    service.answer = (_request, response) => response.writeHead(503).end();
    await town.award(accountId);
    await service.look();
    await town.change('markNotificationsRead', 'MarkNotificationsReadInput', {}, accountId, 'account { id }');
    await service.later(HOUR);
    expect(messages()).toHaveLength(1);
  });

  test('because the device is gone ends that device and no other', async () => {
    const { town } = service;
    const accountId = randomUUID();
    const [gone] = [await service.subscribe(accountId), await service.subscribe(accountId)];
    service.answer = ({ url }, response) => response.writeHead(gone.endpoint.endsWith(String(url)) ? 410 : 201).end();
    await town.award(accountId);
    await service.look();
    expect(messages()).toHaveLength(2);
    expect((await town.settings(accountId)).pushDevices).toHaveLength(1);
    await service.later(2 * MINUTE);
    await town.award(accountId);
    await service.look();
    expect(messages()).toHaveLength(3);
  });

  test('keeps nobody else waiting', async () => {
    const { town } = service;
    const [slow, fast] = [randomUUID(), randomUUID()];
    const device = await service.subscribe(slow);
    await service.subscribe(fast);
    const held = Promise.withResolvers<() => void>();
    const got = Promise.withResolvers<void>();
    service.answer = ({ url }, response) => {
      const end = () => response.writeHead(201).end();
      if (device.endpoint.endsWith(String(url))) return held.resolve(end);
      end();
      got.resolve();
    };
    await town.award(slow);
    const end = await held.promise;
    await town.award(fast);
    await got.promise;
    end();
    await service.look();
    expect(messages()).toHaveLength(2);
  });
});

describe('several nodes', () => {
  test('send each message once', async () => {
    const { town } = service;
    const people = Array.from({ length: 20 }, () => randomUUID());
    for (const accountId of people) await service.subscribe(accountId);
    const nodes = [service.openNode(), service.openNode()];
    await Promise.all(people.map((accountId) => town.award(accountId)));
    await Promise.all([...nodes.map((node) => node.look()), service.look()]);
    expect(new Set(service.taken.map(({ device }) => device)).size).toBe(20);
    expect(messages()).toHaveLength(20);
  });

  test('take up what one of them sent but could not write down', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    await service.nodes[0]?.close();
    await town.award(accountId);
    const whole = service.machine();
    let works = 0;
    // Dies between the answer and the commit: it has made the message and leased it, and can do nothing more.
    const dying = {
      ...whole,
      work: (task: never) => (++works <= 2 ? whole.work(task) : Promise.reject(new Error('killed'))),
    };
    const node = service.openNode(dying as never);
    await node.look();
    await node.close();
    expect(messages()).toHaveLength(1);
    const other = service.openNode();
    await other.look();
    expect(messages()).toHaveLength(1);
    town.clock.advance(2 * MINUTE);
    await other.look();
    expect(messages()).toHaveLength(2);
    expect(new Set(ids()).size).toBe(1);
    expect(await town.em().execute('select 1 from profile.push_delivery')).toEqual([]);
  });

  test('send at once what one that stops was sending', async () => {
    const { town } = service;
    const accountId = randomUUID();
    await service.subscribe(accountId);
    const asked = Promise.withResolvers<void>();
    service.answer = () => asked.resolve();
    await town.award(accountId);
    await asked.promise;
    await service.nodes[0]?.close();
    service.answer = (_request, response) => response.writeHead(201).end();
    await service.openNode().look();
    expect(messages()).toHaveLength(2);
    expect(await town.em().execute('select 1 from profile.push_delivery')).toEqual([]);
  });
});
