/*
 * The identity provider of a laptop: oidc-provider speaking the real protocol under /development/oidc, believing every
 * e-mail address that is typed into its one field. Everything is kept in memory; it never runs in production.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type OidcContext } from 'oidc-provider';
import type { Logger } from 'pino';
import { deriveKey } from '../kernel/configuration.ts';
import { readBody } from '../kernel/request-body.ts';
import { EmailAddress } from '../kernel/scalars.ts';
import { errorPage, loginPage } from './development-pages.ts';
import { DevelopmentStore } from './development-store.ts';

export const DEVELOPMENT_PROVIDER_PATH = '/development/oidc';

export interface DevelopmentProviderOptions {
  /** Base address of the system as people reach it. */
  readonly publicUrl: () => string;
  readonly clientId: string;
  readonly secretKey: Buffer;
  readonly redirectAllowed: (uri: string) => boolean;
  readonly log: Logger;
}

const FORM_LIMIT_BYTES = 4_096;

/**
 * A program signs in over plain HTTP, with a cookie jar (cookies are scoped by path) and without following redirects:
 *   1. mutation startSignIn(input: {redirectUri}) -> authorizationUrl, flow.
 *   2. GET authorizationUrl -> 303 to <PUBLIC_URL>/development/oidc/interaction/<uid>; keep the cookies.
 *   3. GET that page (optional) -> 200, a form with one field `email` that posts to the page's own address.
 *   4. POST the page's address, `content-type: application/x-www-form-urlencoded`, body `email=<address>`
 *      -> 303 to <PUBLIC_URL>/development/oidc/auth/<uid>. A malformed address -> 400 and the form again.
 *   5. GET that -> 303 to <redirectUri>?code=...&state=...&iss=... : do not call it, read `code` and `state` from it.
 *   6. mutation completeSignIn(input: {flow, code, state}) -> session, account.
 * An address with the tag `+unverified` (a+unverified@b.example) is reported as not verified. Any loopback redirectUri
 * with a path and without a query is taken, http://127.0.0.1/callback for example; nothing has to listen there.
 */
export class DevelopmentProvider {
  readonly #options: DevelopmentProviderOptions;
  #provider: Provider | undefined;
  #loopback: Promise<{ server: Server; origin: string }> | undefined;

  constructor(options: DevelopmentProviderOptions) {
    this.#options = options;
  }

  issuer(): string {
    return this.#options.publicUrl() + DEVELOPMENT_PROVIDER_PATH;
  }

