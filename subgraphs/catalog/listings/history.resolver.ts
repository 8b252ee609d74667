/* The history of listings on the graph, for those who act for the organisation and for administrators. */
import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { organisationKinds, Requires, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { MemberRole, requireRole } from '../organisations/standing.ts';
import { historyOf, ListingChange, ListingChangePage, ListingKind, organisationOfListing } from './history.ts';
import type { CatalogCall } from './loaders.ts';

@Resolver(() => ListingChange)
export class HistoryResolver {
  @Query(() => ListingChangePage, {
    description:
      'What was changed about a listing, when and by whom, the latest first. For those who act for its organisation, and ' +
      'administrators. Codes: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  @Requires('administrator', ...organisationKinds)
  async listingHistory(
    @Arg('kind', () => ListingKind, { description: 'What it is.' }) kind: ListingKind,
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: CatalogCall,
  ): Promise<Page<ListingChange>> {
    const organisation = await organisationOfListing(call.em, kind, id);
    await requireRole(call.em, call.caller, organisation, MemberRole.VIEWER);
    return historyOf(call.em, kind, id, page);
  }
}
