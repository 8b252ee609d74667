/* A person's own votes on the graph, below their account. */
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { Account } from '../ledger/points.resolver.ts';
import { type OwnVote, OwnVotePage, ownVotes } from './own-vote.ts';

@Resolver(() => Account)
export class OwnVoteResolver {
  @FieldResolver(() => OwnVotePage, {
    nullable: true,
    description:
      'For what the person voted in community funds, the newest vote first. For the owner of the account, null for everybody else, administrators too.',
  })
  async votes(
    @Root() account: Account,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: Call,
  ): Promise<Page<OwnVote> | null> {
    return call.caller.accountId === account.id ? ownVotes(call.em, account.id, page) : null;
  }
}