  /** What our own client proves itself with; derived, so that a restart needs no new one. */
  get clientSecret(): string {
    return deriveKey(this.#options.secretKey, 'development provider client').toString('base64url');
  }

  /** Answers one request below DEVELOPMENT_PROVIDER_PATH. Never rejects. */
  handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#answer(request, response).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'development provider failed');
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('The development provider failed; the log says why.\n');
    });
  };

  /**
   * Reaches the provider from our own process. PUBLIC_URL may be an address that only people's browsers can resolve
   * (a container's published port), so calls of ours take a loopback listener of their own: still HTTP, byte by byte.
   */
  fetch = async (url: string, options: object): Promise<Response> => {
    const { pathname, search } = new URL(url);
    const { origin } = await this.#listen();
    return fetch(new URL(pathname + search, origin), options);
  };

  async close(): Promise<void> {
    const loopback = await this.#loopback;
    if (!loopback) return;
    loopback.server.closeAllConnections();
    await new Promise((resolve) => loopback.server.close(resolve));
  }

  #listen(): Promise<{ server: Server; origin: string }> {
    this.#loopback ??= new Promise((resolve, reject) => {
      const server = createServer(this.handle);
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        server.unref();
        resolve({ server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
      });
    });
    return this.#loopback;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#provider ??= this.#createProvider();
    const { host, protocol } = new URL(this.#options.publicUrl());
    // Links and cookies are made for the public address, whichever way the request came.
    request.headers['x-forwarded-host'] = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    const { url: originalUrl = '/' } = request;
    // oidc-provider tells by the difference of the two where it is mounted.
    Object.assign(request, { originalUrl, url: originalUrl.slice(DEVELOPMENT_PROVIDER_PATH.length) || '/' });
    if (request.url?.startsWith('/interaction/')) await this.#interact(this.#provider, request, response);
    else await this.#provider.callback()(request, response);
  }

  async #interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const known = await provider.interactionDetails(request, response).catch(() => undefined);
    if (!known) return page(response, 400, errorPage('This sign-in has expired or belongs to another browser.'));
    if (request.method === 'GET') return page(response, 200, loginPage());
    if (request.method !== 'POST') return page(response, 405, errorPage('This page takes a form.'));
    const form = await readForm(request);
    if (!form) return page(response, 413, errorPage('The form is too large.'));
    const typed = form.get('email') ?? '';
    const emailAddress = emailIn(typed);
    if (!emailAddress) return page(response, 400, loginPage(typed));
    await provider.interactionFinished(
      request,
      response,
      { login: { accountId: subjectOf(emailAddress) } },
      { mergeWithLastSubmission: false },
    );
  }

  #createProvider(): Provider {
    const { clientId, secretKey, redirectAllowed, log } = this.#options;
    const store = new DevelopmentStore();
    const signingKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const provider = new Provider(this.issuer(), {
      adapter: (model: string) => store.adapter(model),
      clients: [
        {
          client_id: clientId,
          client_secret: this.clientSecret,
          redirect_uris: [`${this.#options.publicUrl()}/`],
          grant_types: ['authorization_code'],
          response_types: ['code'],
          token_endpoint_auth_method: 'client_secret_basic',
          id_token_signed_response_alg: 'ES256',
        },
      ],
      jwks: { keys: [{ ...signingKey, use: 'sig', alg: 'ES256', kid: 'development' }] },
      cookies: { keys: [deriveKey(secretKey, 'development provider cookies').toString('base64url')] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
      interactions: {
        url: (_: unknown, { uid }: { uid: string }) => `${DEVELOPMENT_PROVIDER_PATH}/interaction/${uid}`,
      },
      findAccount: (_: unknown, subject: string) => ({ accountId: subject, claims: () => claimsOf(subject) }),
      loadExistingGrant: grantEverything,
      clientBasedCORS: () => false,
      renderError: (context: OidcContext, out: { error_description?: string }) => {
        context.type = 'html';
        context.body = errorPage(out.error_description ?? 'The request is wrong.');
      },
      ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3_600, Grant: 3_600 },
    });
    provider.proxy = true;
    // Whether a redirect address is ours to allow stands in the configuration, for every provider alike.
    provider.Client.prototype.redirectUriAllowed = redirectAllowed;
    provider.on('server_error', (_, error) => log.error({ err: error }, 'development provider failed'));
    return provider;
  }
}

/** People consent by signing in: nobody learns more than the e-mail they typed. */
async function grantEverything({ oidc }: OidcContext): Promise<unknown> {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid email');
  await grant.save();
  return grant;
}

function emailIn(typed: string): string | undefined {
  try {
    return EmailAddress.parseValue(typed);
  } catch {
    return undefined;
  }
}

/** The subject carries the address itself, so that no list of people has to be kept. */
function subjectOf(emailAddress: string): string {
  return Buffer.from(emailAddress.toLowerCase()).toString('base64url');
}

function claimsOf(subject: string): { sub: string; email: string; email_verified: boolean } {
  const email = Buffer.from(subject, 'base64url').toString();
  return { sub: subject, email, email_verified: !email.split('@')[0]?.endsWith('+unverified') };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const body = await readBody(request, FORM_LIMIT_BYTES);
  return body === undefined ? undefined : new URLSearchParams(body);
}

function page(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // No form-action: browsers hold it against the redirects that follow, which lead back to the client's own address.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    'referrer-policy': 'no-referrer',
  });
  response.end(html);
}
