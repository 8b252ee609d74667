/*
 * What happens to claims by the mere passing of time: they lapse. Every process looks each minute; rows are taken with their
 * lock, so several look at once and each is told of once. Nobody waits for this to be told the truth.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { lapse } from './apply.ts';
import type { ClaimRow } from './claim.ts';
import { levelBudget } from './scheme.ts';

const LOOK_MILLISECONDS = 60_000;
const BATCH = 100;

/** Marks claims that have lapsed, tells their owners, and gives budgets of closed schemes back; now and every minute. */
export function openClaimSweep(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for claims whose time is over',
    async task(isClosed) {
      while (!isClosed() && (await lapseDue(machine)) === BATCH);
    },
  });
}

/** Each in a transaction of its own; one that another process has is left to it. @returns how many it marked. */
async function lapseDue(machine: Machine): Promise<number> {
  const due = await machine
    .em()
    .execute<{ id: string }[]>(
      "select id from rewards.scheme_claim where state = 'pending' and expires_at <= ? order by expires_at limit ?",
      [machine.clock.now(), BATCH],
    );
  let done = 0;
  for (const { id } of due) {
    await machine.work(async (work) => {
      const [row] = await work.em.execute<ClaimRow[]>(
        'select * from rewards.scheme_claim where id = ? for update skip locked',
        [id],
      );
      if (!row || !(await lapse(work, row))) return;
      await levelBudget(work, row.scheme_id);
      done++;
    });
  }
  return done;
}
