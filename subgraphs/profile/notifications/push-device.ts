/*
 * The devices that a person has asked to be told on. A device is the address that its browser gave: registered again it is
 * the same one, and the one of whoever registered it last, since two people may share a phone and one alone is signed in.
 */
import { createPublicKey } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { checkAddress, type OutboundPolicy, OutboundRefused } from '../../kernel/outbound.ts';
import { DateTime } from '../../kernel/scalars.ts';
import { isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { PushSubscription } from './push-sender.ts';
import type { PushVault } from './push-vault.ts';

/** Of one account; with one more the oldest goes. */
export const DEVICES_PER_ACCOUNT = 10;

@ObjectType({ description: 'A device that pushes go to.' })
export class PushDevice {
  @Field(() => ID, { description: 'The id of the device.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was registered, last.' })
  registeredAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When its service took a push last; null before the first.' })
  lastSentAt!: Date | null;
}

interface DeviceRow {
  id: string;
  registered_at: string;
  last_sent_at: string | null;
}

const asDevice = (row: DeviceRow) =>
  Object.assign(new PushDevice(), {
    id: row.id,
    registeredAt: new Date(row.registered_at),
    lastSentAt: row.last_sent_at ? new Date(row.last_sent_at) : null,
  });

/** The newest first. */
export async function pushDevicesOf(em: EntityManager, accountId: string): Promise<PushDevice[]> {
  const rows = await em.execute<DeviceRow[]>(
    `select id, registered_at, last_sent_at from profile.push_device where account_id = ?
     order by registered_at desc, id desc limit ?`,
    [accountId, DEVICES_PER_ACCOUNT],
  );
  return rows.map(asDevice);
}

/** As the browser gave it: the keys in base64url. @throws Refusal BAD_USER_INPUT for what nobody could send to. */
export function checkedSubscription(
  { endpoint, p256dh, auth }: { readonly endpoint: string; readonly p256dh: string; readonly auth: string },
  policy?: OutboundPolicy,
): PushSubscription {
  try {
    checkAddress(endpoint, policy);
  } catch (error) {
    if (error instanceof OutboundRefused) throw new Refusal('BAD_USER_INPUT', `endpoint: ${error.message}`);
    throw error;
  }
  const key = Buffer.from(p256dh, 'base64url');
  if (!isPoint(key))
    throw new Refusal('BAD_USER_INPUT', 'p256dh must be a public key of P-256, as the browser gave it.');
  const secret = Buffer.from(auth, 'base64url');
  if (secret.length !== 16) throw new Refusal('BAD_USER_INPUT', 'auth must be 16 bytes, as the browser gave them.');
  return { endpoint, p256dh: key, auth: secret };
}

function isPoint(key: Buffer): boolean {
  if (key.length !== 65 || key[0] !== 4) return false;
  const [x, y] = [key.subarray(1, 33).toString('base64url'), key.subarray(33).toString('base64url')];
  try {
    // Refuses what is not on the curve.
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

export async function registerDevice(
  work: UnitOfWork,
  vault: PushVault,
  accountId: string,
  subscription: PushSubscription,
): Promise<PushDevice> {
  const { em, now } = work;
  // Their access token lives for some minutes more.
  if (await isErased(em, 'profile', accountId)) throw new Refusal('UNAUTHENTICATED');
  // One after the other, or two devices of an account that come at once would both be the tenth.
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('push devices ' || ?, 0))`, [accountId]);
  const digest = vault.digest(subscription.endpoint);
  // Another person's before: what waits for them is not for whoever has it now.
  await em.execute('delete from profile.push_device where endpoint_digest = ? and account_id <> ?', [
    digest,
    accountId,
  ]);
  const [same] = await em.execute<{ id: string }[]>(
    'select id from profile.push_device where endpoint_digest = ? for update',
    [digest],
  );
  const id = same?.id ?? work.newId();
  const [row] = await em.execute<DeviceRow[]>(
    `insert into profile.push_device (id, account_id, endpoint_digest, sealed, registered_at) values (?, ?, ?, ?, ?)
     on conflict (endpoint_digest) do update
       set sealed = excluded.sealed, registered_at = excluded.registered_at, failures = 0
       where push_device.id = excluded.id
     returning id, registered_at, last_sent_at`,
    [id, accountId, digest, vault.sealDevice(subscription, id), now],
  );
  if (!row) throw new Refusal('UNAVAILABLE', 'The device was registered by somebody else at this moment; try again.');
  await em.execute(
    `delete from profile.push_device where account_id = ? and id not in
       (select id from profile.push_device where account_id = ? order by registered_at desc, id desc limit ?)`,
    [accountId, accountId, DEVICES_PER_ACCOUNT],
  );
  return asDevice(row);
}

/** Removes the device of this address, or of this id. Doing so twice changes nothing. */
export async function removeDevice(
  { em }: UnitOfWork,
  vault: PushVault,
  accountId: string,
  which: { readonly endpoint?: string | null | undefined; readonly deviceId?: string | null | undefined },
): Promise<void> {
  const { endpoint, deviceId } = which;
  if ((endpoint == null) === (deviceId == null)) {
    throw new Refusal('BAD_USER_INPUT', 'Give endpoint or deviceId, one of the two.');
  }
  await em.execute(
    `delete from profile.push_device where account_id = ? and ${endpoint == null ? 'id' : 'endpoint_digest'} = ?`,
    [accountId, endpoint == null ? deviceId : vault.digest(endpoint)],
  );
}
