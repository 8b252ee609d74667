import fc from 'fast-check';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { Connection } from '../handshake/connection.ts';
import { ConnectionState } from '../handshake/connection-state.ts';
import { minute, type Person, person } from '../testing/town.ts';
import { REPORTS_TO_HOLD } from './moderation.ts';
import { openPublication, takeDownStoriesOf } from './publication.ts';
import { administrator, harmless, openStorytelling } from './testing/storytellers.ts';

/** Accounts that may not have public stories. */
const young = new Set<string>();
let takeDown: (connectionId: string) => Promise<void>;
const guarded: typeof connections = {
  ...connections,
  async open(machine) {
    const services = await connections.open(machine);
    await services.stories.close();
    const stories = openPublication(machine, async (accountId) => !young.has(accountId));
    takeDown = (connectionId) => machine.work((work) => takeDownStoriesOf(work, connectionId));
    const close = () => Promise.all([stories.close(), services.close()]).then(() => undefined);
    return { ...services, stories, close };
  },
};

let subject: TestSubgraph<ConnectionsServices>;
const {
  ask,
  propose,
  proposed,
  consent,
  told,
  withdraw,
  report,
  review,
  see,
  feed,
  feedChanges,
  nextChange,
  held,
  met,
} = openStorytelling(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(guarded);
});

afterAll(async () => {
  await subject.close();
});

/** Whoever an earlier test left about is gone. */
beforeEach(() => {
  subject.clock.advance(16 * minute);
});

const telling = 'Call me at 512 555 0100!';
const heldStory = async (id: string) => (await held()).find(({ story }) => story.id === id);
const decisions = (id: string) =>
  subject
    .em()
    .execute<{ decision: string; reason: string; administrator_id: string | null }[]>(
      'select decision, reason, administrator_id from connections.story_decision where story_id = ? order by decided_at',
      [id],
    );

/** What the person's only story has become once its delay of five minutes is over. */
async function afterDelay({ caller }: Person): Promise<{ id: string; state: string }> {
  const updates = await subject.subscribe('subscription { ownStoryUpdates { id state } }', {}, caller);
  expect((await updates.next()).value.data.ownStoryUpdates.state).toBe('WAITING');
  subject.clock.advance(5 * minute);
  const { value } = await updates.next();
  await updates.return?.();
  return value.data.ownStoryUpdates;
}

