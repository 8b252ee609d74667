/* The own account on the graph: reading it, proving a phone; and who is registered as an officer. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { DateTime, EmailAddress, LocalDate, OneTimeCode, PhoneNumber, ShortText } from '../kernel/scalars.ts';
import { Account } from './account.ts';
import { AgeBand } from './age-band.ts';
import type { IdentityServices } from './identity.ts';
import { Session } from './session.ts';

@InputType({ description: 'Where to send a one-time code.' })
export class RequestPhoneCodeInput {
  @Field(() => PhoneNumber, { description: 'A phone that receives text messages.' })
  phoneNumber!: string;
}

@ObjectType({ description: 'A code is on its way.' })
export class RequestPhoneCodePayload {
  @Field(() => DateTime, { description: 'Until when the code is good: ten minutes.' })
  expiresAt!: Date;
}

@InputType({ description: 'The code that came to the phone.' })
export class VerifyPhoneInput {
  @Field(() => PhoneNumber, { description: 'The phone it was sent to.' })
  phoneNumber!: string;

  @Field(() => OneTimeCode, { description: 'The six digits.' })
  code!: string;

  @Field(() => AgeBand, {
    nullable: true,
    description:
      'How old the person is, an adult where left out; asked with the registration, and passed over when a phone is changed later.',
  })
  ageBand?: AgeBand | null;

  @Field(() => LocalDate, {
    nullable: true,
    description:
      'Of a youth: any day of the month they were born in. When they come of age is noted, this is not; five years from now where left out.',
  })
  birthMonth?: string | null;
}

@ObjectType({ description: 'A phone is verified.' })
export class VerifyPhonePayload {
  @Field(() => Account, { description: 'The account with its phone.' })
  account!: Account;

  @Field(() => Session, {
    description:
      "A new session, whose access token carries the account's scopes; it takes the place of the one that asked, whose refresh token is good no more.",
  })
  session!: Session;
}

@InputType({ description: 'Officers of one department.' })
export class RegisterOfficersInput {
  @Field(() => [EmailAddress], { description: 'Work e-mail addresses, 1 to 100; case makes no difference.' })
  emailAddresses!: string[];

  @Field(() => ShortText, { description: 'The department that vouches for them.' })
  departmentName!: string;
}

@ObjectType({ description: 'Officers were registered.' })
export class RegisterOfficersPayload {
  @Field(() => Int, { description: 'How many different addresses this call registered, new or again.' })
  registered!: number;
}

@Resolver(() => Account)
export class AccountResolver {
  @Query(() => Account, {
    description: "The caller's account. Also of somebody who is suspended. Codes: UNAUTHENTICATED.",
  })
  @ShownIn('public', 'admin')
  @Authenticated()
  async me(@Ctx() call: Call<IdentityServices>): Promise<Account> {
    const account = await call.em.findOne(Account, call.accountId);
    if (!account) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
    return account;
  }

  @FieldResolver(() => EmailAddress, {
    nullable: true,
    description: 'The e-mail address that the identity provider verified; for the owner only, null for administrators.',
  })
  emailAddress(@Root() account: Account, @Ctx() call: Call<IdentityServices>): string | null {
    // Nobody is signed in yet where a sign-in returns the account; who gets there has just proved to be its owner.
    const { accountId = account.id } = call.caller;
    return accountId === account.id ? call.services.accounts.emailAddressOf(account) : null;
  }

  @Mutation(() => RequestPhoneCodePayload, {
    description:
      'Sends a code of six digits to a phone; an earlier code ends. At most 3 in ten minutes and 10 a day, per account ' +
      'and per number. Codes: UNAUTHENTICATED, ACCOUNT_SUSPENDED, RATE_LIMITED (the message says until when), ' +
      'UNAVAILABLE (the message could not be handed over), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async requestPhoneCode(
    @Arg('input', () => RequestPhoneCodeInput, { description: 'Where to send it.' }) input: RequestPhoneCodeInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<RequestPhoneCodePayload> {
    return { expiresAt: await call.services.phones.requestCode(call.accountId, input.phoneNumber) };
  }

  @Mutation(() => VerifyPhonePayload, {
    description:
      'Verifies a phone with the code that was sent to it; the first time this ends the registration. One account has ' +
      'one phone, one phone one account. Codes: UNAUTHENTICATED, ACCOUNT_SUSPENDED (also a phone whose account was erased while it was suspended, or under a report that was decided so), CODE_INVALID, TOO_MANY_ATTEMPTS ' +
      '(after five wrong codes), CODE_EXPIRED (also used before, or sent to another number), PHONE_IN_USE, AGE_RESTRICTED (under 13, or a youth who would be an officer), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async verifyPhone(
    @Arg('input', () => VerifyPhoneInput, { description: 'Phone and code.' }) input: VerifyPhoneInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<VerifyPhonePayload> {
    const { phoneNumber, code, ageBand, birthMonth } = input;
    const age = { band: ageBand ?? AgeBand.ADULT, birthMonth };
    return call.services.phones.verify(call.accountId, phoneNumber, code, age, call.caller.sessionId);
  }

  @Mutation(() => RegisterOfficersPayload, {
    description:
      'Whoever signs in with one of these verified e-mail addresses and then verifies a phone is an officer of the ' +
      'department. Accounts that completed their registration before keep their role. Administrators only. ' +
      'Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async registerOfficers(
    @Arg('input', () => RegisterOfficersInput, { description: 'Who, and of which department.' })
    input: RegisterOfficersInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<RegisterOfficersPayload> {
    const { emailAddresses, departmentName } = input;
    if (emailAddresses.length === 0)
      throw new Refusal('BAD_USER_INPUT', 'input.emailAddresses must name at least one.');
    const { accounts } = call.services;
    const registered = await call.work((work) =>
      accounts.registerOfficers(emailAddresses, departmentName, call.accountId, work),
    );
    return { registered };
  }
}

/** Accounts by id, for their owners and administrators; null for everybody else. */
export async function loadAccounts(ids: readonly string[], call: Call<IdentityServices>): Promise<(Account | null)[]> {
  const { accountId, scopes } = call.caller;
  const visible = ids.filter((id) => id === accountId || scopes.includes('administrator'));
  const accounts = visible.length > 0 ? await call.em.find(Account, { id: { $in: visible } }) : [];
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return ids.map((id) => byId.get(id) ?? null);
}
