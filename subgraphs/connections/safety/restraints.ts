/*
 * What proximity and handshake ask about every person and place, many thousand times a second: answered from memory. Read
 * from the rows at the start; kept current by announcements, which may be lost, and by reading again what has changed at
 * short intervals, so that no process is wrong for longer. Where it must hold to the instant, the transaction that does
 * something asks the rows themselves (person.ts).
 */
import type { Alarm } from '../../kernel/clock.ts';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import type { Position } from '../../kernel/position.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type RestraintChange, RestraintState } from './restraint-state.ts';

export interface Restraints {
  /** Whether anybody may find the officer now: not suspended, department on duty, an adult. */
  mayBeFound(officerId: string): boolean;
  /** Whether the citizen may find the officer and turn to them, as far as the two are concerned: a block, a restraint. */
  mayMeet(officerId: string, citizenId: string): boolean;
  /** Whether the place lies in an area where nobody is to be found. */
  isExcluded(position: Position): boolean;
  /** Whether positions of the account may be taken in: not of youths, not of suspended accounts. */
  mayShareLocation(accountId: string): boolean;
  /** Why the account may do nothing here now: ACCOUNT_SUSPENDED, AGE_RESTRICTED without a guardian's consent. */
  refusalFor(accountId: string): RefusalCode | undefined;
  /** Why a position of the account is not taken in: ACCOUNT_SUSPENDED, AGE_RESTRICTED. */
  refusalToShare(accountId: string): RefusalCode | undefined;
  /** Why the officer may not be found there: ACCOUNT_SUSPENDED, AGE_RESTRICTED, OFF_DUTY, EXCLUDED_ZONE. */
  refusalToBeFound(officerId: string, position: Position): RefusalCode | undefined;
}

/** What has changed, and what was ended by it: rows that other parts of the process may still hold. */
export interface RestraintNews extends RestraintChange {
  /** Windows that were closed. May be lost; an officer who may not be found has none. */
  readonly windowIds: readonly string[];
  /** Connections that were called off. May be lost; whoever acts on a connection reads its row. */
  readonly connectionIds: readonly string[];
}

export interface LiveRestraints extends Restraints {
  /** Tells the listener of every change, once the answers above are those after it. */
  changed(listener: (news: RestraintNews) => void): void;
  /** Takes in what has been committed by now, as by the caller itself. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const CHANNEL = 'restraints';
/** How long a process may be wrong when announcements are lost. */
export const REREAD_SECONDS = 30;
/** Rows carry the instant their transaction began, by the clock of whoever wrote them: read again this far back. */
const OVERLAP_SECONDS = 120;
const RETRY_SECONDS = 1;

interface Announcement {
  readonly windowIds?: readonly string[];
  readonly connectionIds?: readonly string[];
}

/** @throws Refusal, the reason why the account may do nothing here now. */
export function refuseRestrained(restraints: Restraints, accountId: string): void {
  const refusal = restraints.refusalFor(accountId);
  if (refusal) throw new Refusal(refusal);
}

/** Tells every process, once this is committed, to read what has changed. */
export function announceRestraint(work: UnitOfWork, ended: Announcement = {}): void {
  work.announce(CHANNEL, ended);
}

/** Resolves once everything is read; from then on it is kept current. Rejects when the database does not answer. */
export async function openRestraints(machine: Machine): Promise<LiveRestraints> {
  const restraints = new KeptRestraints(machine);
  await restraints.open();
  return restraints;
}

class KeptRestraints implements LiveRestraints {
  readonly #machine: Machine;
  readonly #listeners: ((news: RestraintNews) => void)[] = [];
  #state = new RestraintState();
  /** When what we know was read; undefined before anything was. */
  #readAt: Date | undefined;
  /** Readings go one after the other, or an older one would overwrite a newer. */
  #queue: Promise<void> = Promise.resolve();
  /** A reading that has not begun: what is committed now, it sees. */
  #next: Promise<void> | undefined;
  #messages: AsyncIterableIterator<Announcement> | undefined;
  #tick: Alarm | undefined;
  #retry: Alarm | undefined;
  #closed = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  mayBeFound(officerId: string): boolean {
    return !this.#isSuspended(officerId) && !this.#state.isOffDuty(officerId) && !this.#state.isYouth(officerId);
  }

  mayMeet(officerId: string, citizenId: string): boolean {
    return !this.#state.isKeptApart(officerId, citizenId, this.#machine.clock.now());
  }

