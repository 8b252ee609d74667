/*
 * Blobs as files of a folder, encrypted, for one machine or for several that mount it. People's PUTs come to our own
 * server, to an address that carries its terms and a signature over them. A file gets its name by a link, which fails
 * where the name is taken: of two PUTs to one address one counts.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { forLog } from '../../kernel/errors.ts';
import {
  BLOB_KEY,
  BlobExists,
  BlobMissing,
  type BlobStore,
  BlobTooLarge,
  limited,
  type SignedUpload,
  type StoredBlob,
  type UploadTerms,
} from './blob-store.ts';
import { openedLength, seal, unseal } from './sealed-bytes.ts';

/** Path prefix of the addresses that people send files to. */
export const UPLOAD_ROUTE = '/uploads';

export interface FolderBlobStoreOptions {
  /** Made on first use. */
  readonly folder: string;
  /** 32 bytes each, derived for their purpose. */
  readonly sealingKey: Buffer;
  readonly signingKey: Buffer;
  readonly clock: Clock;
  readonly random: (bytes: number) => Buffer;
  readonly log: { warn(fields: object, message: string): void };
  /** Base address at which people reach this server; '' where it is not known, which makes addresses relative. */
  readonly publicUrl: string;
  /** Web origins besides our own that may send files. */
  readonly allowedOrigins: readonly string[];
}

interface Ticket {
  readonly key: string;
  readonly bytes: number;
  readonly type: string;
  /** Seconds since 1970. */
  readonly until: number;
}

/** What a writer left that died on the way. */
const DRAFT_ENDING = '.draft';

export class FolderBlobStore implements BlobStore {
  readonly #options: FolderBlobStoreOptions;

  constructor(options: FolderBlobStoreOptions) {
    this.#options = options;
  }

  async signUpload(key: string, { bytes, contentType, expiresAt }: UploadTerms): Promise<SignedUpload> {
    this.#fileOf(key);
    const ticket: Ticket = { key, bytes, type: contentType, until: Math.floor(expiresAt.getTime() / 1000) };
    const payload = Buffer.from(JSON.stringify(ticket)).toString('base64url');
    const url = `${this.#options.publicUrl}${UPLOAD_ROUTE}/${payload}.${this.#sign(payload)}`;
    return { url, headers: { 'content-type': contentType } };
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>, limitBytes: number): Promise<StoredBlob> {
    const { folder, sealingKey, random } = this.#options;
    const file = this.#fileOf(key);
    const draft = `${file}.${random(8).toString('hex')}${DRAFT_ENDING}`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    let length = 0;
    const counted = async function* () {
      for await (const chunk of limited(bytes, limitBytes)) {
        hash.update(chunk);
        length += chunk.length;
        yield chunk;
      }
    };
    const handle = await open(draft, 'wx', 0o600);
    try {
      try {
        for await (const piece of seal(counted(), sealingKey, key, random)) await handle.writeFile(piece);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await link(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new BlobExists(`there is a blob ${key}`);
      throw error;
    } finally {
      await unlink(draft);
    }
    return { bytes: length, sha256: hash.digest('hex') };
  }

  async find(key: string): Promise<{ bytes: number } | undefined> {
    const found = await stat(this.#fileOf(key)).catch(absent);
    return found && { bytes: openedLength(found.size) };
  }

  open(key: string): AsyncIterable<Uint8Array> {
    const file = this.#fileOf(key);
    const { sealingKey } = this.#options;
    return {
      async *[Symbol.asyncIterator]() {
        if (!(await stat(file).catch(absent))) throw new BlobMissing(`there is no blob ${key}`);
        yield* unseal(createReadStream(file, { highWaterMark: 64 * 1024 }), sealingKey, key);
      },
    };
  }

  async delete(key: string): Promise<void> {
    await unlink(this.#fileOf(key)).catch(absent);
  }

  /** Removes what writers left that died before `instant`. */
  async removeDrafts(instant: Date): Promise<void> {
    const names = (await readdir(this.#options.folder).catch(absent)) ?? [];
    for (const name of names.filter((each) => each.endsWith(DRAFT_ENDING))) {
      const file = join(this.#options.folder, name);
      const found = await stat(file).catch(absent);
      if (found && found.mtime < instant) await unlink(file).catch(absent);
    }
  }

  /** Answers what comes to UPLOAD_ROUTE: 201 when the file is stored, or a status and a sentence. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#answer(request, response).catch((error) => {
      this.#options.log.warn({ err: forLog(error) }, 'an upload was not taken');
      if (!response.headersSent) answer(response, 500, 'The file could not be stored. Try again.');
    });
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#allowOrigin(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': 'content-type',
      });
      response.end();
      return;
    }
    if (request.method !== 'PUT') return answer(response, 405, 'Files are sent with PUT.');
    const ticket = this.#ticketOf(request.url?.split('?')[0]?.slice(UPLOAD_ROUTE.length + 1) ?? '');
    if (!ticket) return answer(response, 403, 'This address was not given out here. Ask for a new one.');
    if (this.#options.clock.now().getTime() >= ticket.until * 1000) {
      return answer(response, 403, 'This address has expired. Ask for a new one.');
    }
    const length = request.headers['content-length'];
    if (length === undefined) return answer(response, 411, 'Say the length of the file.');
    if (Number(length) !== ticket.bytes) {
      return answer(response, 413, `The address is for a file of ${ticket.bytes} bytes.`);
    }
    if (request.headers['content-type'] !== ticket.type) {
      return answer(response, 415, `The address is for a file of type ${ticket.type}.`);
    }
    try {
      // A body that ends early rejects by itself: the length was announced.
      await this.put(ticket.key, request, ticket.bytes);
    } catch (error) {
      if (error instanceof BlobExists) return answer(response, 409, 'A file was sent to this address before.');
      if (error instanceof BlobTooLarge) return answer(response, 413, `The file has more than ${ticket.bytes} bytes.`);
      if (request.destroyed && !request.complete) return; // nobody listens any more
      throw error;
    }
    answer(response, 201, 'The file is stored.');
  }

  #allowOrigin(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers;
    if (!origin || !this.#options.allowedOrigins.includes(origin)) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'origin');
  }

  #ticketOf(token: string): Ticket | undefined {
    const [payload = '', signature = ''] = token.split('.');
    const wanted = Buffer.from(this.#sign(payload));
    const given = Buffer.from(signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Ticket;
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#options.signingKey).update(payload).digest('base64url');
  }

  #fileOf(key: string): string {
    if (!BLOB_KEY.test(key)) throw new Error('a key of a blob is of letters, digits and hyphens');
    return join(this.#options.folder, key);
  }
}

function answer(response: ServerResponse, status: number, message: string): void {
  // What is left of a body that is not wanted is not waited for.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
