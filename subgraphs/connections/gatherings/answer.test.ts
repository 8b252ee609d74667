import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { ANSWERS_PER_PERSON, forgetOldAnswers } from './answer.ts';
import { administrator, citizen, day, hour, officer, openNeighbourhood } from './testing/neighbourhood.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { ask, announced, later, change, cancel, respond, read, updates } = openNeighbourhood(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

/** What the rows say is what the gatherings count. */
afterEach(async () => {
  const wrong = await subject.em().execute(
    `select g.id from connections.gathering g join lateral (
       select count(*) filter (where a.state = 'coming') as coming, count(*) filter (where a.state = 'waiting') as waiting
       from connections.gathering_answer a where a.gathering_id = g.id) n
       on (g.coming_count, g.waiting_count) is distinct from (n.coming, n.waiting)
     where g.ends_at > ?`,
    [subject.clock.now()],
  );
  expect(wrong).toEqual([]);
});

afterAll(async () => {
  await subject.close();
});

describe('answering', () => {
  test('whoever comes is counted, sees the own answer, and may take it back', async () => {
    const { id } = await announced({ capacity: 3 });
    const [first, second] = [citizen(), officer()];
    expect((await respond(first, id)).data.gathering).toMatchObject({
      ownAnswer: 'COMING',
      comingCount: 1,
      seatsLeft: 2,
    });
    expect((await respond(second, id)).data.gathering).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect((await respond(second, id)).data.gathering).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect(await read(id, first)).toMatchObject({ ownAnswer: 'COMING', comingCount: 2 });
    expect((await respond(first, id, false)).data.gathering).toMatchObject({ ownAnswer: null, comingCount: 1 });
    expect((await respond(first, id, false)).data.gathering).toMatchObject({ ownAnswer: null, comingCount: 1 });
  });

  test('thirty at once get ten seats, and the others wait in order', async () => {
    const { id } = await announced({ capacity: 10 });
    const people = Array.from({ length: 30 }, citizen);
    const answers = await Promise.all(people.map((person) => respond(person, id)));
    const states = answers.map(({ data }) => data.gathering.ownAnswer);
    expect(states.filter((state) => state === 'COMING')).toHaveLength(10);
    expect(states.filter((state) => state === 'WAITING')).toHaveLength(20);
    expect(await read(id)).toMatchObject({ comingCount: 10, waitingCount: 20, seatsLeft: 0 });
  });
});
