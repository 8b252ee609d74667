import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Result } from './testing/suite.ts';
import { conformance, lamp, product } from './testing/target.ts';

const conforming = conformance();
const { answer } = conforming;
const pathsOf = ({ errors = [] }: Result) => errors.map(({ path }) => path?.join('.')).sort();

describe('entities', () => {
  test('E1 each event is completed with fields of another subgraph', async () => {
    const { client, stream } = await conforming.suite.open(product('id price name'));
    for (const id of ['lamp', 'chair']) {
      stream.push({ id, price: 3 });
      expect(await client.result('a')).toEqual({ data: { product: { id, price: 3, name: `Product ${id}` } } });
    }
  });

  test('E2 entities of entities are completed, in lists too', async () => {
    expect(await answer(product('maker { name } parts { number maker { name country } }'), lamp)).toEqual({
      data: {
        product: {
          maker: { name: 'Maker maker-of-lamp' },
          parts: [1, 2].map((number) => ({
            number,
            maker: { name: `Maker part-maker-lamp-${number}`, country: 'Portugal' },
          })),
        },
      },
    });
  });

  test('E3 a list of entities is completed in its order, with nulls and doubles where they are', async () => {
    const document = 'subscription ($channel: String!) { products(channel: $channel) { id name } }';
    const events = [{ id: 'b' }, null, { id: 'a' }, { id: 'b' }];
    expect(await answer(document, events)).toEqual({
      data: {
        products: [
          { id: 'b', name: 'Product b' },
          null,
          { id: 'a', name: 'Product a' },
          { id: 'b', name: 'Product b' },
        ],
      },
    });
  });

  test('E4 what another subgraph requires is taken from the event, asked for or not', async () => {
    expect(await answer(product('tag'), { id: 'lamp', price: 7 })).toEqual({
      data: { product: { tag: 'lamp for 7' } },
    });
  });

  test('E5 a subgraph whose fields nobody selects is not asked', async () => {
    const { catalogue } = conforming.suite.subgraphs;
    const { asked } = catalogue;
    expect(await answer(product('id price'), lamp)).toEqual({ data: { product: lamp } });
    expect(catalogue.asked).toBe(asked);
  });

  test('E6 keys that are needed and not selected are not told', async () => {
    expect(await answer(product('name'), lamp)).toEqual({ data: { product: { name: 'Product lamp' } } });
  });

  test('E7 an entity that is unknown where it is asked for has null fields', async () => {
    const { data } = await answer(product('id name'), { id: 'unknown', price: 1 });
    expect(data).toEqual({ product: { id: 'unknown', name: null } });
  });
});

describe('selections', () => {
  test('S1 an interface is answered by the concrete type of each event', async () => {
    const { client, stream } = await conforming.suite.open(
      'subscription ($channel: String!) { item(channel: $channel) { __typename id ... on Product { name } ... on Voucher { title points } } }',
    );
    stream.push({ __typename: 'Product', ...lamp }, { __typename: 'Voucher', id: 'v', points: 5 });
    expect((await client.result('a')).data).toEqual({
      item: { __typename: 'Product', id: 'lamp', name: 'Product lamp' },
    });
    expect((await client.result('a')).data).toEqual({
      item: { __typename: 'Voucher', id: 'v', title: 'Voucher v', points: 5 },
    });
  });

  test('S2 a union is answered by the concrete type of each event, one without entities too', async () => {
    const { client, stream } = await conforming.suite.open(
      'subscription ($channel: String!) { found(channel: $channel) { ... on Product { name } ... on Voucher { title } ... on Notice { __typename text } } }',
    );
    stream.push({ __typename: 'Voucher', id: 'v' }, { __typename: 'Notice', text: 'Closed.' });
    stream.push({ __typename: 'Product', ...lamp });
    expect((await client.result('a')).data).toEqual({ found: { title: 'Voucher v' } });
    expect((await client.result('a')).data).toEqual({ found: { __typename: 'Notice', text: 'Closed.' } });
    expect((await client.result('a')).data).toEqual({ found: { name: 'Product lamp' } });
  });

  test.each([
    [true, { id: 'lamp', name: 'Product lamp' }],
    [false, { id: 'lamp', maker: { name: 'Maker maker-of-lamp' } }],
  ])('S3 @include and @skip by a variable that is %s', async (wants, expected) => {
    const document = `subscription ($channel: String!, $wants: Boolean!) {
      product(channel: $channel) { id name @include(if: $wants) maker @skip(if: $wants) { name } }
    }`;
    expect(await answer(document, lamp, { wants })).toEqual({ data: { product: expected } });
  });

  test('S4 what is not included is not fetched', async () => {
    const { catalogue } = conforming.suite.subgraphs;
    const { asked } = catalogue;
    const document = `subscription ($channel: String!, $wants: Boolean! = false) {
      product(channel: $channel) { id name @include(if: $wants) }
    }`;
    expect(await answer(document, lamp)).toEqual({ data: { product: { id: 'lamp' } } });
    expect(catalogue.asked).toBe(asked);
  });

  test('S5 the root field has an alias', async () => {
    const document = `subscription ($channel: String!) {
      renamed: product(channel: $channel) { key: id label: name, again: name brokenName }
    }`;
    const result = await answer(document, lamp);
    expect(result.data).toEqual({
      renamed: { key: 'lamp', label: 'Product lamp', again: 'Product lamp', brokenName: null },
    });
    expect(pathsOf(result)).toEqual(['renamed.brokenName']);
  });

  test('S6 the root field stands in fragments on Subscription', async () => {
    const document = `subscription ($channel: String!) { ...Outer }
      fragment Outer on Subscription { ... on Subscription { product(channel: $channel) { ...Inner } } }
      fragment Inner on Product { id ... { name } }`;
    expect(await answer(document, lamp)).toEqual({ data: { product: { id: 'lamp', name: 'Product lamp' } } });
  });

  test('S7 __typename is answered below the root, under an alias too', async () => {
    const result = await answer(product('__typename kind: __typename maker { __typename name }'), lamp);
    expect(result).toEqual({
      data: {
        product: {
          __typename: 'Product',
          kind: 'Product',
          maker: { __typename: 'Maker', name: 'Maker maker-of-lamp' },
        },
      },
    });
  });

  test('S8 the same field selected twice is answered once, with both selections', async () => {
    const document = `subscription ($channel: String!) {
      product(channel: $channel) { id } product(channel: $channel) { maker { id } maker { name } }
    }`;
    expect(await answer(document, lamp)).toEqual({
      data: { product: { id: 'lamp', maker: { id: 'maker-of-lamp', name: 'Maker maker-of-lamp' } } },
    });
  });
});

