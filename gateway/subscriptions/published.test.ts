import { GraphQLError } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { createExecutor, type Executor } from '../executor/executor.ts';
import type { FetchRequest } from '../executor/fetch.ts';
import { publishedSource } from './published.ts';
import { Tap } from './testing/scripted.ts';

/*
 * `events` is a subgraph that nobody runs: its types say what messages carry, keys and a price, and composition makes the
 * planner fetch the rest from those who know it.
 */
const { supergraphSdl } = composeSupergraph({
  events: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
    type Subscription {
      priceChanged(product: ID!, currency: Currency! = EURO): Product
      itemSold: Item
      kept: Product
    }
    union Item = Product | Voucher
    type Product @key(fields: "id") { id: ID! price: Int @shareable }
    type Voucher @key(fields: "id", resolvable: false) { id: ID! }
    enum Currency { EURO DOLLAR }`,
  products: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
    type Query { ready: Boolean }
    type Product @key(fields: "id") { id: ID! price: Int @shareable name: String }
    type Voucher @key(fields: "id") { id: ID! title: String }`,
});

let listened: string[];
let taps: Tap[];
let asked: FetchRequest[];
let opened: FetchRequest[];
let executor: Executor<{ account: string }>;

beforeEach(() => {
  listened = [];
  taps = [];
  asked = [];
  opened = [];
  const tap = () => {
    const made = new Tap();
    taps.push(made);
    return made;
  };
  executor = createExecutor<{ account: string }>({
    supergraphSdl,
    async fetch(_subgraph, request) {
      asked.push(request);
      const { representations } = request.variables as { representations: { __typename: string; id: string }[] };
      const of = ({ __typename, id }: { __typename: string; id: string }) =>
        __typename === 'Product' ? { __typename, name: `Product ${id}` } : { __typename, title: `Voucher ${id}` };
      return { data: { _entities: representations.map(of) } };
    },
    source: publishedSource({
      sdl: supergraphSdl,
      fields: {
        priceChanged: {
          channel({ product, currency }, { account }) {
            if (account === 'stranger') throw new GraphQLError('You may not.');
            return `price:${product}:${currency}`;
          },
          event: ({ to, isSecret }: { to: number; isSecret?: boolean }) =>
            isSecret ? undefined : { id: 'lamp', price: to },
        },
        itemSold: { channel: () => 'sold' },
      },
      async listen(channel) {
        listened.push(channel);
        return tap();
      },
      async otherwise(_subgraph, request) {
        opened.push(request);
        return tap() as never;
      },
    }),
  });
});

async function subscribe(query: string, variables: object = {}, account = 'friend') {
  const { operation } = executor.prepare(query) as { operation: never };
  const answers = await executor.subscribe(operation, variables as Record<string, unknown>, { account });
  return answers as AsyncIterableIterator<{ data?: unknown }>;
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test('an event that carries keys is completed by those who know the rest', async () => {
  const answers = await subscribe('subscription { changed: priceChanged(product: "lamp") { id price name } }');
  expect(listened).toEqual(['price:lamp:EURO']);
  taps[0]?.push({ to: 7 });
  expect(plain((await answers.next()).value)).toEqual({
    data: { changed: { id: 'lamp', price: 7, name: 'Product lamp' } },
  });
  expect(asked).toHaveLength(1);
});

test('an event that carries everything asks nobody', async () => {
  const answers = await subscribe('subscription { priceChanged(product: "lamp") { id cost: price } }');
  taps[0]?.push({ to: 7 });
  expect(plain((await answers.next()).value)).toEqual({ data: { priceChanged: { id: 'lamp', cost: 7 } } });
  expect(asked).toEqual([]);
});

test('the channel is made of arguments, variables and defaults included, and of who asks', async () => {
  const query = 'subscription ($p: ID!, $c: Currency! = DOLLAR) { priceChanged(product: $p, currency: $c) { id } }';
  await subscribe(query, { p: 'a' });
  await subscribe(query, { p: 'b', c: 'EURO' });
  expect(listened).toEqual(['price:a:DOLLAR', 'price:b:EURO']);
  expect(plain(await subscribe(query, { p: 'a' }, 'stranger'))).toMatchObject({
    errors: [{ message: 'You may not.' }],
  });
  expect(taps).toHaveLength(2);
});

test('a union is told by __typename of the event', async () => {
  const query = 'subscription { itemSold { __typename ... on Product { id name } ... on Voucher { title } } }';
  const answers = await subscribe(query);
  taps[0]?.push({ __typename: 'Voucher', id: 'v' });
  taps[0]?.push({ __typename: 'Product', id: 'lamp' });
  expect(plain((await answers.next()).value).data).toEqual({ itemSold: { __typename: 'Voucher', title: 'Voucher v' } });
  expect(plain((await answers.next()).value).data).toEqual({
    itemSold: { __typename: 'Product', id: 'lamp', name: 'Product lamp' },
  });
});

test('a message that is no event is left out, and one that is no object of its type is an error of that event', async () => {
  const answers = await subscribe('subscription { priceChanged(product: "lamp") { id price } }');
  for (const message of [{ to: 1, isSecret: true }, { to: 'much' }, { to: 2 }]) taps[0]?.push(message);
  expect(plain((await answers.next()).value)).toMatchObject({
    data: { priceChanged: { id: 'lamp', price: null } },
    errors: [{ path: ['priceChanged', 'price'] }],
  });
  expect(plain((await answers.next()).value)).toEqual({ data: { priceChanged: { id: 'lamp', price: 2 } } });
});

test('leaving reaches the channel at once', async () => {
  const answers = await subscribe('subscription { priceChanged(product: "lamp") { id name } }');
  const waiting = answers.next();
  await answers.return?.();
  expect((await waiting).done).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(taps[0]?.isClosed).toBe(true);
});

test('fields that are not published come from where they came', async () => {
  const answers = await subscribe('subscription { kept { id name } }');
  expect([listened, opened.length]).toEqual([[], 1]);
  taps[0]?.push({ data: { kept: { __typename: 'Product', id: 'lamp' } } });
  expect(plain((await answers.next()).value).data).toEqual({ kept: { id: 'lamp', name: 'Product lamp' } });
});
