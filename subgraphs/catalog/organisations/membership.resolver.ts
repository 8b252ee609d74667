/* Members on the graph: owners invite, change and remove; whoever has a code joins; everybody may leave. */
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Authenticated, organisationKinds, Requires, ShownIn } from '../../kernel/caller.ts';
import { OpaqueToken } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { CatalogCall } from '../listings/loaders.ts';
import {
  acceptInvitation,
  changeRole,
  inviteMember,
  kindOf,
  OrganisationInvitation,
  organisationOfInvitation,
  removeMember,
  withdrawInvitation,
} from './membership.ts';
import { OrganisationPayload } from './organisation.resolver.ts';
import { Organisation } from './organisation.ts';
import { MemberRole, requireRole } from './standing.ts';

@InputType({ description: 'Somebody is to act for an organisation.' })
export class InviteMemberInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => MemberRole, { description: 'What they may do.' })
  role!: MemberRole;
}

@InputType({ description: 'The invitation that is accepted.' })
export class AcceptInvitationInput {
  @Field(() => OpaqueToken, { description: 'Its code.' })
  code!: string;
}

@InputType({ description: 'The invitation that is withdrawn.' })
export class WithdrawInvitationInput {
  @Field(() => ID, { description: 'The invitation.' })
  invitationId!: string;
}

@InputType({ description: 'What a member may do from now on.' })
export class ChangeMemberRoleInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => ID, { description: 'The account of the member.' })
  accountId!: string;

  @Field(() => MemberRole, { description: 'What they may do.' })
  role!: MemberRole;
}

@InputType({ description: 'Who acts for an organisation no more.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => ID, { description: 'The account of the member.' })
  accountId!: string;
}

@ObjectType({ description: 'The new invitation.' })
export class InviteMemberPayload {
  @Field(() => OrganisationInvitation, { description: 'The invitation.' })
  invitation!: OrganisationInvitation;

  @Field(() => OpaqueToken, {
    description:
      'What the invited person hands in, within seven days. Shown here once and never again: only a hash is kept.',
  })
  code!: string;
}

@ObjectType({ description: 'The invitation that was withdrawn.' })
export class WithdrawInvitationPayload {
  @Field(() => OrganisationInvitation, { description: 'The invitation as it is now.' })
  invitation!: OrganisationInvitation;
}

const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE';

@Resolver()
export class MembershipResolver {
  @Mutation(() => InviteMemberPayload, {
    description: `Makes an invitation to act for an organisation. For its owners, and administrators. Codes: ${CODES}, LIMIT_REACHED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  inviteMember(
    @Arg('input', () => InviteMemberInput, { description: 'To what.' }) input: InviteMemberInput,
    @Ctx() call: CatalogCall,
  ): Promise<InviteMemberPayload> {
    const { accountId } = call;
    return asOwner(call, input.organisationId, (work) =>
      inviteMember(work, call.services.organisations.random, accountId, input),
    );
  }

  @Mutation(() => OrganisationPayload, {
    description:
      'Joins an organisation by an invitation; sessions carry it from their next access token on. Again, the same person ' +
      'gets the same answer. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT, INVITATION_INVALID, ' +
      'ALREADY_DECIDED, LISTING_STATE, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async acceptInvitation(
    @Arg('input', () => AcceptInvitationInput, { description: 'Which.' }) input: AcceptInvitationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { accountId } = call;
    const organisationId = await call.work((work) => acceptInvitation(work, accountId, input.code));
    return { organisation: await call.em.findOneOrFail(Organisation, organisationId) };
  }

  @Mutation(() => WithdrawInvitationPayload, {
    description: `Makes an invitation worthless; again changes nothing. For owners of its organisation, and administrators. Codes: ${CODES}, ALREADY_DECIDED.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async withdrawInvitation(
    @Arg('input', () => WithdrawInvitationInput, { description: 'Which.' }) { invitationId }: WithdrawInvitationInput,
    @Ctx() call: CatalogCall,
  ): Promise<WithdrawInvitationPayload> {
    const invitation = await call.work(async (work) => {
      const organisation = await organisationOfInvitation(work.em, invitationId);
      await requireRole(work.em, call.caller, organisation, MemberRole.OWNER);
      return withdrawInvitation(work, invitationId);
    });
    return { invitation };
  }

  @Mutation(() => OrganisationPayload, {
    description: `Gives a member another role. For owners, and administrators. Codes: ${CODES}, LAST_OWNER.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async changeMemberRole(
    @Arg('input', () => ChangeMemberRoleInput, { description: 'Whose.' }) input: ChangeMemberRoleInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { organisationId, accountId, role } = input;
    await asOwner(call, organisationId, (work) => changeRole(work, organisationId, accountId, role));
    return { organisation: await call.em.findOneOrFail(Organisation, organisationId) };
  }

  @Mutation(() => OrganisationPayload, {
    description: `Removes a member, at the latest when their access token ends. For owners, administrators, and members about themselves. Codes: ${CODES}, LAST_OWNER.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async removeMember(
    @Arg('input', () => RemoveMemberInput, { description: 'Whom.' }) input: RemoveMemberInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { organisationId, accountId } = input;
    const least = accountId === call.accountId ? MemberRole.VIEWER : MemberRole.OWNER;
    const organisation = await call.work(async (work) => {
      await requireRole(work.em, call.caller, await kindOf(work.em, organisationId), least);
      await removeMember(work, organisationId, accountId);
      return work.em.findOneOrFail(Organisation, organisationId);
    });
    return { organisation };
  }
}

async function asOwner<Result>(
  call: CatalogCall,
  organisationId: string,
  task: (work: UnitOfWork) => Promise<Result>,
): Promise<Result> {
  return call.work(async (work) => {
    await requireRole(work.em, call.caller, await kindOf(work.em, organisationId), MemberRole.OWNER);
    return task(work);
  });
}
