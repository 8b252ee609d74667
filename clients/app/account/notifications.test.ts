/* What people are told, by clicks: the list and its count, what they choose, and pushes on a device, in English and Spanish. */

import type { CDPSession, Page } from 'playwright-core';
import { eventually } from '../../../gateway/journeys/people.ts';
import type { SignedIn } from '../../sign-in.ts';
import { accessibilityFaults } from '../../testing/accessibility.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { unreachedByKeyboard } from '../../testing/keyboard.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { meet, openWindowOf, register, registerOfficer } from '../spend/testing/earning.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await system.close();
});

interface Pair {
  readonly officer: SignedIn;
  readonly citizen: SignedIn;
}

async function openPair(name: string): Promise<Pair> {
  const officer = await registerOfficer(system.url, `${name}.officer@police.example`, 'Sofia');
  return { officer, citizen: await register(system.url, `${name}@people.example`, name) };
}

/** What was pushed to somebody's devices; the development inbox stands in for the services of browsers. */
async function pushed({ accountId }: SignedIn): Promise<{ message: { topic: string; count: number } }[]> {
  const answer = await fetch(`${system.url}/development/pushes?account=${accountId}`);
  return (await answer.json()) as { message: { topic: string; count: number } }[];
}

/**
 * A service of the browser's maker, which headless browsers do not reach: what a page subscribes to is made up, and kept
 * for as long as the browser keeps its storage. The keys are real ones: the server checks them.
 */
async function withPushService({ context }: Person, endpoint: string): Promise<void> {
  await context.grantPermissions(['notifications', 'geolocation']);
  await context.addInitScript((address) => {
    const KEPT = 'test subscription';
    const p256dh = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
    const subscription = {
      endpoint: address,
      toJSON: () => ({ endpoint: address, keys: { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }),
      unsubscribe: async () => {
        localStorage.removeItem(KEPT);
        return true;
      },
    };
    PushManager.prototype.getSubscription = async () => (localStorage.getItem(KEPT) ? subscription : null) as never;
    PushManager.prototype.subscribe = async (options) => {
      if (!options?.userVisibleOnly || !options.applicationServerKey) throw new TypeError('options');
      localStorage.setItem(KEPT, 'yes');
      return subscription as never;
    };
  }, endpoint);
}

const count = (page: Page) => page.getByRole('navigation', { name: /Main|Principal/ }).getByText(/^\d+$/);

test('what a person is told is counted on every screen, stands in a list, is read by being seen, and leads to what it is about', async () => {
  const { officer, citizen } = await openPair('Nora');
  const nora = await openWindowOf(browser, citizen, system.url, '/account/notifications');
  const { page } = nora;
  await page.getByRole('heading', { name: 'Nothing yet' }).waitFor();
  await nora.screenshot('notifications-empty');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('link', { name: 'Offers' }).click();
  await page.getByRole('heading', { name: 'Offers', level: 1 }).waitFor();
  await meet(officer, citizen);
  await count(page).getByText('3', { exact: true }).waitFor();
  await nora.screenshot('notifications-count');
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('link', { name: 'Me 3 unread' }).click();
  await page.getByRole('link', { name: 'Notifications' }).click();
  await page.getByText('You earned 20 points for a meeting.').waitFor();
  await page.getByText('You have met, and your meeting counts.').waitFor();
  await page.getByText('An officer is happy to meet you.').waitFor();
  expect(await page.getByText('New', { exact: true }).count()).toBe(3);
  await nora.screenshot('notifications-list');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await unreachedByKeyboard(page)).toEqual([]);
  // They have been seen.
  await count(page).waitFor({ state: 'detached' });
  await page.reload();
  await page.getByText('You earned 20 points for a meeting.').waitFor();
  expect(await page.getByText('New', { exact: true }).count()).toBe(0);

  // What comes while one looks stands above the rest.
  const other = await registerOfficer(system.url, 'nora.other@police.example', 'Dana');
  await meet(other, citizen);
  await page.getByText('New', { exact: true }).nth(2).waitFor();
  await nora.screenshot('notifications-fresh');
  await page.getByText('You have met, and your meeting counts.').first().click();
  await page.waitForURL(/\/app\/meet\/[0-9a-f-]{36}$/);
  await page.getByText('Dana').first().waitFor();
  // What one looks at needs no second look in the list.
  await page.getByRole('link', { name: 'Community' }).click();
  const third = await registerOfficer(system.url, 'nora.third@police.example', 'Lee');
  await meet(third, citizen);
  await count(page).getByText('3', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Points', exact: true }).click();
  await count(page).getByText('2', { exact: true }).waitFor();
  await third.client.close();
  for (const each of [officer, other, citizen]) await each.client.close();
  expect(nora.complaints).toEqual([]);
}, 240_000);

test('the list is there without a connection, and an old address of it leads to it', async () => {
  const { officer, citizen } = await openPair('Otto');
  await meet(officer, citizen);
  const otto = await openWindowOf(browser, citizen, system.url, '/offers', { expectsFaults: true });
  const { page, context } = otto;
  // What comes while the list is read is kept when it is read again.
  await count(page).getByText('3', { exact: true }).waitFor();
  await page.goto(`${system.url}/app/account/news`);
  await page.getByText('You earned 20 points for a meeting.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/app/account/notifications');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await count(page).waitFor({ state: 'detached' });
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  // What is kept is written a moment after it was seen.
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
              const text = JSON.stringify(reading.result);
              const parts = ['notifications(', 'POINTS_AWARDED', 'hasNextPage', 'unreadNotificationCount'];
              resolve(parts.every((part) => text.includes(part)));
            };
          };
        }),
    );
    return (await Promise.all(kept)).includes(true);
  });
  await context.setOffline(true);
  await page.reload();
  await page.getByText('You are offline.').waitFor();
  await page.getByText('You earned 20 points for a meeting.').waitFor();
  await otto.screenshot('notifications-offline');
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const each of [officer, citizen]) await each.client.close();
  expect(otto.complaints.filter((complaint) => complaint.startsWith('exception'))).toEqual([]);
}, 240_000);

