import { randomUUID } from 'node:crypto';
import type { GraphQLObjectType } from 'graphql';
import type { EventBody } from '../../../schema/events.ts';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { administrator, openDesk } from '../testing/review-desk.ts';
import { capitol, minute, openTown } from '../testing/town.ts';

let subject: TestSubgraph<ConnectionsServices>;
const { report, request, step } = openTown(() => subject);
const { now, review, clawBack, queue, stateOf, told, relayed, confirmed } = openDesk(() => subject);

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

const day = 24 * 60 * minute;

const reward = (connectionId: string, accountId: string) => {
  const fact: EventBody<'points.awarded'> = {
    transactionId: randomUUID(),
    accountId,
    role: 'citizen',
    connectionId,
    points: 20,
    ruleVersion: 2,
    zipCode: '78701',
    awardedAt: now().toISOString(),
  };
  return subject.deliver('points.awarded', fact);
};

describe('a meeting that a rule speaks against', () => {
  test('is held: it keeps the pair from another, nothing is told, and neither learns which rule it was', async () => {
    const { officer, citizen, id, state } = await relayed();
    expect(state).toBe('HELD');
    expect([await stateOf(id, officer), await stateOf(id, citizen)]).toEqual(['HELD', 'HELD']);
    expect(await told('connection.confirmed', id)).toEqual([]);
    await report(officer);
    await report(citizen, capitol);
    expect(await request(citizen, officer)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    expect(await step('cancel', officer, id)).toEqual({ code: 'CONNECTION_STATE' });
    expect(await step('confirm', officer, id)).toMatchObject({ connection: { state: 'HELD' } });
    expect((await queue(id))[0]).toEqual({
      connectionId: id,
      officerId: officer.id,
      citizenId: citizen.id,
      state: 'HELD',
      evidence: 'CODE',
      withinMeters: 5_000,
      zipCode: '78701',
      confirmedAt: expect.any(String),
      findings: [{ kind: 'RELAY', version: 1 }],
      reviews: [],
    });
    const shown = subject.subgraph.schema.getType('Connection') as GraphQLObjectType;
    expect(Object.keys(shown.getFields()).filter((name) => /finding|risk|rule|review/i.test(name))).toEqual([]);
  });

  test('counts from its own instant once it is released, and is rewarded', async () => {
    const { citizen, id } = await relayed();
    const [waiting] = await queue(id);
    subject.clock.advance(2 * day);
    const { reviewCase } = await review(id, 'RELEASE');
    expect(reviewCase).toMatchObject({
      state: 'CONFIRMED',
      confirmedAt: waiting?.confirmedAt,
      reviews: [{ reviewerId: administrator.caller.accountId, decision: 'RELEASE', reason: 'Spoke with both.' }],
    });
    expect(await told('connection.confirmed', id)).toEqual([
      expect.objectContaining({ confirmedAt: waiting?.confirmedAt, evidence: 'code' }),
    ]);
    await reward(id, citizen.id);
    expect(await stateOf(id, citizen)).toBe('REWARDED');
    expect(await queue(id)).toEqual([]);
  });

  test('that is refused after the review was never told and is not told to be taken back', async () => {
    const { citizen, id } = await relayed();
    const updates = await subject.subscribe('subscription { connectionUpdates { state } }', {}, citizen.caller);
    const next = updates.next();
    expect((await review(id, 'CLAW_BACK')).reviewCase.state).toBe('CLAWED_BACK');
    expect((await next).value.data.connectionUpdates).toEqual({ state: 'CLAWED_BACK' });
    await updates.return?.();
    expect([await told('connection.confirmed', id), await told('connection.clawedBack', id)]).toEqual([[], []]);
    expect(await clawBack(id)).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('is decided about once, also by two at once', async () => {
    for (let times = 0; times < 5; times++) {
      const { id } = await relayed();
      const answers = await Promise.all([review(id, 'RELEASE'), review(id, 'CLAW_BACK'), review(id, 'RELEASE')]);
      expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
      expect(answers.filter(({ code }) => code === 'CONNECTION_STATE')).toHaveLength(2);
      const state = answers.find(({ code }) => code === undefined)?.reviewCase.state;
      expect(await told('connection.confirmed', id)).toHaveLength(state === 'CONFIRMED' ? 1 : 0);
    }
  });

  test('is seen and decided about by administrators alone', async () => {
    const { officer, citizen, id } = await relayed();
    for (const who of [officer, citizen]) {
      expect(await review(id, 'RELEASE', who as never)).toEqual({ code: 'FORBIDDEN' });
      expect(await clawBack(id, who as never)).toEqual({ code: 'FORBIDDEN' });
      for (const query of ['{ connectionsToReview { edges { cursor } } }', '{ riskRules { kind } }']) {
        expect((await subject.execute(query, {}, who.caller)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
      }
    }
    expect(await review(randomUUID(), 'RELEASE')).toEqual({ code: 'NOT_FOUND' });
    const one = await confirmed();
    expect(await review(one.id, 'RELEASE')).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('waits in a queue that is paged, the oldest first', async () => {
    const ids = [(await relayed()).id, (await relayed()).id, (await relayed()).id];
    const page = `query ($after: Cursor) { connectionsToReview(first: 1, after: $after) { edges { node { connectionId } } pageInfo { endCursor hasNextPage } } }`;
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { data } = await subject.execute(page, { after }, administrator.caller);
      const { edges, pageInfo } = data.connectionsToReview;
      seen.push(edges[0].node.connectionId);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('a meeting that counted', () => {
  test('is rewarded with the first award, told again or late', async () => {
    const { officer, citizen, id } = await confirmed();
    await Promise.all([reward(id, officer.id), reward(id, citizen.id)]);
    expect(await stateOf(id, citizen)).toBe('REWARDED');
    await clawBack(id);
    await reward(id, citizen.id);
    expect(await stateOf(id, citizen)).toBe('CLAWED_BACK');
    await reward(randomUUID(), citizen.id);
  });

  test('is taken back once, rewarded or not, and the others are told its own day and place', async () => {
    for (const isRewarded of [false, true]) {
      const { officer, citizen, id } = await confirmed();
      if (isRewarded) await reward(id, citizen.id);
      const [fact] = await told('connection.confirmed', id);
      const answers = await Promise.all([clawBack(id), clawBack(id)]);
      expect(answers.map(({ code }) => code).sort()).toEqual(['CONNECTION_STATE', undefined]);
      expect(await told('connection.clawedBack', id)).toEqual([
        {
          connectionId: id,
          officerId: officer.id,
          citizenId: citizen.id,
          zipCode: '78701',
          confirmedAt: fact?.confirmedAt,
          clawedBackAt: expect.any(String),
        },
      ]);
      await report(officer);
      await report(citizen, capitol);
      expect(await request(citizen, officer)).toEqual({ code: 'PAIR_REWARDED_RECENTLY' });
    }
  });

  test('is taken back within 90 days and no later', async () => {
    const [{ id }, { id: other }] = [await confirmed(), await confirmed()];
    subject.clock.advance(90 * day - minute);
    expect((await clawBack(id)).code).toBeUndefined();
    subject.clock.advance(2 * minute);
    expect(await clawBack(other)).toEqual({ code: 'CONNECTION_STATE' });
  });

  test('leaves a record of what was decided that nobody changes', async () => {
    const { id } = await confirmed();
    await clawBack(id);
    for (const change of [
      "update connections.connection_review set reason = 'None.'",
      'delete from connections.connection_review',
      'update connections.risk_rule set enabled = false',
      'delete from connections.risk_finding',
      'delete from connections.meeting_code_use',
      'truncate connections.meeting_code_failure',
    ]) {
      await expect(subject.em().execute(change)).rejects.toThrow('append-only');
    }
  });
});
