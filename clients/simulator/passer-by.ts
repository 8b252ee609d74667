/*
 * One person of the demonstration. An officer lets people find them while near the middle, goes to whoever asks, says that
 * they met and drives on; a citizen asks now and then. What the system refuses is left at that: the next moment comes.
 */
import { type Client, ClientError } from '../client.ts';
import {
  AcceptConnectionDocument,
  CloseWindowDocument,
  ConfirmConnectionDocument,
  ConnectionUpdatesDocument,
  CurrentWindowDocument,
  OpenWindowDocument,
  ProximityAlertsDocument,
  ReportLocationDocument,
  RequestConnectionDocument,
} from '../generated/graphql.ts';
import type { Place } from './encounters.ts';
import { isNear, type Route, towards } from './route.ts';

export interface PasserByOptions {
  readonly name: string;
  readonly role: 'officer' | 'citizen';
  readonly client: Client;
  readonly route: Route;
  /** Told what somebody who watches wants to hear. */
  readonly say: (text: string) => void;
}

/** How far from the middle an officer is still to be found. */
const MIDDLE_METERS = 450;
/** Of 15 minutes, so that the officer and not the clock ends it. */
const WINDOW_MILLISECONDS = 14 * 60_000;
const REST_MILLISECONDS = 20_000;
/** On foot and in a hurry: nobody watches a demonstration for minutes. */
const STRIDE_METERS_PER_SECOND = 8;
const THINKING_MILLISECONDS = 3_000;
const MEETING_MILLISECONDS = 10 * 60_000;
/** How likely a citizen asks in one moment of the play: every two minutes or so. */
const ASK_SHARE = 0.025;
const ARRIVED_METERS = 15;

interface Meeting {
  readonly connectionId: string;
  readonly place: Place | undefined;
  readonly until: number;
  saidSo: boolean;
}

export class PasserBy {
  readonly #options: PasserByOptions;
  #place: Place | undefined;
  #sequence: number;
  #window: { readonly id: string; readonly openedAt: number } | undefined;
  #restUntil = 0;
  #meeting: Meeting | undefined;
  #movedAt = 0;
  /** Officers of whom the citizen was told. */
  readonly #near = new Set<string>();

  constructor(options: PasserByOptions) {
    this.#options = options;
    // Grows from one demonstration to the next, as the device of a person does.
    this.#sequence = Math.floor(Date.now() / 1000);
  }

  get isFound(): boolean {
    return this.#window !== undefined;
  }

