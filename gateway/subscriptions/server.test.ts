import fc from 'fast-check';
import { EVENTS_KEPT } from './broadcast.ts';
import { HandClock, LIMITS, type Message, oracle, ours, type Script, scripted, Talk } from './testing/scripted.ts';

let script: Script;
let clock: HandClock;
let server: Awaited<ReturnType<typeof ours>>;

beforeEach(async () => {
  script = scripted();
  clock = new HandClock();
  server = await ours(script.engine, clock);
});

afterEach(async () => {
  await server.close();
});

describe('the protocol', () => {
  const client = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ type: 'connection_init' }) },
    fc.constantFrom<object | string>(
      { type: 'connection_init', payload: { refuse: true } },
      { type: 'connection_init', payload: 'text' },
      { type: 'ping' },
      { type: 'ping', payload: { at: 1 } },
      { type: 'ping', payload: [] },
      { type: 'pong' },
      { type: 'pong', payload: null },
      { type: 'unheard-of' },
      { id: 'a', type: 'complete' },
      { id: '', type: 'complete' },
      { type: 'complete' },
      { id: 1, type: 'subscribe', payload: { query: 'answer' } },
      { id: 'a', type: 'subscribe' },
      { id: 'a', type: 'subscribe', payload: { query: 1 } },
      { id: 'a', type: 'subscribe', payload: { query: 'answer', variables: 'x' } },
      { id: 'a', type: 'subscribe', payload: { query: 'answer', operationName: 1 } },
      { id: 'a', type: 'subscribe', payload: { query: 'answer', extensions: 1 } },
      { id: 'a', type: 'subscribe', payload: { query: 'answer', variables: null, operationName: null } },
      '{',
      'null',
      '[]',
    ),
    {
      weight: 12,
      arbitrary: fc
        .record({
          id: fc.constantFrom('a', 'b', 'ü "quoted"'),
          query: fc.constantFrom('answer', 'refused', 'events', 'tap'),
        })
        .map(({ id, query }) => ({ id, type: 'subscribe', payload: { query } })),
    },
    { weight: 4, arbitrary: fc.constantFrom('a', 'b').map((id) => ({ id, type: 'complete' })) },
  );

  /** Everything a server says to these messages, by operation, and the code it closes with. */
  async function saidBy(url: string, messages: readonly (object | string)[]) {
    const talk = await Talk.open(url);
    const said: Record<string, Message[]> = {};
    let isOpen = true;
    talk.closed.then(() => {
      isOpen = false;
    });
    const note = (heard: readonly Message[]) => {
      for (const message of heard) {
        const id = message.id ?? '';
        said[id] = [...(said[id] ?? []), message];
      }
    };
    for (const message of messages) {
      if (!isOpen) break;
      talk.send(message);
      note(await talk.untilPong());
      // A result that takes some turns comes behind the first pong.
      if (isOpen) note(await talk.untilPong());
    }
    if (!isOpen) return { said, code: (await talk.closed).code };
    talk.socket.close();
    return { said, code: undefined };
  }

  test('is spoken as graphql-ws speaks it', async () => {
    const peer = await oracle(scripted().engine);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(client, { minLength: 1, maxLength: 12 }), async (messages) => {
          // Most talks begin well.
          for (const talk of [messages, [{ type: 'connection_init' }, ...messages]]) {
            expect(await saidBy(server.url, talk)).toEqual(await saidBy(peer.url, talk));
          }
        }),
        { numRuns: 60 },
      );
    } finally {
      await peer.close();
    }
  });

  test('messages of the server’s own types close the socket with 4400', async () => {
    for (const type of ['connection_ack', 'next', 'error']) {
      const talk = await Talk.initialised(server.url);
      talk.send({ id: 'a', type, payload: {} });
      expect((await talk.closed).code).toBe(4400);
    }
  });

  test('who does not initialise in time is closed with 4408', async () => {
    const talk = await Talk.open(server.url);
    clock.advance(LIMITS.initialisationMilliseconds);
    expect((await talk.closed).code).toBe(4408);
  });

  test('a refusal closes with 4403 and says why', async () => {
    const talk = await Talk.open(server.url);
    talk.send({ type: 'connection_init', payload: { refuse: true } });
    expect(await talk.closed).toEqual({ code: 4403, reason: 'You may not.' });
  });

  test('another protocol is closed with 4406', async () => {
    for (const protocol of ['graphql-ws', 'chat']) {
      const talk = await Talk.open(server.url, { protocol }).catch(() => undefined);
      // `ws` itself gives up on a server that chooses none of what it offered.
      expect(talk).toBeUndefined();
    }
  });

  test('a message of more than a mebibyte closes the socket with 1009', async () => {
    const talk = await Talk.initialised(server.url);
    talk.send({ type: 'ping', payload: { text: 'x'.repeat(1024 * 1024) } });
    expect((await talk.closed).code).toBe(1009);
  });

  test('an operation too many is refused, and the socket stays', async () => {
    const talk = await Talk.initialised(server.url);
    for (let id = 0; id <= LIMITS.operationsPerSocket; id++) talk.subscribe(`${id}`, 'tap');
    expect(await talk.next()).toEqual({
      type: 'error',
      id: `${LIMITS.operationsPerSocket}`,
      payload: script.engine.answers.tooManyOperations,
    });
    talk.send({ id: '0', type: 'complete' });
    talk.subscribe('again', 'answer');
    expect((await talk.next())?.type).toBe('next');
  });

  test('a failure that cannot be closes with 4500 and is reported', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'fail');
    expect((await talk.closed).code).toBe(4500);
    expect(script.reported).toHaveLength(1);
  });

  test('whoever leaves ends the sources and the session', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'tap');
    talk.subscribe('b', 'same');
    talk.subscribe('c', 'tap');
    await talk.untilPong();
    talk.send({ id: 'a', type: 'complete' });
    await talk.untilPong();
    expect(script.taps.map(({ isClosed }) => isClosed)).toEqual([true, false, false]);
    talk.socket.terminate();
    await script.left;
    await (await Talk.initialised(server.url)).untilPong();
    expect(script.taps.every(({ isClosed }) => isClosed)).toBe(true);
    expect(server.sockets.size).toBe(1);
  });

  test('closing closes everybody with 1001', async () => {
    const talks = [await Talk.initialised(server.url), await Talk.open(server.url)];
    await server.close();
    for (const talk of talks) expect((await talk.closed).code).toBe(1001);
    server = await ours(script.engine, clock);
  });

  test('a socket that gives no sign of life is destroyed after two rounds of heartbeats', async () => {
    const [silent, lively] = [await Talk.open(server.url, { autoPong: false }), await Talk.initialised(server.url)];
    silent.send({ type: 'connection_init' });
    await silent.next();
    for (let second = 0; second < 24; second++) {
      clock.advance(1_000);
      await lively.untilPong();
    }
    expect((await silent.closed).code).toBe(1006);
    await lively.untilPong();
    expect(lively.socket.readyState).toBe(lively.socket.OPEN);
  });
});

