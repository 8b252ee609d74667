/*
 * The identity subgraph behind a small HTTP server, and people who sign in to it as a browser would: with a cookie jar,
 * following redirects by hand, over the development provider's real pages.
 */
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller, OrganisationReference, Scope } from '../../kernel/caller.ts';
import { openTestSubgraph, type TestSubgraph, type TestSubgraphOptions } from '../../kernel/testing/harness.ts';
import { type IdentityServices, identity } from '../identity.ts';

export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
}

export interface Town extends TestSubgraph<IdentityServices> {
  readonly url: string;
  /** Answers `data`. @throws an error whose message is the refusal's code. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  ask(query: string, variables?: object, caller?: Partial<Caller>): Promise<any>;
  /** The code of a refusal, undefined when it was answered. */
  refusal(query: string, variables?: object, caller?: Partial<Caller>): Promise<string | undefined>;
  /** Walks the provider's pages. @returns the parameters of the address the person comes back to. */
  visit(authorizationUrl: string, emailAddress: string): Promise<{ code: string; state: string }>;
  signIn(
    emailAddress: string,
    deviceName?: string,
  ): Promise<{ accountId: string; session: SessionTokens; caller: Partial<Caller> }>;
  /** The code that came to the phone last, read where a person would read it. */
  codeFor(phoneNumber: string): Promise<string>;
  /** Signs in and verifies a phone, by default one that nobody has. */
  register(emailAddress: string, phoneNumber?: string): Promise<{ accountId: string; caller: Partial<Caller> }>;
}

export const operations = {
  start: 'mutation ($input: StartSignInInput!) { startSignIn(input: $input) { authorizationUrl flow expiresAt } }',
  complete: `mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) {
    session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }
    account { id emailAddress phoneVerified roles departmentName registeredAt } } }`,
  refresh: `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) {
    session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt } } }`,
  signOut: 'mutation ($input: SignOutInput!) { signOut(input: $input) { signedOut } }',
  requestCode: 'mutation ($input: RequestPhoneCodeInput!) { requestPhoneCode(input: $input) { expiresAt } }',
  verify: `mutation ($input: VerifyPhoneInput!) { verifyPhone(input: $input) {
    account { id phoneVerified roles departmentName registeredAt } session { accessToken refreshToken } } }`,
  me: '{ me { id emailAddress phoneVerified roles departmentName registeredAt } }',
} as const;

/** Of so many that no two of a suite are alike. */
export function randomPhone(): string {
  return `+1512${randomInt(1_000_000_000, 9_999_999_999)}`;
}

/** The claims of a token, unchecked. */
export function claimsOf(token: string): {
  sub: string;
  scope: string;
  exp: number;
  iat: number;
  iss: string;
  aud: string;
  organisations?: OrganisationReference[];
  sid: string;
} {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

export async function openTown(options: TestSubgraphOptions = {}): Promise<Town> {
  const server = createServer();
  const url = await listen(server);
  const subject = await openTestSubgraph(identity, {
    ...options,
    configuration: { publicUrl: url, ...options.configuration },
  });
  server.on('request', (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const prefix = Object.keys(subject.subgraph.routes).find((each) => path === each || path.startsWith(`${each}/`));
    if (prefix) subject.subgraph.routes[prefix]?.(request, response);
    else response.writeHead(404).end();
  });

  const refusal: Town['refusal'] = async (query, variables, caller) => {
    const { errors } = await subject.execute(query, variables, caller);
    return errors?.[0]?.extensions?.code as string | undefined;
  };
  const ask: Town['ask'] = async (query, variables, caller) => {
    const { data, errors } = await subject.execute(query, variables, caller);
    if (errors?.[0]) throw new Error(`${errors[0].extensions?.code}: ${errors[0].message}`);
    return data;
  };
  const signIn: Town['signIn'] = async (emailAddress, deviceName) => {
    const { startSignIn } = await ask(operations.start, { input: { redirectUri: REDIRECT_URI } });
    const back = await visit(startSignIn.authorizationUrl, emailAddress);
    const { completeSignIn } = await ask(operations.complete, {
      input: { flow: startSignIn.flow, ...back, deviceName },
    });
    return { ...completeSignIn, ...callerOf(completeSignIn.session.accessToken) };
  };
  const codeFor: Town['codeFor'] = async (phoneNumber) => {
    const response = await fetch(`${url}/development/messages?to=${encodeURIComponent(phoneNumber)}`);
    const messages = (await response.json()) as { text: string }[];
    return messages.at(-1)?.text.match(/\d{6}/)?.[0] ?? '';
  };
  return {
    ...subject,
    url,
    ask,
    refusal,
    visit,
    signIn,
    codeFor,
    async register(emailAddress, phoneNumber = randomPhone()) {
      const { caller } = await signIn(emailAddress);
      await ask(operations.requestCode, { input: { phoneNumber } }, caller);
      const input = { phoneNumber, code: await codeFor(phoneNumber) };
      const { verifyPhone } = await ask(operations.verify, { input }, caller);
      return callerOf(verifyPhone.session.accessToken);
    },
    async close() {
      await subject.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the gateway makes of an access token. */
function callerOf(accessToken: string): { accountId: string; caller: Partial<Caller> } {
  const { sub, scope, organisations, sid } = claimsOf(accessToken);
  const scopes = scope.split(' ').filter(Boolean) as Scope[];
  return {
    accountId: sub,
    caller: { accountId: sub, sessionId: sid, scopes, ...(organisations && { organisations }) },
  };
}

async function visit(authorizationUrl: string, emailAddress: string): Promise<{ code: string; state: string }> {
  const cookies = new Map<string, string>();
  const go = async (address: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value) cookies.set(name, value);
    }
    return response;
  };
  const login = (await go(authorizationUrl)).headers.get('location') ?? '';
  const page = new URL(login, authorizationUrl).href;
  const shown = await go(page);
  if (shown.status !== 200) throw new Error(`The login page answered ${shown.status}: ${await shown.text()}`);
  const posted = await go(page, { method: 'POST', body: new URLSearchParams({ email: emailAddress }) });
  if (posted.status !== 303) throw new Error(`The form answered ${posted.status}: ${await posted.text()}`);
  const back = (await go(posted.headers.get('location') ?? '')).headers.get('location') ?? '';
  const { searchParams } = new URL(back);
  return { code: searchParams.get('code') ?? '', state: searchParams.get('state') ?? '' };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
