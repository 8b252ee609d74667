/*
 * Vouchers that nobody has used yet, as far as their owners are to be reminded: three days before they end, one day where
 * they are good for less than a week, and not at all where they end within two days of being taken.
 */
import type { EventBody } from '../../../schema/events.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { tellPeople } from './tell.ts';
import { NotificationKind } from './topic.ts';

const DAY = 86_400_000;

/** When to say that a voucher ends soon; null where that would be no news. */
export function reminderOf(issuedAt: Date, expiresAt: Date): Date | null {
  const days = (expiresAt.getTime() - issuedAt.getTime()) / DAY;
  if (days < 2) return null;
  return new Date(expiresAt.getTime() - (days < 7 ? 1 : 3) * DAY);
}

export async function watchVoucher({ em }: UnitOfWork, fact: EventBody<'voucher.issued'>): Promise<void> {
  if (await isErased(em, 'profile', fact.accountId)) return;
  const expiresAt = fact.expiresAt ? new Date(fact.expiresAt) : null;
  await em.execute(
    `insert into profile.voucher_watch (voucher_id, account_id, expires_at, remind_at) values (?, ?, ?, ?)
     on conflict (voucher_id) do nothing`,
    [fact.voucherId, fact.accountId, expiresAt, expiresAt && reminderOf(new Date(fact.issuedAt), expiresAt)],
  );
}

/** Whose voucher it is; undefined where it ended before, or was told of before anybody watched. */
export async function watchedBy({ em }: UnitOfWork, voucherId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ account_id: string }[]>(
    'select account_id from profile.voucher_watch where voucher_id = ?',
    [voucherId],
  );
  return row?.account_id;
}

export async function endVoucherWatch({ em }: UnitOfWork, voucherId: string): Promise<void> {
  await em.execute('delete from profile.voucher_watch where voucher_id = ?', [voucherId]);
}

/** Reminds those whose vouchers end soon, each once. @returns how many, at most a batch. */
export function remindOfVouchers({ work }: Pick<Machine, 'work'>, batch: number): Promise<number> {
  return work(async (unit) => {
    const { em, now } = unit;
    const due = await em.execute<{ voucher_id: string; account_id: string; expires_at: string }[]>(
      `update profile.voucher_watch set remind_at = null where voucher_id in
         (select voucher_id from profile.voucher_watch where remind_at <= ? order by remind_at limit ? for update skip locked)
       returning voucher_id, account_id, expires_at`,
      [now, batch],
    );
    for (const { voucher_id: voucherId, account_id, expires_at } of due) {
      const until = new Date(expires_at);
      // Everything stood still for days.
      if (until <= now) continue;
      await tellPeople(unit, {
        to: { accountIds: [account_id] },
        kind: NotificationKind.VOUCHER_EXPIRING,
        sourceId: voucherId,
        happenedAt: now.toISOString(),
        subject: { voucherId, until: until.toISOString() },
      });
    }
    return due.length;
  });
}

/** When somebody is to be reminded next. */
export async function nextReminder({ em }: Pick<Machine, 'em'>): Promise<Date | undefined> {
  const [row] = await em().execute<{ next: string | null }[]>(
    'select min(remind_at) as next from profile.voucher_watch where remind_at is not null',
  );
  return row?.next ? new Date(row.next) : undefined;
}
