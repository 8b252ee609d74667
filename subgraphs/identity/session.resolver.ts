/* Signing in, staying signed in and signing out on the graph; and the public keys for the gateway. */
import { Arg, Ctx, Directive, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { ShownIn } from '../kernel/caller.ts';
import { DateTime, OpaqueToken, RedirectUri, ShortText } from '../kernel/scalars.ts';
import { Account } from './account.ts';
import type { IdentityServices } from './identity.ts';
import { Session } from './session.ts';
import { SessionVerificationKey } from './signing-keys.ts';

@InputType({ description: 'How to come back from the identity provider.' })
export class StartSignInInput {
  @Field(() => RedirectUri, {
    description: 'Where the provider sends the person back to: one of the addresses that the operator configured.',
  })
  redirectUri!: string;
}

@ObjectType({ description: 'A sign-in has begun.' })
export class StartSignInPayload {
  @Field(() => RedirectUri, {
    description: 'Send the person there; the provider sends them back with `code` and `state`.',
  })
  authorizationUrl!: string;

  @Field(() => OpaqueToken, {
    description:
      'A secret of this browser: keep it there and send it with completeSignIn, so that nobody can finish a sign-in that another began.',
  })
  flow!: string;

  @Field(() => DateTime, { description: 'Until when the sign-in must be completed: ten minutes.' })
  expiresAt!: Date;
}

@InputType({ description: 'What the person came back with.' })
export class CompleteSignInInput {
  @Field(() => OpaqueToken, { description: 'As startSignIn gave it.' })
  flow!: string;

  @Field(() => OpaqueToken, { description: 'The parameter `code` of the address the person came back to.' })
  code!: string;

  @Field(() => OpaqueToken, { description: 'The parameter `state` of that address.' })
  state!: string;

  @Field(() => ShortText, {
    nullable: true,
    description:
      'What the person will know this device by in the list of their sessions, such as "Chrome on Android". Only they see it.',
  })
  deviceName?: string | null;
}

@ObjectType({ description: 'The person is signed in.' })
export class CompleteSignInPayload {
  @Field(() => Session, {
    description:
      'The session; its access token carries no scope until a phone is verified, nor while the account is suspended.',
  })
  session!: Session;

  @Field(() => Account, { description: 'The account, made at the first sign-in.' })
  account!: Account;

  @Field(() => Boolean, {
    description: 'Whether the account was to be erased: signing in has undone that. Ask again to have it erased.',
  })
  erasureUndone!: boolean;
}

@InputType({ description: 'The session to go on with.' })
export class RefreshSessionInput {
  @Field(() => OpaqueToken, { description: 'The refresh token that was given last.' })
  refreshToken!: string;
}

@ObjectType({ description: 'The session goes on.' })
export class RefreshSessionPayload {
  @Field(() => Session, { description: 'New tokens; the old refresh token is used up.' })
  session!: Session;
}

@InputType({ description: 'The session to end.' })
export class SignOutInput {
  @Field(() => OpaqueToken, { description: 'A refresh token of the session.' })
  refreshToken!: string;
}

@ObjectType({ description: 'The session has ended.' })
export class SignOutPayload {
  @Field(() => Boolean, { description: 'Always true: also a session that had ended before is over.' })
  signedOut!: boolean;
}

@Resolver()
export class SessionResolver {
  @Mutation(() => StartSignInPayload, {
    description:
      'Begins a sign-in at the identity provider (OpenID Connect). Everybody. Codes: BAD_USER_INPUT (also an address ' +
      'that is not on the list), UNAVAILABLE (the provider does not answer).',
  })
  @ShownIn('public')
  async startSignIn(
    @Arg('input', () => StartSignInInput, { description: 'How to come back.' }) input: StartSignInInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<StartSignInPayload> {
    return call.services.signIn.start(input.redirectUri);
  }

  @Mutation(() => CompleteSignInPayload, {
    description:
      'Completes a sign-in, once, right or wrong. Everybody. Codes: SIGN_IN_EXPIRED (too late, completed before or never ' +
      'begun), SIGN_IN_FAILED (wrong state or code, or no verified e-mail), ACCOUNT_SUSPENDED (it was erased while it was ' +
      'suspended, or under a report that was decided so), UNAVAILABLE, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  async completeSignIn(
    @Arg('input', () => CompleteSignInInput, { description: 'What the person came back with.' })
    input: CompleteSignInInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<CompleteSignInPayload> {
    return call.services.signIn.complete(input.flow, input.code, input.state, input.deviceName);
  }

  @Mutation(() => RefreshSessionPayload, {
    description:
      'Exchanges a refresh token for a new session. A repetition within 10 seconds gets the same refresh token again, as ' +
      'long as that one is unused; any other use of an old one ends the session for all who hold it. Everybody. ' +
      'Codes: SESSION_ENDED, BAD_USER_INPUT.',
  })
  @ShownIn('public')
  async refreshSession(
    @Arg('input', () => RefreshSessionInput, { description: 'Which session.' }) input: RefreshSessionInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<RefreshSessionPayload> {
    return { session: await call.services.sessions.refresh(input.refreshToken) };
  }

  @Mutation(() => SignOutPayload, {
    description:
      'Ends a session: none of its refresh tokens works any more, an access token for at most five minutes. Everybody ' +
      'who holds one. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public')
  async signOut(
    @Arg('input', () => SignOutInput, { description: 'Which session.' }) input: SignOutInput,
    @Ctx() call: Call<IdentityServices>,
  ): Promise<SignOutPayload> {
    await call.services.sessions.end(input.refreshToken);
    return { signedOut: true };
  }

  @Query(() => [SessionVerificationKey], {
    description: 'The public keys that check access tokens, the newest first. For the gateway.',
  })
  @Directive('@inaccessible')
  async sessionVerificationKeys(@Ctx() call: Call<IdentityServices>): Promise<SessionVerificationKey[]> {
    return call.services.keys.published();
  }
}
