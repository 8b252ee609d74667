/* What `npm run demo` starts, as somebody sees it who opens the app in the middle of it; and the ways that people drive. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../subgraphs/kernel/server-process.ts';
import { createTestDatabase } from '../../subgraphs/kernel/testing/servers.ts';
import { signedIn } from '../app/meet/testing/people.ts';
import { Partner } from '../partner/partner.ts';
import { openBrowser, type TestBrowser } from '../testing/browser.ts';
import { metersBetween } from './encounters.ts';
import { busiestInstant, CENTRE, instantAfter, isNear, moved, placeAt, routesNear, towards } from './route.ts';
import { readTrace } from './trace.ts';

const fixes = readTrace(join(import.meta.dirname, 'traces/austin_bus_2017-03-21_0730-0830.csv.gz'));

describe('a route', () => {
  const routes = routesNear(fixes, CENTRE, 400);

  test('goes there and back without a jump', () => {
    const [first, last] = [fixes[0]?.at ?? 0, fixes.at(-1)?.at ?? 0];
    const length = last - first;
    expect([0, length, length + 5_000, 2 * length, 2 * length + 7].map((at) => instantAfter(first, last, at))).toEqual([
      first,
      last,
      last - 5_000,
      first,
      first + 7,
    ]);
    const [route] = routes;
    const places = Array.from({ length: 7_200 }, (_, second) => {
      return placeAt(route as never, instantAfter(first, last, second * 1_000));
    });
    const steps = places.slice(1).map((place, index) => metersBetween(place, places[index] ?? CENTRE));
    expect(Math.max(...steps)).toBeLessThan(40);
  });

  test('of those that pass the middle comes first, and begins when most of them are there', () => {
    expect(routes.length).toBeGreaterThan(38);
    const cast = routes.slice(0, 30);
    const at = busiestInstant(fixes, cast, CENTRE, 400);
    expect(cast.filter((route) => isNear(placeAt(route, at), CENTRE, 400)).length).toBeGreaterThan(4);
  });

  test('keeps its distances in another town, and on foot leads to its goal', () => {
    const berlin = { latitude: 52.52, longitude: 13.405 };
    const corner = { latitude: CENTRE.latitude + 0.003, longitude: CENTRE.longitude + 0.002 };
    expect(metersBetween(moved(corner, berlin), berlin)).toBeCloseTo(metersBetween(corner, CENTRE), -1);
    expect(metersBetween(towards(CENTRE, corner, 100), CENTRE)).toBeCloseTo(100, 0);
    expect(towards(CENTRE, corner, 10_000)).toEqual(corner);
  });
});

interface Demonstration {
  readonly url: string;
  readonly browser: TestBrowser;
  /** All that it has written so far. */
  heard(): string;
  /** As Ctrl-C does it, and in order. */
  end(): Promise<void>;
}

async function startDemonstration(...given: string[]): Promise<Demonstration> {
  const [folder, database, port, browser] = await Promise.all([
    mkdtemp(join(tmpdir(), 'hey-blue-demo-')),
    createTestDatabase(),
    freePort(),
    openBrowser(),
  ]);
  const demo = fork('clients/simulator/demo.ts', given, {
    cwd: join(import.meta.dirname, '../..'),
    execArgv: ['--import', './subgraphs/kernel/typescript.js'],
    env: {
      PATH: process.env.PATH ?? '',
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      DATABASE_POOL: '4',
      PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const heard: string[] = [];
  demo.stdout?.on('data', (text) => heard.push(String(text)));
  const [{ url }] = (await once(demo, 'message')) as [{ url: string }];
  return {
    url,
    browser,
    heard: () => heard.join(''),
    async end() {
      await browser.close();
      const exited = once(demo, 'exit');
      demo.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test('whoever opens the app in the demonstration sees an officer within a minute, asks, and is met', async () => {
  const { url, browser, heard, end } = await startDemonstration();
  const casey = await signedIn(browser, url, 'casey@people.example', 'Casey');
  const startedAt = performance.now();
  const ask = casey.page.getByRole('button', { name: /^Ask (?!An officer).+ to meet$/ }).first();
  await ask.waitFor({ timeout: 60_000 });
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  await casey.screenshot('demo-officers');
  await ask.click();
  await casey.page.getByRole('heading', { name: /^Meeting / }).waitFor({ timeout: 30_000 });
  await casey.screenshot('demo-accepted');
  await casey.page
    .getByText(/says that you have met/)
    .first()
    .waitFor({ timeout: 90_000 });
  await casey.page.getByRole('button', { name: 'We have met' }).click();
  await casey.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
  await casey.screenshot('demo-met');
  expect(heard()).toMatch(/\/app .*ada@people\.example[\s\S]*key of .+: hb_/);
  // The key does what the README of the package shows.
  const partner = new Partner({ url, apiKey: heard().match(/: (hb_\S+)/)?.[1] ?? '' });
  expect((await partner.offersPage({ first: 1 })).nodes).toHaveLength(1);
  expect((await partner.redemptionsPage()).nodes).toEqual([]);
  expect(casey.complaints).toEqual([]);
  await end();
}, 240_000);

test('an officer who drives on leaves the list of whoever looks at it, and those who stay stay there', async () => {
  const { url, browser, heard, end } = await startDemonstration('--speed', '8', '--officers', '12', '--citizens', '0');
  const robin = await signedIn(browser, url, 'robin@people.example', 'Robin');
  const { page } = robin;
  const someone = page.getByRole('button', { name: /^Ask (?!An officer).+ to meet$/ }).first();
  await someone.waitFor({ timeout: 120_000 });
  // Some of the buses wait at their last stop: whoever leaves does so beside them.
  const left = await page.waitForFunction(
    (seen) => {
      const asks = [...document.querySelectorAll('button')].map((button) => button.textContent ?? '');
      const present = asks.filter((text) => /^Ask (?!An officer).+ to meet$/.test(text));
      for (const each of present) if (!seen.includes(each)) seen.push(each);
      return present.length > 0 && seen.find((each) => !present.includes(each));
    },
    [] as string[],
    { polling: 200, timeout: 200_000 },
  );
  const name = String(await left.jsonValue()).replace(/^Ask (.+) to meet$/, '$1');
  await robin.screenshot('demo-left');
  expect(heard()).toContain(`Officer ${name} has a moment`);
  expect(robin.complaints).toEqual([]);
  await end();
}, 400_000);
