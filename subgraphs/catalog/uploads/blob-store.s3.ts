/*
 * Blobs in storage that speaks the protocol of S3 (Amazon's own, MinIO, Cloudflare R2, ...): people send their files
 * there, past our servers, to an address presigned by Signature Version 4. Length and type are signed headers, so that
 * the storage itself refuses all else; what it stores it encrypts by its own keys.
 */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import type { Clock } from '../../kernel/clock.ts';
import {
  BLOB_KEY,
  BlobExists,
  BlobMissing,
  type BlobStore,
  limited,
  type SignedUpload,
  type StoredBlob,
  type UploadTerms,
} from './blob-store.ts';

export interface S3Settings {
  /** Base address without a bucket; buckets are named in the path, which all makes of storage understand. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Amazon takes bodies of announced length alone, so what we put ourselves is held in memory until it is known. */
const PUT_LIMIT_BYTES = 64 * 1024 * 1024;
const ANSWER_WITHIN_MILLISECONDS = 60_000;
/** A blob is written once: nobody sends another file to an address that was used. */
const ONCE_AND_ENCRYPTED = { 'if-none-match': '*', 'x-amz-server-side-encryption': 'AES256' };

export class S3BlobStore implements BlobStore {
  readonly #settings: S3Settings;
  readonly #clock: Clock;

  constructor(settings: S3Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async signUpload(key: string, { bytes, contentType, expiresAt }: UploadTerms): Promise<SignedUpload> {
    const seconds = Math.max(1, Math.floor((expiresAt.getTime() - this.#clock.now().getTime()) / 1000));
    const headers = { 'content-type': contentType, ...ONCE_AND_ENCRYPTED };
    const address = this.#addressOf(key);
    address.searchParams.set('X-Amz-Expires', String(seconds));
    const { url } = await this.#sign('PUT', address, { ...headers, 'content-length': String(bytes) }, true);
    // Browsers set the length themselves, to that of the file, and let nobody else.
    return { url: url.toString(), headers };
  }

  async put(key: string, bytes: AsyncIterable<Uint8Array>, limitBytes: number): Promise<StoredBlob> {
    if (await this.find(key)) throw new BlobExists(`there is a blob ${key}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of limited(bytes, Math.min(limitBytes, PUT_LIMIT_BYTES))) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const answer = await this.#send('PUT', key, { ...ONCE_AND_ENCRYPTED, 'x-amz-content-sha256': sha256 }, body);
    await answer.arrayBuffer();
    if (answer.status === 412) throw new BlobExists(`there is a blob ${key}`);
    refuse(answer, 'PUT');
    return { bytes: body.length, sha256 };
  }

  async find(key: string): Promise<{ bytes: number } | undefined> {
    const answer = await this.#send('HEAD', key);
    if (answer.status === 404) return undefined;
    refuse(answer, 'HEAD');
    return { bytes: Number(answer.headers.get('content-length')) };
  }

  open(key: string): AsyncIterable<Uint8Array> {
    const send = () => this.#send('GET', key);
    return {
      async *[Symbol.asyncIterator]() {
        const answer = await send();
        if (answer.status === 404) {
          await answer.body?.cancel();
          throw new BlobMissing(`there is no blob ${key}`);
        }
        refuse(answer, 'GET');
        yield* answer.body ?? [];
      },
    };
  }

  async delete(key: string): Promise<void> {
    const answer = await this.#send('DELETE', key);
    await answer.arrayBuffer();
    if (answer.status !== 404) refuse(answer, 'DELETE');
  }

  async #send(
    method: string,
    key: string,
    headers: Readonly<Record<string, string>> = {},
    body?: Buffer,
  ): Promise<Response> {
    const signed = await this.#sign(method, this.#addressOf(key), headers, false);
    return fetch(signed.url, {
      method,
      headers: signed.headers,
      ...(body && { body: new Uint8Array(body) }),
      redirect: 'error',
      // Until the answer begins and while its body is read.
      signal: AbortSignal.timeout(ANSWER_WITHIN_MILLISECONDS),
    });
  }

  #sign(method: string, url: URL, headers: Readonly<Record<string, string>>, inQuery: boolean) {
    const { region, accessKeyId, secretAccessKey } = this.#settings;
    const datetime = this.#clock
      .now()
      .toISOString()
      .replace(/[:-]|\.\d{3}/g, '');
    return new AwsV4Signer({
      method,
      url: url.toString(),
      headers: { ...headers },
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
      signQuery: inQuery,
      allHeaders: inQuery,
      datetime,
    }).sign();
  }

  #addressOf(key: string): URL {
    if (!BLOB_KEY.test(key)) throw new Error('a key of a blob is of letters, digits and hyphens');
    const { endpoint, bucket } = this.#settings;
    return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/uploads/${key}`);
  }
}

function refuse(answer: Response, method: string): void {
  // The body names the bucket and the key id.
  if (!answer.ok) throw new Error(`the storage answered ${method} with ${answer.status}`);
}
