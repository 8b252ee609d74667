/*
 * Organisations and applications to be one, as they are stored and shown. The contact, a person's name and address, is
 * sealed under the key of this purpose; it is opened for those who may see it and stands in no history, event or log.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { OrganisationKind as KindText } from '../../kernel/caller.ts';
import { deriveKey } from '../../kernel/configuration.ts';
import { pageOf } from '../../kernel/page.ts';
import {
  DateTime,
  EmailAddress,
  EmployerNumber,
  ShortText,
  Text,
  Version,
  WebDomain,
  ZipCode,
} from '../../kernel/scalars.ts';
import { ListingStatus } from '../listings/listing.ts';

export enum OrganisationKind {
  RETAILER = 'retailer',
  CHARITY = 'charity',
  MUNICIPALITY = 'municipality',
  DEPARTMENT = 'department',
}

registerEnumType(OrganisationKind, {
  name: 'OrganisationKind',
  description: 'What an organisation is.',
  valuesConfig: {
    RETAILER: { description: 'A business that takes vouchers.' },
    CHARITY: { description: 'A charity that takes points.' },
    MUNICIPALITY: { description: 'A city or county that lets points pay a share of its fees.' },
    DEPARTMENT: { description: 'A department that vouches for its officers.' },
  },
});

export enum ApplicationStatus {
  APPLIED = 'APPLIED',
  CHECKING = 'CHECKING',
  LISTED = 'LISTED',
  REFUSED = 'REFUSED',
  WITHDRAWN = 'WITHDRAWN',
}

registerEnumType(ApplicationStatus, {
  name: 'ApplicationStatus',
  description: 'Where an application stands.',
  valuesConfig: {
    APPLIED: { description: 'Made; the domain is not proved yet.' },
    CHECKING: { description: 'The domain is proved; an administrator decides.' },
    LISTED: { description: 'The organisation is listed, and the applicant its first owner.' },
    REFUSED: { description: 'Refused, with a reason.' },
    WITHDRAWN: { description: 'Taken back by the applicant.' },
  },
});

export enum EmployerCheck {
  NOT_NEEDED = 'NOT_NEEDED',
  PASSED = 'PASSED',
  NAME_DIFFERS = 'NAME_DIFFERS',
  NOT_ON_LIST = 'NOT_ON_LIST',
}

registerEnumType(EmployerCheck, {
  name: 'EmployerCheck',
  description: 'What the list of exempt organisations of the IRS says of an EIN.',
  valuesConfig: {
    NOT_NEEDED: { description: 'The organisation is no charity, or gave no EIN.' },
    PASSED: { description: 'The list has it under this name.' },
    NAME_DIFFERS: { description: 'The list has it under another name; somebody has to look.' },
    NOT_ON_LIST: { description: 'The list does not have it; somebody has to look.' },
  },
});

@ObjectType({ description: 'A person whom administrators may write to about an organisation.' })
export class OrganisationContact {
  @Field(() => ShortText, { description: 'Their name.' })
  name!: string;

  @Field(() => EmailAddress, { description: "Their e-mail, at the organisation's domain." })
  email!: string;
}

@InputType({ description: 'A person whom administrators may write to about an organisation.' })
export class OrganisationContactInput {
  @Field(() => ShortText, { description: 'Their name.' })
  name!: string;

  @Field(() => EmailAddress, { description: "Their e-mail, at the organisation's domain." })
  email!: string;
}

@ObjectType({ description: 'What an organisation is to be listed as.' })
export class RequestedListing {
  @Field(() => ShortText, { description: 'The name that people see.' })
  name!: string;

  @Field(() => ShortText, { nullable: true, description: 'What kind of business or charity it is.' })
  category?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'Where it is: the city.' })
  city?: string | null;

  @Field(() => ShortText, { nullable: true, description: 'Two-letter code of the state.' })
  state?: string | null;

  @Field(() => ZipCode, { nullable: true, description: 'ZIP code of its seat.' })
  zipCode?: string | null;

  @Field(() => [ZipCode], { nullable: true, description: 'The ZIP codes that a municipality covers, at most 100.' })
  @Directive('@listSize(assumedSize: 100)')
  zipCodes?: string[] | null;
}

@ObjectType({
  description: 'An organisation that takes part; its id is that of its listing. Members and administrators see it.',
})
@Entity({ schema: 'catalog', tableName: 'organisation' })
export class Organisation {
  @Field(() => ID, {
    description: 'The id of the organisation and of the retailer, charity or municipality that it is.',
  })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => OrganisationKind, { description: 'What it is.' })
  @Property({ type: 'text' })
  kind!: KindText;

  @Field(() => ShortText, { description: 'Its name in law.' })
  @Property({ type: 'text' })
  legalName!: string;

  @Field(() => EmployerNumber, { nullable: true, description: 'Its Employer Identification Number.' })
  @Property({ type: 'text', nullable: true })
  employerNumber?: string | null;

  @Field(() => WebDomain, {
    nullable: true,
    description: 'The domain that it proved; null where nobody has claimed it.',
  })
  @Property({ type: 'text', nullable: true })
  webDomain?: string | null;

  @Property({ type: 'text', nullable: true })
  contactSealed?: string | null;

  @Field(() => ListingStatus, { description: 'Whether it takes part.' })
  @Property({ type: 'text' })
  status!: ListingStatus;

  @Field(() => Text, { nullable: true, description: 'Why it is suspended or archived, where somebody said.' })
  @Property({ type: 'text', nullable: true })
  reason?: string | null;

  @Field(() => DateTime, { description: 'When it was listed.' })
  @Property({ type: 'datetime' })
  listedAt!: Date;

  @Field(() => Version, { description: 'Counts its changes; a change may say which it is about.' })
  @Property({ type: 'integer' })
  version!: number;
}

export const OrganisationPage = pageOf(Organisation);

@ObjectType({ description: 'Somebody asks to have an organisation listed. The applicant and administrators see it.' })
@Entity({ schema: 'catalog', tableName: 'organisation_application' })
export class OrganisationApplication {
  @Field(() => ID, { description: 'The id of the application.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => OrganisationKind, { description: 'What the organisation is.' })
  @Property({ type: 'text' })
  kind!: KindText;

  @Field(() => ID, { nullable: true, description: 'The listing that is claimed; null where a new one is asked for.' })
  @Property({ type: 'uuid', nullable: true })
  claimedId?: string | null;

  @Field(() => ShortText, { description: 'Its name in law.' })
  @Property({ type: 'text' })
  legalName!: string;

  @Field(() => RequestedListing, { description: 'What it is to be listed as.' })
  @Property({ type: 'json' })
  listing!: RequestedListing;

  @Field(() => EmployerNumber, { nullable: true, description: 'Its Employer Identification Number.' })
  @Property({ type: 'text', nullable: true })
  employerNumber?: string | null;

  @Field(() => WebDomain, { description: 'Its domain.' })
  @Property({ type: 'text' })
  webDomain!: string;

  @Property({ type: 'text', nullable: true })
  contactSealed?: string | null;

  @Field(() => ID, { description: 'The account that applied.' })
  @Property({ type: 'uuid' })
  applicantId!: string;

  @Field(() => ApplicationStatus, { description: 'Where it stands.' })
  @Property({ type: 'text' })
  status!: ApplicationStatus;

  @Field(() => EmployerCheck, { description: 'What the list of the IRS says of its EIN.' })
  @Property({ type: 'text' })
  employerCheck!: EmployerCheck;

  @Field(() => ShortText, { nullable: true, description: 'The name that the list of the IRS has for this EIN.' })
  @Property({ type: 'text', nullable: true })
  employerName?: string | null;

  @Field(() => ShortText, { description: 'The text to publish as a TXT record, to prove that the domain is theirs.' })
  @Property({ type: 'text' })
  domainText!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the domain was found to be theirs; null as long as it is not.',
  })
  @Property({ type: 'datetime', nullable: true })
  domainProvedAt?: Date | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  @Property({ type: 'datetime' })
  appliedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided or taken back.' })
  @Property({ type: 'datetime', nullable: true })
  decidedAt?: Date | null;

  @Property({ type: 'uuid', nullable: true })
  decidedBy?: string | null;

  @Field(() => Text, { nullable: true, description: 'Why it was decided so.' })
  @Property({ type: 'text', nullable: true })
  reason?: string | null;

  @Field(() => Boolean, { description: 'Whether it was listed although a check had not passed.' })
  @Property({ type: 'boolean' })
  despiteChecks!: boolean;

  @Field(() => ID, { nullable: true, description: 'The organisation that came of it.' })
  @Property({ type: 'uuid', nullable: true })
  organisationId?: string | null;
}

export const OrganisationApplicationPage = pageOf(OrganisationApplication);

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals contacts with AES-256-GCM; a sealed text opens only for the application or organisation it was sealed for. */
export class Contacts {
  readonly #key: Buffer;
  readonly #random: (bytes: number) => Buffer;

  constructor(secretKey: Buffer, random: (bytes: number) => Buffer) {
    this.#key = deriveKey(secretKey, 'catalog contacts');
    this.#random = random;
  }

  seal({ name, email }: OrganisationContact, id: string): string {
    const nonce = this.#random(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(id));
    const body = Buffer.concat([cipher.update(JSON.stringify({ name, email }), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws when the text was sealed for another id or with another key, or was changed. */
  open(sealed: string, id: string): OrganisationContact {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(id))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const body = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return Object.assign(new OrganisationContact(), JSON.parse(body.toString('utf8')));
  }
}
