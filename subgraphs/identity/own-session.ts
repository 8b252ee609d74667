/*
 * The sessions of an account as its owner sees them: where they are signed in, since when, and a way to end that. A device
 * is known by what it said at sign-in and by nothing else: no address, no fingerprint.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { DateTime, ShortText } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import type { Secrets } from './secrets.ts';
import { deviceContext } from './session.ts';

@ObjectType({ description: 'A place where an account is signed in. Only its owner sees it.' })
export class AccountSession {
  @Field(() => ID, { description: 'Names the session; no token of it.' })
  id!: string;

  @Field(() => ShortText, {
    nullable: true,
    description: 'What the device called itself at sign-in; null where it did not.',
  })
  deviceName!: string | null;

  @Field(() => DateTime, { description: 'When the person signed in there.' })
  startedAt!: Date;

  @Field(() => DateTime, { description: 'When it was used last, to within five minutes.' })
  lastUsedAt!: Date;

  @Field(() => DateTime, { description: 'When it ends by itself.' })
  endsAt!: Date;

  @Field(() => Boolean, { description: 'Whether it is the one that asks.' })
  current!: boolean;
}

/** For how long after signing in somebody may do what cannot be taken back easily. */
export const FRESH_MINUTES = 10;

interface SessionRow {
  id: string;
  device_name_sealed: string | null;
  started_at: string;
  last_used_at: string;
  ends_at: string;
}

/** Those that have not ended, the one that asks first, then as they were used last; at most SESSIONS_PER_ACCOUNT. */
export async function sessionsOf(
  em: EntityManager,
  secrets: Secrets,
  {
    accountId,
    sessionId,
    now,
  }: { readonly accountId: string; readonly sessionId: string | undefined; readonly now: Date },
): Promise<AccountSession[]> {
  const rows = await em.execute<SessionRow[]>(
    `select id, device_name_sealed, started_at, last_used_at, ends_at from identity.session s
     where account_id = ? and revoked_at is null and ends_at > ?
       -- One whose refresh token nobody has used in time cannot go on.
       and exists (select 1 from identity.refresh_token t where t.session_id = s.id and t.expires_at > ?)
     order by id = ? desc, last_used_at desc, id desc`,
    [accountId, now, now, sessionId ?? null],
  );
  return rows.map((row) =>
    Object.assign(new AccountSession(), {
      id: row.id,
      deviceName: row.device_name_sealed && secrets.unseal(row.device_name_sealed, deviceContext(row.id)),
      startedAt: new Date(row.started_at),
      lastUsedAt: new Date(row.last_used_at),
      endsAt: new Date(row.ends_at),
      current: row.id === sessionId,
    }),
  );
}

/** Ends a session of the account; one that has ended stays so. @throws Refusal NOT_FOUND. */
export async function endSession({ em, now }: UnitOfWork, accountId: string, sessionId: string): Promise<void> {
  const rows = await em.execute<unknown[]>(
    'update identity.session set revoked_at = coalesce(revoked_at, ?) where id = ? and account_id = ? returning 1',
    [now, sessionId, accountId],
  );
  if (rows.length === 0) throw new Refusal('NOT_FOUND', 'You have no such session.');
}

/** Ends all sessions of the account but `kept`. @returns how many. */
export async function endSessions({ em, now }: UnitOfWork, accountId: string, kept?: string): Promise<number> {
  const rows = await em.execute<unknown[]>(
    `update identity.session set revoked_at = ?
     where account_id = ? and revoked_at is null and ends_at > ? and id is distinct from ?::uuid returning 1`,
    [now, accountId, now, kept ?? null],
  );
  return rows.length;
}

/**
 * Lets pass who has signed in or proved their phone within ten minutes, on this device and not on another. Both begin a
 * session. @throws Refusal FRESH_SIGN_IN_NEEDED.
 */
export async function requireFreshSession(
  { em, now }: UnitOfWork,
  accountId: string,
  sessionId: string | undefined,
): Promise<void> {
  const rows = await em.execute<unknown[]>(
    'select 1 from identity.session where id = ? and account_id = ? and revoked_at is null and started_at > ?',
    [sessionId ?? null, accountId, new Date(now.getTime() - FRESH_MINUTES * 60_000)],
  );
  if (rows.length === 0) throw new Refusal('FRESH_SIGN_IN_NEEDED');
}
