/*
 * What a warned person reads: what about and when, not by whom and not of which meeting. It waits until the person has
 * said that they read it.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { PersonReportReason } from './report-reason.ts';

@ObjectType({ description: 'A warning by an administrator, after a report. Only who is warned sees it.' })
@Entity({ schema: 'connections', tableName: 'warning' })
export class Warning {
  @Field(() => ID, { description: 'The id of the warning.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  reportId!: string;

  @Property({ type: 'uuid' })
  accountId!: string;

  @Field(() => PersonReportReason, { description: 'What about.' })
  @Property({ type: 'text' })
  reason!: PersonReportReason;

  @Field(() => DateTime, { description: 'When it was given.' })
  @Property({ type: 'datetime' })
  warnedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the person said to have read it; null before.' })
  @Property({ type: 'datetime', nullable: true })
  acknowledgedAt?: Date | null;
}

export const WarningPage = pageOf(Warning);

/** Where a person is told of warnings; the message is `{ warningId }`. */
export const warningsChannel = (accountId: string) => `warnings:${accountId}`;

/** Gives the warning of a report that has just been decided so. */
export async function warn(
  work: UnitOfWork,
  { id, reportedId, reason }: { readonly id: string; readonly reportedId: string; readonly reason: PersonReportReason },
): Promise<void> {
  const warning = work.em.create(Warning, {
    id: work.newId(),
    reportId: id,
    accountId: reportedId,
    reason,
    warnedAt: work.now,
  });
  await work.em.flush();
  work.record('warning.given', { warningId: warning.id, accountId: reportedId, givenAt: work.now.toISOString() });
  work.announce(warningsChannel(reportedId), { warningId: warning.id });
}

/** Saying it twice changes nothing. @throws Refusal NOT_FOUND for a warning of somebody else. */
export async function acknowledgeWarning(work: UnitOfWork, accountId: string, warningId: string): Promise<Warning> {
  const { em, now } = work;
  await em.execute(
    `update connections.warning set acknowledged_at = greatest(warned_at, ?)
     where id = ? and account_id = ? and acknowledged_at is null`,
    [now, warningId, accountId],
  );
  const warning = await em.findOne(Warning, { id: warningId, accountId });
  if (!warning) throw new Refusal('NOT_FOUND', 'You have no such warning.');
  work.announce(warningsChannel(accountId), { warningId });
  return warning;
}

/** The newest first. */
export async function listWarnings(em: EntityManager, accountId: string, page: PageArguments): Promise<Page<Warning>> {
  const [before] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await em.find(
    Warning,
    { accountId, ...(before && { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit: page.first + 1 },
  );
  return toPage(rows, page, ({ id }) => [id]);
}

/** Those that the person has not read, the oldest first; so many as anybody reads at once. */
export function unreadWarnings(em: EntityManager, accountId: string): Promise<Warning[]> {
  return em.find(Warning, { accountId, acknowledgedAt: null }, { orderBy: { id: 'asc' }, limit: 100 });
}