describe('variables', () => {
  const tick = (header: string, given: string) =>
    `subscription ($channel: String!${header}) { tick(channel: $channel${given}) { number step colours label } }`;
  const told = async (header: string, given: string, variables?: object) =>
    (await answer(tick(header, given), { number: 1 }, variables)).data;

  test('V1 defaults of the field, of the variable and of an input object', async () => {
    expect(await told('', '')).toEqual({ tick: { number: 1, step: 2, colours: null, label: null } });
    expect(await told(', $step: Int! = 5', ', step: $step')).toMatchObject({ tick: { step: 5 } });
    expect(await told(', $step: Int! = 5', ', step: $step', { step: 6 })).toMatchObject({ tick: { step: 6 } });
    expect(await told(', $label: Label', ', label: $label', { label: {} })).toMatchObject({ tick: { label: 'plain' } });
  });

  test('V2 enums, lists and input objects reach the subgraph', async () => {
    const variables = { colours: ['RED', 'BLUE'], label: { text: 'é "q"' } };
    expect(
      await told(', $colours: [Colour!], $label: Label', ', colours: $colours, label: $label', variables),
    ).toMatchObject({ tick: { colours: ['RED', 'BLUE'], label: 'é "q"' } });
  });

  test('V3 values that do not fit end the subscription with errors, and open nothing', async () => {
    const client = await conforming.suite.client();
    const channel = randomUUID();
    client.subscribe('a', tick(', $step: Int!', ', step: $step'), { channel, step: 'many' });
    expect(await refusal(client)).not.toEqual([]);
    client.subscribe('a', tick('', ''), { channel });
    expect(await conforming.suite.subgraphs.stock.streams(channel)).toHaveLength(1);
  });

  test('V4 variables of two subscriptions are kept apart', async () => {
    const [client, channel] = [await conforming.suite.client(), randomUUID()];
    for (const step of [3, 4]) {
      client.subscribe(`${step}`, tick(', $step: Int!', ', step: $step'), { channel, step });
      await conforming.suite.subgraphs.stock.streams(channel, step - 2);
    }
    for (const stream of await conforming.suite.subgraphs.stock.streams(channel, 2)) stream.push({ number: 1 });
    for (const step of [3, 4]) expect((await client.result(`${step}`)).data).toMatchObject({ tick: { step } });
  });
});

