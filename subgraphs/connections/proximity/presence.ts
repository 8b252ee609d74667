/*
 * Who is where right now, in memory and nowhere else: positions end after their time to live, officers are found only
 * while their window is open. An officer enters the engine at the middle of a coarse cell, with a reach that makes up for
 * it: nobody within the alert radius of the true position is missed, and nothing a citizen is told depends on more than
 * the cell. After a restart windows come from the database, positions with the next reports.
 */
import type { Logger } from 'pino';
import type { Alarm, Clock } from '../../kernel/clock.ts';
import type { LiveMessages } from '../../kernel/live-messages.ts';
import { distanceMeters, type Position } from '../../kernel/position.ts';
import { type PairChange, ProximityEngine } from './engine.ts';
import { Grid } from './grid.ts';
import type { Report, Sighting, Whereabouts } from './whereabouts.ts';

/** About a city block: how exactly citizens learn where an officer is. */
const COARSE_CELL_METERS = 100;

/** Message on a citizen's channel; instants as text, as they cross the wire. */
export interface AlertMessage {
  readonly state: 'ENTERED' | 'LEFT';
  readonly officerId: string;
  readonly windowId: string;
  readonly windowClosesAt: string;
  readonly cell: Position;
  readonly meters: number;
  readonly alertedAt: string;
}

export const alertChannel = (citizenId: string) => `alerts:${citizenId}`;

interface Person {
  report?: Report;
  expiry?: Alarm;
}

interface OpenWindow {
  readonly id: string;
  readonly closesAt: Date;
  readonly end: Alarm;
}

export interface PresenceOptions {
  readonly clock: Clock;
  readonly live: LiveMessages;
  readonly log: Logger;
  readonly alertRadiusMeters: number;
  readonly timeToLiveSeconds: number;
  /** Told when a window has ended by itself. */
  readonly windowEnded: (windowId: string, officerId: string) => void;
}

