/*
 * Taking organisations off the lists for a while or for good. What others stand on is told: nothing new is issued under
 * the offers of a suspended retailer, given to a suspended charity, or paid by the schemes of a suspended municipality, and
 * nobody registers as an officer on the word of a suspended department.
 */
import type { OrganisationKind } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { tellOfRoster } from '../importing/kind-writers.ts';
import { changeRow } from '../listings/change.ts';
import { archiveScheme } from '../listings/municipality.ts';
import { archiveOffer } from '../listings/offer-life.ts';
import { removeAllMembers } from './membership.ts';
import { Organisation } from './organisation.ts';
import { actAs } from './standing.ts';

/** Takes an organisation off the lists; again changes nothing. @throws Refusal NOT_FOUND, LISTING_STATE when it is archived. */
export async function suspendOrganisation(
  work: UnitOfWork,
  accountId: string,
  id: string,
  reason: string,
): Promise<Organisation> {
  const { kind, status } = await lockOrganisation(work, id);
  await actAs(work, accountId);
  if (status === 'LISTED') {
    await changeRow(work.em, 'organisation', id, { status: 'SUSPENDED', reason });
    if (kind !== 'department') await changeRow(work.em, kind, id, { suspended_at: work.now });
    await tellSuspended(work, kind, id);
  }
  return work.em.findOneOrFail(Organisation, id, { refresh: true });
}

/** Puts a suspended organisation back; again changes nothing. @throws Refusal NOT_FOUND, LISTING_STATE when it is archived. */
export async function reinstateOrganisation(
  work: UnitOfWork,
  accountId: string,
  id: string,
  reason: string,
): Promise<Organisation> {
  const { kind, status } = await lockOrganisation(work, id);
  await actAs(work, accountId);
  if (status === 'SUSPENDED') {
    await changeRow(work.em, 'organisation', id, { status: 'LISTED', reason });
    if (kind !== 'department') await changeRow(work.em, kind, id, { suspended_at: null });
    await tellReinstated(work, kind, id);
  }
  return work.em.findOneOrFail(Organisation, id, { refresh: true });
}

/**
 * Ends an organisation for good: its offers and schemes are closed, and nobody acts for it any more. To others it is as one
 * that stays suspended, so that unused vouchers go back for their points rather than to a till that is gone.
 * @throws Refusal NOT_FOUND, LISTING_STATE when it was archived before.
 */
export async function archiveOrganisation(
  work: UnitOfWork,
  accountId: string,
  id: string,
  reason: string,
): Promise<Organisation> {
  const { em, now } = work;
  const { kind, status } = await lockOrganisation(work, id);
  await actAs(work, accountId);
  const open = (table: 'offer' | 'scheme', owner: string) =>
    em.execute<{ id: string }[]>(
      `select id from catalog.${table} where ${owner} = ? and archived_at is null order by id`,
      [id],
    );
  if (kind === 'retailer') for (const offer of await open('offer', 'retailer_id')) await archiveOffer(work, offer.id);
  if (kind === 'municipality') {
    for (const scheme of await open('scheme', 'municipality_id')) await archiveScheme(work, scheme.id);
  }
  await changeRow(em, 'organisation', id, { status: 'ARCHIVED', reason });
  if (kind !== 'department') await changeRow(em, kind, id, { archived_at: now });
  if (status === 'LISTED') await tellSuspended(work, kind, id);
  await removeAllMembers(work, { id, kind });
  return em.findOneOrFail(Organisation, id, { refresh: true });
}

/** Waits for changes of its listings that are under way; later ones see what becomes of it. */
async function lockOrganisation(
  { em }: UnitOfWork,
  id: string,
): Promise<{ readonly kind: OrganisationKind; readonly status: string }> {
  const [row] = await em.execute<{ kind: OrganisationKind; status: string }[]>(
    'select kind, status from catalog.organisation where id = ? for no key update',
    [id],
  );
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such organisation.');
  if (row.status === 'ARCHIVED') throw new Refusal('LISTING_STATE', 'The organisation takes part no more.');
  return row;
}

async function tellSuspended(work: UnitOfWork, kind: OrganisationKind, id: string): Promise<void> {
  const { record, now } = work;
  const suspendedAt = now.toISOString();
  if (kind === 'retailer') record('retailer.suspended', { retailerId: id, suspendedAt });
  if (kind === 'charity') record('charity.suspended', { charityId: id, suspendedAt });
  if (kind === 'municipality') record('municipality.suspended', { municipalityId: id, suspendedAt });
  if (kind === 'department') await tellOfRoster(work, id, false);
}

async function tellReinstated(work: UnitOfWork, kind: OrganisationKind, id: string): Promise<void> {
  const { record, now } = work;
  const reinstatedAt = now.toISOString();
  if (kind === 'retailer') record('retailer.reinstated', { retailerId: id, reinstatedAt });
  if (kind === 'charity') record('charity.reinstated', { charityId: id, reinstatedAt });
  if (kind === 'municipality') record('municipality.reinstated', { municipalityId: id, reinstatedAt });
  if (kind === 'department') await tellOfRoster(work, id, true);
}
