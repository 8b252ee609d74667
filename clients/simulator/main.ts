/*
 * `npm run simulate -- [options]`: replays real motion against a running system as officers and citizens through its public
 * API, and says at the end what happened. Ends with 1 when somebody in range was missed or the system had a fault, with
 * 2 when it could not be played at all. Ctrl-C ends it with what happened so far.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { ClientError } from '../client.ts';
import { City } from './city.ts';
import { isAtFault, summaryTable } from './summary.ts';
import { chooseCast, cutSteps, readTrace, TraceError } from './trace.ts';

const HELP = `npm run simulate -- [options]

  --url URL           where the system is (http://localhost:4000)
  --trace FILE        a CSV file, .gz or not, with vehicle_id, timestamp, latitude, longitude (a morning in Austin)
  --people N          how many of its vehicles take part (150)
  --officers SHARE    which part of them are officers, 0 to 1 (0.25)
  --seconds N         how much of the trace to play (1800)
  --step N            seconds of the trace that are reported together (15)
  --speed N           seconds of the trace that pass in one second, at most (90)
  --ask SHARE         which part of the pairs that meet ask to connect, 0 to 1 (0.5)
  --radius METERS     the system's ALERT_RADIUS_METERS (150)
  --present SECONDS   the system's POSITION_SECONDS (120)
  --seed TEXT         who is who; the same seed plays the same scene (austin)
  --json              the last line is one JSON object
  --help              this text`;

class OptionError extends Error {}

const options = {
  url: { type: 'string', default: 'http://localhost:4000' },
  trace: { type: 'string', default: join(import.meta.dirname, 'traces/austin_bus_2017-03-21_0730-0830.csv.gz') },
  people: { type: 'string', default: '150' },
  officers: { type: 'string', default: '0.25' },
  seconds: { type: 'string', default: '1800' },
  step: { type: 'string', default: '15' },
  speed: { type: 'string', default: '90' },
  ask: { type: 'string', default: '0.5' },
  radius: { type: 'string', default: '150' },
  present: { type: 'string', default: '120' },
  seed: { type: 'string', default: 'austin' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function readOptions() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message} (--help tells them all)`);
  }
}

function numberBetween(name: keyof typeof options, text: string, most: number): number {
  const number = Number(text);
  if (!(number > 0 && number <= most)) throw new OptionError(`--${name} must be a number above 0, at most ${most}.`);
  return number;
}

async function main(): Promise<void> {
  const values = readOptions();
  if (values.help) return console.log(HELP);
  const fixes = readTrace(values.trace);
  const people = Math.floor(numberBetween('people', values.people, 10_000));
  const cast = chooseCast(fixes, {
    people,
    officerShare: numberBetween('officers', values.officers, 1),
    seed: values.seed,
  });
  const everybody = new Set([...cast.officers, ...cast.citizens]);
  const steps = cutSteps(
    fixes.filter(({ vehicle }) => everybody.has(vehicle)),
    numberBetween('step', values.step, 3_600),
    numberBetween('seconds', values.seconds, 86_400),
  );
  let stopped = false;
  process.once('SIGINT', () => {
    stopped = true;
  });
  const bar = new SingleBar(
    {
      format: '{what} {bar} {value}/{total}',
      stream: process.stderr,
      hideCursor: true,
      // Without a terminal a line now and then tells that the run is alive.
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    },
    Presets.shades_grey,
  );
  const city = new City({
    url: values.url.replace(/\/$/, ''),
    cast,
    steps,
    speed: numberBetween('speed', values.speed, 100_000),
    radiusMeters: numberBetween('radius', values.radius, 50_000),
    presentSeconds: numberBetween('present', values.present, 3_600),
    askShare: numberBetween('ask', values.ask, 1),
    seed: values.seed,
    progress: (done, total, what) => {
      bar.setTotal(total);
      bar.update(done, { what });
    },
    stopped: () => stopped,
  });
  bar.start(everybody.size, 0, { what: 'signing in' });
  const summary = await city.play().finally(() => bar.stop());
  console.log(`\n${summaryTable(summary)}\n`);
  if (values.json) console.log(JSON.stringify(summary));
  if (isAtFault(summary)) process.exitCode = 1;
}

main().catch((error) => {
  const isExplained = error instanceof OptionError || error instanceof TraceError;
  if (error instanceof ClientError && error.code === 'UNREACHABLE') {
    console.error(`${error.message} Start the system with "npm start", or say where it is with --url.`);
  } else if (error instanceof ClientError) console.error(`${error.code}: ${error.message}`);
  else console.error(isExplained ? error.message : error);
  process.exitCode = 2;
});
