/*
 * Youths become adults by themselves, on the day that was noted with their registration. Every process looks when a day
 * has come that somebody waits for, and every hour for whom others have registered; the row says whether it has happened,
 * so it happens and is told once, whoever looks, and after a restart what came due meanwhile comes first.
 */
import { type Lookout, openLookout } from '../kernel/lookout.ts';
import type { Machine } from '../kernel/subgraph.ts';

const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 100;

/** Looks now and from now on. What fails is logged and tried again within the hour. */
export function openComingOfAge(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for youths who have come of age',
    async task(isClosed) {
      while (!isClosed() && (await takeAdults(machine)) === BATCH);
      return nextDay(machine);
    },
  });
}

/** @returns how many became adults, at most as many as one transaction takes. */
function takeAdults(machine: Machine): Promise<number> {
  return machine.work(async (work) => {
    const { em, now } = work;
    const rows = await em.execute<{ id: string }[]>(
      `update identity.account set age_band = 'adult', comes_of_age_on = null, updated_at = ? where id in (
         select id from identity.account where age_band = 'youth' and comes_of_age_on <= ?
         order by comes_of_age_on, id limit ? for update)
       returning id`,
      [now, now.toISOString().slice(0, 10), BATCH],
    );
    for (const { id } of rows) work.record('account.cameOfAge', { accountId: id, cameOfAgeAt: now.toISOString() });
    return rows.length;
  });
}

async function nextDay(machine: Machine): Promise<Date | undefined> {
  const [row] = await machine
    .em()
    .execute<{ day: string | null }[]>(
      "select min(comes_of_age_on)::text as day from identity.account where age_band = 'youth'",
    );
  return row?.day ? new Date(`${row.day}T00:00:00Z`) : undefined;
}