test('a person chooses what they are told and when, and reads why a browser that refuses cannot tell them', async () => {
  const citizen = await register(system.url, 'pia@people.example', 'Pia');
  const pia = await openWindowOf(browser, citizen, system.url, '/account/notifications');
  const { page } = pia;
  await page.getByRole('link', { name: 'What you are told, and when' }).click();
  const points = page.getByRole('switch', { name: 'Points and vouchers: On devices' });
  await points.waitFor();
  // Headless browsers refuse what nobody has allowed.
  await page.getByText('Your browser does not allow it.').waitFor();
  await pia.screenshot('notifications-settings');
  await page.getByRole('heading', { name: 'Quiet hours' }).scrollIntoViewIfNeeded();
  await pia.screenshot('notifications-settings-below');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await unreachedByKeyboard(page)).toEqual([]);
  expect(await points.getAttribute('aria-checked')).toBe('true');
  await points.click();
  await page.getByRole('switch', { name: 'Points and vouchers: On devices', checked: false }).waitFor();
  expect(await page.getByRole('switch', { name: 'Account and safety: In the app' }).isDisabled()).toBe(true);
  await page.getByLabel('Keep quiet hours').check();
  await page.getByLabel('From').fill('22:30');
  await page.getByLabel('Until').fill('22:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('They need to end at another time than they begin.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Until').fill('06:15');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await page.getByRole('switch', { name: 'Points and vouchers: On devices', checked: false }).waitFor();
  expect(await page.getByLabel('Keep quiet hours').isChecked()).toBe(true);
  expect([await page.getByLabel('From').inputValue(), await page.getByLabel('Until').inputValue()]).toEqual([
    '22:30',
    '06:15',
  ]);
  await page.getByText('America/Chicago').waitFor();

  const away = await openWindowOf(browser, citizen, system.url, '/account/notification-settings', {
    locale: 'es-MX',
    timezoneId: 'America/Los_Angeles',
    colorScheme: 'dark',
  });
  await away.page.getByText('Siguen el reloj de America/Chicago hasta que las guardes aquí.').waitFor();
  await away.screenshot('notifications-settings-es-dark');
  expect(await accessibilityFaults(away.page)).toEqual([]);
  expect(await away.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await citizen.client.close();
  expect([...pia.complaints, ...away.complaints]).toEqual([]);
}, 240_000);

test('a device that a person has chosen is told what happens, and no more once they sign out', async () => {
  const { officer, citizen } = await openPair('Quin');
  const quin = await browser.person();
  await withPushService(quin, 'https://push.example/quin');
  const session = JSON.stringify(citizen.client.session);
  await quin.context.addInitScript((kept) => {
    const key = 'hey-blue app session';
    if (!localStorage.getItem(key) && !localStorage.getItem('test signed in')) localStorage.setItem(key, kept);
    localStorage.setItem('test signed in', 'once');
  }, session);
  const { page } = quin;
  await page.goto(`${system.url}/app/account/notification-settings`);
  await page.getByRole('button', { name: 'Tell me on this device' }).click();
  await page.getByText('You are told on this device.', { exact: true }).waitFor();
  await quin.screenshot('notifications-on-this-device');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await page.getByText('You are told on this device.', { exact: true }).waitFor();
  await meet(officer, citizen);
  const topics = await eventually(async () => {
    const told = new Set((await pushed(citizen)).map(({ message }) => message.topic));
    return told.size === 2 ? [...told].sort() : undefined;
  });
  expect(topics).toEqual(['MEETINGS', 'POINTS']);

  await page.getByRole('link', { name: /^Me/ }).last().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Welcome to Hey Blue!' }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('test subscription'))).toBeNull();
  const other = await openWindowOf(browser, citizen, system.url, '/account/notification-settings');
  await other.page.getByRole('heading', { name: 'On this device' }).waitFor();
  expect(await other.page.getByText(/other device/).count()).toBe(0);
  for (const each of [officer, citizen]) await each.client.close();
  expect([...quin.complaints, ...other.complaints]).toEqual([]);
}, 240_000);

/** Delivers pushes as the browser's own service would. */
async function openDelivery({ page, context }: Person): Promise<(message: object | string) => Promise<void>> {
  const session: CDPSession = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  const registrationId = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === `${origin}/app/`);
      if (found) resolve(found.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  return async (message) => {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registrationId, data });
  };
}