describe('a text that may tell too much', () => {
  test('is held for an administrator, with the rules that it matches, and shown when one says so', async () => {
    const { id, story, citizen } = await told(telling);
    expect(story).toMatchObject({ state: 'HELD', publishedAt: null });
    expect(await heldStory(id)).toMatchObject({ cause: 'RULES', findings: ['phone-number'], reports: 0 });
    expect((await feed()).ids).not.toContain(id);
    const reader = administrator();
    expect(await review(reader, id, 'PUBLISH')).toMatchObject({ story: { id, state: 'PUBLISHED' } });
    expect((await feed()).ids[0]).toBe(id);
    expect(await heldStory(id)).toBeUndefined();
    expect(await see(id, citizen)).toMatchObject({ state: 'PUBLISHED' });
    expect(await decisions(id)).toEqual([
      { decision: 'hold', reason: 'rules phone-number', administrator_id: null },
      { decision: 'publish', reason: 'Read it twice.', administrator_id: reader.id },
    ]);
  });

  test('is shown by an administrator no earlier than the officer chose', async () => {
    const { id } = await told(telling, 'TEN_MINUTES');
    expect(await review(administrator(), id, 'PUBLISH')).toMatchObject({ story: { state: 'WAITING' } });
    expect((await feed()).ids).not.toContain(id);
    const changes = await feedChanges();
    subject.clock.advance(10 * minute);
    expect(await nextChange(changes)).toMatchObject({ kind: 'PUBLISHED', storyId: id });
    await changes.return?.();
  });

  test('and is refused is never shown; the two may write another', async () => {
    const { id, officer, citizen, connectionId } = await told(telling);
    expect(await review(administrator(), id, 'REFUSE')).toMatchObject({ story: { state: 'REFUSED' } });
    expect(await review(administrator(), id, 'PUBLISH')).toEqual({ code: 'STORY_STATE' });
    expect(await withdraw(citizen, id)).toMatchObject({ story: { state: 'REFUSED' } });
    expect(await see(id)).toBeNull();
    expect(await propose(officer, { officer, citizen, connectionId })).toMatchObject({ story: { state: 'PROPOSED' } });
  });

  test('that is taken back leaves the queue', async () => {
    const { id, officer } = await told(telling);
    await withdraw(officer, id);
    expect(await heldStory(id)).toBeUndefined();
    expect(await review(administrator(), id, 'PUBLISH')).toEqual({ code: 'STORY_STATE' });
  });

  test('is decided about once, by an administrator who has no part in it', async () => {
    const { id, officer } = await told(telling);
    const own: Person = { ...officer, caller: { accountId: officer.id, scopes: ['officer', 'administrator'] } };
    expect(await review(own, id, 'PUBLISH')).toEqual({ code: 'FORBIDDEN' });
    expect(await review(officer, id, 'PUBLISH')).toEqual({ code: 'FORBIDDEN' });
    const answers = await Promise.all([1, 2, 3].map(() => review(administrator(), id, 'PUBLISH')));
    expect(answers.filter(({ code }) => code === 'STORY_STATE')).toHaveLength(2);
    expect(await decisions(id)).toHaveLength(2);
    const { errors } = await subject.execute('{ storiesToReview { edges { cursor } } }', {}, officer.caller);
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  test('waits in the queue behind those that have waited longer, page by page', async () => {
    const ids: string[] = [];
    for (let times = 0; times < 3; times++) ids.push((await told(telling)).id);
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const document = `query ($after: Cursor) { storiesToReview(first: 2, after: $after) {
        edges { node { story { id } } } pageInfo { endCursor hasNextPage } } }`;
      const { data } = await subject.execute(document, { after }, administrator().caller);
      seen.push(...data.storiesToReview.edges.map(({ node }: { node: { story: { id: string } } }) => node.story.id));
      ({ endCursor: after, hasNextPage: more } = data.storiesToReview.pageInfo);
    }
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('reports', () => {
  test('by three accounts take a story off the feed, and one account counts once', async () => {
    const { id } = await told();
    const changes = await feedChanges();
    const [first, second, third] = [person('citizen'), person('officer'), person('citizen')];
    for (const who of [first, first, second, first, second]) expect((await report(who, id)).code).toBeUndefined();
    expect((await feed()).ids).toContain(id);
    await report(third, id);
    expect((await feed()).ids).not.toContain(id);
    expect(await nextChange(changes)).toEqual({ kind: 'TAKEN_DOWN', storyId: id, story: null });
    expect(await heldStory(id)).toMatchObject({ cause: 'REPORTS', findings: [], reports: REPORTS_TO_HOLD });
    expect((await report(first, id)).code).toBeUndefined();
    expect(await report(person('citizen'), id)).toEqual({ code: 'NOT_FOUND' });
    await changes.return?.();
  });

  test('count anew after a review, and not those that were looked at', async () => {
    const { id, story } = await told();
    const reporters = [person('citizen'), person('citizen'), person('citizen')];
    for (const who of reporters) await report(who, id);
    await review(administrator(), id, 'PUBLISH');
    expect(await see(id)).toMatchObject({ publishedAt: story.publishedAt });
    for (const who of [...reporters, person('citizen'), person('citizen')]) await report(who, id);
    expect((await feed()).ids).toContain(id);
    await report(person('citizen'), id);
    expect((await feed()).ids).not.toContain(id);
    await review(administrator(), id, 'REFUSE');
    expect((await decisions(id)).map(({ decision }) => decision)).toEqual(['hold', 'publish', 'hold', 'refuse']);
  });

  test('that arrive at once count each', async () => {
    const { id } = await told();
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => report(person('citizen'), id)));
    expect((await feed()).ids).not.toContain(id);
    expect((await decisions(id)).map(({ decision }) => decision)).toEqual(['hold']);
  });

  test('are of what is on the feed, by who is signed in', async () => {
    const { id } = await told(harmless, 'FIVE_MINUTES');
    expect(await report(person('citizen'), id)).toEqual({ code: 'NOT_FOUND' });
    expect(await report({ ...person('citizen'), caller: { scopes: [] } }, id)).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('who may not have public stories', () => {
  test('neither writes one nor consents to one', async () => {
    const meeting = await met();
    young.add(meeting.citizen.id);
    expect(await propose(meeting.citizen, meeting)).toEqual({ code: 'FORBIDDEN' });
    const { story } = await propose(meeting.officer, meeting);
    expect(await consent(meeting.citizen, story?.id ?? '')).toEqual({ code: 'FORBIDDEN' });
    expect(await withdraw(meeting.citizen, story?.id ?? '')).toMatchObject({ story: { state: 'TAKEN_DOWN' } });
  });

  test('is not shown when that turns out while the delay runs, nor by an administrator', async () => {
    const { id, citizen } = await told(harmless, 'FIVE_MINUTES');
    young.add(citizen.id);
    expect(await afterDelay(citizen)).toEqual({ id, state: 'HELD' });
    expect(await heldStory(id)).toMatchObject({ cause: 'CONNECTION' });
    expect(await review(administrator(), id, 'PUBLISH')).toEqual({ code: 'CONNECTION_STATE' });
    expect(await review(administrator(), id, 'REFUSE')).toMatchObject({ story: { state: 'REFUSED' } });
  });
});

describe('a meeting that does not count any more', () => {
  test('has no story: what is on the feed is taken down, what waits never appears', async () => {
    const { id, connectionId, officer } = await told();
    await takeDown(connectionId);
    expect(await see(id, officer)).toMatchObject({ state: 'TAKEN_DOWN' });
    expect((await feed()).ids).not.toContain(id);
  });

  test('or is under review when the delay is over makes the story wait for an administrator', async () => {
    const { id, connectionId, officer } = await told(harmless, 'FIVE_MINUTES');
    const connection = { id: connectionId };
    await subject.em().nativeUpdate(Connection, connection, { state: ConnectionState.HELD });
    expect(await afterDelay(officer)).toEqual({ id, state: 'HELD' });
    expect(await review(administrator(), id, 'PUBLISH')).toEqual({ code: 'CONNECTION_STATE' });
    await subject.em().nativeUpdate(Connection, connection, { state: ConnectionState.REWARDED });
    expect(await review(administrator(), id, 'PUBLISH')).toMatchObject({ story: { state: 'PUBLISHED' } });
  });

  test('can neither be told nor consented to', async () => {
    const { id, officer, connectionId } = await proposed();
    const count = (state: ConnectionState) => subject.em().nativeUpdate(Connection, { id: connectionId }, { state });
    await count(ConnectionState.CLAWED_BACK);
    expect(await consent(officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    await count(ConnectionState.HELD);
    expect(await consent(officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    await count(ConnectionState.REWARDED);
    expect((await consent(officer, id, 'NONE')).story?.state).toBe('PUBLISHED');
  });
});

describe('rules', () => {
  const change = (rule: object, who = administrator()) =>
    ask(
      'mutation ($input: ChangeStoryRuleInput!) { changeStoryRule(input: $input) { rule { name pattern active } } }',
      { input: { about: 'For this test.', active: true, ...rule } },
      who.caller,
    );

  test('are written, replaced and put to rest by administrators, for what is consented to afterwards', async () => {
    const name = 'brand';
    const before = await told('Bought at Zorblax.');
    expect(before.story.state).toBe('PUBLISHED');
    expect(await change({ name, pattern: '\\mzorblax\\M' })).toMatchObject({ rule: { name, active: true } });
    expect((await told('Bought at ZORBLAX.')).story.state).toBe('HELD');
    expect((await feed()).ids).toContain(before.id);
    await change({ name, pattern: '(?c)\\mZORB', active: true });
    expect((await told('Bought at Zorblax.')).story.state).toBe('PUBLISHED');
    await change({ name, pattern: 'zorblax', active: false });
    expect((await told('Bought at ZORBLAX.')).story.state).toBe('PUBLISHED');
    const { data } = await subject.execute('{ storyRules { name pattern active } }', {}, administrator().caller);
    expect(data.storyRules).toContainEqual({ name, pattern: 'zorblax', active: false });
    const changes = await subject
      .em()
      .execute<{ active: boolean }[]>(
        'select active from connections.story_rule_change where name = ? order by changed_at, id',
        [name],
      );
    expect(changes.map(({ active }) => active)).toEqual([true, true, false]);
  });

  test.each(['(', '[z-a]', 'a{2,1}', '(a)\\1', '', '.*', 'x?', '((((a{1,200}){1,200}){1,200}){1,200})'])(
    'refuse the pattern %j, and everything stays as it was',
    async (pattern) => {
      expect(await change({ name: 'bad', pattern })).toEqual({ code: 'BAD_USER_INPUT' });
      const { data } = await subject.execute('{ storyRules { name } }', {}, administrator().caller);
      expect(data.storyRules).not.toContainEqual({ name: 'bad' });
      expect((await told()).story.state).toBe('PUBLISHED');
    },
  );

  test('take any pattern that PostgreSQL takes and refuse all others, without a fault of ours', async () => {
    const part = fc.constantFrom(
      'a',
      '\\d',
      '[a-z]',
      '[',
      ']',
      '(',
      ')',
      '*',
      '+',
      '?',
      '{2}',
      '{1,',
      '|',
      '^',
      '$',
      '(?=',
      '\\m',
      '\\',
      '(?c)',
      '***:',
      '.',
      '-',
      '[[:alpha:]]',
      'é',
      '😀',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 12 }), async (parts) => {
        const { code } = await change({ name: 'any', pattern: parts.join('') });
        expect([undefined, 'BAD_USER_INPUT']).toContain(code);
      }),
      { numRuns: 200 },
    );
    await change({ name: 'any', pattern: 'never', active: false });
    expect((await told()).story.state).toBe('PUBLISHED');
  });

  test('are a hundred at most', async () => {
    await subject.em().execute(`insert into connections.story_rule (name, pattern, about, active)
      select 'many ' || n, 'never', 'For this test.', false from generate_series(1, 100) n`);
    expect(await change({ name: 'one more', pattern: 'never' })).toEqual({ code: 'LIMIT_REACHED' });
    await subject.em().execute("delete from connections.story_rule where name like 'many %'");
    expect(await change({ name: 'one more', pattern: 'never' })).toMatchObject({ rule: { name: 'one more' } });
  });

  test('are for administrators', async () => {
    expect(await change({ name: 'mine', pattern: 'x' }, person('officer'))).toEqual({ code: 'FORBIDDEN' });
    const { errors } = await subject.execute('{ storyRules { name } }', {}, person('citizen').caller);
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});

test('decisions and changes of rules cannot be changed, not even by us', async () => {
  for (const table of ['story_decision', 'story_rule_change']) {
    await expect(subject.em().execute(`delete from connections.${table}`)).rejects.toThrow('append-only');
    await expect(subject.em().execute(`update connections.${table} set id = id`)).rejects.toThrow('append-only');
  }
});
