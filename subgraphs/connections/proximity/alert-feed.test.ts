import fc from 'fast-check';
import { AlertFeed } from './alert-feed.ts';
import type { AlertMessage, SightingMessage } from './messages.ts';

const sighting = (officer: number, window = 0): SightingMessage => ({
  officerId: `officer-${officer}`,
  windowId: `window-${officer}-${window}`,
  windowClosesAt: 0,
  cell: { latitude: 30, longitude: -97 },
  meters: 40,
  isNew: true,
});

const alert = (officer: number, hasEntered: boolean, window = 0): AlertMessage => ({
  ...sighting(officer, window),
  type: 'alert',
  citizenId: 'citizen',
  sequence: 1,
  order: 1,
  hasEntered,
  at: 0,
});

const open = (mayMeet: (officerId: string) => boolean = () => true) => {
  const told: string[] = [];
  let left = 0;
  const feed = new AlertFeed(
    mayMeet,
    (windowId) => told.push(windowId),
    () => left++,
  );
  return { feed, told, left: () => left };
};

/** All that the feed has to tell now. */
async function drain(feed: AlertFeed, basis = { sequence: 1, order: 1 }, sender = 'worker'): Promise<string[]> {
  const kinds: string[] = [];
  feed.change({ ...alert(999, true), ...basis }, sender);
  for (;;) {
    const { value } = await feed.next();
    if (value.officerId === 'officer-999') break;
    kinds.push(`${value.kind} ${value.windowId}`);
  }
  feed.change({ ...alert(999, false), ...basis }, sender);
  await feed.next();
  return kinds;
}

test('a reader who does not read costs no more than the officers near, and is then told what is true', async () => {
  const { feed } = open();
  for (let round = 0; round < 100_000; round++) feed.change(alert(round % 3, round % 2 === 0), 'worker');
  // The last of each: 99,999 left 0, 99,998 entered 2, 99,997 left 1.
  expect(await drain(feed)).toEqual(['ENTERED window-2-0']);
  await feed.return();
});

test('who came and went while nobody read is not told, and is news when read the next time', async () => {
  const { feed, told } = open();
  feed.change(alert(1, true), 'worker');
  feed.change(alert(1, false), 'worker');
  expect(await drain(feed)).toEqual([]);
  feed.change(alert(1, true), 'worker');
  expect(await drain(feed)).toEqual(['ENTERED window-1-0']);
  feed.change(alert(1, false), 'worker');
  feed.change(alert(1, true), 'worker');
  expect(await drain(feed)).toEqual([]);
  expect(told.filter((id) => id === 'window-1-0')).toHaveLength(1);
  await feed.return();
});

test('another window of the same officer is the end of one and news of another', async () => {
  const { feed } = open();
  feed.change(alert(1, true), 'worker');
  expect(await drain(feed)).toEqual(['ENTERED window-1-0']);
  feed.change(alert(1, true, 1), 'worker');
  expect(await drain(feed)).toEqual(['LEFT window-1-0', 'ENTERED window-1-1']);
  // What is said late of the window before changes nothing.
  feed.change(alert(1, false, 0), 'worker');
  expect(await drain(feed)).toEqual([]);
  await feed.return();
});

test('a reader that waits is told at once, and is let go when it ends', async () => {
  const { feed, left } = open();
  const waiting = feed.next();
  feed.change(alert(1, true), 'worker');
  expect((await waiting).value.kind).toBe('ENTERED');
  const last = feed.next();
  await feed.return();
  expect(await last).toEqual({ done: true, value: undefined });
  await feed.return();
  expect(left()).toBe(1);
});

type Event =
  | { readonly kind: 'change'; readonly officer: number; readonly window: number; readonly hasEntered: boolean }
  | { readonly kind: 'present'; readonly officers: readonly number[] }
  | { readonly kind: 'read' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    officer: fc.nat(4),
    window: fc.nat(1),
    hasEntered: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('present' as const), officers: fc.uniqueArray(fc.nat(4)) }),
  fc.constant({ kind: 'read' as const }),
);

