import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { capitol, minute, openTown, type Person, person } from '../testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { open, report, request, step } = openTown(() => subject);

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

describe('requests', () => {
  async function officerNearby(): Promise<Person> {
    const officer = person('officer');
    await open(officer);
    await report(officer);
    return officer;
  }

  test('of one citizen wait five at once and no more, also when they are made at once', async () => {
    const citizen = person('citizen');
    await report(citizen, capitol);
    const officers = await Promise.all(Array.from({ length: 8 }, officerNearby));
    const answers = await Promise.all(officers.map((officer) => request(citizen, officer)));
    expect(answers.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(3);
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(5);
  });

  test('of one citizen are twenty within an hour', async () => {
    const citizen = person('citizen');
    await report(citizen, capitol);
    for (let count = 0; count < 20; count++) {
      const { connection } = (await request(citizen, await officerNearby())) as { connection: { id: string } };
      await step('cancel', citizen, connection.id);
    }
    const officer = await officerNearby();
    expect(await request(citizen, officer)).toEqual({ code: 'RATE_LIMITED' });
    subject.clock.advance(60 * minute);
    await open(officer);
    await report(citizen, capitol);
    expect((await request(citizen, officer)).code).toBeUndefined();
  });
});
