/* Suspensions, appeals and the consent of guardians on the graph: administrators decide, who is concerned reads and answers. */
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
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
import type { Call } from '../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../kernel/caller.ts';
import { type Page, PageArguments } from '../kernel/page.ts';
import { DateTime, Text } from '../kernel/scalars.ts';
import { Account } from './account.ts';
import { GuardianConsent, recordGuardianConsent, withdrawGuardianConsent } from './guardian-consent.ts';
import type { IdentityServices } from './identity.ts';
import { AppealOutcome, Suspension, SuspensionAppeal, SuspensionAppealPage } from './suspension.ts';

@InputType({ description: 'Whom to suspend, why and until when.' })
export class SuspendAccountInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Text, { description: 'Why; the person reads it.' })
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; until it is lifted where left out.' })
  until?: Date | null;
}

@InputType({ description: 'Which account.' })
export class AccountInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;
}

@InputType({ description: 'What the suspended person says to it.' })
export class AppealSuspensionInput {
  @Field(() => Text, { description: 'Why it ought to be lifted.' })
  text!: string;
}

@InputType({ description: 'How an appeal is decided.' })
export class DecideAppealInput {
  @Field(() => ID, { description: 'The appeal.' })
  appealId!: string;

  @Field(() => AppealOutcome, { description: 'What comes of it.' })
  outcome!: AppealOutcome;

  @Field(() => Text, { description: 'Why; the person reads it.' })
  note!: string;
}

@ObjectType({ description: 'The account is suspended.' })
export class SuspendAccountPayload {
  @Field(() => Suspension, { description: 'The suspension as it is now.' })
  suspension!: Suspension;
}

@ObjectType({ description: 'The suspension is lifted.' })
export class ReinstateAccountPayload {
  @Field(() => Account, { description: 'The account as it is now.' })
  account!: Account;
}

@ObjectType({ description: 'The appeal waits for an administrator.' })
export class AppealSuspensionPayload {
  @Field(() => SuspensionAppeal, { description: 'The appeal as it is now.' })
  appeal!: SuspensionAppeal;
}

@ObjectType({ description: 'The appeal is decided.' })
export class DecideAppealPayload {
  @Field(() => SuspensionAppeal, { description: 'The appeal as it is now.' })
  appeal!: SuspensionAppeal;
}

@ObjectType({ description: "A guardian's consent is recorded." })
export class RecordGuardianConsentPayload {
  @Field(() => GuardianConsent, { description: 'The record of the consent that holds.' })
  consent!: GuardianConsent;
}

@ObjectType({ description: "A guardian's consent is withdrawn." })
export class WithdrawGuardianConsentPayload {
  @Field(() => GuardianConsent, { description: 'The record of the consent, and of its end.' })
  consent!: GuardianConsent;
}

@ArgsType()
export class SuspensionAppealsArguments extends PageArguments {
  @Field(() => Boolean, { defaultValue: true, description: 'Only those that nobody has decided.' })
  undecidedOnly!: boolean;
}

type IdentityCall = Call<IdentityServices>;

