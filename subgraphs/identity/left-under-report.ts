/*
 * Nobody escapes what was reported of them by leaving. While a report of an account is undecided, erasing the account
 * leaves behind keyed hashes of the provider's subject and of the phone, of nobody else, until it is decided and for no
 * longer than a year. Meanwhile its person may come back: nothing is held against anybody before somebody has decided.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../schema/events.ts';
import { migration } from '../kernel/database.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { lockAccount } from './account.ts';
import { BARRED_DAYS, bar, holdHashes } from './barred.ts';

export const leftUnderReportMigrations = [
  migration(
    '0014-left-under-report',
    // Of whom something is undecided: not what, nor by whom.
    'create table identity.open_report (report_id uuid primary key, account_id uuid not null)',
    'create index open_report_of_account on identity.open_report (account_id)',
    `create table identity.left_under_report (
       account_id uuid not null,
       hash text not null,
       until timestamptz not null,
       primary key (account_id, hash)
     )`,
    'create index left_under_report_until on identity.left_under_report (until)',
  ),
];

export async function takeInReport(
  { reportId, accountId }: EventBody<'report.opened'>,
  { em }: UnitOfWork,
): Promise<void> {
  // The account first, as whoever erases it. Of who has left already there is nothing any more to hold on to.
  if (!(await lockAccount(em, accountId))) return;
  await em.execute('insert into identity.open_report (report_id, account_id) values (?, ?) on conflict do nothing', [
    reportId,
    accountId,
  ]);
}

/** Where nothing else about the account is undecided, what it left behind goes. */
export async function takeInDecision(
  { reportId, accountId }: EventBody<'report.decided'>,
  { em }: UnitOfWork,
): Promise<void> {
  await lockAccount(em, accountId);
  await em.execute('delete from identity.open_report where report_id = ?', [reportId]);
  await em.execute(
    `delete from identity.left_under_report where account_id = ?
       and not exists (select 1 from identity.open_report where account_id = ?)`,
    [accountId, accountId],
  );
}

/** To be called for a locked account that is being erased. */
export async function leaveBehind(
  { em, now }: UnitOfWork,
  accountId: string,
  hashes: readonly string[],
): Promise<void> {
  const until = new Date(now.getTime() + BARRED_DAYS * 86_400_000);
  for (const hash of hashes) {
    await em.execute(
      `insert into identity.left_under_report (account_id, hash, until)
       select ?, ?, ? where exists (select 1 from identity.open_report where account_id = ?)`,
      [accountId, hash, until, accountId],
    );
  }
}

/**
 * Whoever left while a report was undecided that is now decided against them does not come back before `until`.
 * @returns the accounts of those who have come back already: by the same provider's subject, or with the same phone.
 */
export async function barWhoLeft(work: UnitOfWork, accountId: string, until: Date | null): Promise<string[]> {
  const { em, now } = work;
  const left = await em.execute<{ hash: string }[]>(
    'select hash from identity.left_under_report where account_id = ? and until > ? order by hash',
    [accountId, now],
  );
  if (left.length === 0) return [];
  const hashes = left.map(({ hash }) => hash);
  // Who is signing in at this moment is found below, or finds the bar.
  await holdHashes(em, hashes);
  await bar(work, hashes, until);
  const back = await em.execute<{ id: string }[]>(
    'select id from identity.account where identity_hash in (?) or phone_hash in (?) order by id',
    [hashes, hashes],
  );
  return back.map(({ id }) => id);
}

/** What has been kept for as long as it may be, and reports of accounts that left nothing behind. */
export async function forgetLeft(em: EntityManager, now: Date): Promise<void> {
  await em.execute('delete from identity.left_under_report where until <= ?', [now]);
  await em.execute(
    `delete from identity.open_report r
     where not exists (select 1 from identity.account a where a.id = r.account_id)
       and not exists (select 1 from identity.left_under_report l where l.account_id = r.account_id)`,
  );
}
