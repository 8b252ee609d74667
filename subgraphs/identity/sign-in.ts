/*
 * Signing in by OpenID Connect. What has to be remembered between the two halves (state, nonce, verifier) waits in the
 * database under the hash of `flow`, a secret that only the browser that began holds: a link with somebody else's code
 * signs nobody in. A flow is good for ten minutes and one attempt, right or wrong.
 */
import { timingSafeEqual } from 'node:crypto';
import { ConfigurationError } from '../kernel/configuration.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Machine } from '../kernel/subgraph.ts';
import type { Account, Accounts } from './account.ts';
import { cancelErasure } from './erasure.ts';
import type { AuthorizationRequest, IdentityProvider } from './identity-provider.ts';
import { fingerprint, type Secrets } from './secrets.ts';
import type { Session, Sessions } from './session.ts';

export const FLOW_MINUTES = 10;
/** Abandoned sign-ins are swept a few at a time by those that follow. */
const SWEPT_PER_START = 100;

export interface StartedSignIn {
  readonly authorizationUrl: string;
  readonly flow: string;
  readonly expiresAt: Date;
}

export interface CompletedSignIn {
  readonly account: Account;
  readonly session: Session;
  /** Whether an erasure was asked for and is not any more. */
  readonly erasureUndone: boolean;
}

export class SignIn {
  readonly #machine: Machine;
  readonly #secrets: Secrets;
  readonly #provider: IdentityProvider;
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  readonly #redirectAllowed: (uri: string) => boolean;

  constructor(
    machine: Machine,
    parts: {
      secrets: Secrets;
      provider: IdentityProvider;
      accounts: Accounts;
      sessions: Sessions;
      redirectAllowed: (uri: string) => boolean;
    },
  ) {
    this.#machine = machine;
    this.#secrets = parts.secrets;
    this.#provider = parts.provider;
    this.#accounts = parts.accounts;
    this.#sessions = parts.sessions;
    this.#redirectAllowed = parts.redirectAllowed;
  }

  /** @throws Refusal BAD_USER_INPUT for an address that is not on the list, UNAVAILABLE while the provider is away. */
  async start(redirectUri: string): Promise<StartedSignIn> {
    if (!this.#redirectAllowed(redirectUri)) {
      throw new Refusal(
        'BAD_USER_INPUT',
        'redirectUri is not one of the addresses that people may come back to: it has a path, no query, no fragment.',
      );
    }
    const flow = this.#secrets.token();
    const request: AuthorizationRequest = {
      redirectUri,
      state: this.#secrets.token(),
      nonce: this.#secrets.token(),
      codeVerifier: this.#secrets.token(),
    };
    const authorizationUrl = await this.#provider.authorizationUrl(request);
    const flowHash = fingerprint(flow);
    const expiresAt = await this.#machine.work(async ({ em, now }) => {
      await em.execute(
        `delete from identity.sign_in_flow where flow_hash in (
           select flow_hash from identity.sign_in_flow where expires_at <= ? limit ? for update skip locked)`,
        [now, SWEPT_PER_START],
      );
      const expires = new Date(now.getTime() + FLOW_MINUTES * 60_000);
      await em.execute('insert into identity.sign_in_flow (flow_hash, content_sealed, expires_at) values (?, ?, ?)', [
        flowHash,
        this.#secrets.seal(JSON.stringify(request), `flow ${flowHash}`),
        expires,
      ]);
      return expires;
    });
    return { authorizationUrl, flow, expiresAt };
  }

  /**
   * Whoever signs in again wants to stay: an erasure that was asked for is undone.
   * @throws Refusal SIGN_IN_EXPIRED, SIGN_IN_FAILED, UNAVAILABLE, ACCOUNT_SUSPENDED.
   */
  async complete(flow: string, code: string, state: string, deviceName?: string | null): Promise<CompletedSignIn> {
    const request = await this.#take(flow);
    if (!sameText(request.state, state)) {
      throw new Refusal('SIGN_IN_FAILED', 'state is not the one of this sign-in; start again.');
    }
    const person = await this.#provider.redeem(code, request);
    const { account, refresh, erasureUndone } = await this.#machine.work(async (work) => {
      const signedIn = await this.#accounts.signedIn(person, work);
      const undone = await cancelErasure(work, signedIn.id);
      return {
        account: signedIn,
        refresh: await this.#sessions.open(signedIn.id, work, deviceName),
        erasureUndone: undone,
      };
    });
    return { account, session: await this.#sessions.present(account, refresh), erasureUndone };
  }

  /** Takes the flow out of the database, before anything is checked: of two attempts one gets it. */
  async #take(flow: string): Promise<AuthorizationRequest> {
    const flowHash = fingerprint(flow);
    const taken = await this.#machine.work(async ({ em, now }) => {
      const [row] = await em.execute<{ content_sealed: string; expires_at: string }[]>(
        'delete from identity.sign_in_flow where flow_hash = ? returning content_sealed, expires_at',
        [flowHash],
      );
      return row && new Date(row.expires_at) > now ? row.content_sealed : undefined;
    });
    if (!taken) throw new Refusal('SIGN_IN_EXPIRED');
    return JSON.parse(this.#secrets.unseal(taken, `flow ${flowHash}`));
  }
}

/**
 * Which addresses people may be sent back to: those of the configuration, letter by letter, and in development any
 * loopback address, since tools and tests listen on ports of their own. Only addresses in their canonical form and
 * without a query: the provider compares letters at both halves of a sign-in, and we add our own query.
 * @throws ConfigurationError for a listed address that could never work.
 */
export function redirectPolicy(redirectUris: readonly string[], loopback: boolean): (uri: string) => boolean {
  for (const uri of redirectUris) {
    if (!isCanonical(uri)) {
      throw new ConfigurationError(
        `REDIRECT_URIS: write "${uri}" with a path (at least /), without query, fragment or user, as https://app.example/callback`,
      );
    }
  }
  const listed = new Set(redirectUris);
  return (uri) => {
    if (!isCanonical(uri)) return false;
    const { protocol, hostname } = new URL(uri);
    return listed.has(uri) || (loopback && protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
  };
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

function isCanonical(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { href, search, hash, username, password } = new URL(uri);
  return href === uri && !search && !hash && !username && !password && !uri.endsWith('?');
}

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
