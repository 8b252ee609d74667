/*
 * `npm run demo -- [options]`: starts the system with the demonstration set and lets a small city of real traces move
 * through its middle, slowly and for ever, so that whoever opens the app there sees officers come, answer and leave. The
 * environment decides about the system as it does for `npm start`; Ctrl-C ends both.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Client, ClientError } from '../client.ts';
import {
  CreatePartnerKeyDocument,
  RegisterOfficersDocument,
  RetailersDocument,
  UpdateProfileDocument,
} from '../generated/graphql.ts';
import { type SignedIn, signIn } from '../sign-in.ts';
import type { Place } from './encounters.ts';
import { PasserBy } from './passer-by.ts';
import { busiestInstant, CENTRE, instantAfter, moved, placeAt, type Route, routesNear } from './route.ts';
import { readTrace } from './trace.ts';

const HELP = `npm run demo -- [options]

  --officers N        how many officers drive (30)
  --citizens N        how many other citizens are about (8)
  --speed N           seconds of the trace that pass in one second (0.6: a little slower than a bus)
  --at LAT,LON        lets the city be around this place instead of 6th & Congress in Austin
  --help              this text

The system takes its settings from the environment: PORT=4001 npm run demo`;

const options = {
  officers: { type: 'string', default: '30' },
  citizens: { type: 'string', default: '8' },
  speed: { type: 'string', default: '0.6' },
  at: { type: 'string', default: `${CENTRE.latitude},${CENTRE.longitude}` },
  help: { type: 'boolean', default: false },
} as const;

const root = join(import.meta.dirname, '../..');
const TRACE = join(import.meta.dirname, 'traces/austin_bus_2017-03-21_0730-0830.csv.gz');
/** What the settings of the demonstration call near; see demo.env. */
const NEAR_METERS = 400;
const MOVE_MILLISECONDS = 3_000;
const SIGN_INS_AT_ONCE = 4;
const NAME_ATTEMPTS = 40;
const names =
  'Sam Maya Luis Grace Omar Kim Rosa Ben Ines Jack Tara Leo Ada Hugo Nora Eli Zoe Ravi Ana Max Lena Cruz Ivy Theo Joy Amir Pam Noel Ruth Abe June Sol Vera Dan Iris Gus Faye Roy'.split(
    ' ',
  );

class OptionError extends Error {}

interface Wish {
  readonly officers: number;
  readonly citizens: number;
  readonly speed: number;
  readonly middle: Place;
}

function readWish(): Wish | undefined {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
  try {
    values = parseArgs({ options }).values;
  } catch (error) {
    throw new OptionError(`${(error as Error).message} (--help tells them all)`);
  }
  if (values.help) return undefined;
  const number = (name: 'officers' | 'citizens' | 'speed', least: number, most: number) => {
    const given = Number(values[name]);
    if (given >= least && given <= most) return given;
    throw new OptionError(`--${name} must be a number from ${least} to ${most}.`);
  };
  const [latitude = Number.NaN, longitude = Number.NaN] = values.at.split(',').map(Number);
  if (!(Math.abs(latitude) <= 80 && Math.abs(longitude) <= 180)) {
    throw new OptionError('--at must be degrees north and degrees east, such as 30.2682,-97.7429.');
  }
  return {
    officers: Math.floor(number('officers', 1, 100)),
    citizens: Math.floor(number('citizens', 0, 100)),
    speed: number('speed', 0.01, 10),
    middle: { latitude, longitude },
  };
}

/** The whole system as a process of its own, which ends with this one. */
async function startSystem(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = fork('gateway/main.ts', {
    cwd: root,
    execArgv: ['--env-file', join(import.meta.dirname, 'demo.env'), '--import', './subgraphs/kernel/typescript.js'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const started = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)]);
  if (!started) throw new OptionError('The system did not start; what it said stands above.');
  return { url: (started[0] as { url: string }).url, child };
}

/** One address and phone for each number: the people are the same ones each time. */
function resident(url: string, kind: 'officer' | 'citizen', index: number): Promise<SignedIn> {
  const phoneNumber = `+1512${kind === 'officer' ? 701 : 702}${String(index).padStart(4, '0')}`;
  return signIn(url, { emailAddress: addressOf(kind, index), phoneNumber });
}

const addressOf = (kind: string, index: number) => `${kind}-${index}@demo.example`;

