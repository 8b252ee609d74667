/*
 * Whatever people, reporters, administrators, suspensions and the clock do at the same time: what the feed shows is what
 * both want, and neither of the two is suspended.
 */
import fc from 'fast-check';
import type { Machine } from '../../kernel/subgraph.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { openPrecinct } from '../safety/testing/precinct.ts';
import { minute, person } from '../testing/town.ts';
import { openPublication, type Publication } from './publication.ts';
import { FEED_CHANNEL } from './story.ts';
import { administrator, harmless, type Meeting, openStorytelling } from './testing/storytellers.ts';

let subject: TestSubgraph<ConnectionsServices>;
let machine: Machine;
/** Opened and closed with each run, so that nothing is under way when the feed is looked at. */
let stories: Publication;
const open = () => openPublication(machine, async () => true);

const { met, propose, consent, withdraw, report, review, feed, feedChanges, nextChange } = openStorytelling(
  () => subject,
);

const { suspend, reinstate } = openPrecinct(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph({
    ...connections,
    async open(lent) {
      const services = await connections.open(lent);
      await services.stories.close();
      machine = lent;
      stories = open();
      return {
        ...services,
        get stories() {
          return stories;
        },
      };
    },
  });
});

afterAll(async () => {
  await subject.close();
});

const END = '019a0000-0000-7000-8000-000000000001';
const side = fc.constantFrom('officer' as const, 'citizen' as const);
const texts = fc.constantFrom(harmless, harmless, 'Call 512 555 0100!');
const delays = fc.constantFrom('NONE', 'NONE', 'FIVE_MINUTES');
const decisions = fc.constantFrom('PUBLISH' as const, 'PUBLISH' as const, 'REFUSE' as const);
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('propose' as const), by: side, text: texts }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('consent' as const), delay: delays }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), by: side }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('report' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('review' as const), decision: decisions }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('suspend' as const), by: side, minutes: fc.constantFrom(0, 5) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reinstate' as const), by: side }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 5) }) },
);
type Action = typeof action extends fc.Arbitrary<infer Kind> ? Kind : never;

/** The story of the meeting that has not ended, or the last. */
async function currentStory({ connectionId }: Meeting): Promise<string | undefined> {
  const [row] = await subject
    .em()
    .execute<{ id: string }[]>(
      'select id from connections.story where connection_id = ? order by proposed_at desc, id desc limit 1',
      [connectionId],
    );
  return row?.id;
}

async function act(meeting: Meeting, step: Action): Promise<void> {
  if (step.do === 'wait') return subject.clock.advance(step.minutes * minute);
  if (step.do === 'suspend') {
    const until = step.minutes ? new Date(subject.clock.now().getTime() + step.minutes * minute) : null;
    return suspend(meeting[step.by], until);
  }
  if (step.do === 'reinstate') return reinstate(meeting[step.by]);
  if (step.do === 'propose') return void (await propose(meeting[step.by], meeting, step.text));
  const id = await currentStory(meeting);
  if (!id) return;
  if (step.do === 'consent') {
    await Promise.all([consent(meeting.officer, id, step.delay), consent(meeting.citizen, id)]);
  }
  if (step.do === 'withdraw') await withdraw(meeting[step.by], id);
  if (step.do === 'report') await report(person('citizen'), id);
  if (step.do === 'review') await review(administrator(), id, step.decision);
}

test('the feed is what its changes add up to, and every story on it has the consent of both', async () => {
  const heard = { published: 0, takenDown: 0, shownAtTheEnd: 0 };
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.array(fc.array(action, { maxLength: 3 }), { maxLength: 12, size: 'max' }),
      async (first, rounds) => {
        subject.clock.advance(16 * minute);
        // What an earlier run left waiting is shown before this one looks.
        await stories.close();
        await open().close();
        stories = open();
        const meeting = await met();
        const changes = await feedChanges();
        await act(meeting, { do: 'propose', by: 'citizen', text: first });
        await act(meeting, { do: 'consent', delay: 'NONE' });
        for (const steps of rounds) await Promise.all(steps.map((step) => act(meeting, step)));
        await stories.close();
        // Whoever is not suspended any more is looked for once more.
        await open().close();
        await subject.live.publish(FEED_CHANNEL, { kind: 'taken_down', storyId: END, version: 1 });
        const shown = new Set<string>();
        for (let change = await nextChange(changes); change.storyId !== END; change = await nextChange(changes)) {
          if (change.kind === 'PUBLISHED') shown.add(change.storyId);
          else shown.delete(change.storyId);
          heard[change.kind === 'PUBLISHED' ? 'published' : 'takenDown']++;
        }
        heard.shownAtTheEnd += shown.size;
        await changes.return?.();
        const rows = await subject.em().execute<{ id: string; consents: number }[]>(
          `select id, (select count(*)::int from connections.story_consent
                     where story_id = id and withdrawn_at is null) as consents
         from connections.story where connection_id = ? and state = 'published'`,
          [meeting.connectionId],
        );
        const suspended = await subject.em().execute<unknown[]>(
          `select 1 from connections.person join connections.story on account_id in (officer_id, citizen_id)
           where connection_id = ? and state = 'published' and suspended_at is not null and suspended_until is null`,
          [meeting.connectionId],
        );
        expect(suspended).toEqual([]);
        const hidden = await subject.em().execute<unknown[]>(
          `select 1 from connections.story where connection_id = ? and held_for = 'suspension' and not exists
             (select 1 from connections.person where account_id in (officer_id, citizen_id) and suspended_at is not null
                and coalesce(suspended_until > ?, true))`,
          [meeting.connectionId, subject.clock.now()],
        );
        expect(hidden).toEqual([]);
        const { ids } = await feed();
        expect(rows.map(({ id }) => id).filter((id) => !ids.includes(id))).toEqual([]);
        expect([...shown].sort()).toEqual(rows.map(({ id }) => id).sort());
        expect(rows.every(({ consents }) => consents === 2)).toBe(true);
      },
    ),
    { numRuns: 80 },
  );
  // The wishes that are drawn do come to something.
  expect(Math.min(...Object.values(heard))).toBeGreaterThan(10);
});
