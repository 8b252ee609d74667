import { randomUUID } from 'node:crypto';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { minute, type Person, person } from '../testing/town.ts';
import { BLOCKS_PER_PERSON } from './block.ts';
import { openPrecinct } from './testing/precinct.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { request, step, together, accepted, restraints, block, unblock, stateOf } = openPrecinct(() => subject);

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

describe('a block', () => {
  test('works both ways, whoever made it, and is told to nobody', async () => {
    for (const blocks of ['officer', 'citizen'] as const) {
      const [officer, citizen] = await together();
      const [blocker, blocked] = blocks === 'officer' ? [officer, citizen] : [citizen, officer];
      expect(await block(blocker, blocked.id)).toEqual({ blockedPerson: { accountId: blocked.id } });
      expect(restraints().mayMeet(officer.id, citizen.id)).toBe(false);
      expect(await request(citizen, officer)).toEqual({ code: 'OFFICER_UNAVAILABLE' });
      expect(await unblock(blocked, blocker.id)).toEqual({ unblocked: false });
      expect(await unblock(blocker, blocked.id)).toEqual({ unblocked: true });
      expect(restraints().mayMeet(officer.id, citizen.id)).toBe(true);
      expect(await request(citizen, officer)).toMatchObject({ connection: { state: 'REQUESTED' } });
    }
  });

  test('of each by the other holds until both have taken it back', async () => {
    const [officer, citizen] = [person('officer'), person('citizen')];
    await block(officer, citizen.id);
    await block(citizen, officer.id);
    await unblock(officer, citizen.id);
    expect(restraints().mayMeet(officer.id, citizen.id)).toBe(false);
    await unblock(citizen, officer.id);
    expect(restraints().mayMeet(officer.id, citizen.id)).toBe(true);
  });

  test('ends what the two have under way, asked or accepted, and nothing of others', async () => {
    const { officer, citizen, id } = await accepted();
    const [otherOfficer] = await together();
    const other = (await request(citizen, otherOfficer)) as { connection: { id: string } };
    const updates = await subject.subscribe('subscription { connectionUpdates { id state } }', {}, officer.caller);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ id, state: 'ACCEPTED' });
    await block(citizen, officer.id);
    expect((await updates.next()).value.data.connectionUpdates).toEqual({ id, state: 'CANCELLED' });
    await updates.return?.();
    expect(await step('confirm', citizen, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await stateOf(other.connection.id, citizen)).toBe('REQUESTED');
  });

  test('and a request at once leave no open request', async () => {
    for (let times = 0; times < 8; times++) {
      const [officer, citizen] = await together();
      const [made] = await Promise.all([request(citizen, officer), block(officer, citizen.id)]);
      const { connection } = made as { connection?: { id: string } };
      if (connection) expect(await stateOf(connection.id, citizen)).toBe('CANCELLED');
      else expect(made).toEqual({ code: 'OFFICER_UNAVAILABLE' });
    }
  });

  test("stands once in the list of who made it, the newest first, page by page, and in nobody else's", async () => {
    const citizen = person('citizen');
    const officers = [person('officer'), person('officer'), person('officer')];
    for (const officer of officers) {
      subject.clock.advance(1_000);
      await block(citizen, officer.id);
      await block(citizen, officer.id.toUpperCase());
    }
    const query = `query ($after: Cursor) { blockedPeople(first: 2, after: $after) {
      edges { node { accountId officer { id } citizen { id } } } pageInfo { endCursor hasNextPage } } }`;
    const first = (await subject.execute(query, {}, citizen.caller)).data.blockedPeople;
    const after = first.pageInfo.endCursor;
    const second = (await subject.execute(query, { after }, citizen.caller)).data.blockedPeople;
    const ids = officers.map(({ id }) => id).toReversed();
    expect([...first.edges, ...second.edges].map(({ node }) => node)).toEqual(
      ids.map((accountId) => ({ accountId, officer: { id: accountId }, citizen: null })),
    );
    const of = async ({ caller }: Person) => (await subject.execute(query, {}, caller)).data.blockedPeople.edges;
    expect(await of(officers[0] as Person)).toEqual([]);
  });

  test('is refused of oneself, and beyond so many', async () => {
    const citizen = person('citizen');
    expect(await block(citizen, citizen.id)).toEqual({ code: 'BAD_USER_INPUT' });
    await subject.em().execute(
      `insert into connections.block (blocker_id, blocked_id, blocked_at, updated_at)
       select ?, gen_random_uuid(), now(), now() from generate_series(1, ${BLOCKS_PER_PERSON})`,
      [citizen.id],
    );
    expect(await block(citizen, randomUUID())).toEqual({ code: 'LIMIT_REACHED' });
  });
});
