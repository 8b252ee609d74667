/* Meeting while the system is killed and comes back, and over a network that is slow. */
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

/** As long as clients pause at most before they come back, and some more. */
const BACK = { timeout: 50_000 };
const ofTheNetwork = (complaint: string) =>
  /WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/.test(complaint);

test('two who are about to meet go on where they were, once the system is back', async () => {
  const pair = await openPair(browser, system.url, 'Eva', 'officer@hey-blue.example', { expectsFaults: true });
  const { officer, citizen } = pair;
  await findEachOther(pair);
  await agree(pair, 'Eva');
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor();
  await system.kill();
  await citizen.page.getByRole('button', { name: 'We have met' }).click();
  await citizen.page.getByText('There is no connection. Scan the code instead').waitFor();
  await citizen.screenshot('meet-system-away');
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor();
  await system.restart();
  await citizen.page.getByRole('button', { name: 'We have met' }).click();
  await citizen.page.getByText('You have said that you met.').waitFor(BACK);
  // Told over the socket, which has come back by itself.
  await officer.page.getByText('Eva says that you have met.').waitFor(BACK);
  await officer.page.getByRole('button', { name: 'We have met' }).click();
  for (const { page } of [officer, citizen]) {
    await page.getByRole('heading', { name: 'You two have met!' }).waitFor(BACK);
  }
  expect([...officer.complaints, ...citizen.complaints].filter((each) => !ofTheNetwork(each))).toEqual([]);
}, 240_000);

test('an officer who goes dark while the system is away is dark as soon as it is back', async () => {
  const pair = await openPair(browser, system.url, 'Finn', 'officer2@hey-blue.example', { expectsFaults: true });
  const { officer, citizen } = pair;
  await findEachOther(pair);
  await system.kill();
  await officer.page.getByRole('button', { name: 'Go dark now' }).click();
  await officer.page.getByText('Going dark.').waitFor();
  await officer.screenshot('meet-going-dark');
  await system.restart();
  await officer.page.getByText('Nobody finds you now').waitFor(BACK);
  await citizen.page.getByText('Nobody is within reach right now.').waitFor(BACK);
  expect([...officer.complaints, ...citizen.complaints].filter((each) => !ofTheNetwork(each))).toEqual([]);
}, 240_000);

test('over a slow network every tap shows that it is under way, and the meeting comes about', async () => {
  const pair = await openPair(browser, system.url, 'Gil', 'officer3@hey-blue.example');
  const { officer, citizen } = pair;
  await findEachOther(pair);
  for (const { page, context } of [officer, citizen]) {
    // Kept on the phone by now; what is slow from here on is the talk with the system.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 1_200,
      downloadThroughput: 50_000,
      uploadThroughput: 20_000,
    });
  }
  const ask = citizen.page.getByRole('button', { name: 'Ask Sofia to meet' });
  await ask.click();
  await citizen.page.locator('button[aria-disabled=true]', { hasText: 'Ask Sofia to meet' }).waitFor();
  // A second tap of somebody impatient asks nothing twice.
  await ask.click();
  await citizen.page.getByRole('heading', { name: 'You asked Sofia' }).waitFor();
  await officer.page.getByRole('article', { name: 'Gil' }).getByRole('button', { name: 'Accept' }).click();
  await citizen.page.getByRole('heading', { name: 'Meeting Sofia' }).waitFor(BACK);
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor(BACK);
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);
