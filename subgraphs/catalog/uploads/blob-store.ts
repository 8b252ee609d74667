/*
 * Where uploaded files lie: a folder of this machine, or storage that speaks the protocol of S3. One decision for both:
 * a blob is written once under a key that nobody had before, whole or not at all, and people send theirs to an address
 * that is signed for these very bytes and no others, so that files never pass through GraphQL.
 */

/** Part of keys: letters, digits, hyphens; our ids have no more. */
export const BLOB_KEY = /^[a-z0-9-]{1,100}$/;

export interface StoredBlob {
  readonly bytes: number;
  /** Of its content, hexadecimal. */
  readonly sha256: string;
}

export interface UploadTerms {
  /** Exactly so many are taken. */
  readonly bytes: number;
  readonly contentType: string;
  /** After that the address is refused. */
  readonly expiresAt: Date;
}

export interface SignedUpload {
  /** Takes one PUT, with these headers and no other body than was said. It answers with a status of 200 to 204. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface BlobStore {
  /** An address at which one PUT makes the blob. To be told to nobody but the person. */
  signUpload(key: string, terms: UploadTerms): Promise<SignedUpload>;
  /**
   * Stores what comes. Rejects with BlobTooLarge behind `limitBytes`, with BlobExists where the key is taken, and with what
   * the source throws; nothing is stored then.
   */
  put(key: string, bytes: AsyncIterable<Uint8Array>, limitBytes: number): Promise<StoredBlob>;
  /** Resolves with its size, or undefined where there is none (yet). */
  find(key: string): Promise<{ readonly bytes: number } | undefined>;
  /** The content; each iteration reads anew. Iterating rejects with BlobMissing, or when what is stored was damaged. */
  open(key: string): AsyncIterable<Uint8Array>;
  /** Resolves when there is none, whether or not there was one. */
  delete(key: string): Promise<void>;
}

export class BlobMissing extends Error {}
export class BlobExists extends Error {}
export class BlobTooLarge extends Error {}

/** Passes the bytes on. @throws BlobTooLarge before the first one too many. */
export async function* limited(bytes: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<Uint8Array> {
  let passed = 0;
  for await (const chunk of bytes) {
    passed += chunk.length;
    if (passed > limitBytes) throw new BlobTooLarge(`there are more than ${limitBytes} bytes`);
    yield chunk;
  }
}
