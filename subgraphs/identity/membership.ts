/*
 * For which organisations an account acts, as the catalog tells it: what its sessions carry, from the next access token on.
 * Who joins and leaves is the catalog's to decide, and it tells the changes of one organisation in their order.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../schema/events.ts';
import { type OrganisationKind, type OrganisationReference, organisationKinds, type Scope } from '../kernel/caller.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

/** A token names no more than these, or it would outgrow a header; the oldest memberships come first. */
export const ORGANISATIONS_PER_SESSION = 50;

export async function takeInMember(fact: EventBody<'organisation.memberAdded'>, { em }: UnitOfWork): Promise<void> {
  await em.execute(
    `insert into identity.membership (account_id, kind, organisation_id, since) values (?, ?, ?, ?)
     on conflict do nothing`,
    [fact.accountId, fact.kind, fact.organisationId, fact.addedAt],
  );
}

export async function takeInFormerMember(
  fact: EventBody<'organisation.memberRemoved'>,
  { em }: UnitOfWork,
): Promise<void> {
  await em.execute('delete from identity.membership where account_id = ? and kind = ? and organisation_id = ?', [
    fact.accountId,
    fact.kind,
    fact.organisationId,
  ]);
}

/** The organisations that an account acts for, at most ORGANISATIONS_PER_SESSION of them. */
export async function organisationsOfAccount(em: EntityManager, accountId: string): Promise<OrganisationReference[]> {
  const rows = await em.execute<{ kind: OrganisationKind; organisation_id: string }[]>(
    `select kind, organisation_id from identity.membership where account_id = ?
     order by since, kind, organisation_id limit ?`,
    [accountId, ORGANISATIONS_PER_SESSION],
  );
  return rows.map(({ kind, organisation_id }): OrganisationReference => `${kind}:${organisation_id}`);
}

/** The kinds among them, which are scopes. */
export function kindsOf(organisations: readonly OrganisationReference[]): Scope[] {
  return organisationKinds.filter((kind) => organisations.some((reference) => reference.startsWith(`${kind}:`)));
}
