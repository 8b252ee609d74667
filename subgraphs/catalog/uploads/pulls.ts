/*
 * Tables that are fetched when their time comes, on whichever node looks first: a row is leased, fetched outside of any
 * transaction, and written back under its lease. What is the same as before goes no further; what fails is tried again,
 * ever later, and stops with its reason when it has failed too often. Addresses are others': see kernel/outbound.ts.
 */
import { Refusal } from '../../kernel/errors.ts';
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import {
  fetchPublic,
  type OutboundAnswer,
  type OutboundPolicy,
  OutboundRefused,
  publicInternet,
} from '../../kernel/outbound.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import { BlobTooLarge } from './blob-store.ts';
import { TablePull, TablePullState } from './pull.ts';
import type { Uploads } from './uploads.ts';

export interface PullOptions {
  /** Takes what was fetched: begins an import. A Refusal becomes the reason that its owners read. */
  readonly onPulled: (uploadId: string, pull: TablePull) => Promise<void>;
  /** Where tables may be fetched; the public internet when absent. */
  readonly policy?: OutboundPolicy;
}

/** Closing it breaks off what is being fetched. */
export interface Pulls extends Lookout {
  readonly policy: OutboundPolicy;
}

export const PULL_BYTES_LIMIT = 64 * 1024 * 1024;
const PULL_WITHIN_MILLISECONDS = 120_000;
/** Longer than a pull may take and its file may be taken in. */
const LEASE_MILLISECONDS = 15 * 60_000;
const LOOK_MILLISECONDS = 60_000;
const AT_ONCE = 4;
const REDIRECTS = 3;
/** In a row; with the waits between them about two days. */
export const PULL_FAILURES_LIMIT = 10;
const FIRST_WAIT_MILLISECONDS = 5 * 60_000;
const HOUR_MILLISECONDS = 3_600_000;

export function openPulls(machine: Machine, uploads: Uploads, options: PullOptions): Pulls {
  const policy = options.policy ?? publicInternet;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lookout = openLookout(machine, {
    everyMilliseconds: LOOK_MILLISECONDS,
    failed: 'could not look for tables to fetch',
    async task(isClosed) {
      for (let due = await lease(machine); due.length > 0 && !isClosed(); due = await lease(machine)) {
        await Promise.all(due.map((pull) => pullOnce(machine, uploads, pull, { ...options, policy, signal })));
      }
    },
  });
  return {
    policy,
    look: lookout.look,
    async close() {
      stopping.abort();
      await lookout.close();
    },
  };
}

/** Takes what is due and nobody works on. */
function lease(machine: Machine): Promise<TablePull[]> {
  return machine.work(async ({ em, now, newId }) => {
    const token = newId();
    await em.execute(
      `update catalog.table_pull set lease_token = ?, lease_until = ? where id in (
         select id from catalog.table_pull
         where state = 'ACTIVE' and next_at <= ? and (lease_until is null or lease_until <= ?)
         order by next_at, id limit ? for update skip locked)`,
      [token, new Date(now.getTime() + LEASE_MILLISECONDS), now, now, AT_ONCE],
    );
    return em.find(TablePull, { leaseToken: token });
  });
}

interface Outcome {
  readonly failure?: string;
  /** Of a file that was taken. */
  readonly taken?: { readonly etag: string | null; readonly lastModified: string | null; readonly sha256: string };
}

async function pullOnce(
  machine: Machine,
  uploads: Uploads,
  pull: TablePull,
  options: PullOptions & { readonly policy: OutboundPolicy; readonly signal: AbortSignal },
): Promise<void> {
  let outcome: Outcome;
  try {
    outcome = await fetchTable(uploads, pull, options);
  } catch (error) {
    // Who stops is no failure of the table: the lease ends by itself.
    if (options.signal.aborted) return release(machine, pull);
    outcome = { failure: sentenceOf(error) ?? 'It could not be taken in, for a reason on our side.' };
    if (!sentenceOf(error))
      machine.log.error({ err: error, pullId: pull.id }, 'a table that was fetched was not taken in');
  }
  await settle(machine, pull, outcome);
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof OutboundRefused || error instanceof Refusal) return error.message;
  if (error instanceof BlobTooLarge) return `The file has more than ${PULL_BYTES_LIMIT / 1024 / 1024} MiB.`;
  return undefined;
}

