/*
 * `npm run bench -- NAME [--quick]`: runs bench/NAME.ts, shows its progress on stderr, prints a table for people and,
 * as the last line of stdout, one JSON object for programs. A benchmark is a file here that exports `bench`; files of
 * helpers stand in a folder of the benchmark's name.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';

/** What a file bench/NAME.ts exports as `bench`. */
export type Bench = (options: BenchOptions) => Promise<BenchResult>;

export interface BenchOptions {
  /** End within 40 seconds, with less precise figures. */
  readonly quick: boolean;
  readonly progress: Progress;
}

export interface Progress {
  /** Says how many steps there are; may be called again when more become known. */
  total(steps: number): void;
  /** Says what goes on now, in a few words. */
  now(task: string): void;
  /** One step is done. */
  step(): void;
}

export interface BenchResult {
  /** The table for people: one object per row, the columns named as in the first row. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** Sentences under the table: what was measured on what. */
  readonly notes?: readonly string[];
  /** For programs; units last in the names. */
  readonly figures: Readonly<Record<string, number>>;
}

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const [name] = positionals;

if (name === undefined || positionals.length > 1 || !names.includes(name)) {
  console.error(`Which benchmark? npm run bench -- NAME [--quick], where NAME is one of: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const { bench } = (await import(new URL(`${name}.ts`, folder).href)) as { bench: Bench };
  const { rows, notes = [], figures } = await withProgress((progress) => bench({ quick: values.quick, progress }));
  console.log(`\n${table(rows)}\n`);
  for (const note of notes) console.log(note);
  if (notes.length > 0) console.log();
  console.log(JSON.stringify({ bench: name, figures }));
}

async function withProgress<T>(run: (progress: Progress) => Promise<T>): Promise<T> {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage} % | {duration_formatted} | {task}',
      stream: process.stderr,
      // Without a terminal a line now and then tells that the run is alive.
      noTTYOutput: true,
      notTTYSchedule: 5_000,
      hideCursor: true,
      barsize: 24,
      // Leaves the terminal's own handling of ctrl-C alone.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(1, 0, { task: 'starting' });
  try {
    const result = await run({
      total: (steps) => bar.setTotal(steps),
      now: (task) => bar.update({ task }),
      step: () => bar.increment(),
    });
    bar.update(bar.getTotal(), { task: 'done' });
    return result;
  } finally {
    bar.stop();
  }
}

/** Numbers to the right, texts to the left. */
function table(rows: BenchResult['rows']): string {
  const columns = Object.keys(rows[0] ?? {});
  const texts = rows.map((row) => columns.map((column) => text(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (isNumber[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...texts.map(line)].join('\n');
}

/** Three significant digits are what a benchmark knows. */
function text(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return Math.abs(value) >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toPrecision(3);
}
