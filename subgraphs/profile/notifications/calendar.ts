/* What comes by the mere passing of time: reminders of vouchers that end, and the end of notifications that are old. */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { forgetOld } from './notification.ts';
import { nextReminder, remindOfVouchers } from './voucher-watch.ts';

const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 500;

/** Looks now and from now on. */
export function openNotificationCalendar(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for vouchers that end soon and notifications that are old',
    async task(isClosed) {
      while (!isClosed() && (await remindOfVouchers(machine, BATCH)) === BATCH);
      while (!isClosed() && (await forgetOld(machine.em(), machine.clock.now(), BATCH)) === BATCH);
      return nextReminder(machine);
    },
  });
}
