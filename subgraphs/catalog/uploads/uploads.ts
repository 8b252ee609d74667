/*
 * Files on their way in: announced, sent past GraphQL to a signed address, looked at when somebody first asks for them,
 * deleted when their time is over. Nothing tells us when a file has arrived, because storage of others tells nobody: who
 * asks looks, and what is found is measured against what was announced before it counts.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Caller, organisationKinds } from '../../kernel/caller.ts';
import { deriveKey } from '../../kernel/configuration.ts';
import { Refusal } from '../../kernel/errors.ts';
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { Machine, Route } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { TableSource } from '../tables/table.ts';
import { FolderBlobStore, UPLOAD_ROUTE } from './blob-store.folder.ts';
import { S3BlobStore } from './blob-store.s3.ts';
import type { BlobStore, SignedUpload } from './blob-store.ts';
import { Upload, UploadState } from './upload.ts';

/** How long an address takes a file. */
const ADDRESS_MILLISECONDS = 15 * 60_000;
/** What never arrived leaves after a day. */
const AWAITED_MILLISECONDS = 24 * 3_600_000;
/** A file may hold what is personal, and is needed no more once it was imported or given up. */
export const UPLOAD_DAYS = 30;
const UPLOAD_MILLISECONDS = UPLOAD_DAYS * 24 * 3_600_000;
/** Of one account at a time. */
export const AWAITED_LIMIT = 5;
export const STORED_LIMIT = 100;
const LOOK_MILLISECONDS = 3_600_000;
const BATCH = 50;

export interface Announcement {
  readonly fileName: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly sha256?: string | null | undefined;
}

export interface Uploads {
  /** Plain HTTP routes that files come by; none where they go to storage of others. */
  readonly routes: Readonly<Record<string, Route>>;
  /** @throws Refusal LIMIT_REACHED */
  start(work: UnitOfWork, accountId: string, wish: Announcement): Promise<{ upload: Upload; address: SignedUpload }>;
  /**
   * The upload as it is now, looked at anew while it is awaited.
   * @throws Refusal NOT_FOUND for all but its owner and administrators.
   */
  look(caller: Caller, id: string): Promise<Upload>;
  /**
   * Its content, for who may see it. Iterating it throws where the storage holds something else than what was measured.
   * @throws Refusal NOT_FOUND, or IMPORT_UNREADABLE where there is no file to read.
   */
  open(caller: Caller, id: string): Promise<TableSource>;
  /** The same for work in the background, of what somebody was let see before. */
  openStored(id: string): Promise<TableSource>;
  /** Stores what was fetched for a pull. Rejects as BlobStore.put does. */
  keep(
    pullId: string,
    wish: Omit<Announcement, 'bytes'>,
    bytes: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<Upload>;
  /** Deletes what was kept and is of no use. */
  discard(id: string): Promise<void>;
  /** Deletes the content at once. @throws Refusal NOT_FOUND */
  remove(caller: Caller, id: string): Promise<Upload>;
  /** Deletes what has had its time, now rather than at the next hour. */
  sweep(): Promise<void>;
  /** Resolves when what has been begun is done. */
  close(): Promise<void>;
}

/** Opens the storage that the settings name, and deletes from now on what has had its time. */
export function openUploads(machine: Machine): Uploads {
  const { configuration, clock, random, log } = machine;
  if (configuration.s3) return new StoredUploads(machine, new S3BlobStore(configuration.s3, clock), {});
  const blobs = new FolderBlobStore({
    folder: join(configuration.dataFolder, 'uploads'),
    sealingKey: deriveKey(configuration.secretKey, 'uploads at rest'),
    signingKey: deriveKey(configuration.secretKey, 'upload addresses'),
    clock,
    random,
    log,
    publicUrl: configuration.publicUrl ?? '',
    allowedOrigins: configuration.allowedOrigins,
  });
  return new StoredUploads(machine, blobs, { [UPLOAD_ROUTE]: blobs.handle }, (instant) => blobs.removeDrafts(instant));
}

/** For administrators and for people who act for an organisation. */
export const uploaders = ['administrator', ...organisationKinds] as const;

class StoredUploads implements Uploads {
  readonly routes: Readonly<Record<string, Route>>;
  readonly #machine: Machine;
  readonly #blobs: BlobStore;
  readonly #tidy: ((before: Date) => Promise<void>) | undefined;
  readonly #lookout: Lookout;

