/* Celebrations on the graph: a field of each connection, and a subscription that tells of them as they come. */
import { Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { liveChannels } from '../../schema/events.ts';
import type { Call } from '../kernel/call.ts';
import { Authenticated, ShownIn } from '../kernel/caller.ts';
import { Celebration, Connection } from './celebration.ts';
import { celebrationsOf } from './history.ts';

const loadCelebrations = (connectionIds: readonly string[], call: Call) =>
  celebrationsOf(call.em, call.accountId, connectionIds);

@Resolver(() => Connection)
export class CelebrationResolver {
  @FieldResolver(() => Celebration, {
    nullable: true,
    description:
      "The caller's own celebration of this connection; null until it was confirmed and counted, and for whom it does not concern.",
  })
  async celebration(@Root() connection: Connection, @Ctx() call: Call): Promise<Celebration | null> {
    return call.caller.accountId ? call.load(loadCelebrations, connection.id) : null;
  }

  @Subscription(() => Celebration, {
    description: 'Tells the caller of each of their connections as it is counted. Codes: UNAUTHENTICATED.',
    subscribe: ({ context }) => {
      const call = context as Call;
      return call.live.subscribe<Celebration>(liveChannels.celebrations(call.accountId));
    },
  })
  @ShownIn('public')
  @Authenticated()
  celebrations(@Root() celebration: Celebration): Celebration {
    return { ...celebration, confirmedAt: new Date(celebration.confirmedAt) };
  }
}
