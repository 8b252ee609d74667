/* Warnings on the graph: one's own, also while one is suspended. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import type { ConnectionsServices } from '../connections.ts';
import { acknowledgeWarning, listWarnings, unreadWarnings, Warning, WarningPage, warningsChannel } from './warning.ts';

@InputType({ description: 'Which warning has been read.' })
export class AcknowledgeWarningInput {
  @Field(() => ID, { description: 'The warning.' })
  warningId!: string;
}

@ObjectType({ description: 'The warning has been read.' })
export class AcknowledgeWarningPayload {
  @Field(() => Warning, { description: 'The warning as it is now.' })
  warning!: Warning;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => Warning)
export class WarningResolver {
  @Query(() => WarningPage, {
    description: "The caller's warnings, the newest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.",
  })
  @ShownIn('public')
  @Authenticated()
  ownWarnings(@Args(() => PageArguments) page: PageArguments, @Ctx() call: ConnectionsCall): Promise<Page<Warning>> {
    return listWarnings(call.em, call.accountId, page);
  }

  @Mutation(() => AcknowledgeWarningPayload, {
    description:
      'Says that the caller has read a warning. Saying it twice changes nothing. Codes: UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public')
  @Authenticated()
  async acknowledgeWarning(
    @Arg('input', () => AcknowledgeWarningInput, { description: 'Which.' }) input: AcknowledgeWarningInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<AcknowledgeWarningPayload> {
    return { warning: await call.work((work) => acknowledgeWarning(work, call.accountId, input.warningId)) };
  }

  @Subscription(() => Warning, {
    description:
      "The caller's warnings as they are given and read; those that are unread come first. Codes: UNAUTHENTICATED.",
    subscribe: ({ context }) => changes(context as ConnectionsCall),
  })
  @ShownIn('public')
  @Authenticated()
  ownWarningUpdates(@Root() warning: Warning): Warning {
    return warning;
  }
}

async function changes(call: ConnectionsCall): Promise<AsyncIterableIterator<Warning>> {
  const { accountId, services } = call;
  const messages = await call.live.subscribe<{ warningId: string }>(warningsChannel(accountId));
  const first = await readPresent(messages, () => unreadWarnings(services.read(), accountId));
  return presentFirst(
    first,
    messages,
    async ({ warningId }) => (await services.read().findOne(Warning, { id: warningId, accountId })) ?? undefined,
  );
}
