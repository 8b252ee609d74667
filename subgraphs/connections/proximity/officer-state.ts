/*
 * What the database says of the officers who report here: their window, and whether they are about to meet somebody. Read
 * once, and again when somebody says that it has changed or when it has ended by its instant.
 */
import { LRUCache } from 'lru-cache';
import { NIL, type Uuid, uuidOf } from './uuid.ts';

export interface OfficerState {
  readonly window: { readonly id: string; readonly closesAt: Date } | undefined;
  /** Until when the officer is about to meet somebody; undefined for one who is free. */
  readonly busyUntil: Date | undefined;
}

/** More officers do not report to one process at once; those asked for longest ago are read again. */
const KEPT = 100_000;

/** One that is being read, or has been. */
interface Kept {
  readonly reading: Promise<OfficerState>;
  state: OfficerState | undefined;
}

export class OfficerStates {
  readonly #load: (officerId: string) => Promise<OfficerState>;
  readonly #kept = new LRUCache<string, Kept>({ max: KEPT });

  constructor(load: (officerId: string) => Promise<OfficerState>) {
    this.#load = load;
  }

  /** What has been read and still holds. @param now milliseconds since 1970. */
  known(officerId: string, now: number): OfficerState | undefined {
    const state = this.#kept.get(officerId)?.state;
    return state && isCurrent(state, now) ? state : undefined;
  }

  /** Rejects when the database does not answer; nothing is kept then. */
  async at(officerId: string, now: number): Promise<OfficerState> {
    const kept = await this.#kept.get(officerId)?.reading;
    return kept && isCurrent(kept, now) ? kept : this.#read(officerId);
  }

  /** It has changed. */
  forget(officerId: string): void {
    this.#kept.delete(officerId);
  }

  #read(officerId: string): Promise<OfficerState> {
    const kept: Kept = { reading: this.#load(officerId), state: undefined };
    this.#kept.set(officerId, kept);
    kept.reading.then(
      (state) => {
        kept.state = state;
      },
      () => {
        if (this.#kept.peek(officerId) === kept) this.#kept.delete(officerId);
      },
    );
    return kept.reading;
  }
}

/** An officer without a window is read each time: the next report may come with one. */
function isCurrent({ window, busyUntil }: OfficerState, now: number): boolean {
  if (!window && !busyUntil) return false;
  return (!window || window.closesAt.getTime() > now) && (!busyUntil || busyUntil.getTime() > now);
}

/**
 * In which window a report of an officer counts, and how long at most, milliseconds since 1970. The nil id stands for no
 * window: an officer who meets somebody after it ended is known to that person.
 */
export function windowOf({ window, busyUntil }: OfficerState): { readonly id: Uuid; readonly closesAt: number } {
  const closesAt = Math.max(window?.closesAt.getTime() ?? 0, busyUntil?.getTime() ?? 0);
  return { id: window ? uuidOf(window.id) : NIL, closesAt };
}
