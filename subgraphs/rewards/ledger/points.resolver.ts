/* Points on the graph: balances, what a connection earned, changes as they come, and the audit. */
import {
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { Text } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import { pointsAwarded } from '../scoring/award.ts';
import { audit } from './audit.ts';
import { type Balance, balanceOf, balancesOf } from './balance.ts';
import { PointsBalance, PointsChange, type PointsMessage, PointsReason, pointsChannel } from './points.ts';

type RewardsCall = Call<RewardsServices>;

@ObjectType()
@Directive('@key(fields: "id")')
export class Account {
  @Field(() => ID)
  id!: string;
}

@ObjectType()
@Directive('@key(fields: "id")')
export class Connection {
  @Field(() => ID)
  id!: string;
}

@ObjectType({ description: 'What an audit of the ledger found.' })
export class LedgerAudit {
  @Field(() => Boolean, { description: 'Whether everything fits: every balance follows from the postings.' })
  balanced!: boolean;

  @Field(() => Int, { description: 'How many transactions there are.' })
  transactions!: number;

  @Field(() => Int, { description: 'How many postings there are.' })
  postings!: number;

  @Field(() => [Text], { description: 'What does not fit, at most 50.' })
  problems!: string[];
}

@Resolver(() => Account)
export class PointsResolver {
  @FieldResolver(() => PointsBalance, {
    nullable: true,
    description: "The account's points, for its owner and administrators; null for others.",
  })
  async points(@Root() account: Account, @Ctx() call: RewardsCall): Promise<Balance | null> {
    const { accountId, scopes } = call.caller;
    if (account.id !== accountId && !scopes.includes('administrator')) return null;
    return call.load(loadBalances, account.id);
  }

  @Query(() => LedgerAudit, {
    description:
      'Proves the books: derives every balance from the postings. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Directive('@cost(weight: 2000)')
  @Requires('administrator')
  async ledgerAudit(@Ctx() call: RewardsCall): Promise<LedgerAudit> {
    const found = await audit(call.em);
    return { ...found, balanced: found.problems.length === 0 };
  }

  @Subscription(() => PointsChange, {
    description: "The caller's balance, then each change of it. Codes: UNAUTHENTICATED.",
    subscribe: async ({ context }) => {
      const call = context as RewardsCall;
      const messages = await call.live.subscribe<PointsMessage>(pointsChannel(call.accountId));
      return changes(call, messages);
    },
  })
  @ShownIn('public')
  @Authenticated()
  pointsChanges(@Root() change: PointsChange): PointsChange {
    return change;
  }
}

@Resolver(() => Connection)
export class ConnectionPointsResolver {
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'What the caller earned with this connection, 0 where that was taken back; null until it is posted, and for whom it does not concern.',
  })
  async pointsAwarded(@Root() connection: Connection, @Ctx() call: RewardsCall): Promise<number | null> {
    if (!call.caller.accountId) return null;
    return (await call.load(loadPointsAwarded, connection.id))?.given ?? null;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'What the caller would have earned besides, had it not been too much for 24 hours; null until it is posted, and for whom it does not concern.',
  })
  async pointsOverCap(@Root() connection: Connection, @Ctx() call: RewardsCall): Promise<number | null> {
    if (!call.caller.accountId) return null;
    return (await call.load(loadPointsAwarded, connection.id))?.overCap ?? null;
  }
}

const loadBalances = (ids: readonly string[], call: RewardsCall): Promise<Balance[]> =>
  balancesOf(call.em, ids, call.clock.now());

const loadPointsAwarded = (connectionIds: readonly string[], call: RewardsCall) =>
  pointsAwarded(call.em, call.accountId, connectionIds);

/** The present balance, then each change with the balance as it is when it is told. */
async function changes(
  call: RewardsCall,
  messages: AsyncIterableIterator<PointsMessage>,
): Promise<AsyncIterableIterator<PointsChange>> {
  const balance = () => balanceOf(call.services.read(), call.accountId, call.clock.now());
  const present = {
    balance: await readPresent(messages, balance),
    points: 0,
    reason: PointsReason.PRESENT,
    happenedAt: call.clock.now(),
  };
  return presentFirst<PointsMessage, PointsChange>([present], messages, async ({ points, reason, happenedAt }) => {
    return { balance: await balance(), points, reason, happenedAt: new Date(happenedAt) };
  });
}
