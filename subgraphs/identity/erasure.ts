/*
 * The end of an account, as its owner wishes: asked for by somebody who has just signed in, undone within 14 days by a word
 * or by signing in, and then carried out in two steps. First the sessions end; when the last of their access tokens has
 * expired the account goes, and that is told. So nobody acts in its name while the other domains forget it.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { type Lookout, openLookout } from '../kernel/lookout.ts';
import { DateTime } from '../kernel/scalars.ts';
import type { Machine } from '../kernel/subgraph.ts';
import { bury } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Account, isSuspended, lockAccount } from './account.ts';
import { bar, forgetBarred } from './barred.ts';
import { forgetLeft, leaveBehind } from './left-under-report.ts';
import { requireFreshSession } from './own-session.ts';
import { ACCESS_TOKEN_SECONDS } from './signing-keys.ts';

export const ERASURE_DAYS = 14;

@ObjectType({ description: 'That an account is to be erased. Only its owner sees it.' })
export class ErasureRequest {
  @Field(() => DateTime, { description: 'When it was asked for.' })
  requestedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it is carried out, within a quarter of an hour; until then it can be undone.',
  })
  dueAt!: Date;

  @Field(() => Boolean, {
    description:
      'Whether it waits, because by now the account is the only owner of an organisation: it goes on when there is another one.',
  })
  waitsForOwner!: boolean;
}

interface RequestRow {
  requested_at: string;
  due_at: string;
  waits: boolean;
}

/** Organisations that would be left without an owner; others who are leaving are none. `r` is of erasure_request. */
const SOLE_OWNER = `exists (select 1 from identity.membership m where m.account_id = r.account_id and m.role = 'OWNER'
  and not exists (select 1 from identity.membership o
    where o.kind = m.kind and o.organisation_id = m.organisation_id and o.role = 'OWNER' and o.account_id <> m.account_id
      and not exists (select 1 from identity.erasure_request also where also.account_id = o.account_id)))`;

/**
 * Asks for the account to be erased; again changes nothing. @returns when that happens, and whether it was not asked for yet.
 * @throws Refusal FRESH_SIGN_IN_NEEDED, LAST_OWNER, UNAUTHENTICATED.
 */
export async function requestErasure(
  work: UnitOfWork,
  accountId: string,
  sessionId: string | undefined,
): Promise<{ readonly dueAt: Date; readonly isNew: boolean }> {
  const { em, now } = work;
  // Two owners of one organisation who leave at once: the second sees that the first does.
  await em.execute("select pg_advisory_xact_lock(hashtextextended('erasure requests', 0))");
  // Not refused to who is suspended: leaving is everybody's right.
  const account = await lockAccount(em, accountId);
  if (!account) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
  await requireFreshSession(work, accountId, sessionId);
  const dueAt = new Date(now.getTime() + ERASURE_DAYS * 86_400_000);
  const added = await em.execute<unknown[]>(
    `insert into identity.erasure_request (account_id, requested_at, due_at) values (?, ?, ?) on conflict do nothing
     returning 1`,
    [account.id, now, dueAt],
  );
  const request = await erasureOf(em, account.id);
  if (!request) throw new Error('A request that was written is there');
  if (request.waitsForOwner) {
    throw new Refusal(
      'LAST_OWNER',
      'You are the only owner of an organisation: make somebody else an owner, or have it archived, before you leave.',
    );
  }
  const isNew = added.length > 0;
  // Whoever has taken somebody's phone or session does not do this unseen.
  if (isNew) {
    work.record('account.erasureRequested', {
      accountId: account.id,
      requestedAt: now.toISOString(),
      dueAt: dueAt.toISOString(),
    });
  }
  return { dueAt: request.dueAt, isNew };
}

/** What the account's phone is told, so that nobody does this unseen. */
export function erasureText(dueAt: Date): string {
  const day = new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(dueAt);
  return `Your Hey Blue! account is to be erased on ${day}. Was it not you who asked? Sign in before then, and it stays.`;
}

/** Undoes it. @returns whether there was something to undo. */
export async function cancelErasure(work: UnitOfWork, accountId: string): Promise<boolean> {
  const { em, now } = work;
  // The account first, as whoever carries it out: of the two one comes first.
  if (!(await lockAccount(em, accountId))) return false;
  const rows = await em.execute<unknown[]>('delete from identity.erasure_request where account_id = ? returning 1', [
    accountId,
  ]);
  if (rows.length === 0) return false;
  work.record('account.erasureUndone', { accountId, undoneAt: now.toISOString() });
  return true;
}

