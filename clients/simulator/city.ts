/*
 * Plays a trace against a running system: officers open windows and accept, citizens are alerted and ask. Everything due in
 * a step is reported and answered before the step is compared with brute force, so that what is expected does not depend
 * on how fast it is played.
 */
import { randomInt } from 'node:crypto';
import {
  AcceptConnectionDocument,
  CloseWindowDocument,
  ConfirmConnectionDocument,
  ConnectionRequestsDocument,
  MeDocument,
  OpenWindowDocument,
  PointsChangesDocument,
  ProximityAlertsDocument,
  RegisterOfficersDocument,
  RequestConnectionDocument,
} from '../generated/graphql.ts';
import { signIn } from '../sign-in.ts';
import { Encounters, pairKey } from './encounters.ts';
import { SimulatedPerson } from './person.ts';
import { percentiles, type Summary, Tally } from './summary.ts';
import { type Cast, type Fix, lot, type Step } from './trace.ts';

export interface CityOptions {
  readonly url: string;
  readonly cast: Cast;
  readonly steps: readonly Step[];
  /** Seconds of the trace that pass in one second, at most. */
  readonly speed: number;
  readonly radiusMeters: number;
  readonly presentSeconds: number;
  /** Which part of the pairs that meet ask to connect, 0 to 1. */
  readonly askShare: number;
  readonly seed: string;
  /** Told after each step, and while people sign in. */
  readonly progress: (done: number, total: number, what: string) => void;
  /** Asked before each step and each sign-in. */
  readonly stopped: () => boolean;
}

const WINDOW_SECONDS = 15 * 60;
/** Between two windows of an officer. */
const REST_SECONDS = 5 * 60;
const SIGN_INS_AT_ONCE = 6;
const STEP_PATIENCE_MILLISECONDS = 10_000;

interface OfficerWindow {
  readonly id: string;
  readonly openedAt: number;
}

export class City {
  readonly #options: CityOptions;
  readonly #refusals = new Tally();
  readonly #reportMilliseconds: number[] = [];
  readonly #alertMilliseconds: number[] = [];
  readonly #rewardMilliseconds: number[] = [];
  readonly #officers = new Map<string, SimulatedPerson>();
  readonly #citizens = new Map<string, SimulatedPerson>();
  readonly #byAccount = new Map<string, SimulatedPerson>();
  readonly #windows = new Map<string, OfficerWindow>();
  readonly #restUntil = new Map<string, number>();
  readonly #encounters: Encounters;
  readonly #alerted = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #askedAt = new Map<string, number>();
  readonly #meetings = new Set<Promise<void>>();
  /** The system went away: nothing more is played or waited for. */
  #isLost = false;
  #alerts = 0;
  #requests = 0;
  #connections = 0;

  constructor(options: CityOptions) {
    this.#options = options;
    this.#encounters = new Encounters(options);
  }

