/* Stories of people who are suspended: off the feed while it lasts, back where they were when it has ended. */
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { openPrecinct } from '../safety/testing/precinct.ts';
import { minute, person } from '../testing/town.ts';
import { administrator, harmless, openStorytelling } from './testing/storytellers.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { told, see, feed, feedChanges, nextChange, withdraw, report, review, held, consent, proposed } =
  openStorytelling(() => subject);
const { suspend, reinstate, block } = openPrecinct(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

/** Whoever an earlier test left about is gone. */
beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const isHeld = async (storyId: string) => (await held()).some(({ story }) => story.id === storyId);
/** The next change of this story among those of all. */
async function changeOf(events: Awaited<ReturnType<typeof feedChanges>>, storyId: string) {
  for (;;) {
    const change = await nextChange(events);
    if (change.storyId === storyId) return change;
  }
}

test.each(['officer' as const, 'citizen' as const])(
  'a story leaves feed, subscribers and its own page while its %s is suspended, and comes back to its place',
  async (side) => {
    const first = await told();
    const second = await told();
    const suspended = first[side];
    const changes = await feedChanges();
    await suspend(suspended);
    expect(await nextChange(changes)).toEqual({ kind: 'TAKEN_DOWN', storyId: first.id, story: null });
    expect((await feed()).ids).not.toContain(first.id);
    expect((await feed()).ids).toContain(second.id);
    expect(await see(first.id)).toBeNull();
    for (const one of [first.officer, first.citizen]) {
      expect(await see(first.id, one)).toMatchObject({ state: 'HELD', publishedAt: null });
    }
    expect(await report(person('citizen'), first.id)).toEqual({ code: 'NOT_FOUND' });
    await reinstate(suspended);
    expect(await nextChange(changes)).toMatchObject({
      kind: 'PUBLISHED',
      storyId: first.id,
      story: { text: harmless },
    });
    expect((await feed()).ids.slice(0, 2)).toEqual([second.id, first.id]);
    expect((await see(first.id))?.publishedAt).toBe(first.story.publishedAt);
    await changes.return?.();
  },
);

test('a suspension that ends by its instant brings the story back at that instant, without anybody saying so', async () => {
  const { id, officer } = await told();
  await suspend(officer, new Date(subject.clock.now().getTime() + 10 * minute));
  const changes = await feedChanges();
  subject.clock.advance(10 * minute - 5_000);
  expect((await feed()).ids).not.toContain(id);
  subject.clock.advance(5_000);
  expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: id });
  await changes.return?.();
});

test('what comes due during a suspension is shown after it, and no administrator has to decide', async () => {
  const { id, citizen, officer } = await told(harmless, 'FIVE_MINUTES');
  const updates = await subject.subscribe('subscription { ownStoryUpdates { state } }', {}, officer.caller);
  expect((await updates.next()).value.data.ownStoryUpdates.state).toBe('WAITING');
  await suspend(citizen);
  subject.clock.advance(5 * minute);
  expect((await updates.next()).value.data.ownStoryUpdates.state).toBe('HELD');
  expect(await isHeld(id)).toBe(false);
  const changes = await feedChanges();
  await reinstate(citizen);
  expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: id });
  await Promise.all([updates.return?.(), changes.return?.()]);
});

test('a story of two who are suspended waits for both', async () => {
  const { id, officer, citizen } = await told();
  const other = await told();
  await suspend(officer);
  await suspend(citizen);
  const changes = await feedChanges();
  await suspend(other.citizen);
  await reinstate(officer);
  await reinstate(other.citizen);
  // Both were looked at together: this one was not shown.
  expect(await changeOf(changes, other.id)).toMatchObject({ kind: 'TAKEN_DOWN' });
  expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: other.id });
  expect(await see(id)).toBeNull();
  await reinstate(citizen);
  expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: id });
  await changes.return?.();
});

test('a story that is withdrawn, refused or blocked meanwhile does not come back with the person', async () => {
  const [withdrawn, refused, parted, last] = [await told(), await told(), await told(), await told()];
  const people = [withdrawn.officer, refused.officer, parted.officer, last.officer];
  for (const each of people) await suspend(each);
  expect(await withdraw(withdrawn.citizen, withdrawn.id)).toMatchObject({ story: { state: 'TAKEN_DOWN' } });
  expect(await review(administrator(), refused.id, 'PUBLISH')).toEqual({ code: 'CONNECTION_STATE' });
  expect(await review(administrator(), refused.id, 'REFUSE')).toMatchObject({ story: { state: 'REFUSED' } });
  await block(parted.citizen, parted.officer.id);
  const changes = await feedChanges();
  for (const each of people) await reinstate(each);
  expect(await changeOf(changes, last.id)).toMatchObject({ kind: 'PUBLISHED' });
  const { ids } = await feed();
  for (const { id } of [withdrawn, refused, parted]) expect(ids).not.toContain(id);
  expect(await isHeld(parted.id)).toBe(true);
  await changes.return?.();
});

test('a story that is about to be shown when its person is suspended does not slip by', async () => {
  const { id, officer, citizen } = await proposed();
  let suspending: Promise<void> | undefined;
  let suspended = false;
  const { stories } = subject.services;
  const isHeldUp = async () => {
    const rows = await subject.em().execute<unknown[]>(
      `select 1 from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.length > 0;
  };
  let asked = 0;
  Object.assign(subject.services, {
    stories: {
      ...stories,
      async mayPublish(accountId: string, em: Parameters<typeof stories.mayPublish>[1]) {
        const may = await stories.mayPublish(accountId, em);
        // Asked of who consents, then of both: by now it is settled that the story may be shown.
        if (++asked === 3) {
          suspending = suspend(citizen).then(() => {
            suspended = true;
          });
          while (!suspended && !(await isHeldUp()));
        }
        return may;
      },
    },
  });
  await consent(officer, id, 'NONE');
  Object.assign(subject.services, { stories });
  await suspending;
  expect((await feed()).ids).not.toContain(id);
  expect(await see(id, officer)).toMatchObject({ state: 'HELD' });
});

test('another process shows the story again when the one that took the fact in is gone', async () => {
  const { id, citizen } = await told();
  await suspend(citizen);
  const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
  try {
    const there = await other.subscribe('subscription { storyFeedChanges { kind storyId } }');
    await subject.services.stories.close();
    await reinstate(citizen);
    subject.clock.advance(30_000);
    expect((await there.next()).value.data.storyFeedChanges).toEqual({ kind: 'PUBLISHED', storyId: id });
    await there.return?.();
  } finally {
    await other.close();
    await subject.close();
    subject = await openTestSubgraph(connections);
  }
});
