/* Meetings that do not come about, and how the screens of meeting are for people with other settings. */
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { AUSTIN, openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
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

const width = ({ page }: Person) => page.evaluate(() => document.documentElement.scrollWidth);

test('an officer goes dark while a request is open: it ends, and the citizen sees nobody', async () => {
  const pair = await openPair(browser, system.url, 'Hugo', 'officer@hey-blue.example');
  const { officer, citizen } = pair;
  await findEachOther(pair);
  await citizen.page.getByRole('button', { name: 'Ask Sofia to meet' }).click();
  await officer.page.getByRole('article', { name: 'Hugo' }).waitFor();
  await officer.page.getByRole('button', { name: 'Go dark now' }).click();
  await officer.page.getByText('Nobody finds you now').waitFor();
  await officer.page.getByRole('article', { name: 'Hugo' }).waitFor({ state: 'detached' });
  await citizen.page.getByRole('heading', { name: 'You asked Sofia' }).waitFor({ state: 'detached' });
  await citizen.page.getByText('Nobody is within reach right now.').waitFor();
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);

test('a citizen takes a request back, asks again and is declined, and walks away', async () => {
  const pair = await openPair(browser, system.url, 'Ida', 'officer2@hey-blue.example');
  const { officer, citizen } = pair;
  await findEachOther(pair);
  const ask = citizen.page.getByRole('button', { name: 'Ask Sofia to meet' });
  const request = officer.page.getByRole('article', { name: 'Ida' });
  await ask.click();
  await request.waitFor();
  await citizen.page.getByRole('button', { name: 'Take it back' }).click();
  await request.waitFor({ state: 'detached' });
  await ask.click();
  await request.getByRole('button', { name: 'Decline' }).click();
  await request.waitFor({ state: 'detached' });
  await ask.waitFor();
  // Three blocks up the street.
  await citizen.moveTo(AUSTIN.latitude - 0.05 + 0.0026, AUSTIN.longitude);
  // The phone says so when its quiet time is over: nobody walks that far in it.
  await citizen.page.getByText('Nobody is within reach right now.').waitFor({ timeout: 120_000 });
  await citizen.page.getByText('The nearest officer is about').waitFor();
  await citizen.screenshot('meet-citizen-nearest');
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);

test('while busy with one citizen an officer sees that the next one has to wait', async () => {
  const pair = await openPair(browser, system.url, 'Jon', 'officer3@hey-blue.example');
  const { officer, citizen } = pair;
  const other = await openPair(browser, system.url, 'Kim', 'officer3@hey-blue.example');
  await other.officer.context.close();
  await findEachOther(pair);
  await other.citizen.page.getByRole('button', { name: 'Ask Sofia to meet' }).click();
  await officer.page.getByRole('article', { name: 'Kim' }).waitFor();
  await agree(pair, 'Jon');
  await officer.page.getByRole('link', { name: 'Meet', exact: true }).click();
  await officer.page.getByText('You are about to meet Jon').waitFor();
  await officer.page.getByText('nobody new finds you').waitFor();
  await officer.screenshot('meet-officer-busy');
  expect(await accessibilityFaults(officer.page)).toEqual([]);
  await officer.page.getByRole('link', { name: 'Offers' }).click();
  await officer.page.getByRole('link', { name: 'You are meeting Jon' }).click();
  await officer.page.getByRole('button', { name: 'Call it off' }).click();
  await officer.page.getByText('This meeting was called off.').waitFor();
  await citizen.page.getByText('This meeting was called off.').waitFor();
  await citizen.screenshot('meet-called-off');

  // The citizen has had enough of this officer, says why, and neither finds the other any more.
  await citizen.page.getByRole('button', { name: 'Block or report Sofia' }).click();
  await citizen.page.getByRole('button', { name: 'Report what happened' }).click();
  await citizen.page.getByLabel('What is it about?').selectOption('Something else');
  await citizen.page.getByLabel('What happened?').fill('Walked away without a word.');
  await citizen.screenshot('meet-report');
  expect(await accessibilityFaults(citizen.page)).toEqual([]);
  await citizen.page.getByRole('button', { name: 'Send the report' }).click();
  await citizen.page.getByText('and Sofia is not told.').waitFor();
  await citizen.page.getByRole('link', { name: 'Back' }).click();
  await citizen.page.getByRole('button', { name: 'Block Sofia' }).click();
  await citizen.page.getByRole('dialog').getByRole('button', { name: 'Block Sofia' }).click();
  await citizen.page.getByRole('article', { name: 'Sofia' }).waitFor({ state: 'detached' });
  expect([...officer.complaints, ...citizen.complaints, ...other.citizen.complaints]).toEqual([]);
}, 240_000);

test('who asked for stillness, darkness and Spanish gets all three', async () => {
  const pair = await openPair(browser, system.url, 'Luz', 'officer@hey-blue.example', {
    locale: 'es-MX',
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const { officer, citizen } = pair;
  await officer.page.getByRole('button', { name: 'Tengo 15 minutos' }).click();
  await officer.page.getByText('La gente cercana puede encontrarte.').waitFor();
  await citizen.page.getByRole('button', { name: 'Pedir encuentro con Sofia' }).waitFor();
  await citizen.page.getByRole('tab', { name: 'Mapa' }).click();
  await citizen.page.locator('[aria-label="Mapa de oficiales cerca de ti"][aria-busy=false]').waitFor();
  await citizen.screenshot('meet-spanish-dark-map');
  await officer.screenshot('meet-spanish-dark-window');
  for (const person of [officer, citizen]) {
    expect(await accessibilityFaults(person.page)).toEqual([]);
    expect(await width(person)).toBe(360);
  }
  await citizen.page.getByRole('button', { name: 'Pedir encuentro con Sofia' }).click();
  await officer.page.getByRole('article', { name: 'Luz' }).getByRole('button', { name: 'Aceptar' }).click();
  for (const person of [officer, citizen]) {
    await person.page.getByRole('button', { name: 'Nos encontramos' }).click();
    await person.page
      .getByText(/Dijiste que se encontraron|¡Se encontraron!/)
      .first()
      .waitFor();
  }
  for (const person of [officer, citizen]) {
    await person.page.getByRole('heading', { name: '¡Se encontraron!' }).waitFor();
    await person.page.getByText(/^\+\d+ puntos$/).waitFor();
    await person.page.locator('blockquote').waitFor();
    expect(await person.page.locator('canvas[data-confetti]').count()).toBe(0);
    expect(await accessibilityFaults(person.page)).toEqual([]);
    expect(await width(person)).toBe(360);
  }
  await citizen.screenshot('meet-spanish-dark-celebration');
  expect([...officer.complaints, ...citizen.complaints]).toEqual([]);
}, 240_000);
