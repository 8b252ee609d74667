/*
 * Who may do what in the name of an organisation. Which role somebody has, and whether they still have it, stands here and
 * is looked at in the transaction of each change, whatever their token says. Administrators may everything.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { registerEnumType } from 'type-graphql';
import type { Caller, OrganisationKind } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export enum MemberRole {
  OWNER = 'OWNER',
  EDITOR = 'EDITOR',
  VIEWER = 'VIEWER',
}

registerEnumType(MemberRole, {
  name: 'MemberRole',
  description: 'What a member of an organisation may do.',
  valuesConfig: {
    OWNER: { description: 'Everything: also invite and remove members.' },
    EDITOR: { description: 'Change listings.' },
    VIEWER: { description: 'See what does not show yet, and the history.' },
  },
});

const rank: Readonly<Record<MemberRole, number>> = { OWNER: 3, EDITOR: 2, VIEWER: 1 };

export const isAdministrator = ({ scopes }: Caller): boolean => scopes.includes('administrator');

/** Says for whom and when this transaction changes listings: what history keeps. */
export async function actAs({ em, now }: UnitOfWork, accountId: string | undefined): Promise<void> {
  await em.execute('select catalog.act_as(?, ?)', [accountId ?? null, now]);
}

/**
 * Lets administrators pass, and members of the organisation with at least this role.
 * @throws Refusal FORBIDDEN, also where there is no such organisation: whose id it is, is nobody else's business.
 */
export async function requireRole(
  em: EntityManager,
  caller: Caller,
  organisation: { readonly kind: OrganisationKind; readonly id: string },
  least: MemberRole,
): Promise<void> {
  if (isAdministrator(caller)) return;
  const [row] = await em.execute<{ role: MemberRole }[]>(
    `select m.role from catalog.organisation_member m join catalog.organisation o on o.id = m.organisation_id
     where o.id = ? and o.kind = ? and m.account_id = ?`,
    [organisation.id, organisation.kind, caller.accountId ?? null],
  );
  if (!row) throw new Refusal('FORBIDDEN', `This is for those who act for the ${organisation.kind}.`);
  if (rank[row.role] < rank[least]) throw new Refusal('FORBIDDEN', `This needs the role ${least} in the organisation.`);
}

/** Lets administrators pass, and who may change listings of any organisation: for what belongs to none. @throws Refusal FORBIDDEN. */
export async function requireAnyRole(em: EntityManager, caller: Caller): Promise<void> {
  if (isAdministrator(caller)) return;
  const present = await em.execute<unknown[]>(
    "select 1 from catalog.organisation_member where account_id = ? and role <> 'VIEWER' limit 1",
    [caller.accountId ?? null],
  );
  if (present.length === 0) throw new Refusal('FORBIDDEN', 'This is for those who act for an organisation.');
}

/**
 * Begins a change of an organisation's listings: whoever it is may, the organisation takes part, history knows who.
 * A suspended organisation is changed by administrators alone. @throws Refusal FORBIDDEN, NOT_FOUND, LISTING_STATE.
 */
export async function beginChange(
  work: UnitOfWork,
  caller: Caller,
  organisation: { readonly kind: OrganisationKind; readonly id: string },
  least: MemberRole = MemberRole.EDITOR,
): Promise<void> {
  await requireRole(work.em, caller, organisation, least);
  // Held until the end: a suspension waits for changes that are under way, and the next change sees it.
  const [row] = await work.em.execute<{ status: string }[]>(
    'select status from catalog.organisation where id = ? and kind = ? for share',
    [organisation.id, organisation.kind],
  );
  if (!row) throw new Refusal('NOT_FOUND', `There is no such ${organisation.kind}.`);
  if (row.status === 'ARCHIVED') throw new Refusal('LISTING_STATE', 'The organisation takes part no more.');
  if (row.status === 'SUSPENDED' && !isAdministrator(caller)) {
    throw new Refusal('LISTING_STATE', 'The organisation is suspended; ask for its reinstatement first.');
  }
  await actAs(work, caller.accountId);
}
