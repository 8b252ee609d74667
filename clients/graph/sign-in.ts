/*
 * Signing in from a page: away to the identity provider, and back to one address of the site. What the two halves share
 * waits in this tab's session storage, so that a link with somebody else's code signs nobody in.
 */
import type { Client } from '../client.ts';
import {
  CompleteSignInDocument,
  RequestPhoneCodeDocument,
  SignOutDocument,
  StartSignInDocument,
  VerifyPhoneDocument,
  type VerifyPhoneInput,
} from '../generated/graphql.ts';
import { deviceName } from './device-name.ts';

const FLOW = 'hey-blue sign-in flow';

interface Flow {
  readonly flow: string;
  /** Where in the site the person was. */
  readonly from: string;
}

/** Leaves for the provider. @param returnAddress of the site, the same each time, such as https://.../app/signed-in. */
export async function leaveToSignIn(client: Client, returnAddress: string, from: string): Promise<void> {
  const { startSignIn } = await client.request(StartSignInDocument, { input: { redirectUri: returnAddress } });
  sessionStorage.setItem(FLOW, JSON.stringify({ flow: startSignIn.flow, from } satisfies Flow));
  location.assign(startSignIn.authorizationUrl);
}

export interface SignedIn {
  readonly phoneVerified: boolean;
  readonly from: string;
  /** Whether the account was to be erased, and stays. */
  readonly erasureUndone: boolean;
}

/** Takes up what the provider says in the address, once. @throws ClientError; SIGN_IN_FAILED where this tab began nothing. */
export async function returnFromSignIn(client: Client, query: URLSearchParams): Promise<SignedIn | undefined> {
  const kept = sessionStorage.getItem(FLOW);
  sessionStorage.removeItem(FLOW);
  const [code, state] = [query.get('code'), query.get('state')];
  if (!kept || !code || !state) return undefined;
  const { flow, from } = JSON.parse(kept) as Flow;
  const input = { flow, code, state, deviceName: deviceName() };
  const { completeSignIn } = await client.request(CompleteSignInDocument, { input });
  client.takeSession(completeSignIn.session);
  const { account, erasureUndone } = completeSignIn;
  return { phoneVerified: account.phoneVerified, from, erasureUndone };
}

/** Sends a one-time code to the phone. @returns until when it holds. */
export async function sendPhoneCode(client: Client, phoneNumber: string): Promise<Date> {
  const { requestPhoneCode } = await client.request(RequestPhoneCodeDocument, { input: { phoneNumber } });
  return new Date(requestPhoneCode.expiresAt);
}

/** How old somebody says to be who registers; whoever says nothing is an adult. */
export type DeclaredAge = Pick<VerifyPhoneInput, 'ageBand' | 'birthMonth'>;

/** Ends the registration. @throws ClientError CODE_INVALID, CODE_EXPIRED, PHONE_IN_USE, TOO_MANY_ATTEMPTS, AGE_RESTRICTED. */
export async function confirmPhone(
  client: Client,
  phoneNumber: string,
  code: string,
  age: DeclaredAge = {},
): Promise<void> {
  const { verifyPhone } = await client.request(VerifyPhoneDocument, { input: { phoneNumber, code, ...age } });
  client.takeSession(verifyPhone.session);
}

/** Ends the session here and, where it can be told, at the server. */
export async function signOut(client: Client): Promise<void> {
  const refreshToken = client.session?.refreshToken;
  client.forgetSession();
  if (refreshToken) await client.request(SignOutDocument, { input: { refreshToken } }).catch(() => undefined);
}