async function play(url: string, wish: Wish, isStopped: () => boolean): Promise<void> {
  const { officers, citizens, speed, middle } = wish;
  const fixes = readTrace(TRACE);
  const routes = routesNear(fixes, CENTRE, NEAR_METERS).slice(0, officers + citizens);
  const administrator = await signIn(url, {
    emailAddress: 'administrator@hey-blue.example',
    phoneNumber: '+15127030000',
  });
  const emailAddresses = Array.from({ length: officers }, (_, index) => addressOf('officer', index));
  const departmentName = 'Austin Police Department';
  await administrator.client.request(RegisterOfficersDocument, { input: { emailAddresses, departmentName } });
  console.log(welcome(url, middle, await tillKey(administrator)));
  await administrator.client.close();
  const say = (text: string) => console.log(`  ${new Date().toLocaleTimeString()}  ${text}`);
  const everybody: PasserBy[] = [];
  const waiting = castOf(routes, wish);
  const arrive = async () => {
    for (let next = waiting.shift(); next && !isStopped(); next = waiting.shift()) {
      const { route, role, index } = next;
      const { client } = await resident(url, role, index);
      const firstName = names[(role === 'officer' ? index : names.length - 1 - index) % names.length] ?? 'Sam';
      await named(client, firstName);
      const name = role === 'officer' ? `Officer ${firstName}` : firstName;
      const person = new PasserBy({ name, role, client, route, say });
      await person.begin();
      everybody.push(person);
      const step = async (): Promise<void> => {
        if (isStopped()) return client.close();
        await person.move(moved(placeAt(route, nowInTrace()), middle), middle);
        setTimeout(() => void step(), MOVE_MILLISECONDS);
      };
      void step();
    }
  };
  const [first, last] = [fixes[0]?.at ?? 0, fixes.at(-1)?.at ?? 0];
  const begin = busiestInstant(fixes, routes, CENTRE, NEAR_METERS) - first;
  const startedAt = performance.now();
  const nowInTrace = () => instantAfter(first, last, begin + (performance.now() - startedAt) * speed);
  await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, arrive));
}

interface Role {
  readonly route: Route;
  readonly role: 'officer' | 'citizen';
  /** Among those of the role. */
  readonly index: number;
}

/** Citizens are spread among the officers, so that both are in the middle at once. */
function castOf(routes: readonly Route[], { officers, citizens }: Wish): Role[] {
  const every = citizens === 0 ? Number.POSITIVE_INFINITY : Math.max(2, Math.floor((officers + citizens) / citizens));
  const counts = { officer: 0, citizen: 0 };
  return routes.map((route, place) => {
    const isCitizen = (place % every === 1 && counts.citizen < citizens) || counts.officer >= officers;
    const role = isCitizen ? 'citizen' : 'officer';
    return { route, role, index: counts[role]++ };
  });
}

/** The profile is there soon after the registration: asks until it is, or somebody goes without a name. */
async function named(client: Client, firstName: string): Promise<void> {
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    try {
      await client.request(UpdateProfileDocument, { input: { firstName } });
      return;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** For the till of a shop of the demonstration; undefined where there is none yet. */
async function tillKey({ client }: SignedIn): Promise<{ readonly shop: string; readonly secret: string } | undefined> {
  try {
    const { retailers } = await client.request(RetailersDocument, { first: 1 });
    const retailer = retailers.edges[0]?.node;
    if (!retailer) return undefined;
    const input = {
      retailerId: retailer.id,
      label: 'Demonstration',
      scopes: ['VOUCHERS_REDEEM' as const, 'OFFERS_READ' as const],
    };
    const { createPartnerKey } = await client.request(CreatePartnerKeyDocument, { input });
    return { shop: retailer.name, secret: createPartnerKey.secret };
  } catch {
    return undefined;
  }
}

function welcome(url: string, { latitude, longitude }: Place, till: Awaited<ReturnType<typeof tillKey>>): string {
  return `
  Hey Blue! is serving, and a small city moves through it.

    App        ${url}/app        as a citizen: any address, such as ada@people.example
                                 as an officer: officer-0@demo.example
    Console    ${url}/console    administrator@hey-blue.example
    Till       ${url}/till       ${till ? `key of ${till.shop}: ${till.secret}` : 'a key is made in the console'}
    Explorer   ${url}/explorer
    Messages   ${url}/development/messages   the codes that phones would get

  Be at ${latitude}, ${longitude} (Chrome: developer tools, More tools, Sensors), or bring the city to
  where you are: npm run demo -- --at LAT,LON. Officers come, answer who asks, and drive on. Ctrl-C ends it.
`;
}

async function main(): Promise<void> {
  const wish = readWish();
  if (!wish) return console.log(HELP);
  const { url, child } = await startSystem();
  let stopped = false;
  const ended = once(child, 'exit');
  const stop = () => {
    stopped = true;
    if (child.connected) child.disconnect();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.send?.({ ready: true, url });
  await play(url, wish, () => stopped).catch((error) => {
    // What ends with the system is no fault.
    if (!stopped) throw error;
  });
  await ended;
  if (!stopped) throw new OptionError('The system has ended.');
  // Subscriptions would come back for ever.
  process.exit();
}

main().catch((error) => {
  console.error(error instanceof OptionError ? error.message : error);
  process.exit(1);
});
