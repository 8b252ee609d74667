/*
 * What a person has told the administrators, as that person may read it again: their own words and whether somebody has
 * looked. What came of it concerns the other, and is not told here.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import { StoryReportReason } from '../stories/story-state.ts';
import { AvailabilityWindow } from '../windows/window.ts';
import { PersonReport, PersonReportState } from './person-report.ts';
import { PersonReportReason } from './report-reason.ts';

@ObjectType({ description: 'A report of a person, as who made it sees it.' })
export class OwnPersonReport {
  @Field(() => ID, { description: 'The id of the report.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'The connection it is about.' })
  connectionId!: string | null;

  @Field(() => PersonReportReason, { description: 'What it is about.' })
  reason!: PersonReportReason;

  @Field(() => Text, {
    nullable: true,
    description: 'As it was written; null once the other has left and it was decided.',
  })
  text!: string | null;

  @Field(() => DateTime, { description: 'When it was made, or added to.' })
  reportedAt!: Date;

  @Field(() => PersonReportState, { description: 'Whether an administrator has decided.' })
  state!: PersonReportState;
}

@ObjectType({ description: 'A report of a story, as who made it sees it.' })
export class OwnStoryReport {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;

  @Field(() => StoryReportReason, { description: 'What is wrong with it.' })
  reason!: StoryReportReason;

  @Field(() => DateTime, { description: 'When that was said.' })
  reportedAt!: Date;
}

export const OwnPersonReportPage = pageOf(OwnPersonReport);
export const OwnStoryReportPage = pageOf(OwnStoryReport);
export const AvailabilityWindowPage = pageOf(AvailabilityWindow);

/** The newest first. */
export async function ownPersonReports(
  em: EntityManager,
  reporterId: string,
  page: PageArguments,
): Promise<Page<OwnPersonReport>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await em.find(
    PersonReport,
    { reporterId, ...(after && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.first + 1 },
  );
  const reports = rows.map(({ id, connectionId = null, reason, text = null, reportedAt, state }) =>
    Object.assign(new OwnPersonReport(), { id, connectionId, reason, text, reportedAt, state }),
  );
  return toPage(reports, page, ({ id }) => [id]);
}

/** In the order of the stories, the newest first. */
export async function ownStoryReports(
  em: EntityManager,
  accountId: string,
  page: PageArguments,
): Promise<Page<OwnStoryReport>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await em.execute<{ story_id: string; reason: StoryReportReason; reported_at: string }[]>(
    `select story_id, reason, reported_at from connections.story_report
     where account_id = ? and (?::uuid is null or story_id < ?::uuid) order by story_id desc limit ?`,
    [accountId, after ?? null, after ?? null, page.first + 1],
  );
  const reports = rows.map(({ story_id: storyId, reason, reported_at }) =>
    Object.assign(new OwnStoryReport(), { storyId, reason, reportedAt: new Date(reported_at) }),
  );
  return toPage(reports, page, ({ storyId }) => [storyId]);
}

/** The windows of an officer, the newest first. */
export async function ownWindows(
  em: EntityManager,
  officerId: string,
  page: PageArguments,
): Promise<Page<AvailabilityWindow>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  const rows = await em.find(
    AvailabilityWindow,
    { officerId, ...(after && { id: { $lt: after } }) },
    { orderBy: { id: 'desc' }, limit: page.first + 1 },
  );
  return toPage(rows, page, ({ id }) => [id]);
}
