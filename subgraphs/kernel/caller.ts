/*
 * Who calls. The gateway checks sessions and partner keys and hands each subgraph a token of its own: signed (EdDSA),
 * for that subgraph only, valid for a minute, saying no more than who and what they may. A subgraph believes nothing
 * else. Who may use a field stands in the schema as a directive, put there by @Requires or @Authenticated, and the
 * kernel enforces what stands there (see graph.ts); which contract shows it stands there too, for the gateway.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { Directive } from 'type-graphql';
import type { SubgraphName } from '../../schema/events.ts';
import type { Clock } from './clock.ts';
import { Refusal } from './errors.ts';

/** Kinds of organisations that people act for. */
export const organisationKinds = ['retailer', 'charity', 'municipality', 'department'] as const;
export type OrganisationKind = (typeof organisationKinds)[number];
/** An organisation that a person acts for, as tokens name it; with `viewer:` and its id beside it, they only look at it. */
export type OrganisationReference = `${OrganisationKind | 'viewer'}:${string}`;

/** What a caller may; who acts for an organisation has its kind as a scope. */
export const scopes = [
  'citizen',
  'officer',
  'administrator',
  'analyst',
  'vouchers:redeem',
  'offers:read',
  ...organisationKinds,
] as const;
export type Scope = (typeof scopes)[number];

export interface Caller {
  /** The signed-in account; absent for partners and for people who have not signed in. */
  readonly accountId?: string;
  readonly scopes: readonly Scope[];
  /** The session whose access token was used; told to identity alone. */
  readonly sessionId?: string;
  /** The retailer whose key was used; partners only. */
  readonly retailerId?: string;
  /** The organisations that the account acts for; absent where there are none. */
  readonly organisations?: readonly OrganisationReference[];
}

/** The organisations of this kind that the caller acts for: of a partner key its retailer, of a person those they joined. */
export function organisationsOf({ retailerId, organisations = [] }: Caller, kind: OrganisationKind): string[] {
  if (retailerId !== undefined) return kind === 'retailer' ? [retailerId] : [];
  return organisations.flatMap((reference) =>
    reference.startsWith(`${kind}:`) ? [reference.slice(kind.length + 1)] : [],
  );
}

const isViewing = (reference: OrganisationReference) => reference.startsWith('viewer:');
const idOf = (reference: OrganisationReference) => reference.slice(reference.indexOf(':') + 1);

/** The caller as mutations see them: of those organisations that they only look at they change nothing. */
export function asChanging(caller: Caller): Caller {
  const { organisations } = caller;
  if (!organisations?.some(isViewing)) return caller;
  const viewed = new Set(organisations.filter(isViewing).map(idOf));
  const left = organisations.filter((reference) => isViewing(reference) || !viewed.has(idOf(reference)));
  return { ...caller, organisations: left };
}

/** Whether the caller belongs to an organisation, in a mutation too where they only look at it: who has an interest in it. */
export function belongsTo(caller: Caller, kind: OrganisationKind, id: string): boolean {
  return organisationsOf(caller, kind).includes(id) || (caller.organisations?.includes(`viewer:${id}`) ?? false);
}

/** @throws Refusal FORBIDDEN unless the caller acts for this organisation or is an administrator. */
export function refuseOutsiders(caller: Caller, kind: OrganisationKind, id: string): void {
  if (caller.scopes.includes('administrator')) return;
  if (organisationsOf(caller, kind).includes(id.toLowerCase())) return;
  throw new Refusal('FORBIDDEN', `This is for those who act for the ${kind}, and for administrators.`);
}

export const anonymous: Caller = Object.freeze({ scopes: Object.freeze([]) as readonly Scope[] });

/** Any one of these scopes is needed; the SDL says so with @requiresScopes. Refused with UNAUTHENTICATED or FORBIDDEN. */
export function Requires(...anyOf: [Scope, ...Scope[]]): MethodDecorator & PropertyDecorator {
  return Directive(`@requiresScopes(scopes: [${anyOf.map((scope) => `["${scope}"]`).join(', ')}])`);
}

/** A signed-in account is needed; the SDL says so with @authenticated. Refused with UNAUTHENTICATED. */
export function Authenticated(): MethodDecorator & PropertyDecorator {
  return Directive('@authenticated');
}

/** Variants of the graph: for the apps and everybody, for retailers' systems, for the console of administrators. */
export const contracts = ['public', 'partner', 'admin'] as const;
export type Contract = (typeof contracts)[number];

/**
 * Shows a field in these contracts only; the SDL says so with @tag. Every root field has it, or no contract shows it. Other
 * fields need none: they are shown wherever their type can be reached.
 */
export function ShownIn(...names: [Contract, ...Contract[]]): MethodDecorator & PropertyDecorator {
  return (target: object, key: string | symbol) => {
    for (const name of names) Directive(`@tag(name: "${name}")`)(target, key);
  };
}

const TOKEN_SECONDS = 60;
/** A cached token is handed out until half of its life has passed, so that one never expires on its way. */
const REUSE_MILLISECONDS = (TOKEN_SECONDS * 1000) / 2;

