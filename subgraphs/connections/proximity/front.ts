/*
 * The side of the proximity engine that people speak to: takes reports, asks whoever owns the place, holds the alerts of
 * those who listen. It remembers the last report of each phone it serves, so that a worker that dies loses nothing: its
 * successor is told again within the lease. No position is stored anywhere, and none outlives its time here either.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../kernel/clock.ts';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import { AlertFeed } from './alert-feed.ts';
import { Asking, type ReportAnswer } from './asking.ts';
import { FrameWriters } from './frame-writers.ts';
import { readFrame, senderOf } from './frames.ts';
import { ALL_FRONTS, frontAddress, type Membership, workerAddress } from './membership.ts';
import type { AlertMessage, Ask, FrontMessage, PresentMessage, Reply, SightingMessage } from './messages.ts';
import { nearestOfficers } from './nearest-officers.ts';
import { type OfficerState, OfficerStates } from './officer-state.ts';
import { remarkOn } from './plausibility.ts';
import type { ProximityBus } from './proximity-bus.ts';
import { Reporter } from './reporter.ts';
import { Territory } from './territory.ts';
import type { Report, Sighting, Whereabouts } from './whereabouts.ts';
import { ProximityWorker } from './worker.ts';

/** What a phone says. */
export interface LocationReport {
  readonly position: Position;
  readonly accuracyMeters: number | undefined;
  /** Undefined for one that comes with something else, such as the opening of a window. */
  readonly sequence: number | undefined;
  /** When the phone measured it; undefined where it did not say. */
  readonly measuredAt: Date | undefined;
}

export interface FrontOptions {
  readonly id: string;
  readonly bus: ProximityBus;
  readonly membership: Membership;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alertRadiusMeters: number;
  readonly timeToLiveSeconds: number;
  readonly reportsPerMinute: number;
  /** Who moves faster is not believed. */
  readonly travelMetersPerSecond: number;
  readonly loadOfficer: (officerId: string) => Promise<OfficerState>;
  /** Whether others may find the person at this place. */
  readonly mayBeFound: (accountId: string, position: Position, isOfficer: boolean) => boolean;
  readonly mayMeet: (officerId: string, citizenId: string) => boolean;
}

/** A phone's own clock may be wrong by so much. */
const CLOCK_SKEW_MILLISECONDS = 60_000;

export class ProximityFront implements Whereabouts {
  readonly #options: FrontOptions;
  readonly #territory = new Territory();
  readonly #borderMeters: number;
  readonly #reporters = new Map<string, Reporter>();
  readonly #feeds = new Map<string, Set<AlertFeed>>();
  readonly #officers: OfficerStates;
  readonly #writers: FrameWriters;
  readonly #asking: Asking;
  readonly #ends: (() => Promise<void>)[] = [];
  #closed = false;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#borderMeters = ProximityWorker.borderMeters(options.alertRadiusMeters);
    this.#asking = new Asking(options.clock);
    this.#officers = new OfficerStates(options.loadOfficer);
    const { bus, clock, id } = options;
    this.#writers = new FrameWriters({ bus, clock, sender: frontAddress(id), view: () => this.#territory.view });
    options.membership.onChange(() => this.#workersChanged());
  }

  /** How many people it knows a position of. */
  get load(): number {
    return this.#reporters.size;
  }

