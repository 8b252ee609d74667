/*
 * Twenty new supergraphs under load, and some bad ones among them: what clients of ours suffer. Lost is a query that was
 * not answered, and a subscriber that ended, heard an older state after a newer one, or never heard the newest.
 */
import { type Part, startPart } from './gateway/process.ts';
import type { LoadOrder, Suffered } from './reload/load.ts';
import type { ReloadOrder } from './reload/ours.ts';
import type { Bench } from './run.ts';

const RELOADS = 20;
/** Each so many is followed by a bad one. */
const BAD = 5;
const ASKERS = 16;
const PATIENCE_MILLISECONDS = 10_000;

export const bench: Bench = async ({ quick, progress }) => {
  const subscribers = quick ? 200 : 1_000;
  const pauseMilliseconds = quick ? 300 : 1_000;
  progress.total(RELOADS + 2);
  const parts: Part[] = [];
  const start = async (file: string) => {
    const part = await startPart(`../reload/${file}`, null);
    parts.push(part);
    return part;
  };
  try {
    progress.now('starting');
    const [gateway, load] = [await start('ours.ts'), await start('load.ts')];
    const order = <Answer>(part: Part, what: ReloadOrder | LoadOrder) => part.ask<Answer>(what);
    await order(load, { kind: 'begin', url: gateway.url, askers: ASKERS, subscribers });
    progress.step();
    const took: number[] = [];
    for (let turn = 1; turn <= RELOADS; turn++) {
      progress.now(`reload ${turn}`);
      const began = performance.now();
      await order(gateway, { kind: 'reload', turn, isBad: false });
      took.push(performance.now() - began);
      if (turn % BAD === 0) await order(gateway, { kind: 'reload', turn, isBad: true });
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      progress.step();
    }
    const newest = await order<number>(gateway, { kind: 'stop' });
    const suffered = await order<Suffered>(load, { kind: 'end', newest, milliseconds: PATIENCE_MILLISECONDS });
    progress.step();
    took.sort((one, other) => one - other);
    return {
      rows: [
        {
          reloads: RELOADS,
          'refused as bad': RELOADS / BAD,
          queries: suffered.asked,
          unanswered: suffered.unanswered,
          subscribers,
          events: suffered.heard,
          misled: suffered.misled,
          'longest silence ms': suffered.longestSilenceMilliseconds,
          'reload ms': took[RELOADS / 2] ?? 0,
        },
      ],
      notes: [
        `${ASKERS} clients ask without a pause, ${subscribers} listen to a number that grows every 5 ms; each new graph has another field.`,
        'Subscribers are told to begin anew within 100 ms by chance, and are told the present number first.',
      ],
      figures: {
        lost: suffered.unanswered + suffered.misled,
        reloads: RELOADS,
        queries: suffered.asked,
        events: suffered.heard,
        longestSilenceMilliseconds: Math.round(suffered.longestSilenceMilliseconds),
      },
    };
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
};
