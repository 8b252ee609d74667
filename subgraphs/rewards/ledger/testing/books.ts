/*
 * The books without what stands for their postings: a kind of transaction of its own moves anything, so that a test can say
 * in a line what it needs. Answers are the refusal's code or what was posted.
 */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Refusal, type RefusalCode } from '../../../kernel/errors.ts';
import { runUnitOfWork, type UnitOfWork } from '../../../kernel/unit-of-work.ts';
import type { Town } from '../../testing/town.ts';
import { type Balance, balanceOf } from '../balance.ts';
import { capture, hold, issuance, type LedgerAccount, type Leg, person, post, release, reverse } from '../ledger.ts';

/** The kind of transaction that tests post; it may move anything. */
export const TRIAL = 'trial';

export type Outcome =
  | { readonly code: RefusalCode }
  | { readonly code?: undefined; readonly id: string; readonly fresh: boolean };

export interface Books {
  work<Result>(task: (work: UnitOfWork) => Promise<Result>): Promise<Result>;
  balance(ownerId: string, kind?: 'person' | 'budget'): Promise<Balance>;
  /** Points for a person, or cents for a budget; those of people run out when told. */
  grant(account: LedgerAccount, amount: number, lotExpiresAt?: Date): Promise<Outcome>;
  /** Takes from a person or budget to somebody without a balance. */
  spend(account: LedgerAccount, amount: number, businessKey?: string, fingerprint?: string): Promise<Outcome>;
  move(legs: readonly [Leg, ...Leg[]], businessKey?: string): Promise<Outcome>;
  hold(account: LedgerAccount, amount: number, expiresAt: Date, businessKey?: string): Promise<Outcome>;
  capture(holdId: string, account: LedgerAccount, amount: number, businessKey?: string): Promise<Outcome>;
  release(holdId: string): Promise<Outcome>;
  reverse(transactionId: string, businessKey?: string): Promise<Outcome>;
}

export const budget = (ownerId: string): LedgerAccount => ({ kind: 'budget', ownerId });
const SHOP: LedgerAccount = { kind: 'retailer', ownerId: '00000000-0000-4000-8000-00000000000a' };
const FEES: LedgerAccount = { kind: 'fee', ownerId: '00000000-0000-4000-8000-00000000000b' };
const GRANTS: LedgerAccount = { kind: 'grant', ownerId: '00000000-0000-4000-8000-00000000000c' };

const sink = ({ kind }: LedgerAccount) => (kind === 'budget' ? FEES : SHOP);

export async function openBooks(town: Town): Promise<Books> {
  await town
    .em()
    .execute('insert into rewards.transaction_kind (name, by_hand) values (?, true) on conflict do nothing', [TRIAL]);
  const log = pino({ level: 'silent' });
  const work: Books['work'] = (task) =>
    runUnitOfWork(
      {
        em: town.em(),
        producer: 'rewards',
        clock: town.clock,
        newId: town.newId,
        live: town.live,
        log,
        committed: () => {},
      },
      task,
    );
  const outcome = async (task: (work: UnitOfWork) => Promise<{ id: string; fresh: boolean }>): Promise<Outcome> => {
    try {
      return await work(task);
    } catch (error) {
      if (error instanceof Refusal) return { code: error.code };
      throw error;
    }
  };
  const books: Books = {
    work,
    balance: (ownerId, kind) => balanceOf(town.em(), ownerId, town.clock.now(), kind),
    grant: (account, amount, lotExpiresAt) =>
      outcome((each) =>
        post(each, {
          kind: TRIAL,
          businessKey: `grant ${randomUUID()}`,
          fingerprint: '',
          legs: [{ from: account.kind === 'budget' ? GRANTS : issuance, to: account, amount }],
          ...(lotExpiresAt && { lotExpiresAt }),
        }),
      ),
    spend: (account, amount, businessKey = `spend ${randomUUID()}`, fingerprint = '') =>
      outcome((each) =>
        post(each, { kind: TRIAL, businessKey, fingerprint, legs: [{ from: account, to: sink(account), amount }] }),
      ),
    move: (legs, businessKey = `move ${randomUUID()}`) =>
      outcome((each) => post(each, { kind: TRIAL, businessKey, fingerprint: '', legs })),
    hold: (account, amount, expiresAt, businessKey = `hold ${randomUUID()}`) =>
      outcome(async (each) => {
        const { holdId, fresh } = await hold(each, {
          businessKey,
          fingerprint: `${amount}`,
          account,
          amount,
          expiresAt,
        });
        return { id: holdId, fresh };
      }),
    capture: (holdId, account, amount, businessKey = `capture ${holdId}`) =>
      outcome((each) =>
        capture(each, { holdId, kind: TRIAL, businessKey, legs: [{ from: account, to: sink(account), amount }] }),
      ),
    release: (holdId) =>
      outcome(async (each) => {
        await release(each, { holdId });
        return { id: holdId, fresh: true };
      }),
    reverse: (transactionId, businessKey = `reverse ${randomUUID()}`) =>
      outcome((each) => reverse(each, { businessKey, transactionId })),
  };
  return books;
}

/** The id of what was done. @throws where it was refused. */
export function idOf(outcome: Outcome): string {
  if (outcome.code !== undefined) throw new Error(`It was refused: ${outcome.code}`);
  return outcome.id;
}

/** A person with points that never run out. */
export async function somebody(books: Books, points = 0): Promise<LedgerAccount> {
  const account = person(randomUUID());
  if (points > 0) idOf(await books.grant(account, points));
  return account;
}