async function fetchTable(
  uploads: Uploads,
  pull: TablePull,
  { onPulled, policy, signal }: PullOptions & { readonly policy: OutboundPolicy; readonly signal: AbortSignal },
): Promise<Outcome> {
  const answer = await fetchPublic(pull.url, {
    headers: {
      ...(pull.etag && { 'if-none-match': pull.etag }),
      ...(pull.lastModified && { 'if-modified-since': pull.lastModified }),
    },
    limitBytes: PULL_BYTES_LIMIT,
    timeoutMilliseconds: PULL_WITHIN_MILLISECONDS,
    redirects: REDIRECTS,
    policy,
    signal,
  });
  if (answer.status !== 200) {
    await answer.discard();
    return answer.status === 304 ? {} : { failure: `The server answered with status ${answer.status}.` };
  }
  const wish = { fileName: fileNameOf(pull.url), contentType: mediaTypeOf(answer) };
  const upload = await uploads.keep(pull.id, wish, answer.body, PULL_BYTES_LIMIT);
  const { etag = null, 'last-modified': lastModified = null } = answer.headers;
  const sha256 = upload.sha256 ?? '';
  if (sha256 === pull.sha256) await uploads.discard(upload.id);
  else await onPulled(upload.id, pull);
  return { taken: { etag: header(etag), lastModified: header(lastModified), sha256 } };
}

const HEADER_CHARACTERS_LIMIT = 500;
const header = (value: string | null) => (value && value.length <= HEADER_CHARACTERS_LIMIT ? value : null);

/** The last part of the path, where it can be a name. */
function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  const name = /^[\w .()+-]{1,200}$/.test(last) ? last : '';
  return name.replace(/^\.+/, '') || 'table';
}

function mediaTypeOf({ headers }: OutboundAnswer): string {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,60}$/.test(type) ? type : 'application/octet-stream';
}

/** Writes back what came of it, unless somebody has changed the pull or another node has taken it meanwhile. */
async function settle(machine: Machine, pull: TablePull, { failure, taken }: Outcome): Promise<void> {
  await machine.work(async ({ em, now }) => {
    const row = await em.findOne(TablePull, { id: pull.id, leaseToken: pull.leaseToken });
    if (!row) return;
    row.leaseToken = null;
    row.leaseUntil = null;
    row.lastTriedAt = now;
    row.lastFailure = failure ?? null;
    row.failures = failure ? row.failures + 1 : 0;
    const interval = row.everyHours * HOUR_MILLISECONDS;
    const wait = failure ? Math.min(interval, FIRST_WAIT_MILLISECONDS * 2 ** (row.failures - 1)) : interval;
    row.nextAt = new Date(now.getTime() + Math.round(wait * jitter(machine)));
    if (row.failures >= PULL_FAILURES_LIMIT) row.state = TablePullState.STOPPED;
    if (!taken) return;
    row.etag = taken.etag;
    row.lastModified = taken.lastModified;
    if (taken.sha256 !== row.sha256) row.lastChangedAt = now;
    row.sha256 = taken.sha256;
  });
}

async function release(machine: Machine, { id, leaseToken }: TablePull): Promise<void> {
  await machine
    .em()
    .execute('update catalog.table_pull set lease_token = null, lease_until = null where id = ? and lease_token = ?', [
      id,
      leaseToken,
    ]);
}

/** 0.95 to 1.05: what was set up together need not come together for ever. */
function jitter({ random }: Machine): number {
  return 0.95 + (random(2).readUInt16BE() / 0xffff) * 0.1;
}
