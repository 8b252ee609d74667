/*
 * What people tell about each other after a connection, and what the system itself has noticed: one queue, which
 * administrators work through. Who is reported learns of it only by its outcome, which follows in the same transaction.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Connection, sideOf } from '../handshake/connection.ts';
import { forgetDecided } from './erasure.ts';
import { lockPeople, suspensionOf } from './person.ts';
import { PersonReportReason } from './report-reason.ts';
import { endRestraint } from './restraint.ts';
import { suspendHere } from './suspension.ts';
import { warn } from './warning.ts';

export enum PersonReportState {
  OPEN = 'OPEN',
  RESOLVED = 'RESOLVED',
}

registerEnumType(PersonReportState, {
  name: 'PersonReportState',
  description: 'Whether a report waits for somebody to look at it.',
  valuesConfig: {
    OPEN: { description: 'Nobody has decided yet.' },
    RESOLVED: { description: 'An administrator has decided.' },
  },
});

export enum PersonReportOutcome {
  DISMISSED = 'dismissed',
  WARNED = 'warned',
  SUSPENDED = 'suspended',
}

registerEnumType(PersonReportOutcome, {
  name: 'PersonReportOutcome',
  description: 'What came of a report.',
  valuesConfig: {
    DISMISSED: { description: 'Nothing is held against the person; what the system did because of it is undone.' },
    WARNED: { description: 'The person was warned: ownWarnings tells them what about, and not by whom.' },
    SUSPENDED: { description: 'The person was suspended by this decision, and may appeal.' },
  },
});

@ObjectType({ description: 'A report of a person. Administrators see it.' })
@Entity({ schema: 'connections', tableName: 'person_report' })
export class PersonReport {
  @Field(() => ID, { description: 'The id of the report.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'The connection it is about; null for what the system noticed.' })
  @Property({ type: 'uuid', nullable: true })
  connectionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The account that reports; null for the system.' })
  @Property({ type: 'uuid', nullable: true })
  reporterId?: string | null;

  @Field(() => ID, { description: 'The account that is reported.' })
  @Property({ type: 'uuid' })
  reportedId!: string;

  @Field(() => ID, { nullable: true, description: 'The account it was done to, where the system noticed it.' })
  @Property({ type: 'uuid', nullable: true })
  affectedId?: string | null;

  @Field(() => PersonReportReason, { description: 'What it is about.' })
  @Property({ type: 'text' })
  reason!: PersonReportReason;

  @Field(() => Text, { nullable: true, description: 'In the words of who reports; null for the system.' })
  @Property({ type: 'text', nullable: true })
  text?: string | null;

  @Field(() => DateTime, { description: 'When it was reported, or added to.' })
  @Property({ type: 'datetime' })
  reportedAt!: Date;

  @Field(() => PersonReportOutcome, { nullable: true, description: 'What came of it; null while it is open.' })
  @Property({ type: 'text', nullable: true })
  outcome?: PersonReportOutcome | null;

  @Field(() => Text, { nullable: true, description: 'What the administrator noted.' })
  @Property({ type: 'text', nullable: true })
  note?: string | null;

  @Field(() => ID, { nullable: true, description: 'The administrator who decided.' })
  @Property({ type: 'uuid', nullable: true })
  resolvedBy?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided.' })
  @Property({ type: 'datetime', nullable: true })
  resolvedAt?: Date | null;

  @Field(() => PersonReportState, { description: 'Whether it waits.' })
  get state(): PersonReportState {
    return this.resolvedAt ? PersonReportState.RESOLVED : PersonReportState.OPEN;
  }
}

export const PersonReportPage = pageOf(PersonReport);

export interface PersonReportText {
  readonly connectionId: string;
  readonly reason: PersonReportReason;
  readonly text: string;
}

/**
 * Reports the other of a connection. While a report of the same connection by the same person is open, this one takes its
 * place.
 * @returns its id. @throws Refusal NOT_FOUND for a connection that the reporter has no part in.
 */
export async function reportPerson(work: UnitOfWork, reporterId: string, report: PersonReportText): Promise<string> {
  const { em, now } = work;
  const { connectionId, reason, text } = report;
  const connection = await em.findOne(Connection, connectionId);
  const side = connection && sideOf(connection, reporterId);
  if (!connection || !side) throw new Refusal('NOT_FOUND', 'You have no such connection.');
  const reportedId = side === 'officer' ? connection.citizenId : connection.officerId;
  const newId = work.newId();
  const [{ id } = { id: '' }] = await em.execute<{ id: string }[]>(
    `insert into connections.person_report (id, connection_id, reporter_id, reported_id, reason, text, reported_at)
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict (connection_id, reporter_id) where resolved_at is null
       do update set reason = excluded.reason, text = excluded.text, reported_at = excluded.reported_at
     returning id`,
    [newId, connection.id, reporterId, reportedId, reason, text, now],
  );
  // Identity has to know of whom something is undecided when they leave.
  if (id === newId) work.record('report.opened', { reportId: id, accountId: reportedId, openedAt: now.toISOString() });
  return id;
}

