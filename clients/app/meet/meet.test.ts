/* An officer and a citizen meet, each in a browser of their own, against the real system. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { findEachOther, openPair } from './testing/people.ts';

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
});
