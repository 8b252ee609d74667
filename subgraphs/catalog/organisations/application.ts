/*
 * How an organisation comes to be listed: somebody applies or claims a listing that came by a file, proves the domain, and
 * an administrator decides. Nothing shows before. What the checks leave open is decided by people and said to be: an
 * approval despite an open check is asked for as such, and nobody decides about their own application.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { OrganisationKind } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { addRow, changeRow } from '../listings/change.ts';
import { Municipality, tellOfMunicipality } from '../listings/municipality.ts';
import { type CharityFacts, charityFacts, tellOfCharity } from '../listings/put-listing.ts';
import { isFreeMail, isOfDomain, proofText } from './domain-proof.ts';
import { checkEmployer } from './exempt-organisations.ts';
import { addMember, hasMembers } from './membership.ts';
import {
  ApplicationStatus,
  type Contacts,
  EmployerCheck,
  Organisation,
  OrganisationApplication,
  type OrganisationContact,
  type RequestedListing,
} from './organisation.ts';
import { actAs, MemberRole } from './standing.ts';

/** Enough for somebody who lists a chain and its charity; not for somebody who tries names. */
export const OPEN_APPLICATIONS = 5;
const TOKEN_BYTES = 18;

export interface ApplicationTerms {
  readonly kind: OrganisationKind;
  readonly legalName: string;
  readonly listing: RequestedListing;
  readonly employerNumber?: string | null | undefined;
  readonly webDomain: string;
  readonly contact: OrganisationContact;
}

export interface ClaimTerms {
  readonly organisationId: string;
  readonly legalName: string;
  readonly employerNumber?: string | null | undefined;
  readonly webDomain: string;
  readonly contact: OrganisationContact;
}

/** What applications need besides the database. */
export interface ApplicationTools {
  readonly contacts: Contacts;
  readonly random: (bytes: number) => Buffer;
}

/** Asks for a new listing. @throws Refusal BAD_USER_INPUT, ALREADY_LISTED, LIMIT_REACHED. */
export async function applyAsOrganisation(
  work: UnitOfWork,
  tools: ApplicationTools,
  accountId: string,
  terms: ApplicationTerms,
): Promise<OrganisationApplication> {
  const { kind, listing, employerNumber } = terms;
  const needs = (field: string, value: unknown) => {
    if (!value) throw new Refusal('BAD_USER_INPUT', `A ${kind} needs input.${field}.`);
  };
  if (kind === 'charity') {
    needs('employerNumber', employerNumber);
    needs('city', listing.city);
    needs('zipCode', listing.zipCode);
  }
  if (kind === 'charity' || kind === 'municipality') needs('state', listing.state);
  if (kind === 'municipality') needs('zipCodes', listing.zipCodes?.length);
  await refuseListed(work.em, terms);
  return apply(work, tools, accountId, terms, null);
}

/** Asks for a listing that nobody acts for yet. @throws Refusal NOT_FOUND, BAD_USER_INPUT, ALREADY_LISTED, LIMIT_REACHED. */
export async function claimOrganisation(
  work: UnitOfWork,
  tools: ApplicationTools,
  accountId: string,
  claim: ClaimTerms,
): Promise<OrganisationApplication> {
  const organisation = await work.em.findOne(Organisation, claim.organisationId);
  if (!organisation || organisation.status === 'ARCHIVED') {
    throw new Refusal('NOT_FOUND', 'There is no such organisation.');
  }
  if (await hasMembers(work.em, organisation.id)) throw new Refusal('ALREADY_LISTED');
  const { kind } = organisation;
  const known = organisation.employerNumber;
  if (kind === 'charity' && !claim.employerNumber) {
    throw new Refusal('BAD_USER_INPUT', 'A charity needs input.employerNumber.');
  }
  if (known && claim.employerNumber && known !== claim.employerNumber) {
    throw new Refusal('BAD_USER_INPUT', 'input.employerNumber is not that of this listing.');
  }
  const listing = { name: organisation.legalName.slice(0, 80) };
  return apply(work, tools, accountId, { ...claim, kind, listing }, organisation.id);
}

