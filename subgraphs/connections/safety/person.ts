/*
 * What this domain must know of an account to keep people apart: its side, its department, its age band, whether it is
 * suspended. Taken from identity's facts. What is about to be done is admitted in its own transaction, under a lock that
 * whoever restrains the person takes too: of the two one comes first, and nothing slips in between.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { closeWindows, endConnections } from './ending.ts';
import { announceRestraint } from './restraints.ts';

/** Takes in who has registered; the department of an officer is known from then on, and on duty. */
export async function takeInRegistration(fact: EventBody<'account.registered'>, work: UnitOfWork): Promise<void> {
  const { em, now } = work;
  const { accountId, departmentName, ageBand = null } = fact;
  await em.execute(
    `insert into connections.person as person (account_id, role, department_name, age_band, updated_at)
     values (?, ?, ?, coalesce(cast(? as text), 'adult'), ?)
     on conflict (account_id) do update set role = excluded.role, department_name = excluded.department_name,
       age_band = case when person.came_of_age_at is null
         then coalesce(cast(? as text), person.age_band) else 'adult' end, updated_at = excluded.updated_at`,
    [accountId, fact.roles[0] ?? 'citizen', departmentName, ageBand, now, ageBand],
  );
  if (departmentName !== null) {
    await em.execute(
      'insert into connections.department (name, on_duty, updated_at) values (?, true, ?) on conflict do nothing',
      [departmentName, now],
    );
  }
  // Of those who are kept from nothing the processes know nothing.
  if (departmentName !== null || ageBand === 'youth') announceRestraint(work);
}

/** Ends whatever a suspended person has under way; nothing new begins until the suspension has ended. */
export async function takeInSuspension(fact: EventBody<'account.suspended'>, work: UnitOfWork): Promise<void> {
  const { accountId, suspendedAt, until } = fact;
  await lockPeople(work.em, [accountId]);
  if (!(await setStanding(work, accountId, suspendedAt, { suspendedAt, until }))) return;
  const windowIds = await closeWindows(work, [accountId]);
  const connectionIds = await endConnections(work, { accountId });
  announceRestraint(work, { windowIds, connectionIds });
}

export async function takeInReinstatement(fact: EventBody<'account.reinstated'>, work: UnitOfWork): Promise<void> {
  const { accountId, reinstatedAt } = fact;
  await lockPeople(work.em, [accountId]);
  if (await setStanding(work, accountId, reinstatedAt, { suspendedAt: null, until: null })) announceRestraint(work);
}

/** @returns false where identity has said something later already: a fact that was set aside may be taken in again late. */
async function setStanding(
  { em, now }: UnitOfWork,
  accountId: string,
  saidAt: string,
  { suspendedAt, until }: { suspendedAt: string | null; until: string | null },
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `insert into connections.person as person
       (account_id, role, age_band, suspended_at, suspended_until, standing_at, updated_at)
     values (?, 'citizen', 'adult', ?, ?, ?, ?)
     on conflict (account_id) do update set suspended_at = excluded.suspended_at,
       suspended_until = excluded.suspended_until, standing_at = excluded.standing_at, updated_at = excluded.updated_at
     where person.standing_at is null or person.standing_at <= excluded.standing_at
     returning 1`,
    [accountId, suspendedAt, until, saidAt, now],
  );
  return rows.length > 0;
}

/** Admits an officer who goes on duty, until the end of the transaction. @throws Refusal ACCOUNT_SUSPENDED, OFF_DUTY. */
export async function admitOfficer({ em, now }: UnitOfWork, officerId: string): Promise<void> {
  await shareLocks(em, [officerId]);
  const [person] = await em.execute<{ suspended: boolean; department_name: string | null }[]>(
    `select ${SUSPENDED} as suspended, department_name from connections.person where account_id = ?`,
    [now, officerId],
  );
  if (person?.suspended) throw new Refusal('ACCOUNT_SUSPENDED');
  if (!person?.department_name) return;
  const [department] = await em.execute<{ on_duty: boolean }[]>(
    'select on_duty from connections.department where name = ? for share',
    [person.department_name],
  );
  if (department?.on_duty === false) throw new Refusal('OFF_DUTY');
}

