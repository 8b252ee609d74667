/*
 * Sessions: a short access token and a refresh token that is replaced at every use. An old refresh token that comes back
 * means that two hold it, so the session ends for both. One exception, because phones lose answers: for 10 seconds after
 * its use, and as long as its successor is unused, an old token yields the same successor again, so two refreshes at once
 * both get one and the same. The successor is sealed under the old token itself: the database cannot give it away.
 */
import { LockMode } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { DateTime, OpaqueToken } from '../kernel/scalars.ts';
import type { Machine } from '../kernel/subgraph.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { Account, scopesOf } from './account.ts';
import { kindsOf, organisationsOfAccount } from './membership.ts';
import { fingerprint, type Secrets } from './secrets.ts';
import type { SigningKeys } from './signing-keys.ts';

@ObjectType({ description: 'What a signed-in client holds. Neither token belongs into an address or a log.' })
export class Session {
  @Field(() => OpaqueToken, { description: 'Goes into the header `authorization: Bearer <token>` of every call.' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When it ends, five minutes after it was given: refresh before.' })
  accessTokenExpiresAt!: Date;

  @Field(() => OpaqueToken, { description: 'Exchanged once for a new session by refreshSession.' })
  refreshToken!: string;

  @Field(() => DateTime, { description: 'When it ends: after 30 days, and never later than 90 days after sign-in.' })
  refreshTokenExpiresAt!: Date;
}

const DAY_MILLISECONDS = 24 * 3600 * 1000;
export const REFRESH_DAYS = 30;
export const SESSION_DAYS = 90;
export const GRACE_SECONDS = 10;
/** A person has a handful of devices; the oldest session beyond this ends. */
export const SESSIONS_PER_ACCOUNT = 20;

/** A refresh token that is safe in the database once the transaction commits. */
export interface IssuedRefreshToken {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** What the name of a device is sealed for. */
export const deviceContext = (sessionId: string) => `device ${sessionId}`;

interface TokenRow {
  session_id: string;
  expires_at: string;
  used_at: string | null;
  successor_hash: string | null;
  successor_sealed: string | null;
}

interface SessionRow {
  account_id: string;
  ends_at: string;
  revoked_at: string | null;
}

export class Sessions {
  readonly #machine: Machine;
  readonly #secrets: Secrets;
  readonly #keys: SigningKeys;

  constructor(machine: Machine, secrets: Secrets, keys: SigningKeys) {
    this.#machine = machine;
    this.#secrets = secrets;
    this.#keys = keys;
  }

  /**
   * Opens a session in the transaction of `work`; give it out with `present` once that has committed.
   * @param deviceName as the person or their device calls it.
   */
  async open(accountId: string, work: UnitOfWork, deviceName?: string | null): Promise<IssuedRefreshToken> {
    const { em, now } = work;
    const sessionId = work.newId();
    const nameSealed = deviceName ? this.#secrets.seal(deviceName, deviceContext(sessionId)) : null;
    const endsAt = new Date(now.getTime() + SESSION_DAYS * DAY_MILLISECONDS);
    await em.execute('delete from identity.session where account_id = ? and ends_at <= ?', [accountId, now]);
    await em.execute(
      `insert into identity.session (id, account_id, started_at, last_used_at, ends_at, device_name_sealed)
       values (?, ?, ?, ?, ?, ?)`,
      [sessionId, accountId, now, now, endsAt, nameSealed],
    );
    await em.execute(
      `update identity.session set revoked_at = ? where revoked_at is null and id in (
         select id from identity.session where account_id = ? and revoked_at is null
         order by started_at desc, id desc offset ?)`,
      [now, accountId, SESSIONS_PER_ACCOUNT],
    );
    return this.#mint(sessionId, endsAt, work);
  }

  /** The session of a registration, whose phone is proven by now, goes on under a new one, on the same device. */
  async replace(accountId: string, sessionId: string | undefined, work: UnitOfWork): Promise<IssuedRefreshToken> {
    const [before] = await work.em.execute<{ device_name_sealed: string | null }[]>(
      `update identity.session set revoked_at = ? where id = ? and account_id = ? and revoked_at is null
       returning device_name_sealed`,
      [work.now, sessionId ?? null, accountId],
    );
    const sealed = before?.device_name_sealed;
    return this.open(accountId, work, sealed && this.#secrets.unseal(sealed, deviceContext(sessionId ?? '')));
  }

  /** Session of `account` around a refresh token that has been committed. */
  async present(account: Account, refresh: IssuedRefreshToken): Promise<Session> {
    const scopes = scopesOf(account, this.#machine.clock.now());
    // Who may do nothing for themselves does nothing for others.
    const organisations = scopes.length > 0 ? await organisationsOfAccount(this.#machine.em(), account.id) : [];
    const access = await this.#keys.issue(
      account.id,
      refresh.sessionId,
      [...scopes, ...kindsOf(organisations)],
      organisations,
    );
    return Object.assign(new Session(), {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: refresh.token,
      refreshTokenExpiresAt: refresh.expiresAt,
    });
  }

  /** @throws Refusal SESSION_ENDED, also for whoever else holds this session when the token was used before. */
  async refresh(token: string): Promise<Session> {
    // What the refusal writes (the revocation) must be committed, so it is thrown behind the transaction.
    const outcome = await this.#machine.work((work) => this.#exchange(token, work));
    if ('refusal' in outcome) throw outcome.refusal;
    return this.present(outcome.account, outcome.refresh);
  }

  /** Ends the session that the token belongs or belonged to; an unknown token has nothing to end. */
  async end(token: string): Promise<void> {
    await this.#machine.work(async ({ em, now }) => {
      await em.execute(
        `update identity.session set revoked_at = ? where revoked_at is null
         and id = (select session_id from identity.refresh_token where token_hash = ?)`,
        [now, fingerprint(token)],
      );
    });
  }

  async #exchange(
    token: string,
    work: UnitOfWork,
  ): Promise<{ account: Account; refresh: IssuedRefreshToken } | { refusal: Refusal }> {
    const { em, now } = work;
    const hash = fingerprint(token);
    const ended = { refusal: new Refusal('SESSION_ENDED') };
    // The session's row is the lock: refreshes of one session go one after the other.
    const [session] = await em.execute<SessionRow[]>(
      `select account_id, ends_at, revoked_at from identity.session
       where id = (select session_id from identity.refresh_token where token_hash = ?) for update`,
      [hash],
    );
    if (!session || session.revoked_at || new Date(session.ends_at) <= now) return ended;
    const [row] = await em.execute<TokenRow[]>(
      `select session_id, expires_at, used_at, successor_hash, successor_sealed
       from identity.refresh_token where token_hash = ?`,
      [hash],
    );
    if (!row || new Date(row.expires_at) <= now) return ended;
    const account = await em.findOne(Account, session.account_id, { lockMode: LockMode.PESSIMISTIC_READ });
    if (!account) return ended;
    if (row.used_at) {
      const again = await this.#sameSuccessor(token, row, work);
      if (again) return { account, refresh: again };
      await this.#revoke(row.session_id, work);
      this.#machine.log.warn({ accountId: account.id, sessionId: row.session_id }, 'refresh token used twice');
      return ended;
    }
    const refresh = await this.#mint(row.session_id, new Date(session.ends_at), work);
    await em.execute('update identity.session set last_used_at = ? where id = ?', [now, row.session_id]);
    await em.execute(
      'update identity.refresh_token set used_at = ?, successor_hash = ?, successor_sealed = ? where token_hash = ?',
      [now, fingerprint(refresh.token), this.#secrets.sealFor(token, refresh.token, hash), hash],
    );
    return { account, refresh };
  }

  async #sameSuccessor(token: string, row: TokenRow, { em, now }: UnitOfWork): Promise<IssuedRefreshToken | undefined> {
    if (!row.used_at || !row.successor_sealed || !row.successor_hash) return undefined;
    if (now.getTime() - new Date(row.used_at).getTime() > GRACE_SECONDS * 1000) return undefined;
    const [successor] = await em.execute<{ expires_at: string; used_at: string | null }[]>(
      'select expires_at, used_at from identity.refresh_token where token_hash = ?',
      [row.successor_hash],
    );
    if (!successor || successor.used_at) return undefined;
    return {
      sessionId: row.session_id,
      token: this.#secrets.unsealWith(token, row.successor_sealed, fingerprint(token)),
      expiresAt: new Date(successor.expires_at),
    };
  }

  async #mint(sessionId: string, sessionEndsAt: Date, { em, now }: UnitOfWork): Promise<IssuedRefreshToken> {
    const token = this.#secrets.token();
    const expiresAt = new Date(Math.min(now.getTime() + REFRESH_DAYS * DAY_MILLISECONDS, sessionEndsAt.getTime()));
    await em.execute(
      'insert into identity.refresh_token (token_hash, session_id, issued_at, expires_at) values (?, ?, ?, ?)',
      [fingerprint(token), sessionId, now, expiresAt],
    );
    return { sessionId, token, expiresAt };
  }

  async #revoke(sessionId: string, { em, now }: UnitOfWork): Promise<void> {
    await em.execute('update identity.session set revoked_at = ? where id = ? and revoked_at is null', [
      now,
      sessionId,
    ]);
  }
}