  isExcluded(position: Position): boolean {
    return this.#state.isExcluded(position);
  }

  mayShareLocation(accountId: string): boolean {
    return this.refusalToShare(accountId) === undefined;
  }

  refusalFor(accountId: string): RefusalCode | undefined {
    if (this.#isSuspended(accountId)) return 'ACCOUNT_SUSPENDED';
    return this.#state.isWithoutConsent(accountId) ? 'AGE_RESTRICTED' : undefined;
  }

  refusalToShare(accountId: string): RefusalCode | undefined {
    return this.refusalFor(accountId) ?? (this.#state.isYouth(accountId) ? 'AGE_RESTRICTED' : undefined);
  }

  refusalToBeFound(officerId: string, position: Position): RefusalCode | undefined {
    const refusal = this.refusalToShare(officerId);
    if (refusal) return refusal;
    if (this.#state.isOffDuty(officerId)) return 'OFF_DUTY';
    return this.isExcluded(position) ? 'EXCLUDED_ZONE' : undefined;
  }

  changed(listener: (news: RestraintNews) => void): void {
    this.#listeners.push(listener);
  }

  async open(): Promise<void> {
    await this.#listen().catch((err: Error) => this.#listenLater(err));
    await this.refresh();
    this.#wake();
  }

  refresh(): Promise<void> {
    this.#next ??= this.#enqueue(() => {
      this.#next = undefined;
      return this.#readChanges();
    });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tick?.cancel();
    this.#retry?.cancel();
    await this.#messages?.return?.();
    await this.#queue;
  }

  #isSuspended(accountId: string): boolean {
    return this.#state.isSuspended(accountId, this.#machine.clock.now());
  }

  #enqueue(read: () => Promise<void>): Promise<void> {
    const reading = this.#queue.then(read);
    this.#queue = reading.catch(() => undefined);
    return reading;
  }

  async #readChanges(): Promise<void> {
    if (this.#closed) return;
    const now = this.#machine.clock.now();
    const since = this.#readAt && new Date(this.#readAt.getTime() - OVERLAP_SECONDS * 1000);
    const change = await this.#state.read(this.#machine.em(), since, now);
    this.#readAt = now;
    this.#tell(change);
    this.#tell(this.#state.lapse(now));
  }

  async #readAll(): Promise<void> {
    if (this.#closed) return;
    const now = this.#machine.clock.now();
    const state = new RestraintState();
    await state.read(this.#machine.em(), undefined, now);
    const change = state.differenceFrom(this.#state);
    this.#state = state;
    this.#readAt = now;
    this.#tell(change);
  }

  #tell(change: RestraintChange, { windowIds = [], connectionIds = [] }: Announcement = {}): void {
    const count = change.accountIds.length + change.pairs.length + windowIds.length + connectionIds.length;
    if (count === 0 && !change.zones) return;
    for (const listener of this.#listeners) listener({ ...change, windowIds, connectionIds });
  }

  /** Listens first and reads then: a change between the two is not lost. */
  async #listen(): Promise<void> {
    const messages = await this.#machine.live.subscribe<Announcement>(CHANNEL);
    if (this.#closed) await messages.return?.();
    this.#messages = messages;
    this.#follow(messages).catch((err: Error) => this.#listenLater(err));
  }

  async #follow(messages: AsyncIterableIterator<Announcement>): Promise<void> {
    for await (const ended of messages) {
      await this.refresh().catch((err: Error) => this.#warn(err));
      this.#tell({ accountIds: [], pairs: [], zones: false }, ended);
    }
    if (!this.#closed) throw new Error('Live messages have ended');
  }

  #listenLater(err: Error): void {
    if (this.#closed) return;
    this.#warn(err);
    const { clock } = this.#machine;
    this.#retry = clock.at(new Date(clock.now().getTime() + RETRY_SECONDS * 1000), () => {
      this.#listen()
        .then(() => this.#enqueue(() => this.#readAll()))
        .catch((again: Error) => this.#listenLater(again));
    });
  }

  #wake(): void {
    if (this.#closed) return;
    const { clock } = this.#machine;
    this.#tick = clock.at(new Date(clock.now().getTime() + REREAD_SECONDS * 1000), () => {
      this.refresh().catch((err: Error) => this.#warn(err));
      this.#wake();
    });
  }

  #warn(err: Error): void {
    this.#machine.log.warn({ reason: err.message }, 'restraints are read again a little later');
  }
}
