/*
 * What administrators see and decide of meetings that a risk rule held, and how one that counted is taken back. They see
 * ids, grades and rules, never a name or a place; each decision has a reason and stays for good.
 */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Text, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { takeDownStoriesOf } from '../stories/publication.ts';
import { moveOn, release } from './completion.ts';
import { Connection } from './connection.ts';
import { ConnectionState, next } from './connection-state.ts';
import { Evidence } from './grade.ts';
import { wrongState } from './handshake.ts';
import { RiskKind } from './risk.ts';
import { tell } from './updates.ts';

/** How long a meeting that counted may be taken back. */
export const CLAW_BACK_DAYS = 90;

export enum ReviewDecision {
  RELEASE = 'release',
  CLAW_BACK = 'claw_back',
}

registerEnumType(ReviewDecision, {
  name: 'ReviewDecision',
  description: 'What an administrator decided about a meeting.',
  valuesConfig: {
    RELEASE: { description: 'It counts: points follow.' },
    CLAW_BACK: { description: 'It does not count: points that were given are taken back.' },
  },
});

@ObjectType({ description: 'A risk rule that spoke against a meeting.' })
export class RiskFinding {
  @Field(() => RiskKind, { description: 'What the rule looks for.' })
  kind!: RiskKind;

  @Field(() => Int, { description: 'Which version of the rule it was.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was found.' })
  foundAt!: Date;
}

@ObjectType({ description: 'A decision about a meeting; it is never changed.' })
export class ConnectionReview {
  @Field(() => ID, { description: 'The id of the decision.' })
  id!: string;

  @Field(() => ID, { description: 'The account of the administrator.' })
  reviewerId!: string;

  @Field(() => ReviewDecision, { description: 'What was decided.' })
  decision!: ReviewDecision;

  @Field(() => Text, { description: 'Why.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When.' })
  reviewedAt!: Date;
}

@ObjectType({
  description: 'A meeting as administrators review it: ids and grades, no names and no places but the ZIP code.',
})
export class ReviewCase {
  @Field(() => ID, { description: 'The connection.' })
  connectionId!: string;

  @Field(() => ID, { description: "The officer's account." })
  officerId!: string;

  @Field(() => ID, { description: "The citizen's account." })
  citizenId!: string;

  @Field(() => ConnectionState, { description: 'How far it has come.' })
  state!: ConnectionState;

  @Field(() => Evidence, { description: 'How sure it is that they met.' })
  evidence!: Evidence;

  @Field(() => Int, {
    nullable: true,
    description: 'The two phones were at most so many meters apart; null where that is not known or more than 5,000.',
  })
  withinMeters!: number | null;

  @Field(() => ZipCode, { nullable: true, description: 'Where they met; null where that is not known.' })
  zipCode!: string | null;

  @Field(() => DateTime, { description: 'When they met.' })
  confirmedAt!: Date;

  @Field(() => [RiskFinding], { description: 'What spoke against it.' })
  findings!: RiskFinding[];

  @Field(() => [ConnectionReview], { description: 'What was decided about it, the earliest first.' })
  reviews!: ConnectionReview[];
}

export const ReviewCasePage = pageOf(ReviewCase);

/** The held meetings behind a place in the queue, the oldest first. */
export async function heldMeetings(
  em: EntityManager,
  limit: number,
  behind?: { confirmedAt: Date; id: string },
): Promise<Connection[]> {
  const after = behind && {
    $or: [{ confirmedAt: { $gt: behind.confirmedAt } }, { confirmedAt: behind.confirmedAt, id: { $gt: behind.id } }],
  };
  return em.find(
    Connection,
    { state: ConnectionState.HELD, ...after },
    { orderBy: { confirmedAt: 'asc', id: 'asc' }, limit },
  );
}