describe('errors', () => {
  test('X1 an error of the event stands at its path, beside what is there', async () => {
    const result = await answer(product('id brokenPrice name'), lamp);
    expect(result.data).toEqual({ product: { id: 'lamp', brokenPrice: null, name: 'Product lamp' } });
    expect(pathsOf(result)).toEqual(['product.brokenPrice']);
  });

  test('X2 an error of another subgraph stands at its path in the answer', async () => {
    const result = await answer(product('name brokenName maker { name brokenName }'), lamp);
    expect(result.data).toEqual({
      product: { name: 'Product lamp', brokenName: null, maker: { name: 'Maker maker-of-lamp', brokenName: null } },
    });
    expect(pathsOf(result)).toEqual(['product.brokenName', 'product.maker.brokenName']);
  });

  test('X3 errors in lists stand at their indexes', async () => {
    const document = 'subscription ($channel: String!) { products(channel: $channel) { id brokenName } }';
    const result = await answer(document, [{ id: 'a' }, null, { id: 'b' }]);
    expect(result.data).toEqual({ products: [{ id: 'a', brokenName: null }, null, { id: 'b', brokenName: null }] });
    expect(pathsOf(result)).toEqual(['products.0.brokenName', 'products.2.brokenName']);
  });

  test('X4 null where none may be climbs to what may be null', async () => {
    const hollow = { id: 'hollow', price: 1 };
    expect((await answer(product('id sureName'), hollow)).data).toEqual({ product: null });
    const nested = await answer(product('id maker { name country }'), hollow);
    expect(nested.data).toEqual({ product: { id: 'hollow', maker: null } });
  });

  test('X5 and to the whole answer where nothing may be', async () => {
    const sure = 'subscription ($channel: String!) { sureProduct(channel: $channel) { id sureName } }';
    const { client, stream } = await conforming.suite.open(sure);
    stream.push({ id: 'hollow' }, lamp);
    expect((await client.result('a')).data).toBeNull();
    expect((await client.result('a')).data).toEqual({ sureProduct: { id: 'lamp', sureName: 'Surely lamp' } });
  });

  test('X6 an event that is an error is told, and the next one too', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    stream.push(new Error('This event is broken.'), lamp);
    const broken = await client.result('a');
    expect(broken.data).toEqual({ product: null });
    expect(pathsOf(broken)).toEqual(['product']);
    expect((await client.result('a')).data).toEqual({ product: { id: 'lamp', name: 'Product lamp' } });
  });

  test('X7 an event that is null is told', async () => {
    expect(await answer(product('id name'), null)).toEqual({ data: { product: null } });
  });

  test('X8 a subgraph that answers nothing of use costs its fields of that event alone', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    conforming.suite.subgraphs.catalogue.isBroken = true;
    stream.push(lamp);
    const result = await client.result('a');
    expect(result.data).toEqual({ product: { id: 'lamp', name: null } });
    expect(result.errors?.length).toBeGreaterThan(0);
    conforming.suite.subgraphs.catalogue.isBroken = false;
    stream.push(lamp);
    expect(await client.result('a')).toEqual({ data: { product: { id: 'lamp', name: 'Product lamp' } } });
  });

  test('X9 a subgraph that refuses ends the subscription with its error', async () => {
    const client = await conforming.suite.client();
    client.subscribe('a', 'subscription { refused(channel: "any") }');
    expect(await refusal(client)).toMatchObject([{ message: 'You may not.' }]);
    expect(await client.told('a')).toEqual([]);
  });

  test.each([
    ['does not parse', 'subscription {'],
    ['asks for an unknown field', 'subscription { unheardOf }'],
    ['has two root fields', 'subscription { product { id } shared(channel: "x") { id } }'],
    ['asks for nothing but __typename', 'subscription { __typename }'],
  ])('X10 a document that %s is refused, and the socket stays', async (_what, document) => {
    const client = await conforming.suite.client();
    client.subscribe('a', document);
    expect((await refusal(client)).length).toBeGreaterThan(0);
    expect(await client.told('a')).toEqual([]);
  });
});

/** What a client hears of an operation that does not begin: an error, or a result of errors and the end. */
async function refusal(client: Client, id = 'a'): Promise<readonly object[]> {
  const message = await client.message(id);
  if (message.type === 'error') return message.payload as object[];
  expect(message).toMatchObject({ type: 'next', payload: { errors: expect.any(Array) } });
  expect((await client.message(id)).type).toBe('complete');
  return (message.payload as { errors: object[] }).errors;
}

test('the README has a row for each case, and no other', () => {
  const here = import.meta.dirname;
  const tests = readdirSync(here).filter((name) => name.endsWith('.test.ts'));
  const texts = tests.map((name) => readFileSync(join(here, name), 'utf8'));
  const ids = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id]) => id))].sort();
  const cases = ids(texts.join('\n'), /'([A-Z]\d+) /g);
  expect(ids(readFileSync(join(here, 'README.md'), 'utf8'), /^\| ([A-Z]\d+) \|/gm)).toEqual(cases);
});
