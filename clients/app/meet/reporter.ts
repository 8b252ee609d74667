/*
 * When a phone says where it is, and with which count: soon after it has moved, now and then while it stands still, and
 * not at all while the API says that nobody can come near. One report at a time; the newest place goes out.
 */
import { metersBetween, type Place } from './whereabouts.ts';

export interface Fix extends Place {
  readonly accuracyMeters: number;
}

export interface ReportAnswer {
  readonly taken: boolean;
  /** Why it was not believed, such as TOO_ROUGH. */
  readonly remark: string | null;
  readonly quietSeconds: number;
  /** When the position is forgotten; ISO. */
  readonly expiresAt: string;
}

export interface ReporterOptions {
  send(fix: Fix, sequence: number): Promise<ReportAnswer>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs a task later. @returns what prevents it. */
  later(milliseconds: number, task: () => void): () => void;
  /** Told of every answer. */
  onAnswer(answer: ReportAnswer): void;
  /** Told of every failure. @returns false to report no more. */
  onFailure(failure: unknown): boolean;
}

/** Who has not moved so far has not moved: phones' places tremble by about as much. */
const MOVED_METERS = 10;
const MOVING_MILLISECONDS = 5_000;
const STANDING_MILLISECONDS = 15_000;
/** So long before a position is forgotten it is renewed, however quiet it is. */
const RENEW_MILLISECONDS = 15_000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

export class Reporter {
  readonly #options: ReporterOptions;
  #fix: Fix | undefined;
  #sent: { readonly fix: Fix; readonly at: number } | undefined;
  #sequence: number;
  #quietUntil = 0;
  #expiresAt = Number.POSITIVE_INFINITY;
  #failures = 0;
  #isSending = false;
  #hasEnded = false;
  #forget: (() => void) | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
    // As the API asks of a phone that keeps no count over its restarts.
    this.#sequence = Math.floor(options.now() / 1_000);
  }

  /** The phone knows its place. */
  heard(fix: Fix): void {
    this.#fix = fix;
    this.#plan();
  }

  /** Says it again now, such as when something has begun that asks for it. */
  hurry(): void {
    this.#quietUntil = 0;
    this.#failures = 0;
    this.#sent = undefined;
    this.#plan();
  }

  end(): void {
    this.#hasEnded = true;
    this.#forget?.();
  }

  #plan(): void {
    if (this.#hasEnded || this.#isSending || !this.#fix) return;
    this.#forget?.();
    const wait = this.#dueAt(this.#fix) - this.#options.now();
    if (wait <= 0) void this.#report(this.#fix);
    else this.#forget = this.#options.later(wait, () => this.#plan());
  }

  #dueAt(fix: Fix): number {
    if (!this.#sent) return 0;
    const { fix: sent, at } = this.#sent;
    if (this.#failures > 0) {
      return at + Math.min(LONGEST_PAUSE_MILLISECONDS, MOVING_MILLISECONDS * 2 ** (this.#failures - 1));
    }
    const hasMoved = metersBetween(sent, fix) >= MOVED_METERS;
    const paced = at + (hasMoved ? MOVING_MILLISECONDS : STANDING_MILLISECONDS);
    const renewed = Math.max(at + MOVING_MILLISECONDS, this.#expiresAt - RENEW_MILLISECONDS);
    return Math.min(Math.max(paced, this.#quietUntil), renewed);
  }

  async #report(fix: Fix): Promise<void> {
    const { send, now, onAnswer, onFailure } = this.#options;
    this.#isSending = true;
    this.#sequence = Math.max(this.#sequence + 1, Math.floor(now() / 1_000));
    let goesOn = true;
    try {
      const answer = await send(fix, this.#sequence);
      this.#failures = 0;
      this.#quietUntil = now() + answer.quietSeconds * 1_000;
      this.#expiresAt = Date.parse(answer.expiresAt);
      if (!this.#hasEnded) onAnswer(answer);
    } catch (failure) {
      this.#failures++;
      goesOn = this.#hasEnded || onFailure(failure);
    }
    this.#sent = { fix, at: now() };
    this.#isSending = false;
    if (goesOn) this.#plan();
    else this.end();
  }
}