/**
 * Admits a citizen who turns to an officer, until the end of the transaction. Why an officer is not to be met, the citizen
 * does not learn.
 * @throws Refusal ACCOUNT_SUSPENDED and AGE_RESTRICTED (the citizen), OFFICER_UNAVAILABLE.
 */
export async function admitPair({ em, now }: UnitOfWork, officerId: string, citizenId: string): Promise<void> {
  await shareLocks(em, [officerId, citizenId]);
  // One statement, and after the locks: it sees what was committed while we waited for them.
  const reasons = await em.execute<{ suspended_id: string | null; restricted: boolean }[]>(
    `select account_id as suspended_id, false as restricted
       from connections.person where ${SUSPENDED} and account_id in (?, ?)
     union all
     select null, true from connections.person where ${WITHOUT_CONSENT} and account_id = ?
     union all
     select null, false from connections.block where ended_at is null
       and ((blocker_id = ? and blocked_id = ?) or (blocker_id = ? and blocked_id = ?))
     union all
     select null, false from connections.restraint where officer_id = ? and citizen_id = ? and ends_at > ?`,
    [now, officerId, citizenId, citizenId, officerId, citizenId, citizenId, officerId, officerId, citizenId, now],
  );
  if (reasons.some(({ suspended_id }) => suspended_id === citizenId.toLowerCase())) {
    throw new Refusal('ACCOUNT_SUSPENDED');
  }
  if (reasons.some(({ restricted }) => restricted)) throw new Refusal('AGE_RESTRICTED', NO_CONSENT);
  if (reasons.length > 0) throw new Refusal('OFFICER_UNAVAILABLE');
}

/** What a youth is told whose guardian consents no more. */
export const NO_CONSENT = 'A guardian has to consent first.';

/** Whether the account may be shown in public, as a story shows two people: not a youth, not while suspended. */
export async function mayPublish(accountId: string, em: EntityManager, now: Date): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.person where account_id = ? and (age_band <> 'adult' or (${SUSPENDED}))`,
    [accountId, now],
  );
  return rows.length === 0;
}

/** The suspension of a person that holds now, `until` null for one without an end; undefined where there is none. */
export async function suspensionOf(
  em: EntityManager,
  accountId: string,
  now: Date,
): Promise<{ readonly until: Date | null } | undefined> {
  const [row] = await em.execute<{ suspended_until: string | null }[]>(
    `select suspended_until from connections.person where account_id = ? and ${SUSPENDED}`,
    [accountId, now],
  );
  return row && { until: row.suspended_until === null ? null : new Date(row.suspended_until) };
}

/** Of a row of connections.person: a youth whose guardian consents no more. */
export const WITHOUT_CONSENT = `age_band <> 'adult' and consent_withdrawn_at is not null`;

/** Whether one of these people is suspended. Asked after `shareLocks`, it holds until the transaction ends. */
export async function isAnySuspended(em: EntityManager, accountIds: readonly string[], now: Date): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.person where account_id in (?) and ${SUSPENDED}`,
    [[...accountIds], now],
  );
  return rows.length > 0;
}

/** Of a row of connections.person at the instant that takes the place of `?`. */
export const SUSPENDED = 'suspended_at is not null and coalesce(suspended_until > ?, true)';

/** Waits for whatever these people are being admitted to, and keeps anything new waiting until the transaction ends. */
export async function lockPeople(em: EntityManager, accountIds: readonly string[]): Promise<void> {
  for (const accountId of accountIds.toSorted()) {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [lockName(accountId)]);
  }
}

/** Several may share a lock; whoever restrains one of these people waits for all of them. */
export async function shareLocks(em: EntityManager, accountIds: readonly string[]): Promise<void> {
  const names = accountIds.map(lockName).sort();
  const locks = names.map(() => 'pg_advisory_xact_lock_shared(hashtextextended(?, 0))');
  await em.execute(`select ${locks.join(', ')}`, names);
}

const lockName = (accountId: string) => `connections person ${accountId.toLowerCase()}`;
