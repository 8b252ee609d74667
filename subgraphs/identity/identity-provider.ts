/*
 * The port to whoever vouches for people, and the one client behind it: OpenID Connect, authorization code with PKCE, as
 * a confidential client. The provider is found by discovery at the first use, not at start: in development it is served
 * by the same process, and an outside one may be away while we start.
 */
import * as client from 'openid-client';
import type { Logger } from 'pino';
import type { Clock } from '../kernel/clock.ts';
import { Refusal } from '../kernel/errors.ts';
import { EmailAddress } from '../kernel/scalars.ts';

/** Whom the provider vouched for. The e-mail is verified. */
export interface VouchedPerson {
  readonly issuer: string;
  /** The provider's name for the person: stable and never given to another, unlike an e-mail. */
  readonly subject: string;
  readonly emailAddress: string;
}

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface IdentityProvider {
  /** Where to send the person. @throws Refusal UNAVAILABLE when the provider does not answer. */
  authorizationUrl(request: AuthorizationRequest): Promise<string>;
  /**
   * Exchanges the code that the person came back with. Resolves only for a person with a verified e-mail.
   * @throws Refusal SIGN_IN_FAILED when the provider does not vouch, UNAVAILABLE when it does not answer.
   */
  redeem(code: string, request: AuthorizationRequest): Promise<VouchedPerson>;
}

export interface OpenIdConnectOptions {
  /** Asked at every use: a process may learn its own address only when it listens. */
  readonly issuer: () => string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Ask for credentials at each sign-in, also where the provider knows the browser. */
  readonly alwaysAsk: boolean;
  /** Allows an issuer without TLS; for development. */
  readonly plainHttp: boolean;
  /** Our own way to the development provider; absent: the network. */
  readonly fetch?: client.CustomFetch;
  readonly clock: Clock;
  readonly log: Logger;
}

const ANSWER_SECONDS = 10;
const DISCOVERY_HOURS = 1;

export class OpenIdConnectProvider implements IdentityProvider {
  readonly #options: OpenIdConnectOptions;
  #discovered: { configuration: Promise<client.Configuration>; until: number } | undefined;

  constructor(options: OpenIdConnectOptions) {
    this.#options = options;
  }

  async authorizationUrl({ redirectUri, state, nonce, codeVerifier }: AuthorizationRequest): Promise<string> {
    const configuration = await this.#configuration();
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(this.#options.alwaysAsk && { prompt: 'login' }),
    }).href;
  }

  async redeem(
    code: string,
    { redirectUri, state, nonce, codeVerifier }: AuthorizationRequest,
  ): Promise<VouchedPerson> {
    const configuration = await this.#configuration();
    const { issuer, authorization_response_iss_parameter_supported } = configuration.serverMetadata();
    const answer = new URL(redirectUri);
    answer.searchParams.set('code', code);
    answer.searchParams.set('state', state);
    // RFC 9207 tells providers apart where a client has several; we have one, and clients send us code and state only.
    if (authorization_response_iss_parameter_supported) answer.searchParams.set('iss', issuer);
    try {
      const tokens = await client.authorizationCodeGrant(configuration, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Refusal('SIGN_IN_FAILED');
      // Providers may keep the e-mail out of the ID token (OpenID Connect Core 5.4).
      const person =
        claims.email === undefined
          ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
      return { issuer, subject: claims.sub, emailAddress: verifiedEmail(person) };
    } catch (error) {
      throw this.#refusal(error);
    }
  }

  #configuration(): Promise<client.Configuration> {
    const now = this.#options.clock.now().getTime();
    if (this.#discovered && this.#discovered.until > now) return this.#discovered.configuration;
    const configuration = this.#discover();
    const discovered = { configuration, until: now + DISCOVERY_HOURS * 3_600_000 };
    this.#discovered = discovered;
    configuration.catch(() => {
      if (this.#discovered === discovered) this.#discovered = undefined;
    });
    return configuration;
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, plainHttp, fetch, log } = this.#options;
    const issuerUrl = new URL(issuer());
    try {
      return await client.discovery(
        issuerUrl,
        clientId,
        {},
        clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
        {
          timeout: ANSWER_SECONDS,
          ...(plainHttp && { execute: [client.allowInsecureRequests] }),
          ...(fetch && { [client.customFetch]: fetch }),
        },
      );
    } catch (error) {
      log.error({ issuer: issuerUrl.origin, reason: reasonOf(error) }, 'identity provider not found');
      throw new Refusal('UNAVAILABLE', 'The identity provider does not answer now; try again.');
    }
  }

  #refusal(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    this.#options.log.warn({ reason: reasonOf(error) }, 'sign-in refused');
    return isAway(error)
      ? new Refusal('UNAVAILABLE', 'The identity provider does not answer now; start again.')
      : new Refusal('SIGN_IN_FAILED');
  }
}

/** Whether the provider was not there to ask, as opposed to: it said no. */
function isAway(error: unknown): boolean {
  if (error instanceof TypeError) return error.message === 'fetch failed';
  if (error instanceof client.ResponseBodyError) return error.status >= 500;
  if (!(error instanceof client.ClientError)) return false;
  return error.code === 'OAUTH_TIMEOUT' || (error.cause instanceof Response && error.cause.status >= 500);
}

function verifiedEmail(person: Readonly<Record<string, unknown>>): string {
  // Some providers write the flag as a text.
  const verified = person.email_verified === true || person.email_verified === 'true';
  let email: string;
  try {
    email = EmailAddress.parseValue(person.email);
  } catch {
    throw new Refusal('SIGN_IN_FAILED', 'The identity provider gave no e-mail address; allow it and start again.');
  }
  if (!verified) {
    throw new Refusal(
      'SIGN_IN_FAILED',
      'The e-mail address is not verified: verify it at your identity provider first.',
    );
  }
  return email;
}

/** Says what went wrong without what was sent: messages and causes may carry claims. */
function reasonOf(error: unknown): string {
  if (error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError)
    return error.error;
  if (error instanceof client.ClientError) return error.code ?? error.message;
  return error instanceof Error ? error.name : 'unknown';
}