async function apply(
  work: UnitOfWork,
  { contacts, random }: ApplicationTools,
  accountId: string,
  terms: ApplicationTerms,
  claimedId: string | null,
): Promise<OrganisationApplication> {
  const { em, now } = work;
  const { kind, legalName, listing, employerNumber, webDomain, contact } = terms;
  if (isFreeMail(webDomain)) {
    throw new Refusal(
      'BAD_USER_INPUT',
      'Everybody gets an address at this domain: give one that is of the organisation alone.',
    );
  }
  if (!isOfDomain(contact.email, webDomain)) {
    throw contactElsewhere();
  }
  // Two applications at once count each other.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`applications of ${accountId}`]);
  const open = { applicantId: accountId, status: { $in: [ApplicationStatus.APPLIED, ApplicationStatus.CHECKING] } };
  if ((await em.count(OrganisationApplication, open)) >= OPEN_APPLICATIONS) {
    throw new Refusal(
      'LIMIT_REACHED',
      `At most ${OPEN_APPLICATIONS} applications may be open: wait, or take one back.`,
    );
  }
  const employer =
    kind === 'charity' && employerNumber
      ? await checkEmployer(em, employerNumber, legalName)
      : { check: EmployerCheck.NOT_NEEDED, name: null };
  const id = work.newId();
  const application = Object.assign(new OrganisationApplication(), {
    id,
    kind,
    claimedId,
    legalName,
    listing,
    employerNumber: employerNumber ?? null,
    webDomain,
    contactSealed: contacts.seal(contact, id),
    applicantId: accountId,
    status: ApplicationStatus.APPLIED,
    employerCheck: employer.check,
    employerName: employer.name,
    domainText: proofText(random(TOKEN_BYTES).toString('base64url')),
    appliedAt: now,
    despiteChecks: false,
  });
  em.persist(application);
  await em.flush();
  return application;
}

/**
 * Takes note of what stands under the domain: with the text that was asked for, it is proved.
 * @throws Refusal NOT_FOUND, ALREADY_DECIDED.
 */
export async function noteDomainTexts(
  work: UnitOfWork,
  applicationId: string,
  texts: readonly string[],
): Promise<OrganisationApplication> {
  const application = await lockOpen(work.em, applicationId);
  if (texts.includes(application.domainText) && !application.domainProvedAt) {
    application.domainProvedAt = work.now;
    application.status = ApplicationStatus.CHECKING;
  }
  return application;
}

/** Takes an application back; the contact is forgotten. @throws Refusal NOT_FOUND, ALREADY_DECIDED. */
export async function withdrawApplication(work: UnitOfWork, applicationId: string): Promise<OrganisationApplication> {
  const application = await lockOpen(work.em, applicationId);
  return Object.assign(application, {
    status: ApplicationStatus.WITHDRAWN,
    decidedAt: work.now,
    contactSealed: null,
  });
}

export interface ApplicationDecision {
  readonly applicationId: string;
  readonly approve: boolean;
  readonly reason: string;
  readonly despiteChecks: boolean;
}

/**
 * Lists the organisation with its applicant as first owner, or refuses it.
 * @throws Refusal NOT_FOUND, ALREADY_DECIDED, FORBIDDEN about one's own, CHECKS_OPEN unless it is to be listed despite
 * them, ALREADY_LISTED when somebody else was meanwhile.
 */
export async function decideApplication(
  work: UnitOfWork,
  { contacts }: ApplicationTools,
  decidedBy: string,
  { applicationId, approve, reason, despiteChecks }: ApplicationDecision,
): Promise<OrganisationApplication> {
  const application = await lockOpen(work.em, applicationId);
  if (application.applicantId === decidedBy) {
    throw new Refusal('FORBIDDEN', 'Somebody else has to decide about your own application.');
  }
  Object.assign(application, { decidedAt: work.now, decidedBy, reason });
  if (!approve) {
    return Object.assign(application, { status: ApplicationStatus.REFUSED, contactSealed: null });
  }
  const { domainProvedAt, employerCheck } = application;
  const isChecked =
    domainProvedAt && (employerCheck === EmployerCheck.PASSED || employerCheck === EmployerCheck.NOT_NEEDED);
  if (!isChecked && !despiteChecks) throw new Refusal('CHECKS_OPEN');
  await actAs(work, decidedBy);
  const id = application.claimedId ?? work.newId();
  const contact = application.contactSealed && contacts.open(application.contactSealed, application.id);
  const columns = {
    legal_name: application.legalName,
    employer_number: application.employerNumber ?? undefined,
    web_domain: application.webDomain,
    contact_sealed: contact ? contacts.seal(contact, id) : undefined,
  };
  if (application.claimedId) await takeOver(work, id, columns);
  else await list(work, id, application, columns);
  await addMember(work, { id, kind: application.kind }, application.applicantId, MemberRole.OWNER);
  return Object.assign(application, {
    status: ApplicationStatus.LISTED,
    despiteChecks: !isChecked,
    organisationId: id,
    // It stands with the organisation now.
    contactSealed: null,
  });
}

