/* Codes between two phones: read by a camera, typed, shown and scanned without a network. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { cameraShowing } from './testing/camera-film.ts';
import { agree, findEachOther, openPair, shownCode, signedIn } from './testing/people.ts';

let system: TestSystem;
let browser: TestBrowser;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hey-blue-camera-'));
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

test('a citizen’s camera reads the code on the officer’s phone, and both are celebrated', async () => {
  const pair = await openPair(browser, system.url, 'Ben', 'officer@hey-blue.example');
  await findEachOther(pair);
  await agree(pair, 'Ben');
  const film = await cameraShowing(await shownCode(pair.officer), join(folder, 'code.y4m'));
  const withCamera = await openBrowser(film);
  const citizen = await signedIn(withCamera, system.url, 'ben@people.example', 'Ben');
  await citizen.page.getByRole('link', { name: 'Go to the meeting' }).click();
  await citizen.page.getByRole('link', { name: 'Scan Sofia’s code' }).click();
  await citizen.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
  await pair.officer.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
  await citizen.page.getByText(/^\+\d+ points$/).waitFor();
  expect([...citizen.complaints, ...pair.officer.complaints, ...pair.citizen.complaints]).toEqual([]);
  await withCamera.close();
}, 240_000);

test('somebody who asked for nothing types the code of an officer’s window, and that is a meeting', async () => {
  const pair = await openPair(browser, system.url, 'Carla', 'officer2@hey-blue.example');
  const { officer, citizen } = pair;
  await findEachOther(pair);
  await officer.page.getByRole('button', { name: 'Show my code' }).click();
  const code = await shownCode(officer);
  await officer.screenshot('meet-window-code');
  await officer.page.getByText('Show it in letters').click();
  const spelled = await officer.page.locator('.spelled').innerText();
  expect(spelled.replaceAll(' ', '')).toBe(code);

  await citizen.page.getByRole('link', { name: 'Scan an officer’s code' }).click();
  // No camera here: the page says so, and opens the field for the code.
  await citizen.page.getByText('No camera can be used here.').waitFor();
  await citizen.page.getByLabel('Code in letters').fill('hello');
  await citizen.page.getByRole('button', { name: 'Hand it in' }).click();
  await citizen.page.getByText('This is not a code of Hey Blue!').waitFor();
  await citizen.screenshot('meet-scan-typed');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);
  await citizen.page.getByLabel('Code in letters').fill(spelled);
  await citizen.page.getByRole('button', { name: 'Hand it in' }).click();
  await citizen.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);

test('without a network the officer shows codes after a reload, and a scan is handed in when the citizen has one', async () => {
  const pair = await openPair(browser, system.url, 'Dina', 'officer3@hey-blue.example', { expectsFaults: true });
  const { officer, citizen } = pair;
  await findEachOther(pair);
  await agree(pair, 'Dina');
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor();
  for (const { page } of [officer, citizen]) {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  }
  await officer.context.setOffline(true);
  await citizen.context.setOffline(true);
  await officer.page.reload();
  await officer.page.getByRole('heading', { name: 'Meeting Dina' }).waitFor();
  await officer.page.getByRole('img', { name: 'Code to scan' }).waitFor();
  await officer.screenshot('meet-offline-code');
  const code = await shownCode(officer);

  await citizen.page.getByRole('button', { name: 'Show it on the map' }).click();
  await citizen.page.getByText('The map cannot be shown now.').waitFor();
  await citizen.page.getByRole('link', { name: 'Scan Sofia’s code' }).click();
  await citizen.page.getByLabel('Code in letters').fill(code);
  await citizen.page.getByRole('button', { name: 'Hand it in' }).click();
  await citizen.page.getByText('Scanned! There is no connection').waitFor();
  await citizen.screenshot('meet-offline-scanned');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);
  await citizen.page.reload();
  await citizen.page.getByRole('link', { name: 'Back' }).click();
  await citizen.page.getByText('A code that you scanned is kept').waitFor();

  await citizen.context.setOffline(false);
  await citizen.page.getByText('The code that you scanned was handed in').waitFor();
  await officer.context.setOffline(false);
  await officer.page.getByRole('heading', { name: 'You two have met!' }).waitFor();
  const excused = (complaint: string) => /ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch/.test(complaint);
  expect([...officer.complaints, ...citizen.complaints].filter((each) => !excused(each))).toEqual([]);
}, 240_000);
