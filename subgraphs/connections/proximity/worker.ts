/*
 * Owns a part of the Earth: who is where in it, in memory and nowhere else. Positions end after their time to live,
 * officers are found only while their window is open. An officer enters the engine at the middle of a coarse cell, with
 * a reach that makes up for it: nobody within the alert radius of the true position is missed, and nothing a citizen is
 * told depends on more than the cell. What it says goes to fronts, by frames; it knows neither database nor people.
 */
import type { Logger } from 'pino';
import type { Alarm, Clock } from '../../kernel/clock.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { LEAVING_FACTOR, ProximityEngine } from './engine.ts';
import { FrameWriter, type PlacedReport, readFrame, viewOf } from './frames.ts';
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
import { ENTERED } from './pairs.ts';
import type { ProximityBus } from './proximity-bus.ts';
import { TimingWheel } from './timing-wheel.ts';

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
/** Of one citizen, remembered against telling twice: more windows are not met in a day. */
const TOLD_LIMIT = 64;
const INBOX_LIMIT = 4;

interface Person {
  readonly id: string;
  readonly isOfficer: boolean;
  /** Its number in the wheel. */
  readonly slot: number;
  /** Its number in the engine, while it can be found. */
  number: number | undefined;
  report: PlacedReport;
  /** Middle of the coarse cell; officers only. */
  cell: Position;
  /** Fronts that have a subscription of the citizen's. */
  readonly inboxes: string[];
  /** Windows that the citizen has been told of. */
  readonly told: Set<string>;
}

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
  readonly #wheel: TimingWheel;
  readonly #officers = new Map<string, Person>();
  readonly #citizens = new Map<string, Person>();
  /** Engine number -> officer or citizen. */
  readonly #officerAt: Person[] = [];
  readonly #citizenAt: Person[] = [];
  /** Wheel number -> person. */
  readonly #slots: (Person | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  readonly #writers = new Map<string, FrameWriter>();
  /** Windows that were closed early, until they would have ended: late reports must not open them again. */
  readonly #closed = new Map<string, number>();
  /** Citizens whose present state is told once all fronts have said what they know. */
  #unsettled = new Set<Person>();
  #settlesAt = 0;
  #order = 0;
  #held: { readonly address: string; readonly frame: Buffer }[] = [];
  #tick: Alarm | undefined;
  #end: (() => Promise<void>) | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#engine = new ProximityEngine(options.alertRadiusMeters + COARSE_RADIUS_METERS);
    this.#wheel = new TimingWheel({
      now: options.clock.now(),
      tickMilliseconds: TICK_MILLISECONDS,
      ticks: TICKS,
    });
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
      () => this.#writer(ALL_FRONTS).json({ type: 'again' } satisfies AgainMessage),
    );
    this.#arm();
  }

  /** How many people it knows of; numbers only. */
  get load(): { readonly officers: number; readonly citizens: number } {
    return { officers: this.#officers.size, citizens: this.#citizens.size };
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
    for (const writer of this.#writers.values()) writer.flush();
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }

  #arm(): void {
    const { clock } = this.#options;
    const next = (Math.floor(this.#now() / TICK_MILLISECONDS) + 1) * TICK_MILLISECONDS;
    this.#tick = clock.at(new Date(next), () => {
      this.#advance();
      const now = this.#now();
      for (const [windowId, closesAt] of this.#closed) if (closesAt <= now) this.#closed.delete(windowId);
      this.#arm();
    });
  }

  #advance(): void {
    const now = this.#options.clock.now();
    this.#wheel.advance(now, (slot) => {
      const person = this.#slots[slot];
      if (person) this.#forget(person);
    });
    if (this.#unsettled.size > 0 && now.getTime() >= this.#settlesAt) {
      const settled = this.#unsettled;
      this.#unsettled = new Set();
      for (const citizen of settled) {
        // Another may own the place by now.
        if (this.#citizens.get(citizen.id) === citizen && citizen.report.isPrimary) this.#present(citizen);
      }
    }
  }

  #take(frame: Buffer): void {
    // What has ended is gone before anything is told, also where the tick is late.
    this.#advance();
    // A front that sees other workers tells us what we own before we know that we do.
    if (viewOf(frame) !== this.#options.view()) this.settle();
    try {
      readFrame(frame, {
        report: (report, sender) => this.#reported(report, sender),
        leave: (accountId, isOfficer, isGone, sequence) => {
          const person = (isOfficer ? this.#officers : this.#citizens).get(accountId);
          // Who owns a citizen now tells the whole present state; what we said here would contradict it.
          if (person && person.report.sequence <= sequence) this.#forget(person, isOfficer || isGone);
        },
        json: (message: AskMessage, sender) => this.#asked(message, sender),
      });
    } catch (error) {
      this.#options.log.error({ reason: (error as Error).message }, 'a frame could not be read');
    }
  }

  #reported(report: PlacedReport, sender: string): void {
    const { isOfficer, accountId, token } = report;
    const now = this.#now();
    const endsAt = this.#endOf(report);
    const isClosed = isOfficer && this.#closed.has(report.windowId ?? '');
    const people = isOfficer ? this.#officers : this.#citizens;
    let person = people.get(accountId);
    const isTaken = endsAt > now && !isClosed && !(person && report.sequence < person.report.sequence);
    if (!isTaken) {
      if (token !== 0) this.#writer(sender).answer(token, false, 0);
      return;
    }
    const wasOwn = person?.report.isPrimary ?? false;
    const cell = isOfficer ? this.#grid.coarse(report.position).center : report.position;
    const earlier = person && { cell: person.cell, report: person.report };
    if (person) {
      person.report = report;
      person.cell = cell;
    } else {
      person = this.#add(report, cell);
      people.set(accountId, person);
    }
    this.#wheel.set(person.slot, endsAt);
    const isTold = isOfficer || (wasOwn && report.isPrimary);
    const clearMeters = this.#place(person, earlier, isTold);
    if (!isOfficer && report.isPrimary && !wasOwn) {
      if (now < this.#settlesAt) this.#unsettled.add(person);
      else this.#present(person);
    }
    if (token !== 0) {
      const quietSeconds = report.isVisible ? Math.floor(clearMeters / CLOSING_METERS_PER_SECOND) : 0;
      this.#writer(sender).answer(token, true, quietSeconds);
    }
  }

  /** Puts a person where the report says, or out of sight. @returns how far away the next possible pair is, meters. */
  #place(person: Person, earlier: Pick<Person, 'cell' | 'report'> | undefined, isTold: boolean): number {
    const { isOfficer, report, cell } = person;
    if (!report.isVisible) {
      this.#hide(person, earlier ?? person);
      return 0;
    }
    if (person.number === undefined) {
      person.number = isOfficer ? this.#engine.addOfficer() : this.#engine.addCitizen();
      (isOfficer ? this.#officerAt : this.#citizenAt)[person.number] = person;
    }
    if (!isOfficer) {
      const clear = this.#engine.moveCitizen(person.number, report.position.latitude, report.position.longitude);
      if (isTold) this.#tell();
      return clear;
    }
    // A new window is new to those who know the old one.
    if (earlier && earlier.report.windowId !== report.windowId) this.#hide(person, earlier);
    if (person.number === undefined) return this.#place(person, undefined, isTold);
    const { radiusMeters } = this.#grid.coarse(report.position);
    const reach = this.#options.alertRadiusMeters + radiusMeters;
    this.#engine.moveOfficer(person.number, cell.latitude, cell.longitude, reach);
    this.#tell(earlier);
    return 0;
  }

  /** Takes a person out of sight; those who found an officer are told. */
  #hide(person: Person, last: Pick<Person, 'cell' | 'report'>, isTold = true): void {
    if (person.number === undefined) return;
    if (person.isOfficer) {
      this.#engine.removeOfficer(person.number);
      this.#tell(last);
      delete this.#officerAt[person.number];
    } else {
      this.#engine.removeCitizen(person.number);
      if (isTold) this.#tell();
      delete this.#citizenAt[person.number];
    }
    person.number = undefined;
  }

  #forget(person: Person, isTold = true): void {
    this.#hide(person, person, isTold);
    this.#wheel.clear(person.slot);
    this.#slots[person.slot] = undefined;
    this.#freeSlots.push(person.slot);
    this.#unsettled.delete(person);
    (person.isOfficer ? this.#officers : this.#citizens).delete(person.id);
  }

  #add(report: PlacedReport, cell: Position): Person {
    const slot = this.#freeSlots.pop() ?? this.#slots.length;
    const person: Person = {
      id: report.accountId,
      isOfficer: report.isOfficer,
      slot,
      number: undefined,
      report,
      cell,
      inboxes: [],
      told: new Set(),
    };
    this.#slots[slot] = person;
    return person;
  }

  #endOf(report: PlacedReport): number {
    const end = report.reportedAt + this.#options.timeToLiveSeconds * 1_000;
    return report.isOfficer ? Math.min(end, report.windowClosesAt ?? 0) : end;
  }

  /** Whether a position is still to be known. The wheel takes it away up to a tick later. */
  #lives({ report }: Person): boolean {
    return this.#endOf(report) > this.#now();
  }

  /** Tells the citizens that we own what the engine's last move has changed. @param last what was known of the officer before. */
  #tell(last?: Pick<Person, 'cell' | 'report'>): void {
    const { items, count } = this.#engine.changes;
    for (let index = 0; index < count; index++) {
      const officer = this.#officerAt[items[3 * index] as number];
      const citizen = this.#citizenAt[items[3 * index + 1] as number];
      if (!officer || !citizen?.report.isPrimary || officer.id === citizen.id) continue;
      const hasEntered = items[3 * index + 2] === ENTERED;
      if (hasEntered && !(this.#lives(officer) && this.#lives(citizen))) continue;
      const known = hasEntered ? officer : (last ?? officer);
      const message: AlertMessage = {
        type: 'alert',
        citizenId: citizen.id,
        ...this.#basis(citizen),
        hasEntered,
        at: this.#now(),
        ...this.#sighting(citizen, officer.id, known),
      };
      this.#send(citizen, message);
    }
  }

  #basis(citizen: Person): Basis {
    return { sequence: citizen.report.sequence, order: ++this.#order };
  }

  #present(citizen: Person): void {
    const message: PresentMessage = {
      type: 'present',
      citizenId: citizen.id,
      ...this.#basis(citizen),
      at: this.#now(),
      sightings: this.#sightings(citizen),
    };
    this.#send(citizen, message);
  }

  #sightings(citizen: Person): SightingMessage[] {
    if (citizen.number === undefined) return [];
    return this.#engine.officersNear(citizen.number).flatMap((number) => {
      const officer = this.#officerAt[number];
      return officer && officer.id !== citizen.id && this.#lives(officer)
        ? [this.#sighting(citizen, officer.id, officer)]
        : [];
    });
  }

  #sighting(citizen: Person, officerId: string, { cell, report }: Pick<Person, 'cell' | 'report'>): SightingMessage {
    const windowId = report.windowId ?? '';
    return {
      officerId,
      windowId,
      windowClosesAt: report.windowClosesAt ?? 0,
      cell,
      meters: distanceMeters(citizen.report.position, cell),
      isNew: !citizen.told.has(windowId),
    };
  }

  #remember(citizen: Person, windowId: string): void {
    citizen.told.delete(windowId);
    citizen.told.add(windowId);
    if (citizen.told.size <= TOLD_LIMIT) return;
    for (const oldest of citizen.told) {
      citizen.told.delete(oldest);
      break;
    }
  }

  #send(citizen: Person, message: AlertMessage | PresentMessage): void {
    // Nobody has said yet where the citizen listens: whoever knows takes it.
    const inboxes = citizen.inboxes.length > 0 ? citizen.inboxes : [ALL_FRONTS];
    for (const inbox of inboxes) this.#writer(inbox).json(message);
  }

  #asked(message: AskMessage, sender: string): void {
    const answer = this.#answer(message.ask, sender);
    if (message.token !== 0) this.#writer(sender).json({ type: 'reply', token: message.token, ...answer });
  }

  #answer(ask: Ask, sender: string): Omit<Reply, 'type' | 'token'> {
    if (ask.kind === 'close') {
      this.#closed.set(ask.windowId, ask.windowClosesAt);
      const officer = this.#officers.get(ask.officerId);
      if (officer?.report.windowId === ask.windowId) this.#forget(officer);
      return { isKnown: true };
    }
    if (ask.kind === 'nearest') {
      const isVisible = (number: number) => {
        const officer = this.#officerAt[number];
        return officer !== undefined && this.#lives(officer);
      };
      const found = this.#engine.nearestOfficer(ask.position, ask.mostMeters, isVisible);
      const officer = found && this.#officerAt[found.officer];
      const { cell, report, id } = officer ?? {};
      if (!cell || !report || !id) return { isKnown: true };
      const { windowId = '', windowClosesAt = 0 } = report;
      const meters = distanceMeters(ask.position, cell);
      return { isKnown: true, sightings: [{ officerId: id, windowId, windowClosesAt, cell, meters, isNew: false }] };
    }
    const person = this.#citizens.get(ask.accountId) ?? this.#officers.get(ask.accountId);
    if (!person?.report.isPrimary || !this.#lives(person)) return { isKnown: false };
    if (ask.kind === 'report') {
      const { position, accuracyMeters, sequence, reportedAt } = person.report;
      return { isKnown: true, report: { position, accuracyMeters, sequence, reportedAt } };
    }
    if (ask.kind === 'told') {
      this.#remember(person, ask.windowId);
      return { isKnown: true };
    }
    if (ask.kind === 'listen' && !person.inboxes.includes(sender)) {
      person.inboxes.push(sender);
      if (person.inboxes.length > INBOX_LIMIT) person.inboxes.shift();
    }
    if (ask.kind === 'listen' && this.#now() < this.#settlesAt) {
      this.#unsettled.add(person);
      return { isKnown: true };
    }
    const sightings = this.#sightings(person);
    return { isKnown: true, basis: this.#basis(person), sightings };
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

  #writer(address: string): FrameWriter {
    let writer = this.#writers.get(address);
    if (!writer) {
      const { bus, clock, identity } = this.#options;
      const send = (to: string, frame: Buffer) => this.#say(to, frame);
      writer = new FrameWriter(send, address, workerAddress(identity), scheduler(bus, clock));
      this.#writers.set(address, writer);
    }
    return writer;
  }
}

/** Calls back at the end of this turn, or after the time for which the bus lets frames wait. */
export function scheduler(bus: ProximityBus, clock: Clock): (flush: () => void) => void {
  const { coalesceMilliseconds } = bus;
  if (coalesceMilliseconds === 0) return (flush) => setImmediate(flush);
  return (flush) => clock.at(new Date(clock.now().getTime() + coalesceMilliseconds), flush);
}
