import { randomUUID } from 'node:crypto';
import type { Client, Opened } from './testing/suite.ts';
import { conformance, lamp, product, target } from './testing/target.ts';
import { EXPIRING } from './testing/targets.ts';

const conforming = conformance();
const { answer } = conforming;

describe('order', () => {
  test('O1 events are told in the order of the source, also when an earlier one takes longer', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    const release = conforming.suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' }, { id: 'quick' });
    expect(await client.told('a')).toEqual([]);
    release();
    for (const id of ['slow', 'quick']) expect((await client.result('a')).data).toMatchObject({ product: { id } });
  });

  test('O2 a hundred events at once are told, each once and in order', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    stream.push(...Array.from({ length: 100 }, (_, number) => ({ id: `${number}` })));
    for (let number = 0; number < 100; number++) {
      expect((await client.result('a')).data).toEqual({ product: { id: `${number}`, name: `Product ${number}` } });
    }
    expect(await client.told('a')).toEqual([]);
  });

  test('O3 events that were told before the source ended come before complete', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    stream.push({ id: 'one' }, { id: 'two' });
    stream.end();
    for (const id of ['one', 'two']) expect((await client.result('a')).data).toMatchObject({ product: { id } });
    expect((await client.message('a')).type).toBe('complete');
  });

  test('O4 a stream without events is complete', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    stream.end();
    expect(await client.message('a')).toEqual({ id: 'a', type: 'complete' });
    expect(await client.told('a')).toEqual([]);
  });

  test('O5 two subscriptions of one socket do not wait for one another, nor mix', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    const channel = randomUUID();
    client.subscribe('b', product('id maker { name }'), { channel });
    const [other] = await conforming.suite.subgraphs.stock.streams(channel);
    const release = conforming.suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' });
    other.push({ id: 'x' }, { id: 'y' });
    for (const id of ['x', 'y']) {
      expect((await client.result('b')).data).toEqual({ product: { id, maker: { name: `Maker maker-of-${id}` } } });
    }
    release();
    expect((await client.result('a')).data).toEqual({ product: { id: 'slow', name: 'Product slow' } });
  });

  test('O6 queries and subscriptions share a socket', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    client.subscribe('q', '{ ready catalogueReady }');
    expect(await client.result('q')).toEqual({ data: { ready: null, catalogueReady: null } });
    expect((await client.message('q')).type).toBe('complete');
    stream.push(lamp);
    expect((await client.result('a')).data).toMatchObject({ product: { id: 'lamp' } });
  });
});

describe('the end', () => {
  test('L1 complete by the client reaches the subgraph', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    client.complete('a');
    await stream.closed;
    expect(await client.told('a')).toEqual([]);
  });

  test('L2 a socket that closes reaches the subgraph, for all its subscriptions', async () => {
    const { client, channel, stream } = await conforming.suite.open(product('id name'));
    client.subscribe('b', product('id'), { channel });
    const [, second] = await conforming.suite.subgraphs.stock.streams(channel, 2);
    client.talk.socket.close();
    await stream.closed;
    await second?.closed;
  });

  test('L3 a socket that is torn off reaches the subgraph', async () => {
    const { client, stream } = await conforming.suite.open(product('id name'));
    client.talk.socket.terminate();
    await stream.closed;
  });

  test('L4 complete while an event is on its way: nothing more is told, and the id is free', async () => {
    const { client, channel, stream } = await conforming.suite.open(product('id name'));
    const release = conforming.suite.subgraphs.catalogue.hold('slow');
    stream.push({ id: 'slow' });
    await client.told('a');
    client.complete('a');
    client.subscribe('a', product('id name'), { channel });
    const [, again] = await conforming.suite.subgraphs.stock.streams(channel, 2);
    release();
    again?.push({ id: 'new' });
    expect((await client.result('a')).data).toEqual({ product: { id: 'new', name: 'Product new' } });
    expect(await client.told('a')).toEqual([]);
  });

  test('L5 complete before the subgraph has answered closes what is opened', async () => {
    const [client, channel] = [await conforming.suite.client(), randomUUID()];
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
    const [client, channel] = [await conforming.suite.client(), randomUUID()];
    for (let turn = 1; turn <= 5; turn++) {
      client.subscribe('a', product('id name'), { channel });
      const stream = (await conforming.suite.subgraphs.stock.streams(channel, turn))[turn - 1];
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
    const { client, stream } = await conforming.suite.open(product('id name'));
    stream.push(lamp);
    await client.result('a');
    conforming.suite.subgraphs.stock.breakSockets();
    expect(await lastWord(client)).not.toBe('complete');
  });

  test('L8 and serves again when it is back', async () => {
    const { client } = await conforming.suite.open(product('id name'));
    conforming.suite.subgraphs.stock.breakSockets();
    await lastWord(client);
    expect(await answer(product('id name'), lamp)).toMatchObject({ data: { product: { id: 'lamp' } } });
  });

  test('L9 one subscription that ends leaves the others of its socket and its subgraph alone', async () => {
    const [one, two] = [
      await conforming.suite.open(product('id name')),
      await conforming.suite.open(product('id name')),
    ];
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
      const streams = await conforming.suite.subgraphs.stock.streams(channel, count);
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
      const client = await conforming.suite.client();
      client.subscribe('a', document, { channel });
      await client.told('a');
      clients.push(client);
    }
    return clients;
  }

  test('M1 clients that ask for the same of what is the same for all share one stream', async () => {
    const channel = randomUUID();
    const clients = await crowd(Array(10).fill(shared('id name')), channel);
    const streams = await conforming.suite.subgraphs.stock.streams(channel);
    await conforming.suite.open(product('id'));
    for (const stream of streams) stream.push(lamp);
    for (const client of clients) {
      expect((await client.result('a')).data).toEqual({ shared: { id: 'lamp', name: 'Product lamp' } });
    }
    expect(await conforming.suite.subgraphs.stock.streams(channel)).toHaveLength(1);
  });

  test('M2 a shared stream lives until the last client leaves', async () => {
    const channel = randomUUID();
    const clients = await crowd(Array(3).fill(shared('id name')), channel);
    const [stream] = await conforming.suite.subgraphs.stock.streams(channel);
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
    await conforming.suite.open(product('id'));
    for (const stream of await conforming.suite.subgraphs.stock.streams(channel)) stream.push({ ...lamp });
    const told = await Promise.all(clients.map(async (client) => (await client.result('a')).data));
    expect(told).toEqual([
      { shared: { id: 'lamp', name: 'Product lamp' } },
      { shared: { id: 'lamp', maker: { name: 'Maker maker-of-lamp' } } },
      { shared: { name: 'lamp', id: 'lamp' } },
      { shared: { price: 3 } },
    ]);
  });

  test('M4 a client that does not read does not delay another, and misses nothing unknowingly', async () => {
    const [slow, quick] = [
      await conforming.suite.open(product('id name')),
      await conforming.suite.open(product('id name')),
    ];
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
    const [client, channel] = [await conforming.suite.client(EXPIRING), randomUUID()];
    client.subscribe('a', product('id name'), { channel });
    const [stream] = await conforming.suite.subgraphs.stock.streams(channel);
    conforming.suite.gateway.expire?.();
    await stream.closed;
    expect((await client.talk.closed).code).toBe(4403);
  });
}
