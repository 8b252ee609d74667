/*
 * Whom departments vouch for as their officers, as the catalog tells it: by a keyed hash of the e-mail, which both domains
 * make with a key of their own for it. Nothing else of an officer travels, and the hash names nobody without SECRET_KEY.
 */
import { createHmac } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../schema/events.ts';
import { deriveKey } from '../kernel/configuration.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

/** @returns a function of e-mails to the hashes under which the catalog tells of officers (its officer-digest.ts). */
export function officerDigest(secretKey: Buffer): (emailAddress: string) => string {
  const key = deriveKey(secretKey, 'officer roster');
  return (emailAddress) => createHmac('sha256', key).update(emailAddress.trim().toLowerCase()).digest('base64url');
}

export async function takeInRostered(fact: EventBody<'officer.rostered'>, { em }: UnitOfWork): Promise<void> {
  await em.execute(
    `insert into identity.rostered_officer (email_digest, department_id, department_name, rostered_at) values (?, ?, ?, ?)
     on conflict (email_digest, department_id) do update set department_name = excluded.department_name,
       rostered_at = excluded.rostered_at`,
    [fact.emailDigest, fact.departmentId, fact.departmentName, fact.rosteredAt],
  );
}

/** Who registers from now on is no officer of this department; who has registered as one stays one, as others were told. */
export async function takeInRetired(fact: EventBody<'officer.retired'>, { em }: UnitOfWork): Promise<void> {
  await em.execute('delete from identity.rostered_officer where email_digest = ? and department_id = ?', [
    fact.emailDigest,
    fact.departmentId,
  ]);
}

/** The department that vouches for an officer; of several the one that said so last. */
export async function rosteredDepartment(em: EntityManager, emailDigest: string): Promise<string | undefined> {
  const [row] = await em.execute<{ department_name: string }[]>(
    `select department_name from identity.rostered_officer where email_digest = ?
     order by rostered_at desc, department_id limit 1`,
    [emailDigest],
  );
  return row?.department_name;
}
