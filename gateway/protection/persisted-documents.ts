/*
 * The port to where documents are kept that clients registered themselves (automatic persisted queries). What is kept is
 * bounded in number and life: who finds nothing sends the text again. Two adapters ship, in process and over Redis.
 */

/** The most documents kept; the oldest go first. */
export const DOCUMENTS_KEPT = 5_000;
/** How long one is kept that nobody asks for. */
export const KEPT_SECONDS = 24 * 60 * 60;

export interface PersistedDocuments {
  /** The text, undefined where none is kept; one that is found is kept on. Never rejects. */
  find(hash: string): Promise<string | undefined>;
  /** @param hash SHA-256 of the text, in lower-case hexadecimal. Never rejects: what cannot be kept is sent again. */
  keep(hash: string, text: string): Promise<void>;
}
