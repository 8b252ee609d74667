/*
 * Analysts: people who read the figures of reports and nothing about anybody. An administrator appoints and dismisses them;
 * who did that and when is kept for each appointment, and goes with the account. The account remembers only that it is one,
 * as sessions are told: from the next access token on, so at the latest when the one before has expired.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../kernel/page.ts';
import { DateTime } from '../kernel/scalars.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';
import { type Account, AccountRole, isSuspended, lockAccount } from './account.ts';
import { AgeBand } from './age-band.ts';

@ObjectType({ description: 'That an account reads reports as an analyst, or did. Administrators see it.' })
@Entity({ schema: 'identity', tableName: 'analyst_appointment' })
export class AnalystAppointment {
  @Field(() => ID, { description: 'The id of the appointment: an account that comes back has another one.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ID, { description: 'The account.' })
  @Property({ type: 'uuid' })
  accountId!: string;

  @Field(() => ID, { description: 'The administrator who appointed it.' })
  @Property({ type: 'uuid' })
  appointedBy!: string;

  @Field(() => DateTime, { description: 'Since when.' })
  @Property({ type: 'datetime' })
  appointedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The administrator who dismissed it; null while it holds.' })
  @Property({ type: 'uuid', nullable: true })
  dismissedBy?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When that was; null while it holds.' })
  @Property({ type: 'datetime', nullable: true })
  dismissedAt?: Date | null;
}

export const AnalystAppointmentPage = pageOf(AnalystAppointment);

/** Appoints; who is an analyst stays one, by the same appointment. @throws Refusal NOT_FOUND, NOT_APPOINTABLE. */
export async function appointAnalyst(work: UnitOfWork, accountId: string, by: string): Promise<AnalystAppointment> {
  const { em, now } = work;
  const account = await lockKnown(em, accountId);
  const standing = await appointmentOf(em, account.id);
  if (standing) return standing;
  refuseUnfit(account, now);
  const appointment = em.create(AnalystAppointment, {
    id: work.newId(),
    accountId: account.id,
    appointedBy: by,
    appointedAt: now,
  });
  account.analystSince = now;
  account.updatedAt = now;
  await em.flush();
  return appointment;
}

/** Dismisses; again changes nothing. @throws Refusal NOT_FOUND, also where nobody ever appointed the account. */
export async function dismissAnalyst(
  { em, now }: UnitOfWork,
  accountId: string,
  by: string,
): Promise<AnalystAppointment> {
  const account = await lockKnown(em, accountId);
  const latest = await em.findOne(AnalystAppointment, { accountId: account.id }, { orderBy: { id: 'desc' } });
  if (!latest) throw new Refusal('NOT_FOUND', 'The account was never appointed as an analyst.');
  if (latest.dismissedAt) return latest;
  latest.dismissedBy = by;
  latest.dismissedAt = now;
  account.analystSince = null;
  account.updatedAt = now;
  await em.flush();
  return latest;
}

/** The appointment that holds, or null. */
export function appointmentOf(em: EntityManager, accountId: string): Promise<AnalystAppointment | null> {
  return em.findOne(AnalystAppointment, { accountId, dismissedAt: null });
}

/** Appointments, the latest first. */
export async function listAppointments(
  em: EntityManager,
  dismissedToo: boolean,
  page: PageArguments,
): Promise<Page<AnalystAppointment>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await em.find(
    AnalystAppointment,
    { ...(!dismissedToo && { dismissedAt: null }), ...(after && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.first + 1 },
  );
  return toPage(rows, page, ({ id }) => [id]);
}

async function lockKnown(em: EntityManager, accountId: string): Promise<Account> {
  const account = await lockAccount(em, accountId);
  if (!account) throw new Refusal('NOT_FOUND', 'There is no such account.');
  return account;
}

function refuseUnfit(account: Account, now: Date): void {
  const problems: readonly (readonly [boolean, string])[] = [
    [!account.phoneVerified, 'The account has not verified a phone yet.'],
    [isSuspended(account, now), 'The account is suspended.'],
    [account.ageBand === AgeBand.YOUTH, 'The account is of a youth.'],
    [account.role === AccountRole.ADMINISTRATOR, 'Administrators read all reports already.'],
  ];
  const [problem] = problems.filter(([is]) => is);
  if (problem) throw new Refusal('NOT_APPOINTABLE', problem[1]);
}