describe('frames', () => {
  test.each([1, 100, 125, 126, 127, 65_000, 65_535, 65_536, 200_000])(
    'texts of about %i bytes arrive whole',
    async (size) => {
      const talk = await Talk.initialised(server.url);
      talk.subscribe('own', 'tap');
      talk.subscribe('shared ü', 'same');
      await talk.untilPong();
      for (const letter of ['x', 'é', '😀']) {
        const text = letter.repeat(size);
        for (const tap of script.taps) tap.push({ text });
        for (const _ of script.taps) expect((await talk.next())?.payload).toEqual({ data: { text } });
      }
    },
  );

  test('what one turn has to say goes out together and in order', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('own', 'tap');
    await talk.untilPong();
    for (let number = 0; number < 200; number++) script.taps[0]?.push({ number });
    for (let number = 0; number < 200; number++) {
      expect(await talk.next()).toEqual({ type: 'next', id: 'own', payload: { data: { number } } });
    }
  });
});

describe('a shared subscription', () => {
  test('has one source for all, each told under an id of their own, and ends with the last listener', async () => {
    const talks = await Promise.all(['a', 'b', 'c'].map(() => Talk.initialised(server.url)));
    for (const [index, talk] of talks.entries()) {
      talk.subscribe(`id ${index}`, 'same');
      await talk.untilPong();
    }
    expect(script.taps).toHaveLength(1);
    script.taps[0]?.push({ number: 1 });
    for (const [index, talk] of talks.entries()) {
      expect(await talk.next()).toEqual({ type: 'next', id: `id ${index}`, payload: { data: { number: 1 } } });
    }
    for (const [index, talk] of talks.entries()) {
      expect(script.taps[0]?.isClosed).toBe(false);
      talk.send({ id: `id ${index}`, type: 'complete' });
      await talk.untilPong();
    }
    expect(script.taps[0]?.isClosed).toBe(true);
    expect(server.sockets.broadcasts.size).toBe(0);
    talks[0]?.subscribe('anew', 'same');
    await talks[0]?.untilPong();
    expect(script.taps).toHaveLength(2);
  });

  test('is complete for all when its source ends', async () => {
    const talks = [await Talk.initialised(server.url), await Talk.initialised(server.url)];
    for (const talk of talks) {
      talk.subscribe('a', 'same');
      await talk.untilPong();
    }
    script.taps[0]?.end();
    for (const talk of talks) expect(await talk.next()).toEqual({ type: 'complete', id: 'a' });
    expect(server.sockets.broadcasts.size).toBe(0);
  });

  test('that is refused is refused for all who come before it ends', async () => {
    const talks = [await Talk.initialised(server.url), await Talk.initialised(server.url)];
    talks[0]?.subscribe('a', 'refuse');
    await talks[0]?.untilPong();
    script.taps[0]?.push({ refuse: true });
    const refused = { type: 'next', id: 'a', payload: { errors: [{ message: 'You may not.' }] } };
    expect(await talks[0]?.next()).toEqual(refused);
    talks[1]?.subscribe('a', 'refuse');
    expect(await talks[1]?.next()).toEqual(refused);
    script.taps[0]?.end();
    for (const talk of talks) expect(await talk.next()).toEqual({ type: 'complete', id: 'a' });
    expect(script.taps).toHaveLength(1);
  });

  test('is not shared by another key, and private ones never are', async () => {
    const talk = await Talk.initialised(server.url);
    for (const [id, query] of Object.entries({ a: 'same', b: 'other', c: 'tap', d: 'tap' })) talk.subscribe(id, query);
    await talk.untilPong();
    expect(script.taps).toHaveLength(4);
    script.taps[2]?.push({ for: 'c' });
    expect(await talk.untilPong()).toEqual([{ type: 'next', id: 'c', payload: { data: { for: 'c' } } }]);
  });
});

