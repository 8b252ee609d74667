/*
 * Who acts for an organisation. Members come by an invitation: a code that is shown once, kept as a hash, good for seven
 * days and for one person. Whatever happens an organisation keeps an owner. Joining and leaving are told, so that sessions
 * carry for whom somebody acts; in the catalog which role they have is asked here, each time.
 */
import { createHash } from 'node:crypto';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import type { OrganisationKind } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { MemberRole } from './standing.ts';

@ObjectType({ description: 'Somebody who acts for an organisation. Its members and administrators see it.' })
@Entity({ schema: 'catalog', tableName: 'organisation_member' })
export class OrganisationMember {
  @PrimaryKey({ type: 'uuid' })
  organisationId!: string;

  @Field(() => ID, { description: 'The account.' })
  @PrimaryKey({ type: 'uuid' })
  accountId!: string;

  @Field(() => MemberRole, { description: 'What they may do.' })
  @Property({ type: 'text' })
  role!: MemberRole;

  @Field(() => DateTime, { description: 'Since when they act for it.' })
  @Property({ type: 'datetime' })
  since!: Date;
}

@ObjectType({
  description: 'An invitation to act for an organisation, without its code. Its owners and administrators see it.',
})
@Entity({ schema: 'catalog', tableName: 'organisation_invitation' })
export class OrganisationInvitation {
  @Field(() => ID, { description: 'Names the invitation; not the code.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  organisationId!: string;

  @Property({ type: 'text' })
  codeHash!: string;

  @Field(() => MemberRole, { description: 'What whoever accepts it may do.' })
  @Property({ type: 'text' })
  role!: MemberRole;

  @Property({ type: 'uuid' })
  invitedBy!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  @Property({ type: 'datetime' })
  invitedAt!: Date;

  @Field(() => DateTime, { description: 'Until when it can be accepted.' })
  @Property({ type: 'datetime' })
  expiresAt!: Date;

  @Property({ type: 'uuid', nullable: true })
  acceptedBy?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was accepted; null while it is open.' })
  @Property({ type: 'datetime', nullable: true })
  acceptedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was withdrawn; null while it is open.' })
  @Property({ type: 'datetime', nullable: true })
  withdrawnAt?: Date | null;
}

export const MEMBERS_PER_ORGANISATION = 100;
export const OPEN_INVITATIONS = 20;
const INVITATION_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;
const CODE_BYTES = 24;

const fingerprint = (code: string) => createHash('sha256').update(code).digest('base64url');

interface Named {
  readonly id: string;
  readonly kind: OrganisationKind;
}

/** Locks an organisation against other changes of its members. @throws Refusal NOT_FOUND, LISTING_STATE when it is archived. */
async function lock(em: EntityManager, organisationId: string): Promise<Named> {
  const [row] = await em.execute<{ kind: OrganisationKind; status: string }[]>(
    'select kind, status from catalog.organisation where id = ? for no key update',
    [organisationId],
  );
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such organisation.');
  if (row.status === 'ARCHIVED') throw new Refusal('LISTING_STATE', 'The organisation takes part no more.');
  return { id: organisationId, kind: row.kind };
}

/** What an organisation is. @throws Refusal NOT_FOUND. */
export async function kindOf(em: EntityManager, organisationId: string): Promise<Named> {
  const [row] = await em.execute<{ kind: OrganisationKind }[]>('select kind from catalog.organisation where id = ?', [
    organisationId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such organisation.');
  return { id: organisationId, kind: row.kind };
}

export async function hasMembers(em: EntityManager, organisationId: string): Promise<boolean> {
  return (await em.count(OrganisationMember, { organisationId })) > 0;
}

/** Adds somebody, and tells it. @throws Refusal LIMIT_REACHED. The organisation is locked or new. */
export async function addMember(
  work: UnitOfWork,
  { id, kind }: Named,
  accountId: string,
  role: MemberRole,
): Promise<void> {
  if ((await work.em.count(OrganisationMember, { organisationId: id })) >= MEMBERS_PER_ORGANISATION) {
    throw new Refusal('LIMIT_REACHED', `An organisation has at most ${MEMBERS_PER_ORGANISATION} members.`);
  }
  await work.em.execute('insert into catalog.organisation_member values (?, ?, ?, ?)', [id, accountId, role, work.now]);
  tellRole(work, { id, kind }, accountId, role);
}

function tellRole({ record, now }: UnitOfWork, { id, kind }: Named, accountId: string, role: MemberRole): void {
  record('organisation.memberAdded', { organisationId: id, kind, accountId, role, addedAt: now.toISOString() });
}

/**
 * Makes an invitation. @returns it and its code, which nobody can read again.
 * @throws Refusal NOT_FOUND, LISTING_STATE, LIMIT_REACHED.
 */
export async function inviteMember(
  work: UnitOfWork,
  random: (bytes: number) => Buffer,
  invitedBy: string,
  { organisationId, role }: { readonly organisationId: string; readonly role: MemberRole },
): Promise<{ invitation: OrganisationInvitation; code: string }> {
  const { em, now } = work;
  await lock(em, organisationId);
  const open = { organisationId, acceptedAt: null, withdrawnAt: null, expiresAt: { $gt: now } };
  if ((await em.count(OrganisationInvitation, open)) >= OPEN_INVITATIONS) {
    throw new Refusal('LIMIT_REACHED', `At most ${OPEN_INVITATIONS} invitations may be open: withdraw one first.`);
  }
  const code = random(CODE_BYTES).toString('base64url');
  const invitation = Object.assign(new OrganisationInvitation(), {
    id: work.newId(),
    organisationId,
    codeHash: fingerprint(code),
    role,
    invitedBy,
    invitedAt: now,
    expiresAt: new Date(now.getTime() + INVITATION_DAYS * DAY_MILLISECONDS),
  });
  em.persist(invitation);
  await em.flush();
  return { invitation, code };
}

/**
 * Joins an organisation; the same person with the same code again gets the same answer.
 * @returns the id of the organisation. @throws Refusal INVITATION_INVALID, ALREADY_DECIDED for members, LIMIT_REACHED.
 */
export async function acceptInvitation(work: UnitOfWork, accountId: string, code: string): Promise<string> {
  const { em, now } = work;
  const [found] = await em.execute<{ organisation_id: string }[]>(
    'select organisation_id from catalog.organisation_invitation where code_hash = ?',
    [fingerprint(code)],
  );
  if (!found) throw new Refusal('INVITATION_INVALID');
  const organisation = await lock(em, found.organisation_id);
  const invitation = await em.findOneOrFail(OrganisationInvitation, { codeHash: fingerprint(code) });
  const isMember = await em.count(OrganisationMember, { organisationId: organisation.id, accountId });
  if (isMember && invitation.acceptedBy === accountId) return organisation.id;
  if (invitation.acceptedAt || invitation.withdrawnAt || invitation.expiresAt <= now) {
    throw new Refusal('INVITATION_INVALID');
  }
  if (isMember) throw new Refusal('ALREADY_DECIDED', 'You act for this organisation already.');
  await addMember(work, organisation, accountId, invitation.role);
  Object.assign(invitation, { acceptedBy: accountId, acceptedAt: now });
  return organisation.id;
}

/** Whose an invitation is. @throws Refusal NOT_FOUND. */
export async function organisationOfInvitation(em: EntityManager, invitationId: string): Promise<Named> {
  const invitation = await em.findOne(OrganisationInvitation, invitationId);
  if (!invitation) throw new Refusal('NOT_FOUND', 'There is no such invitation.');
  return kindOf(em, invitation.organisationId);
}

/** Makes an invitation worthless; again changes nothing. @throws Refusal NOT_FOUND, ALREADY_DECIDED when it was accepted. */
export async function withdrawInvitation(
  { em, now }: UnitOfWork,
  invitationId: string,
): Promise<OrganisationInvitation> {
  const { organisationId } = await em.findOneOrFail(OrganisationInvitation, invitationId);
  await lock(em, organisationId);
  const invitation = await em.findOneOrFail(OrganisationInvitation, invitationId, { refresh: true });
  if (invitation.acceptedAt) throw new Refusal('ALREADY_DECIDED', 'The invitation was accepted: remove the member.');
  invitation.withdrawnAt ??= now;
  return invitation;
}

/** Gives a member another role, and tells it. @throws Refusal NOT_FOUND, LAST_OWNER. */
export async function changeRole(
  work: UnitOfWork,
  organisationId: string,
  accountId: string,
  role: MemberRole,
): Promise<void> {
  const { em } = work;
  const organisation = await lock(em, organisationId);
  const member = await em.findOne(OrganisationMember, { organisationId, accountId });
  if (!member) throw new Refusal('NOT_FOUND', 'The organisation has no such member.');
  if (role === member.role) return;
  if (role !== MemberRole.OWNER) {
    await refuseLastOwner(em, member);
    await withdrawInvitationsOf(work, organisationId, accountId);
  }
  member.role = role;
  tellRole(work, organisation, accountId, role);
}

/** Somebody acts for an organisation no more. @throws Refusal NOT_FOUND, LAST_OWNER. */
export async function removeMember(work: UnitOfWork, organisationId: string, accountId: string): Promise<void> {
  const { em } = work;
  const { kind } = await lock(em, organisationId);
  const member = await em.findOne(OrganisationMember, { organisationId, accountId });
  if (!member) throw new Refusal('NOT_FOUND', 'The organisation has no such member.');
  await refuseLastOwner(em, member);
  await em.execute('delete from catalog.organisation_member where organisation_id = ? and account_id = ?', [
    organisationId,
    accountId,
  ]);
  await withdrawInvitationsOf(work, organisationId, accountId);
  tellRemoved(work, { id: organisationId, kind }, accountId);
}

/** Of somebody who may invite nobody any more: a code in their hands would let them in again. The organisation is locked. */
async function withdrawInvitationsOf(
  { em, now }: UnitOfWork,
  organisationId: string,
  accountId: string,
): Promise<void> {
  await em.execute(
    `update catalog.organisation_invitation set withdrawn_at = ?
     where organisation_id = ? and invited_by = ? and withdrawn_at is null and accepted_at is null`,
    [now, organisationId, accountId],
  );
}

/** Of an organisation that ends: nobody acts for it any more, and no invitation is good. It is locked. */
export async function removeAllMembers(work: UnitOfWork, organisation: Named): Promise<void> {
  const gone = await work.em.execute<{ account_id: string }[]>(
    'delete from catalog.organisation_member where organisation_id = ? returning account_id',
    [organisation.id],
  );
  await work.em.execute(
    `update catalog.organisation_invitation set withdrawn_at = ?
     where organisation_id = ? and withdrawn_at is null and accepted_at is null`,
    [work.now, organisation.id],
  );
  for (const { account_id } of gone) tellRemoved(work, organisation, account_id);
}

/** Somebody who is no more acts for nobody. @returns the organisations that are left without any member. */
export async function leaveAll(work: UnitOfWork, accountId: string): Promise<string[]> {
  const { em } = work;
  const own = await em.execute<{ id: string; kind: OrganisationKind }[]>(
    `select id, kind from catalog.organisation
     where id in (select organisation_id from catalog.organisation_member where account_id = ?)
     order by id for no key update`,
    [accountId],
  );
  const deserted: string[] = [];
  for (const organisation of own) {
    await em.execute('delete from catalog.organisation_member where organisation_id = ? and account_id = ?', [
      organisation.id,
      accountId,
    ]);
    await withdrawInvitationsOf(work, organisation.id, accountId);
    tellRemoved(work, organisation, accountId);
    const [heir] = await em.execute<{ account_id: string; role: MemberRole }[]>(
      `select account_id, role from catalog.organisation_member where organisation_id = ?
       order by array_position(array['OWNER', 'EDITOR', 'VIEWER'], role), since, account_id limit 1`,
      [organisation.id],
    );
    if (!heir) deserted.push(organisation.id);
    if (!heir || heir.role === MemberRole.OWNER) continue;
    await em.execute(
      `update catalog.organisation_member set role = 'OWNER' where organisation_id = ? and account_id = ?`,
      [organisation.id, heir.account_id],
    );
    tellRole(work, organisation, heir.account_id, MemberRole.OWNER);
  }
  return deserted;
}

function tellRemoved({ record, now }: UnitOfWork, { id, kind }: Named, accountId: string): void {
  record('organisation.memberRemoved', { organisationId: id, kind, accountId, removedAt: now.toISOString() });
}

async function refuseLastOwner(
  em: EntityManager,
  { organisationId, accountId, role }: OrganisationMember,
): Promise<void> {
  if (role !== MemberRole.OWNER) return;
  const others = await em.count(OrganisationMember, {
    organisationId,
    role: MemberRole.OWNER,
    accountId: { $ne: accountId },
  });
  if (others === 0) throw new Refusal('LAST_OWNER');
}
