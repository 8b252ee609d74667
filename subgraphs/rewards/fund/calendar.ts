/*
 * Months end, votes open and close and money is paid by themselves. Every process looks when something is due, and every
 * hour; the rows say what has been done, so each thing is done once, whoever looks, and after a stop what came due
 * meanwhile comes first. One thing is one transaction: what fails keeps nothing else from being done.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { countRound, dueRounds, nextRoundEnd, payOut } from './count.ts';
import { closeMonth, dueMonths, nextMonthEnd } from './month-end.ts';
import { openOrGiveUp, waitingMonths } from './voting.ts';

const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 200;

/** Looks now and from now on. */
export function openFundCalendar(machine: Machine): Lookout {
  return openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look after the community funds',
    async task(isClosed) {
      await doWhatIsDue(machine, isClosed);
      return nextInstant(machine);
    },
  });
}

async function nextInstant({ em }: Machine): Promise<Date | undefined> {
  const instants = [await nextMonthEnd(em()), await nextRoundEnd(em())].filter((instant) => instant !== undefined);
  return instants.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** In the order in which one leads to the next. */
async function doWhatIsDue(machine: Machine, isClosed: () => boolean): Promise<void> {
  const { clock, em } = machine;
  const each = async (
    what: string,
    ids: readonly string[],
    task: (work: UnitOfWork, id: string) => Promise<unknown>,
  ) => {
    let done = 0;
    for (const id of ids) {
      if (isClosed()) return 0;
      try {
        if (await machine.work((work) => task(work, id))) done++;
      } catch (err) {
        machine.log.error({ err, what, id }, 'something of a community fund could not be done');
      }
    }
    return done;
  };
  let done: number;
  do {
    const now = clock.now();
    done = await each('close', await dueMonths(em(), now, BATCH), closeMonth);
    const rounds = await dueRounds(em(), now, BATCH);
    done += await each('count', rounds.toCount, countRound);
    done += await each('pay', rounds.toPay, payOut);
    done += await each('open', await waitingMonths(em(), now, BATCH), openOrGiveUp);
  } while (done > 0 && !isClosed());
}
