/*
 * The port to where answers are kept. What is kept carries a mark: the versions that its tags had when it was looked for
 * and not found. Making a tag stale gives it another version, so that nothing has to be found and deleted, and an answer
 * that was under way meanwhile is never read. Two adapters ship, in process and over Redis.
 */

/** What is looked for, and the tags on which it depends. */
export interface Wanted {
  readonly key: string;
  readonly tags: readonly string[];
}

export interface Looked {
  /** The text, and for how many whole seconds it has been kept. */
  readonly found?: { readonly text: string; readonly ageSeconds: number } | undefined;
  /** Where nothing was found: to be kept with what is fetched now. Undefined while nothing can be kept. */
  readonly mark?: string | undefined;
}

export interface Kept {
  readonly key: string;
  readonly mark: string;
  readonly text: string;
  readonly maxAgeSeconds: number;
}

export interface CacheStore {
  /** Answers for each of `wanted`, in order, soon: never rejects, and finds nothing while the store is away or slow. */
  look(wanted: readonly Wanted[]): Promise<readonly Looked[]>;
  /** Keeps texts for their time at most; a store that is full lets others go. Never rejects. */
  keep(entries: readonly Kept[]): Promise<void>;
  /**
   * From when this resolves, nothing is found that depends on one of these tags and was looked for before. Rejects when
   * that cannot be promised; the caller may repeat the call.
   */
  makeStale(tags: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Longer texts are not worth their room. */
export const LONGEST_TEXT_CHARACTERS = 262_144;