describe('a client that stops reading', () => {
  const text = 'x'.repeat(60_000);

  const numberIn = ({ payload }: Message) => (payload as { data?: { number: number } }).data?.number;

  /** Pushes to a source until the server has had enough of a socket. */
  async function fill(push: () => void): Promise<void> {
    let isFull = false;
    clock.armed(LIMITS.stalledMilliseconds).then(() => {
      isFull = true;
    });
    const other = await Talk.initialised(server.url);
    while (!isFull) {
      push();
      await other.untilPong();
    }
    other.socket.close();
  }

  test('is not pulled for, and gets everything when it reads again', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'tap');
    await talk.untilPong();
    const [tap] = script.taps;
    talk.socket.pause();
    let pushed = 0;
    await fill(() => tap?.push({ number: pushed++, text }));
    const { pulled } = tap ?? { pulled: 0 };
    for (let more = 0; more < 100; more++) tap?.push({ number: pushed++, text });
    await (await Talk.initialised(server.url)).untilPong();
    expect((tap?.pulled ?? 0) - pulled).toBeLessThanOrEqual(1);
    talk.socket.resume();
    for (let number = 0; number < pushed; number++) {
      expect((await talk.next())?.payload).toMatchObject({ data: { number } });
    }
    clock.advance(LIMITS.stalledMilliseconds);
    expect(await talk.untilPong()).toEqual([]);
  });

  test('and does not begin again is closed with 1013', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'tap');
    await talk.untilPong();
    talk.socket.pause();
    await fill(() => script.taps[0]?.push({ text }));
    clock.advance(LIMITS.stalledMilliseconds);
    talk.socket.resume();
    expect((await talk.closed).code).toBe(1013);
    expect(script.taps[0]?.isClosed).toBe(true);
  });

  test.each([
    ['catches up on a shared subscription when it is a little behind', EVENTS_KEPT],
    ['is told so when it is far behind on a shared subscription, and others have missed nothing', EVENTS_KEPT + 1],
  ])('and %s', async (_title, missed) => {
    const [slow, quick] = [await Talk.initialised(server.url), await Talk.initialised(server.url)];
    for (const talk of [slow, quick]) {
      talk.subscribe('a', 'same');
      await talk.untilPong();
    }
    slow.socket.pause();
    let number = 0;
    await fill(() => script.taps[0]?.push({ number: number++, text }));
    const toldSlow = number;
    for (let more = 0; more < missed; more++) script.taps[0]?.push({ number: number++ });
    for (let each = 0; each < number; each++)
      expect((await quick.next())?.payload).toMatchObject({ data: { number: each } });
    slow.socket.resume();
    const heard: Message[] = [];
    for (;;) {
      const message = (await slow.next()) as Message;
      heard.push(message);
      if (message.type === 'error' || numberIn(message) === number - 1) break;
    }
    if (missed > EVENTS_KEPT) {
      expect(heard.at(-1)).toEqual({ type: 'error', id: 'a', payload: script.engine.answers.fellBehind });
      expect(heard.length).toBeLessThanOrEqual(toldSlow + 1);
    } else {
      expect(heard.map(numberIn)).toEqual(Array.from({ length: number }, (_, index) => index));
    }
  });

  test('does not have its messages taken either', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'tap');
    await talk.untilPong();
    talk.socket.pause();
    await fill(() => script.taps[0]?.push({ text }));
    talk.subscribe('b', 'tap');
    await (await Talk.initialised(server.url)).untilPong();
    expect(script.taps).toHaveLength(1);
    talk.socket.resume();
    await talk.untilPong();
    expect(script.taps).toHaveLength(2);
  });
});
