/*
 * From what a client sends to who it is. A session's access token is checked against identity's published keys; a
 * partner's key is looked up at identity and remembered for half a minute, so that a revoked key soon ends. Both go over
 * the ordinary link, to fields that the public graph does not show.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import {
  anonymous,
  type Caller,
  type CallerSigner,
  type OrganisationReference,
  type Scope,
} from '../subgraphs/kernel/caller.ts';
import type { Clock } from '../subgraphs/kernel/clock.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import type { SubgraphLink } from './link.ts';
import type { Admission } from './protection/admission.ts';

export interface Credentials {
  /** The header `Bearer <access token>`. */
  readonly authorization?: string | undefined;
  /** The header `x-api-key` of a partner. */
  readonly apiKey?: string | undefined;
}

export interface Authenticated {
  readonly caller: Caller;
  /** When a socket that was opened with these credentials must be left; absent for partners and anonymous callers. */
  readonly expiresAt?: Date;
}

interface SessionClaims {
  readonly scope: string;
  /** Absent: given out before sessions were named in tokens. */
  readonly sid?: string;
  readonly organisations?: readonly OrganisationReference[];
}

/** @param address of the client, by which attempts are limited; not where absent. */
export type Authenticate = (credentials: Credentials, address?: string) => Promise<Authenticated>;

export interface AuthenticationOptions {
  readonly identity: SubgraphLink;
  readonly signer: CallerSigner;
  readonly clock: Clock;
  /** Limits attempts; credentials that were good lately are not attempts. */
  readonly admission?: Pick<Admission, 'refuseUnseen' | 'chargeRefused'> | undefined;
}

const PARTNER_MILLISECONDS = 30_000;
/** An unknown key id makes us ask identity again, but not more often than this: anybody can invent key ids. */
const KEYS_MILLISECONDS = 5_000;

/**
 * @returns a function that refuses with UNAUTHENTICATED what is forged or expired, RATE_LIMITED too many attempts, and
 * UNAVAILABLE while identity is away.
 */
export function createAuthentication({ identity, signer, clock, admission }: AuthenticationOptions): Authenticate {
  const sessions = new LRUCache<string, { caller: Caller; expiresAt: Date }>({ max: 20_000 });
  const partners = new LRUCache<string, { caller: Caller; until: number }>({ max: 2_000 });
  let keys = new Map<string, KeyObject>();
  let keysAskedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const call = { authorization: await signer.sign(anonymous, 'identity'), requestId: 'authentication' };
    const { data, errors } = await identity.execute({ query, variables }, call);
    if (!data || errors?.length) throw new Refusal('UNAVAILABLE', 'Sign-in cannot be checked now; try again.');
    return data as Data;
  }

  async function loadKeys(): Promise<void> {
    keysAskedAt = clock.now().getTime();
    const { sessionVerificationKeys } = await ask<{ sessionVerificationKeys: { kid: string; x: string }[] }>(
      '{ sessionVerificationKeys { kid x } }',
      {},
    );
    keys = new Map(
      sessionVerificationKeys.map(({ kid, x }) => [
        kid,
        createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
      ]),
    );
  }

  async function keyFor(kid: string): Promise<KeyObject> {
    if (!keys.has(kid) && clock.now().getTime() - keysAskedAt >= KEYS_MILLISECONDS) {
      asking ??= loadKeys().finally(() => {
        asking = undefined;
      });
    }
    await asking;
    const key = keys.get(kid);
    if (!key) throw new Refusal('UNAUTHENTICATED');
    return key;
  }

  /** Checks what was not seen lately, for an address that has not tried too often. */
  async function attempt<Result>(address: string | undefined, check: () => Promise<Result>): Promise<Result> {
    const account = { caller: anonymous, address };
    const refusal = admission?.refuseUnseen(account);
    if (refusal) throw refusal;
    try {
      return await check();
    } catch (error) {
      if (error instanceof Refusal && error.code === 'UNAUTHENTICATED') admission?.chargeRefused(account);
      throw error;
    }
  }

  async function session(token: string, address: string | undefined): Promise<Authenticated> {
    const now = clock.now();
    const seen = sessions.get(token);
    if (seen) {
      if (seen.expiresAt <= now) throw new Refusal('UNAUTHENTICATED', 'The session has expired: refresh it.');
      return seen;
    }
    return attempt(address, () => checkSession(token, now));
  }

  async function checkSession(token: string, now: Date): Promise<Authenticated> {
    const { payload } = await jwtVerify<JWTPayload & SessionClaims>(token, ({ kid }) => keyFor(kid ?? ''), {
      issuer: 'hey-blue',
      audience: 'hey-blue',
      algorithms: ['EdDSA'],
      currentDate: now,
    }).catch((error: unknown) => {
      throw error instanceof Refusal ? error : new Refusal('UNAUTHENTICATED');
    });
    const caller: Caller = {
      accountId: payload.sub ?? '',
      scopes: payload.scope.split(' ').filter(Boolean) as Scope[],
      ...(payload.sid && { sessionId: payload.sid }),
      ...(payload.organisations && { organisations: payload.organisations }),
    };
    const authenticated = { caller, expiresAt: new Date((payload.exp ?? 0) * 1000) };
    sessions.set(token, authenticated);
    return authenticated;
  }

  async function partner(apiKey: string, address: string | undefined): Promise<Authenticated> {
    const fingerprint = createHash('sha256').update(apiKey).digest('base64');
    const now = clock.now().getTime();
    const seen = partners.get(fingerprint);
    if (seen && seen.until > now) return { caller: seen.caller };
    return attempt(address, () => checkPartner(apiKey, fingerprint, now));
  }

  async function checkPartner(apiKey: string, fingerprint: string, now: number): Promise<Authenticated> {
    const { verifyPartnerKey } = await ask<{ verifyPartnerKey: { retailerId: string; scopes: Scope[] } | null }>(
      'query Verify($secret: OpaqueToken!) { verifyPartnerKey(secret: $secret) { retailerId scopes } }',
      { secret: apiKey },
    );
    if (!verifyPartnerKey) throw new Refusal('UNAUTHENTICATED', 'The partner key is unknown or revoked.');
    const caller: Caller = { retailerId: verifyPartnerKey.retailerId, scopes: verifyPartnerKey.scopes };
    partners.set(fingerprint, { caller, until: now + PARTNER_MILLISECONDS });
    return { caller };
  }

  return async ({ authorization, apiKey }, address) => {
    if (authorization && apiKey) {
      throw new Refusal('UNAUTHENTICATED', 'Send either an access token or a partner key, not both.');
    }
    if (apiKey) {
      if (!/^[\x21-\x7e]{1,512}$/.test(apiKey)) throw new Refusal('UNAUTHENTICATED', 'That is not a partner key.');
      return partner(apiKey, address);
    }
    if (!authorization) return { caller: anonymous };
    const token = /^Bearer ([A-Za-z0-9._-]{1,8192})$/.exec(authorization)?.[1];
    if (!token) throw new Refusal('UNAUTHENTICATED', 'The authorization header must be: Bearer <access token>.');
    return session(token, address);
  };
}
