/*
 * A file of 200,000 products from upload to listed (read, checked, compared, approved, applied in chunks with what was
 * there before) against COPY of the same rows, made ready, into the same table with its indexes and triggers.
 */
import { startPart } from './gateway/process.ts';
import type { ImportOrder, ImportOutcome } from './import/ours.ts';
import type { Bench } from './run.ts';

const ROWS = 200_000;
const QUICK_MILLISECONDS = 9_000;

export const bench: Bench = async ({ quick, progress }) => {
  const rounds = quick ? 2 : 6;
  progress.total(1 + 2 * (rounds + 1) + 1);
  progress.now('starting');
  const part = await startPart('../import/ours.ts', null);
  const ask = async (what: ImportOrder['what'], round: string, rows = ROWS) => {
    progress.now(`${round}: ${what}`);
    const outcome = await part.ask<ImportOutcome>({ what, rows, round } satisfies ImportOrder);
    progress.step();
    return outcome;
  };
  try {
    progress.step();
    await ask('copy', 'warm-copy', 10_000);
    await ask('ours', 'warm-ours', 10_000);
    const pairs: { copy: ImportOutcome; ours: ImportOutcome }[] = [];
    const began = performance.now();
    for (let round = 1; round <= rounds; round++) {
      // On a machine that is busy with other things one round is what 40 seconds hold.
      if (quick && round > 1 && performance.now() - began > QUICK_MILLISECONDS) break;
      pairs.push({ copy: await ask('copy', `copy${round}`), ours: await ask('ours', `ours${round}`) });
    }
    // The file of the last round once more: nothing of it is new.
    const again = await ask('again', `ours${pairs.length}`);
    const row = (name: string, outcomes: readonly ImportOutcome[]) => ({
      way: name,
      'rows/s': ROWS / median(outcomes.map(({ seconds }) => seconds)),
      seconds: median(outcomes.map(({ seconds }) => seconds)),
      'of that until compared': median(outcomes.map(({ comparedSeconds }) => comparedSeconds)),
      'resident growth MB': Math.max(...outcomes.map(({ residentGrowthMegabytes }) => residentGrowthMegabytes)),
      'rows written': outcomes[0]?.rowsChanged ?? 0,
    });
    const ours = pairs.map((pair) => pair.ours);
    return {
      rows: [
        row(
          'COPY',
          pairs.map((pair) => pair.copy),
        ),
        row('import', ours),
        row('the same file again', [again]),
      ],
      notes: [
        `${ROWS.toLocaleString('en')} products, medians of ${pairs.length} rounds taken in turn, into one table that grows. COPY gets rows with ids and`,
        'keys made ready; it keeps its indexes and history as the import does, and knows neither reasons nor undoing.',
      ],
      figures: {
        shareOfCopy: round2(median(pairs.map(({ copy, ours: mine }) => copy.seconds / mine.seconds))),
        rowsPerSecond: Math.round(ROWS / median(ours.map(({ seconds }) => seconds))),
        comparedRowsPerSecond: Math.round(ROWS / median(ours.map(({ comparedSeconds }) => comparedSeconds))),
        residentGrowthMegabytes: Math.round(
          Math.max(...ours.map(({ residentGrowthMegabytes }) => residentGrowthMegabytes)),
        ),
        rowsWrittenAgain: again.rowsChanged,
      },
    };
  } finally {
    await part.stop();
  }
};

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