test('whatever happens and whenever it is read, the reader ends up with what is true and hears of a window once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const { feed } = open((officerId) => officerId !== 'officer-4');
      const truth = new Map<string, string>();
      const shown = new Map<string, string>();
      const news: string[] = [];
      const read = async () => {
        for (const line of await drain(feed)) {
          const [kind = '', windowId = ''] = line.split(' ');
          const officerId = `officer-${windowId.split('-')[1]}`;
          if (kind === 'ENTERED') news.push(windowId);
          if (kind === 'LEFT') expect(shown.get(officerId)).toBe(windowId);
          else expect(shown.has(officerId)).toBe(false);
          if (kind === 'LEFT') shown.delete(officerId);
          else shown.set(officerId, windowId);
        }
        expect([...shown].sort()).toEqual([...truth].filter(([id]) => id !== 'officer-4').sort());
      };
      for (const each of events) {
        if (each.kind === 'read') await read();
        if (each.kind === 'present') {
          feed.present(
            each.officers.map((officer) => sighting(officer)),
            { sequence: 1, order: 1 },
            'worker',
            0,
          );
          truth.clear();
          for (const officer of each.officers) truth.set(`officer-${officer}`, `window-${officer}-0`);
        }
        if (each.kind === 'change') {
          const { officerId, windowId } = sighting(each.officer, each.window);
          feed.change(alert(each.officer, each.hasEntered, each.window), 'worker');
          if (each.hasEntered) truth.set(officerId, windowId);
          else if (truth.get(officerId) === windowId) truth.delete(officerId);
        }
      }
      await read();
      expect(new Set(news).size).toBe(news.length);
      await feed.return();
    }),
    { numRuns: 500 },
  );
});

test('what a worker told before the present state, or another of an older report, is passed over', async () => {
  const { feed } = open();
  feed.present([sighting(1)], { sequence: 5, order: 20 }, 'worker', 0);
  feed.change({ ...alert(2, true), sequence: 5, order: 19 }, 'worker');
  feed.present([], { sequence: 5, order: 18 }, 'worker', 0);
  feed.change({ ...alert(3, true), sequence: 4, order: 99 }, 'former owner');
  expect(await drain(feed, { sequence: 5, order: 21 })).toEqual(['ENTERED window-1-0']);
  // Its successor begins to count anew.
  feed.present([sighting(2)], { sequence: 5, order: 1 }, 'next owner', 0);
  expect(await drain(feed, { sequence: 5, order: 2 }, 'next owner')).toEqual(['LEFT window-1-0', 'ENTERED window-2-0']);
  await feed.return();
});

test('a reader who is told as it comes, and has enough now and then, hears what one who asks hears', async () => {
  const change = fc.record({ officer: fc.nat(3), hasEntered: fc.boolean(), window: fc.nat(1), goesOn: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 60 }), async (changes) => {
      const { feed } = open();
      const shown = new Map<string, string>();
      const near = new Map<string, string>();
      let goesOn = true;
      feed.tell({
        told: ({ officerId, windowId, kind }) => {
          if (kind === 'LEFT') expect(shown.delete(officerId)).toBe(true);
          else expect(shown.set(officerId, windowId).size).toBeGreaterThan(0);
          return goesOn;
        },
        ended: () => undefined,
      });
      for (const { officer, hasEntered, window, ...rest } of changes) {
        goesOn = rest.goesOn;
        const message = alert(officer, hasEntered, window);
        feed.change(message, 'worker');
        if (hasEntered) near.set(message.officerId, message.windowId);
        else if (near.get(message.officerId) === message.windowId) near.delete(message.officerId);
        // Whoever has had enough asks again one day.
        if (goesOn) feed.resume();
        if (goesOn) expect(shown).toEqual(near);
      }
      goesOn = true;
      feed.resume();
      expect(shown).toEqual(near);
      await feed.return();
    }),
    { numRuns: 500 },
  );
});

test('a reader who is told hears of the end, unless the reader itself has left', async () => {
  for (const leaves of [true, false]) {
    const { feed, left } = open();
    let ends = 0;
    feed.tell({ told: () => true, ended: () => ends++ });
    if (leaves) await feed.return();
    else feed.end();
    feed.change(alert(1, true), 'worker');
    expect([ends, left()]).toEqual([leaves ? 0 : 1, 1]);
    expect(await feed.next()).toEqual({ done: true, value: undefined });
  }
});