  /**
   * Signs everybody in, plays the steps and closes. Ends early when asked, or when the system goes away while it is
   * played. @throws ClientError when people cannot sign in.
   */
  async play(): Promise<Summary> {
    const { steps, speed, progress, stopped } = this.#options;
    await this.#signInAll();
    const startedAt = performance.now();
    let played = 0;
    for (const step of steps) {
      if (stopped() || this.#isLost) break;
      await this.#playStep(step);
      played++;
      progress(played, steps.length, 'playing');
      await pause(startedAt + ((played * this.#stepSeconds()) / speed) * 1000 - performance.now());
    }
    await this.#untilAlerted(this.#encounters.pairs);
    await Promise.all(this.#meetings);
    const seconds = (performance.now() - startedAt) / 1000;
    const summary = await this.#summary(played * this.#stepSeconds(), seconds);
    await Promise.all([...this.#byAccount.values()].map(({ client }) => client.close()));
    return summary;
  }

  #stepSeconds(): number {
    const [first, second] = this.#options.steps;
    return first && second ? (second.endsAt - first.endsAt) / 1000 : 0;
  }

  async #signInAll(): Promise<void> {
    const { url, cast, progress, stopped } = this.#options;
    // Every run has people of its own: a pair counts once in 24 hours.
    const run = `${Date.now().toString(36)}${randomInt(36 ** 3).toString(36)}`;
    const emailOf = (vehicle: string) => `${vehicle.replace(/\W/g, '')}.${run}@simulation.example`;
    const administrator = await signIn(url, {
      emailAddress: 'administrator@hey-blue.example',
      phoneNumber: phoneNumber(),
    });
    for (let from = 0; from < cast.officers.length; from += 100) {
      const emailAddresses = cast.officers.slice(from, from + 100).map(emailOf);
      const input = { emailAddresses, departmentName: 'Austin Police Department' };
      await administrator.client.request(RegisterOfficersDocument, { input });
    }
    await administrator.client.close();
    const waiting = [...cast.officers, ...cast.citizens];
    const total = waiting.length;
    const officers = new Set(cast.officers);
    const worker = async () => {
      for (let vehicle = waiting.shift(); vehicle && !stopped(); vehicle = waiting.shift()) {
        const person = await signIn(url, { emailAddress: emailOf(vehicle), phoneNumber: phoneNumber() });
        const ledger = { refusals: this.#refusals, reportMilliseconds: this.#reportMilliseconds };
        const simulated = new SimulatedPerson(vehicle, person.accountId, person.client, ledger);
        this.#byAccount.set(person.accountId, simulated);
        (officers.has(vehicle) ? this.#officers : this.#citizens).set(vehicle, simulated);
        progress(total - waiting.length, total, 'signing in');
      }
    };
    await Promise.all(Array.from({ length: SIGN_INS_AT_ONCE }, worker));
    for (const officer of this.#officers.values()) this.#listenToRequests(officer);
    for (const citizen of this.#citizens.values()) {
      this.#listenToAlerts(citizen);
      this.#listenToPoints(citizen);
    }
  }

  async #playStep({ endsAt, fixes }: Step): Promise<void> {
    const byVehicle = new Map<string, Fix[]>();
    for (const fix of fixes) {
      const own = byVehicle.get(fix.vehicle);
      if (own) own.push(fix);
      else byVehicle.set(fix.vehicle, [fix]);
    }
    const unanswered = this.#refusals.count('UNREACHABLE');
    let taken = 0;
    await Promise.all(
      [...byVehicle].map(async ([vehicle, own]) => {
        const officer = this.#officers.get(vehicle);
        const citizen = this.#citizens.get(vehicle);
        for (const fix of own) {
          const isTaken = officer ? await this.#moveOfficer(officer, fix) : await citizen?.report(fix);
          if (!isTaken) continue;
          taken++;
          this.#encounters.moved(fix);
        }
      }),
    );
    this.#isLost = taken === 0 && this.#refusals.count('UNREACHABLE') > unanswered;
    await this.#closeWindows(endsAt);
    this.#encounters.endStep(endsAt, this.#windows.keys(), this.#citizens.keys());
  }

  /** @returns whether the system took the position. */
  async #moveOfficer(officer: SimulatedPerson, fix: Fix): Promise<boolean> {
    if (!this.#windows.has(officer.vehicle)) {
      if ((this.#restUntil.get(officer.vehicle) ?? 0) > fix.at) return false;
      const input = { position: { latitude: fix.latitude, longitude: fix.longitude } };
      const answer = await officer.attempt(() => officer.client.request(OpenWindowDocument, { input }));
      if (!answer) return false;
      this.#windows.set(officer.vehicle, { id: answer.openWindow.window.id, openedAt: fix.at });
    }
    if (await officer.report(fix)) return true;
    // Played slower than the trace, the system ends the window first.
    this.#windows.delete(officer.vehicle);
    return false;
  }

  async #closeWindows(now: number): Promise<void> {
    const due = [...this.#windows].filter(([, { openedAt }]) => now - openedAt >= WINDOW_SECONDS * 1000);
    await Promise.all(
      due.map(async ([vehicle, { id }]) => {
        const officer = this.#officers.get(vehicle);
        await officer?.attempt(() => officer.client.request(CloseWindowDocument, { input: { windowId: id } }));
        this.#windows.delete(vehicle);
        this.#restUntil.set(vehicle, now + REST_SECONDS * 1000);
      }),
    );
  }

  #listenToAlerts(citizen: SimulatedPerson): void {
    this.#listen(citizen, citizen.client.subscribe(ProximityAlertsDocument), ({ proximityAlerts: alert }) => {
      const officer = this.#byAccount.get(alert.officer.id);
      if (alert.state !== 'ENTERED' || !officer) return;
      this.#alerts++;
      this.#alertMilliseconds.push(performance.now() - Math.max(officer.reportedAt, citizen.reportedAt));
      const pair = pairKey(officer.vehicle, citizen.vehicle);
      const isNew = !this.#alerted.has(pair);
      this.#alerted.add(pair);
      if (isNew && lot(`${this.#options.seed} asks ${pair}`) < this.#options.askShare) this.#ask(officer, citizen);
    });
  }

  /** A citizen asks, unless one of the two is about to meet somebody. */
  #ask(officer: SimulatedPerson, citizen: SimulatedPerson): void {
    if (this.#busy.has(officer.accountId) || this.#busy.has(citizen.accountId)) return;
    for (const { accountId } of [officer, citizen]) this.#busy.add(accountId);
    this.#askedAt.set(citizen.accountId, performance.now());
    this.#requests++;
    const input = { officerId: officer.accountId };
    const asking = citizen
      .attempt(() => citizen.client.request(RequestConnectionDocument, { input }))
      .then((answer) => {
        if (answer) return;
        for (const { accountId } of [officer, citizen]) this.#busy.delete(accountId);
      });
    this.#track(asking);
  }

  #listenToRequests(officer: SimulatedPerson): void {
    this.#listen(officer, officer.client.subscribe(ConnectionRequestsDocument), ({ connectionRequests: request }) => {
      const citizen = this.#byAccount.get(request.citizen.id);
      if (citizen) this.#track(this.#meet(officer, citizen, request.id));
    });
  }

  async #meet(officer: SimulatedPerson, citizen: SimulatedPerson, connectionId: string): Promise<void> {
    const input = { connectionId };
    const confirm = ({ client }: SimulatedPerson) => client.request(ConfirmConnectionDocument, { input });
    const accepted = await officer.attempt(() => officer.client.request(AcceptConnectionDocument, { input }));
    const said = accepted && (await officer.attempt(() => confirm(officer)));
    const met = said && (await citizen.attempt(() => confirm(citizen)));
    if (met?.confirmConnection.connection.state === 'CONFIRMED') this.#connections++;
    for (const { accountId } of [officer, citizen]) this.#busy.delete(accountId);
  }

  #listenToPoints(citizen: SimulatedPerson): void {
    this.#listen(citizen, citizen.client.subscribe(PointsChangesDocument), ({ pointsChanges }) => {
      const askedAt = this.#askedAt.get(citizen.accountId);
      if (pointsChanges.reason !== 'AWARD' || askedAt === undefined) return;
      this.#rewardMilliseconds.push(performance.now() - askedAt);
      this.#askedAt.delete(citizen.accountId);
    });
  }

  #listen<Event>(person: SimulatedPerson, events: AsyncIterableIterator<Event>, tell: (event: Event) => void): void {
    void person.attempt(async () => {
      for await (const event of events) tell(event);
    });
  }

  #track(task: Promise<void>): void {
    const done: Promise<void> = task.finally(() => this.#meetings.delete(done));
    this.#meetings.add(done);
  }

  /** Alerts come by another way than answers: they are given some time, and then they are missed. */
  async #untilAlerted(expected: ReadonlySet<string>): Promise<void> {
    const until = performance.now() + STEP_PATIENCE_MILLISECONDS;
    const isComplete = () => this.#isLost || [...expected].every((pair) => this.#alerted.has(pair));
    while (!isComplete() && performance.now() < until) await pause(20);
  }

  async #summary(traceSeconds: number, seconds: number): Promise<Summary> {
    const people = [...this.#byAccount.values()];
    const points = await this.#pointsOfAll(people);
    const expected = this.#encounters.pairs;
    const missed = [...expected].filter((pair) => !this.#alerted.has(pair)).length;
    return {
      people: people.length,
      officers: this.#officers.size,
      citizens: this.#citizens.size,
      traceSeconds,
      seconds,
      reports: people.reduce((sum, person) => sum + person.reports, 0),
      alerts: this.#alerts,
      expected: expected.size,
      missed,
      beyondExpected: [...this.#alerted].filter((pair) => !expected.has(pair)).length,
      requests: this.#requests,
      connections: this.#connections,
      points,
      refusals: this.#refusals.counts(),
      latencies: {
        report: percentiles(this.#reportMilliseconds),
        alert: percentiles(this.#alertMilliseconds),
        rewarded: percentiles(this.#rewardMilliseconds),
      },
    };
  }

  /** Points follow a confirmation by event: they are read once every connection's are there, or some time has passed. */
  async #pointsOfAll(people: readonly SimulatedPerson[]): Promise<number> {
    const until = performance.now() + STEP_PATIENCE_MILLISECONDS;
    const isComplete = () => this.#isLost || this.#rewardMilliseconds.length >= this.#connections;
    while (!isComplete() && performance.now() < until) await pause(20);
    const balances = await Promise.all(people.map((person) => person.attempt(() => person.client.request(MeDocument))));
    return balances.reduce((sum, answer) => sum + (answer?.me.points?.available ?? 0), 0);
  }
}

const phoneNumber = () => `+1512${randomInt(2_000_000, 9_999_999)}`;

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
