/*
 * Questions of a front that wait for an answer of a worker. Each ends: by its answer, by the end of the worker, or after
 * a time, since frames may be lost; a report then has no quiet time, a question is refused as UNAVAILABLE.
 */
import type { Alarm, Clock } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Reply } from './messages.ts';

/** Ten times what a question takes on a busy machine. */
const WAIT_MILLISECONDS = 1_000;
const SWEEP_MILLISECONDS = 250;

interface ReportAnswer {
  readonly isTaken: boolean;
  readonly quietSeconds: number;
}

interface Waiting {
  readonly endsAt: number;
  readonly address: string;
  answer(isTaken: boolean, quietSeconds: number): void;
  reply(reply: Reply): void;
  fail(): void;
}

const ignore = () => undefined;

export class Asking {
  readonly #clock: Clock;
  /** Token -> who waits; in the order of their ends. */
  readonly #waiting = new Map<number, Waiting>();
  #token = 0;
  #sweep: Alarm | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For a report; one that is not answered was sent all the same. */
  report(): { readonly token: number; readonly answer: Promise<ReportAnswer> } {
    let settle: (answer: ReportAnswer) => void = ignore;
    const answer = new Promise<ReportAnswer>((resolve) => {
      settle = resolve;
    });
    const token = this.#add({
      endsAt: this.#now() + WAIT_MILLISECONDS,
      address: '',
      answer: (isTaken, quietSeconds) => settle({ isTaken, quietSeconds }),
      reply: ignore,
      fail: () => settle({ isTaken: true, quietSeconds: 0 }),
    });
    return { token, answer };
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
      answer: ignore,
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
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    waiting?.answer(isTaken, quietSeconds);
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
    for (const waiting of this.#waiting.values()) waiting.fail();
    this.#waiting.clear();
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  #add(waiting: Waiting): number {
    // Zero names nobody, and tokens are 32 bits on the wire.
    this.#token = this.#token === 0xffffffff ? 1 : this.#token + 1;
    this.#waiting.set(this.#token, waiting);
    this.#sweep ??= this.#clock.at(new Date(this.#now() + SWEEP_MILLISECONDS), () => this.#swept());
    return this.#token;
  }

  #swept(): void {
    this.#sweep = undefined;
    const now = this.#now();
    for (const [token, waiting] of this.#waiting) {
      if (waiting.endsAt > now) break;
      this.#waiting.delete(token);
      waiting.fail();
    }
    if (this.#waiting.size === 0) return;
    this.#sweep = this.#clock.at(new Date(now + SWEEP_MILLISECONDS), () => this.#swept());
  }
}
