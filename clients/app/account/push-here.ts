/*
 * Pushes on this device: asks the person by the browser's own question, and only after a tap; tells the server where this
 * browser hears, again whenever that may have changed. Who signs out is told nothing here any more.
 */
import type { I18n } from '@lingui/core';
import type { Client } from 'urql';
import { RegisterPushDocument, RemovePushDocument } from '../generated/graphql.ts';
import { keepTexts, pushTexts } from './push-texts.ts';

/** Why this device cannot be told, or that it can. */
export type PushStanding =
  /** The browser has no pushes. */
  | 'unsupported'
  /** An iPhone has them for apps on the home screen alone. */
  | 'needs-home-screen'
  /** The person, or who looks after the device, has said no; only the browser's settings change that. */
  | 'refused'
  | 'off'
  | 'on';

const REGISTERED = 'hey-blue push';
const AGAIN_MILLISECONDS = 7 * 86_400_000;

interface Registered {
  readonly accountId: string;
  readonly endpoint: string;
  readonly deviceId: string;
  readonly at: number;
}

export async function pushStanding(): Promise<PushStanding> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) {
    const isPhone = /iPhone|iPad/.test(navigator.userAgent);
    return isPhone && !matchMedia('(display-mode: standalone)').matches ? 'needs-home-screen' : 'unsupported';
  }
  if (Notification.permission === 'denied') return 'refused';
  return (await currentSubscription()) && registered() ? 'on' : 'off';
}

/** Which of the person's devices this one is; undefined while it is none. */
export const ownDeviceId = (): string | undefined => registered()?.deviceId;

/** Asks the person, subscribes and tells the server. @throws what the browser or the API refuses. */
export async function turnOn(client: Client, i18n: I18n, accountId: string, applicationKey: string): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') return;
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribe(pushManager, applicationKey);
  await keepTexts(pushTexts(i18n));
  await register(client, accountId, subscription);
}

async function subscribe(pushManager: PushManager, applicationKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: applicationKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // Under another key than ours is now.
    const former = await pushManager.getSubscription();
    if (!former) throw error;
    await former.unsubscribe();
    return pushManager.subscribe(options);
  }
}

async function register(client: Client, accountId: string, subscription: PushSubscription): Promise<void> {
  const { endpoint } = subscription;
  const { p256dh = '', auth = '' } = subscription.toJSON().keys ?? {};
  const { data, error } = await client
    .mutation(RegisterPushDocument, { input: { endpoint, p256dh, auth } })
    .toPromise();
  if (error) throw error;
  const deviceId = data?.registerPushSubscription.device.id;
  if (deviceId) keep({ accountId, endpoint, deviceId, at: Date.now() });
}

/** No more pushes here. What the server could not be told it learns by its next push, which nobody takes. */
export async function turnOff(client: Client): Promise<void> {
  keep(undefined);
  const subscription = await currentSubscription();
  if (!subscription) return;
  const { endpoint } = subscription;
  await subscription.unsubscribe().catch(() => false);
  const { error } = await client.mutation(RemovePushDocument, { input: { endpoint } }).toPromise();
  if (error) throw error;
}

/** At the start of the app: words for the worker, and where this browser hears, if that is new, another's, or long ago. */
export async function keepUp(client: Client, i18n: I18n, accountId: string | undefined): Promise<void> {
  const subscription = await currentSubscription();
  if (!subscription) return keep(undefined);
  // Whoever was signed in here is not: what was for them is for nobody here.
  if (!accountId) {
    keep(undefined);
    await subscription.unsubscribe();
    return;
  }
  const known = registered();
  // Who has not asked for it here, as somebody else had, is not told here either.
  if (known?.accountId !== accountId) return turnOff(client);
  await keepTexts(pushTexts(i18n));
  const isOld = Date.now() - known.at > AGAIN_MILLISECONDS;
  if (isOld || known.endpoint !== subscription.endpoint) await register(client, accountId, subscription);
}

async function currentSubscription(): Promise<PushSubscription | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return null;
  const registration = await navigator.serviceWorker.getRegistration('/app/');
  return (await registration?.pushManager.getSubscription()) ?? null;
}

function registered(): Registered | undefined {
  try {
    const kept = localStorage.getItem(REGISTERED);
    return kept ? (JSON.parse(kept) as Registered) : undefined;
  } catch {
    return undefined;
  }
}

function keep(value: Registered | undefined): void {
  try {
    if (value) localStorage.setItem(REGISTERED, JSON.stringify(value));
    else localStorage.removeItem(REGISTERED);
  } catch {
    // A private window forgets it all the same.
  }
}
