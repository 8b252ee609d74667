/* Becoming somebody in the app: age and consent, the phone, a name; and how the app looks to them. By clicks. */
import { RecordGuardianConsentDocument } from '../../generated/graphql.ts';
import { codeSentTo, signIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, signInByClicks, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';

const administratorPerson = { emailAddress: 'administrator@hey-blue.example', phoneNumber: '+15125550100' };

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

/** At the identity provider and back, to the question how old one is. */
async function arrive({ page }: Person, address: string): Promise<void> {
  await page.goto(`${system.url}/app/account`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('input[name=email]').fill(address);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Before you begin' }).waitFor();
}

test('somebody new agrees to what is shared, verifies a phone and says a name', async () => {
  const ada = await browser.person();
  const { page } = ada;
  await page.goto(`${system.url}/app/account`);
  await page.getByRole('heading', { name: 'Welcome to Hey Blue!' }).waitFor();
  await ada.screenshot('account-welcome');
  expect(await accessibilityFaults(page)).toEqual([]);
  await arrive(ada, 'ada@people.example');
  await page.getByRole('button', { name: 'Agree and go on' }).click();
  await page.getByRole('alert').getByText('Choose one of the three.').waitFor();
  await page.getByLabel('18 or older').check();
  await page.getByText('Who learns what').click();
  await page.getByText('Citizens are shown to nobody.').waitFor();
  await ada.screenshot('account-age');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Agree and go on' }).click();
  await page.locator('input:focus').and(page.getByLabel('Phone number')).waitFor();
  await page.getByLabel('Phone number').fill('512');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Write the number with its area code.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Phone number').fill('512 555 0143');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code from the message').waitFor();
  await page.getByLabel('Code from the message').fill(await codeSentTo(system.url, '+15125550143'));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'What may people call you?' }).waitFor();
  await page.getByLabel('First name').fill('Ada');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ada' }).waitFor();
  expect(ada.complaints).toEqual([]);
});

test('an adult signs in with a phone, completes the profile and hides it', async () => {
  const ben = await browser.person();
  const { page } = ben;
  await signInByClicks(ben, system.url, 'app', 'ben@people.example');
  await page.getByRole('heading', { name: 'What may people call you?' }).waitFor();
  await page.getByText('0 points').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('Write a first name.').waitFor();
  await page.getByLabel('First name').fill('Ben');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Ben' }).waitFor();
  await ben.screenshot('account-me');
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('link', { name: 'Profile and phone' }).click();
  await page.getByLabel('Address of a picture').fill('http://pictures.example/ben.png');
  await page.getByLabel('Hide my name and picture from others').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('The address has to begin with https://').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Address of a picture').fill('');
  await page.getByLabel('About you').fill('I like to walk.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await ben.screenshot('account-profile');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'I have a new number' }).click();
  await page.getByLabel('Phone number').fill('(512) 555-0146');
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByLabel('Code from the message').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Code from the message').fill(await codeSentTo(system.url, '+15125550146'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Your new phone is verified.').waitFor();
  await page.getByText('Your phone is verified. Nobody sees its number.').waitFor();
  await page.getByRole('link', { name: 'Me' }).first().click();
  await page.getByText('Hidden from others').waitFor();

  await page.getByRole('link', { name: 'Privacy' }).click();
  await page.getByText('ben@people.example').waitFor();
  await page.getByText('I like to walk.').waitFor();
  await page.getByLabel('Keep the last 100 offers I took').uncheck();
  await page.getByText('What you took before is deleted from your searches.').waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save a copy' }).click();
  const copy = JSON.parse(String(await readAll(await (await download).createReadStream())));
  expect(copy.account).toMatchObject({ emailAddress: 'ben@people.example', profile: { about: 'I like to walk.' } });
  expect(copy).toMatchObject({ meetings: [], blocked: [], points: [], warnings: [], news: [] });
  await ben.screenshot('account-privacy');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Me' }).first().click();
  await page.getByRole('link', { name: 'Notifications' }).click();
  await page.getByRole('heading', { name: 'Nothing yet' }).waitFor();
  await ben.screenshot('account-notifications');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Me' }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Welcome to Hey Blue!' }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('hey-blue app session'))).toBeNull();
  expect(ben.complaints).toEqual([]);
});

test('a youth learns that a guardian has to agree, and a child that it is too early', async () => {
  const cy = await browser.person();
  const { page } = cy;
  await arrive(cy, 'cy@people.example');
  await page.getByLabel('Under 13').check();
  await page.getByText('Hey Blue! is for people of 13 years and older.').waitFor();
  expect(await page.getByRole('button', { name: 'Agree and go on' }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('13 to 17').check();
  await page.getByLabel('Month of birth').selectOption('March');
  await page.getByLabel('Year of birth').selectOption({ index: 3 });
  await cy.screenshot('account-youth');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Agree and go on' }).click();
  await page.getByLabel('Phone number').fill('(512) 555-0144');
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByLabel('Code from the message').waitFor();
  await page.getByLabel('Code from the message').fill(await codeSentTo(system.url, '+15125550144'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'A parent or guardian has to agree' }).waitFor();
  await cy.screenshot('account-guardian');
  expect(await accessibilityFaults(page)).toEqual([]);

  const administrator = await signIn(system.url, administratorPerson);
  const { accountId } = await signIn(system.url, { emailAddress: 'cy@people.example', phoneNumber: '+15125550144' });
  await administrator.client.request(RecordGuardianConsentDocument, { input: { accountId } });
  await page.getByRole('button', { name: 'Look whether they agreed' }).click();
  await page.getByRole('heading', { name: 'A parent or guardian has to agree' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Privacy' }).click();
  await page.getByText('Becomes an account of an adult').waitFor();
  await page.getByText('A guardian agreed').waitFor();
  expect(cy.complaints).toEqual([]);
});

test('the app is dark or light as somebody chooses, stays so, and can be put on the home screen', async () => {
  const dee = await browser.person({ colorScheme: 'light' });
  const { page } = dee;
  const surface = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(`${system.url}/app/account`);
  await page.getByLabel('Appearance').selectOption('Dark');
  expect(await surface()).toBe('rgb(14, 20, 36)');
  await page.reload();
  await page.getByRole('heading', { name: 'Welcome to Hey Blue!' }).waitFor();
  expect(await surface()).toBe('rgb(14, 20, 36)');
  await dee.screenshot('account-welcome-dark');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Appearance').selectOption('As on this device');
  expect(await surface()).toBe('rgb(255, 255, 255)');

  // The browser's own offer, which headless ones never make.
  await page.evaluate(() => {
    const prompt = async () => document.body.setAttribute('data-asked', '');
    dispatchEvent(Object.assign(new Event('beforeinstallprompt'), { prompt }));
  });
  await page.getByRole('button', { name: 'Put Hey Blue! on the home screen' }).click();
  await page.locator('body[data-asked]').waitFor();
  await page.evaluate(() => dispatchEvent(new Event('appinstalled')));
  await page.getByText('Hey Blue! is on your home screen.').waitFor();
  expect(dee.complaints).toEqual([]);
});

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
