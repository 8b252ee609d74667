/*
 * Owns a part of the Earth: who is where in it, in memory and nowhere else. Positions end after their time to live,
 * officers are found only while their window is open. An officer enters the engine at the middle of a coarse cell, with
 * a reach that makes up for it: nobody within the alert radius of the true position is missed, and nothing a citizen is
 * told depends on more than the cell. What it says goes to fronts, by frames; it knows neither database nor people.
 */
import type { Logger } from 'pino';
import type { Alarm, Clock } from '../../kernel/clock.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { Audience } from './audience.ts';
import { LEAVING_FACTOR, ProximityEngine } from './engine.ts';
import { FrameWriters } from './frame-writers.ts';
import { type PlacedReport, readFrame, senderOf, viewOf } from './frames.ts';
import { Grid } from './grid.ts';
import { ALL_FRONTS, type Worker as Identity, workerAddress } from './membership.ts';
import type {
  AgainMessage,
  AlertMessage,
  Ask,
  AskMessage,
  Basis,
  PresentMessage,
  Reply,
  SightingMessage,
} from './messages.ts';
import { ENTERED, LEFT } from './pairs.ts';
import type { ProximityBus } from './proximity-bus.ts';
import { NOBODY, Roster } from './roster.ts';
import { TimingWheel } from './timing-wheel.ts';
import { textOf, uuidOf } from './uuid.ts';

/** About a city block: how exactly citizens learn where an officer is. */
const COARSE_CELL_METERS = 100;
/** No place of a coarse cell is farther from its middle. */
const COARSE_RADIUS_METERS = COARSE_CELL_METERS * 1.2;
const TICK_MILLISECONDS = 1_000;
/** A turn of the wheel is longer than any window. */
const TICKS = 1_024;
/**
 * How close two may come in a second, meters: two cars at 80 km/h each, towards each other. Who is faster is found with
 * the next report.
 */
const CLOSING_METERS_PER_SECOND = 45;
/** A front that was not spoken to for a minute may be gone. */
const IDLE_TICKS = 60;
/** Instead of quiet seconds. */
const NOT_TAKEN = -1;

export interface WorkerOptions {
  readonly identity: Identity;
  readonly bus: ProximityBus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alertRadiusMeters: number;
  readonly timeToLiveSeconds: number;
  /** Whether what is said now is surely still ours to say. */
  readonly holdsLease: () => boolean;
  /** Which workers we take for alive, as a number. */
  readonly view: () => number;
  /** For how long others may see it otherwise. */
  readonly settleMilliseconds: number;
  /** Finds out where that is in doubt. */
  readonly confirmLease: () => Promise<boolean>;
}

