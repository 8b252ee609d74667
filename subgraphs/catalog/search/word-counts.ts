/*
 * Counts now and then in how many offers words are and how offers stand, which searching is steered by. Any process does it,
 * one at a time; what is found does not depend on it, how fast frequent words are found does.
 */
import type { Alarm } from '../../kernel/clock.ts';
import type { Machine } from '../../kernel/subgraph.ts';

const FIRST_MILLISECONDS = 60_000;
const EVERY_MILLISECONDS = 600_000;

export interface WordCounts {
  /** Resolves when what has been begun is done. */
  close(): Promise<void>;
}

/** Counts in a minute and from then on. What fails is logged and tried again the next time. */
export function openWordCounts({ clock, log, em }: Pick<Machine, 'clock' | 'log' | 'em'>): WordCounts {
  let alarm: Alarm | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let closed = false;
  const wait = (milliseconds: number) => {
    if (!closed) alarm = clock.at(new Date(clock.now().getTime() + milliseconds), count);
  };
  const count = () => {
    underWay = em()
      .execute(`select catalog.count_search_words() from (select pg_try_advisory_xact_lock(hashtextextended('catalog.word_counts', 0)) as is_mine) l
        where is_mine`)
      .catch((err: unknown) => log.error({ err }, 'could not count words'))
      .then(() => wait(EVERY_MILLISECONDS));
  };
  wait(FIRST_MILLISECONDS);
  return {
    async close() {
      closed = true;
      alarm?.cancel();
      await underWay;
    },
  };
}