export class Presence implements Whereabouts {
  readonly #options: PresenceOptions;
  readonly #grid = new Grid(COARSE_CELL_METERS);
  readonly #engine: ProximityEngine;
  readonly #officers = new Map<string, Person>();
  readonly #citizens = new Map<string, Person>();
  readonly #windows = new Map<string, OpenWindow>();

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#engine = new ProximityEngine(options.alertRadiusMeters + COARSE_CELL_METERS * 1.2);
  }

  /** The officer can be found from now on until `closesAt`, once a position is known. */
  windowOpened(window: { id: string; officerId: string; closesAt: Date }): void {
    const { id, officerId, closesAt } = window;
    const end = this.#options.clock.at(closesAt, () => {
      this.windowClosed(officerId, id);
      this.#options.windowEnded(id, officerId);
    });
    this.#windows.get(officerId)?.end.cancel();
    this.#windows.set(officerId, { id, closesAt, end });
  }

  /** Nobody finds the officer any more; those who did are told. An earlier window than the present one changes nothing. */
  windowClosed(officerId: string, windowId: string): void {
    const window = this.#windows.get(officerId);
    if (window?.id !== windowId) return;
    window.end.cancel();
    const cell = this.#cellOf(officerId);
    this.#windows.delete(officerId);
    this.#forget(this.#officers, officerId);
    this.#tell(this.#engine.removeOfficer(officerId), window, cell);
  }

  hasOpenWindow(officerId: string): boolean {
    return this.#openWindowOf(officerId) !== undefined;
  }

  /** Takes in where an officer is. False when a newer report is known. The window must be open. */
  officerReported(officerId: string, report: Report): boolean {
    const window = this.#openWindowOf(officerId);
    if (!window || !this.#take(this.#officers, officerId, report, () => this.#officerLost(officerId))) return false;
    const { center, radiusMeters } = this.#grid.coarse(report.position);
    const reach = this.#options.alertRadiusMeters + radiusMeters;
    const before = this.#cellOf(officerId);
    this.#tell(this.#engine.placeOfficer(officerId, center, reach), window, before ?? center, center);
    return true;
  }

  /** Takes in where a citizen is. False when a newer report is known. */
  citizenReported(citizenId: string, report: Report): boolean {
    if (!this.#take(this.#citizens, citizenId, report, () => this.#citizenLost(citizenId))) return false;
    this.#tell(this.#engine.placeCitizen(citizenId, report.position));
    return true;
  }

  /** The officers that a citizen can find now. */
  async sightings(citizenId: string): Promise<Sighting[]> {
    return this.#engine.officersNear(citizenId).flatMap((officerId) => {
      const sighting = this.#sighting(citizenId, officerId);
      return sighting ? [sighting] : [];
    });
  }

  /** What a citizen may know of an officer who is near, or undefined. */
  async sighting(citizenId: string, officerId: string): Promise<Sighting | undefined> {
    return this.#sighting(citizenId, officerId);
  }

  #sighting(citizenId: string, officerId: string): Sighting | undefined {
    const window = this.#openWindowOf(officerId);
    const officer = this.#alive(this.#officers, officerId);
    const own = this.#alive(this.#citizens, citizenId);
    if (!window || !officer || !own) return undefined;
    if (!this.#engine.officersNear(citizenId).includes(officerId)) return undefined;
    const cell = this.#grid.coarse(officer.position).center;
    const meters = distanceMeters(own.position, cell);
    return { officerId, windowId: window.id, windowClosesAt: window.closesAt, cell, meters };
  }

  /** The last report of a person while it lives. */
  async lastReport(accountId: string): Promise<Report | undefined> {
    return this.#lastReport(accountId);
  }

  #lastReport(accountId: string): Report | undefined {
    return this.#alive(this.#officers, accountId) ?? this.#alive(this.#citizens, accountId);
  }

  /** When a person's position is forgotten. */
  expiryOf(accountId: string): Date | undefined {
    const report = this.#lastReport(accountId);
    return report && this.#end(report);
  }

  close(): void {
    for (const { end } of this.#windows.values()) end.cancel();
    for (const person of [...this.#officers.values(), ...this.#citizens.values()]) person.expiry?.cancel();
  }

  #take(people: Map<string, Person>, id: string, report: Report, lost: () => void): boolean {
    const person = people.get(id) ?? {};
    if (person.report && report.sequence <= person.report.sequence) return false;
    person.expiry?.cancel();
    person.report = report;
    person.expiry = this.#options.clock.at(this.#end(report), lost);
    people.set(id, person);
    return true;
  }

  #forget(people: Map<string, Person>, id: string): void {
    people.get(id)?.expiry?.cancel();
    people.delete(id);
  }

  #officerLost(officerId: string): void {
    const cell = this.#cellOf(officerId);
    this.#forget(this.#officers, officerId);
    this.#tell(this.#engine.removeOfficer(officerId), this.#windows.get(officerId), cell);
  }

  #citizenLost(citizenId: string): void {
    const changes = this.#engine.removeCitizen(citizenId);
    this.#tell(changes);
    this.#forget(this.#citizens, citizenId);
  }

  /** The report while it lives. The alarm that removes it may ring late in a busy process; nobody is told of it then. */
  #alive(people: ReadonlyMap<string, Person>, id: string): Report | undefined {
    const report = people.get(id)?.report;
    return report && this.#end(report) > this.#options.clock.now() ? report : undefined;
  }

  #end(report: Report): Date {
    return new Date(report.reportedAt.getTime() + this.#options.timeToLiveSeconds * 1000);
  }

  #openWindowOf(officerId: string): OpenWindow | undefined {
    const window = this.#windows.get(officerId);
    return window && window.closesAt > this.#options.clock.now() ? window : undefined;
  }

  #cellOf(officerId: string): Position | undefined {
    const report = this.#officers.get(officerId)?.report;
    return report && this.#grid.coarse(report.position).center;
  }

  /** Sends the changes to the citizens; what is not given is looked up, for several officers at once. */
  #tell(changes: readonly PairChange[], window?: OpenWindow, leftCell?: Position, enteredCell?: Position): void {
    const alertedAt = this.#options.clock.now().toISOString();
    for (const { officerId, citizenId, change } of changes) {
      const found = window ?? this.#windows.get(officerId);
      const cell = (change === 'entered' ? enteredCell : leftCell) ?? this.#cellOf(officerId);
      const own = this.#citizens.get(citizenId)?.report;
      if (!found || !cell || !own) continue;
      const message: AlertMessage = {
        state: change === 'entered' ? 'ENTERED' : 'LEFT',
        officerId,
        windowId: found.id,
        windowClosesAt: found.closesAt.toISOString(),
        cell,
        meters: distanceMeters(own.position, cell),
        alertedAt,
      };
      // May be lost: whoever subscribes again is told the present state.
      this.#options.live.publish(alertChannel(citizenId), message).catch((err: Error) => {
        // The error itself may hold what was sent: a place and who is there.
        this.#options.log.warn({ reason: err.name }, 'an alert was lost');
      });
    }
  }
}
