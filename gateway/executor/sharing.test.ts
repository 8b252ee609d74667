import type { ExecutionResult } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { createExecutor } from './executor.ts';
import type { FetchResult } from './fetch.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const { supergraphSdl } = composeSupergraph({
  profile: `${LINK}
    type Query { people: [Person] news(topic: String): [String] }
    type Mutation { rename(name: String): Person }
    type Subscription { arrivals: Person }
    type Person @key(fields: "id") { id: ID! name: String }`,
  rewards: `${LINK} type Person @key(fields: "id") { id: ID! points: Int }`,
});

interface Asked {
  readonly subgraph: string;
  readonly caller: string;
  answer(result: FetchResult): void;
  fail(error: Error): void;
}

/** An executor whose subgraphs answer when they are told to; callers named alike up to the colon share. */
function start() {
  const asked: Asked[] = [];
  const executor = createExecutor<string>({
    supergraphSdl,
    fetch(subgraph, request, caller) {
      const { promise, resolve, reject } = Promise.withResolvers<FetchResult>();
      expect(JSON.parse(request.encode()).query).toBe(request.query);
      asked.push({ subgraph, caller, answer: resolve, fail: reject });
      return promise;
    },
    source: async () =>
      (async function* events(): AsyncGenerator<FetchResult> {
        yield { data: { arrivals: null } };
      })(),
    shareKey: (caller) => (caller.startsWith('alone') ? undefined : caller.split(':')[0]),
  });
  const prepare = (query: string) => {
    const prepared = executor.prepare(query);
    if (prepared.errors) throw prepared.errors[0];
    return prepared.operation;
  };
  const run = (caller: string, query = NEWS, variables = {}): Promise<ExecutionResult> =>
    executor.execute(prepare(query), variables, caller);
  return { executor, asked, prepare, run };
}

const NEWS = '{ news }';
const PEOPLE = '{ people { name points } }';
const people = () => [1, 2].map((id) => ({ __typename: 'Person', id, name: `name ${id}` }));
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
/** Lets everything go on that nobody else has to answer. */
const settled = () => new Promise(setImmediate);

test('equal queries at once ask each subgraph once, and everybody writes into an answer of one’s own', async () => {
  const { run, asked } = start();
  const answers = Promise.all(Array.from({ length: 20 }, (_, index) => run(`anna:${index}`, PEOPLE)));
  expect(asked.map(({ subgraph }) => subgraph)).toEqual(['profile']);
  asked[0]?.answer({ data: { people: people() } });
  await settled();
  expect(asked.map(({ subgraph, caller }) => [subgraph, caller])).toEqual([
    ['profile', 'anna:0'],
    ['rewards', 'anna:0'],
  ]);
  asked[1]?.answer({ data: { _entities: [{ points: 1 }, { points: 2 }] } });
  const expected = {
    people: [
      { name: 'name 1', points: 1 },
      { name: 'name 2', points: 2 },
    ],
  };
  for (const { data } of await answers) expect(plain(data)).toEqual(expected);
});

test('an answer that one has written into is not what another gets', async () => {
  const { run, asked } = start();
  // The second goes on to other fields of the same objects than the first: both write.
  const [first, second] = [run('anna', '{ people { name points } }'), run('anna', '{ people { name points } }')];
  asked[0]?.answer({ data: { people: people() } });
  await settled();
  asked[1]?.answer({ data: { _entities: [{ points: 1 }, null] } });
  const [one, other] = await Promise.all([first, second]);
  expect(plain(one)).toEqual(plain(other));
  expect((one.data as { people: unknown[] }).people[0]).not.toBe((other.data as { people: unknown[] }).people[0]);
});

test('other callers, other variables, other documents and callers without a key do not share', async () => {
  const { run, asked } = start();
  const TOPIC = 'query ($topic: String) { news(topic: $topic) }';
  const answers = Promise.all([
    run('anna'),
    run('bert'),
    run('anna', TOPIC, { topic: 'a' }),
    run('anna', TOPIC, { topic: 'b' }),
    run('anna', 'query Named { news }'),
    run('alone'),
    run('alone'),
  ]);
  expect(asked).toHaveLength(7);
  for (const each of asked) each.answer({ data: { news: [] } });
  await answers;
});

test('mutations are never shared, nor what they fetch afterwards', async () => {
  const { run, asked } = start();
  const RENAME = 'mutation { rename { name points } }';
  const answers = Promise.all([run('anna', RENAME), run('anna', RENAME)]);
  expect(asked).toHaveLength(2);
  for (const each of asked) each.answer({ data: { rename: { __typename: 'Person', id: '1', name: 'x' } } });
  await settled();
  expect(asked.map(({ subgraph }) => subgraph)).toEqual(['profile', 'profile', 'rewards', 'rewards']);
  for (const each of asked.slice(2)) each.answer({ data: { _entities: [{ points: 1 }] } });
  await answers;
});

test('what fails for one fails for all who share it, and for nobody afterwards', async () => {
  const { run, asked } = start();
  const answers = Promise.all([run('anna'), run('anna'), run('anna')]);
  asked[0]?.fail(new Error('Not now.'));
  for (const { errors, data } of await answers) {
    expect(errors?.map(({ message }) => message)).toEqual(['Not now.']);
    expect(data).toEqual({ news: null });
  }
  const again = run('anna');
  expect(asked).toHaveLength(2);
  asked[1]?.answer({ data: { news: ['now'] } });
  expect((await again).data).toEqual({ news: ['now'] });
});

test('nothing is kept once it is answered', async () => {
  const { run, asked } = start();
  const first = run('anna');
  asked[0]?.answer({ data: { news: ['old'] } });
  await first;
  const second = run('anna');
  expect(asked).toHaveLength(2);
  asked[1]?.answer({ data: { news: ['new'] } });
  expect((await second).data).toEqual({ news: ['new'] });
});

test('whoever asks after a mutation has ended, or an event has come, does not join what was asked before', async () => {
  const { executor, prepare, run, asked } = start();
  const old = run('anna');
  const renamed = run('anna', 'mutation { rename { id } }');
  asked[1]?.answer({ data: { rename: null } });
  await renamed;
  const afterMutation = run('anna');
  expect(asked).toHaveLength(3);
  const events = await executor.subscribe(prepare('subscription { arrivals { id } }'), {}, 'bert');
  await (events as AsyncIterableIterator<ExecutionResult>).next();
  const afterEvent = run('anna');
  const joining = run('anna');
  expect(asked).toHaveLength(4);
  for (const index of [3, 2, 0]) asked[index]?.answer({ data: { news: [`${index}`] } });
  const answers = await Promise.all([old, afterMutation, afterEvent, joining]);
  expect(answers.map(({ data }) => (data as { news: string[] }).news)).toEqual([['0'], ['2'], ['3'], ['3']]);
});