/** The oldest first, as they wait. */
export async function listPersonReports(
  em: EntityManager,
  state: PersonReportState | null | undefined,
  page: PageArguments,
): Promise<Page<PersonReport>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const wanted =
    state === PersonReportState.OPEN
      ? { resolvedAt: null }
      : state === PersonReportState.RESOLVED
        ? { resolvedAt: { $ne: null } }
        : {};
  const rows = await em.find(
    PersonReport,
    { ...wanted, ...(after && { id: { $gt: after } }) },
    { orderBy: { id: 'asc' }, limit: page.first + 1 },
  );
  return toPage(rows, page, ({ id }) => [id]);
}

export interface Resolution {
  readonly reportId: string;
  readonly outcome: PersonReportOutcome;
  readonly note: string;
  /** Of outcome SUSPENDED: when the suspension ends by itself. */
  readonly suspendedUntil?: Date | null | undefined;
}

/**
 * Decides, once, and does what the outcome says. The same outcome again changes nothing. For somebody who has left nothing
 * follows but a suspension, which identity holds against whoever comes back.
 * @throws Refusal NOT_FOUND, ALREADY_DECIDED, FORBIDDEN for who is concerned, BAD_USER_INPUT for an end that fits nothing.
 */
export async function resolvePersonReport(
  work: UnitOfWork,
  { reportId, outcome, note, suspendedUntil: until = null }: Resolution,
  resolvedBy: string,
): Promise<PersonReport> {
  const { em, now } = work;
  const report = await em.findOne(PersonReport, reportId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!report) throw new Refusal('NOT_FOUND', 'There is no such report.');
  if ([report.reporterId, report.reportedId, report.affectedId].includes(resolvedBy)) {
    throw new Refusal('FORBIDDEN', 'Somebody else decides about reports that concern you.');
  }
  if (report.resolvedAt) {
    if (report.outcome !== outcome) throw new Refusal('ALREADY_DECIDED');
    return report;
  }
  if (until && (outcome !== PersonReportOutcome.SUSPENDED || until <= now)) {
    throw new Refusal('BAD_USER_INPUT', 'input.suspendedUntil must be in the future, and of the outcome SUSPENDED.');
  }
  Object.assign(report, { outcome, note, resolvedBy, resolvedAt: now });
  await em.flush();
  const { affectedId, reportedId } = report;
  const hasLeft = await forgetDecided(work, report);
  if (!hasLeft && affectedId && outcome === PersonReportOutcome.DISMISSED) {
    await endRestraint(work, affectedId, reportedId);
  }
  if (!hasLeft && outcome === PersonReportOutcome.WARNED) await warn(work, report);
  if (outcome === PersonReportOutcome.SUSPENDED) {
    const lasts = hasLeft ? until : await suspendFor(work, report, until);
    tellSuspended(work, report, lasts, resolvedBy);
  }
  work.record('report.decided', { reportId: report.id, accountId: reportedId, decidedAt: now.toISOString() });
  return report;
}

/** Here at once: who was found to be a danger meets nobody while identity takes it in. @returns when it ends, null for never. */
async function suspendFor(work: UnitOfWork, { reportedId }: PersonReport, wanted: Date | null): Promise<Date | null> {
  const { em, now } = work;
  await lockPeople(em, [reportedId]);
  const before = await suspensionOf(em, reportedId, now);
  const lastsLonger = before && (!before.until || (wanted && before.until > wanted));
  const until = (lastsLonger ? before.until : wanted) ?? null;
  await suspendHere(work, {
    accountId: reportedId,
    until: until?.toISOString() ?? null,
    suspendedAt: now.toISOString(),
  });
  return until;
}

function tellSuspended(
  work: UnitOfWork,
  { id, reportedId, reason }: PersonReport,
  until: Date | null,
  decidedBy: string,
): void {
  work.record('suspension.decided', {
    reportId: id,
    accountId: reportedId,
    reason: `${reason}`,
    until: until?.toISOString() ?? null,
    decidedBy,
    decidedAt: work.now.toISOString(),
  });
}
