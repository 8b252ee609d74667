/* What the other domains are told of so that people hear of it: each thing once, to those whom it concerns, and no word of it. */
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from './connections.ts';
import { citizen, openNeighbourhood } from './gatherings/testing/neighbourhood.ts';
import { administrator, openStorytelling } from './stories/testing/storytellers.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { announced, change, cancel, respond } = openNeighbourhood(() => subject);
const { told, proposed, withdraw, held, review, consent } = openStorytelling(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

const ofGathering = async (topic: 'gathering.changed' | 'gathering.cancelled' | 'gathering.seatFreed', id: string) =>
  (await subject.recorded(topic))
    .filter(({ gatheringId }) => gatheringId === id)
    .map(({ accountIds }) => [...accountIds].sort());

test('a request that an officer accepts is told, with both', async () => {
  const {
    officer,
    citizen: asking,
    id,
  } = await told().then(({ connectionId, ...rest }) => ({ ...rest, id: connectionId }));
  const facts = (await subject.recorded('connection.accepted')).filter(({ connectionId }) => connectionId === id);
  expect(facts).toEqual([
    { connectionId: id, officerId: officer.id, citizenId: asking.id, acceptedAt: expect.any(String) },
  ]);
});

test('a gathering that changes, has a seat or is called off is told to whoever has answered, in one fact', async () => {
  const { host, id } = await announced({ capacity: 1 });
  const [first, second, third] = [citizen(), citizen(), citizen()];
  for (const guest of [first, second, third]) await respond(guest, id);
  const all = [first, second, third].map(({ accountId }) => String(accountId)).sort();
  await change(host, id, { capacity: 1, title: 'Tea with a cop' });
  expect(await ofGathering('gathering.changed', id)).toEqual([all]);
  await respond(first, id, false);
  expect(await ofGathering('gathering.seatFreed', id)).toEqual([[second.accountId]]);
  await cancel(host, id);
  await cancel(host, id);
  expect(await ofGathering('gathering.cancelled', id)).toEqual([
    [second, third].map(({ accountId }) => String(accountId)).sort(),
  ]);
});

test('the host is told when an administrator calls a gathering off, and not when they do so themselves', async () => {
  const takenDown = async (id: string) =>
    (await subject.recorded('gathering.takenDown')).filter(({ gatheringId }) => gatheringId === id);
  const own = await announced();
  await cancel(own.host, own.id);
  expect(await takenDown(own.id)).toEqual([]);
  const other = await announced();
  const { caller } = administrator();
  await cancel(caller, other.id);
  await cancel(caller, other.id);
  expect(await takenDown(other.id)).toEqual([
    { gatheringId: other.id, hostId: other.host.accountId, takenDownAt: expect.any(String) },
  ]);
});

test('a gathering that nobody has answered is told to nobody', async () => {
  const { host, id } = await announced();
  await cancel(host, id);
  expect(await ofGathering('gathering.cancelled', id)).toEqual([]);
});

test('a story that is proposed is told to the other, and one that is shown to both, once', async () => {
  const story = await told();
  const proposals = (await subject.recorded('story.proposed')).filter(({ storyId }) => storyId === story.id);
  expect(proposals).toEqual([{ storyId: story.id, accountId: story.officer.id, proposedAt: expect.any(String) }]);
  const shown = (await subject.recorded('story.published')).filter(({ storyId }) => storyId === story.id);
  expect(shown).toEqual([
    { storyId: story.id, officerId: story.officer.id, citizenId: story.citizen.id, publishedAt: expect.any(String) },
  ]);
  expect(JSON.stringify([...proposals, ...shown])).not.toContain('fishing');
});

test('a story that is never shown, or waits for an administrator, is not told as shown', async () => {
  const declined = await proposed();
  await withdraw(declined.officer, declined.id);
  const waiting = await proposed('Call 512 555 0100');
  await consent(waiting.officer, waiting.id, 'NONE');
  const shown = async (id: string) => (await subject.recorded('story.published')).some(({ storyId }) => storyId === id);
  expect([await shown(declined.id), await shown(waiting.id)]).toEqual([false, false]);
  expect((await held()).length).toBeGreaterThan(0);
  await review(administrator(), waiting.id, 'PUBLISH');
  expect(await shown(waiting.id)).toBe(true);
});
