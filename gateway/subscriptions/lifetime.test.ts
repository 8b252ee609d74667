import { HandClock, type Ours, ours, type Script, scripted, Talk } from './testing/scripted.ts';

let script: Script;
let clock: HandClock;
let server: Ours;

beforeEach(async () => {
  script = scripted();
  clock = new HandClock();
  server = await ours(script.engine, clock);
});

afterEach(async () => {
  await server.close();
});

describe('an account', () => {
  test('has so many sockets; one more is closed with 4429, and others are not', async () => {
    const talks = [await Talk.initialised(server.url, 'one'), await Talk.initialised(server.url, 'one')];
    const further = await Talk.initialised(server.url, 'one');
    expect(await further.closed).toEqual({ code: 4429, reason: 'Too many sockets of this account' });
    for (const talk of [...talks, await Talk.initialised(server.url, 'two'), await Talk.initialised(server.url)]) {
      expect(await talk.untilPong()).toEqual([]);
    }
    talks[0]?.socket.terminate();
    await script.left;
    await untilSize(4);
    const again = await Talk.initialised(server.url, 'one');
    expect(await again.untilPong()).toEqual([]);
  });

  test('has so many subscriptions over all its sockets; queries are not counted', async () => {
    const talks = [await Talk.initialised(server.url, 'one'), await Talk.initialised(server.url, 'one')];
    const [first, second] = talks as [Talk, Talk];
    first.subscribe('a', 'tap');
    first.subscribe('b', 'same');
    await first.untilPong();
    second.subscribe('c', 'tap');
    second.subscribe('d', 'same');
    const tooMany = { type: 'error', id: 'd', payload: script.engine.answers.tooManySubscriptions };
    expect(await second.untilPong()).toEqual([tooMany]);
    second.subscribe('d', 'answer');
    expect((await second.next())?.type).toBe('next');
    expect((await second.next())?.type).toBe('complete');
  });

  test.each(['completed', 'ended by its source', 'refused by its source', 'closed with its socket'])(
    'gets back a subscription that is %s',
    async (how) => {
      const [first, second] = [await Talk.initialised(server.url, 'one'), await Talk.initialised(server.url, 'one')];
      for (const id of ['a', 'b']) second.subscribe(id, 'tap');
      await second.untilPong();
      first.subscribe('c', how === 'refused by its source' ? 'events' : 'tap');
      if (how === 'completed') first.send({ id: 'c', type: 'complete' });
      await first.untilPong();
      if (how === 'ended by its source') script.taps[2]?.end();
      if (how === 'closed with its socket') {
        first.socket.terminate();
        await script.left;
      }
      second.subscribe('d', 'tap');
      expect(await second.untilPong()).toEqual([]);
      second.subscribe('e', 'tap');
      expect((await second.next())?.payload).toEqual(script.engine.answers.tooManySubscriptions);
    },
  );

  test('that has nothing open is forgotten', async () => {
    const talk = await Talk.initialised(server.url, 'one');
    expect(server.sockets.accounts.size).toBe(1);
    talk.socket.terminate();
    await script.left;
    expect(server.sockets.accounts.size).toBe(0);
  });

  /** Others come and go as often as it takes. */
  async function untilSize(size: number): Promise<void> {
    while (server.sockets.size > size) await (await fetch(`${httpUrl()}?query=answer`)).text();
  }
});

describe('a server that closes', () => {
  test('sends sockets away over time, each told after how long to come back', async () => {
    const talks = await Promise.all(Array.from({ length: 8 }, () => Talk.initialised(server.url)));
    const gone = new Set<Talk>();
    for (const talk of talks) talk.closed.then(() => gone.add(talk));
    const leave = { overMilliseconds: 400, backWithinMilliseconds: 8_000, at: 'wss://two.example/graphql' };
    const closed = server.sockets.close(leave);
    for (let slot = 0; slot < 4; slot++) {
      for (const talk of [talks[slot], talks[slot + 4]]) await talk?.closed;
      expect(gone.size).toBe(2 * (slot + 1));
      clock.advance(100);
    }
    await closed;
    const told = await Promise.all(talks.map(({ closed: end }) => end));
    expect(told.map(({ code }) => code)).toEqual(Array(8).fill(1001));
    const reasons = told.map(({ reason }) => JSON.parse(reason));
    expect(new Set(reasons.map(({ retryMilliseconds }) => retryMilliseconds))).toEqual(
      new Set([0, 2_000, 4_000, 6_000]),
    );
    for (const { at } of reasons) expect(at).toBe('wss://two.example/graphql');
    server = await ours(script.engine, clock);
  });

  test('leaves out an address that does not fit a close frame', async () => {
    const talk = await Talk.initialised(server.url);
    await server.sockets.close({
      overMilliseconds: 0,
      backWithinMilliseconds: 900_000,
      at: `wss://${'x'.repeat(100)}`,
    });
    const { code, reason } = await talk.closed;
    expect(code).toBe(1001);
    expect(JSON.parse(reason)).toEqual({ message: 'Going away', retryMilliseconds: expect.any(Number) });
    server = await ours(script.engine, clock);
  });

  test('goes on serving who is not sent away yet, and takes nobody new', async () => {
    const talks = [await Talk.initialised(server.url), await Talk.initialised(server.url)];
    // The second socket's chance is a quarter.
    const closing = server.sockets.close({ overMilliseconds: 400, backWithinMilliseconds: 0 });
    expect((await talks[0]?.closed)?.code).toBe(1001);
    talks[1]?.subscribe('a', 'answer');
    expect((await talks[1]?.next())?.type).toBe('next');
    await expect(Talk.open(server.url)).rejects.toThrow('503');
    expect((await fetch(`${httpUrl()}?query=answer`)).status).toBe(503);
    clock.advance(400);
    await closing;
    expect((await talks[1]?.closed)?.code).toBe(1001);
    server = await ours(script.engine, clock);
  });
});