@Resolver(() => Suspension)
export class SuspensionResolver {
  @Mutation(() => SuspendAccountPayload, {
    description:
      'Suspends an account: it may do nothing any more, at once where people meet and everywhere within five minutes. The person still signs in, reads the reason and may appeal. Again changes reason and end. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (also oneself, or an end in the past), NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async suspendAccount(
    @Arg('input', () => SuspendAccountInput, { description: 'Whom and why.' }) input: SuspendAccountInput,
    @Ctx() call: IdentityCall,
  ): Promise<SuspendAccountPayload> {
    const { suspensions } = call.services;
    return { suspension: await call.work((work) => suspensions.suspend(work, input, call.accountId)) };
  }

  @Mutation(() => ReinstateAccountPayload, {
    description:
      'Lifts a suspension; sessions carry scopes again from their next refresh. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, NOT_SUSPENDED.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async reinstateAccount(
    @Arg('input', () => AccountInput, { description: 'Whom.' }) input: AccountInput,
    @Ctx() call: IdentityCall,
  ): Promise<ReinstateAccountPayload> {
    const { suspensions } = call.services;
    return { account: await call.work((work) => suspensions.reinstate(work, input.accountId, call.accountId)) };
  }

  @Mutation(() => AppealSuspensionPayload, {
    description:
      'Appeals against the own suspension, once; until that is decided, another text takes the place of the former. For whoever is suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_SUSPENDED, ALREADY_DECIDED.',
  })
  @ShownIn('public')
  @Authenticated()
  async appealSuspension(
    @Arg('input', () => AppealSuspensionInput, { description: 'Why it ought to be lifted.' })
    input: AppealSuspensionInput,
    @Ctx() call: IdentityCall,
  ): Promise<AppealSuspensionPayload> {
    const { suspensions } = call.services;
    return { appeal: await call.work((work) => suspensions.appeal(work, call.accountId, input.text)) };
  }

  @Query(() => SuspensionAppealPage, {
    description:
      'Appeals against suspensions, the oldest first. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  suspensionAppeals(
    @Args(() => SuspensionAppealsArguments) page: SuspensionAppealsArguments,
    @Ctx() call: IdentityCall,
  ): Promise<Page<SuspensionAppeal>> {
    return call.services.suspensions.listAppeals(call.em, page.undecidedOnly, page);
  }

  @Mutation(() => DecideAppealPayload, {
    description:
      'Decides an appeal, once; the same outcome again changes nothing. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED (otherwise than now).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async decideAppeal(
    @Arg('input', () => DecideAppealInput, { description: 'Which, and how.' }) input: DecideAppealInput,
    @Ctx() call: IdentityCall,
  ): Promise<DecideAppealPayload> {
    const { suspensions } = call.services;
    return { appeal: await call.work((work) => suspensions.decide(work, input, call.accountId)) };
  }

  @Mutation(() => RecordGuardianConsentPayload, {
    description:
      'Records that a guardian consents to the account of a youth, who may do nothing before. While it holds, again changes nothing: the record stays. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (the account is of no youth), NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async recordGuardianConsent(
    @Arg('input', () => AccountInput, { description: 'Whose account.' }) input: AccountInput,
    @Ctx() call: IdentityCall,
  ): Promise<RecordGuardianConsentPayload> {
    return { consent: await call.work((work) => recordGuardianConsent(work, input.accountId, call.accountId)) };
  }

  @Mutation(() => WithdrawGuardianConsentPayload, {
    description:
      'Records that a guardian consents no more to the account of a youth, who may do nothing from now on: at once where people meet, where requests, seats and stories end, and everywhere within five minutes. Again changes nothing. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (the account is of no youth), NOT_FOUND (also where there was no consent).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async withdrawGuardianConsent(
    @Arg('input', () => AccountInput, { description: 'Whose account.' }) input: AccountInput,
    @Ctx() call: IdentityCall,
  ): Promise<WithdrawGuardianConsentPayload> {
    return { consent: await call.work((work) => withdrawGuardianConsent(work, input.accountId, call.accountId)) };
  }

  @FieldResolver(() => Text, { description: 'Why, as the administrator wrote it.' })
  reason(@Root() suspension: Suspension, @Ctx() call: IdentityCall): string {
    return call.services.suspensions.reasonOf(suspension);
  }

  @FieldResolver(() => SuspensionAppeal, { nullable: true, description: 'The appeal against it; null without one.' })
  appeal(@Root() suspension: Suspension, @Ctx() call: IdentityCall): Promise<SuspensionAppeal | null> {
    return call.em.findOne(SuspensionAppeal, { suspensionId: suspension.id });
  }
}

@Resolver(() => SuspensionAppeal)
export class SuspensionAppealResolver {
  @FieldResolver(() => Suspension, { description: 'What it is against.' })
  suspension(@Root() appeal: SuspensionAppeal, @Ctx() call: IdentityCall): Promise<Suspension> {
    return call.em.findOneOrFail(Suspension, appeal.suspensionId);
  }

  @FieldResolver(() => Text, { description: 'What the person says.' })
  text(@Root() appeal: SuspensionAppeal, @Ctx() call: IdentityCall): string {
    return call.services.suspensions.textOf(appeal);
  }

  @FieldResolver(() => Text, { nullable: true, description: 'Why it was decided so; null before.' })
  note(@Root() appeal: SuspensionAppeal, @Ctx() call: IdentityCall): string | null {
    return call.services.suspensions.noteOf(appeal);
  }
}

/** What an account's owner and administrators see of it besides what stands in its row. */
@Resolver(() => Account)
export class AccountStandingResolver {
  @FieldResolver(() => Suspension, { nullable: true, description: 'The suspension that holds now; null without one.' })
  suspension(@Root() account: Account, @Ctx() call: IdentityCall): Promise<Suspension | null> {
    return call.services.suspensions.current(call.em, account, call.clock.now());
  }
}
