/*
 * That a guardian allows a youth to take part, and that they allow it no more. Who saw that and when is written once and
 * stays; the account remembers only whether there is a consent. A guardian who has withdrawn may consent anew.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { DateTime } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Account, lockAccount } from './account.ts';
import { AgeBand } from './age-band.ts';

/** The audit record of a consent and of its end: each written once, never changed. */
@ObjectType({ description: "A guardian's consent to the account of a youth." })
export class GuardianConsent {
  @Field(() => ID, { description: 'The account of the youth.' })
  accountId!: string;

  @Field(() => ID, { description: 'The administrator who saw the consent.' })
  recordedBy!: string;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  recordedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The administrator who saw it withdrawn; null while it holds.' })
  withdrawalRecordedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When that was recorded; null while it holds.' })
  withdrawnAt!: Date | null;
}

interface ConsentRow {
  id: string;
  recorded_by: string;
  recorded_at: string;
  withdrawal_recorded_by: string | null;
  withdrawn_at: string | null;
}

/**
 * Records that a guardian consents; from the next refresh the sessions of the youth carry scopes. While that holds, again
 * changes nothing: the record stays.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT for an account that needs none.
 */
export async function recordGuardianConsent(
  work: UnitOfWork,
  accountId: string,
  recordedBy: string,
): Promise<GuardianConsent> {
  const { em, now } = work;
  const account = await lockYouth(em, accountId);
  if (!account.guardianConsentAt) {
    await em.execute(
      'insert into identity.guardian_consent (id, account_id, recorded_by, recorded_at) values (?, ?, ?, ?)',
      [work.newId(), account.id, recordedBy, now],
    );
    account.guardianConsentAt = now;
    account.updatedAt = now;
    await em.flush();
    work.record('guardianConsent.recorded', { accountId: account.id, recordedAt: now.toISOString() });
  }
  return present(account, await latest(em, account));
}

/**
 * Records that a guardian consents no more: where people meet the youth may do nothing at once, elsewhere from the next
 * refresh. Again changes nothing.
 * @throws Refusal NOT_FOUND where there never was a consent, BAD_USER_INPUT for an account that needs none.
 */
export async function withdrawGuardianConsent(
  work: UnitOfWork,
  accountId: string,
  recordedBy: string,
): Promise<GuardianConsent> {
  const { em, now } = work;
  const account = await lockYouth(em, accountId);
  const consent = await latest(em, account);
  if (!consent) throw new Refusal('NOT_FOUND', 'There is no consent to this account.');
  if (!account.guardianConsentAt) return present(account, consent);
  await em.execute('insert into identity.guardian_withdrawal (consent_id, recorded_by, recorded_at) values (?, ?, ?)', [
    consent.id,
    recordedBy,
    now,
  ]);
  account.guardianConsentAt = null;
  account.updatedAt = now;
  await em.flush();
  work.record('guardianConsent.withdrawn', { accountId: account.id, withdrawnAt: now.toISOString() });
  return present(account, await latest(em, account));
}

async function lockYouth(em: EntityManager, accountId: string): Promise<Account> {
  const account = await lockAccount(em, accountId);
  if (!account) throw new Refusal('NOT_FOUND', 'There is no such account.');
  if (account.ageBand !== AgeBand.YOUTH) {
    throw new Refusal('BAD_USER_INPUT', 'input.accountId must be of a youth: nobody else needs a guardian.');
  }
  return account;
}

async function latest(em: EntityManager, { id }: Account): Promise<ConsentRow | undefined> {
  const [row] = await em.execute<ConsentRow[]>(
    `select consent.id, consent.recorded_by, consent.recorded_at,
       withdrawal.recorded_by as withdrawal_recorded_by, withdrawal.recorded_at as withdrawn_at
     from identity.guardian_consent consent
       left join identity.guardian_withdrawal withdrawal on withdrawal.consent_id = consent.id
     where consent.account_id = ? order by consent.recorded_at desc, consent.id desc limit 1`,
    [id],
  );
  return row;
}

function present({ id }: Account, row: ConsentRow | undefined): GuardianConsent {
  if (!row) throw new Error('A consent that holds has a record');
  return Object.assign(new GuardianConsent(), {
    accountId: id,
    recordedBy: row.recorded_by,
    recordedAt: new Date(row.recorded_at),
    withdrawalRecordedBy: row.withdrawal_recorded_by,
    withdrawnAt: row.withdrawn_at === null ? null : new Date(row.withdrawn_at),
  });
}
