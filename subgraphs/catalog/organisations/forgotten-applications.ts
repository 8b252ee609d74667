/*
 * Applications that nobody pursues are taken back by themselves, and the contact in them is forgotten. Every process looks
 * once a day; the row says whether it has happened, so it happens once, whoever looks, and after a restart what came due
 * meanwhile comes first.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';

const DAY_MILLISECONDS = 86_400_000;
/** Long enough for the slowest administration of a domain, and for whoever decides. */
export const OPEN_DAYS = 90;
const BATCH = 500;

/** Looks now and from now on. What fails is logged and tried again the next day. */
export function openForgottenApplications(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: DAY_MILLISECONDS,
    failed: 'could not look for applications that nobody pursues',
    async task(isClosed) {
      while (!isClosed() && (await takeBack(machine)) === BATCH);
    },
  });
}

/** @returns how many applications were taken back, at most as many as one transaction takes. */
function takeBack({ work }: Machine): Promise<number> {
  return work(async ({ em, now }) => {
    const rows = await em.execute<unknown[]>(
      `update catalog.organisation_application set status = 'WITHDRAWN', decided_at = ?, contact_sealed = null
       where id in (
         select id from catalog.organisation_application where decided_at is null and applied_at <= ?
         order by id limit ? for update skip locked)
       returning 1`,
      [now, new Date(now.getTime() - OPEN_DAYS * DAY_MILLISECONDS), BATCH],
    );
    return rows.length;
  });
}
