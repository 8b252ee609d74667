/* Blocks on the graph: everybody's own, and nobody else's. */
import {
  Arg,
  Args,
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
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { type Page, PageArguments } from '../../kernel/page.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Citizen, Officer } from '../handshake/connection.ts';
import { BlockedPerson, BlockedPersonPage, blockPerson, listBlocked, unblockPerson } from './block.ts';

@InputType({ description: 'Whom to block or to unblock.' })
export class BlockPersonInput {
  @Field(() => ID, { description: 'The account of the officer or the citizen, as an alert or a connection names it.' })
  accountId!: string;
}

@ObjectType({ description: 'The block that was made.' })
export class BlockPersonPayload {
  @Field(() => BlockedPerson, { description: 'Who is blocked.' })
  blockedPerson!: BlockedPerson;
}

@ObjectType({ description: 'The block is taken back.' })
export class UnblockPersonPayload {
  @Field(() => Boolean, { description: 'Whether there was a block; false when this was done before.' })
  unblocked!: boolean;
}

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => BlockedPerson)
export class BlockResolver {
  @Query(() => BlockedPersonPage, {
    description:
      'Whom the caller has blocked, the newest first. For citizens and officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  blockedPeople(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<BlockedPerson>> {
    return listBlocked(call.em, call.accountId, page);
  }

  @Mutation(() => BlockPersonPayload, {
    description:
      'From now on the two do not find each other and cannot connect; what they have under way is cancelled. The other is not told. Again changes nothing. For citizens and officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, LIMIT_REACHED.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async blockPerson(
    @Arg('input', () => BlockPersonInput, { description: 'Whom.' }) input: BlockPersonInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<BlockPersonPayload> {
    const blockedPerson = await call.work((work) => blockPerson(work, call.accountId, input.accountId.toLowerCase()));
    await call.services.restraints.refresh();
    return { blockedPerson };
  }

  @Mutation(() => UnblockPersonPayload, {
    description:
      "Takes the caller's block back; one that the other made stays. For citizens and officers. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async unblockPerson(
    @Arg('input', () => BlockPersonInput, { description: 'Whom.' }) input: BlockPersonInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<UnblockPersonPayload> {
    const unblocked = await call.work((work) => unblockPerson(work, call.accountId, input.accountId.toLowerCase()));
    await call.services.restraints.refresh();
    return { unblocked };
  }

  @FieldResolver(() => Officer, { nullable: true, description: 'The officer, where a citizen made the block.' })
  officer(@Root() { accountId }: BlockedPerson, @Ctx() call: ConnectionsCall): Officer | null {
    return call.caller.scopes.includes('citizen') ? { id: accountId } : null;
  }

  @FieldResolver(() => Citizen, { nullable: true, description: 'The citizen, where an officer made the block.' })
  citizen(@Root() { accountId }: BlockedPerson, @Ctx() call: ConnectionsCall): Citizen | null {
    return call.caller.scopes.includes('officer') ? { id: accountId } : null;
  }
}
