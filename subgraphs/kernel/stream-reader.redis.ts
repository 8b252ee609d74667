/*
 * Reads one producer's stream for one group, while it holds the group's lease. Each read checks the lease in the script
 * that reads, so nobody reads beside its successor, however long it slept. From that follows the order of each key,
 * whatever the clocks say: a reader has before each event all earlier ones of its key that nobody has finished, and whoever
 * finishes one writes it into the inbox that all share. The lease's length decides how soon a dead reader is followed, no
 * more; one that lapses too early costs repeated deliveries.
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
  /** Unique among all readers, and no beginning of another's. */
  readonly holder: string;
  readonly handle: (event: EventEnvelope) => Promise<void>;
}

const LEASE_MILLISECONDS = 3_000;
const RENEW_MILLISECONDS = 1_000;
/** How soon a process notices that the lease is free. */
const ATTEMPT_MILLISECONDS = 500;
const BLOCK_MILLISECONDS = 1_000;
const BATCH = 200;
/** Entries under way at once; beyond them reading waits. */
const UNDER_WAY_LIMIT = 1_000;
const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/** KEYS: lease. ARGV: holder. `own`: whether this reader holds the lease, under any of its tokens. */
const OWN = `
  local held = redis.call('get', KEYS[1])
  local own = held and string.sub(held, 1, #ARGV[1]) == ARGV[1]`;
/** ARGV: holder, new token, milliseconds. Answers 1 when the lease was free, 2 when it was ours, 0 when it is another's. */
const TAKE = `${OWN}
  if held and not own then return 0 end
  redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return held and 2 or 1`;
/** ARGV: holder, milliseconds. Answers 1, or 0 when the lease is lost. */
const RENEW = `${OWN}
  if own then return redis.call('pexpire', KEYS[1], ARGV[2]) end
  return 0`;
const RELEASE = `${OWN}
  if own then return redis.call('del', KEYS[1]) end
  return 0`;
/** KEYS: lease, stream. ARGV: holder, group, entry. Answers 0 or 1, or -1 when the lease is lost. */
const ACKNOWLEDGE = `${OWN}
  if own then return redis.call('xack', KEYS[2], ARGV[2], ARGV[3]) end
  return -1`;
/**
 * KEYS: lease, stream. ARGV: token, group, count, where from. Answers the entries and the id of the stream's last, or nil
 * when the token is not the lease's. All holders read under one name: only the holder of the lease does.
 */
const READ = `
  if redis.call('get', KEYS[1]) ~= ARGV[1] then return nil end
  local read = redis.call('xreadgroup', 'GROUP', ARGV[2], 'holder', 'COUNT', ARGV[3], 'STREAMS', KEYS[2], ARGV[4])
  local last = redis.call('xrevrange', KEYS[2], '+', '-', 'COUNT', 1)
  return { read and read[1][2] or {}, last[1] and last[1][1] or '0-0' }`;

type Entry = [id: string, fields: string[] | null];

/** The time in which one reader reads: from taking the lease until it may be another's. */
interface Tenure {
  /** What stands in the lease: new after a broken connection, so that what is still on its way there reads nothing. */
  token: string;
  /** Until when the lease holds if nobody renews it, by our clock, in milliseconds. */
  until: number;
  over: boolean;
  /** Whether the answer to the last read came. */
  sound: boolean;
  /** Where reading goes on: behind this pending entry, or at what is new. */
  cursor: string;
  /** Ids of the entries that were read and not finished. */
  readonly underWay: Set<string>;
  renewal: Promise<void> | undefined;
}

