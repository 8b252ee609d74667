/* The app without a connection, and the app after a new version of it was put in place. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

test('a reload without a connection shows the app and what was seen before, and says that it is offline', async () => {
  const gus = await browser.person({ expectsFaults: true });
  const { page, context } = gus;
  await signInByClicks(gus, system.url, 'app', 'gus@people.example');
  await page.getByLabel('First name').fill('Gus');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Gus' }).waitFor();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  // The cache is written to the browser's database a moment after it was filled.
  await page.waitForFunction(async () => {
    const names = (await indexedDB.databases())
      .map(({ name }) => name ?? '')
      .filter((name) => /hey-blue app .*-/.test(name));
    const kept = names.map(
      (name) =>
        new Promise<boolean>((resolve) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => {
            const database = opening.result;
            const [store] = database.objectStoreNames;
            if (!store) return resolve(false);
            const reading = database.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => {
              database.close();
              resolve(JSON.stringify(reading.result).includes('Gus'));
            };
          };
        }),
    );
    return (await Promise.all(kept)).includes(true);
  });
  const asked: string[] = [];
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/graphql')) asked.push(response.url());
  });
  await context.setOffline(true);
  await page.getByText('You are offline.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await page.getByText('You are offline.').waitFor();
  await page.getByRole('heading', { name: 'Gus' }).waitFor();
  await page.getByText('0 points').waitFor();
  await gus.screenshot('account-offline');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`${system.url}/app/account/profile`);
  await page.getByLabel('First name').waitFor();
  expect(await page.getByLabel('First name').inputValue()).toBe('Gus');
  await page.getByLabel('About you').fill('Written without a connection.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('There is no connection.').last().waitFor();
  expect(asked).toEqual([]);
  await context.setOffline(false);
  await page.getByText('You are offline.').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect(gus.complaints.filter((complaint) => complaint.startsWith('exception'))).toEqual([]);
});

test('a new version waits until somebody starts it', async () => {
  let version = 1;
  // The site with a service worker of its own, as a new build would bring it.
  const site = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
    const onward = request(`${system.url}${incoming.url}`, { method: incoming.method ?? 'GET', headers }, (answer) => {
      const isWorker = incoming.url === '/app/sw.js';
      const { 'content-length': _, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 500, isWorker ? kept : answer.headers);
      if (isWorker) outgoing.write(`/* version ${version} */\n`);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const url = `http://localhost:${(site.address() as AddressInfo).port}`;
  try {
    const hal = await browser.person();
    const { page } = hal;
    await page.goto(`${url}/app/account`);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    expect(await page.getByText('A new version of the app is ready.').count()).toBe(0);
    version = 2;
    await page.reload();
    await page.getByText('A new version of the app is ready.').waitFor();
    await hal.screenshot('account-new-version');
    expect(await accessibilityFaults(page)).toEqual([]);
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Start it' }).click();
    await reloaded;
    await page.getByRole('heading', { name: 'Welcome to Hey Blue!' }).waitFor();
    expect(
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting ?? null),
    ).toBeNull();
    expect(await page.getByText('A new version of the app is ready.').count()).toBe(0);
    expect(hal.complaints).toEqual([]);
  } finally {
    site.closeAllConnections();
    site.close();
  }
});