  /** Begins to listen. */
  async open(): Promise<void> {
    const { bus, id, membership } = this.#options;
    const lost = () => this.#tellAgain();
    this.#ends.push(await bus.listen(frontAddress(id), (frame) => this.#take(frame, false), lost));
    this.#ends.push(await bus.listen(ALL_FRONTS, (frame) => this.#take(frame, true), lost));
    this.#territory.workers = membership.workers;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const reporter of this.#reporters.values()) reporter.expiry?.cancel();
    for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.end();
    this.#asking.close();
    this.#writers.flush();
    for (const end of this.#ends) await end();
  }

  /**
   * Takes in where somebody is.
   * Rejects with Refusal RATE_LIMITED; WINDOW_NOT_OPEN for an officer without a window; UNAVAILABLE where nobody owns the place.
   */
  report(accountId: string, isOfficer: boolean, said: LocationReport): Promise<ReportAnswer> {
    const now = this.#now();
    const reporter = this.#reporterOf(accountId, isOfficer, now);
    const { reportsPerMinute } = this.#options;
    if (said.sequence !== undefined && !reporter.allowance.take(reportsPerMinute, now)) return refused('RATE_LIMITED');
    if (!isOfficer) return this.#reported(reporter, undefined, said, now);
    const known = this.#officers.known(accountId, now);
    if (known) return this.#reported(reporter, known, said, now);
    return this.#officers
      .at(accountId, now)
      .then((officer) => this.#reported(this.#reporterOf(accountId, isOfficer, now), officer, said, now));
  }

  #reported(
    reporter: Reporter,
    officer: OfficerState | undefined,
    { position, accuracyMeters = Number.NaN, sequence, measuredAt }: LocationReport,
    now: number,
  ): Promise<ReportAnswer> {
    if (officer && !officer.window && !officer.busyUntil) return refused('WINDOW_NOT_OPEN');
    const at = measuredAt === undefined ? now : this.#believable(measuredAt.getTime(), now);
    const isOlder = sequence !== undefined && sequence <= reporter.lastSequence;
    const { travelMetersPerSecond } = this.#options;
    const remark = isOlder ? 'OLDER' : remarkOn(position, accuracyMeters, at, reporter, travelMetersPerSecond);
    if (remark !== 'OLDER' && sequence !== undefined) reporter.lastSequence = sequence;
    if (remark) {
      // Whoever has jumped is not where they were either.
      if (remark === 'IMPLAUSIBLE_JUMP') this.#withdraw(reporter);
      const expiresAt = reporter.isPlaced ? reporter.reportedAt + this.#timeToLive() : now;
      return Promise.resolve({ isTaken: false, remark, quietSeconds: 0, expiresAt });
    }
    reporter.believe(position, accuracyMeters, at);
    // A phone that has reported elsewhere before is no longer theirs to speak for.
    const isFirst = !reporter.isPlaced;
    reporter.sequence = Math.max(0, reporter.lastSequence);
    if (isFirst) this.#broadcast({ type: 'mine', accountId: reporter.accountId, sequence: reporter.sequence });
    this.#place(reporter, officer, this.#asking.nextReport());
    if (reporter.owners.length === 0) return refused('UNAVAILABLE');
    return this.#asking.reported(at + this.#timeToLive());
  }

  /** A clock that goes wrong by much says nothing about when; one that is ahead measured just now. */
  #believable(measuredAt: number, now: number): number {
    const most = Math.max(CLOCK_SKEW_MILLISECONDS, this.#timeToLive());
    return Math.abs(measuredAt - now) > most ? now : Math.min(measuredAt, now);
  }

  /** The alerts of a citizen: who is near first, then each change. `return` ends it at once. */
  async listen(citizenId: string): Promise<AlertFeed> {
    const { mayMeet } = this.#options;
    const feeds = this.#feeds.get(citizenId) ?? new Set();
    this.#feeds.set(citizenId, feeds);
    const feed = new AlertFeed(
      (officerId) => mayMeet(officerId, citizenId),
      (windowId) => this.#toldOf(citizenId, windowId),
      () => {
        feeds.delete(feed);
        if (feeds.size === 0 && this.#feeds.get(citizenId) === feeds) this.#feeds.delete(citizenId);
      },
    );
    feeds.add(feed);
    try {
      await this.#firstKnown(this.#ownerOf(citizenId), (address) => this.#listenAt(address, citizenId));
    } catch (error) {
      feed.end();
      throw error;
    }
    return feed;
  }

  async lastReport(accountId: string): Promise<Report | undefined> {
    const id = accountId.toLowerCase();
    const found = this.#ownReport(id) ?? (await this.#find(id, 'report')).report;
    if (!found || found.reportedAt + this.#timeToLive() <= this.#now()) return undefined;
    const accuracy = found.accuracyMeters;
    const accuracyMeters = accuracy === null || Number.isNaN(accuracy) ? undefined : accuracy;
    const { position, sequence, reportedAt } = found;
    return { position, sequence, accuracyMeters, reportedAt: new Date(reportedAt) };
  }

  #ownReport(accountId: string): Reply['report'] {
    const reporter = this.#reporters.get(accountId);
    if (!reporter?.isPlaced) return undefined;
    const { latitude, longitude, accuracyMeters, sequence, reportedAt } = reporter;
    return { position: { latitude, longitude }, accuracyMeters, sequence, reportedAt };
  }

  async sightings(citizenId: string): Promise<Sighting[]> {
    const { sightings = [] } = await this.#find(citizenId, 'sightings');
    return sightings.map(toSighting).filter(({ officerId }) => this.#options.mayMeet(officerId, citizenId));
  }

  async sighting(citizenId: string, officerId: string): Promise<Sighting | undefined> {
    const id = officerId.toLowerCase();
    return (await this.sightings(citizenId)).find((each) => each.officerId === id);
  }

  /** The available officer nearest to a citizen, within `mostMeters`; undefined where there is none. @throws Refusal POSITION_UNKNOWN. */
  async nearest(citizenId: string, mostMeters: number): Promise<Sighting | undefined> {
    const place = (await this.lastReport(citizenId))?.position;
    if (!place) throw new Refusal('POSITION_UNKNOWN');
    const found = await nearestOfficers(this.#territory, place, mostMeters, async (owner, most) => {
      const { sightings = [] } = await this.#ask(owner, { kind: 'nearest', position: place, mostMeters: most });
      return sightings;
    });
    const allowed = found.filter(({ officerId }) => this.#options.mayMeet(officerId, citizenId));
    allowed.sort((a, b) => a.meters - b.meters);
    return allowed[0] && toSighting(allowed[0]);
  }

  /**
   * The window has been closed early. Once this has resolved nobody finds the officer by it any more.
   * @throws Refusal UNAVAILABLE where a worker that lives does not say so; closing again asks again.
   */
  async windowClosed(officerId: string, window: { readonly id: string; readonly closesAt: Date }): Promise<void> {
    const ask: Ask = { kind: 'close', officerId, windowId: window.id, windowClosesAt: window.closesAt.getTime() };
    this.officerChanged(officerId);
    const closing = this.#territory.addresses.map((address) =>
      this.#ask(address, ask).catch((error) => {
        // What a worker knew that lives no more is forgotten with it.
        if (this.#territory.addresses.includes(address)) throw error;
      }),
    );
    await Promise.all(closing);
  }

  /** Something about an officer has changed: window, connection, department. It is read anew, here and on all fronts. */
  officerChanged(officerId: string): void {
    this.#officers.forget(officerId);
    this.#broadcast({ type: 'officer', officerId });
  }

  /** Whom these people may meet, or whether they may be found, has changed; with `everybody` where that is not known. */
  restraintsChanged(accountIds: readonly string[], everybody: boolean): void {
    for (const accountId of accountIds) this.#officers.forget(accountId);
    const concerned = everybody
      ? [...this.#reporters.values()]
      : accountIds.flatMap((accountId) => this.#reporters.get(accountId) ?? []);
    for (const reporter of concerned) this.#placeAgain(reporter);
    for (const accountId of accountIds) for (const feed of this.#feeds.get(accountId) ?? []) feed.refresh();
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #timeToLive(): number {
    return this.#options.timeToLiveSeconds * 1_000;
  }

  #reporterOf(accountId: string, isOfficer: boolean, now: number): Reporter {
    const known = this.#reporters.get(accountId);
    if (known?.isOfficer === isOfficer) return known;
    // Who was a citizen until now is found as an officer from now on, and not as both.
    if (known) this.#dismiss(known, true);
    const reporter = new Reporter(accountId, isOfficer, this.#options.reportsPerMinute, now);
    this.#reporters.set(accountId, reporter);
    this.#expire(reporter, now + this.#timeToLive());
    return reporter;
  }

  /** Forgets the reporter when it has said nothing for the time to live. */
  #expire(reporter: Reporter, at: number): void {
    reporter.expiry = this.#options.clock.at(new Date(at), () => {
      const next = reporter.reportedAt + this.#timeToLive();
      if (next > this.#now()) this.#expire(reporter, next);
      else if (this.#reporters.get(reporter.accountId) === reporter) this.#reporters.delete(reporter.accountId);
    });
  }

  /**
   * Tells the owners of the place where a reporter is, and those of the place before that they need not know any more.
   * @param token names the answer of the first owner; 0 where none is wanted.
   */
  #place(reporter: Reporter, officer: OfficerState | undefined, token: number): void {
    reporter.attend(officer);
    reporter.isVisible = this.#isVisible(reporter, officer);
    const owners = this.#territory.ownersWithin(reporter, this.#borderMeters);
    if (owners !== reporter.owners) {
      for (const owner of reporter.owners) if (!owners.includes(owner)) this.#leave(reporter, owner, false);
      reporter.owners = owners;
    }
    reporter.isPlaced = true;
    for (let index = 0; index < owners.length; index++) {
      this.#writers.to(owners[index] as string).report(reporter, index === 0, index === 0 ? token : 0);
    }
  }

  /** Another front speaks for this phone from now on. */
  #handOver(accountId: string, sequence: number): void {
    const reporter = this.#reporters.get(accountId);
    if (reporter?.isPlaced && reporter.sequence < sequence) this.#dismiss(reporter, false);
  }

  #dismiss(reporter: Reporter, isGone: boolean): void {
    for (const owner of reporter.owners) this.#leave(reporter, owner, isGone);
    reporter.expiry?.cancel();
    this.#reporters.delete(reporter.accountId);
  }

