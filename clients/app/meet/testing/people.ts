/*
 * An officer and a citizen with names, each with a window of their own, at one corner of Austin. They begin signed in: by
 * which clicks one signs in, the tests of the account tell.
 */
import { eventually } from '../../../../gateway/journeys/people.ts';
import { UpdateProfileDocument } from '../../../generated/graphql.ts';
import { signIn } from '../../../sign-in.ts';
import { AUSTIN, type Person, type PersonOptions, type TestBrowser } from '../../../testing/browser.ts';

export interface Pair {
  readonly officer: Person;
  readonly citizen: Person;
}

/** The officers whom the demonstration set knows, miles apart, so that one test's officer is not near another's citizen. */
const corners = {
  'officer@hey-blue.example': AUSTIN,
  'officer2@hey-blue.example': { ...AUSTIN, latitude: AUSTIN.latitude - 0.05 },
  'officer3@hey-blue.example': { ...AUSTIN, latitude: AUSTIN.latitude + 0.05 },
} as const;

export type OfficerAddress = keyof typeof corners;

/** @param citizenName names the citizen and the address: a pair counts once in 24 hours, so each test has its own. */
export async function openPair(
  browser: TestBrowser,
  url: string,
  citizenName: string,
  officerAddress: OfficerAddress,
  options: PersonOptions = {},
): Promise<Pair> {
  const corner = corners[officerAddress];
  const officer = await signedIn(browser, url, officerAddress, 'Sofia', { geolocation: corner, ...options });
  const address = `${citizenName.toLowerCase()}@people.example`;
  // Thirty feet from the officer.
  const nearby = { ...corner, latitude: corner.latitude + 0.00008 };
  const citizen = await signedIn(browser, url, address, citizenName, { geolocation: nearby, ...options });
  return { officer, citizen };
}

/** A number of its own for each address: an account has one phone. */
const phoneOf = (address: string) =>
  `+1512${String([...address].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_000_000, 7)).padStart(7, '2')}`;

export async function signedIn(
  browser: TestBrowser,
  url: string,
  address: string,
  firstName: string,
  options: PersonOptions = {},
): Promise<Person> {
  const { client } = await signIn(url, { emailAddress: address, phoneNumber: phoneOf(address) });
  // The profile comes into being by an event of the registration.
  await eventually(() => client.request(UpdateProfileDocument, { input: { firstName } }).catch(() => undefined));
  const person = await browser.person(options);
  await person.context.addInitScript((session) => {
    const key = 'hey-blue app session';
    // The page renews it, and begins with what it kept.
    if (!localStorage.getItem(key)) localStorage.setItem(key, session);
  }, JSON.stringify(client.session));
  await person.page.goto(`${url}/app/meet`);
  return person;
}

/** The officer has a moment, and the citizen sees it. */
export async function findEachOther({ officer, citizen }: Pair): Promise<void> {
  await officer.page.getByRole('button', { name: 'I have 15 minutes' }).click();
  await officer.page.getByText('People nearby can find you.').waitFor();
  await citizen.page.getByRole('article', { name: 'Sofia' }).waitFor();
}

/** From being found to yes, by clicks; both are on the screen of their meeting then. */
export async function agree({ officer, citizen }: Pair, citizenName: string): Promise<void> {
  await citizen.page.getByRole('button', { name: 'Ask Sofia to meet' }).click();
  const request = officer.page.getByRole('article', { name: citizenName });
  await request.getByRole('button', { name: 'Accept' }).click();
  await officer.page.getByRole('heading', { name: `Meeting ${citizenName}` }).waitFor();
  await citizen.page.getByRole('heading', { name: 'Meeting Sofia' }).waitFor();
}

/** The code that somebody shows now, as their screen has it. */
export async function shownCode({ page }: Person): Promise<string> {
  const code = await page.locator('[data-code]').getAttribute('data-code');
  if (!code) throw new Error('No code is shown.');
  return code;
}
