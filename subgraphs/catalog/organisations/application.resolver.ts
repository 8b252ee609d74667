/* Applications on the graph: whoever is signed in applies or claims, proves the domain, takes back; administrators decide. */
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
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { EmployerNumber, ShortText, StateCode, Text, WebDomain, ZipCode } from '../../kernel/scalars.ts';
import type { CatalogCall } from '../listings/loaders.ts';
import {
  applyAsOrganisation,
  claimOrganisation,
  decideApplication,
  noteDomainTexts,
  withdrawApplication,
} from './application.ts';
import { proofName } from './domain-proof.ts';
import {
  ApplicationStatus,
  OrganisationApplication,
  OrganisationApplicationPage,
  OrganisationContact,
  OrganisationContactInput,
  OrganisationKind,
} from './organisation.ts';
import { isAdministrator } from './standing.ts';

@InputType({ description: 'An organisation that wants to be listed.' })
export class ApplyAsOrganisationInput {
  @Field(() => OrganisationKind, { description: 'What it is.' })
  kind!: OrganisationKind;

  @Field(() => ShortText, { description: 'Its name in law.' })
  legalName!: string;

  @Field(() => ShortText, { nullable: true, description: 'The name that people see; the legal one unless said.' })
  name?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'What kind of business or charity it is.' })
  category?: string | null;

  @Field(() => EmployerNumber, {
    nullable: true,
    description: 'Its Employer Identification Number; charities need it.',
  })
  employerNumber?: string | null;

  @Field(() => WebDomain, { description: 'Its domain, at which not everybody gets an address.' })
  webDomain!: string;

  @Field(() => OrganisationContactInput, { description: 'Whom to write to.' })
  contact!: OrganisationContactInput;

  @Field(() => ShortText, { nullable: true, description: 'The city of its seat; charities need it.' })
  city?: string | null;

  @Field(() => StateCode, { nullable: true, description: 'Its state; charities and municipalities need it.' })
  state?: string | null;

  @Field(() => ZipCode, { nullable: true, description: 'ZIP code of its seat; charities need it.' })
  zipCode?: string | null;

  @Field(() => [ZipCode], { nullable: true, description: 'The ZIP codes that a municipality covers.' })
  zipCodes?: string[] | null;
}

@InputType({ description: 'A listing that somebody wants to act for.' })
export class ClaimOrganisationInput {
  @Field(() => ID, { description: 'The retailer, charity or municipality.' })
  organisationId!: string;

  @Field(() => ShortText, { description: 'Its name in law.' })
  legalName!: string;

  @Field(() => EmployerNumber, {
    nullable: true,
    description: 'Its Employer Identification Number; charities need it.',
  })
  employerNumber?: string | null;

  @Field(() => WebDomain, { description: 'Its domain, at which not everybody gets an address.' })
  webDomain!: string;

  @Field(() => OrganisationContactInput, { description: 'Whom to write to.' })
  contact!: OrganisationContactInput;
}

@InputType({ description: 'Whose domain to look at.' })
export class CheckOrganisationDomainInput {
  @Field(() => ID, { description: 'The application.' })
  applicationId!: string;
}

@InputType({ description: 'Which application to take back.' })
export class WithdrawApplicationInput {
  @Field(() => ID, { description: 'The application.' })
  applicationId!: string;
}

@InputType({ description: 'A decision about an application.' })
export class DecideApplicationInput {
  @Field(() => ID, { description: 'The application.' })
  applicationId!: string;

  @Field(() => Boolean, { description: 'Whether the organisation is listed.' })
  approve!: boolean;

  @Field(() => Text, { description: 'Why; the applicant reads it.' })
  reason!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'List it although a check has not passed; it stays visible that it was.',
  })
  despiteChecks?: boolean | null;
}

@ObjectType({ description: 'The application that was made or changed.' })
export class OrganisationApplicationPayload {
  @Field(() => OrganisationApplication, { description: 'The application as it is now.' })
  application!: OrganisationApplication;
}

const OPEN_TO_APPLICANT = 'For whoever applied, and administrators.';