export class ProximityWorker {
  readonly #options: WorkerOptions;
  readonly #grid = new Grid(COARSE_CELL_METERS);
  readonly #engine: ProximityEngine;
  /** When officers and citizens are forgotten. */
  readonly #officerEnds: TimingWheel;
  readonly #citizenEnds: TimingWheel;
  readonly #officers = new Roster();
  readonly #citizens = new Roster();
  /** Engine number -> officer or citizen. */
  readonly #officerAt: number[] = [];
  readonly #citizenAt: number[] = [];
  readonly #audience = new Audience();
  readonly #writers: FrameWriters;
  /** Windows that were closed early, until they would have ended: late reports must not open them again. */
  readonly #closed = new Map<string, number>();
  /** Citizens whose present state is told once all fronts have said what they know. */
  #unsettled = new Set<number>();
  #settlesAt = 0;
  #order = 0;
  #ticks = 0;
  /** The instant at which the frame came that is being read, or the tick, milliseconds since 1970. */
  #at = 0;
  #held: { readonly address: string; readonly frame: Buffer }[] = [];
  #tick: Alarm | undefined;
  #end: (() => Promise<void>) | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#engine = new ProximityEngine(options.alertRadiusMeters + COARSE_RADIUS_METERS);
    const wheel = { now: options.clock.now(), tickMilliseconds: TICK_MILLISECONDS, ticks: TICKS };
    this.#officerEnds = new TimingWheel(wheel);
    this.#citizenEnds = new TimingWheel(wheel);
    const { bus, clock, identity } = options;
    const send = (address: string, frame: Buffer) => this.#say(address, frame);
    this.#writers = new FrameWriters({ bus, clock, sender: workerAddress(identity), send });
  }

  /** How far across a border of territories an entity matters. */
  static borderMeters(alertRadiusMeters: number): number {
    return (alertRadiusMeters + COARSE_RADIUS_METERS) * LEAVING_FACTOR + COARSE_RADIUS_METERS;
  }

  /** Begins to listen. */
  async open(): Promise<void> {
    const { bus, identity } = this.#options;
    this.#end = await bus.listen(
      workerAddress(identity),
      (frame) => this.#take(frame),
      () => this.#writers.to(ALL_FRONTS).json({ type: 'again' } satisfies AgainMessage),
    );
    this.#arm();
  }

  /** How many people it knows of; numbers only. */
  get load(): { readonly officers: number; readonly citizens: number } {
    return { officers: this.#officers.size, citizens: this.#citizens.size };
  }

  /** Of an officer and a citizen who are near each other. */
  get pairs(): number {
    return this.#engine.pairCount;
  }

  /**
   * What this worker owns has changed: for a time some fronts may not have told it whom it now owns, so nobody is told
   * that an officer has gone because none is known.
   */
  settle(): void {
    this.#settlesAt = this.#now() + this.#options.settleMilliseconds;
  }

  async close(): Promise<void> {
    this.#tick?.cancel();
    await this.#end?.();
    this.#writers.flush();
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #arm(): void {
    const { clock } = this.#options;
    const next = (Math.floor(this.#now() / TICK_MILLISECONDS) + 1) * TICK_MILLISECONDS;
    this.#tick = clock.at(new Date(next), () => {
      this.#advance();
      if (++this.#ticks % IDLE_TICKS === 0) this.#writers.forgetIdle();
      for (const [windowId, closesAt] of this.#closed) if (closesAt <= this.#at) this.#closed.delete(windowId);
      this.#arm();
    });
  }

  #advance(): void {
    const now = this.#options.clock.now();
    this.#at = now.getTime();
    this.#officerEnds.advance(now, (officer) => this.#forget(officer, true));
    this.#citizenEnds.advance(now, (citizen) => this.#forget(citizen, false));
    if (this.#unsettled.size > 0 && this.#at >= this.#settlesAt) {
      const settled = this.#unsettled;
      this.#unsettled = new Set();
      // Another may own the place by now.
      for (const citizen of settled) if (this.#citizens.isPrimary(citizen)) this.#present(citizen);
    }
  }

  #take(frame: Buffer): void {
    // What has ended is gone before anything is told, also where the tick is late.
    this.#advance();
    // A front that sees other workers tells us what we own before we know that we do.
    if (viewOf(frame) !== this.#options.view()) this.settle();
    const sender = senderOf(frame);
    const answers = this.#writers.to(sender);
    try {
      readFrame(frame, {
        report: (report, isPrimary, token) => {
          const quietSeconds = this.#reported(report, isPrimary);
          if (token !== 0) answers.answer(token, quietSeconds !== NOT_TAKEN, Math.max(0, quietSeconds));
        },
        leave: (id, isOfficer, isGone, sequence) => {
          const roster = this.#rosterOf(isOfficer);
          const person = roster.find(id);
          // Who owns a citizen now tells the whole present state; what we said here would contradict it.
          if (person !== NOBODY && roster.sequenceOf(person) <= sequence) {
            this.#forget(person, isOfficer, isOfficer || isGone);
          }
        },
        json: (message: AskMessage) => this.#asked(message, sender),
      });
    } catch (error) {
      this.#options.log.error({ reason: (error as Error).message }, 'a frame could not be read');
    }
  }

  #rosterOf(isOfficer: boolean): Roster {
    return isOfficer ? this.#officers : this.#citizens;
  }

  /** @returns for how many seconds nothing can come into range, 0 where that is not known; NOT_TAKEN for a report that is over or old. */
  #reported(report: PlacedReport, isPrimary: boolean): number {
    const { isOfficer } = report;
    const roster = this.#rosterOf(isOfficer);
    const endsAt = this.#endOf(report.reportedAt, isOfficer ? report.windowClosesAt : undefined);
    const isClosed = isOfficer && this.#closed.size > 0 && this.#closed.has(textOf(report.windowId));
    let person = roster.find(report.id);
    const isOlder = person !== NOBODY && report.sequence < roster.sequenceOf(person);
    if (endsAt <= this.#at || isClosed || isOlder) return NOT_TAKEN;
    if (person === NOBODY) person = roster.add(report.id);
    if (isOfficer) {
      this.#officerEnds.set(person, endsAt);
      this.#placeOfficer(person, report, isPrimary);
      return 0;
    }
    this.#citizenEnds.set(person, endsAt);
    const clearMeters = this.#placeCitizen(person, report, isPrimary);
    return Math.floor(clearMeters / CLOSING_METERS_PER_SECOND);
  }

  /** Puts an officer where the report says, or out of sight; citizens who find another picture than before are told. */
  #placeOfficer(officer: number, report: PlacedReport, isPrimary: boolean): void {
    const officers = this.#officers;
    const { latitude, longitude } = report;
    const isKnown = officers.numberOf(officer) !== NOBODY;
    // A new window is new to those who know the old one.
    const hasNewWindow = isKnown && !officers.isInWindow(officer, report.windowId);
    if (!report.isVisible || hasNewWindow) this.#hideOfficer(officer);
    const stays =
      isKnown &&
      !hasNewWindow &&
      this.#grid.cellAt(latitude, longitude) ===
        this.#grid.cellAt(officers.latitudeOf(officer), officers.longitudeOf(officer));
    // Nobody is told of less than a cell.
    if (!report.isVisible || stays) {
      officers.write(officer, report, isPrimary);
      return;
    }
    const { center, radiusMeters } = this.#grid.coarse(report);
    const number = this.#numberOfOfficer(officer);
    this.#engine.moveOfficer(number, center.latitude, center.longitude, this.#options.alertRadiusMeters + radiusMeters);
    // Who lost the officer knew the last cell, who found it knows the new one.
    this.#tell(LEFT);
    officers.write(officer, report, isPrimary);
    this.#tell(ENTERED);
  }

  /** Puts a citizen where the report says, or out of sight. @returns how far away the next possible pair is, meters. */
  #placeCitizen(citizen: number, report: PlacedReport, isPrimary: boolean): number {
    const citizens = this.#citizens;
    const wasOwn = citizens.isPrimary(citizen);
    citizens.write(citizen, report, isPrimary);
    let clearMeters = 0;
    if (report.isVisible) {
      clearMeters = this.#engine.moveCitizen(this.#numberOfCitizen(citizen), report.latitude, report.longitude);
      if (wasOwn && isPrimary) this.#tellAll();
    } else {
      this.#hideCitizen(citizen, wasOwn && isPrimary);
    }
    if (isPrimary && !wasOwn) {
      if (this.#at < this.#settlesAt) this.#unsettled.add(citizen);
      else this.#present(citizen);
    }
    return clearMeters;
  }

  #numberOfOfficer(officer: number): number {
    let number = this.#officers.numberOf(officer);
    if (number !== NOBODY) return number;
    number = this.#engine.addOfficer();
    this.#officers.setNumber(officer, number);
    this.#officerAt[number] = officer;
    return number;
  }

  #numberOfCitizen(citizen: number): number {
    let number = this.#citizens.numberOf(citizen);
    if (number !== NOBODY) return number;
    number = this.#engine.addCitizen();
    this.#citizens.setNumber(citizen, number);
    this.#citizenAt[number] = citizen;
    return number;
  }

  /** Takes an officer out of sight; those who found them are told. */
  #hideOfficer(officer: number): void {
    const number = this.#officers.numberOf(officer);
    if (number === NOBODY) return;
    this.#engine.removeOfficer(number);
    this.#tellAll();
    this.#officers.setNumber(officer, NOBODY);
  }

  #hideCitizen(citizen: number, isTold: boolean): void {
    const number = this.#citizens.numberOf(citizen);
    if (number === NOBODY) return;
    this.#engine.removeCitizen(number);
    if (isTold) this.#tellAll();
    this.#citizens.setNumber(citizen, NOBODY);
  }

  #forget(person: number, isOfficer: boolean, isTold = true): void {
    if (isOfficer) {
      this.#hideOfficer(person);
    } else {
      this.#hideCitizen(person, isTold);
      this.#unsettled.delete(person);
      this.#audience.forget(person);
    }
    (isOfficer ? this.#officerEnds : this.#citizenEnds).clear(person);
    this.#rosterOf(isOfficer).remove(person);
  }

  /** When what was reported ends, milliseconds since 1970. */
  #endOf(reportedAt: number, windowClosesAt: number | undefined): number {
    const end = reportedAt + this.#options.timeToLiveSeconds * 1_000;
    return windowClosesAt === undefined ? end : Math.min(end, windowClosesAt);
  }

  /** Whether a position is still to be known. The wheel takes it away up to a tick later. */
  #officerLives(officer: number): boolean {
    const officers = this.#officers;
    return this.#endOf(officers.reportedAtOf(officer), officers.windowClosesAtOf(officer)) > this.#at;
  }

  #citizenLives(citizen: number): boolean {
    return this.#endOf(this.#citizens.reportedAtOf(citizen), undefined) > this.#at;
  }

  #tellAll(): void {
    this.#tell(LEFT);
    this.#tell(ENTERED);
  }

  /** Tells the citizens that we own which pairs the engine's last move has begun, or ended. */
  #tell(kind: typeof ENTERED | typeof LEFT): void {
    const { items, count } = this.#engine.changes;
    for (let index = 0; index < count; index++) {
      if (items[3 * index + 2] !== kind) continue;
      const officer = this.#officerAt[items[3 * index] as number] as number;
      const citizen = this.#citizenAt[items[3 * index + 1] as number] as number;
      if (!this.#citizens.isPrimary(citizen)) continue;
      const hasEntered = kind === ENTERED;
      if (hasEntered && !(this.#officerLives(officer) && this.#citizenLives(citizen))) continue;
      const sighting = this.#sighting(citizen, officer);
      const citizenId = this.#citizens.idOf(citizen);
      if (sighting.officerId === citizenId) continue;
      const message: AlertMessage = {
        type: 'alert',
        citizenId,
        ...this.#basis(citizen),
        hasEntered,
        at: this.#at,
        ...sighting,
      };
      this.#send(citizen, message);
    }
  }

  #basis(citizen: number): Basis {
    return { sequence: this.#citizens.sequenceOf(citizen), order: ++this.#order };
  }

  #present(citizen: number): void {
    const message: PresentMessage = {
      type: 'present',
      citizenId: this.#citizens.idOf(citizen),
      ...this.#basis(citizen),
      at: this.#at,
      sightings: this.#sightings(citizen),
    };
    this.#send(citizen, message);
  }

  #sightings(citizen: number): SightingMessage[] {
    const number = this.#citizens.numberOf(citizen);
    if (number === NOBODY) return [];
    const citizenId = this.#citizens.idOf(citizen);
    return this.#engine
      .officersNear(number)
      .map((near) => this.#officerAt[near] as number)
      .filter((officer) => this.#officerLives(officer))
      .map((officer) => this.#sighting(citizen, officer))
      .filter(({ officerId }) => officerId !== citizenId);
  }

  #sighting(citizen: number, officer: number): SightingMessage {
    const place = this.#citizens.positionOf(citizen);
    const windowId = this.#officers.windowOf(officer);
    return this.#sightingFrom(place, officer, !this.#audience.hasHeardOf(citizen, windowId));
  }

  #sightingFrom(place: Position, officer: number, isNew: boolean): SightingMessage {
    const officers = this.#officers;
    const cell = this.#grid.coarse(officers.positionOf(officer)).center;
    return {
      officerId: officers.idOf(officer),
      windowId: officers.windowOf(officer),
      windowClosesAt: officers.windowClosesAtOf(officer),
      cell,
      meters: distanceMeters(place, cell),
      isNew,
    };
  }

  #send(citizen: number, message: AlertMessage | PresentMessage): void {
    const inboxes = this.#audience.inboxesOf(citizen);
    // Nobody has said yet where the citizen listens: whoever knows takes it.
    if (inboxes.length === 0) this.#writers.to(ALL_FRONTS).json(message);
    for (const inbox of inboxes) this.#writers.to(inbox).json(message);
  }

  #asked(message: AskMessage, sender: string): void {
    const answer = this.#answer(message.ask, sender);
    if (message.token !== 0) this.#writers.to(sender).json({ type: 'reply', token: message.token, ...answer });
  }

  #answer(ask: Ask, sender: string): Omit<Reply, 'type' | 'token'> {
    if (ask.kind === 'close') return this.#close(ask);
    if (ask.kind === 'nearest') {
      const isVisible = (number: number) => this.#officerLives(this.#officerAt[number] as number);
      const found = this.#engine.nearestOfficer(ask.position, ask.mostMeters, isVisible);
      if (!found) return { isKnown: true };
      const officer = this.#officerAt[found.officer] as number;
      return { isKnown: true, sightings: [this.#sightingFrom(ask.position, officer, false)] };
    }
    const id = uuidOf(ask.accountId);
    const citizen = this.#citizens.find(id);
    if (ask.kind === 'report' && citizen === NOBODY) return this.#reportOf(this.#officers, this.#officers.find(id));
    if (citizen === NOBODY || !this.#citizens.isPrimary(citizen) || !this.#citizenLives(citizen)) {
      return { isKnown: false };
    }
    if (ask.kind === 'report') return this.#reportOf(this.#citizens, citizen);
    if (ask.kind === 'told') {
      this.#audience.heard(citizen, ask.windowId);
      return { isKnown: true };
    }
    if (ask.kind === 'listen') {
      this.#audience.listens(citizen, sender);
      if (this.#at < this.#settlesAt) {
        this.#unsettled.add(citizen);
        return { isKnown: true };
      }
    }
    const sightings = this.#sightings(citizen);
    return { isKnown: true, basis: this.#basis(citizen), sightings };
  }

  #close({ officerId, windowId, windowClosesAt }: Extract<Ask, { kind: 'close' }>): Omit<Reply, 'type' | 'token'> {
    this.#closed.set(windowId, windowClosesAt);
    const officer = this.#officers.find(uuidOf(officerId));
    if (officer !== NOBODY && this.#officers.isInWindow(officer, uuidOf(windowId))) this.#forget(officer, true);
    return { isKnown: true };
  }

  /** The last report of somebody who is ours to speak of. */
  #reportOf(roster: Roster, person: number): Omit<Reply, 'type' | 'token'> {
    if (person === NOBODY || !roster.isPrimary(person)) return { isKnown: false };
    const lives = roster === this.#officers ? this.#officerLives(person) : this.#citizenLives(person);
    if (!lives) return { isKnown: false };
    const report = {
      position: roster.positionOf(person),
      accuracyMeters: roster.accuracyOf(person),
      sequence: roster.sequenceOf(person),
      reportedAt: roster.reportedAtOf(person),
    };
    return { isKnown: true, report };
  }

  /** What was gathered under a lease that has ended meanwhile is not ours to say; in doubt it waits, and what follows with it. */
  #say(address: string, frame: Buffer): void {
    const { bus, holdsLease, confirmLease } = this.#options;
    if (this.#held.length === 0 && holdsLease()) {
      bus.send(address, frame);
      return;
    }
    this.#held.push({ address, frame });
    if (this.#held.length > 1) return;
    confirmLease().then((isHeld) => {
      const held = this.#held;
      this.#held = [];
      if (isHeld) for (const each of held) bus.send(each.address, each.frame);
    });
  }
}
