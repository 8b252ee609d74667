/* Reports of people on the graph: made by the two of a connection, decided by administrators. */
import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import {
  listPersonReports,
  PersonReport,
  PersonReportOutcome,
  PersonReportPage,
  PersonReportState,
  reportPerson,
  resolvePersonReport,
} from './person-report.ts';
import { PersonReportReason } from './report-reason.ts';

@InputType({ description: 'What to report of the other of a connection.' })
export class ReportPersonInput {
  @Field(() => ID, { description: 'A connection of the caller, in whatever state.' })
  connectionId!: string;

  @Field(() => PersonReportReason, { description: 'What it is about.' })
  reason!: PersonReportReason;

  @Field(() => Text, { description: 'What happened. Administrators read it.' })
  text!: string;
}

@ObjectType({ description: 'The report waits for an administrator.' })
export class ReportPersonPayload {
  @Field(() => ID, { description: 'The id of the report, to quote it by.' })
  reportId!: string;
}

@InputType({ description: 'How a report was decided.' })
export class ResolvePersonReportInput {
  @Field(() => ID, { description: 'The report.' })
  reportId!: string;

  @Field(() => PersonReportOutcome, { description: 'What comes of it.' })
  outcome!: PersonReportOutcome;

  @Field(() => Text, { description: 'Why; for administrators.' })
  note!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Of SUSPENDED: when the suspension ends by itself; until it is lifted where left out.',
  })
  suspendedUntil?: Date | null;
}

@ObjectType({ description: 'The decided report.' })
export class ResolvePersonReportPayload {
  @Field(() => PersonReport, { description: 'The report as it is now.' })
  report!: PersonReport;
}

@ArgsType()
export class PersonReportsArguments extends PageArguments {
  @Field(() => PersonReportState, { nullable: true, description: 'Only those in this state; all where left out.' })
  state?: PersonReportState | null;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => PersonReport)
export class PersonReportResolver {
  @Query(() => PersonReportPage, {
    description:
      'Reports of people, the oldest first; those of the system among them. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  personReports(
    @Args(() => PersonReportsArguments) page: PersonReportsArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<PersonReport>> {
    return listPersonReports(call.em, page.state, page);
  }

  @Mutation(() => ReportPersonPayload, {
    description:
      'Reports the other of a connection to the administrators; the other is not told. While it is open, a second report of the same connection takes its place. For the two of the connection. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async reportPerson(
    @Arg('input', () => ReportPersonInput, { description: 'What.' }) input: ReportPersonInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ReportPersonPayload> {
    return { reportId: await call.work((work) => reportPerson(work, call.accountId, input)) };
  }

  @Mutation(() => ResolvePersonReportPayload, {
    description:
      'Decides about a report, once; the same outcome again changes nothing. WARNED tells the person (ownWarnings); SUSPENDED suspends them: what they have under way is cancelled at once, and they may appeal as against suspendAccount; a suspension that lasts longer stays. For administrators whom the report does not concern. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, ALREADY_DECIDED (otherwise than now).',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async resolvePersonReport(
    @Arg('input', () => ResolvePersonReportInput, { description: 'Which, and how.' }) input: ResolvePersonReportInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ResolvePersonReportPayload> {
    const report = await call.work((work) => resolvePersonReport(work, input, call.accountId));
    await call.services.restraints.refresh();
    return { report };
  }
}