@Resolver(() => OrganisationApplication)
export class ApplicationResolver {
  @Query(() => OrganisationApplicationPage, {
    description: "The caller's applications, the newest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.",
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  myOrganisationApplications(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<OrganisationApplication>> {
    return newestFirst(call, page, { applicantId: call.accountId });
  }

  @Query(() => OrganisationApplicationPage, {
    description:
      'Applications, the newest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  organisationApplications(
    @Arg('status', () => ApplicationStatus, { nullable: true, description: 'Only in this state.' })
    status: ApplicationStatus | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<OrganisationApplication>> {
    return newestFirst(call, page, status ? { status } : {});
  }

  @Query(() => OrganisationApplication, {
    nullable: true,
    description: `An application; null where the caller may not know of one. ${OPEN_TO_APPLICANT} Codes: UNAUTHENTICATED, BAD_USER_INPUT.`,
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async organisationApplication(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplication | null> {
    const application = await call.em.findOne(OrganisationApplication, id);
    return application && maySee(application, call) ? application : null;
  }

  @Mutation(() => OrganisationApplicationPayload, {
    description:
      'Asks for an organisation to be listed; it shows when its domain is proved, its EIN is checked and an administrator ' +
      'has approved it. For everybody who is signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT, ALREADY_LISTED, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async applyAsOrganisation(
    @Arg('input', () => ApplyAsOrganisationInput, { description: 'The organisation.' }) input: ApplyAsOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplicationPayload> {
    const { accountId, services } = call;
    const { name, category, city, state, zipCode, zipCodes, ...terms } = input;
    const listing = { name: name ?? input.legalName, category, city, state, zipCode, zipCodes };
    const application = await call.work((work) =>
      applyAsOrganisation(work, services.organisations, accountId, { ...terms, listing }),
    );
    return { application };
  }

  @Mutation(() => OrganisationApplicationPayload, {
    description:
      'Asks to act for a listing that nobody acts for yet; checked and decided as a new one is. For everybody who is ' +
      'signed in. Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, ALREADY_LISTED, LIMIT_REACHED.',
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async claimOrganisation(
    @Arg('input', () => ClaimOrganisationInput, { description: 'Which, and who asks.' }) input: ClaimOrganisationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplicationPayload> {
    const { accountId, services } = call;
    const application = await call.work((work) => claimOrganisation(work, services.organisations, accountId, input));
    return { application };
  }

  @Mutation(() => OrganisationApplicationPayload, {
    description: `Looks whether the domain publishes the text that was asked for; it stays proved once it was. ${OPEN_TO_APPLICANT} Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED, UNAVAILABLE.`,
  })
  @ShownIn('public', 'admin')
  @Directive('@cost(weight: 200)')
  @Authenticated()
  async checkOrganisationDomain(
    @Arg('input', () => CheckOrganisationDomainInput, { description: 'Whose.' }) input: CheckOrganisationDomainInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplicationPayload> {
    const { webDomain } = await seen(call, input.applicationId);
    // Asked before the transaction begins: nobody waits for a name server with a lock in hand.
    const texts = await call.services.organisations.domains.textsOf(proofName(webDomain)).catch((err: unknown) => {
      call.log.warn({ err }, 'name servers did not answer about the domain of an organisation');
      throw new Refusal('UNAVAILABLE', 'The name servers of the domain did not answer; try again later.');
    });
    return { application: await call.work((work) => noteDomainTexts(work, input.applicationId, texts)) };
  }

  @Mutation(() => OrganisationApplicationPayload, {
    description: `Takes an application back; its contact is forgotten. ${OPEN_TO_APPLICANT} Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED.`,
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async withdrawOrganisationApplication(
    @Arg('input', () => WithdrawApplicationInput, { description: 'Which.' }) input: WithdrawApplicationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplicationPayload> {
    await seen(call, input.applicationId);
    return { application: await call.work((work) => withdrawApplication(work, input.applicationId)) };
  }

  @Mutation(() => OrganisationApplicationPayload, {
    description:
      'Lists an organisation with its applicant as its first owner, or refuses it; nobody decides about their own. For ' +
      'administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED, CHECKS_OPEN, ALREADY_LISTED.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async decideOrganisationApplication(
    @Arg('input', () => DecideApplicationInput, { description: 'The decision.' }) input: DecideApplicationInput,
    @Ctx() call: CatalogCall,
  ): Promise<OrganisationApplicationPayload> {
    const { accountId, services } = call;
    const decision = { ...input, despiteChecks: input.despiteChecks ?? false };
    const application = await call.work((work) => decideApplication(work, services.organisations, accountId, decision));
    return { application };
  }

  @FieldResolver(() => ShortText, { description: 'The name under which the text is to be published, of type TXT.' })
  domainName(@Root() { webDomain }: OrganisationApplication): string {
    return proofName(webDomain);
  }

  @FieldResolver(() => OrganisationContact, {
    nullable: true,
    description: 'Whom to write to, as long as it is not decided; then it stands with the organisation or nowhere.',
  })
  contact(
    @Root() { id, contactSealed }: OrganisationApplication,
    @Ctx() call: CatalogCall,
  ): OrganisationContact | null {
    return contactSealed ? call.services.organisations.contacts.open(contactSealed, id) : null;
  }
}

const maySee = ({ applicantId }: OrganisationApplication, call: CatalogCall) =>
  isAdministrator(call.caller) || applicantId === call.accountId;

/** @throws Refusal NOT_FOUND where the caller may not know of it. */
async function seen(call: CatalogCall, id: string): Promise<OrganisationApplication> {
  const application = await call.em.findOne(OrganisationApplication, id);
  if (!application || !maySee(application, call)) throw new Refusal('NOT_FOUND', 'There is no such application.');
  return application;
}

async function newestFirst(
  call: CatalogCall,
  page: PageArguments,
  which: { applicantId?: string; status?: ApplicationStatus },
): Promise<Page<OrganisationApplication>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await call.em.find(
    OrganisationApplication,
    { ...which, ...(after && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.first + 1 },
  );
  return toPage(rows, page, ({ id }) => [id]);
}
