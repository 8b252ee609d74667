/*
 * Whether an operation may run now: what it may cost against the budget of one, and against what its caller has left for
 * the minute. One of many that share a subscription is not charged: it is asked for in nobody's name.
 */
import type { Caller } from '../../subgraphs/kernel/caller.ts';
import { Refusal } from '../../subgraphs/kernel/errors.ts';
import type { CompiledCost } from './cost.ts';
import type { Quotas } from './quotas.ts';
import { type Standing, standingOf, subjectOf } from './standing.ts';

/** Of what is refused before its cost is known: forged tokens, documents that are none. */
export const REFUSED_COST = 10;
/** The least that is charged: reading and planning are work, too. */
const LEAST_COST = 1;

const inWords: Readonly<Record<Standing, string>> = {
  anonymous: 'without a sign-in',
  person: 'of a person',
  analyst: 'of an analyst',
  partner: 'of a partner',
  administrator: 'of an administrator',
};

export interface AdmissionOptions {
  /** Cost of one operation. */
  readonly budgets: Readonly<Record<Standing, number>>;
  readonly quotas: Quotas;
}

/** On whose account something is done. */
export interface Account {
  readonly caller: Caller;
  /** Of the client; counts where the caller is nobody. */
  readonly address?: string | undefined;
}

export class Admission {
  readonly #budgets: Readonly<Record<Standing, number>>;
  readonly #quotas: Quotas;

  constructor({ budgets, quotas }: AdmissionOptions) {
    this.#budgets = budgets;
    this.#quotas = quotas;
  }

  /** Charges the operation; undefined where it may run. Codes COST_EXCEEDED, RATE_LIMITED, BAD_USER_INPUT. */
  admit(cost: CompiledCost, variables: Readonly<Record<string, unknown>>, account: Account): Refusal | undefined {
    const problem = cost.problem(variables);
    if (problem !== undefined) return new Refusal('BAD_USER_INPUT', problem);
    const standing = standingOf(account.caller);
    const units = Math.max(LEAST_COST, cost.of(variables));
    const budget = this.#budgets[standing];
    if (units > budget) {
      const dearest = cost.dearest(variables);
      return new Refusal(
        'COST_EXCEEDED',
        `The operation may cost ${units}, of which ${dearest.cost} for ${dearest.field}; one ${inWords[standing]} may ` +
          `cost ${budget}. Ask for fewer or shorter lists.`,
      );
    }
    const subject = subjectOf(account.caller, account.address);
    if (subject === undefined || this.#quotas.charge(subject, standing, units)) return undefined;
    return this.#exhausted(subject, standing);
  }

  /** Charges what was refused before its cost was known. */
  chargeRefused(account: Account): void {
    const subject = subjectOf(account.caller, account.address);
    if (subject !== undefined) this.#quotas.charge(subject, standingOf(account.caller), REFUSED_COST);
  }

  /** Why nothing of this account is looked at now: it cannot pay for a refusal any more. */
  refuseUnseen({ caller, address }: Account): Refusal | undefined {
    const subject = subjectOf(caller, address);
    if (subject === undefined) return undefined;
    const standing = standingOf(caller);
    return this.#quotas.of(subject, standing).remaining < REFUSED_COST ? this.#exhausted(subject, standing) : undefined;
  }

  /** What is left to the account; undefined where it has none. */
  quotaOf({ caller, address }: Account) {
    const subject = subjectOf(caller, address);
    return subject === undefined ? undefined : this.#quotas.of(subject, standingOf(caller));
  }

  #exhausted(subject: string, standing: Standing): Refusal {
    const { limit, resetSeconds } = this.#quotas.of(subject, standing);
    return new Refusal(
      'RATE_LIMITED',
      `Operations ${inWords[standing]} may cost ${limit} in a minute; try again in ${resetSeconds} seconds.`,
    );
  }
}