export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #leaseKey: string;
  readonly #connection: Redis;
  /** Key -> the end of its queue, whatever tenure it was read in. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #waits = new Set<() => void>();
  #tenure: Tenure | undefined;
  #tokens = 0;
  #roomMade: (() => void) | undefined;
  #closed = false;
  #loop: Promise<void> | undefined;
  #end: Promise<void> | undefined;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    // The braces keep lease and stream on one node of a Redis cluster.
    this.#leaseKey = `lease:${options.group}:{${options.stream}}`;
    this.#connection = new Redis(options.url, {
      lazyConnect: true,
      disconnectTimeout: 100,
      // A read is never sent twice: what the first one read would be missing from the answer.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
    });
    this.#connection.on('error', (error: Error) =>
      options.log.debug({ reason: error.message }, 'reading waits for redis'),
    );
  }

  /** Resolves when the group exists, so that nothing published later is missed. */
  async start(): Promise<void> {
    try {
      await this.#connection.connect();
      await this.#createGroup();
    } catch (error) {
      this.#connection.disconnect();
      throw error;
    }
    if (!this.#closed) this.#loop = this.#run();
  }

  /** Takes nothing new, waits for handlers under way, and only then gives the lease back. */
  close(): Promise<void> {
    this.#end ??= this.#leave();
    return this.#end;
  }

  async #leave(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waits) wake();
    this.#roomMade?.();
    // Ends a blocked read. Nothing connects again once this reader is closed.
    this.#connection.disconnect();
    await this.#loop;
    await Promise.all(this.#queues.values());
    if (this.#tenure) this.#tenure.over = true;
    if (this.#tokens > 0) await this.#command(() => this.#eval(RELEASE, [this.#leaseKey], this.#options.holder));
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const tenure = await this.#hold();
        if (tenure) await this.#read(tenure);
        else await this.#wait(ATTEMPT_MILLISECONDS);
      } catch (error) {
        if (this.#closed) return;
        if (this.#tenure) this.#tenure.sound = false;
        const { message } = error as Error;
        if (message.includes('NOGROUP')) await this.#command(() => this.#createGroup());
        else {
          this.#options.log.warn({ stream: this.#options.stream, reason: message }, 'reading is begun again');
          await this.#wait(ATTEMPT_MILLISECONDS);
        }
      }
    }
  }

  /** Takes the lease, or goes on under our own; undefined while it is another's. */
  async #hold(): Promise<Tenure | undefined> {
    const current = this.#tenure;
    if (current?.sound) return current;
    const { clock, holder } = this.#options;
    this.#tokens += 1;
    const token = `${holder} ${this.#tokens}`;
    const until = clock.now().getTime() + LEASE_MILLISECONDS;
    const answer = await this.#eval(TAKE, [this.#leaseKey], holder, token, LEASE_MILLISECONDS);
    if (answer === 2 && current && !current.over) {
      // Whatever was read and not answered stands among the pending entries.
      Object.assign(current, { token, until, sound: true, cursor: '0' });
      return current;
    }
    if (current) this.#lose(current);
    if (answer === 0) return undefined;
    this.#tenure = {
      token,
      until,
      over: false,
      sound: true,
      cursor: '0',
      underWay: new Set(),
      renewal: undefined,
    };
    this.#renewLater(this.#tenure);
    return this.#tenure;
  }

  /** What was read and not begun is left to whoever reads next, ourselves perhaps. */
  #lose(tenure: Tenure): void {
    if (tenure.over) return;
    tenure.over = true;
    if (this.#tenure === tenure) this.#tenure = undefined;
    this.#options.log.info({ stream: this.#options.stream, group: this.#options.group }, 'the lease was lost');
  }

  #renewLater(tenure: Tenure): void {
    const { clock } = this.#options;
    clock.at(new Date(clock.now().getTime() + RENEW_MILLISECONDS), async () => {
      if (tenure.over) return;
      await this.#renew(tenure);
      this.#renewLater(tenure);
    });
  }

  /** Without an answer the tenure goes on: its lease holds for a while, and is asked for again before that ends. */
  #renew(tenure: Tenure): Promise<void> {
    const { clock, holder } = this.#options;
    const until = clock.now().getTime() + LEASE_MILLISECONDS;
    tenure.renewal ??= this.#command(() => this.#eval(RENEW, [this.#leaseKey], holder, LEASE_MILLISECONDS))
      .then((answer) => {
        if (answer === 1) tenure.until = until;
        else if (answer === 0) this.#lose(tenure);
      })
      .finally(() => {
        tenure.renewal = undefined;
      });
    return tenure.renewal;
  }

  /** Whether something may be handed on now. Who has slept for longer than its lease asks first, and stops if in doubt. */
  async #mayHandOn(tenure: Tenure): Promise<boolean> {
    const doubtful = () => !tenure.over && this.#options.clock.now().getTime() >= tenure.until;
    // What was asked before it slept says little.
    if (doubtful()) await tenure.renewal;
    if (doubtful()) await this.#renew(tenure);
    if (doubtful()) this.#lose(tenure);
    return !tenure.over;
  }

  async #read(tenure: Tenure): Promise<void> {
    if (tenure.underWay.size >= UNDER_WAY_LIMIT) return this.#room();
    if (this.#connection.status !== 'ready') {
      tenure.sound = false;
      return this.#connected();
    }
    const { group, stream } = this.#options;
    const from = tenure.cursor;
    const answer = (await this.#connection.eval(READ, 2, this.#leaseKey, stream, tenure.token, group, BATCH, from)) as
      | [entries: Entry[], last: string]
      | null;
    if (!answer) return this.#lose(tenure);
    const [entries, last] = answer;
    for (const [id, fields] of entries) if (!tenure.underWay.has(id)) this.#take(tenure, id, fields);
    // Someone may have sent us back to the beginning meanwhile.
    if (tenure.cursor !== from) return;
    const end = entries.at(-1)?.[0];
    if (from !== '>') tenure.cursor = end ?? '>';
    // A script cannot wait. This read belongs to no group and takes nothing: it only says that there is something.
    else if (!end || end === last)
      await this.#connection.xread('COUNT', 1, 'BLOCK', BLOCK_MILLISECONDS, 'STREAMS', stream, last);
  }

  /** Resolves when the connection is there again; rejects when it cannot be had now. */
  #connected(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        this.#connection.off('ready', settle);
        this.#connection.off('close', closed);
        this.#waits.delete(woken);
        if (error) reject(error);
        else resolve();
      };
      const closed = () => settle(new Error('redis is away'));
      const woken = () => settle(new Error('closed'));
      if (this.#closed) return woken();
      this.#connection.once('ready', settle);
      this.#connection.once('close', closed);
      this.#waits.add(woken);
    });
  }

  #take(tenure: Tenure, id: string, fields: readonly string[] | null): void {
    const event = parseEvent(fields?.[1]);
    const key = event?.key ?? '';
    const before = this.#queues.get(key) ?? Promise.resolve();
    const done = before.then(async () => {
      if (event) await this.#handle(tenure, id, event);
      else await this.#passOver(tenure, id);
      tenure.underWay.delete(id);
      if (this.#queues.get(key) === done) this.#queues.delete(key);
      this.#roomMade?.();
    });
    tenure.underWay.add(id);
    this.#queues.set(key, done);
  }

  /** Never rejects; given up only when this reader closes or loses the lease, for whoever reads next. */
  async #handle(tenure: Tenure, id: string, event: EventEnvelope): Promise<void> {
    const { handle, log } = this.#options;
    let pause = FIRST_PAUSE_MILLISECONDS;
    while (!this.#closed && (await this.#mayHandOn(tenure))) {
      try {
        await handle(event);
        return await this.#acknowledge(tenure, id);
      } catch (error) {
        log.debug(
          { reason: (error as Error | undefined)?.message, eventId: event.id },
          'delivered again after a pause',
        );
        await this.#wait(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      }
    }
  }

  /** No relay of ours wrote it, or it is gone: nobody can take it in, and it must not hold up those behind it. */
  async #passOver(tenure: Tenure, id: string): Promise<void> {
    this.#options.log.error({ stream: this.#options.stream, entry: id }, 'an entry that is no event was passed over');
    await this.#acknowledge(tenure, id);
  }

  async #acknowledge(tenure: Tenure, id: string): Promise<void> {
    const { holder, group, stream } = this.#options;
    const answer = await this.#command(() => this.#eval(ACKNOWLEDGE, [this.#leaseKey, stream], holder, group, id));
    if (answer === -1) this.#lose(tenure);
    if (answer !== undefined) return;
    // It may stand among the pending entries still: it is read and handed on again.
    tenure.underWay.delete(id);
    tenure.cursor = '0';
  }

  async #createGroup(): Promise<void> {
    const { commands, stream, group } = this.#options;
    try {
      await commands.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
    }
  }

  #eval(script: string, keys: readonly string[], ...values: readonly (string | number)[]): Promise<unknown> {
    return this.#options.commands.eval(script, keys.length, ...keys, ...values);
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

  /** Resolves when an entry has been finished. */
  async #room(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#roomMade = resolve;
    });
    this.#roomMade = undefined;
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
