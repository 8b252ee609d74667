/* When the app asks a phone where it is, and tells it: on the screens that need it, and in the pace that the API wishes. */
import { eventually } from '../../../gateway/journeys/people.ts';
import { openBrowser, type Person, type TestBrowser } from '../../testing/browser.ts';
import { startSystem, type TestSystem } from '../../testing/system.ts';
import { signedIn } from './testing/people.ts';

let system: TestSystem;
let browser: TestBrowser;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await system.close();
});

interface Asked {
  /** Watches that were begun and have not ended. */
  watches: number;
  /** How often the phone was asked at all. */
  asked: number;
}

/** Counts on every page of the person from now on. */
async function countQuestions({ context, page }: Person): Promise<() => Promise<Asked>> {
  await context.addInitScript(() => {
    const counted = { watches: 0, asked: 0 };
    Object.assign(globalThis, { counted });
    const { geolocation } = navigator;
    const [watch, once, clear] = [geolocation.watchPosition, geolocation.getCurrentPosition, geolocation.clearWatch];
    geolocation.watchPosition = (...given) => {
      counted.watches++;
      counted.asked++;
      return watch.apply(geolocation, given);
    };
    geolocation.getCurrentPosition = (...given) => {
      counted.asked++;
      once.apply(geolocation, given);
    };
    geolocation.clearWatch = (id) => {
      counted.watches--;
      clear.call(geolocation, id);
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { counted: Asked }).counted);
}

const elsewhere = [
  ...['meet/scan', 'offers', 'points', 'vouchers', 'donate', 'given', 'schemes', 'fund'],
  ...[
    'community',
    'history',
    'events',
    'places',
    'account',
    'account/profile',
    'account/privacy',
    'account/notifications',
  ],
];

async function open({ page }: Person, screen: string): Promise<void> {
  await page.goto(`${system.url}/app/${screen}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector('main .spinner') === null);
}

test('a citizen’s phone is asked where it is on the screen of officers alone, and no longer than it is open', async () => {
  const person = await signedIn(browser, system.url, 'pia@people.example', 'Pia');
  const counted = await countQuestions(person);
  for (const screen of elsewhere) {
    await open(person, screen);
    expect([screen, await counted()]).toEqual([screen, { watches: 0, asked: 0 }]);
  }
  await open(person, 'meet');
  await person.page.getByText(/within reach right now|moment for you/).waitFor();
  expect(await counted()).toEqual({ watches: 1, asked: 1 });
  await person.page.getByRole('link', { name: 'Points', exact: true }).click();
  await person.page.getByRole('heading', { name: 'Points', level: 1 }).waitFor();
  expect(await counted()).toEqual({ watches: 0, asked: 1 });
  expect(person.complaints).toEqual([]);
}, 240_000);

test('who has not allowed it is asked by a tap alone, reads what to do after a no, and is found once it is a yes', async () => {
  const person = await signedIn(browser, system.url, 'kai@people.example', 'Kai', { permissions: [] });
  const counted = await countQuestions(person);
  await open(person, 'meet');
  await person.page.getByRole('heading', { name: 'Who is around?' }).waitFor();
  expect(await counted()).toEqual({ watches: 0, asked: 0 });
  await person.page.getByRole('button', { name: 'Look around' }).click();
  await person.page.getByText('The app is not allowed to know where you are.').waitFor();
  expect((await counted()).asked).toBe(1);
  await person.screenshot('meet-denied');
  await person.context.grantPermissions(['geolocation']);
  await person.page.getByText(/within reach right now|moment for you/).waitFor();
  expect(person.complaints).toEqual([]);
}, 240_000);

test('an officer’s phone is asked while the window is open, on every screen, and not a moment longer', async () => {
  const person = await signedIn(browser, system.url, 'officer@hey-blue.example', 'Sofia');
  const counted = await countQuestions(person);
  await open(person, 'meet');
  await person.page.getByText('Nobody finds you now').waitFor();
  expect(await counted()).toEqual({ watches: 0, asked: 0 });
  await person.page.getByRole('button', { name: 'I have 15 minutes' }).click();
  await person.page.getByText('People nearby can find you.').waitFor();
  expect((await counted()).watches).toBe(1);
  await person.page.getByRole('link', { name: 'Points', exact: true }).click();
  await person.page.getByRole('heading', { name: 'Points', level: 1 }).waitFor();
  expect((await counted()).watches).toBe(1);
  await person.page.getByRole('link', { name: 'Your window is open' }).click();
  await person.page.getByRole('button', { name: 'Go dark now' }).click();
  await person.page.getByText('Nobody finds you now').waitFor();
  expect((await counted()).watches).toBe(0);
  expect(person.complaints).toEqual([]);
}, 240_000);

interface Report {
  readonly id: string;
  readonly payload: { variables?: { input?: { accuracyMeters?: number; sequence?: number } } };
}

/** Counts reports and their answers, and says in the API’s stead how long it wishes to hear nothing. */
async function countReports({ context }: Person, quietSeconds: number) {
  const reports = new Set<string>();
  let answered = 0;
  await context.routeWebSocket(/\/graphql/, (socket) => {
    const api = socket.connectToServer();
    socket.onMessage((message) => {
      const { id, payload } = JSON.parse(String(message)) as Partial<Report>;
      if (id && payload?.variables?.input?.sequence !== undefined) reports.add(id);
      api.send(message);
    });
    api.onMessage((message) => {
      const answer = JSON.parse(String(message)) as { payload?: { data?: { reportLocation?: object } } };
      const report = answer.payload?.data?.reportLocation;
      if (report) Object.assign(report, { quietSeconds });
      socket.send(JSON.stringify(answer));
      if (report) answered++;
    });
  });
  return { sent: () => reports.size, answered: () => answered };
}

test.each([
  ['every quarter of a minute where no time is asked for', 0, [1, 2, 3, 4, 5]],
  ['once where the API asks for ten quiet minutes', 600, [1, 1, 1, 1, 1]],
])(
  'who stands still says so %s',
  async (_title, quietSeconds, counts) => {
    const person = await signedIn(browser, system.url, `uma-${quietSeconds}@people.example`, 'Uma');
    const { page } = person;
    const reports = await countReports(person, quietSeconds);
    await page.clock.install();
    await open(person, 'meet');
    await page.getByText(/within reach right now|moment for you/).waitFor();
    const seen: number[] = [];
    for (const count of counts) {
      // What was told is answered before the clock goes on.
      await eventually(async () => {
        await page.evaluate(() => undefined);
        return reports.answered() >= count ? true : undefined;
      });
      await page.evaluate(() => undefined);
      seen.push(reports.sent());
      await page.clock.runFor(15_500);
    }
    expect(seen).toEqual(counts);
    expect(person.complaints).toEqual([]);
  },
  240_000,
);