interface KeptToken {
  /** A promise while it is signed. */
  readonly token: string | Promise<string>;
  readonly until: number;
}

/** Signs the gateway's tokens; equal callers share one for half a minute, because a signature costs more than a plan. */
export class CallerSigner {
  readonly #key: KeyObject;
  readonly #clock: Clock;
  readonly #kept = new LRUCache<string, KeptToken>({ max: 20_000 });
  /** The same by the object itself, for sockets, whose caller stays the same: the last audience that was asked for. */
  readonly #latest = new WeakMap<Caller, KeptToken & { readonly audience: SubgraphName }>();

  /** @param privateKey Ed25519, PKCS 8 DER in base64. */
  constructor(privateKey: string, clock: Clock) {
    this.#key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    this.#clock = clock;
  }

  /** The `authorization` header for a call to `audience` on behalf of `caller`; at once where one was signed before. */
  sign(caller: Caller, audience: SubgraphName): string | Promise<string> {
    const now = this.#clock.now().getTime();
    const latest = this.#latest.get(caller);
    if (latest && latest.audience === audience && latest.until > now) return latest.token;
    const kept = this.#keptOrIssued(caller, audience, now);
    if (typeof kept.token === 'string') this.#latest.set(caller, { ...kept, audience });
    return kept.token;
  }

  #keptOrIssued(caller: Caller, audience: SubgraphName, now: number): KeptToken {
    const { accountId = '', retailerId = '', organisations = [] } = caller;
    const session = sessionTold(caller, audience) ?? '';
    const identity = [audience, accountId, session, retailerId, caller.scopes.join(' '), ...organisations].join('\n');
    const kept = this.#kept.get(identity);
    if (kept && kept.until > now) return kept;
    const until = now + REUSE_MILLISECONDS;
    const token = this.#issue(caller, audience, Math.floor(now / 1000)).then((signed) => {
      this.#kept.set(identity, { token: signed, until });
      return signed;
    });
    const issued = { token, until };
    this.#kept.set(identity, issued);
    return issued;
  }

  async #issue(caller: Caller, audience: SubgraphName, nowSeconds: number): Promise<string> {
    const session = sessionTold(caller, audience);
    const claims = {
      scope: caller.scopes.join(' '),
      ...(session && { session }),
      ...(caller.retailerId && { retailer: caller.retailerId }),
      ...(caller.organisations && { organisations: caller.organisations }),
    };
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer('gateway')
      .setAudience(audience)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + TOKEN_SECONDS);
    if (caller.accountId) token.setSubject(caller.accountId);
    return `Bearer ${await token.sign(this.#key)}`;
  }
}

/** The other domains have no use for it, and would tell apart the devices of a person by it. */
const sessionTold = ({ sessionId }: Caller, audience: SubgraphName) =>
  audience === 'identity' ? sessionId : undefined;

interface GatewayClaims {
  readonly scope: string;
  readonly session?: string;
  readonly retailer?: string;
  readonly organisations?: OrganisationReference[];
}

/** Checks the gateway's tokens on the subgraph's side; one that was checked is remembered until it expires. */
export class CallerVerifier {
  readonly #key: KeyObject;
  readonly #audience: SubgraphName;
  readonly #clock: Clock;
  readonly #seen = new LRUCache<string, { caller: Caller; expiresAt: number }>({ max: 20_000 });

  /** @param publicKey Ed25519, SPKI DER in base64. */
  constructor(publicKey: string, audience: SubgraphName, clock: Clock) {
    this.#key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    this.#audience = audience;
    this.#clock = clock;
  }

  /**
   * @param authorization the header `Bearer <token>` as the gateway sent it.
   * @returns the caller at once where the token was checked before. Rejects with Refusal UNAUTHENTICATED when the
   * gateway did not sign it for this subgraph, or too long ago.
   */
  verify(authorization = ''): Caller | Promise<Caller> {
    const now = this.#clock.now();
    const seen = this.#seen.get(authorization);
    if (seen && seen.expiresAt > now.getTime()) return seen.caller;
    return this.#check(authorization, now);
  }

  async #check(authorization: string, now: Date): Promise<Caller> {
    const token = authorization.startsWith('Bearer ') ? authorization.slice(7) : '';
    try {
      const { payload } = await jwtVerify<GatewayClaims>(token, this.#key, {
        issuer: 'gateway',
        audience: this.#audience,
        algorithms: ['EdDSA'],
        currentDate: now,
      });
      const caller: Caller = Object.freeze({
        scopes: payload.scope.split(' ').filter(Boolean) as Scope[],
        ...(payload.sub && { accountId: payload.sub }),
        ...(payload.session && { sessionId: payload.session }),
        ...(payload.retailer && { retailerId: payload.retailer }),
        ...(payload.organisations && { organisations: payload.organisations }),
      });
      this.#seen.set(authorization, { caller, expiresAt: (payload.exp ?? 0) * 1000 });
      return caller;
    } catch {
      throw new Refusal(
        'UNAUTHENTICATED',
        'This subgraph answers the gateway only: the call carries no valid gateway token.',
      );
    }
  }
}
