/*
 * An account: a person whom the identity provider vouched for, the side they take, and, once they proved it, their phone.
 * Found by the provider's subject, never by e-mail, which changes hands. The side follows the verified e-mail: named in
 * the configuration, an administrator; registered by one or on a department's roster, an officer; else a citizen. It is decided anew at every sign-in
 * until the registration is told to the other domains; from then on only the administrator's role comes and goes. Beside
 * their side people may be analysts (analyst.ts), which no other domain is told.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { Scope } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { DateTime, LocalDate, ShortText } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { AgeBand } from './age-band.ts';
import { isBarred } from './barred.ts';
import type { VouchedPerson } from './identity-provider.ts';
import { rosteredDepartment } from './roster.ts';
import type { Secrets } from './secrets.ts';

export enum AccountRole {
  CITIZEN = 'citizen',
  OFFICER = 'officer',
  ADMINISTRATOR = 'administrator',
  ANALYST = 'analyst',
}

/** The role that an account has by itself, whoever appoints it to something beside. */
export type Side = Exclude<AccountRole, AccountRole.ANALYST>;

registerEnumType(AccountRole, {
  name: 'AccountRole',
  description: 'What an account may become once its phone is verified.',
  valuesConfig: {
    CITIZEN: { description: 'Meets officers; everybody is one who is nothing else.' },
    OFFICER: { description: 'A police officer: an administrator registered the verified e-mail for a department.' },
    ADMINISTRATOR: { description: 'Runs the system.' },
    ANALYST: { description: 'Reads the figures of reports, by appointment of an administrator; beside another role.' },
  },
});

@ObjectType({ description: 'An account, as its owner and administrators see it.' })
@Directive('@key(fields: "id")')
@Entity({ schema: 'identity', tableName: 'account' })
export class Account {
  @Field(() => ID, { description: 'Names the person in all domains; says nothing about who it is.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  identityHash!: string;

  @Property({ type: 'text' })
  emailHash!: string;

  @Property({ type: 'text' })
  emailSealed!: string;

  @Property({ type: 'text' })
  role!: Side;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The department that vouches for an officer; null for everybody else.',
  })
  @Property({ type: 'text', nullable: true })
  departmentName?: string | null;

  @Property({ type: 'text', nullable: true })
  phoneHash?: string | null;

  @Property({ type: 'text', nullable: true })
  phoneSealed?: string | null;

  @Property({ type: 'datetime', nullable: true })
  phoneVerifiedAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the registration was completed by verifying a phone; null before.',
  })
  @Property({ type: 'datetime', nullable: true })
  registeredAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  suspendedAt?: Date | null;

  /** When the suspension ends by itself; null where somebody has to end it. */
  @Property({ type: 'datetime', nullable: true })
  suspendedUntil?: Date | null;

  @Field(() => AgeBand, {
    nullable: true,
    description:
      'How old the person said to be; null for who registered before that was asked, and counts as an adult.',
  })
  @Property({ type: 'text', nullable: true })
  ageBand?: AgeBand | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'The first of the month in which a youth becomes an adult here; null for everybody else.',
  })
  @Property({ type: 'date', nullable: true })
  comesOfAgeOn?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "Since when the consent of a youth's guardian holds; null before, once withdrawn, and for everybody else.",
  })
  @Property({ type: 'datetime', nullable: true })
  guardianConsentAt?: Date | null;

  /** Since when the account reads reports; null for everybody else. */
  @Property({ type: 'datetime', nullable: true })
  analystSince?: Date | null;

  @Property({ type: 'datetime' })
  createdAt!: Date;

  @Property({ type: 'datetime' })
  updatedAt!: Date;

  @Field(() => Boolean, { description: 'Whether a phone is verified; without it a session carries no scope.' })
  get phoneVerified(): boolean {
    return this.phoneVerifiedAt != null;
  }

  @Field(() => [AccountRole], { description: 'What the account may do once its phone is verified.' })
  get roles(): AccountRole[] {
    // Administrators read more than analysts do: who became one is no analyst meanwhile.
    if (!this.analystSince || this.role === AccountRole.ADMINISTRATOR) return [this.role];
    return [this.role, AccountRole.ANALYST];
  }
}

/**
 * What a session of this account may do: nothing until a phone is verified, nothing while it is suspended, and for a
 * youth nothing without the guardian's consent.
 */
export function scopesOf(account: Account, now: Date): Scope[] {
  if (!account.phoneVerified || isSuspended(account, now)) return [];
  return account.ageBand === AgeBand.YOUTH && !account.guardianConsentAt ? [] : account.roles;
}

/** A suspension with an end has ended with it, whether the row says so yet or not. */
export function isSuspended({ suspendedAt, suspendedUntil }: Account, now: Date): boolean {
  return suspendedAt != null && (suspendedUntil == null || suspendedUntil > now);
}