/** What the account has asked for; null where nothing. */
export async function erasureOf(em: EntityManager, accountId: string): Promise<ErasureRequest | null> {
  const [row] = await em.execute<RequestRow[]>(
    `select requested_at, due_at, ${SOLE_OWNER} as waits from identity.erasure_request r where account_id = ?`,
    [accountId],
  );
  if (!row) return null;
  return Object.assign(new ErasureRequest(), {
    requestedAt: new Date(row.requested_at),
    dueAt: new Date(row.due_at),
    waitsForOwner: row.waits,
  });
}

const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 100;
/** A second more than a token lives, since tokens end at whole seconds. */
const TOKENS_GONE_MILLISECONDS = (ACCESS_TOKEN_SECONDS + 1) * 1000;

/** Looks now and from now on. */
export function openErasures(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for accounts that are to be erased',
    async task(isClosed) {
      await machine.work(forgetBarred);
      await machine.work(({ em, now }) => forgetLeft(em, now));
      for (const accountId of await closable(machine)) {
        if (!isClosed()) await machine.work((work) => closeAccount(work, accountId));
      }
      for (const accountId of await erasable(machine)) {
        if (!isClosed()) await machine.work((work) => erase(work, accountId));
      }
      return nextDue(machine);
    },
  });
}

async function accountsWhere(machine: Machine, condition: string, instant: Date): Promise<string[]> {
  const rows = await machine.em().execute<{ account_id: string }[]>(
    `select account_id from identity.erasure_request r where ${condition} and not ${SOLE_OWNER}
     order by due_at, account_id limit ?`,
    [instant, BATCH],
  );
  return rows.map(({ account_id }) => account_id);
}

const closable = (machine: Machine) => accountsWhere(machine, 'closed_at is null and due_at <= ?', machine.clock.now());

const erasable = (machine: Machine) =>
  accountsWhere(machine, 'closed_at <= ?', new Date(machine.clock.now().getTime() - TOKENS_GONE_MILLISECONDS));

/** Ends all sessions. Whoever signs in nevertheless undoes it all. */
async function closeAccount({ em, now }: UnitOfWork, accountId: string): Promise<void> {
  if (!(await lockAccount(em, accountId))) return;
  const rows = await em.execute<unknown[]>(
    'update identity.erasure_request set closed_at = ? where account_id = ? and closed_at is null and due_at <= ? returning 1',
    [now, accountId, now],
  );
  if (rows.length === 0) return;
  await em.execute('update identity.session set revoked_at = ? where account_id = ? and revoked_at is null', [
    now,
    accountId,
  ]);
}

/**
 * Deletes the account with all that hangs on it, and tells that it is no more. What stays is its id in records that have to
 * stay (consents, a guardian's consent, who suspended whom), which leads to nobody from then on.
 */
async function erase(work: UnitOfWork, accountId: string): Promise<void> {
  const { em, now } = work;
  const account = await lockAccount(em, accountId);
  // Undone, or done by another process, since it was found.
  const [request] = await em.execute<unknown[]>(
    'select 1 from identity.erasure_request where account_id = ? and closed_at <= ?',
    [accountId, new Date(now.getTime() - TOKENS_GONE_MILLISECONDS)],
  );
  if (!account || !request) return;
  const erasedAt = now.toISOString();
  const hashes = [account.identityHash, ...(account.phoneHash ? [account.phoneHash] : [])];
  if (isSuspended(account, now)) await bar(work, hashes, account.suspendedUntil ?? null);
  await leaveBehind(work, account.id, hashes);
  await deleteTraces(work, account);
  await em.execute('delete from identity.account where id = ?', [account.id]);
  await bury(work, 'identity', { accountId: account.id, erasedAt });
  work.record('account.erased', { accountId: account.id, erasedAt });
}

/** What does not hang on the account's row. A department may register the e-mail of an officer again. */
async function deleteTraces({ em }: UnitOfWork, { id, emailHash, phoneHash }: Account): Promise<void> {
  await em.execute('delete from identity.membership where account_id = ?', [id]);
  await em.execute('delete from identity.turn where subject in (?, ?)', [id, phoneHash ?? id]);
  await em.execute(
    `delete from identity.officer_registration where email_hash = ?
       and not exists (select 1 from identity.account where email_hash = ? and id <> ?)`,
    [emailHash, emailHash, id],
  );
}

async function nextDue(machine: Machine): Promise<Date | undefined> {
  const [row] = await machine.em().execute<{ next: Date | string | null }[]>(
    `select min(coalesce(closed_at + make_interval(secs => ?), due_at)) as next from identity.erasure_request r
     where not ${SOLE_OWNER}`,
    [TOKENS_GONE_MILLISECONDS / 1000],
  );
  return row?.next ? new Date(row.next) : undefined;
}
