/*
 * What a resolver is given for one operation: who calls, the database, the subgraph's services, batching. It ends with
 * the operation; nothing of it is shared between callers.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { Caller } from './caller.ts';
import type { Clock } from './clock.ts';
import { Refusal } from './errors.ts';
import type { LiveMessages } from './live-messages.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Loads many keys at once; answers in the order of `keys`. */
export type Batch<Key, Value, Services> = (
  keys: readonly Key[],
  call: Call<Services>,
) => Promise<readonly (Value | Error)[]>;

export interface Call<Services = unknown> {
  readonly caller: Caller;
  /** The signed-in account's id. @throws Refusal UNAUTHENTICATED for everybody else. */
  readonly accountId: string;
  readonly services: Services;
  /** For reading; its identity map lives as long as the operation. */
  readonly em: EntityManager;
  readonly clock: Clock;
  readonly live: LiveMessages;
  /** Its lines carry the request's id. */
  readonly log: Logger;
  newId(): string;
  /** Runs one transaction: rows, events and live messages become true together or not at all. */
  work<Result>(task: (work: UnitOfWork) => Promise<Result>): Promise<Result>;
  /** Loads `key` together with all keys asked of the same `batch` in this tick of the operation. */
  load<Key, Value>(batch: Batch<Key, Value, Services>, key: Key): Promise<Value>;
}

export interface CallParts<Services> {
  readonly caller: Caller;
  readonly services: Services;
  readonly clock: Clock;
  readonly live: LiveMessages;
  /** Asked once, when something is logged: most operations log nothing. */
  readonly openLog: () => Logger;
  readonly newId: () => string;
  readonly fork: () => EntityManager;
  readonly work: <Result>(task: (work: UnitOfWork) => Promise<Result>) => Promise<Result>;
}

export function createCall<Services>(parts: CallParts<Services>): Call<Services> {
  return new OperationCall(parts);
}

/** What is lazily made stands in `made`, not in private fields: Apollo Server hands resolvers a shallow copy of it. */
class OperationCall<Services> implements Call<Services> {
  readonly parts: CallParts<Services>;
  readonly made: { em?: EntityManager; log?: Logger; readonly loaders: Map<unknown, DataLoader<unknown, unknown>> };
  readonly caller: Caller;
  readonly services: Services;
  readonly clock: Clock;
  readonly live: LiveMessages;

  constructor(parts: CallParts<Services>) {
    this.parts = parts;
    this.made = { loaders: new Map() };
    this.caller = parts.caller;
    this.services = parts.services;
    this.clock = parts.clock;
    this.live = parts.live;
  }

  get accountId(): string {
    if (!this.caller.accountId) throw new Refusal('UNAUTHENTICATED');
    return this.caller.accountId;
  }

  get em(): EntityManager {
    this.made.em ??= this.parts.fork();
    return this.made.em;
  }

  get log(): Logger {
    this.made.log ??= this.parts.openLog();
    return this.made.log;
  }

  newId(): string {
    return this.parts.newId();
  }

  work<Result>(task: (work: UnitOfWork) => Promise<Result>): Promise<Result> {
    return this.parts.work(task);
  }

  load<Key, Value>(batch: Batch<Key, Value, Services>, key: Key): Promise<Value> {
    let loader = this.made.loaders.get(batch);
    if (!loader) {
      loader = new DataLoader<unknown, unknown>((keys) => batch(keys as Key[], this));
      this.made.loaders.set(batch, loader);
    }
    return loader.load(key) as Promise<Value>;
  }
}
