/* What a worker remembers of citizens besides where they are: at which fronts they listen, and of which windows they heard. */

/** Of one citizen, remembered against telling twice: more windows are not met in a day. */
const TOLD_LIMIT = 64;
const INBOX_LIMIT = 4;
const NOWHERE: readonly string[] = [];

interface Listener {
  readonly inboxes: string[];
  readonly told: Set<string>;
}

export class Audience {
  /** By the citizen's number; undefined where there is nothing to remember. */
  readonly #listeners: (Listener | undefined)[] = [];

  /** Addresses of the fronts that have a subscription of the citizen's; none where nobody has said so. */
  inboxesOf(citizen: number): readonly string[] {
    return this.#listeners[citizen]?.inboxes ?? NOWHERE;
  }

  hasHeardOf(citizen: number, windowId: string): boolean {
    return this.#listeners[citizen]?.told.has(windowId) ?? false;
  }

  listens(citizen: number, inbox: string): void {
    const { inboxes } = this.#listenerOf(citizen);
    if (!inboxes.includes(inbox)) inboxes.push(inbox);
    if (inboxes.length > INBOX_LIMIT) inboxes.shift();
  }

  heard(citizen: number, windowId: string): void {
    const { told } = this.#listenerOf(citizen);
    told.delete(windowId);
    told.add(windowId);
    if (told.size <= TOLD_LIMIT) return;
    for (const oldest of told) {
      told.delete(oldest);
      break;
    }
  }

  forget(citizen: number): void {
    this.#listeners[citizen] = undefined;
  }

  #listenerOf(citizen: number): Listener {
    let listener = this.#listeners[citizen];
    if (!listener) {
      listener = { inboxes: [], told: new Set() };
      this.#listeners[citizen] = listener;
    }
    return listener;
  }
}
