/*
 * What each account has open in this process, sockets and event streams together. Held by the channel that counts, so that
 * an operation is counted without looking anything up; who is nobody in particular is not limited here.
 */
import type { Limits } from './engine.ts';

export type AccountLimits = Pick<Limits, 'channelsPerAccount' | 'subscriptionsPerAccount'>;

const NO_LIMITS = { channelsPerAccount: Number.POSITIVE_INFINITY, subscriptionsPerAccount: Number.POSITIVE_INFINITY };

export class Accounts {
  readonly limits: AccountLimits;
  readonly #open = new Map<string, Account>();
  readonly #nobody: Account;

  constructor(limits: AccountLimits) {
    this.limits = limits;
    this.#nobody = new Account({ limits: NO_LIMITS, forget: () => {} }, '');
  }

  /** Counts a socket or event stream of `name`. @returns undefined when it is one too many; else `leave` ends it. */
  enter(name: string | undefined): Account | undefined {
    if (name === undefined) return this.#nobody;
    let account = this.#open.get(name);
    if (!account) {
      account = new Account(this, name);
      this.#open.set(name, account);
    }
    return account.enter() ? account : undefined;
  }

  /** An account has nothing open any more. */
  forget(name: string): void {
    this.#open.delete(name);
  }

  /** How many accounts have anything open. */
  get size(): number {
    return this.#open.size;
  }
}

export class Account {
  readonly #among: Pick<Accounts, 'limits' | 'forget'>;
  readonly #name: string;
  #channels = 0;
  #subscriptions = 0;

  constructor(among: Pick<Accounts, 'limits' | 'forget'>, name: string) {
    this.#among = among;
    this.#name = name;
  }

  enter(): boolean {
    if (this.#channels >= this.#among.limits.channelsPerAccount) return false;
    this.#channels++;
    return true;
  }

  leave(): void {
    if (--this.#channels === 0) this.#among.forget(this.#name);
  }

  /** Counts a subscription, until `unsubscribe`. @returns false when it is one too many. */
  subscribe(): boolean {
    if (this.#subscriptions >= this.#among.limits.subscriptionsPerAccount) return false;
    this.#subscriptions++;
    return true;
  }

  unsubscribe(): void {
    this.#subscriptions--;
  }
}
