/*
 * Reads one producer's stream for one group, while it holds the group's lease. Keys are handled side by side, one key in
 * order. An entry is acknowledged when its handler has finished; after a lost connection what was read and not finished
 * is read again, because an answer may have been lost on its way.
 */
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Alarm, Clock } from './clock.ts';
import type { EventEnvelope } from './event-bus.ts';

export interface StreamReaderOptions {
  readonly url: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** A connection for commands that return at once. */
  readonly commands: Redis;
  readonly stream: string;
  readonly group: string;
  /** Unique among all readers. */
  readonly holder: string;
  readonly handle: (event: EventEnvelope) => Promise<void>;
}

const LEASE_MILLISECONDS = 10_000;
const RENEW_MILLISECONDS = 3_000;
/** How soon a process notices that the lease is free. */
const ATTEMPT_MILLISECONDS = 1_000;
const BLOCK_MILLISECONDS = 2_000;
const BATCH = 200;
/** Entries under way at once; beyond them reading waits. */
const UNDER_WAY_LIMIT = 1_000;
const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 5_000;
/** The one name under which a group reads: only the holder of the lease does. */
const CONSUMER = 'holder';

const RENEW =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

type Entry = [id: string, fields: string[]];

export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #leaseKey: string;
  readonly #connection: Redis;
  /** Entry id -> its handling. */
  readonly #underWay = new Map<string, Promise<void>>();
  /** Key -> the end of its queue. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #waits = new Set<() => void>();
  #holds = false;
  #closed = false;
  /** Where reading goes on: behind this pending entry, or at what is new. */
  #cursor: string = '0';
  #loop: Promise<void> | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#leaseKey = `lease:${options.group}:${options.stream}`;
    this.#connection = new Redis(options.url, { lazyConnect: true, disconnectTimeout: 100, maxRetriesPerRequest: 0 });
    this.#connection.on('error', (error: Error) =>
      options.log.debug({ reason: error.message }, 'reading waits for redis'),
    );
  }

  /** Resolves when the group exists, so that nothing published later is missed. */
  async start(): Promise<void> {
    await this.#connection.connect();
    await this.#createGroup();
    this.#loop = this.#run();
  }

  /** Takes nothing new, waits for handlers under way and gives the lease back. */
  async close(): Promise<void> {
    if (this.#closed) return this.#loop;
    this.#closed = true;
    for (const wake of this.#waits) wake();
    // Ends a blocked read.
    this.#connection.disconnect();
    await this.#loop;
    await Promise.allSettled(this.#underWay.values());
    if (this.#holds)
      await this.#command(() => this.#options.commands.eval(RELEASE, 1, this.#leaseKey, this.#options.holder));
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        if (await this.#acquire()) await this.#read();
        else await this.#wait(ATTEMPT_MILLISECONDS);
      } catch (error) {
        if (this.#closed) return;
        // Whatever was read and not answered stands among the pending entries.
        this.#cursor = '0';
        const { message } = error as Error;
        if (message.startsWith('NOGROUP')) await this.#command(() => this.#createGroup());
        else this.#options.log.warn({ stream: this.#options.stream, reason: message }, 'reading is begun again');
        await this.#wait(ATTEMPT_MILLISECONDS);
      }
    }
  }

  /** Takes the lease, or finds it still held. */
  async #acquire(): Promise<boolean> {
    if (this.#holds) return true;
    const { commands, holder } = this.#options;
    const taken = await commands.set(this.#leaseKey, holder, 'PX', LEASE_MILLISECONDS, 'NX');
    if (taken !== 'OK') return false;
    this.#holds = true;
    this.#cursor = '0';
    this.#renewLater();
    return true;
  }

  #renewLater(): void {
    const { clock, commands, holder } = this.#options;
    clock.at(new Date(clock.now().getTime() + RENEW_MILLISECONDS), async () => {
      if (this.#closed) return;
      const renewed = await this.#command(() => commands.eval(RENEW, 1, this.#leaseKey, holder, LEASE_MILLISECONDS));
      // Without an answer it may be ours or not: it is asked for anew, and the inbox keeps two holders from doing harm.
      if (renewed === 1) this.#renewLater();
      else this.#holds = false;
    });
  }

  async #read(): Promise<void> {
    if (this.#underWay.size >= UNDER_WAY_LIMIT) await Promise.race(this.#underWay.values());
    if (this.#connection.status !== 'ready') await this.#reconnect();
    const { group, stream } = this.#options;
    const from = this.#cursor;
    const answer = (await this.#connection.xreadgroup(
      'GROUP',
      group,
      CONSUMER,
      'COUNT',
      BATCH,
      'BLOCK',
      BLOCK_MILLISECONDS,
      'STREAMS',
      stream,
      from,
    )) as [stream: string, entries: Entry[]][] | null;
    const entries = answer?.[0]?.[1] ?? [];
    // Entries that were trimmed or deleted while pending have no fields any more.
    for (const [id, fields] of entries) if (fields && !this.#underWay.has(id)) this.#take(id, fields);
    // Someone may have sent us back to the beginning meanwhile.
    if (this.#cursor === from && from !== '>') this.#cursor = entries.at(-1)?.[0] ?? '>';
  }

  async #reconnect(): Promise<void> {
    this.#cursor = '0';
    if (this.#connection.status === 'end' || this.#connection.status === 'wait') return this.#connection.connect();
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        this.#connection.off('ready', settle);
        this.#connection.off('close', closed);
        this.#waits.delete(woken);
        if (error) reject(error);
        else resolve();
      };
      const closed = () => settle(new Error('redis is away'));
      const woken = () => settle(new Error('closed'));
      this.#connection.once('ready', settle);
      this.#connection.once('close', closed);
      this.#waits.add(woken);
    });
  }

  #take(id: string, fields: readonly string[]): void {
    const event = parseEvent(fields[1]);
    if (!event) {
      // No relay of ours wrote it, and nobody can take it in: it must not hold up those behind it.
      this.#options.log.error({ stream: this.#options.stream, entry: id }, 'an entry that is no event was passed over');
      const { commands, stream, group } = this.#options;
      this.#underWay.set(
        id,
        this.#command(() => commands.xack(stream, group, id)).then(() => void this.#underWay.delete(id)),
      );
      return;
    }
    const before = this.#queues.get(event.key) ?? Promise.resolve();
    const done = before.then(() => this.#handle(id, event));
    this.#underWay.set(id, done);
    this.#queues.set(event.key, done);
    done.finally(() => {
      this.#underWay.delete(id);
      if (this.#queues.get(event.key) === done) this.#queues.delete(event.key);
    });
  }

  /** Never rejects; given up only when this reader closes, for whoever reads next. */
  async #handle(id: string, event: EventEnvelope): Promise<void> {
    const { handle, commands, stream, group, log } = this.#options;
    for (let pause = FIRST_PAUSE_MILLISECONDS; !this.#closed; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)) {
      try {
        await handle(event);
        const acknowledged = await this.#command(() => commands.xack(stream, group, id));
        if (acknowledged === undefined) this.#cursor = '0';
        return;
      } catch (err) {
        log.debug({ err, eventId: event.id }, 'delivered again after a pause');
        await this.#wait(pause);
      }
    }
  }

  async #createGroup(): Promise<void> {
    const { commands, stream, group } = this.#options;
    try {
      await commands.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
    }
  }

  /** A command whose failure is made good later; undefined then. */
  async #command<Result>(send: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await send();
    } catch (error) {
      this.#options.log.warn({ reason: (error as Error).message }, 'a command to redis failed');
      return undefined;
    }
  }

  #wait(milliseconds: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      let alarm: Alarm | undefined;
      const wake = () => {
        alarm?.cancel();
        this.#waits.delete(wake);
        resolve();
      };
      if (this.#closed) return resolve();
      this.#waits.add(wake);
      alarm = clock.at(new Date(clock.now().getTime() + milliseconds), wake);
    });
  }
}

function parseEvent(text: string | undefined): EventEnvelope | undefined {
  try {
    const event = JSON.parse(text ?? '') as EventEnvelope | null;
    return typeof event?.id === 'string' && typeof event.key === 'string' && event.topic ? event : undefined;
  } catch {
    return undefined;
  }
}
