/* What `npm run demo` starts, as somebody sees it who opens the app in the middle of it; and the ways that people drive. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../subgraphs/kernel/server-process.ts';
import { createTestDatabase } from '../../subgraphs/kernel/testing/servers.ts';
import { signedIn } from '../app/meet/testing/people.ts';
import { openBrowser } from '../testing/browser.ts';
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

test('whoever opens the app in the demonstration sees an officer within a minute, asks, and is met', async () => {
  const [folder, database, port, browser] = await Promise.all([
    mkdtemp(join(tmpdir(), 'hey-blue-demo-')),
    createTestDatabase(),
    freePort(),
    openBrowser(),
  ]);
  const demo = fork('clients/simulator/demo.ts', {
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
  const startedAt = performance.now();
  const casey = await signedIn(browser, url, 'casey@people.example', 'Casey');
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
  expect(heard.join('')).toMatch(/\/app .*ada@people\.example[\s\S]*key of .+: hb_/);
  expect(casey.complaints).toEqual([]);
  await browser.close();
  const exited = once(demo, 'exit');
  demo.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  await database.drop();
  await rm(folder, { recursive: true, force: true });
}, 240_000);
