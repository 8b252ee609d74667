/*
 * The books as plain variables: what ought to happen, written for being read. Time is a count of days, because the clock of
 * tests only moves by whole days and so never stands on the wrong side of an end.
 */
import type { RefusalCode } from '../../../kernel/errors.ts';

export interface ModelLot {
  readonly granted: number;
  left: number;
  /** The day from which on it is gone. */
  readonly endsOn: number;
  readonly order: number;
}

type Draws = { readonly lot: ModelLot; amount: number }[];

export interface ModelHold {
  readonly account: ModelAccount;
  readonly amount: number;
  readonly endsOn: number;
  readonly draws: Draws;
  state: 'pending' | 'captured' | 'released' | 'expired';
}

export interface ModelTransaction {
  readonly legs: {
    readonly from?: ModelAccount;
    readonly to?: ModelAccount;
    readonly amount: number;
    draws: Draws;
    lot?: ModelLot;
  }[];
  reversed: boolean;
}

export class ModelAccount {
  readonly isPerson: boolean;
  readonly lots: ModelLot[] = [];
  /** Budgets only: people have their lots. */
  cents = 0;
  earned = 0;
  spent = 0;
  expired = 0;
  frozen = false;

  constructor(isPerson: boolean) {
    this.isPerson = isPerson;
  }
}

export class Model {
  day = 0;
  readonly holds: ModelHold[] = [];
  #order = 0;

  /** @returns the transaction, or the code of the refusal. */
  move(
    legs: readonly { from?: ModelAccount; to?: ModelAccount; amount: number; endsOn?: number }[],
  ): ModelTransaction | RefusalCode {
    return this.#allOrNothing(() => this.#post(legs));
  }

  hold(account: ModelAccount, amount: number, days: number): ModelHold | RefusalCode {
    if (account.frozen) return 'ACCOUNT_FROZEN';
    const draws: Draws = [];
    const refusal = this.#take(account, amount, draws);
    if (refusal) return refusal;
    const hold: ModelHold = { account, amount, endsOn: this.day + days, draws, state: 'pending' };
    this.holds.push(hold);
    return hold;
  }

  capture(hold: ModelHold, amount: number): ModelTransaction | RefusalCode {
    if (hold.state === 'expired' || (hold.state === 'pending' && hold.endsOn <= this.day)) return 'HOLD_EXPIRED';
    if (hold.state !== 'pending') return 'HOLD_ENDED';
    if (amount > hold.amount) return 'BAD_USER_INPUT';
    if (hold.account.frozen) return 'ACCOUNT_FROZEN';
    hold.state = 'captured';
    let left = amount;
    const used: Draws = [];
    // What was reserved in time is used, also where it has run out since.
    for (const draw of [...hold.draws].sort(byEnd)) {
      const part = Math.min(left, draw.amount);
      if (part > 0) used.push({ lot: draw.lot, amount: part });
      draw.lot.left += draw.amount - part;
      left -= part;
    }
    if (!hold.account.isPerson) hold.account.cents += hold.amount - amount;
    hold.account.spent += amount;
    return { legs: [{ from: hold.account, amount, draws: used }], reversed: false };
  }

  release(hold: ModelHold): RefusalCode | undefined {
    if (hold.state === 'captured') return 'HOLD_ENDED';
    if (hold.state === 'pending') this.#end(hold, hold.endsOn <= this.day ? 'expired' : 'released');
    return undefined;
  }

