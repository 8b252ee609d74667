/*
 * Questions of a front that wait for an answer of a worker. Each ends: by its answer, by the end of the worker, or after
 * a time, since frames may be lost; a report then has no quiet time, a question is refused as UNAVAILABLE.
 */
import type { Alarm, Clock } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Reply } from './messages.ts';
import type { Remark } from './plausibility.ts';

/** Ten times what a question takes on a busy machine. */
const WAIT_MILLISECONDS = 1_000;
const SWEEP_MILLISECONDS = 250;

/** What became of a report. */
export interface ReportAnswer {
  readonly isTaken: boolean;
  readonly remark: Remark | undefined;
  /** For so long nothing can come into range; 0 where that is not known. */
  readonly quietSeconds: number;
  /** When the position ends if no report follows, milliseconds since 1970. */
  readonly expiresAt: number;
}

/** A question that waits. */
interface Waiting {
  readonly endsAt: number;
  readonly address: string;
  reply(reply: Reply): void;
  fail(): void;
}

type Settle = (answer: ReportAnswer) => void;

const ignore = () => undefined;
/** Reports that wait at first; a power of two, doubled where more do. */
const FIRST_CAPACITY = 1_024;

export class Asking {
  readonly #clock: Clock;
  /** Token -> who waits; in the order of their ends. */
  readonly #waiting = new Map<number, Waiting>();
  #token = 0;
  /** Of reports, at the last digits of their tokens: a ring, since there are many and they are answered in order. */
  #settles: (Settle | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #expiries = new Float64Array(FIRST_CAPACITY);
  #newest = 0;
  /** All before it have been answered. */
  #oldest = 1;
  /** How far reports had come at each sweep. */
  #marks: { readonly token: number; readonly at: number }[] = [];
  #sweep: Alarm | undefined;
  #settle: Settle = ignore;
  /** One for all promises: a function each would be one more thing to make for every report. */
  readonly #keepSettle = (settle: Settle) => {
    this.#settle = settle;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names the next report; `reported` says what waits for it. */
  nextReport(): number {
    // Zero names nobody, and tokens are 32 bits on the wire.
    this.#newest = (this.#newest + 1) >>> 0 || 1;
    if (this.#waitingReports > this.#settles.length) this.#growRing();
    return this.#newest;
  }

  /** The answer to the report that was named last; one that is not answered was sent all the same. Never rejects. */
  reported(expiresAt: number): Promise<ReportAnswer> {
    const answer = new Promise<ReportAnswer>(this.#keepSettle);
    const at = this.#newest & (this.#settles.length - 1);
    this.#settles[at] = this.#settle;
    this.#expiries[at] = expiresAt;
    this.#sweep ??= this.#sweepLater();
    return answer;
  }

  /**
   * For a question to one worker. Rejects with Refusal UNAVAILABLE when the worker does not reply.
   * @param taken called with the reply before anything is read that the worker said after it.
   */
  ask(
    address: string,
    taken: (reply: Reply) => void = ignore,
  ): { readonly token: number; readonly reply: Promise<Reply> } {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const token = this.#add({
      endsAt: this.#now() + WAIT_MILLISECONDS,
      address,
      reply: (reply) => {
        taken(reply);
        resolve(reply);
      },
      fail: () => reject(new Refusal('UNAVAILABLE')),
    });
    return { token, reply: promise };
  }

  /** The first reply of one who knows; else a reply of one who does not, once all have said so. Rejects where some did not reply. */
  async firstKnown(replies: readonly Promise<Reply>[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      let left = replies.length;
      let failure: unknown;
      for (const reply of replies) {
        reply
          .then(
            (answer) => {
              if (answer.isKnown) resolve(answer);
            },
            (error) => {
              failure = error;
            },
          )
          .then(() => {
            if (--left > 0) return;
            if (failure) reject(failure);
            else resolve({ type: 'reply', token: 0, isKnown: false });
          });
      }
    });
  }

  answered(token: number, isTaken: boolean, quietSeconds: number): void {
    if ((token - this.#oldest) >>> 0 >= this.#waitingReports) return;
    this.#answer(token, isTaken, quietSeconds);
    const mask = this.#settles.length - 1;
    while (this.#waitingReports > 0 && this.#settles[this.#oldest & mask] === undefined) {
      this.#oldest = (this.#oldest + 1) >>> 0;
    }
  }

  replied(reply: Reply): void {
    const waiting = this.#waiting.get(reply.token);
    this.#waiting.delete(reply.token);
    waiting?.reply(reply);
  }

  /** Ends the questions to workers that live no more. */
  gone(live: ReadonlySet<string>): void {
    for (const [token, waiting] of this.#waiting) {
      if (waiting.address === '' || live.has(waiting.address)) continue;
      this.#waiting.delete(token);
      waiting.fail();
    }
  }

  close(): void {
    this.#sweep?.cancel();
    this.#giveUp(this.#newest);
    for (const waiting of this.#waiting.values()) waiting.fail();
    this.#waiting.clear();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  get #waitingReports(): number {
    return (this.#newest - this.#oldest + 1) >>> 0;
  }

  #answer(token: number, isTaken: boolean, quietSeconds: number): void {
    const at = token & (this.#settles.length - 1);
    const settle = this.#settles[at];
    this.#settles[at] = undefined;
    settle?.({ isTaken, remark: undefined, quietSeconds, expiresAt: this.#expiries[at] as number });
  }

  /** Nobody answers these reports any more. */
  #giveUp(last: number): void {
    while (this.#waitingReports > 0 && (last - this.#oldest) >>> 0 < this.#waitingReports) {
      this.#answer(this.#oldest, true, 0);
      this.#oldest = (this.#oldest + 1) >>> 0;
    }
  }

  #growRing(): void {
    const [settles, expiries] = [this.#settles, this.#expiries];
    const length = 2 * settles.length;
    this.#settles = new Array(length).fill(undefined);
    this.#expiries = new Float64Array(length);
    for (let count = 0; count < settles.length; count++) {
      const token = (this.#oldest + count) >>> 0;
      this.#settles[token & (length - 1)] = settles[token & (settles.length - 1)];
      this.#expiries[token & (length - 1)] = expiries[token & (settles.length - 1)] as number;
    }
  }

  #add(waiting: Waiting): number {
    this.#token++;
    this.#waiting.set(this.#token, waiting);
    this.#sweep ??= this.#sweepLater();
    return this.#token;
  }

  #sweepLater(): Alarm {
    return this.#clock.at(new Date(this.#now() + SWEEP_MILLISECONDS), () => this.#swept());
  }

  #swept(): void {
    this.#sweep = undefined;
    const now = this.#now();
    for (const [token, waiting] of this.#waiting) {
      if (waiting.endsAt > now) break;
      this.#waiting.delete(token);
      waiting.fail();
    }
    while (this.#marks[0] && this.#marks[0].at + WAIT_MILLISECONDS <= now) {
      this.#giveUp((this.#marks.shift() as { token: number }).token);
    }
    if (this.#waitingReports > 0) this.#marks.push({ token: this.#newest, at: now });
    else this.#marks = [];
    if (this.#waitingReports > 0 || this.#waiting.size > 0) this.#sweep = this.#sweepLater();
  }
}
