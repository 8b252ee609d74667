/*
 * Forgetting a person in the catalog: what they took, for which organisations they acted, and the contact that they left
 * with an application. An organisation that loses its only owner in this way (identity lets nobody ask for that, but time
 * passes) gets the one who has been with it longest; one that is left without anybody has no contact any more.
 */
import type { EventBody } from '../../schema/events.ts';
import { bury } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { leaveAll } from './organisations/membership.ts';
import { deletePerson } from './search/person.ts';

export async function eraseFromCatalog(fact: EventBody<'account.erased'>, work: UnitOfWork): Promise<void> {
  const { em, now } = work;
  const { accountId } = fact;
  if (!(await bury(work, 'catalog', fact))) return;
  await deletePerson(work, accountId);
  for (const organisationId of await leaveAll(work, accountId)) {
    await em.execute('update catalog.organisation set contact_sealed = null where id = ?', [organisationId]);
  }
  await em.execute(
    `update catalog.organisation_application set status = 'WITHDRAWN', decided_at = ?
     where applicant_id = ? and decided_at is null`,
    [now, accountId],
  );
  await em.execute('update catalog.organisation_application set contact_sealed = null where applicant_id = ?', [
    accountId,
  ]);
}