  constructor(
    machine: Machine,
    blobs: BlobStore,
    routes: Readonly<Record<string, Route>>,
    tidy?: (before: Date) => Promise<void>,
  ) {
    this.#machine = machine;
    this.#blobs = blobs;
    this.routes = routes;
    this.#tidy = tidy;
    this.#lookout = openLookout(machine, {
      everyMilliseconds: LOOK_MILLISECONDS,
      failed: 'could not delete uploads that have had their time',
      task: async (isClosed) => {
        await this.#tidy?.(new Date(machine.clock.now().getTime() - AWAITED_MILLISECONDS));
        while (!isClosed() && (await this.#deleteSome()) === BATCH);
      },
    });
  }

  async start(work: UnitOfWork, accountId: string, wish: Announcement) {
    const { em, now } = work;
    // Two at once would each see the other's place free.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`upload ${accountId}`]);
    const [counts] = await em.execute<{ awaited: number; stored: number }[]>(
      `select count(*) filter (where state = 'AWAITED' and address_expires_at > ?)::int as awaited,
              count(*) filter (where state = 'STORED')::int as stored
       from catalog.upload where account_id = ? and state in ('AWAITED', 'STORED')`,
      [now, accountId],
    );
    if ((counts?.awaited ?? 0) >= AWAITED_LIMIT) {
      const message = `${AWAITED_LIMIT} files are announced and have not arrived: send or wait, their addresses expire in 15 minutes.`;
      throw new Refusal('LIMIT_REACHED', message);
    }
    if ((counts?.stored ?? 0) >= STORED_LIMIT) {
      throw new Refusal('LIMIT_REACHED', `${STORED_LIMIT} files are kept already: delete some first.`);
    }
    const id = work.newId();
    const expiresAt = new Date(now.getTime() + ADDRESS_MILLISECONDS);
    const upload = em.create(Upload, {
      id,
      accountId,
      pullId: null,
      fileName: wish.fileName,
      bytes: wish.bytes,
      contentType: wish.contentType,
      announcedSha256: wish.sha256?.toLowerCase() ?? null,
      sha256: null,
      state: UploadState.AWAITED,
      refusal: null,
      createdAt: now,
      addressExpiresAt: expiresAt,
      deleteAfter: new Date(now.getTime() + AWAITED_MILLISECONDS),
    });
    em.persist(upload);
    const { bytes, contentType } = wish;
    return { upload, address: await this.#blobs.signUpload(id, { bytes, contentType, expiresAt }) };
  }

  async look(caller: Caller, id: string): Promise<Upload> {
    return this.#settle(await this.#find(caller, id));
  }

  async open(caller: Caller, id: string): Promise<TableSource> {
    return this.#source(await this.look(caller, id));
  }

  async openStored(id: string): Promise<TableSource> {
    const upload = await this.#machine.em().findOne(Upload, { id });
    if (!upload) throw new Refusal('NOT_FOUND', 'There is no such upload.');
    return this.#source(await this.#settle(upload));
  }

  async keep(pullId: string, wish: Omit<Announcement, 'bytes'>, bytes: AsyncIterable<Uint8Array>, limit: number) {
    const id = this.#machine.newId();
    const stored = await this.#blobs.put(id, bytes, limit);
    return this.#machine.work(async ({ em, now }) => {
      const upload = em.create(Upload, {
        id,
        accountId: null,
        pullId,
        fileName: wish.fileName,
        bytes: stored.bytes,
        contentType: wish.contentType,
        announcedSha256: null,
        sha256: stored.sha256,
        state: UploadState.STORED,
        refusal: null,
        createdAt: now,
        addressExpiresAt: now,
        deleteAfter: new Date(now.getTime() + UPLOAD_MILLISECONDS),
      });
      em.persist(upload);
      return upload;
    });
  }

