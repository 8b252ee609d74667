/*
 * What each account has open in this process, sockets and event streams together. Held by the channel that counts, so that
 * an operation is counted without looking anything up; who is nobody in particular is not limited here.
 */
import type { Limits } from './engine.ts';

export type AccountLimits = Pick<Limits, 'channelsPerAccount' | 'subscriptionsPerAccount'>;

const NO_LIMITS = { channelsPerAccount: Number.POSITIVE_INFINITY, subscriptionsPerAccount: Number.POSITIVE_INFINITY };

export class Accounts {
  readonly #limits: AccountLimits;
  readonly #open = new Map<string, Account>();
  readonly #nobody = new Account(NO_LIMITS, () => {});

  constructor(limits: AccountLimits) {
    this.#limits = limits;
  }

  /** Counts a socket or event stream of `name`. @returns undefined when it is one too many; else `leave` ends it. */
  enter(name: string | undefined): Account | undefined {
    if (name === undefined) return this.#nobody;
    let account = this.#open.get(name);
    if (!account) {
      account = new Account(this.#limits, () => this.#open.delete(name));
      this.#open.set(name, account);
    }
    return account.enter() ? account : undefined;
  }

  /** How many accounts have anything open. */
  get size(): number {
    return this.#open.size;
  }
}

export class Account {
  readonly #limits: AccountLimits;
  readonly #emptied: () => void;
  #channels = 0;
  #subscriptions = 0;

  constructor(limits: AccountLimits, emptied: () => void) {
    this.#limits = limits;
    this.#emptied = emptied;
  }

  enter(): boolean {
    if (this.#channels >= this.#limits.channelsPerAccount) return false;
    this.#channels++;
    return true;
  }

  leave(): void {
    if (--this.#channels === 0) this.#emptied();
  }

  /** Counts a subscription, until `unsubscribe`. @returns false when it is one too many. */
  subscribe(): boolean {
    if (this.#subscriptions >= this.#limits.subscriptionsPerAccount) return false;
    this.#subscriptions++;
    return true;
  }

  unsubscribe(): void {
    this.#subscriptions--;
  }
}
