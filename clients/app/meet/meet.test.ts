/* An officer and a citizen meet, each in a browser of their own, against the real system. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { agree, findEachOther, openPair } from './testing/people.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

test('an officer has a moment, a citizen asks, both say that they met, and are celebrated', async () => {
  const pair = await openPair(browser, system.url, 'Ana', 'officer@hey-blue.example');
  const { officer, citizen } = pair;
  await officer.page.getByText('Nobody finds you now').waitFor();
  await officer.screenshot('meet-officer-closed');
  expect(await accessibilityFaults(officer.page)).toEqual([]);
  await citizen.page.getByRole('heading', { name: 'Nobody within reach' }).waitFor();
  await citizen.screenshot('meet-citizen-alone');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);

  await findEachOther(pair);
  await citizen.page.getByText('Sofia of Austin Police Department is near you.').waitFor();
  await citizen.screenshot('meet-citizen-found');
  await officer.screenshot('meet-officer-open');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);
  expect(await accessibilityFaults(officer.page)).toEqual([]);

  await citizen.page.getByRole('tab', { name: 'Map' }).click();
  await citizen.page.getByRole('button', { name: 'Sofia', exact: true }).waitFor();
  await citizen.page.locator('[aria-label="Map of officers near you"][aria-busy=false]').waitFor();
  await citizen.screenshot('meet-citizen-map');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);

  await citizen.page.getByRole('button', { name: 'Ask Sofia to meet' }).click();
  await citizen.page.getByRole('heading', { name: 'You asked Sofia' }).waitFor();
  await citizen.screenshot('meet-citizen-asked');
  const request = officer.page.getByRole('article', { name: 'Ana' });
  await request.waitFor();
  await officer.page.waitForFunction(() => document.title === '(1) Hey Blue!');
  await officer.screenshot('meet-officer-request');
  expect(await accessibilityFaults(officer.page)).toEqual([]);

  await request.getByRole('button', { name: 'Accept' }).click();
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor();
  await officer.page.getByText('Ana sees where you are').waitFor();
  await citizen.page.getByText('Sofia is right here.').waitFor();
  await officer.screenshot('meet-officer-agreed');
  await citizen.screenshot('meet-citizen-agreed');
  expect(await accessibilityFaults(officer.page)).toEqual([]);
  expect(await accessibilityFaults(citizen.page)).toEqual([]);

  await officer.page.getByRole('button', { name: 'We have met' }).click();
  await citizen.page.getByText('Sofia says that you have met.').first().waitFor();
  await citizen.page.getByRole('button', { name: 'We have met' }).click();
  for (const person of [officer, citizen]) {
    await person.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
    await person.page.getByText(/^\+\d+ points$/).waitFor();
    await person.page.getByText('This was your first one!').waitFor();
    await person.page.locator('blockquote').waitFor();
    await person.page.locator('canvas[data-confetti]').waitFor({ state: 'attached' });
  }
  await citizen.screenshot('meet-celebration');
  await officer.screenshot('meet-celebration-officer');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);

test('where people are stands in no address and nowhere in the browser’s stores', async () => {
  const addresses: string[] = [];
  const pair = await openPair(browser, system.url, 'Mia', 'officer3@hey-blue.example');
  for (const { page } of [pair.officer, pair.citizen]) page.on('request', (request) => addresses.push(request.url()));
  await findEachOther(pair);
  await agree(pair, 'Mia');
  await pair.citizen.page.getByRole('button', { name: 'Show it on the map' }).click();
  await pair.citizen.page.locator('[aria-label="Map of the way to Sofia"][aria-busy=false]').waitFor();
  await pair.citizen.screenshot('meet-way');
  expect(await accessibilityFaults(pair.citizen.page)).toEqual([]);
  await pair.citizen.page.getByRole('button', { name: 'Hide the map' }).click();
  await pair.citizen.page.getByRole('link', { name: 'Meet', exact: true }).click();
  await pair.citizen.page.getByRole('link', { name: 'Go to the meeting' }).waitFor();
  // Both are at 30.318 north, 97.742 west, more or less.
  const place = /30\.3[12]|97\.7[34]/;
  for (const { page } of [pair.officer, pair.citizen]) {
    const stored = await page.evaluate(everythingStored);
    expect(stored).toContain('Sofia');
    expect(stored).not.toMatch(place);
  }
  expect(addresses.filter((address) => place.test(address))).toEqual([]);
  expect([...pair.officer.complaints, ...pair.citizen.complaints]).toEqual([]);
}, 240_000);

/** In the page: all that its databases and its storage hold, as one text. */
async function everythingStored(): Promise<string> {
  const answerOf = <Result>(request: IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await answerOf(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      found.push(await answerOf(database.transaction(store).objectStore(store).getAll()));
    }
    database.close();
  }
  return JSON.stringify(found);
}
