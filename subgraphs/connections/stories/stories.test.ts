import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, openTown, person } from '../testing/town.ts';
import { openPublication } from './publication.ts';
import { STORIES_PER_CONNECTION } from './stories.ts';
import { FEED_CHANNEL } from './story.ts';
import { harmless, type Meeting, openStorytelling, type SeenStory, storyFields } from './testing/storytellers.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { accepted } = openTown(() => subject);
const { met, propose, proposed, consent, told, withdraw, see, feed, feedChanges, nextChange } = openStorytelling(
  () => subject,
);

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

describe('a story', () => {
  test('is shown when both have consented and the delay of the officer is over, and not before', async () => {
    const { officer, citizen, connectionId, id } = await proposed();
    expect(await see(id, citizen)).toMatchObject({ state: 'PROPOSED', connection: { id: connectionId } });
    expect(await see(id, officer)).toMatchObject({ state: 'PROPOSED', consentedAt: null });
    expect(await see(id)).toBeNull();
    const { story } = await consent(officer, id, 'FIVE_MINUTES');
    expect(story).toMatchObject({ state: 'WAITING', publishedAt: null, consentedAt: expect.any(String) });
    const waits = new Date(story?.publishesAt ?? 0).getTime() - subject.clock.now().getTime();
    expect(Math.round(waits / 1000)).toBe(300);
    const changes = await feedChanges();
    subject.clock.advance(5 * minute - 5_000);
    expect((await feed()).ids).not.toContain(id);
    subject.clock.advance(5_000);
    const change = await nextChange(changes);
    expect(change).toMatchObject({ kind: 'PUBLISHED', storyId: id, story: { id, text: harmless } });
    expect((await feed()).ids[0]).toBe(id);
    expect(await see(id, citizen)).toMatchObject({ state: 'PUBLISHED', publishesAt: null });
    await changes.return?.();
  });

  test('tells everybody its text and when it appeared, and neither accounts nor the meeting', async () => {
    const { id, officer, citizen, connectionId } = await told();
    const shown = await see(id, person('citizen'));
    expect(shown).toEqual({
      id,
      text: harmless,
      publishedAt: expect.any(String),
      state: null,
      publishesAt: null,
      consentedAt: null,
      connection: null,
    });
    const all = JSON.stringify(await feed());
    for (const secret of [officer.id, citizen.id, connectionId]) expect(all).not.toContain(secret);
  });

  test('without a delay is shown at once, and its two people see it as theirs on the feed', async () => {
    const changes = await feedChanges();
    const { story, citizen, connectionId } = await told();
    expect(story).toMatchObject({ state: 'PUBLISHED', publishedAt: expect.any(String) });
    expect(await nextChange(changes)).toMatchObject({
      kind: 'PUBLISHED',
      story: { state: null, connection: null, publishedAt: story.publishedAt },
    });
    expect(await see(story.id, citizen)).toMatchObject({ state: 'PUBLISHED', connection: { id: connectionId } });
    await changes.return?.();
  });

  test('of an officer who chooses no delay waits ten minutes; a citizen chooses none', async () => {
    const first = await met();
    const { story } = await propose(first.officer, first);
    const consented = await consent(first.citizen, story?.id ?? '');
    const waits = new Date(consented.story?.publishesAt ?? 0).getTime() - subject.clock.now().getTime();
    expect(Math.round(waits / minute)).toBe(10);
    const second = await met();
    expect(await propose(second.citizen, second, harmless, 'NONE')).toEqual({ code: 'BAD_USER_INPUT' });
    const { id } = (await propose(second.officer, second, harmless, 'NONE')).story as SeenStory;
    expect(await consent(second.citizen, id, 'NONE')).toEqual({ code: 'BAD_USER_INPUT' });
    expect(await consent(second.citizen, id)).toMatchObject({ story: { state: 'PUBLISHED' } });
  });

  test('that both are asked twice about is consented to once', async () => {
    const { officer, citizen, id } = await proposed();
    expect(await consent(citizen, id)).toMatchObject({ story: { state: 'PROPOSED' } });
    await consent(officer, id, 'TEN_MINUTES');
    expect(await consent(officer, id, 'NONE')).toMatchObject({ story: { state: 'WAITING' } });
  });

  test('is of a meeting that both have confirmed, by the two who met', async () => {
    const { officer, citizen, id } = await accepted();
    expect(await propose(officer, { officer, citizen, connectionId: id })).toEqual({ code: 'CONNECTION_STATE' });
    const meeting = await met();
    expect(await propose(person('citizen'), meeting)).toEqual({ code: 'NOT_FOUND' });
    expect(await propose({ ...officer, caller: { scopes: [] } }, meeting)).toEqual({ code: 'UNAUTHENTICATED' });
    const { story } = await propose(meeting.citizen, meeting);
    const stranger = person('officer');
    expect(await consent(stranger, story?.id ?? '')).toEqual({ code: 'NOT_FOUND' });
    expect(await withdraw(stranger, story?.id ?? '')).toEqual({ code: 'NOT_FOUND' });
    expect(await consent(stranger, randomUUID())).toEqual({ code: 'NOT_FOUND' });
  });

  test('comes to nothing between people of whom one has blocked the other', async () => {
    const block = 'mutation ($input: BlockPersonInput!) { blockPerson(input: $input) { blockedPerson { blockedAt } } }';
    const apart = async ({ citizen, officer }: Meeting) => {
      const { errors } = await subject.execute(block, { input: { accountId: officer.id } }, citizen.caller);
      expect(errors).toBeUndefined();
    };
    const first = await met();
    await apart(first);
    expect(await propose(first.officer, first)).toEqual({ code: 'CONNECTION_STATE' });
    const second = await proposed();
    await apart(second);
    expect(await consent(second.officer, second.id)).toEqual({ code: 'CONNECTION_STATE' });
    const third = await told(harmless, 'FIVE_MINUTES');
    await apart(third);
    const updates = await subject.subscribe('subscription { ownStoryUpdates { state } }', {}, third.officer.caller);
    expect((await updates.next()).value.data.ownStoryUpdates.state).toBe('WAITING');
    subject.clock.advance(5 * minute);
    expect((await updates.next()).value.data.ownStoryUpdates.state).toBe('HELD');
    await updates.return?.();
  });

  test('is one of a meeting at a time, also when both propose at once, and three in all', async () => {
    const meeting = await met();
    const { officer, citizen } = meeting;
    const answers = await Promise.all([officer, citizen, officer, citizen].map((who) => propose(who, meeting)));
    expect(answers.filter(({ code }) => code === 'STORY_ALREADY_PROPOSED')).toHaveLength(3);
    let id = answers.find(({ story }) => story)?.story?.id ?? '';
    for (let times = 1; times < STORIES_PER_CONNECTION; times++) {
      await withdraw(officer, id);
      id = (await propose(citizen, meeting)).story?.id ?? '';
    }
    await withdraw(citizen, id);
    expect(await propose(citizen, meeting)).toEqual({ code: 'LIMIT_REACHED' });
  });

  test('is told to its two people as it changes, what has not ended first', async () => {
    const { officer, citizen, id } = await proposed();
    const subscription = 'subscription { ownStoryUpdates { id state } }';
    const events = await subject.subscribe(subscription, {}, officer.caller);
    const next = async () => (await events.next()).value.data.ownStoryUpdates;
    expect(await next()).toEqual({ id, state: 'PROPOSED' });
    await consent(officer, id, 'FIVE_MINUTES');
    expect(await next()).toEqual({ id, state: 'WAITING' });
    await withdraw(citizen, id);
    expect(await next()).toEqual({ id, state: 'TAKEN_DOWN' });
    await events.return?.();
    const nobody = await subject.subscribe(subscription, {});
    expect((await nobody.next()).value.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

describe('consent that is withdrawn', () => {
  test('while the delay runs: the story never appears', async () => {
    const { officer, citizen, id } = await told(harmless, 'FIVE_MINUTES');
    expect(await withdraw(citizen, id)).toMatchObject({ story: { state: 'TAKEN_DOWN', consentedAt: null } });
    const changes = await feedChanges();
    subject.clock.advance(5 * minute);
    const later = await told();
    expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: later.id });
    expect((await feed()).ids).not.toContain(id);
    expect(await consent(citizen, id)).toEqual({ code: 'STORY_STATE' });
    expect(await see(id, officer)).toMatchObject({ state: 'TAKEN_DOWN', publishesAt: null });
    await changes.return?.();
  });

  test('of a story on the feed: it is gone at once, and the feed is told', async () => {
    const { officer, id } = await told();
    const changes = await feedChanges();
    expect(await withdraw(officer, id)).toMatchObject({ story: { state: 'TAKEN_DOWN', publishedAt: null } });
    expect(await nextChange(changes)).toEqual({ kind: 'TAKEN_DOWN', storyId: id, story: null });
    expect((await feed()).ids).not.toContain(id);
    expect(await see(id)).toBeNull();
    expect(await withdraw(officer, id)).toMatchObject({ story: { state: 'TAKEN_DOWN' } });
    const other = await told();
    expect(await nextChange(changes)).toMatchObject({ storyId: other.id });
    await changes.return?.();
  });

  test('by who was asked only is a refusal, and nobody consents after it', async () => {
    const { officer, id } = await proposed();
    expect(await withdraw(officer, id)).toMatchObject({ story: { state: 'TAKEN_DOWN' } });
    expect(await consent(officer, id)).toEqual({ code: 'STORY_STATE' });
  });

  test('at the moment in which the other consents leaves nothing on the feed', async () => {
    for (let times = 0; times < 8; times++) {
      const { officer, citizen, id } = await proposed();
      await Promise.all([consent(officer, id, 'NONE'), withdraw(citizen, id)]);
      expect(await see(id, officer)).toMatchObject({ state: 'TAKEN_DOWN' });
      subject.clock.advance(16 * minute);
    }
  });

  test('keeps what is shown within what both want, even where no code looked', async () => {
    const { id } = await proposed();
    const show = `update connections.story set state = 'published', delay_minutes = 0, publish_at = now(),
      published_at = now() where id = ?`;
    await expect(subject.em().execute(show, [id])).rejects.toThrow('consent of both');
    const rewrite = "update connections.story set text = 'He was late.' where id = ?";
    await expect(subject.em().execute(rewrite, [id])).rejects.toThrow('consented to');
  });
});

describe('the feed', () => {
  test('stays the same for who pages through it while stories come and go', async () => {
    const ids: string[] = [];
    const people = [];
    for (let number = 0; number < 5; number++) {
      const story = await told(`Story number ${number}.`);
      ids.unshift(story.id);
      people.unshift(story);
    }
    const first = await feed({ first: 2 });
    expect(first.ids).toEqual(ids.slice(0, 2));
    await told('A newer one.');
    await withdraw(people[1]?.officer ?? person('officer'), ids[1] ?? '');
    await withdraw(people[2]?.officer ?? person('officer'), ids[2] ?? '');
    const second = await feed({ first: 2, after: first.endCursor });
    expect(second.ids).toEqual(ids.slice(3, 5));
    const { errors } = await subject.execute('{ storyFeed(after: "nonsense") { edges { cursor } } }');
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  test('is told from the messages alone, without a look at the database', async () => {
    const changes = await feedChanges();
    const story = { id: randomUUID(), officerId: randomUUID(), citizenId: randomUUID(), text: harmless };
    const publishedAt = subject.clock.now().toISOString();
    await subject.em().execute('alter table connections.story rename to story_away');
    try {
      const message = { kind: 'published', storyId: story.id, version: 1, story: { ...story, publishedAt } };
      await subject.live.publish(FEED_CHANNEL, message);
      expect((await nextChange(changes)).story).toMatchObject({ id: story.id, text: harmless, publishedAt });
    } finally {
      await subject.em().execute('alter table connections.story_away rename to story');
    }
    await changes.return?.();
  });

  test('tells nobody of a story as shown after it was taken down, in whatever order the messages come', async () => {
    const changes = [await feedChanges(), await feedChanges()];
    const { id, officer } = await told();
    const [shown] = await Promise.all(changes.map(nextChange));
    await withdraw(officer, id);
    const late = { ...shown.story, officerId: officer.id, citizenId: officer.id };
    await Promise.all(changes.map(nextChange));
    await subject.live.publish(FEED_CHANNEL, { kind: 'published', storyId: id, version: 1, story: late });
    const other = await told();
    for (const change of await Promise.all(changes.map(nextChange)))
      expect(change).toMatchObject({ storyId: other.id });
    await Promise.all(changes.map((each) => each.return?.()));
  });

  test('shows its own stories to each, in all states, page by page', async () => {
    const meeting = await met();
    const ids: string[] = [];
    for (let number = 0; number < 3; number++) {
      const { story } = await propose(meeting.officer, meeting);
      ids.unshift(story?.id ?? '');
      if (number < 2) await withdraw(meeting.citizen, story?.id ?? '');
    }
    const read = async (after: string | null) => {
      const document = `query ($after: Cursor) { ownStories(first: 2, after: $after) {
        edges { node { ${storyFields} } } pageInfo { endCursor } } }`;
      const { data } = await subject.execute(document, { after }, meeting.citizen.caller);
      return data.ownStories;
    };
    const first = await read(null);
    const second = await read(first.pageInfo.endCursor);
    const nodes = [...first.edges, ...second.edges].map(({ node }) => node);
    expect(nodes.map(({ id }) => id)).toEqual(ids);
    expect(nodes.map(({ state }) => state)).toEqual(['PROPOSED', 'TAKEN_DOWN', 'TAKEN_DOWN']);
    const { data } = await subject.execute('{ ownStories { edges { cursor } } }', {}, person('citizen').caller);
    expect(data.ownStories.edges).toEqual([]);
  });

  test('shows no caller the accounts of a story: they are for the gateway alone', async () => {
    const { data } = await subject.execute('{ _service { sdl } }');
    expect(data._service.sdl).toMatch(/officerId: ID! @inaccessible/);
    expect(data._service.sdl).toMatch(/citizenId: ID! @inaccessible/);
  });
});

describe('two processes', () => {
  test('show a story once', async () => {
    const waiting = await Promise.all([told(harmless, 'FIVE_MINUTES'), told(harmless, 'FIVE_MINUTES')]);
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    try {
      const processes = [subject, other];
      const feeds = await Promise.all(
        processes.map((each) => each.subscribe('subscription { storyFeedChanges { storyId } }')),
      );
      subject.clock.advance(5 * minute);
      const last = randomUUID();
      for (const each of processes) {
        await each.services.stories.close();
        await each.live.publish(FEED_CHANNEL, { kind: 'taken_down', storyId: last, version: 1 });
      }
      const heard: string[] = [];
      for (const events of feeds) {
        for await (const { data } of events) {
          if (data.storyFeedChanges.storyId === last) break;
          heard.push(data.storyFeedChanges.storyId);
        }
      }
      expect(heard.sort()).toEqual(waiting.map(({ id }) => id).sort());
      expect((await feed()).ids).toEqual(expect.arrayContaining(heard));
    } finally {
      await other.close();
      await subject.close();
      subject = await openTestSubgraph(connections);
    }
  });

  test('one after the other: what came due in between is shown by the second', async () => {
    const { id } = await told(harmless, 'TEN_MINUTES');
    const { databaseUrl, clock } = subject;
    await subject.services.stories.close();
    clock.advance(11 * minute);
    expect((await feed()).ids).not.toContain(id);
    const next = await openTestSubgraph(connections, { databaseUrl, clock });
    try {
      await next.services.stories.close();
      expect((await feed()).ids).toContain(id);
    } finally {
      await next.close();
      await subject.close();
      subject = await openTestSubgraph(connections);
    }
  });

  test('side by side: what the one that died was to show is shown by the other', async () => {
    const other = await openTestSubgraph(connections, { databaseUrl: subject.databaseUrl, clock: subject.clock });
    try {
      const { id } = await told(harmless, 'FIVE_MINUTES');
      await subject.services.stories.close();
      const there = await other.subscribe('subscription { storyFeedChanges { kind storyId } }');
      subject.clock.advance(5 * minute + 30_000);
      expect((await there.next()).value.data.storyFeedChanges).toEqual({ kind: 'PUBLISHED', storyId: id });
      await there.return?.();
    } finally {
      await other.close();
      await subject.close();
      subject = await openTestSubgraph(connections);
    }
  });
});

test('what comes due while the server looks for what is due is shown at once', async () => {
  const { id, story } = await told(harmless, 'FIVE_MINUTES');
  await subject.services.stories.close();
  const { clock, databaseUrl } = subject;
  const due = new Date(story.publishesAt ?? 0);
  clock.advance(due.getTime() - clock.now().getTime() - 5_000);
  const armed: Date[] = [];
  const watched: typeof connections = {
    ...connections,
    async open(machine) {
      const services = await connections.open(machine);
      await services.stories.close();
      let questions = 0;
      const em = () => {
        if (++questions === 2) clock.advance(due.getTime() - clock.now().getTime());
        return machine.em();
      };
      const at = (instant: Date, ring: () => void) => {
        armed.push(instant);
        return clock.at(instant, ring);
      };
      const stories = openPublication({ ...machine, em, clock: { now: () => clock.now(), at } }, async () => true);
      return { ...services, stories };
    },
  };
  const other = await openTestSubgraph(watched, { databaseUrl, clock });
  try {
    const there = await other.subscribe('subscription { storyFeedChanges { storyId } }');
    expect((await there.next()).value.data.storyFeedChanges).toEqual({ storyId: id });
    expect(armed[0]).toEqual(due);
    await there.return?.();
    await other.services.stories.close();
  } finally {
    await other.close();
    await subject.close();
    subject = await openTestSubgraph(connections);
  }
});

describe('a text', () => {
  test('of any characters is refused as malformed, or kept as it was written', async () => {
    const hostile = fc.constantFrom(
      '\u202e',
      '\u0000',
      '$1',
      '?',
      "'; drop table story; --",
      '{officer}',
      '\\',
      '\ud800',
    );
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), hostile));
    const meeting = await met();
    await fc.assert(
      fc.asyncProperty(texts, async (parts) => {
        await subject.em().execute('delete from connections.story_consent');
        await subject.em().execute('delete from connections.story');
        const text = parts.join('').slice(0, 400);
        const { code, story } = await propose(meeting.citizen, meeting, text);
        if (code) {
          expect(code).toBe('BAD_USER_INPUT');
        } else {
          expect(story?.text).toBe(text.trim());
          const consented = await consent(meeting.officer, story?.id ?? '', 'FIVE_MINUTES');
          expect(['WAITING', 'HELD']).toContain(consented.story?.state);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is of 1 to 280 characters and reads as it is written', async () => {
    const meeting = await met();
    const codes = await Promise.all(
      ['', ' \n ', 'x'.repeat(281), 'a\u202eb', 'a\u0007b', `e${'\u0301'.repeat(6)}`].map(
        async (text) => (await propose(meeting.citizen, meeting, text)).code,
      ),
    );
    expect(codes).toEqual(Array(6).fill('BAD_USER_INPUT'));
    const { story } = await propose(meeting.citizen, meeting, `Café 👨‍👩‍👧 ${'x'.repeat(260)}`);
    expect(story?.text).toMatch(/^Café 👨‍👩‍👧 x/);
  });
});
