/* A person's own reports and windows on the graph: for reading again, and for a copy of all that is theirs. */
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import type { ConnectionsServices } from '../connections.ts';
import type { AvailabilityWindow } from '../windows/window.ts';
import {
  AvailabilityWindowPage,
  type OwnPersonReport,
  OwnPersonReportPage,
  type OwnStoryReport,
  OwnStoryReportPage,
  ownPersonReports,
  ownStoryReports,
  ownWindows,
} from './own-report.ts';

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver()
export class OwnReportResolver {
  @Query(() => OwnPersonReportPage, {
    description:
      'The reports of people that the caller has made, the newest first. Also while suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  ownPersonReports(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<OwnPersonReport>> {
    return ownPersonReports(call.em, call.accountId, page);
  }

  @Query(() => OwnStoryReportPage, {
    description:
      'The reports of stories that the caller has made, those of the newest stories first. Also while suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  ownStoryReports(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<OwnStoryReport>> {
    return ownStoryReports(call.em, call.accountId, page);
  }

  @Query(() => AvailabilityWindowPage, {
    description:
      'The windows that the caller has opened as an officer, the newest first. Also while suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  ownWindows(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<AvailabilityWindow>> {
    return ownWindows(call.em, call.accountId, page);
  }
}