describe('an engine that follows another', () => {
  test('begins what comes; what is under way ends with an error that says so, spread over time', async () => {
    const talk = await Talk.initialised(server.url);
    for (const [id, query] of Object.entries({ a: 'tap', b: 'tap', c: 'same', d: 'same' })) talk.subscribe(id, query);
    await talk.untilPong();
    const next = scripted();
    const replaced = server.sockets.replaceEngine(next.engine, 400);
    const ended = (id: string) => ({ type: 'error', id, payload: script.engine.answers.schemaReload });
    expect(await talk.untilPong()).toEqual([ended('a')]);
    // Whose time has not come is told what happens, by the engine that began it.
    script.taps[1]?.push({ number: 1 });
    expect((await talk.next())?.id).toBe('b');
    talk.subscribe('a', 'tap');
    talk.subscribe('e', 'same');
    await talk.untilPong();
    expect([script.taps.length, next.taps.length]).toEqual([3, 2]);
    clock.advance(400);
    await replaced;
    expect(await talk.untilPong()).toEqual(['b', 'c', 'd'].map(ended));
    expect(script.taps.every(({ isClosed }) => isClosed)).toBe(true);
    expect(next.taps.map(({ isClosed }) => isClosed)).toEqual([false, false]);
    next.taps[1]?.push({ number: 2 });
    expect(await talk.next()).toEqual({ type: 'next', id: 'e', payload: { data: { number: 2 } } });
  });

  test('lets queries end as they began, and leaves the sessions when their sockets go', async () => {
    const talk = await Talk.initialised(server.url, 'one');
    talk.subscribe('a', 'answer');
    await talk.next();
    const next = scripted();
    await server.sockets.replaceEngine(next.engine, 0);
    expect(await talk.untilPong()).toEqual([{ type: 'complete', id: 'a' }]);
    talk.socket.terminate();
    await next.left;
    expect(server.sockets.accounts.size).toBe(0);
  });

  test('and a subscription that its client ended meanwhile is told nothing', async () => {
    const talk = await Talk.initialised(server.url);
    for (const id of ['a', 'b']) talk.subscribe(id, 'tap');
    await talk.untilPong();
    const replaced = server.sockets.replaceEngine(scripted().engine, 400);
    await talk.next();
    talk.send({ id: 'b', type: 'complete' });
    await talk.untilPong();
    clock.advance(400);
    await replaced;
    expect(await talk.untilPong()).toEqual([]);
  });
});

describe('a document that is named, and has to be looked for', () => {
  const named = (id: string, documentId: string) => ({ id, type: 'subscribe', payload: { query: '', documentId } });

  test('begins when it is found, and holds its id until then', async () => {
    const talk = await Talk.initialised(server.url);
    talk.send(named('a', 'answer'));
    talk.send(named('b', 'refused'));
    talk.send(named('c', 'tap'));
    expect(await talk.untilPong()).toEqual([]);
    script.find();
    const told = [await talk.next(), await talk.next(), await talk.next()];
    expect(told.map((message) => [message?.id, message?.type]).sort()).toEqual([
      ['a', 'complete'],
      ['a', 'next'],
      ['b', 'error'],
    ]);
    expect(script.taps).toHaveLength(1);
    talk.send(named('c', 'tap'));
    expect((await talk.closed).code).toBe(4409);
  });

  test('is not begun where its client has left meanwhile', async () => {
    const talk = await Talk.initialised(server.url);
    talk.send(named('a', 'tap'));
    talk.send({ id: 'a', type: 'complete' });
    talk.send(named('b', 'tap'));
    await talk.untilPong();
    script.find();
    expect(await talk.untilPong()).toEqual([]);
    expect(script.taps).toHaveLength(1);
  });

  test('is not begun by an engine that serves no longer', async () => {
    const talk = await Talk.initialised(server.url);
    talk.send(named('a', 'tap'));
    await talk.untilPong();
    await server.sockets.replaceEngine(scripted().engine, 0);
    script.find();
    expect(await talk.next()).toEqual({ type: 'error', id: 'a', payload: script.engine.answers.schemaReload });
    expect(script.taps).toEqual([]);
  });

  test('comes as an event stream too', async () => {
    const response = await fetch(`${httpUrl()}?documentId=answer`);
    script.find();
    expect(await response.text()).toContain('event: next');
  });
});

const httpUrl = () => server.url.replace(/^ws/, 'http');
