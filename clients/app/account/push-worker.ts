/*
 * The part of the app's worker that shows pushes and opens what they are about; the rest of it is Workbox's, which loads
 * this file. A push holds a topic, a kind, ids and numbers (subgraphs/profile/notifications/push-turn.ts); the words are
 * those that the app has kept. Of one topic one stands on the screen, with the count of what it tells.
 */
import { placeOf, type Subject } from './notification-places.ts';
import { keptTexts, type PushTexts } from './push-texts.ts';

interface Push {
  /** Of the message, which may arrive twice. */
  readonly id?: string;
  readonly topic: string | null;
  readonly count: number;
  readonly notification?: Subject & {
    readonly kind: string;
    readonly points?: number;
    readonly until?: string;
    readonly zipCode?: string;
  };
}

/** What stands on the screen knows where it leads and how much it tells. */
interface Shown {
  readonly place: string;
  readonly count: number;
  /** Of the messages that it tells. */
  readonly ids: readonly string[];
}

/** Of the worker's own scope, which TypeScript has in another library than the page's. */
interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WorkerWindow[]>;
    openWindow(url: string): Promise<unknown>;
  };
  addEventListener(type: string, listener: (event: never) => void): void;
}

interface WorkerWindow {
  readonly url: string;
  readonly visibilityState: string;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

interface Extendable {
  waitUntil(task: Promise<unknown>): void;
}

const scope = self as unknown as WorkerScope;

scope.addEventListener('push', (event: Extendable & { data: { json(): Push } | null }) => {
  // One after the other, or two that come at once would count without each other.
  event.waitUntil(navigator.locks.request('hey-blue push', () => show(event.data)));
});
scope.addEventListener('notificationclick', (event: Extendable & { notification: Notification }) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as Shown | null)?.place ?? '/account/notifications'));
});

async function show(data: { json(): Push } | null): Promise<void> {
  const push = read(data);
  const texts = await keptTexts().catch(() => undefined);
  const tag = push.topic ?? 'SEVERAL';
  const before = await scope.registration.getNotifications({ tag });
  const earlier = before.map(({ data: each }) => each as Shown | null);
  const ids = earlier.flatMap((each) => each?.ids ?? []);
  const isAgain = push.id !== undefined && ids.includes(push.id);
  const count = earlier.reduce((sum, each) => sum + (each?.count ?? 0), isAgain ? 0 : push.count);
  const single = count === 1 ? push.notification : undefined;
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const shown: Shown = {
    place: placeOf(single?.kind, single ?? {}),
    count,
    ids: [...new Set([...ids, push.id ?? []].flat())],
  };
  await scope.registration.showNotification((push.topic && texts?.topics[push.topic]) || 'Hey Blue!', {
    body: wordsOf(single, count, texts),
    tag,
    data: shown,
    icon: '/app/icon-512.png',
    lang: texts?.language ?? 'en',
    // Who looks at the app sees it there; browsers want it shown all the same.
    silent: windows.some(({ visibilityState }) => visibilityState === 'visible'),
  });
}

/** A push that is none of ours, or of a later version, says that there is something. */
function read(data: { json(): Push } | null): Push {
  try {
    const push = data?.json();
    if (push && Number.isInteger(push.count) && push.count > 0) return push;
  } catch {
    // Not JSON.
  }
  return { topic: null, count: 1 };
}

function wordsOf(single: Push['notification'], count: number, texts: PushTexts | undefined): string {
  if (!texts) {
    return navigator.language.startsWith('es') ? 'Hay algo nuevo para ti.' : 'There is something new for you.';
  }
  const sentence = single && texts.kinds[single.kind];
  if (!sentence) return texts.several.replace('{count}', String(count));
  const until = single.until ? new Date(single.until).toLocaleDateString(texts.language) : '';
  return sentence
    .replace('{points}', String(single.points ?? ''))
    .replace('{zipCode}', single.zipCode ?? '')
    .replace('{until}', until);
}

/** In the window that is open, without loading it anew; else in a new one. */
async function open(place: string): Promise<void> {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [app] = windows.filter(({ url }) => new URL(url).pathname.startsWith('/app'));
  if (!app) return void (await scope.clients.openWindow(`/app${place}`));
  await app.focus().catch(() => undefined);
  app.postMessage({ type: 'open', place });
}
