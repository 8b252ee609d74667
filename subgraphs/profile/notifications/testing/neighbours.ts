/*
 * People of the profile subgraph with settings and devices, for tests of what they are told: browsers that open what was
 * encrypted for them, the facts that concern people, and what stands on the graph.
 */
import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import type { EventBody } from '../../../../schema/events.ts';
import type { Caller } from '../../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../../../kernel/testing/harness.ts';
import { type ProfileServices, profile } from '../../profile.ts';
import { PushInbox } from '../push-sender.inbox.ts';

/** A browser that has subscribed: what it gives away, and how it opens what comes. */
export interface TestBrowserDevice {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** @throws when it was not encrypted for this device. */
  open(body: Buffer): string;
}

export function openDevice(endpoint = `https://push.example/${randomUUID()}`): TestBrowserDevice {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys();
  const auth = randomBytes(16);
  return {
    endpoint,
    p256dh: publicKey.toString('base64url'),
    auth: auth.toString('base64url'),
    open: (body) => decrypt(body, ecdh, auth),
  };
}

/** RFC 8188 and RFC 8291 from the receiver's side, for one record. */
export function decrypt(body: Buffer, ecdh: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const senderKey = body.subarray(21, 21 + body.readUInt8(20));
  const record = body.subarray(21 + senderKey.length);
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), senderKey]);
  const input = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(senderKey), auth, about, 32));
  const key = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 16 }).setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}

export interface Neighbours extends TestSubgraph<ProfileServices> {
  readonly inbox: PushInbox;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  ask(query: string, variables: object, accountId: string): Promise<any>;
  /** The code of a refusal, else the payload. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  change(field: string, type: string, input: object, accountId: string, selection?: string): Promise<any>;
  /** What the person was told, the newest first. */
  told(accountId: string): Promise<{ kind: string; readAt: string | null; id: string; [field: string]: unknown }[]>;
  unread(accountId: string): Promise<number>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  settings(accountId: string, by?: string): Promise<any>;
  register(accountId: string, device?: TestBrowserDevice): Promise<TestBrowserDevice>;
  award(accountId: string, more?: Partial<EventBody<'points.awarded'>>, id?: string): Promise<void>;
  confirm(officerId: string, citizenId: string): Promise<EventBody<'connection.confirmed'>>;
  warn(accountId: string): Promise<void>;
  /** What was pushed to the account by now, the oldest first. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  pushed(accountId: string): Promise<any[]>;
  /** Moves the clock on and does what is due then. */
  later(milliseconds: number): Promise<void>;
}

export const person = (accountId: string): Caller => ({ accountId, scopes: ['citizen'] });

export const NOTIFICATION =
  'id topic kind happenedAt readAt connectionId voucherId roundId gatheringId storyId warningId points cents zipCode month until';
export const SETTINGS =
  'choices { topic channel wanted changeable } quietHours { enabled from to timeZone } pushDevices { id registeredAt lastSentAt }';

export async function openNeighbours(options: TestSubgraphOptions = {}): Promise<Neighbours> {
  const subject = await openTestSubgraph(profile, options);
  const { services, clock } = subject;
  const inbox = services.pushSender as PushInbox;
  const own = async (accountId: string, selection: string, by = accountId) => {
    const answer = await neighbours.ask(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { ${selection} } } }`,
      { r: [{ __typename: 'Account', id: accountId }] },
      by,
    );
    return answer._entities[0];
  };
  const neighbours: Neighbours = {
    ...subject,
    inbox,
    async ask(query, variables, accountId) {
      const { data, errors } = await subject.execute(query, variables, person(accountId));
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    async change(field, type, input, accountId, selection = `account { notificationSettings { ${SETTINGS} } }`) {
      const { data, errors } = await subject.execute(
        `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} } }`,
        { input },
        person(accountId),
      );
      return errors ? errors[0]?.extensions?.code : data[field];
    },
    async told(accountId) {
      const { notifications } = await neighbours.ask(
        `{ notifications(first: 100) { edges { node { ${NOTIFICATION} } } } }`,
        {},
        accountId,
      );
      return notifications.edges.map(({ node }: { node: object }) => node);
    },
    unread: async (accountId) => (await own(accountId, 'unreadNotificationCount')).unreadNotificationCount,
    settings: async (accountId, by) =>
      (await own(accountId, `notificationSettings { ${SETTINGS} }`, by)).notificationSettings,
    async register(accountId, device = openDevice()) {
      const { endpoint, p256dh, auth } = device;
      const payload = await neighbours.change(
        'registerPushSubscription',
        'RegisterPushSubscriptionInput',
        { endpoint, p256dh, auth },
        accountId,
        'device { id }',
      );
      if (!payload.device) throw new Error(payload);
      return device;
    },
    award: (accountId, more = {}, id) =>
      subject.deliver(
        'points.awarded',
        {
          transactionId: randomUUID(),
          accountId,
          role: 'citizen',
          connectionId: randomUUID(),
          points: 20,
          ruleVersion: 1,
          zipCode: null,
          awardedAt: clock.now().toISOString(),
          ...more,
        },
        id ? { id } : {},
      ),
    async confirm(officerId, citizenId) {
      const fact: EventBody<'connection.confirmed'> = {
        connectionId: randomUUID(),
        officerId,
        citizenId,
        evidence: 'code',
        zipCode: '78701',
        confirmedAt: clock.now().toISOString(),
      };
      await subject.deliver('connection.confirmed', fact);
      return fact;
    },
    warn: (accountId) =>
      subject.deliver('warning.given', { warningId: randomUUID(), accountId, givenAt: clock.now().toISOString() }),
    async pushed(accountId) {
      await services.pushCourier.look();
      return inbox.received(accountId).map(({ message }) => message);
    },
    async later(milliseconds) {
      clock.advance(milliseconds);
      await services.notificationCalendar.look();
      await services.pushCourier.look();
    },
  };
  return neighbours;
}