/** Decides about a held meeting, once. @throws Refusal NOT_FOUND, CONNECTION_STATE for one that is not held. */
export async function reviewConnection(
  work: UnitOfWork,
  reviewerId: string,
  connectionId: string,
  decision: ReviewDecision,
  reason: string,
): Promise<Connection> {
  const connection = await lockAny(work.em, connectionId);
  if (connection.state !== ConnectionState.HELD) throw wrongState(connection, work.now);
  if (decision === ReviewDecision.RELEASE) release(work, connection);
  else await takeBack(work, connection);
  await keepReview(work, reviewerId, connectionId, decision, reason);
  tell(work, connection);
  return connection;
}

/**
 * Takes back a meeting that counted, within 90 days.
 * @throws Refusal NOT_FOUND, CONNECTION_STATE for one that does not count, is held, or is older.
 */
export async function clawBackConnection(
  work: UnitOfWork,
  reviewerId: string,
  connectionId: string,
  reason: string,
): Promise<Connection> {
  const { em, now } = work;
  const connection = await lockAny(em, connectionId);
  const { state, confirmedAt } = connection;
  if (state === ConnectionState.HELD || !next(state, 'clawBack', 'reviewer') || !confirmedAt) {
    throw wrongState(connection, now);
  }
  if (now.getTime() - confirmedAt.getTime() > CLAW_BACK_DAYS * 86_400_000) {
    throw new Refusal('CONNECTION_STATE', `It was confirmed more than ${CLAW_BACK_DAYS} days ago.`);
  }
  await takeBack(work, connection);
  await keepReview(work, reviewerId, connectionId, ReviewDecision.CLAW_BACK, reason);
  tell(work, connection);
  return connection;
}

/** The others are told only where they had been told that it counts. */
async function takeBack(work: UnitOfWork, connection: Connection): Promise<void> {
  moveOn(connection, 'clawBack', 'reviewer');
  await takeDownStoriesOf(work, connection.id);
  const { id, officerId, citizenId, zipCode, confirmedAt, toldAt } = connection;
  if (!toldAt || !confirmedAt) return;
  work.record('connection.clawedBack', {
    connectionId: id,
    officerId,
    citizenId,
    zipCode: zipCode ?? null,
    confirmedAt: confirmedAt.toISOString(),
    clawedBackAt: work.now.toISOString(),
  });
}

async function lockAny(em: EntityManager, id: string): Promise<Connection> {
  const connection = await em.findOne(Connection, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!connection) throw new Refusal('NOT_FOUND', 'There is no such connection.');
  return connection;
}

async function keepReview(
  { em, now, newId }: UnitOfWork,
  reviewerId: string,
  connectionId: string,
  decision: ReviewDecision,
  reason: string,
): Promise<void> {
  await em.execute(
    `insert into connections.connection_review (id, connection_id, reviewer_id, decision, reason, reviewed_at)
     values (?, ?, ?, ?, ?, ?)`,
    [newId(), connectionId, reviewerId, decision, reason, now],
  );
}

/** The findings of each connection, by kind. Answers in the order of `ids`. */
export async function findingsOf(em: EntityManager, ids: readonly string[]): Promise<RiskFinding[][]> {
  const rows = await em.execute<{ connection_id: string; kind: RiskKind; version: number; found_at: string }[]>(
    'select * from connections.risk_finding where connection_id in (?) order by kind',
    [[...ids]],
  );
  return ids.map((id) =>
    rows
      .filter((row) => row.connection_id === id)
      .map(({ kind, version, found_at }) => ({ kind, version, foundAt: new Date(found_at) })),
  );
}

/** The decisions about each connection, the earliest first. Answers in the order of `ids`. */
export async function reviewsOf(em: EntityManager, ids: readonly string[]): Promise<ConnectionReview[][]> {
  const rows = await em.execute<
    {
      id: string;
      connection_id: string;
      reviewer_id: string;
      decision: ReviewDecision;
      reason: string;
      reviewed_at: string;
    }[]
  >('select * from connections.connection_review where connection_id in (?) order by reviewed_at, id', [[...ids]]);
  return ids.map((id) =>
    rows
      .filter((row) => row.connection_id === id)
      .map((row) => ({
        id: row.id,
        reviewerId: row.reviewer_id,
        decision: row.decision,
        reason: row.reason,
        reviewedAt: new Date(row.reviewed_at),
      })),
  );
}