  /** Takes up what a demonstration before this one left, and listens. */
  async begin(): Promise<void> {
    const { role, client } = this.#options;
    void this.#hear(client.subscribe(ConnectionUpdatesDocument), ({ connectionUpdates }) =>
      this.#changed(connectionUpdates),
    );
    if (role === 'citizen') {
      void this.#hear(client.subscribe(ProximityAlertsDocument), ({ proximityAlerts: { state, officer } }) => {
        if (state === 'LEFT') this.#near.delete(officer.id);
        else this.#near.add(officer.id);
      });
      return;
    }
    const answer = await this.#attempt(() => client.request(CurrentWindowDocument));
    if (answer?.currentWindow) this.#window = { id: answer.currentWindow.id, openedAt: Date.now() };
  }

  /** One moment of the play: where the route leads, unless somebody is to be met. */
  async move(onRoute: Place, middle: Place): Promise<void> {
    const { role, client } = this.#options;
    const now = Date.now();
    const seconds = this.#movedAt === 0 ? 0 : (now - this.#movedAt) / 1000;
    this.#movedAt = now;
    if (this.#meeting && this.#meeting.until < now) this.#meeting = undefined;
    const goal = this.#meeting?.place;
    this.#place = goal && this.#place ? towards(this.#place, goal, STRIDE_METERS_PER_SECOND * seconds) : onRoute;
    const isInMiddle = isNear(this.#place, middle, MIDDLE_METERS);
    if (role === 'officer') await this.#showOrHide(isInMiddle, now);
    if (!(role === 'officer' ? this.#window : isInMiddle)) return;
    const position = { latitude: this.#place.latitude, longitude: this.#place.longitude };
    const input = { position, accuracyMeters: 5, sequence: ++this.#sequence };
    const answer = await this.#attempt(() => client.request(ReportLocationDocument, { input }));
    if (role === 'officer' && answer && !answer.reportLocation.taken) this.#window = undefined;
    if (role === 'officer') await this.#sayThatWeMet();
    else if (!this.#meeting && Math.random() < ASK_SHARE) await this.#askToMeet();
  }

  async #showOrHide(isInMiddle: boolean, now: number): Promise<void> {
    const { client, name, say } = this.#options;
    const place = this.#place;
    if (!this.#window && isInMiddle && now >= this.#restUntil && place) {
      const input = { position: { latitude: place.latitude, longitude: place.longitude } };
      const opened = await this.#attempt(() => client.request(OpenWindowDocument, { input }));
      if (!opened) return;
      this.#window = { id: opened.openWindow.window.id, openedAt: now };
      say(`${name} has a moment`);
      return;
    }
    const isOver = this.#window && (!isInMiddle || now - this.#window.openedAt > WINDOW_MILLISECONDS);
    if (!this.#window || !isOver || this.#meeting) return;
    const input = { windowId: this.#window.id };
    this.#window = undefined;
    this.#restUntil = now + REST_MILLISECONDS;
    await this.#attempt(() => client.request(CloseWindowDocument, { input }));
    say(`${name} drives on`);
  }

  async #askToMeet(): Promise<void> {
    const { client } = this.#options;
    const officers = [...this.#near];
    const officerId = officers[Math.floor(Math.random() * officers.length)];
    if (officerId === undefined) return;
    // Two who have met today do not meet again, and whoever is busy may be asked another time.
    this.#near.delete(officerId);
    await this.#attempt(() => client.request(RequestConnectionDocument, { input: { officerId } }));
  }

  async #changed(connection: {
    readonly id: string;
    readonly state: string;
    readonly meetingPoint: Place | null;
    readonly citizen: { readonly firstName?: string | null };
  }): Promise<void> {
    const { role, client, name, say } = this.#options;
    const { id, state, meetingPoint, citizen } = connection;
    const input = { connectionId: id };
    if (state === 'REQUESTED' && role === 'officer' && !this.#meeting) {
      await pause(THINKING_MILLISECONDS);
      if (this.#meeting) return;
      const accepted = await this.#attempt(() => client.request(AcceptConnectionDocument, { input }));
      if (accepted) say(`${name} is on the way to ${citizen.firstName ?? 'somebody'}`);
    } else if (state === 'ACCEPTED' || state === 'MET') {
      const isKnown = this.#meeting?.connectionId === id;
      const place = meetingPoint ?? undefined;
      if (!isKnown)
        this.#meeting = { connectionId: id, place, until: Date.now() + MEETING_MILLISECONDS, saidSo: false };
      // The simulated citizen answers the officer; a real one says so in the app.
      if (state === 'MET' && role === 'citizen') await this.#confirm(id);
    } else if (this.#meeting?.connectionId === id) {
      this.#meeting = undefined;
      if (role === 'officer' && (state === 'CONFIRMED' || state === 'REWARDED')) {
        say(`${name} has met ${citizen.firstName ?? 'somebody'}`);
      }
    }
  }

  /** The officer says so on arrival; the citizen follows. */
  async #sayThatWeMet(): Promise<void> {
    const meeting = this.#meeting;
    if (!meeting || meeting.saidSo || !this.#place) return;
    if (meeting.place && !isNear(this.#place, meeting.place, ARRIVED_METERS)) return;
    meeting.saidSo = true;
    await this.#confirm(meeting.connectionId);
  }

  async #confirm(connectionId: string): Promise<void> {
    const { client } = this.#options;
    await this.#attempt(() => client.request(ConfirmConnectionDocument, { input: { connectionId } }));
  }

  async #hear<Event>(events: AsyncIterableIterator<Event>, heard: (event: Event) => unknown): Promise<void> {
    await this.#attempt(async () => {
      for await (const event of events) void heard(event);
    });
  }

  async #attempt<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      return undefined;
    }
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
