/* Organisations on the graph: their members see theirs, administrators all, and take them off the lists and back. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Authenticated, organisationKinds, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { SearchText, ShortText, Text, Version } from '../../kernel/scalars.ts';
import { comparable } from '../importing/cells.ts';
import { ListingStatus } from '../listings/listing.ts';
import type { CatalogCall } from '../listings/loaders.ts';
import { saveOrganisation } from './application.ts';
import { kindOf, OrganisationInvitation, OrganisationMember } from './membership.ts';
import {
  Organisation,
  OrganisationContact,
  OrganisationContactInput,
  OrganisationKind,
  OrganisationPage,
} from './organisation.ts';
import { beginChange, isAdministrator, MemberRole, requireRole } from './standing.ts';
import { archiveOrganisation, reinstateOrganisation, suspendOrganisation } from './suspension.ts';

@InputType({ description: 'What is known of an organisation; what is left out stays as it is.' })
export class SaveOrganisationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => OrganisationContactInput, { nullable: true, description: 'Whom to write to.' })
  contact?: OrganisationContactInput | null;

  @Field(() => ShortText, { nullable: true, description: 'Its name in law; administrators alone may change it.' })
  legalName?: string | null;

  @Field(() => Version, { nullable: true, description: 'The version that this is a change of.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which organisation to take off the lists.' })
export class SuspendOrganisationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Text, { description: 'Why; its members read it.' })
  reason!: string;
}

@InputType({ description: 'Which organisation to put on the lists again.' })
export class ReinstateOrganisationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Text, { description: 'Why; its members read it.' })
  reason!: string;
}

@InputType({ description: 'Which organisation takes part no more.' })
export class ArchiveOrganisationInput {
  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Text, { description: 'Why.' })
  reason!: string;
}

@ObjectType({ description: 'The organisation that was changed.' })
export class OrganisationPayload {
  @Field(() => Organisation, { description: 'The organisation as it is now.' })
  organisation!: Organisation;
}

const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, LISTING_STATE';

@Resolver(() => Organisation)
export class OrganisationResolver {
  @Query(() => OrganisationPage, {
    description:
      'The organisations that the caller acts for, the oldest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async myOrganisations(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Organisation>> {
    const { accountId } = call;
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await call.em.execute<{ organisation_id: string }[]>(
      `select organisation_id from catalog.organisation_member where account_id = ?
         ${after ? 'and organisation_id > cast(? as uuid)' : ''} order by organisation_id limit ?`,
      [accountId, ...(after ? [after] : []), page.first + 1],
    );
    const ids = rows.map(({ organisation_id }) => organisation_id);
    return toPage(
      await call.em.find(Organisation, { id: { $in: ids } }, { orderBy: { id: 'asc' } }),
      page,
      ({ id }) => [id],
    );
  }

  @Query(() => Organisation, {
    nullable: true,
    description:
      'An organisation; null when there is none. For its members and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async organisation(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<Organisation | null> {
    const organisation = await call.em.findOne(Organisation, id);
    // Whether there is one is said to those only who might act for it.
    const { kind } = organisation ?? { kind: 'retailer' as const };
    await requireRole(call.em, call.caller, { kind, id }, MemberRole.VIEWER);
    return organisation;
  }

  @Query(() => OrganisationPage, {
    description:
      'All organisations, the newest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async organisations(
    @Arg('kind', () => OrganisationKind, { nullable: true, description: 'Only of this kind.' })
    kind: OrganisationKind | null,
    @Arg('status', () => ListingStatus, { nullable: true, description: 'Only in this state.' })
    status: ListingStatus | null,
    @Arg('search', () => SearchText, { nullable: true, description: 'Only with this text in the legal name.' })
    search: string | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<Organisation>> {
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const like = search && `%${comparable(search).replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await call.em.find(
      Organisation,
      {
        ...(kind && { kind }),
        ...(status && { status }),
        ...(like && { legalName: { $ilike: like } }),
        ...(after && { id: { $lt: after } }),
      },
      { orderBy: { id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  @Mutation(() => OrganisationPayload, {
    description: `Changes whom to write to, and, for administrators, the name in law. For owners, and administrators. Codes: ${CODES}, CHANGED_MEANWHILE.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async saveOrganisation(
    @Arg('input', () => SaveOrganisationInput, { description: 'The organisation.' }) input: SaveOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { contacts } = call.services.organisations;
    if (input.legalName && !isAdministrator(call.caller)) {
      throw new Refusal('FORBIDDEN', 'A name in law is changed by administrators alone.');
    }
    const organisation = await call.work(async (work) => {
      const { id, kind } = await kindOf(work.em, input.organisationId);
      await beginChange(work, call.caller, { id, kind }, MemberRole.OWNER);
      return saveOrganisation(work, contacts, id, input);
    });
    return { organisation };
  }

  @Mutation(() => OrganisationPayload, {
    description: `Takes an organisation and all it lists off the lists, until it is reinstated; again changes nothing. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async suspendOrganisation(
    @Arg('input', () => SuspendOrganisationInput, { description: 'Which, and why.' }) input: SuspendOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { accountId } = call;
    const { organisationId, reason } = input;
    return { organisation: await call.work((work) => suspendOrganisation(work, accountId, organisationId, reason)) };
  }

  @Mutation(() => OrganisationPayload, {
    description: `Puts a suspended organisation and what it lists on the lists again; again changes nothing. For administrators. Codes: ${CODES}.`,
  })
  @ShownIn('admin')
  @Requires('administrator')
  async reinstateOrganisation(
    @Arg('input', () => ReinstateOrganisationInput, { description: 'Which, and why.' })
    input: ReinstateOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { accountId } = call;
    const { organisationId, reason } = input;
    return { organisation: await call.work((work) => reinstateOrganisation(work, accountId, organisationId, reason)) };
  }

  @Mutation(() => OrganisationPayload, {
    description: `Ends an organisation for good: its offers and schemes are closed, and nobody acts for it any more; unused vouchers go back for their points. For its owners, and administrators. Codes: ${CODES}.`,
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async archiveOrganisation(
    @Arg('input', () => ArchiveOrganisationInput, { description: 'Which, and why.' }) input: ArchiveOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationPayload> {
    const { accountId } = call;
    const { organisationId: id, reason } = input;
    const organisation = await call.work(async (work) => {
      const { kind } = (await work.em.findOne(Organisation, id)) ?? { kind: 'retailer' as const };
      await requireRole(work.em, call.caller, { kind, id }, MemberRole.OWNER);
      return archiveOrganisation(work, accountId, id, reason);
    });
    return { organisation };
  }

  @FieldResolver(() => OrganisationContact, {
    nullable: true,
    description: 'Whom to write to. For its owners and administrators; null for others.',
  })
  async contact(@Root() organisation: Organisation, @Ctx() call: CatalogCall): Promise<OrganisationContact | null> {
    const { id, contactSealed } = organisation;
    if (!contactSealed || !(await isOwner(organisation, call))) return null;
    return call.services.organisations.contacts.open(contactSealed, id);
  }

  @FieldResolver(() => MemberRole, {
    nullable: true,
    description: 'What the caller may do for it; null for no member.',
  })
  async myRole(@Root() { id }: Organisation, @Ctx() call: CatalogCall): Promise<MemberRole | null> {
    const member = await call.em.findOne(OrganisationMember, { organisationId: id, accountId: call.accountId });
    return member?.role ?? null;
  }

  @FieldResolver(() => [OrganisationMember], { description: 'Who acts for it, the longest first; at most 100.' })
  @Directive('@listSize(assumedSize: 100)')
  async members(@Root() { id }: Organisation, @Ctx() call: CatalogCall): Promise<OrganisationMember[]> {
    return call.em.find(OrganisationMember, { organisationId: id }, { orderBy: { since: 'asc', accountId: 'asc' } });
  }

  @FieldResolver(() => [OrganisationInvitation], {
    nullable: true,
    description: 'Invitations that can be accepted, at most 20. For its owners and administrators; null for others.',
  })
  @Directive('@listSize(assumedSize: 20)')
  async invitations(
    @Root() organisation: Organisation,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationInvitation[] | null> {
    if (!(await isOwner(organisation, call))) return null;
    const open = { acceptedAt: null, withdrawnAt: null, expiresAt: { $gt: call.clock.now() } };
    return call.em.find(
      OrganisationInvitation,
      { organisationId: organisation.id, ...open },
      { orderBy: { id: 'asc' } },
    );
  }
}

async function isOwner({ id }: Organisation, call: CatalogCall): Promise<boolean> {
  if (isAdministrator(call.caller)) return true;
  const { accountId } = call;
  const owner = { organisationId: id, accountId, role: MemberRole.OWNER };
  return (await call.em.count(OrganisationMember, owner)) > 0;
}
