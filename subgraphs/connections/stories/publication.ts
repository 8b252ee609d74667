/*
 * When a story is on the feed: what puts it there, what takes it off, and the alarm that wakes the server for those that
 * wait. All of it happens on the locked rows, the connection first and then its story, so each thing happens once, on
 * however many processes. What waits stands in the database; any process shows what is due, whoever was asked for it.
 */
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { LRUCache } from 'lru-cache';
import type { Alarm } from '../../kernel/clock.ts';
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { Connection } from '../handshake/connection.ts';
import { ConnectionState } from '../handshake/connection-state.ts';
import { isAnySuspended, SUSPENDED, shareLocks } from '../safety/person.ts';
import { FEED_CHANNEL, ownStoriesChannel, Story, type StoryMessage, toMessage } from './story.ts';
import { isFinal, StoryHoldCause, StoryState } from './story-state.ts';

/** Whether the account may have a public story: its age band, its standing. Asked in the transaction of `em`. */
export type MayPublish = (accountId: string, em: EntityManager) => Promise<boolean>;

/** Both have confirmed and nothing is under review; a meeting that is clawed back is none. */
export function isMet({ state }: Connection): boolean {
  return state === ConnectionState.CONFIRMED || state === ConnectionState.REWARDED;
}

/** Whether one of the two has blocked the other: then neither writes to the other by way of a story. */
export async function isBlocked(em: EntityManager, { officerId, citizenId }: Connection): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from connections.block where ended_at is null
       and ((blocker_id = ? and blocked_id = ?) or (blocker_id = ? and blocked_id = ?))`,
    [officerId, citizenId, citizenId, officerId],
  );
  return rows.length > 0;
}

/** Whether the meeting counts, the two have not parted since, and both may be shown. */
export async function canBeShown(
  em: EntityManager,
  mayPublish: MayPublish,
  story: Story,
  connection: Connection,
): Promise<boolean> {
  if (!isMet(connection) || (await isBlocked(em, connection))) return false;
  return (await mayPublish(story.officerId, em)) && (await mayPublish(story.citizenId, em));
}

/**
 * A story and its connection, both locked: the connection against change, the story for us. Its people are kept from
 * being suspended meanwhile, or a story could appear behind the back of who hides them all. Null where there is none.
 */
export async function lockStory(
  em: EntityManager,
  storyId: string,
): Promise<{ story: Story; connection: Connection } | null> {
  const [row] = await em.execute<{ connection_id: string; officer_id: string; citizen_id: string }[]>(
    'select connection_id, officer_id, citizen_id from connections.story where id = ?',
    [storyId],
  );
  if (row) await shareLocks(em, [row.officer_id, row.citizen_id]);
  const connection = row && (await lockConnection(em, row.connection_id));
  const story = connection && (await em.findOne(Story, storyId, { lockMode: LockMode.PESSIMISTIC_WRITE }));
  return story ? { story, connection } : null;
}

/** Stays as it is until this transaction ends; others who look at it as we do need not wait. */
export function lockConnection(em: EntityManager, id: string): Promise<Connection | null> {
  return em.findOne(Connection, id, { lockMode: LockMode.PESSIMISTIC_READ });
}

/**
 * Shows a locked story if its time has come: that of one that waits, or the end of a suspension. A meeting under review,
 * or a person who may not be shown, makes it wait for an administrator instead.
 */
export async function publishIfDue(
  work: UnitOfWork,
  mayPublish: MayPublish,
  story: Story,
  connection: Connection,
): Promise<void> {
  const { em, now } = work;
  const isHidden = story.heldFor === StoryHoldCause.SUSPENSION;
  const isDue = story.state === StoryState.WAITING && story.publishAt != null && story.publishAt <= now;
  if (!isDue && !isHidden) return;
  if (await isAnySuspended(em, [story.officerId, story.citizenId], now)) {
    return isHidden ? undefined : hold(work, story, StoryHoldCause.SUSPENSION, []);
  }
  if (!(await canBeShown(em, mayPublish, story, connection))) {
    return hold(work, story, StoryHoldCause.CONNECTION, []);
  }
  Object.assign(story, { state: StoryState.PUBLISHED, heldFor: null, heldAt: null, findings: null });
  const { id, officerId, citizenId } = story;
  // Shown again after a suspension, it is no news.
  if (!story.publishedAt) {
    work.record('story.published', { storyId: id, officerId, citizenId, publishedAt: now.toISOString() });
  }
  story.publishedAt ??= now;
  story.feedVersion++;
  await em.flush();
  work.announce(FEED_CHANNEL, toMessage(story));
  tellPeople(work, story);
}

/** Puts a locked story into the queue of the administrators, off the feed if it is there, and writes down why. */
export async function hold(
  work: UnitOfWork,
  story: Story,
  cause: StoryHoldCause,
  findings: readonly string[],
): Promise<void> {
  await leaveFeed(work, story, { state: StoryState.HELD, heldFor: cause, heldAt: work.now, findings: [...findings] });
  await work.em.execute(
    `insert into connections.story_decision (id, story_id, decision, reason, decided_at) values (?, ?, 'hold', ?, ?)`,
    [work.newId(), story.id, [cause, ...findings].join(' '), work.now],
  );
}

/**
 * Takes every story of a suspended person off the feed, until that has ended; nothing happens to anybody else. To be
 * called in the transaction that suspends, which keeps new ones from appearing.
 */
export async function hideStoriesOf(work: UnitOfWork, accountId: string): Promise<void> {
  if (!(await isAnySuspended(work.em, [accountId], work.now))) return;
  const stories = await work.em.find(
    Story,
    { state: StoryState.PUBLISHED, $or: [{ officerId: accountId }, { citizenId: accountId }] },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const story of stories) await hold(work, story, StoryHoldCause.SUSPENSION, []);
}

/** Ends a locked story by the will of one of its people, or because its meeting does not count. One that has ended stays as it is. */
export async function takeDown(work: UnitOfWork, story: Story): Promise<void> {
  if (isFinal(story.state)) return;
  await leaveFeed(work, story, { state: StoryState.TAKEN_DOWN, heldFor: null, heldAt: null });
}

/**
 * Takes down what is told of a meeting that does not count any more. To be called in the transaction that says so and
 * has the connection's row locked.
 */
export async function takeDownStoriesOf(work: UnitOfWork, connectionId: string): Promise<void> {
  const stories = await work.em.find(
    Story,
    { connectionId },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const story of stories) await takeDown(work, story);
}

/** Takes down every story of the account for good. To be called in the transaction that says why. */
export async function takeDownStoriesAbout(work: UnitOfWork, accountId: string): Promise<void> {
  const { PROPOSED, WAITING, HELD, PUBLISHED } = StoryState;
  const own = { $or: [{ officerId: accountId }, { citizenId: accountId }] };
  const stories = await work.em.find(
    Story,
    { ...own, state: { $in: [PROPOSED, WAITING, HELD, PUBLISHED] } },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  for (const story of stories) await takeDown(work, story);
}

/** Changes a locked story to a state that is not shown, and tells the feed if it was. */
export async function leaveFeed(work: UnitOfWork, story: Story, changes: Partial<Story>): Promise<void> {
  const wasShown = story.state === StoryState.PUBLISHED;
  Object.assign(story, changes);
  if (wasShown) story.feedVersion++;
  await work.em.flush();
  if (wasShown) work.announce(FEED_CHANNEL, toMessage(story));
  tellPeople(work, story);
}

export function tellPeople(work: UnitOfWork, { id, officerId, citizenId }: Story): void {
  for (const accountId of [officerId, citizenId]) work.announce(ownStoriesChannel(accountId), { storyId: id });
}

/** How often a process looks for stories that another one, which may have died, was to show. */
const SWEEP_MILLISECONDS = 30_000;
const BATCH = 100;
/** Stories of which the newest change is remembered; messages overtake one another by moments. */
const VERSIONS_KEPT = 1_000;

export interface Publication {
  readonly mayPublish: MayPublish;
  /** Wakes us at this instant for the story that waits until then. To be called once that is committed. */
  wake(publishAt: Date): void;
  /** Whether nothing newer has been heard of the story; so that one that is taken down is not told as shown afterwards. */
  isNews(message: StoryMessage): boolean;
  /** Resolves when what has been begun is done; what comes due later is left to another process. */
  close(): Promise<void>;
}

/** Shows what is due, now and from now on. */
export function openPublication(machine: Machine, mayPublish: MayPublish): Publication {
  const { clock, log } = machine;
  const versions = new LRUCache<string, number>({ max: VERSIONS_KEPT });
  let armed: { readonly at: Date; readonly alarm: Alarm } | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let closed = false;

  const wake = (at: Date) => {
    if (closed || (armed && armed.at <= at)) return;
    armed?.alarm.cancel();
    armed = { at, alarm: clock.at(at, ring) };
  };
  const ring = () => {
    armed = undefined;
    underWay = underWay.then(async () => {
      const sweep = new Date(clock.now().getTime() + SWEEP_MILLISECONDS);
      try {
        const next = await publishDue(machine, mayPublish, () => closed);
        wake(next && next < sweep ? next : sweep);
      } catch (err) {
        log.error({ err }, 'could not look for the stories that are due');
        wake(sweep);
      }
    });
  };
  ring();
  return {
    mayPublish,
    wake,
    isNews({ storyId, version }) {
      const newest = Math.max(versions.get(storyId) ?? 0, version);
      versions.set(storyId, newest);
      return version === newest;
    },
    async close() {
      closed = true;
      armed?.alarm.cancel();
      await underWay;
    },
  };
}

/** One transaction each, so that one that fails holds up no other; it is tried again at the next sweep. @returns when the next is due. */
async function publishDue(machine: Machine, mayPublish: MayPublish, closed: () => boolean): Promise<Date | undefined> {
  for (;;) {
    // One instant for both questions, or what comes due between them would be in neither answer.
    const now = machine.clock.now();
    const due = await machine.em().execute<{ id: string }[]>(
      `(select id from connections.story where state = 'waiting' and publish_at <= ? order by publish_at limit ?)
         union all
         (select story.id from connections.story where held_for = 'suspension'
            and not exists (select 1 from connections.person
              where account_id in (officer_id, citizen_id) and ${SUSPENDED}) order by story.id limit ?)`,
      [now, BATCH, now, BATCH],
    );
    let shown = 0;
    for (const { id } of due) shown += (await publishOne(machine, mayPublish, id)) ? 1 : 0;
    if (due.length >= BATCH && shown > 0 && !closed()) continue;
    const [row] = await machine.em().execute<{ next: Date | string | null }[]>(
      `select least(
           (select min(publish_at) from connections.story where state = 'waiting' and publish_at > ?),
           (select min(suspended_until) from connections.person where suspended_until > ? and exists
             (select 1 from connections.story where held_for = 'suspension' and account_id in (officer_id, citizen_id)))
         ) as next`,
      [now, now],
    );
    return row?.next ? new Date(row.next) : undefined;
  }
}

async function publishOne(machine: Machine, mayPublish: MayPublish, storyId: string): Promise<boolean> {
  try {
    await machine.work(async (work) => {
      const locked = await lockStory(work.em, storyId);
      if (locked) await publishIfDue(work, mayPublish, locked.story, locked.connection);
    });
    return true;
  } catch (err) {
    machine.log.error({ err, storyId }, 'a story could not be shown');
    return false;
  }
}
