/*
 * What the database says of the officers who report here: their window, and whether they are about to meet somebody. Read
 * once, and again when somebody says that it has changed or when it has ended by its instant.
 */
import { LRUCache } from 'lru-cache';
import type { PlacedReport } from './frames.ts';

export interface OfficerState {
  readonly window: { readonly id: string; readonly closesAt: Date } | undefined;
  /** Until when the officer is about to meet somebody; undefined for one who is free. */
  readonly busyUntil: Date | undefined;
}

/** More officers do not report to one process at once; those asked for longest ago are read again. */
const KEPT = 100_000;

export class OfficerStates {
  readonly #load: (officerId: string) => Promise<OfficerState>;
  readonly #kept = new LRUCache<string, Promise<OfficerState>>({ max: KEPT });

  constructor(load: (officerId: string) => Promise<OfficerState>) {
    this.#load = load;
  }

  /** Rejects when the database does not answer; nothing is kept then. */
  async at(officerId: string, now: Date): Promise<OfficerState> {
    const kept = await this.#kept.get(officerId);
    return kept && isCurrent(kept, now) ? kept : this.#read(officerId);
  }

  /** It has changed. */
  forget(officerId: string): void {
    this.#kept.delete(officerId);
  }

  #read(officerId: string): Promise<OfficerState> {
    const read = this.#load(officerId);
    this.#kept.set(officerId, read);
    read.catch(() => {
      if (this.#kept.peek(officerId) === read) this.#kept.delete(officerId);
    });
    return read;
  }
}

/** An officer without a window is read each time: the next report may come with one. */
function isCurrent({ window, busyUntil }: OfficerState, now: Date): boolean {
  if (!window && !busyUntil) return false;
  return (!window || window.closesAt > now) && (!busyUntil || busyUntil > now);
}

/** Stands for no window: an officer who meets somebody after it ended is known to that person. */
const NO_WINDOW = '00000000-0000-0000-0000-000000000000';

/** In which window a report of an officer counts, and how long at most; nothing for a citizen. */
export function windowOf(officer: OfficerState | undefined): Pick<PlacedReport, 'windowId' | 'windowClosesAt'> {
  if (!officer) return {};
  const { window, busyUntil } = officer;
  const ends = Math.max(window?.closesAt.getTime() ?? 0, busyUntil?.getTime() ?? 0);
  return { windowId: window?.id ?? NO_WINDOW, windowClosesAt: ends };
}
