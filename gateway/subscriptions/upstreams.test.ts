import { composeSupergraph } from '../../schema/compose.ts';
import { createExecutor, type Source } from '../executor/executor.ts';
import type { FetchRequest, FetchResult } from '../executor/fetch.ts';
import { Tap } from './testing/scripted.ts';
import { shareUpstreams } from './upstreams.ts';

const QUEUE_LIMIT = 5;

interface Caller {
  readonly scope?: string;
}

let taps: Tap[];
let shared: Source<Caller>;

beforeEach(() => {
  taps = [];
  shared = shareUpstreams<Caller>(
    async () => {
      const tap = new Tap();
      taps.push(tap);
      return tap as unknown as AsyncIterableIterator<FetchResult>;
    },
    {
      shareKey: (_subgraph, _request, { scope }) => scope,
      queueLimit: QUEUE_LIMIT,
      fellBehind: () => new Error('Too far behind.'),
    },
  );
});

const request = (query = 'subscription { changed { id } }', variables = {}) =>
  ({ query, variables, operationName: undefined }) as unknown as FetchRequest;
const everybody = { scope: 'everybody' };
const open = (caller: Caller = everybody, asked = request()) => shared('stock', asked, caller);
const event = (number: number) => ({ data: { number } });

test('equal requests share one stream, opened once, which lives until the last reader leaves', async () => {
  const readers = await Promise.all([open(), open(), open()]);
  expect(taps).toHaveLength(1);
  taps[0]?.push(event(1));
  for (const reader of readers) expect((await reader.next()).value).toEqual(event(1));
  for (const reader of readers) {
    expect(taps[0]?.isClosed).toBe(false);
    await reader.return?.();
  }
  expect(taps[0]?.isClosed).toBe(true);
  await open();
  expect(taps).toHaveLength(2);
});

test('other scopes, subgraphs, texts and values are other streams, and no scope is never shared', async () => {
  await open();
  await open({ scope: 'officers' });
  await open(everybody, request('subscription { changed { id price } }'));
  await open(everybody, request(undefined, { a: 1 }));
  await shared('other', request(), everybody);
  expect(taps).toHaveLength(5);
  await open({});
  await open({});
  expect(taps).toHaveLength(7);
});

test('variables are the same in whatever order they stand', async () => {
  await open(everybody, request(undefined, { a: 1, b: 2 }));
  await open(everybody, request(undefined, { b: 2, a: 1 }));
  expect(taps).toHaveLength(1);
});

test('a slow reader fails when too much waits for it, and delays nobody', async () => {
  const [slow, quick] = [await open(), await open()];
  for (let number = 0; number <= QUEUE_LIMIT; number++) {
    taps[0]?.push(event(number));
    expect((await quick.next()).value).toEqual(event(number));
  }
  await expect(slow.next()).rejects.toThrow('Too far behind.');
  expect((await slow.next()).done).toBe(true);
  taps[0]?.push(event(9));
  expect((await quick.next()).value).toEqual(event(9));
  expect(taps[0]?.isClosed).toBe(false);
});

test('what waits for a reader is read before the end', async () => {
  const reader = await open();
  taps[0]?.push(event(1));
  taps[0]?.push(event(2));
  await new Promise((resolve) => setImmediate(resolve));
  taps[0]?.end();
  for (const number of [1, 2]) expect((await reader.next()).value).toEqual(event(number));
  expect((await reader.next()).done).toBe(true);
});

test('a stream that fails, fails for all, and is opened anew by whoever comes next', async () => {
  let fail: (error: Error) => void = () => {};
  const opened: number[] = [];
  const source = shareUpstreams<Caller>(
    async () => {
      opened.push(1);
      const next = () =>
        new Promise<never>((_resolve, reject) => {
          fail = reject;
        });
      return { next } as never;
    },
    { shareKey: () => 'all', queueLimit: 1, fellBehind: () => new Error() },
  );
  const readers = [await source('stock', request(), {}), await source('stock', request(), {})];
  const told = readers.map((reader) => reader.next());
  fail(new Error('The subgraph is away.'));
  for (const each of told) await expect(each).rejects.toThrow('The subgraph is away.');
  await source('stock', request(), {});
  expect(opened).toHaveLength(2);
});

test('a stream that cannot be opened rejects for all who came', async () => {
  const source = shareUpstreams<Caller>(() => Promise.reject(new Error('No.')), {
    shareKey: () => 'all',
    queueLimit: 1,
    fellBehind: () => new Error(),
  });
  const opening = [source('stock', request(), {}), source('stock', request(), {})];
  for (const each of opening) await expect(each).rejects.toThrow('No.');
});

test('who joins between a refusal and the end hears the refusal', async () => {
  const first = await open();
  const refusal = { errors: [{ message: 'You may not.' }] };
  taps[0]?.push(refusal);
  expect((await first.next()).value).toEqual(refusal);
  const second = await open();
  taps[0]?.end();
  expect((await second.next()).value).toEqual(refusal);
  expect((await second.next()).done).toBe(true);
});

test('documents that ask other subgraphs for different things share one stream, and its events stay as they were', async () => {
  const { supergraphSdl } = composeSupergraph({
    stock: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { ready: Boolean } type Subscription { changed: Product } type Product @key(fields: "id") { id: ID! }`,
    names: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { named: Boolean } type Product @key(fields: "id") { id: ID! name: String colour: String }`,
  });
  const executor = createExecutor<Caller>({
    supergraphSdl,
    fetch: async () => ({ data: { _entities: [{ __typename: 'Product', name: 'Lamp', colour: 'red' }] } }),
    source: shared,
  });
  const documents = ['name', 'colour', 'key: id name colour', 'id'];
  const answers = await Promise.all(
    documents.map(async (fields) => {
      const { operation } = executor.prepare(`subscription { changed { ${fields} } }`) as { operation: never };
      return (await executor.subscribe(operation, {}, everybody)) as AsyncIterableIterator<object>;
    }),
  );
  const told = answers.map((each) => each.next());
  // The last two want different texts of the first subgraph.
  expect(taps).toHaveLength(2 + 1);
  const frozen = (value: object): object => {
    for (const each of Object.values(value)) if (typeof each === 'object') frozen(each);
    return Object.freeze(value);
  };
  for (const tap of taps) tap.push(frozen({ data: { changed: { __typename: 'Product', id: '1', key: '1' } } }));
  expect((await Promise.all(told)).map(({ value }) => value)).toEqual([
    { data: { changed: { name: 'Lamp' } } },
    { data: { changed: { colour: 'red' } } },
    { data: { changed: { key: '1', name: 'Lamp', colour: 'red' } } },
    { data: { changed: { id: '1' } } },
  ]);
});