async function takeOver(work: UnitOfWork, id: string, columns: object): Promise<void> {
  await changeRow(work.em, 'organisation', id, { ...columns });
  // Under the lock of the row: of two who claim, the second finds the first.
  if (await hasMembers(work.em, id)) throw new Refusal('ALREADY_LISTED');
}

async function list(
  work: UnitOfWork,
  id: string,
  { kind, listing, employerNumber }: OrganisationApplication,
  columns: object,
): Promise<void> {
  const { em, now } = work;
  const row = { id, name: listing.name, name_key: comparable(listing.name), version: 1 };
  const { state, zipCode, city, category = null } = listing;
  const refuseTaken = (isAdded: boolean) => {
    if (!isAdded) throw new Refusal('ALREADY_LISTED');
  };
  refuseTaken(await addRow(em, 'organisation', { ...columns, id, kind, status: 'LISTED', listed_at: now, version: 1 }));
  if (kind === 'retailer') {
    refuseTaken(await addRow(em, 'retailer', { ...row, category, listed_at: now }));
    work.record('retailer.listed', { retailerId: id, name: listing.name, listedAt: now.toISOString() });
  } else if (kind === 'charity') {
    const place = { employer_number: employerNumber, city, state, zip_code: zipCode, category };
    const rest = { helps_families: false, earmarks: [], accepts_donations: true };
    refuseTaken(await addRow(em, 'charity', { ...row, ...place, ...rest }));
    const [facts] = await em.execute<[CharityFacts]>(`select ${charityFacts} from catalog.charity where id = ?`, [id]);
    tellOfCharity(work, facts);
  } else if (kind === 'municipality') {
    const zipCodes = [...new Set(listing.zipCodes)].sort();
    refuseTaken(await addRow(em, 'municipality', { ...row, state, zip_codes: zipCodes, listed_at: now }));
    tellOfMunicipality(work, await em.findOneOrFail(Municipality, id));
  }
}

async function refuseListed(em: EntityManager, { kind, listing, employerNumber, webDomain }: ApplicationTerms) {
  const nameKey = comparable(listing.name);
  const [sql, ...values] = {
    retailer: ['select 1 from catalog.retailer where name_key = ?', nameKey],
    charity: ['select 1 from catalog.charity where employer_number = ?', employerNumber],
    municipality: ['select 1 from catalog.municipality where state = ? and name_key = ?', listing.state, nameKey],
    department: [
      "select 1 from catalog.organisation where kind = 'department' and web_domain = ? and status <> 'ARCHIVED'",
      webDomain,
    ],
  }[kind] as [string, ...unknown[]];
  if ((await em.execute<unknown[]>(sql, values)).length > 0) throw new Refusal('ALREADY_LISTED');
}

/**
 * Changes what is known of an organisation. Where it proved a domain, the contact's e-mail stays of it.
 * @throws Refusal BAD_USER_INPUT, CHANGED_MEANWHILE.
 */
export async function saveOrganisation(
  work: UnitOfWork,
  contacts: Contacts,
  id: string,
  change: {
    readonly contact?: OrganisationContact | null | undefined;
    readonly legalName?: string | null | undefined;
    readonly expectedVersion?: number | null | undefined;
  },
): Promise<Organisation> {
  const { contact, legalName, expectedVersion } = change;
  const { webDomain } = await work.em.findOneOrFail(Organisation, id);
  if (contact && webDomain && !isOfDomain(contact.email, webDomain)) throw contactElsewhere();
  const columns = {
    contact_sealed: contact ? contacts.seal(contact, id) : undefined,
    legal_name: legalName ?? undefined,
  };
  await changeRow(work.em, 'organisation', id, columns, expectedVersion);
  return work.em.findOneOrFail(Organisation, id, { refresh: true });
}

const contactElsewhere = () =>
  new Refusal('BAD_USER_INPUT', "The contact's e-mail must be at the organisation's domain.");

async function lockOpen(em: EntityManager, id: string): Promise<OrganisationApplication> {
  await em.execute('select 1 from catalog.organisation_application where id = ? for update', [id]);
  const application = await em.findOne(OrganisationApplication, id, { refresh: true });
  if (!application) throw new Refusal('NOT_FOUND', 'There is no such application.');
  if (application.decidedAt) throw new Refusal('ALREADY_DECIDED');
  return application;
}
