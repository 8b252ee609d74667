import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import { ManualClock } from '../../subgraphs/kernel/clock.ts';
import { type LinkHeaders, type LinkRequest, SubgraphAway, type SubgraphLink } from '../link.ts';
import { Deadlines } from './deadlines.ts';
import { guardLink } from './guarded-link.ts';

const answer = { data: { __typename: 'Query' } };
const query = { query: '{ __typename }' };
const mutation = { query: 'mutation { signOut }' };
const refused = () => Promise.reject(new SubgraphAway('profile', 'connection'));
const silent = () => new Promise<never>(() => {});

type Answering = (request: LinkRequest, headers: LinkHeaders) => Promise<FormattedExecutionResult>;

/** A guarded link to a subgraph that does as it is told. */
function open(answering: Answering = async () => answer) {
  const subject = { clock: new ManualClock({ stands: true }), asked: 0, answering };
  const link = {
    name: 'profile',
    execute: (request: LinkRequest, headers: LinkHeaders) => {
      subject.asked++;
      return subject.answering(request, headers);
    },
    subscribe: async () => (async function* () {})(),
  } as unknown as SubgraphLink;
  const options = { deadlines: new Deadlines(subject.clock), log: pino({ level: 'silent' }), milliseconds: 5_000 };
  return Object.assign(subject, { guarded: guardLink(link, options) });
}

const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: Error) => error.message,
  );

async function fail(subject: ReturnType<typeof open>, times: number) {
  for (let time = 0; time < times; time++) await outcome(subject.guarded.execute(mutation, {}));
}

describe('a deadline', () => {
  test('ends the wait for a subgraph that does not answer', async () => {
    const subject = open(silent);
    const call = outcome(subject.guarded.execute(query, { deadline: subject.clock.now().getTime() + 1_000 }));
    subject.clock.advance(1_200);
    expect(await call).toBe('The profile part of the system did not answer in time; try again.');
  });

  test('is set where there is none, and handed on', async () => {
    const subject = open(silent);
    let handedOn: LinkHeaders = {};
    subject.answering = (_request, headers) => {
      handedOn = headers;
      return silent();
    };
    const began = subject.clock.now().getTime();
    const call = outcome(subject.guarded.execute(query, { requestId: 'x' }));
    expect(handedOn.requestId).toBe('x');
    expect((handedOn.deadline ?? 0) - began).toBeGreaterThanOrEqual(5_000);
    subject.clock.advance(4_000);
    subject.answering = async () => answer;
    expect(await outcome(subject.guarded.execute(query, {}))).toBe('answered');
    subject.clock.advance(1_200);
    expect(await call).toContain('in time');
  });

  test('of one call does not touch the others', async () => {
    const subject = open(silent);
    const now = subject.clock.now().getTime();
    const waits = [3_000, 1_000, 2_000].map((left) =>
      outcome(subject.guarded.execute(query, { deadline: now + left })),
    );
    subject.clock.advance(1_100);
    expect(await waits[1]).toContain('in time');
    subject.clock.advance(1_000);
    expect(await waits[2]).toContain('in time');
    subject.clock.advance(1_000);
    expect(await waits[0]).toContain('in time');
  });
});

describe('a connection that fails', () => {
  test('is tried once more for a query', async () => {
    const subject = open(refused);
    subject.answering = () => {
      subject.answering = async () => answer;
      return refused();
    };
    expect(await subject.guarded.execute(query, {})).toBe(answer);
    expect(subject.asked).toBe(2);
    subject.answering = refused;
    expect(await outcome(subject.guarded.execute({ query: 'query Named { __typename }' }, {}))).toContain(
      'does not answer',
    );
    expect(subject.asked).toBe(4);
  });

  test('is not tried again for a mutation, nor where the subgraph took too long or talked nonsense', async () => {
    const subject = open(refused);
    await outcome(subject.guarded.execute(mutation, {}));
    for (const reason of ['time', 'answer'] as const) {
      subject.answering = () => Promise.reject(new SubgraphAway('profile', reason));
      await outcome(subject.guarded.execute(query, {}));
    }
    expect(subject.asked).toBe(3);
  });

  test('is not tried again when the deadline has passed meanwhile', async () => {
    const subject = open();
    subject.answering = () => {
      subject.clock.advance(10_000);
      return refused();
    };
    await outcome(subject.guarded.execute(query, {}));
    expect(subject.asked).toBe(1);
  });

  test('is tried again for a tenth of the calls only, once ten were', async () => {
    const subject = open();
    for (let call = 0; call < 200; call++) {
      // One in five fails: too few to open the breaker, too many to repeat.
      subject.answering = call % 5 === 0 ? refused : async () => answer;
      await outcome(subject.guarded.execute(query, {}));
    }
    expect(subject.asked).toBeGreaterThan(200 + 10);
    expect(subject.asked).toBeLessThanOrEqual(200 + 10 + 20);
  });
});

describe('a subgraph that fails again and again', () => {
  test('is not asked for two seconds, then by one call at a time until one succeeds', async () => {
    const subject = open(refused);
    await fail(subject, 5);
    expect(subject.asked).toBe(5);
    expect(await outcome(subject.guarded.execute(query, {}))).toContain('does not answer now');
    await expect(subject.guarded.subscribe(query, {})).rejects.toThrow('does not answer now');
    expect(subject.asked).toBe(5);

    subject.clock.advance(2_000);
    await fail(subject, 3);
    expect(subject.asked).toBe(6);

    subject.clock.advance(2_000);
    let reply = (_result: FormattedExecutionResult) => {};
    subject.answering = () => new Promise((resolve) => (reply = resolve));
    const probe = outcome(subject.guarded.execute(query, {}));
    expect(await outcome(subject.guarded.execute(query, {}))).toContain('does not answer now');
    reply(answer);
    expect(await probe).toBe('answered');
    subject.answering = async () => answer;
    expect(await outcome(subject.guarded.execute(query, {}))).toBe('answered');
    await subject.guarded.subscribe(query, {});
  });

  test('is not asked either where it is silent instead', async () => {
    const subject = open(silent);
    const calls = Array.from({ length: 5 }, () => outcome(subject.guarded.execute(query, {})));
    subject.clock.advance(5_200);
    await Promise.all(calls);
    expect(await outcome(subject.guarded.execute(query, {}))).toContain('does not answer now');
    expect(subject.asked).toBe(5);
  });

  test('is asked on while most of its calls succeed, and what it refuses itself is no failure', async () => {
    const subject = open(refused);
    await fail(subject, 4);
    subject.answering = async () => ({ errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] });
    for (let call = 0; call < 20; call++) await subject.guarded.execute(query, {});
    subject.answering = refused;
    await fail(subject, 10);
    expect(subject.asked).toBe(34);
  });

  test('failed long ago, which does not count', async () => {
    const subject = open(refused);
    for (let round = 0; round < 5; round++) {
      await fail(subject, 4);
      subject.clock.advance(10_000);
    }
    expect(subject.asked).toBe(20);
  });
});
