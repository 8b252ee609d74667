/*
 * What one subscription of a citizen has yet to be told. It keeps the latest for each officer and not the messages, so
 * that a slow phone costs no more than the officers near it, and never hears what is no longer true: who came and went
 * while it did not read is not told at all.
 */
import type { Reader, Source } from '../../kernel/mailbox.ts';
import type { AlertMessage, Basis, SightingMessage } from './messages.ts';

export type AlertKind = 'ENTERED' | 'PRESENT' | 'LEFT';

export interface Alert extends SightingMessage {
  readonly kind: AlertKind;
  /** When it was noticed, milliseconds since 1970. */
  readonly at: number;
}

/** More officers are not near one citizen; the nearest of a parade are enough. */
const OFFICER_LIMIT = 1_000;
/** Windows remembered against telling twice. */
const TOLD_LIMIT = 1_000;

/** What is known of the officers near a citizen. */
class Known {
  /** Officer -> what is true now. */
  readonly near = new Map<string, SightingMessage>();
  /** Officer -> what the reader was told last, and has not been told to have left. */
  readonly shown = new Map<string, SightingMessage>();
  /** Officers of whom the reader may have something to hear, the longest waiting first. */
  readonly waiting = new Set<string>();
  /** Windows that the reader was told of. */
  readonly told = new Set<string>();
}

export class AlertFeed implements Source<Alert> {
  readonly #left: () => void;
  readonly #mayMeet: (officerId: string) => boolean;
  readonly #telling: (windowId: string) => void;
  /** Made with the first officer: most who listen have none near, for hours. */
  #known: Known | undefined;
  /** On what the last present state rests, and who told it. */
  #basis: Basis & { readonly sender: string } = { sequence: -1, order: -1, sender: '' };
  #at = 0;
  #next: PromiseWithResolvers<IteratorResult<Alert>> | undefined;
  #reader: Reader<Alert> | undefined;
  /** Whether the reader wants another one. */
  #isWanted = false;
  #ended = false;

  /**
   * @param mayMeet leaves out officers that the citizen is not to find.
   * @param telling called when the reader is told of a window for the first time.
   * @param left called once, when the reader has gone.
   */
  constructor(mayMeet: (officerId: string) => boolean, telling: (windowId: string) => void, left: () => void) {
    this.#mayMeet = mayMeet;
    this.#telling = telling;
    this.#left = left;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** All officers near, as one worker tells it. */
  present(sightings: readonly SightingMessage[], { sequence, order }: Basis, sender: string, at: number): void {
    if (this.#ended || this.#isOlder(sequence, order, sender)) return;
    this.#basis = { sequence, order, sender };
    this.#at = at;
    const known = this.#known;
    for (const officerId of known?.near.keys() ?? []) known?.waiting.add(officerId);
    known?.near.clear();
    for (const sighting of sightings) this.#enter(sighting);
    this.#wake();
  }

  /** An officer came or left. */
  change(alert: AlertMessage, sender: string): void {
    if (this.#ended || this.#isOlder(alert.sequence, alert.order, sender)) return;
    this.#at = alert.at;
    if (alert.hasEntered) {
      this.#enter(alert);
    } else if (this.#known?.near.get(alert.officerId)?.windowId === alert.windowId) {
      this.#known.near.delete(alert.officerId);
      this.#known.waiting.add(alert.officerId);
    }
    this.#wake();
  }

  /** Looks again at whom the citizen may meet. */
  refresh(): void {
    const known = this.#known;
    if (!known) return;
    for (const officerId of known.near.keys()) known.waiting.add(officerId);
    for (const officerId of known.shown.keys()) known.waiting.add(officerId);
    this.#wake();
  }

  tell(reader: Reader<Alert>): void {
    this.#reader = reader;
    this.resume();
  }

  resume(): void {
    this.#isWanted = true;
    this.#wake();
  }

  next(): Promise<IteratorResult<Alert>> {
    const alert = this.#take();
    if (alert) return Promise.resolve({ done: false, value: alert });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    this.#next = Promise.withResolvers();
    return this.#next.promise;
  }

  async return(): Promise<IteratorResult<Alert>> {
    this.#reader = undefined;
    this.end();
    return { done: true, value: undefined };
  }

  /** Nothing more comes: the reader is told so. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#known = undefined;
    this.#left();
    this.#reader?.ended();
    this.#reader = undefined;
    this.#next?.resolve({ done: true, value: undefined });
    this.#next = undefined;
  }

  /** What was told before the present state is part of it; of two workers, who knows the newer report is right. */
  #isOlder(sequence: number, order: number, sender: string): boolean {
    return sender === this.#basis.sender ? order < this.#basis.order : sequence < this.#basis.sequence;
  }

  #enter(sighting: SightingMessage): void {
    this.#known ??= new Known();
    const { near, waiting } = this.#known;
    if (near.size >= OFFICER_LIMIT && !near.has(sighting.officerId)) return;
    near.set(sighting.officerId, sighting);
    waiting.add(sighting.officerId);
  }

  #wake(): void {
    while (this.#isWanted && this.#reader) {
      const alert = this.#take();
      if (!alert) return;
      // Whoever is told may ask something of us in turn: that waits for the answer.
      this.#isWanted = false;
      if (this.#reader.told(alert)) this.#isWanted = true;
    }
    if (!this.#next) return;
    const alert = this.#take();
    if (!alert) return;
    this.#next.resolve({ done: false, value: alert });
    this.#next = undefined;
  }

  /** The next difference between what is true and what was told. */
  #take(): Alert | undefined {
    const known = this.#known;
    if (!known) return undefined;
    for (const officerId of known.waiting) {
      const found = known.near.get(officerId);
      const near = found && this.#mayMeet(officerId) ? found : undefined;
      const shown = known.shown.get(officerId);
      if (shown && shown.windowId !== near?.windowId) {
        known.shown.delete(officerId);
        // Another window of the same officer follows: that the old one is over comes first.
        if (!near) known.waiting.delete(officerId);
        return { ...shown, isNew: false, kind: 'LEFT', at: this.#at };
      }
      known.waiting.delete(officerId);
      if (shown || !near) continue;
      known.shown.set(officerId, near);
      return { ...near, kind: this.#isNews(near, known.told) ? 'ENTERED' : 'PRESENT', at: this.#at };
    }
    return undefined;
  }

  #isNews({ windowId, isNew }: SightingMessage, told: Set<string>): boolean {
    const isNews = isNew && !told.has(windowId);
    if (isNews) this.#telling(windowId);
    told.add(windowId);
    for (const oldest of told) {
      if (told.size <= TOLD_LIMIT) break;
      told.delete(oldest);
    }
    return isNews;
  }
}
