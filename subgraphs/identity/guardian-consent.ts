/*
 * That a guardian allows a youth to take part. Who saw that and when is written once and stays: the account remembers only
 * that there is a consent.
 */
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { DateTime } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { lockAccount } from './account.ts';
import { AgeBand } from './age-band.ts';

/** The audit record of a consent: written once, never changed. */
@ObjectType({ description: "A guardian's consent to the account of a youth." })
export class GuardianConsent {
  @Field(() => ID, { description: 'The account of the youth.' })
  accountId!: string;

  @Field(() => ID, { description: 'The administrator who saw the consent.' })
  recordedBy!: string;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  recordedAt!: Date;
}

interface ConsentRow {
  account_id: string;
  recorded_by: string;
  recorded_at: string;
}

/**
 * Records that a guardian consents; from the next refresh the sessions of the youth carry scopes. Again changes nothing:
 * the first record stays.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT for an account that needs none.
 */
export async function recordGuardianConsent(
  work: UnitOfWork,
  accountId: string,
  recordedBy: string,
): Promise<GuardianConsent> {
  const { em, now } = work;
  const account = await lockAccount(em, accountId);
  if (!account) throw new Refusal('NOT_FOUND', 'There is no such account.');
  if (account.ageBand !== AgeBand.YOUTH) {
    throw new Refusal('BAD_USER_INPUT', 'input.accountId must be of a youth: nobody else needs a guardian.');
  }
  await em.execute(
    `insert into identity.guardian_consent (account_id, recorded_by, recorded_at) values (?, ?, ?)
     on conflict (account_id) do nothing`,
    [account.id, recordedBy, now],
  );
  const [row] = await em.execute<ConsentRow[]>('select * from identity.guardian_consent where account_id = ?', [
    account.id,
  ]);
  account.guardianConsentAt ??= now;
  await em.flush();
  return Object.assign(new GuardianConsent(), {
    accountId: account.id,
    recordedBy: row?.recorded_by ?? recordedBy,
    recordedAt: new Date(row?.recorded_at ?? now),
  });
}
