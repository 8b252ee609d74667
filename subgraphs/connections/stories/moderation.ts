/*
 * Who watches over what is shown: anybody reports, three reports take a story off the feed, an administrator decides.
 * Each decision leaves a record that cannot be changed. Nobody decides about a story of their own.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canBeShown, hold, leaveFeed, lockStory, type MayPublish, publishIfDue, tellPeople } from './publication.ts';
import { wrongState } from './stories.ts';
import { type Story, storySideOf } from './story.ts';
import { StoryDecision, StoryHoldCause, type StoryReportReason, StoryState } from './story-state.ts';

/** Reports by different accounts that take a story off the feed; counted anew after each review. */
export const REPORTS_TO_HOLD = 3;

/** One account's report of a story on the feed; a second one by the same account changes nothing. @throws Refusal NOT_FOUND. */
export async function reportStory(
  work: UnitOfWork,
  accountId: string,
  storyId: string,
  reason: StoryReportReason,
): Promise<void> {
  const { em, now } = work;
  const locked = await lockStory(em, storyId);
  if (!locked) throw new Refusal('NOT_FOUND', 'There is no such story.');
  const { story } = locked;
  if (story.state !== StoryState.PUBLISHED) {
    // Whoever has reported it may ask again without learning what became of it.
    if (await hasReported(em, storyId, accountId)) return;
    throw new Refusal('NOT_FOUND', 'There is no such story.');
  }
  await em.execute(
    `insert into connections.story_report (story_id, account_id, reason, reported_at) values (?, ?, ?, ?)
     on conflict do nothing`,
    [storyId, accountId, reason, now],
  );
  const reports = (await openReports(em, [storyId])).get(storyId) ?? 0;
  if (reports >= REPORTS_TO_HOLD) {
    await hold(work, story, StoryHoldCause.REPORTS, []);
  }
}

/**
 * An administrator's word on a story that is held.
 * @throws Refusal NOT_FOUND, FORBIDDEN (one's own), STORY_STATE (not held), CONNECTION_STATE (the meeting does not count).
 */
export async function reviewStory(
  work: UnitOfWork,
  mayPublish: MayPublish,
  administratorId: string,
  review: { readonly storyId: string; readonly decision: StoryDecision; readonly reason: string },
): Promise<Story> {
  const { em, now } = work;
  const locked = await lockStory(em, review.storyId);
  if (!locked) throw new Refusal('NOT_FOUND', 'There is no such story.');
  const { story, connection } = locked;
  if (storySideOf(story, administratorId)) throw new Refusal('FORBIDDEN', 'Somebody else decides about your stories.');
  if (story.state !== StoryState.HELD) throw wrongState(story);
  await em.execute(
    `insert into connections.story_decision (id, story_id, decision, administrator_id, reason, decided_at)
     values (?, ?, ?, ?, ?, ?)`,
    [work.newId(), story.id, review.decision, administratorId, review.reason, now],
  );
  await em.execute('update connections.story_report set settled_at = ? where story_id = ? and settled_at is null', [
    now,
    story.id,
  ]);
  if (review.decision === StoryDecision.REFUSE) {
    await leaveFeed(work, story, { state: StoryState.REFUSED, heldFor: null, heldAt: null });
    return story;
  }
  if (!(await canBeShown(em, mayPublish, story, connection))) {
    throw new Refusal('CONNECTION_STATE', 'The meeting does not count now, or one of the two may not be shown.');
  }
  Object.assign(story, { state: StoryState.WAITING, heldFor: null, heldAt: null, findings: null });
  await em.flush();
  tellPeople(work, story);
  await publishIfDue(work, mayPublish, story, connection);
  return story;
}

/** Reports since the last review, by story; stories without any are left out. */
export async function openReports(em: EntityManager, storyIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await em.execute<{ story_id: string; reports: number }[]>(
    `select story_id, count(*)::int as reports from connections.story_report
     where story_id in (?) and settled_at is null group by story_id`,
    [[...storyIds]],
  );
  return new Map(rows.map(({ story_id, reports }) => [story_id, reports]));
}

async function hasReported(em: EntityManager, storyId: string, accountId: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    'select 1 from connections.story_report where story_id = ? and account_id = ?',
    [storyId, accountId],
  );
  return rows.length > 0;
}
