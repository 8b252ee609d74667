/* Analysts on the graph: administrators appoint and dismiss them, and see who is one. */
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Requires, ShownIn } from '../kernel/caller.ts';
import { type Page, PageArguments } from '../kernel/page.ts';
import {
  AnalystAppointment,
  AnalystAppointmentPage,
  appointAnalyst,
  appointmentOf,
  dismissAnalyst,
  listAppointments,
} from './analyst.ts';
import type { IdentityServices } from './identity.ts';

@InputType({ description: 'Whom to appoint as an analyst.' })
export class AppointAnalystInput {
  @Field(() => ID, { description: 'The account; its person finds the id in the console, under Me.' })
  accountId!: string;
}

@InputType({ description: 'Whom to dismiss as an analyst.' })
export class DismissAnalystInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;
}

@ObjectType({ description: 'The account is an analyst.' })
export class AppointAnalystPayload {
  @Field(() => AnalystAppointment, { description: 'The appointment that holds.' })
  appointment!: AnalystAppointment;
}

@ObjectType({ description: 'The account is an analyst no more.' })
export class DismissAnalystPayload {
  @Field(() => AnalystAppointment, { description: 'The appointment that has ended.' })
  appointment!: AnalystAppointment;
}

@ArgsType()
export class AnalystsArguments extends PageArguments {
  @Field(() => Boolean, { defaultValue: false, description: 'Also appointments that have ended.' })
  dismissedToo!: boolean;
}

type IdentityCall = Call<IdentityServices>;

@Resolver(() => AnalystAppointment)
export class AnalystResolver {
  @Query(() => AnalystAppointmentPage, {
    description:
      'Who reads reports as an analyst, the latest appointment first. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  analysts(
    @Args(() => AnalystsArguments) page: AnalystsArguments,
    @Ctx() call: IdentityCall,
  ): Promise<Page<AnalystAppointment>> {
    return listAppointments(call.em, page.dismissedToo, page);
  }

  @Query(() => AnalystAppointment, {
    nullable: true,
    description:
      'The appointment of an account that holds; null where it is no analyst. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  analystAppointment(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Ctx() call: IdentityCall,
  ): Promise<AnalystAppointment | null> {
    return appointmentOf(call.em, accountId);
  }

  @Mutation(() => AppointAnalystPayload, {
    description:
      'Appoints an account as an analyst: it reads reports, in which small counts bear no place, from its next access token on, within five minutes. Who appointed it and when is kept. Again changes nothing. While it is suspended it reads nothing. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, NOT_APPOINTABLE (no phone is verified, it is suspended, of a youth or of an administrator; the message says which).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async appointAnalyst(
    @Arg('input', () => AppointAnalystInput, { description: 'Whom.' }) { accountId }: AppointAnalystInput,
    @Ctx() call: IdentityCall,
  ): Promise<AppointAnalystPayload> {
    return { appointment: await call.work((work) => appointAnalyst(work, accountId, call.accountId)) };
  }

  @Mutation(() => DismissAnalystPayload, {
    description:
      'Dismisses an analyst: the account reads no report from its next access token on, within five minutes. Who dismissed it and when is kept. Again changes nothing. Administrators only. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND (also where the account never was one).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async dismissAnalyst(
    @Arg('input', () => DismissAnalystInput, { description: 'Whom.' }) { accountId }: DismissAnalystInput,
    @Ctx() call: IdentityCall,
  ): Promise<DismissAnalystPayload> {
    return { appointment: await call.work((work) => dismissAnalyst(work, accountId, call.accountId)) };
  }
}
