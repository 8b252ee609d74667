/*
 * Counts now and then in how many offers words are and how offers stand, which searching is steered by. Any process does it,
 * one at a time; what is found does not depend on it, how fast frequent words are found does.
 */
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine } from '../../kernel/subgraph.ts';

const FIRST_MILLISECONDS = 60_000;
const EVERY_MILLISECONDS = 600_000;

/** Counts in a minute and from then on. What fails is logged and tried again the next time. */
export function openWordCounts(machine: Pick<Machine, 'clock' | 'log' | 'em'>): Lookout {
  return openLookout(machine, {
    everyMilliseconds: EVERY_MILLISECONDS,
    firstMilliseconds: FIRST_MILLISECONDS,
    failed: 'could not count words',
    async task() {
      await machine
        .em()
        .execute(`select catalog.count_search_words() from (select pg_try_advisory_xact_lock(hashtextextended('catalog.word_counts', 0)) as is_mine) l
        where is_mine`);
    },
  });
}
