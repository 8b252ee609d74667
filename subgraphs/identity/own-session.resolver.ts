/* Where an account is signed in, and ending that; asking for its erasure, and undoing that. For its owner alone. */
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Authenticated, ShownIn } from '../kernel/caller.ts';
import { Refusal } from '../kernel/errors.ts';
import { Account } from './account.ts';
import { cancelErasure, ErasureRequest, erasureOf, erasureText, requestErasure } from './erasure.ts';
import type { IdentityServices } from './identity.ts';
import { AccountSession, endSession, endSessions, sessionsOf } from './own-session.ts';
import { erasureTextLimit } from './rate-limit.ts';

@InputType({ description: 'Which session to end.' })
export class EndSessionInput {
  @Field(() => ID, { description: 'One of those that Account.sessions names.' })
  sessionId!: string;
}

@InputType({ description: 'How far to sign out.' })
export class SignOutEverywhereInput {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the session that asks ends too; it goes on where left out.',
  })
  thisOneToo?: boolean | null;
}

@ObjectType({ description: 'Sessions have ended.' })
export class EndedSessionsPayload {
  @Field(() => Int, { description: 'How many ended by this call.' })
  ended!: number;

  @Field(() => Account, { description: 'The account with the sessions that are left.' })
  account!: Account;
}

@InputType({ description: 'That the own account be erased.' })
export class RequestErasureInput {
  @Field(() => Boolean, {
    description:
      'Whether the person has read what goes and what stays; must be true. Goes: e-mail, phone, name, picture, what they wrote, their places, memberships, searches, blocks and stories; open vouchers are made void and points run out. Stays, under an id that leads to nobody: that two people met, the books of points and money, votes that were cast, consents, and for a reported person what administrators have not decided yet.',
  })
  understood!: boolean;
}

@ObjectType({ description: 'The account is to be erased.' })
export class RequestErasurePayload {
  @Field(() => Account, { description: 'The account, with when that happens.' })
  account!: Account;
}

@InputType({ description: 'That the own account stay.' })
export class CancelErasureInput {
  @Field(() => ID, {
    description: 'The own account, so that nobody undoes it for who signed in on this device before.',
  })
  accountId!: string;
}

@ObjectType({ description: 'The account stays.' })
export class CancelErasurePayload {
  @Field(() => Account, { description: 'The account, with no erasure ahead.' })
  account!: Account;

  @Field(() => Boolean, { description: 'Whether there was something to undo.' })
  undone!: boolean;
}

@Resolver(() => Account)
export class OwnSessionResolver {
  @FieldResolver(() => [AccountSession], {
    nullable: true,
    description:
      'Where the account is signed in, the session that asks first; at most 20. For its owner, null for administrators.',
  })
  @Directive('@listSize(assumedSize: 20)')
  async sessions(@Root() account: Account, @Ctx() call: Call<IdentityServices>): Promise<AccountSession[] | null> {
    const { accountId, sessionId } = call.caller;
    if (accountId !== account.id) return null;
    return sessionsOf(call.em, call.services.secrets, { accountId, sessionId, now: call.clock.now() });
  }

  @FieldResolver(() => ErasureRequest, {
    nullable: true,
    description:
      'That the account is to be erased, and when; null where nobody has asked for that, and for others than its owner.',
  })
  async erasure(@Root() account: Account, @Ctx() call: Call<IdentityServices>): Promise<ErasureRequest | null> {
    return call.caller.accountId === account.id ? erasureOf(call.em, account.id) : null;
  }

  @Mutation(() => EndedSessionsPayload, {
    description:
      'Ends one of the own sessions: none of its refresh tokens works any more, an access token for at most five minutes. One that has ended stays so. Everybody who is signed in, also while suspended. Codes: UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async endSession(
    @Arg('input', () => EndSessionInput, { description: 'Which one.' }) { sessionId }: EndSessionInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<EndedSessionsPayload> {
    await call.work((work) => endSession(work, call.accountId, sessionId));
    return { ended: 1, account: await ownAccount(call) };
  }

  @Mutation(() => EndedSessionsPayload, {
    description:
      'Ends the own sessions on all devices but this one, or on this one too, as signOut ends one. Everybody who is signed in, also while suspended. Codes: UNAUTHENTICATED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async signOutEverywhere(
    @Arg('input', () => SignOutEverywhereInput, { description: 'How far.' }) { thisOneToo }: SignOutEverywhereInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<EndedSessionsPayload> {
    const kept = thisOneToo ? undefined : call.caller.sessionId;
    const ended = await call.work((work) => endSessions(work, call.accountId, kept));
    return { ended, account: await ownAccount(call) };
  }

  @Mutation(() => RequestErasurePayload, {
    description:
      'Asks for the own account to be erased, in 14 days; until then cancelErasure or signing in undoes it. Again changes nothing. Within ten minutes of signing in, or of proving the phone, on this device. Everybody who is signed in, also while suspended: who is does not come back as somebody new before the suspension would have ended, nor who is suspended afterwards for what was reported before. The account is told, in its notifications and by a message to its phone, at most twice a day. Codes: UNAUTHENTICATED, FRESH_SIGN_IN_NEEDED, LAST_OWNER (the account is the only owner of an organisation), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async requestErasure(
    @Arg('input', () => RequestErasureInput, { description: 'That it be erased.' }) { understood }: RequestErasureInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<RequestErasurePayload> {
    if (!understood)
      throw new Refusal('BAD_USER_INPUT', 'input.understood must be true: read what goes and what stays.');
    const { accountId } = call;
    const { dueAt, isNew } = await call.work((work) => requestErasure(work, accountId, call.caller.sessionId));
    if (isNew) await call.services.phones.say(accountId, erasureText(dueAt), erasureTextLimit);
    return { account: await ownAccount(call) };
  }

  @Mutation(() => CancelErasurePayload, {
    description:
      'Undoes requestErasure, as long as the account is there. Everybody who is signed in. Codes: UNAUTHENTICATED, FORBIDDEN (of somebody else), BAD_USER_INPUT.',
  })
  @ShownIn('public')
  @Authenticated()
  async cancelErasure(
    @Arg('input', () => CancelErasureInput, { description: 'That the account stay.' }) {
      accountId,
    }: CancelErasureInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<CancelErasurePayload> {
    if (accountId.toLowerCase() !== call.accountId) {
      throw new Refusal('FORBIDDEN', 'Another account is signed in here: sign in with the one that is to stay.');
    }
    const undone = await call.work((work) => cancelErasure(work, call.accountId));
    return { account: await ownAccount(call), undone };
  }
}

async function ownAccount(call: Call<IdentityServices>): Promise<Account> {
  const account = await call.em.findOne(Account, call.accountId);
  if (!account) throw new Refusal('UNAUTHENTICATED', 'There is no such account any more.');
  return account;
}
