/*
 * Proving a phone: a code of six digits is sent to it and typed back. The code is stored as a keyed hash, good for ten
 * minutes and five tries. Who owns a number is not told before its code was proven. The message leaves outside of the
 * transaction; when the service refuses or is silent the code stays valid, since the message may still arrive.
 */

import { Refusal } from '../kernel/errors.ts';
import type { Machine } from '../kernel/subgraph.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Account, AccountRole, type Accounts, lockAccount, lockOwnAccount } from './account.ts';
import { AgeBand, comingOfAge, refuseChildren } from './age-band.ts';
import { isBarred } from './barred.ts';
import { phoneCodeLimits, type RateLimit, takeTurns } from './rate-limit.ts';
import type { Secrets } from './secrets.ts';
import type { Session, Sessions } from './session.ts';
import { sameText } from './sign-in.ts';
import { SmsNotSent, type SmsSender } from './sms.ts';

export const CODE_MINUTES = 10;
export const CODE_TRIES = 5;

interface CodeRow {
  phone_hash: string;
  code_hash: string;
  tries: number;
  expires_at: string;
}

/** What a person says of their age; of youths the month of birth, as any day of it, where they say it. */
export interface DeclaredAge {
  readonly band: AgeBand;
  readonly birthMonth?: string | null | undefined;
}

export class Phones {
  readonly #machine: Machine;
  readonly #secrets: Secrets;
  readonly #sms: SmsSender;
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;

  constructor(machine: Machine, parts: { secrets: Secrets; sms: SmsSender; accounts: Accounts; sessions: Sessions }) {
    this.#machine = machine;
    this.#secrets = parts.secrets;
    this.#sms = parts.sms;
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
  }

