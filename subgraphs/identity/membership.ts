/*
 * For which organisations an account acts, as the catalog tells it: what its sessions carry, from the next access token on,
 * and which of them it only looks at, because other domains know no roles.
 * Who joins and leaves is the catalog's to decide, and it tells the changes of one organisation in their order.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../schema/events.ts';
import {
  type Caller,
  type OrganisationKind,
  type OrganisationReference,
  organisationKinds,
  type Scope,
} from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { isErased } from '../kernel/tombstone.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

/** A token names no more than these, or it would outgrow a header; the oldest memberships come first. */
export const ORGANISATIONS_PER_SESSION = 50;

export async function takeInMember(fact: EventBody<'organisation.memberAdded'>, { em }: UnitOfWork): Promise<void> {
  if (await isErased(em, 'identity', fact.accountId)) return;
  await em.execute(
    `insert into identity.membership as m (account_id, kind, organisation_id, role, since) values (?, ?, ?, ?, ?)
     on conflict (account_id, kind, organisation_id) do update set role = coalesce(excluded.role, m.role)`,
    [fact.accountId, fact.kind, fact.organisationId, fact.role ?? null, fact.addedAt],
  );
}

/** The last member leaves when the organisation ends: what acts in its name without a person ends too. */
export async function takeInFormerMember(
  fact: EventBody<'organisation.memberRemoved'>,
  { em, now }: UnitOfWork,
): Promise<void> {
  await em.execute('delete from identity.membership where account_id = ? and kind = ? and organisation_id = ?', [
    fact.accountId,
    fact.kind,
    fact.organisationId,
  ]);
  if (fact.kind !== 'retailer') return;
  await em.execute(
    `update identity.partner_key set revoked_at = ? where retailer_id = ? and revoked_at is null and not exists
       (select 1 from identity.membership where kind = 'retailer' and organisation_id = ?)`,
    [now, fact.organisationId, fact.organisationId],
  );
}

/** The organisations of an account, at most ORGANISATIONS_PER_SESSION of them; those that it only looks at are said twice. */
export async function organisationsOfAccount(em: EntityManager, accountId: string): Promise<OrganisationReference[]> {
  const rows = await em.execute<{ kind: OrganisationKind; organisation_id: string; role: string | null }[]>(
    `select kind, organisation_id, role from identity.membership where account_id = ?
     order by since, kind, organisation_id limit ?`,
    [accountId, ORGANISATIONS_PER_SESSION],
  );
  return rows.flatMap(({ kind, organisation_id: id, role }): OrganisationReference[] =>
    role === 'VIEWER' ? [`${kind}:${id}`, `viewer:${id}`] : [`${kind}:${id}`],
  );
}

/**
 * Lets administrators pass, and those who act for an organisation still, whatever their token says: for what outlasts a token.
 * Nobody is dismissed until the transaction ends. @throws Refusal FORBIDDEN.
 */
export async function refuseFormerMember(
  { em }: UnitOfWork,
  { accountId, scopes }: Caller,
  kind: OrganisationKind,
  id: string,
): Promise<void> {
  if (scopes.includes('administrator')) return;
  const present = await em.execute<unknown[]>(
    'select 1 from identity.membership where account_id = ? and kind = ? and organisation_id = ? for share',
    [accountId ?? null, kind, id],
  );
  if (present.length === 0) throw new Refusal('FORBIDDEN', `This is for those who act for the ${kind}.`);
}

/** The kinds among them, which are scopes. */
export function kindsOf(organisations: readonly OrganisationReference[]): Scope[] {
  return organisationKinds.filter((kind) => organisations.some((reference) => reference.startsWith(`${kind}:`)));
}
