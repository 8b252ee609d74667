/*
 * The connections to one subgraph. Queries that are asked in one turn of the event loop share a connection and one write
 * (pipelining): a write is the dearest part of a small request. Answers come in order there, so that queries of different
 * turns never share one, nor does a document that is usually slow, or is new; mutations go alone, for nobody repeats them.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../subgraphs/kernel/clock.ts';
import type { Answer } from './link.answers.ts';
import { type Waiting, Wire, type WireOptions, type WireRequest } from './link.wire.ts';

/** Of each kind: for what may be asked again, and for what goes alone. */
const CONNECTIONS = 64;
/** Queries that share a connection. */
const COMPANIONS = 16;
/** Nobody has to wait longer than this, as a rule, for those who share a connection with him. */
const SLOW_MILLISECONDS = 5;
/** How much the last answer says of how long the next one will take. */
const WEIGHT_OF_LAST = 0.1;
const DOCUMENTS_KEPT = 1_000;
/** What one read takes at most. */
const READ_BYTES = 65_536;

export interface ConnectionOptions {
  readonly connectMilliseconds: number;
  /** By which answers are timed. */
  readonly clock: Pick<Clock, 'now'>;
}

export class Connections {
  readonly #now: () => number;
  readonly #shared: Wires;
  readonly #alone: Wires;
  /** How many milliseconds each document has usually taken. */
  readonly #usual = new LRUCache<string, number>({ max: DOCUMENTS_KEPT });
  /** Where the queries of this turn go. */
  #open: Wire | undefined = undefined;

  /** Connects when something is asked. @param origin such as http://rewards:4000. */
  constructor(origin: string, { connectMilliseconds, clock }: ConnectionOptions) {
    this.#now = () => clock.now().getTime();
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const options = { origin: new URL(origin), connectMilliseconds, now: this.#now, buffer };
    this.#shared = new Wires(options);
    this.#alone = new Wires(options);
  }

  /** Asks by itself what must not be asked twice. Rejects with Late, or with what broke the connection. */
  askAlone(request: WireRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#alone.askFree(new Asking(request, this.#now(), resolve, reject));
    });
  }

  /**
   * Asks what may be asked again where a connection breaks while others wait before it: queries. Rejects as `askAlone`.
   * @param document what is asked, but for its variables.
   */
  ask(document: string, request: WireRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const noted = (milliseconds: number) => {
        const before = this.#usual.get(document) ?? milliseconds;
        this.#usual.set(document, before + (milliseconds - before) * WEIGHT_OF_LAST);
      };
      const again = (asking: Asking) => this.#dispatch(document, asking);
      this.#dispatch(document, new Asking(request, this.#now(), resolve, reject, noted, again));
    });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#shared.close(), this.#alone.close()]);
  }

  #dispatch(document: string, asking: Asking): void {
    const usual = this.#usual.get(document);
    const isSlow = usual === undefined || usual > SLOW_MILLISECONDS;
    const wire = isSlow ? undefined : this.#wireOfThisTurn();
    if (wire) wire.ask(asking);
    else this.#shared.askFree(asking, !isSlow);
  }

  #wireOfThisTurn(): Wire | undefined {
    if (!this.#open?.isOpen || this.#open.joined === COMPANIONS) {
      if (!this.#open) setImmediate(this.#turnEnded);
      this.#open = this.#shared.free();
      if (this.#open) this.#open.joined = 0;
    }
    if (this.#open) this.#open.joined++;
    return this.#open;
  }

  readonly #turnEnded = () => {
    this.#open = undefined;
  };
}

/** One request, until it has its answer. */
class Asking implements Waiting {
  readonly request: WireRequest;
  readonly askedAt: number;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  readonly #noted: ((milliseconds: number) => void) | undefined;
  readonly #again: ((asking: Asking) => void) | undefined;

  /** @param noted told how long it took. @param again asks it once more; absent where that must not be. */
  constructor(
    request: WireRequest,
    askedAt: number,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
    noted?: (milliseconds: number) => void,
    again?: (asking: Asking) => void,
  ) {
    this.request = request;
    this.askedAt = askedAt;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#noted = noted;
    this.#again = again;
  }

  answered(answer: Answer, milliseconds: number): void {
    this.#noted?.(milliseconds);
    this.#resolve(answer);
  }

  failed(error: Error, milliseconds: number): void {
    this.#noted?.(milliseconds);
    this.#reject(error);
  }

  unasked(): void {
    if (this.#again) this.#again(this);
    else this.#reject(new Error('The connection broke before its turn.'));
  }
}

/** Connections of one kind: so many at most, those that are idle used first, the last one of them first. */
class Wires {
  readonly #options: Omit<WireOptions, 'freed' | 'ended'>;
  readonly #all = new Set<Wire>();
  readonly #idle: Wire[] = [];
  /** Who waits until one is free, and whether he may share it with others who waited. */
  readonly #queue: { readonly asking: Asking; readonly mayShare: boolean }[] = [];
  #whenClosed: (() => void) | undefined;

  constructor(options: Omit<WireOptions, 'freed' | 'ended'>) {
    this.#options = options;
  }

  /** One that nobody uses; undefined where there are as many as may be, and all in use. */
  free(): Wire | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.isSound) return idle;
      idle.destroy();
    }
    if (this.#all.size >= CONNECTIONS) return undefined;
    const wire = new Wire({ ...this.#options, freed: this.#freed, ended: this.#ended });
    this.#all.add(wire);
    return wire;
  }

  /** Asks on one that nobody uses, as soon as there is one. @param mayShare with others who had to wait. */
  askFree(asking: Asking, mayShare = false): void {
    const wire = this.free();
    if (wire) this.#askAlone(wire, asking);
    else this.#queue.push({ asking, mayShare });
  }

  close(): Promise<void> {
    for (const idle of this.#idle.splice(0)) idle.destroy();
    if (this.#all.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenClosed = resolve;
    });
  }

  #askAlone(wire: Wire, asking: Asking): void {
    wire.joined = COMPANIONS;
    wire.ask(asking);
  }

  /** The more there is to do, the more goes together. */
  #askNext(wire: Wire): void {
    for (let asked = 0; asked < COMPANIONS; asked++) {
      const next = this.#queue[0];
      if (!next || (asked > 0 && !next.mayShare)) return;
      this.#queue.shift();
      this.#askAlone(wire, next.asking);
      if (!next.mayShare) return;
    }
  }

  readonly #freed = (wire: Wire) => {
    if (this.#queue.length > 0) this.#askNext(wire);
    else if (this.#whenClosed) wire.destroy();
    else this.#idle.push(wire);
  };

  readonly #ended = (wire: Wire) => {
    this.#all.delete(wire);
    const index = this.#idle.indexOf(wire);
    if (index >= 0) this.#idle.splice(index, 1);
    const another = this.#queue.length > 0 ? this.free() : undefined;
    if (another) this.#askNext(another);
    else if (this.#all.size === 0) this.#whenClosed?.();
  };
}