  reverse(transaction: ModelTransaction): ModelTransaction | RefusalCode {
    if (transaction.reversed) return 'ALREADY_REVERSED';
    const result = this.#allOrNothing(() => {
      for (const leg of transaction.legs) {
        if (leg.to) {
          const refusal = this.#take(leg.to, leg.amount, [], leg.lot);
          if (refusal) return refusal;
          leg.to.earned -= leg.amount;
        }
        if (leg.from) {
          for (const { lot, amount } of leg.draws) lot.left += amount;
          if (!leg.from.isPerson) leg.from.cents += leg.amount;
          leg.from.spent -= leg.amount;
        }
      }
      return { legs: [], reversed: false };
    });
    if (typeof result !== 'string') transaction.reversed = true;
    return result;
  }

  /** What every look at the books sees, whether or not anybody has swept: ended holds hold nothing, ended lots are gone. */
  settle(accounts: readonly ModelAccount[]): void {
    for (const hold of this.holds) if (hold.state === 'pending' && hold.endsOn <= this.day) this.#end(hold, 'expired');
    for (const account of accounts) account.expired = account.expired + this.#drain(account);
  }

  available(account: ModelAccount): number {
    return account.isPerson ? account.lots.reduce((sum, { left }) => sum + left, 0) : account.cents;
  }

  held(account: ModelAccount): number {
    return this.holds.reduce(
      (sum, hold) => sum + (hold.account === account && hold.state === 'pending' ? hold.amount : 0),
      0,
    );
  }

  #drain(account: ModelAccount): number {
    const gone = account.lots.filter(({ endsOn }) => endsOn <= this.day);
    const sum = gone.reduce((total, { left }) => total + left, 0);
    for (const lot of gone) lot.left = 0;
    return sum;
  }

  #end(hold: ModelHold, state: ModelHold['state']): void {
    hold.state = state;
    for (const { lot, amount } of hold.draws) lot.left += amount;
    if (!hold.account.isPerson) hold.account.cents += hold.amount;
  }

  #post(legs: Parameters<Model['move']>[0]): ModelTransaction | RefusalCode {
    const transaction: ModelTransaction = { legs: [], reversed: false };
    for (const { from, to, amount, endsOn = Number.POSITIVE_INFINITY } of legs) {
      const draws: Draws = [];
      if (from?.frozen) return 'ACCOUNT_FROZEN';
      const refusal = from && this.#take(from, amount, draws);
      if (refusal) return refusal;
      if (from) from.spent += amount;
      const leg: ModelTransaction['legs'][number] = { amount, draws, ...(from && { from }), ...(to && { to }) };
      if (to?.isPerson) {
        leg.lot = { granted: amount, left: amount, endsOn, order: this.#order++ };
        to.lots.push(leg.lot);
      } else if (to) to.cents += amount;
      if (to) to.earned += amount;
      transaction.legs.push(leg);
    }
    return transaction;
  }

  #take(account: ModelAccount, amount: number, draws: Draws, first?: ModelLot): RefusalCode | undefined {
    if (this.available(account) < amount) return account.isPerson ? 'INSUFFICIENT_POINTS' : 'BUDGET_EXHAUSTED';
    if (!account.isPerson) account.cents -= amount;
    let left = account.isPerson ? amount : 0;
    const inOrder = account.lots.map((lot) => ({ lot, amount: 0 })).sort(byEnd);
    for (const { lot } of [
      ...inOrder.filter((each) => each.lot === first),
      ...inOrder.filter((each) => each.lot !== first),
    ]) {
      const part = Math.min(left, lot.left);
      if (part > 0) draws.push({ lot, amount: part });
      lot.left -= part;
      left -= part;
    }
    return undefined;
  }

  /** A refused transaction leaves no trace. */
  #allOrNothing<Result>(task: () => Result | RefusalCode): Result | RefusalCode {
    const accounts = new Set<ModelAccount>();
    const lots = new Map<ModelLot, number>();
    const before = new Map<ModelAccount, Partial<ModelAccount>>();
    for (const account of this.accounts) {
      accounts.add(account);
      before.set(account, { cents: account.cents, earned: account.earned, spent: account.spent });
      for (const lot of account.lots) lots.set(lot, lot.left);
    }
    const result = task();
    if (typeof result !== 'string') return result;
    for (const account of accounts) {
      Object.assign(account, before.get(account));
      account.lots.splice(0, account.lots.length, ...account.lots.filter((lot) => lots.has(lot)));
      for (const lot of account.lots) lot.left = lots.get(lot) as number;
    }
    return result;
  }

  readonly accounts: readonly ModelAccount[];

  constructor(accounts: readonly ModelAccount[]) {
    this.accounts = accounts;
  }
}

const byEnd = (a: { lot: ModelLot }, b: { lot: ModelLot }) => a.lot.endsOn - b.lot.endsOn || a.lot.order - b.lot.order;
