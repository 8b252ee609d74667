/*
 * What the two people of a meeting do about its story: one proposes, the other consents, either takes it back at any
 * time. Who proposes consents with it, so a proposal lacks one consent and the next makes it whole.
 */
import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { type Connection, sideOf } from '../handshake/connection.ts';
import type { Side } from '../handshake/connection-state.ts';
import {
  hold,
  isBlocked,
  isMet,
  lockConnection,
  lockStory,
  type MayPublish,
  publishIfDue,
  takeDown,
  tellPeople,
} from './publication.ts';
import { Story, storySideOf } from './story.ts';
import { matchedRules } from './story-rules.ts';
import { StoryDelay, StoryHoldCause, StoryState } from './story-state.ts';

/** Stories that one meeting may have in its life, those taken back among them: nobody is asked again and again. */
export const STORIES_PER_CONNECTION = 3;

export interface Proposal {
  readonly connectionId: string;
  readonly text: string;
  readonly delay?: StoryDelay | null | undefined;
}

/**
 * Writes the story of a meeting of the caller, who consents with it.
 * @throws Refusal NOT_FOUND, CONNECTION_STATE, FORBIDDEN, BAD_USER_INPUT, STORY_ALREADY_PROPOSED, LIMIT_REACHED.
 */
export async function proposeStory(
  work: UnitOfWork,
  mayPublish: MayPublish,
  accountId: string,
  { connectionId, text, delay }: Proposal,
): Promise<Story> {
  const { em, now } = work;
  const connection = await lockConnection(em, connectionId);
  const side = connection && sideOf(connection, accountId);
  if (!side) throw new Refusal('NOT_FOUND', 'You have no such connection.');
  await requireMet(em, connection);
  const delayMinutes = delayChosen(side, delay);
  await requirePublishable(em, mayPublish, accountId);
  const story = em.create(Story, {
    id: work.newId(),
    connectionId,
    officerId: connection.officerId,
    citizenId: connection.citizenId,
    proposedBy: side,
    text,
    state: StoryState.PROPOSED,
    delayMinutes,
    proposedAt: now,
    feedVersion: 0,
  });
  await insert(em);
  if ((await em.count(Story, { connectionId })) > STORIES_PER_CONNECTION) {
    throw new Refusal('LIMIT_REACHED', `A connection has at most ${STORIES_PER_CONNECTION} stories.`);
  }
  await consent(work, story.id, accountId);
  const asked = side === 'officer' ? connection.citizenId : connection.officerId;
  work.record('story.proposed', { storyId: story.id, accountId: asked, proposedAt: now.toISOString() });
  tellPeople(work, story);
  return story;
}

/**
 * The other of the two consents: from now on the delay runs, or an administrator reads it first. Saying it twice changes
 * nothing. `delay` is the officer's.
 * @throws Refusal NOT_FOUND, STORY_STATE, CONNECTION_STATE, FORBIDDEN, BAD_USER_INPUT.
 */
export async function consentToStory(
  work: UnitOfWork,
  mayPublish: MayPublish,
  accountId: string,
  storyId: string,
  delay?: StoryDelay | null,
): Promise<Story> {
  const { em, now } = work;
  const { story, connection, side } = await lockOwn(em, storyId, accountId);
  const delayMinutes = delayChosen(side, delay);
  if (await hasConsented(em, storyId, accountId)) return story;
  if (story.state !== StoryState.PROPOSED) throw wrongState(story);
  await requireMet(em, connection);
  await requirePublishable(em, mayPublish, accountId);
  await consent(work, storyId, accountId);
  if (side === 'officer') story.delayMinutes = delayMinutes;
  story.publishAt = new Date(now.getTime() + (story.delayMinutes ?? StoryDelay.TEN_MINUTES) * 60_000);
  const findings = await matchedRules(em, story.text);
  if (findings.length > 0) {
    await hold(work, story, StoryHoldCause.RULES, findings);
    return story;
  }
  story.state = StoryState.WAITING;
  await em.flush();
  tellPeople(work, story);
  await publishIfDue(work, mayPublish, story, connection);
  return story;
}

/** Takes consent back, or declines: the story is gone at once. Saying it twice changes nothing. @throws Refusal NOT_FOUND. */
export async function withdrawConsent(work: UnitOfWork, accountId: string, storyId: string): Promise<Story> {
  const { em, now } = work;
  const { story } = await lockOwn(em, storyId, accountId);
  await em.execute(
    `update connections.story_consent set withdrawn_at = greatest(consented_at, ?)
     where story_id = ? and account_id = ? and withdrawn_at is null`,
    [now, storyId, accountId],
  );
  await takeDown(work, story);
  return story;
}

export function wrongState(story: Story): Refusal {
  return new Refusal('STORY_STATE', `The story is ${story.state.replace('_', ' ')}.`);
}

async function lockOwn(em: EntityManager, storyId: string, accountId: string) {
  const locked = await lockStory(em, storyId);
  const side = locked && storySideOf(locked.story, accountId);
  if (!side) throw new Refusal('NOT_FOUND', 'You have no such story.');
  return { ...locked, side };
}

/** An officer who chooses nothing waits longest. */
function delayChosen(side: Side, delay: StoryDelay | null | undefined): StoryDelay | null {
  if (side === 'officer') return delay ?? StoryDelay.TEN_MINUTES;
  if (delay == null) return null;
  throw new Refusal('BAD_USER_INPUT', 'The delay is for the officer to choose.');
}

/** That the other has blocked one is not told apart from a meeting that does not count. */
async function requireMet(em: EntityManager, connection: Connection): Promise<void> {
  if (isMet(connection) && !(await isBlocked(em, connection))) return;
  throw new Refusal('CONNECTION_STATE', 'A story is of a meeting that both have confirmed and that counts.');
}

async function requirePublishable(em: EntityManager, mayPublish: MayPublish, accountId: string): Promise<void> {
  if (!(await mayPublish(accountId, em))) throw new Refusal('FORBIDDEN', 'This account may not have public stories.');
}

async function insert(em: EntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new Refusal('STORY_ALREADY_PROPOSED') : error;
  }
}

async function consent(work: UnitOfWork, storyId: string, accountId: string): Promise<void> {
  await work.em.execute('insert into connections.story_consent (story_id, account_id, consented_at) values (?, ?, ?)', [
    storyId,
    accountId,
    work.now,
  ]);
}

async function hasConsented(em: EntityManager, storyId: string, accountId: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    'select 1 from connections.story_consent where story_id = ? and account_id = ? and withdrawn_at is null',
    [storyId, accountId],
  );
  return rows.length > 0;
}
