/*
 * The way out to one client. What one tick has to say is written at its end; while more than BUFFERED_BYTES are unread
 * nothing that can wait should be sent, and when that does not end the client is given up.
 */
import type { Writable } from 'node:stream';
import type { Alarm, Clock } from './engine.ts';

/** Two or three screens full of answers. */
export const BUFFERED_BYTES = 64 * 1024;
const CHUNKS_PER_WRITE = 32;

/** What the outlets of one server have in common. */
export interface OutletHost {
  readonly clock: Clock;
  readonly limits: { readonly stalledMilliseconds: number };
  /** Calls `flush` when this tick's work is done. */
  flushSoon(outlet: { flush(): void }): void;
}

export abstract class Outlet {
  readonly #stream: Writable;
  readonly #host: OutletHost;
  /** This tick's bytes: one piece, or several. */
  #chunks: Buffer | Buffer[] | undefined;
  #isFull = false;
  /** What is awaited must happen until this rings: to begin with, or that a full buffer drains. */
  #deadline: Alarm | undefined;

  constructor(stream: Writable, host: OutletHost) {
    this.#stream = stream;
    this.#host = host;
  }

  /** Whether more is unread than may be: nothing should be sent now that can wait. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Whether bytes may be written still. */
  protected abstract get isOpen(): boolean;
  /** The buffer is full. */
  protected abstract filled(): void;
  /** It is not any more. */
  protected abstract drained(): void;
  /** It has been full for too long. */
  protected abstract stalled(): void;

  /** Sends bytes at the end of this tick, with all others of it. */
  protected sendBytes(bytes: Buffer): void {
    if (this.#chunks === undefined) {
      this.#chunks = bytes;
      this.#host.flushSoon(this);
    } else if (Array.isArray(this.#chunks)) {
      this.#chunks.push(bytes);
      // A tick ends when nothing is ready any more, which a busy source may put off.
      if (this.#chunks.length >= CHUNKS_PER_WRITE) this.flush();
    } else {
      this.#chunks = [this.#chunks, bytes];
    }
  }

  /** Writes this tick's bytes at once. */
  flush(): void {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    if (!chunks || !this.isOpen) return;
    const isWelcome = this.#stream.write(Array.isArray(chunks) ? Buffer.concat(chunks) : chunks);
    if (!isWelcome && !this.#isFull && this.#stream.writableLength > BUFFERED_BYTES) this.#waitUntilDrained();
  }

  #waitUntilDrained(): void {
    this.#isFull = true;
    this.filled();
    this.setDeadline(this.#host.limits.stalledMilliseconds, () => this.stalled());
    this.#stream.once('drain', () => {
      this.release();
      this.drained();
    });
  }

  protected setDeadline(milliseconds: number, missed: () => void): void {
    const { clock } = this.#host;
    this.#deadline = clock.at(new Date(clock.now().getTime() + milliseconds), missed);
  }

  /** Nothing is awaited any more. */
  protected release(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
    this.#isFull = false;
  }
}