/** Reads the row and keeps others from changing it until the transaction ends; null where there is none. */
export function lockAccount(em: EntityManager, accountId: string): Promise<Account | null> {
  return em.findOne(Account, accountId, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** The caller's own account, locked. @throws Refusal UNAUTHENTICATED, ACCOUNT_SUSPENDED. */
export async function lockOwnAccount({ em, now }: UnitOfWork, accountId: string): Promise<Account> {
  const account = await lockAccount(em, accountId);
  if (!account) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
  if (isSuspended(account, now)) throw new Refusal('ACCOUNT_SUSPENDED');
  return account;
}

export class Accounts {
  readonly #secrets: Secrets;
  readonly #administrators: ReadonlySet<string>;
  readonly #rosterDigest: (emailAddress: string) => string;

  constructor(
    secrets: Secrets,
    administratorEmails: readonly string[],
    rosterDigest: (emailAddress: string) => string,
  ) {
    this.#secrets = secrets;
    this.#rosterDigest = rosterDigest;
    this.#administrators = new Set(administratorEmails.map((emailAddress) => this.#emailHash(emailAddress)));
  }

  /**
   * The account of a person whom the provider vouched for, made at the first sign-in.
   * @throws Refusal ACCOUNT_SUSPENDED for whose account was erased while it was suspended, as long as that would last.
   */
  async signedIn(person: VouchedPerson, work: UnitOfWork): Promise<Account> {
    const { em, now } = work;
    const identityHash = this.#secrets.keyedHash('identity', person.issuer, person.subject);
    if (await isBarred(work, identityHash)) throw new Refusal('ACCOUNT_SUSPENDED');
    const id = work.newId();
    const emailHash = this.#emailHash(person.emailAddress);
    // Two first sign-ins of one person may arrive at once: the second waits here and finds the account of the first.
    await em.execute(
      `insert into identity.account (id, identity_hash, email_hash, email_sealed, role, created_at, updated_at)
       values (?, ?, ?, ?, 'citizen', ?, ?) on conflict (identity_hash) do nothing`,
      [id, identityHash, emailHash, this.#sealEmail(person.emailAddress, id), now, now],
    );
    const account = await em.findOneOrFail(Account, { identityHash }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (account.emailHash !== emailHash) {
      account.emailHash = emailHash;
      account.emailSealed = this.#sealEmail(person.emailAddress, account.id);
    }
    account.updatedAt = now;
    await this.decideRole(account, em);
    await em.flush();
    return account;
  }

  /** Sets role and department by the verified e-mail, as far as the registration leaves them open. */
  async decideRole(account: Account, em: EntityManager): Promise<void> {
    if (this.#administrators.has(account.emailHash)) {
      account.role = AccountRole.ADMINISTRATOR;
      account.departmentName = null;
      return;
    }
    if (account.registeredAt && account.role !== AccountRole.ADMINISTRATOR) return;
    const [registration] = await em.execute<{ department_name: string }[]>(
      'select department_name from identity.officer_registration where email_hash = ?',
      [account.emailHash],
    );
    // Registered by an administrator, or on the roster that a department imported.
    const department =
      registration?.department_name ?? (await rosteredDepartment(em, this.#rosterDigest(this.emailAddressOf(account))));
    account.role = department !== undefined && !account.registeredAt ? AccountRole.OFFICER : AccountRole.CITIZEN;
    account.departmentName = account.role === AccountRole.OFFICER ? (department ?? null) : null;
  }

  /** @returns how many different addresses are registered by this call, new or again. */
  async registerOfficers(
    emailAddresses: readonly string[],
    departmentName: string,
    registeredBy: string | null,
    { em, now }: UnitOfWork,
  ): Promise<number> {
    // Sorted, so that two calls with the same addresses do not wait for each other.
    const hashes = [...new Set(emailAddresses.map((emailAddress) => this.#emailHash(emailAddress)))].sort();
    for (const hash of hashes) {
      await em.execute(
        `insert into identity.officer_registration (email_hash, department_name, registered_by, registered_at)
         values (?, ?, ?, ?)
         on conflict (email_hash) do update set department_name = excluded.department_name,
           registered_by = excluded.registered_by, registered_at = excluded.registered_at`,
        [hash, departmentName, registeredBy, now],
      );
    }
    return hashes.length;
  }

  emailAddressOf(account: Account): string {
    return this.#secrets.unseal(account.emailSealed, `email ${account.id}`);
  }

  #sealEmail(emailAddress: string, accountId: string): string {
    return this.#secrets.seal(emailAddress, `email ${accountId}`);
  }

  #emailHash(emailAddress: string): string {
    return this.#secrets.keyedHash('email', emailAddress.trim().toLowerCase());
  }
}
