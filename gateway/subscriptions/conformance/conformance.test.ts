import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, type Opened, type Result, Suite } from './testing/suite.ts';
import { EXPIRING, targets } from './testing/targets.ts';

const target = process.env.CONFORMANCE_TARGET ?? 'ours';
const start = targets[target];
if (!start) throw new Error(`CONFORMANCE_TARGET is one of ${Object.keys(targets).join(', ')}.`);

let suite: Suite;

beforeAll(async () => {
  suite = await Suite.start(start);
}, 30_000);

afterEach(() => suite.reset());

afterAll(() => suite.close());

const answer = (document: string, event: unknown, variables?: object) => suite.answer(document, event, variables);
const pathsOf = ({ errors = [] }: Result) => errors.map(({ path }) => path?.join('.')).sort();
const product = (fields: string) => `subscription ($channel: String!) { product(channel: $channel) { ${fields} } }`;
const lamp = { id: 'lamp', price: 3 };

describe('entities', () => {
  test('E1 each event is completed with fields of another subgraph', async () => {
    const { client, stream } = await suite.open(product('id price name'));
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
    const { catalogue } = suite.subgraphs;
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
    const { client, stream } = await suite.open(
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
    const { client, stream } = await suite.open(
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
    const { catalogue } = suite.subgraphs;
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
    const client = await suite.client();
    const channel = randomUUID();
    client.subscribe('a', tick(', $step: Int!', ', step: $step'), { channel, step: 'many' });
    expect(await refusal(client)).not.toEqual([]);
    client.subscribe('a', tick('', ''), { channel });
    expect(await suite.subgraphs.stock.streams(channel)).toHaveLength(1);
  });

  test('V4 variables of two subscriptions are kept apart', async () => {
    const [client, channel] = [await suite.client(), randomUUID()];
    for (const step of [3, 4]) {
      client.subscribe(`${step}`, tick(', $step: Int!', ', step: $step'), { channel, step });
      await suite.subgraphs.stock.streams(channel, step - 2);
    }
    for (const stream of await suite.subgraphs.stock.streams(channel, 2)) stream.push({ number: 1 });
    for (const step of [3, 4]) expect((await client.result(`${step}`)).data).toMatchObject({ tick: { step } });
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
    const { client, stream } = await suite.open(sure);
    stream.push({ id: 'hollow' }, lamp);
    expect((await client.result('a')).data).toBeNull();
    expect((await client.result('a')).data).toEqual({ sureProduct: { id: 'lamp', sureName: 'Surely lamp' } });
  });

  test('X6 an event that is an error is told, and the next one too', async () => {
    const { client, stream } = await suite.open(product('id name'));
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
    const { client, stream } = await suite.open(product('id name'));
    suite.subgraphs.catalogue.isBroken = true;
    stream.push(lamp);
    const result = await client.result('a');
    expect(result.data).toEqual({ product: { id: 'lamp', name: null } });
    expect(result.errors?.length).toBeGreaterThan(0);
    suite.subgraphs.catalogue.isBroken = false;
    stream.push(lamp);
    expect(await client.result('a')).toEqual({ data: { product: { id: 'lamp', name: 'Product lamp' } } });
  });

  test('X9 a subgraph that refuses ends the subscription with its error', async () => {
    const client = await suite.client();
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
    const client = await suite.client();
    client.subscribe('a', document);
    expect((await refusal(client)).length).toBeGreaterThan(0);
    expect(await client.told('a')).toEqual([]);
  });
});

describe('order', () => {
  test('O1 events are told in the order of the source, also when an earlier one takes longer', async () => {
    const { client, stream } = await suite.open(product('id name'));
    const release = suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' }, { id: 'quick' });
    expect(await client.told('a')).toEqual([]);
    release();
    for (const id of ['slow', 'quick']) expect((await client.result('a')).data).toMatchObject({ product: { id } });
  });

  test('O2 a hundred events at once are told, each once and in order', async () => {
    const { client, stream } = await suite.open(product('id name'));
    stream.push(...Array.from({ length: 100 }, (_, number) => ({ id: `${number}` })));
    for (let number = 0; number < 100; number++) {
      expect((await client.result('a')).data).toEqual({ product: { id: `${number}`, name: `Product ${number}` } });
    }
    expect(await client.told('a')).toEqual([]);
  });

  test('O3 events that were told before the source ended come before complete', async () => {
    const { client, stream } = await suite.open(product('id name'));
    stream.push({ id: 'one' }, { id: 'two' });
    stream.end();
    for (const id of ['one', 'two']) expect((await client.result('a')).data).toMatchObject({ product: { id } });
    expect((await client.message('a')).type).toBe('complete');
  });

  test('O4 a stream without events is complete', async () => {
    const { client, stream } = await suite.open(product('id name'));
    stream.end();
    expect(await client.message('a')).toEqual({ id: 'a', type: 'complete' });
    expect(await client.told('a')).toEqual([]);
  });

  test('O5 two subscriptions of one socket do not wait for one another, nor mix', async () => {
    const { client, stream } = await suite.open(product('id name'));
    const channel = randomUUID();
    client.subscribe('b', product('id maker { name }'), { channel });
    const [other] = await suite.subgraphs.stock.streams(channel);
    const release = suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' });
    other.push({ id: 'x' }, { id: 'y' });
    for (const id of ['x', 'y']) {
      expect((await client.result('b')).data).toEqual({ product: { id, maker: { name: `Maker maker-of-${id}` } } });
    }
    release();
    expect((await client.result('a')).data).toEqual({ product: { id: 'slow', name: 'Product slow' } });
  });

  test('O6 queries and subscriptions share a socket', async () => {
    const { client, stream } = await suite.open(product('id name'));
    client.subscribe('q', '{ ready catalogueReady }');
    expect(await client.result('q')).toEqual({ data: { ready: null, catalogueReady: null } });
    expect((await client.message('q')).type).toBe('complete');
    stream.push(lamp);
    expect((await client.result('a')).data).toMatchObject({ product: { id: 'lamp' } });
  });
});

describe('the end', () => {
  test('L1 complete by the client reaches the subgraph', async () => {
    const { client, stream } = await suite.open(product('id name'));
    client.complete('a');
    await stream.closed;
    expect(await client.told('a')).toEqual([]);
  });

  test('L2 a socket that closes reaches the subgraph, for all its subscriptions', async () => {
    const { client, channel, stream } = await suite.open(product('id name'));
    client.subscribe('b', product('id'), { channel });
    const [, second] = await suite.subgraphs.stock.streams(channel, 2);
    client.talk.socket.close();
    await stream.closed;
    await second?.closed;
  });

  test('L3 a socket that is torn off reaches the subgraph', async () => {
    const { client, stream } = await suite.open(product('id name'));
    client.talk.socket.terminate();
    await stream.closed;
  });

  test('L4 complete while an event is on its way: nothing more is told, and the id is free', async () => {
    const { client, channel, stream } = await suite.open(product('id name'));
    const release = suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' });
    await client.told('a');
    client.complete('a');
    client.subscribe('a', product('id name'), { channel });
    const [, again] = await suite.subgraphs.stock.streams(channel, 2);
    release();
    again?.push({ id: 'new' });
    expect((await client.result('a')).data).toEqual({ product: { id: 'new', name: 'Product new' } });
    expect(await client.told('a')).toEqual([]);
  });

  test('L5 complete before the subgraph has answered closes what is opened', async () => {
    const [client, channel] = [await suite.client(), randomUUID()];
    for (let turn = 0; turn < 20; turn++) {
      client.subscribe('a', product('id name'), { channel });
      client.complete('a');
    }
    client.subscribe('a', product('id name'), { channel });
    // However many of them were opened, the last one is, and all others are left.
    const [last] = await liveStreams(channel);
    last?.push(lamp);
    expect((await client.result('a')).data).toMatchObject({ product: { id: 'lamp' } });
    expect(await client.told('a')).toEqual([]);
  });

  test('L6 an id is used again and again', async () => {
    const [client, channel] = [await suite.client(), randomUUID()];
    for (let turn = 1; turn <= 5; turn++) {
      client.subscribe('a', product('id name'), { channel });
      const stream = (await suite.subgraphs.stock.streams(channel, turn))[turn - 1];
      stream?.push({ id: `${turn}` });
      expect((await client.result('a')).data).toMatchObject({ product: { id: `${turn}` } });
      if (turn % 2) {
        stream?.end();
        expect((await client.message('a')).type).toBe('complete');
      } else {
        client.complete('a');
        await stream?.closed;
      }
    }
  });

  test('L7 a subgraph that dies ends its subscriptions, with a word: an error, errors, or the end of the socket', async () => {
    const { client, stream } = await suite.open(product('id name'));
    stream.push(lamp);
    await client.result('a');
    suite.subgraphs.stock.breakSockets();
    expect(await lastWord(client)).not.toBe('complete');
  });

  test('L8 and serves again when it is back', async () => {
    const { client } = await suite.open(product('id name'));
    suite.subgraphs.stock.breakSockets();
    await lastWord(client);
    expect(await answer(product('id name'), lamp)).toMatchObject({ data: { product: { id: 'lamp' } } });
  });

  test('L9 one subscription that ends leaves the others of its socket and its subgraph alone', async () => {
    const [one, two] = [await suite.open(product('id name')), await suite.open(product('id name'))];
    one.client.complete('a');
    await one.stream.closed;
    two.stream.push(lamp);
    expect((await two.client.result('a')).data).toMatchObject({ product: { id: 'lamp' } });
  });

  /** How a subscription ends that is not ended by its client. */
  async function lastWord(client: Client): Promise<string> {
    for (let hadErrors = false; ; ) {
      const message = await client.message('a').catch(() => undefined);
      if (!message) return 'closed';
      if (message.type === 'error') return 'error';
      if (message.type === 'complete') return hadErrors ? 'errors' : 'complete';
      hadErrors ||= 'errors' in (message.payload as object);
    }
  }

  /** The streams of a channel that nobody has left, once there is one and no more is opened. */
  async function liveStreams(channel: string) {
    for (let count = 1; ; count++) {
      const streams = await suite.subgraphs.stock.streams(channel, count);
      const rest = streams.slice(0, -1).map(({ closed }) => closed);
      await Promise.all(rest);
      const last = streams.at(-1);
      const isLeft = await Promise.race([last?.closed.then(() => true), answer(product('id'), lamp).then(() => false)]);
      if (!isLeft) return [last];
    }
  }
});

describe('many', () => {
  const shared = (fields: string) => `subscription ($channel: String!) { shared(channel: $channel) { ${fields} } }`;

  /** Subscribes clients one after the other; all are served when each has answered a round trip. */
  async function crowd(documents: readonly string[], channel: string): Promise<Client[]> {
    const clients: Client[] = [];
    for (const document of documents) {
      const client = await suite.client();
      client.subscribe('a', document, { channel });
      await client.told('a');
      clients.push(client);
    }
    return clients;
  }

  test('M1 clients that ask for the same of what is the same for all share one stream', async () => {
    const channel = randomUUID();
    const clients = await crowd(Array(10).fill(shared('id name')), channel);
    const streams = await suite.subgraphs.stock.streams(channel);
    await suite.open(product('id'));
    for (const stream of streams) stream.push(lamp);
    for (const client of clients) {
      expect((await client.result('a')).data).toEqual({ shared: { id: 'lamp', name: 'Product lamp' } });
    }
    expect(await suite.subgraphs.stock.streams(channel)).toHaveLength(1);
  });

  test('M2 a shared stream lives until the last client leaves', async () => {
    const channel = randomUUID();
    const clients = await crowd(Array(3).fill(shared('id name')), channel);
    const [stream] = await suite.subgraphs.stock.streams(channel);
    let isClosed = false;
    stream.closed.then(() => {
      isClosed = true;
    });
    for (const client of clients) {
      expect(isClosed).toBe(false);
      client.complete('a');
      await client.told('a');
    }
    await stream.closed;
  });

  test('M3 what one client selects of a shared event never shows in the answer of another', async () => {
    const channel = randomUUID();
    const documents = [shared('id name'), shared('id maker { name }'), shared('name: id id'), shared('price')];
    const clients = await crowd(documents, channel);
    await suite.open(product('id'));
    for (const stream of await suite.subgraphs.stock.streams(channel)) stream.push({ ...lamp });
    const told = await Promise.all(clients.map(async (client) => (await client.result('a')).data));
    expect(told).toEqual([
      { shared: { id: 'lamp', name: 'Product lamp' } },
      { shared: { id: 'lamp', maker: { name: 'Maker maker-of-lamp' } } },
      { shared: { name: 'lamp', id: 'lamp' } },
      { shared: { price: 3 } },
    ]);
  });

  test('M4 a client that does not read does not delay another, and misses nothing unknowingly', async () => {
    const [slow, quick] = [await suite.open(product('id name')), await suite.open(product('id name'))];
    slow.client.talk.socket.pause();
    const padding = 'x'.repeat(50_000);
    const events = Array.from({ length: 200 }, (_, number) => ({ id: `${number}-${padding}` }));
    slow.stream.push(...events);
    quick.stream.push(...events);
    await heardAll(quick, events.length);
    slow.client.talk.socket.resume();
    await heardAll(slow, events.length);
  });

  /** Reads to the end, or to a word that says that more was missed. */
  async function heardAll({ client }: Opened, count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      const message = await client.message('a').catch(() => undefined);
      if (message?.type !== 'next') return expect(message?.type).not.toBe('complete');
      const { data } = message.payload as { data: { product: { id: string } } };
      expect(data.product.id.split('-', 1)).toEqual([`${number}`]);
    }
  }
});

/** About what not every gateway has. */
const expiry = target === 'ours' ? ['T1 a session that ends closes its socket, and reaches the subgraph'] : [];

for (const title of expiry) {
  test(title, async () => {
    const [client, channel] = [await suite.client(EXPIRING), randomUUID()];
    client.subscribe('a', product('id name'), { channel });
    const [stream] = await suite.subgraphs.stock.streams(channel);
    suite.gateway.expire?.();
    await stream.closed;
    expect((await client.talk.closed).code).toBe(4403);
  });
}

test('the README has a row for each case, and no other', () => {
  const here = import.meta.dirname;
  const ids = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id]) => id))].sort();
  const cases = ids(readFileSync(join(here, 'conformance.test.ts'), 'utf8'), /'([A-Z]\d+) /g);
  expect(ids(readFileSync(join(here, 'README.md'), 'utf8'), /^\| ([A-Z]\d+) \|/gm)).toEqual(cases);
});
