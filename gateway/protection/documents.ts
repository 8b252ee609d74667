/*
 * Which document a request means, and whether its caller may run it. Trusted documents are registered ahead, by the
 * manifest that codegen writes; elsewhere than in production, and for partners and administrators, any text runs, and may
 * be registered under its hash (Apollo's automatic persisted queries).
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../subgraphs/kernel/caller.ts';
import { Refusal } from '../../subgraphs/kernel/errors.ts';
import type { OperationRequest } from '../operations.ts';
import type { PersistedDocuments } from './persisted-documents.ts';

export interface DocumentsOptions {
  /** Hash, as `sha256:<hexadecimal>` or without the prefix, -> text. */
  readonly manifest: Readonly<Record<string, string>>;
  /** Whether people and anonymous callers run documents of the manifest only. */
  readonly trustedOnly: boolean;
  readonly persisted: PersistedDocuments;
}

export interface FoundDocument {
  readonly text: string;
  /** Registered ahead: its form is known to be fine. */
  readonly isTrusted: boolean;
  /** The hash to register it under once it has proven to be valid. */
  readonly registerAs?: string;
}

const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/i;
/** Of registered documents, in front of where they are kept. */
const REMEMBERED = 1_000;

export class Documents {
  /** What was registered ahead, by hash in hexadecimal. */
  readonly trusted: ReadonlyMap<string, string>;
  readonly #trustedTexts: ReadonlySet<string>;
  /** By the very ids of the manifest. */
  readonly #trustedIds: ReadonlyMap<string, FoundDocument>;
  readonly #trustedOnly: boolean;
  readonly #persisted: PersistedDocuments;
  readonly #remembered = new LRUCache<string, string>({ max: REMEMBERED });

  /** @throws Error where the manifest holds what is no hash, or not that of its text. */
  constructor({ manifest, trustedOnly, persisted }: DocumentsOptions) {
    this.trusted = new Map(Object.entries(manifest).map(([name, text]) => [checkedHash(name, text), text]));
    this.#trustedIds = new Map(Object.entries(manifest).map(([id, text]) => [id, { text, isTrusted: true }]));
    this.#trustedTexts = new Set(this.trusted.values());
    this.#trustedOnly = trustedOnly;
    this.#persisted = persisted;
  }

  /** A promise only where the document is looked for elsewhere. Codes DOCUMENT_NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND, BAD_USER_INPUT. */
  find(request: OperationRequest, caller: Caller): FoundDocument | Refusal | Promise<FoundDocument | Refusal> {
    // What our own clients send.
    const named = request.query || !request.documentId ? undefined : this.#trustedIds.get(request.documentId);
    if (named) return named;
    const text = request.query ?? '';
    const hash = hashIn(request);
    if (hash instanceof Refusal) return hash;
    if (hash === undefined) {
      if (this.#trustedTexts.has(text)) return { text, isTrusted: true };
      if (!this.#mayRunAny(caller)) return new Refusal('DOCUMENT_NOT_TRUSTED');
      return text ? { text, isTrusted: false } : new Refusal('BAD_USER_INPUT', 'query must not be empty.');
    }
    const trusted = this.trusted.get(hash);
    if (text && text !== trusted && sha256(text) !== hash) {
      return new Refusal('BAD_USER_INPUT', 'The hash is not that of the query.');
    }
    if (trusted !== undefined) return { text: trusted, isTrusted: true };
    if (!this.#mayRunAny(caller)) return new Refusal('DOCUMENT_NOT_TRUSTED');
    if (text) return { text, isTrusted: false, ...(!this.#remembered.has(hash) && { registerAs: hash }) };
    const remembered = this.#remembered.get(hash);
    if (remembered !== undefined) return { text: remembered, isTrusted: false };
    return this.#persisted.find(hash).then((found) => {
      // Apollo's clients look for this very message where they do not look at codes.
      if (found === undefined) return new Refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
      this.#remembered.set(hash, found);
      return { text: found, isTrusted: false };
    });
  }

  /** Keeps a document that was found with `registerAs`. Never rejects. */
  register(hash: string, text: string): Promise<void> {
    this.#remembered.set(hash, text);
    return this.#persisted.keep(hash, text);
  }

  #mayRunAny({ retailerId, scopes }: Caller): boolean {
    return !this.#trustedOnly || retailerId !== undefined || scopes.includes('administrator');
  }
}

/** The hash that a request names its document by, without prefix in lower case. */
function hashIn({ documentId, extensions }: OperationRequest): string | Refusal | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: unknown };
  if (documentId == null && persistedQuery == null) return undefined;
  const { version, sha256Hash } = (persistedQuery ?? {}) as { version?: unknown; sha256Hash?: unknown };
  if (persistedQuery != null && version !== 1) {
    return new Refusal('BAD_USER_INPUT', 'extensions.persistedQuery.version must be 1.');
  }
  const hash = SHA256.exec(String(documentId ?? sha256Hash))?.[1]?.toLowerCase();
  return hash ?? new Refusal('BAD_USER_INPUT', 'A document is named by its SHA-256 in hexadecimal.');
}

function checkedHash(name: string, text: string): string {
  const hash = SHA256.exec(name)?.[1]?.toLowerCase();
  if (!hash || hash !== sha256(text)) throw new Error(`The manifest of documents names one wrongly: ${name}`);
  return hash;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
