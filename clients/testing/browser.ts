/*
 * Real headless Chromium for tests of the sites: people with a window, a place and a language of their own, who sign in by
 * clicks. Whatever a page complains of (an exception, a refused resource, a breach of its security policy) is kept, to be
 * held against nothing at the end. What was seen is written to .cache/screenshots/, for people to look at.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { debianProgram } from '../../subgraphs/kernel/testing/debian-program.ts';
import { codeSentTo } from '../sign-in.ts';

export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of, with the resources that answered 4xx and 5xx. */
  readonly complaints: string[];
  /** Moves the person; the page's geolocation follows. */
  moveTo(latitude: number, longitude: number): Promise<void>;
  /** Writes what the person sees to .cache/screenshots/<name>.png. */
  screenshot(name: string): Promise<void>;
}

export interface PersonOptions extends BrowserContextOptions {
  /** Network faults are what the test is about: failed requests are no complaints. */
  readonly expectsFaults?: boolean;
}

export interface TestBrowser {
  /** Somebody new, on a small phone unless `options` say otherwise, at 6th & Congress in Austin. */
  person(options?: PersonOptions): Promise<Person>;
  close(): Promise<void>;
}

const SCREENSHOTS = join(import.meta.dirname, '../../.cache/screenshots');
const PHONE = { width: 360, height: 740 } as const;
export const AUSTIN = { latitude: 30.2682, longitude: -97.7429, accuracy: 5 } as const;

/** @param parameters of the browser, such as those of a camera that is a file. */
export async function openBrowser(parameters: readonly string[] = []): Promise<TestBrowser> {
  const executablePath = await debianProgram({
    name: 'chromium',
    advice: 'The tests of the pages need Chromium: put chromium on the PATH.',
  });
  const browser: Browser = await chromium.launch({
    executablePath,
    // Root may not have a sandbox; the pages are ours.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...parameters],
  });
  await mkdir(SCREENSHOTS, { recursive: true });
  return {
    person: (options = {}) => openPerson(browser, options),
    close: () => browser.close(),
  };
}

async function openPerson(browser: Browser, { expectsFaults = false, ...options }: PersonOptions): Promise<Person> {
  const context = await browser.newContext({
    viewport: PHONE,
    locale: 'en-US',
    timezoneId: 'America/Chicago',
    geolocation: AUSTIN,
    permissions: ['geolocation', 'camera'],
    ...options,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    const isOfNetwork = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isOfNetwork) complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !expectsFaults) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A request that its page gave up, by going elsewhere, is no failure.
    if (!expectsFaults && reason !== 'net::ERR_ABORTED') complaints.push(`${reason} ${request.url()}`);
  });
  return {
    page,
    context,
    complaints,
    moveTo: (latitude, longitude) => context.setGeolocation({ latitude, longitude, accuracy: AUSTIN.accuracy }),
    screenshot: async (name) => void (await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) })),
  };
}

/** Signs in by clicks from any screen of the app or the console, and verifies the phone where that is asked. */
export async function signInByClicks({ page }: Person, url: string, site: 'app' | 'console', emailAddress: string) {
  await page.goto(`${url}/${site}/account`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('input[name=email]').fill(emailAddress);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/${site}/(?!signed-in)`));
  const phone = page.getByLabel('Phone number');
  const adult = page.getByLabel('18 or older');
  const known =
    site === 'app' ? page.getByRole('link', { name: 'Privacy' }) : page.getByRole('button', { name: 'Sign out' });
  await phone.or(adult).or(known).first().waitFor();
  if (await adult.isVisible()) {
    await adult.check();
    await page.getByRole('button', { name: 'Agree and go on' }).click();
    await phone.waitFor();
  }
  if (!(await phone.isVisible())) return;
  const number = phoneOf(emailAddress);
  await phone.fill(number);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByLabel('Code from the message').waitFor();
  await page.getByLabel('Code from the message').fill(await codeSentTo(url, number));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByLabel('Code from the message').waitFor({ state: 'detached' });
}

/** A number of its own for each address, the same each time. */
function phoneOf(emailAddress: string): string {
  let sum = 7;
  for (const letter of emailAddress) sum = (sum * 31 + letter.charCodeAt(0)) % 10_000_000;
  return `+1512${String(sum).padStart(7, '0')}`;
}
