/*
 * Forgetting a person here: profile, residence, history and what they were told or wanted to be told. The history is
 * append-only; the database lets rows go that are of somebody who is no more, and no others. What the person shared with
 * somebody else stands in that one's history too, without any name, and stays there.
 */
import type { EventBody } from '../../schema/events.ts';
import { bury } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { notificationTables } from './notifications/migrations.ts';

/** Whose rows they are is in `account_id`. */
const PERSONAL = ['history', 'residence', 'youth', ...notificationTables];

export async function eraseProfile(fact: EventBody<'account.erased'>, work: UnitOfWork): Promise<void> {
  if (!(await bury(work, 'profile', fact))) return;
  await work.em.execute('delete from profile.profile where id = ?', [fact.accountId]);
  for (const table of PERSONAL) {
    await work.em.execute(`delete from profile.${table} where account_id = ?`, [fact.accountId]);
  }
}