/** What stands on the screen of the device. */
const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, body, data, lang }) => ({ title, body, lang, ...(data as object) }));
  });

test('a push is shown in the language of the app, of one topic one with its count, and leads to what it is about', async () => {
  const citizen = await register(system.url, 'rosa@people.example', 'Rosa');
  const rosa = await browser.person({ locale: 'es-MX' });
  await withPushService(rosa, 'https://push.example/rosa');
  await rosa.context.addInitScript((kept) => {
    const key = 'hey-blue app session';
    if (!localStorage.getItem(key)) localStorage.setItem(key, kept);
  }, JSON.stringify(citizen.client.session));
  const { page } = rosa;
  await page.goto(`${system.url}/app/account/notification-settings`);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  // What comes while it is being put in place reaches nobody.
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  const deliver = await openDelivery(rosa);
  /** Headless browsers lose some of what is delivered so: again until it is there, which ids make harmless. */
  const until = (messages: readonly (object | string)[], title: string, count = 1) =>
    eventually(async () => {
      for (const message of messages) await deliver(message);
      const all = (await shown(page)) as { title: string; count?: number }[];
      return all.find((each) => each.title === title && each.count === count);
    });
  // Before the app has kept its words: no more than that there is something.
  const story = { id: 'story', topic: 'STORIES', count: 1, notification: { kind: 'STORY_SHOWN' } };
  expect(await until([story], 'Hey Blue!')).toMatchObject({ body: 'Hay algo nuevo para ti.' });

  await page.getByRole('button', { name: 'Avísame en este dispositivo' }).click();
  await page.getByText('Te avisamos en este dispositivo.', { exact: true }).waitFor();
  const notification = { kind: 'POINTS_AWARDED', points: 20, connectionId: '01a29a3a-2c8d-7134-b5eb-c93d8ef9f558' };
  const first = { id: 'first', topic: 'POINTS', count: 1, notification };
  expect(await until([first], 'Puntos y vales')).toMatchObject({
    body: 'Puntos ganados: 20',
    place: '/points',
    lang: 'es',
  });
  // Each of them comes more than once and counts once.
  const second = { id: 'second', topic: 'POINTS', count: 2 };
  expect(await until([first, second, second], 'Puntos y vales', 3)).toMatchObject({
    body: 'Nuevo: 3. Toca para ver qué es.',
    place: '/account/notifications',
  });
  const later = { id: 'later', topic: 'TOMORROW', count: 1, notification: { kind: 'LATER' } };
  expect(await until([later], 'Hey Blue!')).toBeDefined();
  for (const strange of ['no JSON', { count: -1 }]) await deliver(strange);

  const [worker] = rosa.context.serviceWorkers();
  const warning = { id: 'warning', topic: 'ACCOUNT', count: 1, notification: { kind: 'WARNING_GIVEN' } };
  await until([warning], 'Cuenta y seguridad');
  await worker?.evaluate(async () => {
    const scope = self as unknown as { registration: ServiceWorkerRegistration; dispatchEvent(event: Event): boolean };
    const [notification] = await scope.registration.getNotifications({ tag: 'ACCOUNT' });
    const Clicked = (globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event })
      .NotificationEvent;
    scope.dispatchEvent(new Clicked('notificationclick', { notification }));
  });
  await page.waitForURL(/\/app\/account\/standing$/);
  await citizen.client.close();
  expect(rosa.complaints).toEqual([]);
}, 240_000);
