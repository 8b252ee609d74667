/*
 * `node --import ./subgraphs/kernel/typescript.js clients/testing/first-view.ts`: how long somebody with a slow phone waits
 * for the app, as Chromium sees it with a processor four times slower and a line of slow 4G. Builds nothing: run
 * `npm run build:clients` before. Prints the table that stands in the README.
 */
import startServers from '../../subgraphs/kernel/testing/start-servers.ts';
import stopServers from '../../subgraphs/kernel/testing/stop-servers.ts';
import { meet, openWindowOf, register, registerOfficer } from '../app/spend/testing/earning.ts';
import { openBrowser, type Person } from './browser.ts';
import { startSystem } from './system.ts';

const RUNS = 5;
/** What the developer tools of Chromium call slow 4G; a socket is not slowed. */
const LINE = { offline: false, latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const PROCESSOR = 4;

interface View {
  readonly paintMilliseconds: number;
  readonly listMilliseconds: number;
  /** Over the line, compressed. */
  readonly bytes: number;
}

/** Opens the address as the phone would and waits for the first card of a list. */
async function view({ context, page }: Person, url: string): Promise<View> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', LINE);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR });
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'commit' });
  const list = await page.waitForFunction(() => (globalThis as { listAt?: number }).listAt);
  const listMilliseconds = (await list.jsonValue()) ?? Number.NaN;
  const paintMilliseconds = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  await devtools.detach();
  return { paintMilliseconds, listMilliseconds, bytes };
}

/** In each page: remembers when the first card of a list was there. */
const watch = ({ context }: Person) =>
  context.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (!document.querySelector('main li article')) return;
      Object.assign(globalThis, { listAt: performance.now() });
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });

/** The middle one of several runs, of each number. */
function middle(views: readonly View[]): View {
  const of = (name: keyof View) => views.map((each) => each[name]).sort((a, b) => a - b)[views.length >> 1] ?? 0;
  return { paintMilliseconds: of('paintMilliseconds'), listMilliseconds: of('listMilliseconds'), bytes: of('bytes') };
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

await startServers();
const [system, browser] = await Promise.all([startSystem(), openBrowser()]);
try {
  const officer = await registerOfficer(system.url, 'sofia@police.example', 'Sofia');
  const citizen = await register(system.url, 'lee@people.example', 'Lee');
  // Leaves the officer's window open.
  await meet(officer, citizen);
  const views = { strange: [] as View[], known: [] as View[], again: [] as View[] };
  for (let run = 0; run < RUNS; run++) {
    const stranger = await browser.person();
    await watch(stranger);
    views.strange.push(await view(stranger, `${system.url}/app/offers`));
    await stranger.context.close();
    const signedIn = await register(system.url, 'lee@people.example', 'Lee');
    // The text of a page that is none of the app's: the session is there, and nothing of the app yet.
    const person = await openWindowOf(browser, signedIn, system.url, '/icon.svg');
    await watch(person);
    views.known.push(await view(person, `${system.url}/app/meet`));
    await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await person.page.waitForLoadState('networkidle');
    views.again.push(await view(person, `${system.url}/app/meet`));
    await person.context.close();
    await signedIn.client.close();
  }
  for (const { client } of [officer, citizen]) await client.close();
  const rows: readonly [string, View[]][] = [
    ['somebody new: offers', views.strange],
    ['signed in, nothing kept yet: officers near one', views.known],
    ['signed in, opened again: officers near one', views.again],
  ];
  console.log('| | Sign of the app | List | Over the line |\n|---|---|---|---|');
  for (const [who, seen] of rows) {
    const { paintMilliseconds, listMilliseconds, bytes } = middle(seen);
    console.log(
      `| ${who} | ${seconds(paintMilliseconds)} | ${seconds(listMilliseconds)} | ${Math.round(bytes / 1000)} kB |`,
    );
  }
} finally {
  await browser.close();
  await system.close();
  await stopServers();
}
// Subscriptions would come back for ever.
process.exit();