  async remove(caller: Caller, id: string): Promise<Upload> {
    await this.#find(caller, id);
    return this.#delete(id);
  }

  async discard(id: string): Promise<void> {
    await this.#delete(id);
  }

  #delete(id: string): Promise<Upload> {
    return this.#machine.work(async ({ em }) => {
      const upload = await em.findOneOrFail(Upload, { id });
      await this.#blobs.delete(id);
      upload.state = UploadState.DELETED;
      return upload;
    });
  }

  sweep(): Promise<void> {
    return this.#lookout.look();
  }

  close(): Promise<void> {
    return this.#lookout.close();
  }

  async #find({ accountId, scopes }: Caller, id: string): Promise<Upload> {
    const upload = await this.#machine.em().findOne(Upload, { id });
    const isTheirs = upload && (scopes.includes('administrator') || (accountId && upload.accountId === accountId));
    if (!isTheirs) throw new Refusal('NOT_FOUND', 'There is no such upload.');
    return upload;
  }

  /** Measures what has arrived. Nobody waits for anything here: who finds nothing looks again later. */
  async #settle(upload: Upload): Promise<Upload> {
    if (upload.state !== UploadState.AWAITED) return upload;
    const found = await this.#blobs.find(upload.id);
    if (!found) return upload;
    const sha256 = found.bytes === upload.bytes ? await this.#hash(upload.id) : undefined;
    const refusal =
      sha256 === undefined
        ? `${found.bytes} bytes arrived instead of ${upload.bytes}.`
        : upload.announcedSha256 && upload.announcedSha256 !== sha256
          ? 'What arrived has another SHA-256 than was announced.'
          : null;
    return this.#machine.work(async ({ em, now }) => {
      const row = await em.findOneOrFail(Upload, { id: upload.id });
      if (row.state !== UploadState.AWAITED) return row;
      row.state = refusal ? UploadState.REFUSED : UploadState.STORED;
      row.refusal = refusal;
      row.sha256 = sha256 ?? null;
      if (!refusal) row.deleteAfter = new Date(now.getTime() + UPLOAD_MILLISECONDS);
      else await this.#blobs.delete(row.id);
      return row;
    });
  }

  async #hash(key: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.#blobs.open(key)) hash.update(chunk);
    return hash.digest('hex');
  }

  #source({ id, state, refusal, fileName, bytes, sha256 }: Upload): TableSource {
    if (state === UploadState.AWAITED) throw new Refusal('IMPORT_UNREADABLE', 'The file has not arrived yet.');
    if (state === UploadState.DELETED) throw new Refusal('IMPORT_UNREADABLE', 'The file was deleted: upload it again.');
    if (state === UploadState.REFUSED) throw new Refusal('IMPORT_UNREADABLE', refusal ?? 'The file was refused.');
    const content = this.#blobs.open(id);
    return {
      name: fileName,
      size: bytes,
      bytes: {
        async *[Symbol.asyncIterator]() {
          const hash = createHash('sha256');
          for await (const chunk of content) {
            hash.update(chunk);
            yield chunk;
          }
          // Whoever may write to the storage could have put another file there since it was compared and approved.
          if (hash.digest('hex') !== sha256)
            throw new Error('an upload holds something else than when it was measured');
        },
      },
    };
  }

  /** On several nodes at once each takes others. @returns how many were deleted. */
  #deleteSome(): Promise<number> {
    return this.#machine.work(async ({ em, now }) => {
      const rows = await em.execute<{ id: string }[]>(
        `select id from catalog.upload where delete_after <= ? and state <> 'DELETED'
         order by delete_after limit ? for update skip locked`,
        [now, BATCH],
      );
      for (const { id } of rows) {
        await this.#blobs.delete(id);
        await em.execute("update catalog.upload set state = 'DELETED' where id = ?", [id]);
      }
      return rows.length;
    });
  }
}
