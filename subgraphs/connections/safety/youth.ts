/*
 * What identity tells of youths: that a guardian consents no more, consents anew, or that the youth is an adult now.
 * Without consent nothing goes on and nothing begins, at once and not with the next session; who comes of age is like
 * everybody else from that moment.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { leaveGatheringsOf } from '../gatherings/parting.ts';
import { takeDownStoriesAbout } from '../stories/publication.ts';
import { endConnections } from './ending.ts';
import { lockPeople } from './person.ts';
import { announceRestraint } from './restraints.ts';

/** Ends whatever the youth has under way: requests and meetings to come, seats, and what is told of them. */
export async function takeInWithdrawal(fact: EventBody<'guardianConsent.withdrawn'>, work: UnitOfWork): Promise<void> {
  const { accountId, withdrawnAt } = fact;
  await lockPeople(work.em, [accountId]);
  if (!(await setConsent(work.em, accountId, withdrawnAt, withdrawnAt, work.now))) return;
  const connectionIds = await endConnections(work, { accountId });
  await leaveGatheringsOf(work, accountId);
  await takeDownStoriesAbout(work, accountId);
  announceRestraint(work, { connectionIds });
}

export async function takeInConsent(fact: EventBody<'guardianConsent.recorded'>, work: UnitOfWork): Promise<void> {
  const { accountId, recordedAt } = fact;
  await lockPeople(work.em, [accountId]);
  if (await setConsent(work.em, accountId, null, recordedAt, work.now)) announceRestraint(work);
}

/** Again changes nothing. */
export async function takeInComingOfAge(fact: EventBody<'account.cameOfAge'>, work: UnitOfWork): Promise<void> {
  const { accountId, cameOfAgeAt } = fact;
  await work.em.execute(
    `insert into connections.person as person (account_id, role, age_band, came_of_age_at, updated_at)
     values (?, 'citizen', 'adult', ?, ?)
     on conflict (account_id) do update set age_band = 'adult', came_of_age_at = excluded.came_of_age_at,
       updated_at = excluded.updated_at
     where person.came_of_age_at is null`,
    [accountId, cameOfAgeAt, work.now],
  );
  announceRestraint(work);
}

/** @returns false where identity has said something later already: a fact that was set aside may be taken in again late. */
async function setConsent(
  em: EntityManager,
  accountId: string,
  withdrawnAt: string | null,
  saidAt: string,
  now: Date,
): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `insert into connections.person as person
       (account_id, role, age_band, consent_withdrawn_at, consent_said_at, updated_at)
     values (?, 'citizen', 'youth', ?, ?, ?)
     on conflict (account_id) do update set consent_withdrawn_at = excluded.consent_withdrawn_at,
       consent_said_at = excluded.consent_said_at, updated_at = excluded.updated_at
     where person.came_of_age_at is null
       and (person.consent_said_at is null or person.consent_said_at <= excluded.consent_said_at)
     returning 1`,
    [accountId, withdrawnAt, saidAt, now],
  );
  return rows.length > 0;
}
