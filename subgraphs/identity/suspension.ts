/*
 * Suspensions: an account that may do nothing for a while. Its person still signs in, to a session without scopes, reads
 * why and until when, and may appeal once; an administrator decides. One that has an end ends by its instant, not by
 * anybody's doing. What was written about and by people is sealed.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { EventBody } from '../../schema/events.ts';
import { Refusal } from '../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../kernel/page.ts';
import { DateTime } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Account, isSuspended, lockAccount } from './account.ts';
import { barWhoLeft } from './left-under-report.ts';
import type { Secrets } from './secrets.ts';

@ObjectType({ description: 'Why and until when an account may do nothing. Its person and administrators see it.' })
@Entity({ schema: 'identity', tableName: 'suspension' })
export class Suspension {
  @Field(() => ID, { description: 'The id of the suspension.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ID, { description: 'The account.' })
  @Property({ type: 'uuid' })
  accountId!: string;

  @Property({ type: 'text' })
  reasonSealed!: string;

  @Property({ type: 'uuid' })
  suspendedBy!: string;

  @Field(() => DateTime, { description: 'When it began.' })
  @Property({ type: 'datetime' })
  suspendedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null where somebody has to end it.' })
  @Property({ type: 'datetime', nullable: true })
  until?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  endedAt?: Date | null;

  @Property({ type: 'uuid', nullable: true })
  endedBy?: string | null;
}

export enum AppealOutcome {
  REINSTATED = 'reinstated',
  UPHELD = 'upheld',
}

registerEnumType(AppealOutcome, {
  name: 'AppealOutcome',
  description: 'What came of an appeal.',
  valuesConfig: {
    REINSTATED: { description: 'The suspension is lifted.' },
    UPHELD: { description: 'The suspension stays.' },
  },
});

@ObjectType({ description: 'What a suspended person says to it. That person and administrators see it.' })
@Entity({ schema: 'identity', tableName: 'suspension_appeal' })
export class SuspensionAppeal {
  @Field(() => ID, { description: 'The id of the appeal.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  suspensionId!: string;

  @Field(() => ID, { description: 'The account that appeals.' })
  @Property({ type: 'uuid' })
  accountId!: string;

  @Property({ type: 'text' })
  textSealed!: string;

  @Field(() => DateTime, { description: 'When it was written, or written anew.' })
  @Property({ type: 'datetime' })
  appealedAt!: Date;

  @Field(() => AppealOutcome, { nullable: true, description: 'What came of it; null while nobody has decided.' })
  @Property({ type: 'text', nullable: true })
  outcome?: AppealOutcome | null;

  @Property({ type: 'text', nullable: true })
  noteSealed?: string | null;

  @Property({ type: 'uuid', nullable: true })
  decidedBy?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  @Property({ type: 'datetime', nullable: true })
  decidedAt?: Date | null;
}

export const SuspensionAppealPage = pageOf(SuspensionAppeal);

export interface SuspensionTerms {
  readonly accountId: string;
  readonly reason: string;
  readonly until?: Date | null | undefined;
}

export interface AppealDecision {
  readonly appealId: string;
  readonly outcome: AppealOutcome;
  readonly note: string;
}

export class Suspensions {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /**
   * Suspends an account; one that is suspended gets the new reason and end, its appeal stays.
   * @throws Refusal NOT_FOUND, BAD_USER_INPUT for oneself and for an end that is past.
   */
  async suspend(work: UnitOfWork, { accountId, reason, until }: SuspensionTerms, by: string): Promise<Suspension> {
    const { em, now } = work;
    if (until && until <= now) throw new Refusal('BAD_USER_INPUT', 'input.until must be in the future.');
    const account = await this.#lock(em, accountId);
    if (account.id === by) throw new Refusal('BAD_USER_INPUT', 'input.accountId must be of somebody else.');
    return this.#begin(work, account, { reason, until: until ?? null, by });
  }

  /**
   * Suspends whom a report was decided against. One that lasts longer stays as long, and one that has ended meanwhile does
   * not begin. Who has left is held to it when they come back, or is suspended where they have come back already.
   */
  async suspendReported(work: UnitOfWork, decision: EventBody<'suspension.decided'>): Promise<void> {
    const { em, now } = work;
    const until = decision.until === null ? null : new Date(decision.until);
    if (until && until <= now) return;
    const account = await lockAccount(em, decision.accountId);
    if (account) return this.#suspendFor(work, account, decision, until);
    for (const accountId of await barWhoLeft(work, decision.accountId, until)) {
      const back = await lockAccount(em, accountId);
      if (back) await this.#suspendFor(work, back, decision, until);
    }
  }

  async #suspendFor(
    work: UnitOfWork,
    account: Account,
    decision: EventBody<'suspension.decided'>,
    until: Date | null,
  ): Promise<void> {
    const { em, now } = work;
    const begun = await this.#openSuspension(em, account, now);
    const reason = `You were reported, and an administrator found it to be so: ${reportReasons[decision.reason]}.`;
    await this.#begin(work, account, {
      reason,
      until: begun ? later(begun.until ?? null, until) : until,
      by: decision.decidedBy,
      // Connections has acted by its own clock; what we tell must not count as older.
      saidAt: new Date(Math.max(now.getTime(), Date.parse(decision.decidedAt))),
    });
  }

  /** Lifts the suspension. @throws Refusal NOT_FOUND, NOT_SUSPENDED. */
  async reinstate(work: UnitOfWork, accountId: string, by: string): Promise<Account> {
    const account = await this.#lock(work.em, accountId);
    if (!isSuspended(account, work.now)) throw new Refusal('NOT_SUSPENDED');
    await this.#lift(work, account, by);
    return account;
  }

  /** Appeals; until that is decided, what is written anew takes the place of the former. @throws Refusal NOT_SUSPENDED, ALREADY_DECIDED. */
  async appeal(work: UnitOfWork, accountId: string, text: string): Promise<SuspensionAppeal> {
    const { em, now } = work;
    const account = await lockAccount(em, accountId);
    const suspension = account && (await this.#openSuspension(em, account, now));
    if (!account || !suspension) throw new Refusal('NOT_SUSPENDED');
    const before = await em.findOne(SuspensionAppeal, { suspensionId: suspension.id });
    if (before?.outcome) throw new Refusal('ALREADY_DECIDED', 'The appeal was decided; there is no second one.');
    const id = work.newId();
    const appeal =
      before ??
      em.create(SuspensionAppeal, {
        id,
        suspensionId: suspension.id,
        accountId: account.id,
        textSealed: '',
        appealedAt: now,
      });
    appeal.textSealed = this.#secrets.seal(text, appealContext(appeal.id));
    appeal.appealedAt = now;
    await em.flush();
    return appeal;
  }

  /** Decides, once; the same outcome again changes nothing. @throws Refusal NOT_FOUND, ALREADY_DECIDED. */
  async decide(work: UnitOfWork, { appealId, outcome, note }: AppealDecision, by: string): Promise<SuspensionAppeal> {
    const { em, now } = work;
    const known = await em.findOne(SuspensionAppeal, appealId);
    if (!known) throw new Refusal('NOT_FOUND', 'There is no such appeal.');
    // The account first, as everybody who changes a suspension: what is locked in one order cannot deadlock.
    const account = await this.#lock(em, known.accountId);
    const appeal = await em.findOneOrFail(SuspensionAppeal, appealId, {
      lockMode: LockMode.PESSIMISTIC_WRITE,
      refresh: true,
    });
    if (appeal.outcome) {
      if (appeal.outcome !== outcome) throw new Refusal('ALREADY_DECIDED');
      return appeal;
    }
    const noteSealed = this.#secrets.seal(note, noteContext(appeal.id));
    Object.assign(appeal, { outcome, noteSealed, decidedBy: by, decidedAt: now });
    const suspension = await this.#openSuspension(em, account, now);
    const isOver = suspension?.id !== appeal.suspensionId;
    if (outcome === AppealOutcome.REINSTATED && !isOver) await this.#lift(work, account, by);
    await em.flush();
    return appeal;
  }

  /** The oldest first, as they wait. */
  async listAppeals(em: EntityManager, undecidedOnly: boolean, page: PageArguments): Promise<Page<SuspensionAppeal>> {
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await em.find(
      SuspensionAppeal,
      { ...(undecidedOnly && { outcome: null }), ...(after && { id: { $gt: after } }) },
      { orderBy: { id: 'asc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, ({ id }) => [id]);
  }

  /** The suspension that holds at `now`, or null. */
  current(em: EntityManager, account: Account, now: Date): Promise<Suspension | null> {
    if (!isSuspended(account, now)) return Promise.resolve(null);
    return em.findOne(Suspension, { accountId: account.id, endedAt: null });
  }

  reasonOf(suspension: Suspension): string {
    return this.#secrets.unseal(suspension.reasonSealed, reasonContext(suspension.id));
  }

  textOf(appeal: SuspensionAppeal): string {
    return this.#secrets.unseal(appeal.textSealed, appealContext(appeal.id));
  }

  noteOf(appeal: SuspensionAppeal): string | null {
    return appeal.noteSealed ? this.#secrets.unseal(appeal.noteSealed, noteContext(appeal.id)) : null;
  }

  /** Begins a suspension of a locked account, or changes the one that holds. */
  async #begin(
    work: UnitOfWork,
    account: Account,
    { reason, until, by, saidAt = work.now }: { reason: string; until: Date | null; by: string; saidAt?: Date },
  ): Promise<Suspension> {
    const { em, now } = work;
    const id = work.newId();
    const suspension =
      (await this.#openSuspension(em, account, now)) ??
      em.create(Suspension, { id, accountId: account.id, reasonSealed: '', suspendedBy: by, suspendedAt: now });
    suspension.reasonSealed = this.#secrets.seal(reason, reasonContext(suspension.id));
    suspension.suspendedBy = by;
    suspension.until = until;
    account.suspendedAt = suspension.suspendedAt;
    account.suspendedUntil = suspension.until;
    account.updatedAt = now;
    await em.flush();
    work.record('account.suspended', {
      accountId: account.id,
      until: until?.toISOString() ?? null,
      suspendedAt: saidAt.toISOString(),
    });
    return suspension;
  }

  async #lock(em: EntityManager, accountId: string): Promise<Account> {
    const account = await lockAccount(em, accountId);
    if (!account) throw new Refusal('NOT_FOUND', 'There is no such account.');
    return account;
  }

  /** The suspension of a locked account that holds; one that has ended by its instant is closed. */
  async #openSuspension(em: EntityManager, account: Account, now: Date): Promise<Suspension | null> {
    const suspension = await em.findOne(Suspension, { accountId: account.id, endedAt: null });
    if (!suspension?.until || suspension.until > now) return suspension;
    suspension.endedAt = suspension.until;
    await em.flush();
    return null;
  }

  async #lift(work: UnitOfWork, account: Account, by: string): Promise<void> {
    const { em, now } = work;
    const suspension = await this.#openSuspension(em, account, now);
    if (suspension) Object.assign(suspension, { endedAt: now, endedBy: by });
    account.suspendedAt = null;
    account.suspendedUntil = null;
    account.updatedAt = now;
    await em.flush();
    work.record('account.reinstated', { accountId: account.id, reinstatedAt: now.toISOString() });
  }
}

/** Null is without an end. */
const later = (one: Date | null, other: Date | null) => (one && other ? (one > other ? one : other) : null);

/** What the suspended person reads. */
const reportReasons: Readonly<Record<EventBody<'suspension.decided'>['reason'], string>> = {
  harassment: 'harassment',
  threat: 'a threat',
  discrimination: 'discrimination',
  impersonation: 'appearing as somebody else',
  fraud: 'fraud',
  suspected_stalking: 'following one person',
  other: 'something that breaks our rules',
};

const reasonContext = (id: string) => `suspension ${id}`;
const appealContext = (id: string) => `appeal ${id}`;
const noteContext = (id: string) => `appeal note ${id}`;