  /**
   * Sends a new code; an earlier one of the account ends.
   * @returns when the code ends.
   * @throws Refusal RATE_LIMITED, ACCOUNT_SUSPENDED, UNAVAILABLE when the message could not be handed over.
   */
  async requestCode(accountId: string, phoneNumber: string): Promise<Date> {
    const code = this.#secrets.digits();
    const phoneHash = this.#phoneHash(phoneNumber);
    const expiresAt = await this.#machine.work(async (work) => {
      const { em, now } = work;
      await lockOwnAccount(work, accountId);
      await takeTurns(
        [
          { limit: phoneCodeLimits.perAccountShort, subject: accountId },
          { limit: phoneCodeLimits.perAccountDay, subject: accountId },
          { limit: phoneCodeLimits.perNumberShort, subject: phoneHash },
          { limit: phoneCodeLimits.perNumberDay, subject: phoneHash },
        ],
        work,
      );
      const expires = new Date(now.getTime() + CODE_MINUTES * 60_000);
      await em.execute(
        `insert into identity.phone_code (account_id, phone_hash, code_hash, tries, expires_at) values (?, ?, ?, 0, ?)
         on conflict (account_id) do update set phone_hash = excluded.phone_hash, code_hash = excluded.code_hash,
           tries = 0, expires_at = excluded.expires_at`,
        [accountId, phoneHash, this.#codeHash(accountId, phoneHash, code), expires],
      );
      return expires;
    });
    await this.#send(accountId, phoneNumber, code);
    return expiresAt;
  }

  /**
   * Ends the registration, or links another phone to a registered account. The session carries the account's scopes and
   * takes the place of the one that asked, `sessionId`.
   * @throws Refusal CODE_EXPIRED, CODE_INVALID, TOO_MANY_ATTEMPTS, PHONE_IN_USE, ACCOUNT_SUSPENDED, AGE_RESTRICTED,
   *   BAD_USER_INPUT for a month of birth that does not fit.
   */
  async verify(
    accountId: string,
    phoneNumber: string,
    code: string,
    age: DeclaredAge,
    sessionId?: string,
  ): Promise<{ account: Account; session: Session }> {
    refuseChildren(age.band);
    if (age.birthMonth && age.band !== AgeBand.YOUTH) {
      throw new Refusal('BAD_USER_INPUT', 'input.birthMonth is asked of youths only.');
    }
    // A wrong try must be counted, so refusals are thrown behind the transaction.
    const outcome = await this.#machine.work(async (work) => {
      const account = await lockOwnAccount(work, accountId);
      const phoneHash = this.#phoneHash(phoneNumber);
      const refusal =
        (await this.#proveCode(account, phoneHash, code, work)) ??
        (await this.#link(account, phoneNumber, phoneHash, age, work));
      if (refusal) return { refusal };
      return { account, refresh: await this.#sessions.replace(account.id, sessionId, work) };
    });
    if ('refusal' in outcome) throw outcome.refusal;
    return { account: outcome.account, session: await this.#sessions.present(outcome.account, outcome.refresh) };
  }

  async #proveCode(
    account: Account,
    phoneHash: string,
    code: string,
    { em, now }: UnitOfWork,
  ): Promise<Refusal | undefined> {
    const [row] = await em.execute<CodeRow[]>(
      'select phone_hash, code_hash, tries, expires_at from identity.phone_code where account_id = ? for update',
      [account.id],
    );
    if (!row || row.phone_hash !== phoneHash || new Date(row.expires_at) <= now) return new Refusal('CODE_EXPIRED');
    if (row.tries >= CODE_TRIES) return new Refusal('TOO_MANY_ATTEMPTS');
    if (!sameText(row.code_hash, this.#codeHash(account.id, phoneHash, code))) {
      await em.execute('update identity.phone_code set tries = tries + 1 where account_id = ?', [account.id]);
      return new Refusal('CODE_INVALID');
    }
    await em.execute('delete from identity.phone_code where account_id = ?', [account.id]);
    return undefined;
  }

  async #link(
    account: Account,
    phoneNumber: string,
    phoneHash: string,
    age: DeclaredAge,
    work: UnitOfWork,
  ): Promise<Refusal | undefined> {
    const { em, now } = work;
    // Two people may prove one number at once, as when it changes hands: the first keeps it.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`phone ${phoneHash}`]);
    const [owner] = await em.execute<{ id: string }[]>('select id from identity.account where phone_hash = ?', [
      phoneHash,
    ]);
    if (owner && owner.id !== account.id) return new Refusal('PHONE_IN_USE');
    if (await isBarred(work, phoneHash)) return new Refusal('ACCOUNT_SUSPENDED');
    const isNew = !account.registeredAt;
    if (isNew) {
      // An administrator may have registered the officer after they signed in.
      await this.#accounts.decideRole(account, em);
      // Officers and administrators are grown up. Told before anything is changed: what is returned is committed.
      if (age.band === AgeBand.YOUTH && account.role !== AccountRole.CITIZEN) return new Refusal('AGE_RESTRICTED');
    }
    account.phoneHash = phoneHash;
    account.phoneSealed = this.#secrets.seal(phoneNumber, `phone ${account.id}`);
    account.phoneVerifiedAt = now;
    account.updatedAt = now;
    if (isNew) {
      account.registeredAt = now;
      account.ageBand = age.band;
      account.comesOfAgeOn = age.band === AgeBand.YOUTH ? comingOfAge(age.birthMonth, now) : null;
      work.record('account.registered', {
        accountId: account.id,
        roles: [account.role],
        departmentName: account.departmentName ?? null,
        ageBand: age.band === AgeBand.YOUTH ? 'youth' : 'adult',
        registeredAt: now.toISOString(),
      });
    }
    await em.flush();
    return undefined;
  }

  /**
   * Says something to the account's own phone, as often as the limit allows. Never refuses: a message is not what it is
   * about, and what could not be handed over is in the log.
   */
  async say(accountId: string, text: string, limit: RateLimit): Promise<void> {
    try {
      const to = await this.#machine.work(async (work) => {
        const account = await lockAccount(work.em, accountId);
        if (!account?.phoneSealed) return undefined;
        await takeTurns([{ limit, subject: accountId }], work);
        return this.#secrets.unseal(account.phoneSealed, `phone ${account.id}`);
      });
      if (to) await this.#sms.send({ to, text });
    } catch (error) {
      if (error instanceof Refusal) return;
      const reason = error instanceof SmsNotSent ? error.message : 'unforeseen';
      this.#machine.log.error({ accountId, reason }, 'text message not sent');
    }
  }

  async #send(accountId: string, phoneNumber: string, code: string): Promise<void> {
    const text = `${code} is your Hey Blue! code. It ends in ${CODE_MINUTES} minutes. Give it to nobody, whoever asks.`;
    try {
      await this.#sms.send({ to: phoneNumber, text });
    } catch (error) {
      const reason = error instanceof SmsNotSent ? error.message : 'unforeseen';
      this.#machine.log.error({ accountId, reason }, 'text message not sent');
      throw new Refusal(
        'UNAVAILABLE',
        'The message service does not answer. If the code arrives nevertheless it is good; else ask for a new one.',
      );
    }
  }

  #phoneHash(phoneNumber: string): string {
    return this.#secrets.keyedHash('phone', phoneNumber);
  }

  #codeHash(accountId: string, phoneHash: string, code: string): string {
    return this.#secrets.keyedHash('phone code', accountId, phoneHash, code);
  }
}
