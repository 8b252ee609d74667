/*
 * What happens to vouchers by the mere passing of time: unused ones expire, points go back when they are due, and those
 * of a retailer that stays suspended become void. Every process looks when something comes due and every minute; rows are
 * taken with their lock, so several look at once and each thing happens once. Nobody waits for this to be told the truth:
 * whether a voucher is in time is decided by the instant of its use.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';
import { payBackWhenDue, refundDueAt, voidVoucher } from './refund.ts';
import { byId, findVoucher, moveVoucher, system, type VoucherRow } from './voucher-state.ts';

const LOOK_MILLISECONDS = 60_000;
const BATCH = 100;
/** A retailer that is reinstated within these keeps its vouchers; afterwards their points go back. */
export const SUSPENSION_DAYS = 7;

/** Looks now and from now on. What fails is logged and tried again within the minute. */
export function openVoucherSweep(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for vouchers whose time has come',
    async task(isClosed) {
      for (const step of steps) while (!isClosed() && (await step(machine)) === BATCH);
    },
  });
}

/** Each does at most one batch. @returns how many vouchers it found. */
const steps: readonly ((machine: Machine) => Promise<number>)[] = [voidSuspended, expire, payBack];

const SUSPENDED = `v.state in ('issued', 'held') and exists (select 1 from rewards.retailer_standing s
  where s.retailer_id = v.retailer_id and s.suspended and (s.said_at <= ? or v.expires_at <= ?))`;

/** Also one that would expire meanwhile: that nobody could use it is not its owner's fault. */
async function voidSuspended(machine: Machine): Promise<number> {
  const now = machine.clock.now();
  const values = [new Date(now.getTime() - SUSPENSION_DAYS * 86_400_000), now];
  const due = await dueNow(machine, `${SUSPENDED} order by v.expires_at, v.id`, values);
  return eachApart(machine, due, async (work, id) => {
    const [row] = await lockDue(work, `v.id = ? and ${SUSPENDED}`, [id, ...values]);
    if (row) await voidVoucher(work, id, { actor: system, reason: 'The retailer is suspended.', refund: true });
  });
}

async function expire(machine: Machine): Promise<number> {
  return machine.work(async (work) => {
    const { now } = work;
    const rows = await lockDue(
      work,
      // Those of a suspended retailer become void instead, also where they run out between the two looks.
      `(v.state = 'issued' or (v.state = 'held' and v.held_until <= ?)) and v.expires_at <= ? and not exists
         (select 1 from rewards.retailer_standing s where s.retailer_id = v.retailer_id and s.suspended)`,
      [now, now],
    );
    for (const row of rows) {
      const dueAt = row.refunds_expired ? refundDueAt(row.offline_allowed, new Date(row.expires_at)) : null;
      await moveVoucher(work, {
        voucher: byId(row.id),
        from: ['issued', 'held'],
        to: 'expired',
        set: { refund_due_at: dueAt },
        actor: system,
      });
      work.record('voucher.expired', {
        voucherId: row.id,
        offerId: row.offer_id,
        retailerId: row.retailer_id,
        points: row.points,
        zipCode: row.zip_code,
        expiredAt: new Date(row.expires_at).toISOString(),
      });
      await tellPartners(work, { kind: 'retailer', id: row.retailer_id }, 'voucher.expired', {
        voucherId: row.id,
        offerId: row.offer_id,
        retailerId: row.retailer_id,
        points: row.points,
        expiredAt: new Date(row.expires_at).toISOString(),
      });
    }
    return rows.length;
  });
}

async function payBack(machine: Machine): Promise<number> {
  const due = await dueNow(machine, 'v.refund_due_at <= ? order by v.refund_due_at', [machine.clock.now()]);
  return eachApart(machine, due, async (work, id) => {
    const row = await findVoucher(work.em, byId(id));
    if (row) await payBackWhenDue(work, row);
  });
}

async function dueNow(machine: Machine, condition: string, values: readonly unknown[]): Promise<string[]> {
  const sql = `select v.id from rewards.voucher v where ${condition} limit ?`;
  const rows = await machine.em().execute<{ id: string }[]>(sql, [...values, BATCH]);
  return rows.map(({ id }) => id);
}

/**
 * Each in a transaction of its own: postings lock the person and then the offer, as purchases do, and whoever held those of
 * several would be waited for in a ring. @returns how many were done; what fails of one keeps nobody else waiting.
 */
async function eachApart(
  machine: Machine,
  ids: readonly string[],
  task: (work: UnitOfWork, id: string) => Promise<void>,
): Promise<number> {
  let done = 0;
  for (const id of ids) {
    try {
      await machine.work((work) => task(work, id));
      done++;
    } catch (err) {
      machine.log.error({ err, voucherId: id }, 'could not do what was due for a voucher');
    }
  }
  return done;
}

function lockDue({ em }: UnitOfWork, condition: string, values: readonly unknown[]): Promise<VoucherRow[]> {
  return em.execute<VoucherRow[]>(
    `select v.* from rewards.voucher v where ${condition} order by v.expires_at, v.id limit ? for update skip locked`,
    [...values, BATCH],
  );
}