  /** Tells once more what is known of a reporter, to whoever owns the place now. */
  #placeAgain(reporter: Reporter): void {
    const { accountId, isOfficer } = reporter;
    if (!this.#isLive(reporter)) return;
    if (!isOfficer) {
      this.#place(reporter, undefined, 0);
      return;
    }
    this.#officers.at(accountId, this.#now()).then(
      (officer) => {
        // While the officer was looked up, the report may have ended, or the phone gone elsewhere.
        const isOurs = this.#isLive(reporter) && this.#reporters.get(accountId) === reporter;
        if (!officer.window && !officer.busyUntil) this.#withdraw(reporter);
        else if (isOurs) this.#place(reporter, officer, 0);
      },
      (error: Error) => this.#options.log.warn({ reason: error.name }, 'an officer could not be looked up'),
    );
  }

  #isLive({ isPlaced, reportedAt }: Reporter): boolean {
    return isPlaced && reportedAt + this.#timeToLive() > this.#now();
  }

  #isVisible(reporter: Reporter, officer: OfficerState | undefined): boolean {
    // Whoever is about to meet somebody is known to that person only.
    if (officer && (officer.busyUntil || !officer.window)) return false;
    return this.#options.mayBeFound(reporter.accountId, reporter, reporter.isOfficer);
  }

  #withdraw(reporter: Reporter): void {
    for (const owner of reporter.owners) this.#leave(reporter, owner, true);
    reporter.withdrawn();
  }

  #leave({ id, isOfficer, sequence }: Reporter, owner: string, isGone: boolean): void {
    this.#writers.to(owner).leave(id, isOfficer, isGone, sequence);
  }

  #workersChanged(): void {
    this.#territory.workers = this.#options.membership.workers;
    const live = new Set(this.#territory.addresses);
    this.#writers.keep((address) => live.has(address) || !address.startsWith('worker:'));
    this.#asking.gone(live);
    this.#tellAgain();
  }

  /**
   * Who owns what has changed, or something may have been missed: all is told again, and asked again.
   * @param only one worker; all when absent.
   */
  #tellAgain(only?: string): void {
    const live = this.#territory.addresses;
    for (const reporter of this.#reporters.values()) {
      reporter.owners = reporter.owners.filter((owner) => live.includes(owner));
      if (only === undefined || reporter.owners.includes(only)) this.#placeAgain(reporter);
    }
    for (const citizenId of this.#feeds.keys()) {
      for (const address of live)
        if (only === undefined || address === only) this.#listenUntilReplied(address, citizenId);
    }
  }

  /** Asks a worker for the present state of a citizen, and to be told of changes. */
  #listenAt(address: string, citizenId: string): Promise<Reply> {
    return this.#ask(address, { kind: 'listen', accountId: citizenId }, ({ sightings, basis }) => {
      if (!sightings || !basis) return;
      for (const feed of this.#feeds.get(citizenId) ?? []) feed.present(sightings, basis, address, this.#now());
    });
  }

  /** The same until it has replied, lives no more or nobody wants to know. */
  #listenUntilReplied(address: string, citizenId: string): void {
    this.#listenAt(address, citizenId).catch(() => {
      const isWanted = this.#feeds.has(citizenId) && this.#territory.addresses.includes(address);
      if (isWanted && !this.#closed) this.#listenUntilReplied(address, citizenId);
    });
  }

  /** Asks the worker that owns a person, or all where that is not known here. */
  #find(accountId: string, kind: 'sightings' | 'report'): Promise<Reply> {
    return this.#firstKnown(this.#ownerOf(accountId), (address) => this.#ask(address, { kind, accountId }));
  }

  /** Who owns a person, as far as that is known here. */
  #ownerOf(accountId: string): string | undefined {
    return this.#reporters.get(accountId)?.owners[0];
  }

  async #firstKnown(owner: string | undefined, ask: (address: string) => Promise<Reply>): Promise<Reply> {
    if (owner !== undefined) {
      const reply = await ask(owner);
      if (reply.isKnown) return reply;
    }
    const addresses = this.#territory.addresses;
    if (addresses.length === 0) throw new Refusal('UNAVAILABLE');
    return this.#asking.firstKnown(addresses.map(ask));
  }

  /** Whoever owns the citizen remembers it, so that another subscription does not tell it as news. */
  #toldOf(citizenId: string, windowId: string): void {
    const owner = this.#ownerOf(citizenId);
    const ask: Ask = { kind: 'told', accountId: citizenId, windowId };
    for (const address of owner === undefined ? this.#territory.addresses : [owner]) {
      this.#writers.to(address).json({ type: 'ask', token: 0, ask });
    }
  }

  #ask(address: string, ask: Ask, taken?: (reply: Reply) => void): Promise<Reply> {
    const { token, reply } = this.#asking.ask(address, taken);
    this.#writers.to(address).json({ type: 'ask', token, ask });
    return reply;
  }

  #broadcast(message: FrontMessage): void {
    this.#writers.to(ALL_FRONTS).json(message);
  }

  #take(frame: Buffer, isForAll: boolean): void {
    const sender = senderOf(frame);
    try {
      readFrame(frame, {
        answer: (token, isTaken, quietSeconds) => this.#asking.answered(token, isTaken, quietSeconds),
        json: (message: FrontMessage) => this.#told(message, sender, isForAll),
      });
    } catch (error) {
      this.#options.log.error({ reason: (error as Error).message }, 'a frame could not be read');
    }
  }

  #told(message: FrontMessage, sender: string, isForAll: boolean): void {
    if (message.type === 'reply') {
      this.#asking.replied(message);
      return;
    }
    if (message.type === 'officer') {
      // Our own words come back as well; what has been read since then is not thrown away.
      if (sender !== frontAddress(this.#options.id)) this.#officers.forget(message.officerId);
      const reporter = this.#reporters.get(message.officerId);
      if (reporter) this.#placeAgain(reporter);
      return;
    }
    if (message.type === 'mine') {
      this.#handOver(message.accountId, message.sequence);
      return;
    }
    if (message.type === 'again') {
      this.#tellAgain(sender);
      return;
    }
    // What a worker says whose lease has ended is not believed.
    if (!this.#options.membership.workers.some((worker) => workerAddress(worker) === sender)) return;
    this.#alerted(message, sender, isForAll);
  }

  #alerted(message: AlertMessage | PresentMessage, sender: string, isForAll: boolean): void {
    const feeds = this.#feeds.get(message.citizenId);
    if (!feeds) return;
    for (const feed of feeds) {
      if (message.type === 'alert') feed.change(message, sender);
      else feed.present(message.sightings, message, sender, message.at);
    }
    // The worker does not know yet that we listen.
    if (isForAll) this.#listenUntilReplied(sender, message.citizenId);
  }
}

function refused(code: RefusalCode): Promise<never> {
  return Promise.reject(new Refusal(code));
}

function toSighting({ officerId, windowId, windowClosesAt, cell, meters }: SightingMessage): Sighting {
  return { officerId, windowId, windowClosesAt: new Date(windowClosesAt), cell, meters };
}
