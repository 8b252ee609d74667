/*
 * The load: citizens and an officer, signed in as people are. For throughput every phone reports as soon as it is answered;
 * for alerts most report at a steady pace while some walk up to an officer again and again.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { CloseWindowDocument, OpenWindowDocument, RegisterOfficersDocument } from '../../clients/generated/graphql.ts';
import { type SignedIn, signIn } from '../../clients/sign-in.ts';
import { partIsReady } from '../gateway/process.ts';
import { Phone, type Place } from './phone.ts';

export type PhoneOrder =
  | { readonly url: string; readonly phones: number; readonly signIn: boolean }
  | { readonly milliseconds: number }
  | { readonly milliseconds: number; readonly perSecond: number };

export interface PhoneResult {
  readonly reports: number;
  readonly seconds: number;
  readonly alertMilliseconds: readonly number[];
}

const AUSTIN: Place = { latitude: 30.2672, longitude: -97.7431 };
/** About 110 m of latitude. */
const STEP_DEGREES = 0.001;
/** Phones that walk up to the officers. */
const WALKERS = 16;
const OFFICERS = 10;
/** Whoever looks up the same officer in more windows within the hour is told nothing more. */
const WINDOWS_PER_OFFICER = 5;

const crowd = { phones: [] as Phone[], walkers: [] as Phone[], officers: [] as SignedIn[], turn: 0 };

const phoneNumber = () => `+1512${randomInt(2_000_000, 9_999_999)}`;

async function connect(url: string, count: number, isSystem: boolean): Promise<void> {
  const token = async () => {
    if (!isSystem) return undefined;
    const { client } = await signIn(url, {
      emailAddress: `${randomUUID()}@citizens.example`,
      phoneNumber: phoneNumber(),
    });
    return client.session?.accessToken;
  };
  crowd.phones = await Promise.all(Array.from({ length: count }, async () => Phone.connect(url, await token())));
  if (!isSystem) return;
  crowd.walkers = await Promise.all(Array.from({ length: WALKERS }, async () => Phone.connect(url, await token())));
  for (const walker of crowd.walkers) walker.listen();
  const administrator = await signIn(url, {
    emailAddress: 'administrator@hey-blue.example',
    phoneNumber: phoneNumber(),
  });
  const emailAddresses = Array.from({ length: OFFICERS }, () => `${randomUUID()}@officers.example`);
  await administrator.client.request(RegisterOfficersDocument, {
    input: { emailAddresses, departmentName: 'Austin Police Department' },
  });
  crowd.officers = await Promise.all(
    emailAddresses.map((emailAddress) => signIn(url, { emailAddress, phoneNumber: phoneNumber() })),
  );
}

/** A place for a phone that moves a little with every report, out of anybody's reach. */
function somewhere(index: number, turn: number): Place {
  return {
    latitude: AUSTIN.latitude + 0.1 + (index % 100) * STEP_DEGREES * 10 + (turn % 5) * 0.0001,
    longitude: AUSTIN.longitude + Math.floor(index / 100) * STEP_DEGREES * 10,
  };
}

async function reportAtOnce(milliseconds: number): Promise<PhoneResult> {
  const began = performance.now();
  let reports = 0;
  await Promise.all(
    crowd.phones.map(async (phone, index) => {
      while (performance.now() - began < milliseconds) {
        await phone.report(somewhere(index, crowd.turn++));
        reports++;
      }
    }),
  );
  return { reports, seconds: (performance.now() - began) / 1000, alertMilliseconds: [] };
}

async function reportInTime(milliseconds: number, perSecond: number): Promise<PhoneResult> {
  const began = performance.now();
  let reports = 0;
  let isOver = false;
  const pace = (crowd.phones.length * 1000) / perSecond;
  const load = crowd.phones.map(async (phone, index) => {
    let due = began + (index / crowd.phones.length) * pace;
    while (!isOver) {
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      await phone.report(somewhere(index, crowd.turn++));
      reports++;
      due += pace;
    }
  });
  const alertMilliseconds: number[] = [];
  const windows = crowd.officers.flatMap((officer) => Array.from({ length: WINDOWS_PER_OFFICER }, () => officer));
  for (const [index, officer] of windows.entries()) {
    const early = began + (milliseconds * index) / windows.length - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    alertMilliseconds.push(...(await walkUp(officer)));
  }
  isOver = true;
  await Promise.all(load);
  return { reports, seconds: (performance.now() - began) / 1000, alertMilliseconds };
}

/** The officer opens a window, the walkers come one after another, the window is closed. @returns how long each waited. */
async function walkUp(officer: SignedIn): Promise<number[]> {
  const far = { ...AUSTIN, latitude: AUSTIN.latitude + 5 * STEP_DEGREES };
  await Promise.all(crowd.walkers.map((walker) => walker.report(far)));
  const { openWindow } = await officer.client.request(OpenWindowDocument, { input: { position: AUSTIN } });
  const waited: number[] = [];
  for (const walker of crowd.walkers) {
    const alerted = walker.alerted();
    const sent = performance.now();
    const answered = walker.report(AUSTIN);
    await alerted;
    waited.push(performance.now() - sent);
    await answered;
  }
  await officer.client.request(CloseWindowDocument, { input: { windowId: openWindow.window.id } });
  return waited;
}

async function obey(order: PhoneOrder): Promise<PhoneResult | null> {
  if ('url' in order) {
    await connect(order.url, order.phones, order.signIn);
    return null;
  }
  const result =
    'perSecond' in order
      ? await reportInTime(order.milliseconds, order.perSecond)
      : await reportAtOnce(order.milliseconds);
  const failure = [...crowd.phones, ...crowd.walkers].find((phone) => phone.failure)?.failure;
  if (failure) throw new Error(`A phone was refused: ${failure}`);
  return result;
}

partIsReady(undefined, obey);
