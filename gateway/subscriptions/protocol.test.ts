import { HandClock, LIMITS, type Ours, ours, type Script, scripted, Talk } from './testing/scripted.ts';

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

/** What a socket is told after these messages, until it closes. */
async function closing(...messages: (object | string)[]) {
  const talk = await Talk.open(server.url);
  for (const message of messages) talk.send(message);
  return talk.closed;
}

const INIT = { type: 'connection_init' };
const subscribe = (id: unknown, query: unknown = 'tap', more: object = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, ...more },
});

describe('4400', () => {
  test.each([
    ['text that is no JSON', '{"type":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start"}'],
    ['a type that is no text', '{"type":1}'],
    ['a type that everything has', '{"type":"toString"}'],
    ['the server’s next', { type: 'next', id: 'a', payload: {} }],
    ['the server’s error', { type: 'error', id: 'a', payload: [] }],
    ['the server’s acknowledgement', { type: 'connection_ack' }],
    ['a subscribe without id', { type: 'subscribe', payload: { query: 'tap' } }],
    ['a subscribe with an empty id', subscribe('')],
    ['a subscribe with a number for an id', subscribe(1)],
    ['a subscribe without payload', { id: 'a', type: 'subscribe' }],
    ['a subscribe without query', { id: 'a', type: 'subscribe', payload: {} }],
    ['a query that is no text', subscribe('a', 1)],
    ['variables that are a list', subscribe('a', 'tap', { variables: [] })],
    ['an operation name that is no text', subscribe('a', 'tap', { operationName: 1 })],
    ['extensions that are a text', subscribe('a', 'tap', { extensions: 'x' })],
    ['a complete without id', { type: 'complete' }],
    ['a ping whose payload is a list', { type: 'ping', payload: [] }],
    ['a connection_init whose payload is a text', { type: 'connection_init', payload: 'x' }],
  ])('closes a socket that says %s', async (_what, message) => {
    const { code, reason } = await closing(INIT, message);
    expect(code).toBe(4400);
    expect(reason).not.toBe('');
    expect(script.taps).toEqual([]);
  });

  test('comes before initialisation too', async () => {
    expect((await closing('{')).code).toBe(4400);
  });
});

describe('4401', () => {
  test('closes a socket that subscribes before it is initialised', async () => {
    expect(await closing(subscribe('a'))).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect(script.taps).toEqual([]);
  });

  test('and one that subscribes before it is acknowledged', async () => {
    expect((await closing(INIT, subscribe('a'))).code).toBe(4401);
  });
});

test('4403 closes a socket that is not admitted, with the reason', async () => {
  expect(await closing({ type: 'connection_init', payload: { refuse: true } })).toEqual({
    code: 4403,
    reason: 'You may not.',
  });
});

test('4406 closes a socket that offers no subprotocol', async () => {
  const talk = await Talk.open(server.url, { protocol: undefined });
  expect(await talk.closed).toEqual({ code: 4406, reason: 'Subprotocol not acceptable' });
  expect(server.sockets.size).toBe(0);
});

test('4408 closes a socket that is not initialised in time, and no other', async () => {
  const [silent, prompt] = [await Talk.open(server.url), await Talk.initialised(server.url)];
  clock.advance(LIMITS.initialisationMilliseconds - 1);
  await prompt.untilPong();
  expect(await silent.untilPong()).toEqual([]);
  clock.advance(1);
  expect(await silent.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
  expect(await prompt.untilPong()).toEqual([]);
});

test('4409 closes a socket that uses an id again while it is in use, and ends all its operations', async () => {
  const talk = await Talk.initialised(server.url);
  talk.subscribe('a', 'tap');
  talk.subscribe('b', 'tap');
  talk.subscribe('a', 'answer');
  expect(await talk.closed).toEqual({ code: 4409, reason: 'Subscriber for a already exists' });
  await script.left;
  expect(script.taps.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});

test.each([
  ['while the first is looked at', 0],
  ['after it was acknowledged', 1],
])('4429 closes a socket that initialises twice, %s', async (_when, acknowledged) => {
  const talk = await Talk.open(server.url);
  talk.send(INIT);
  for (let count = 0; count < acknowledged; count++) await talk.next();
  talk.send(INIT);
  expect(await talk.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' });
});

test('1009 closes a socket that sends more than a mebibyte', async () => {
  const talk = await Talk.initialised(server.url);
  talk.send(`"${'x'.repeat(1024 * 1024)}"`);
  expect((await talk.closed).code).toBe(1009);
});

describe('ping', () => {
  test('is answered before initialisation, with its payload', async () => {
    const talk = await Talk.open(server.url);
    talk.send({ type: 'ping' });
    talk.send({ type: 'ping', payload: { at: 'é' } });
    expect(await talk.next()).toEqual({ type: 'pong' });
    expect(await talk.next()).toEqual({ type: 'pong', payload: { at: 'é' } });
  });

  test('a pong that nobody asked for is no fault', async () => {
    const talk = await Talk.initialised(server.url);
    talk.send({ type: 'pong', payload: { one: 'way' } });
    expect(await talk.untilPong()).toEqual([]);
  });
});

describe('an operation', () => {
  test('that is completed before its first result says nothing, and its id is free', async () => {
    const talk = await Talk.initialised(server.url);
    for (const query of ['answer', 'events', 'tap', 'same']) {
      talk.subscribe('a', query);
      talk.send({ id: 'a', type: 'complete' });
    }
    expect(await talk.untilPong()).toEqual([]);
    expect(script.taps.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    talk.subscribe('a', 'answer');
    expect((await talk.next())?.type).toBe('next');
    expect((await talk.next())?.type).toBe('complete');
  });

  test('that is refused ends with its error: no complete follows, and its id is free', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'refused');
    talk.subscribe('a', 'refused');
    expect(await talk.untilPong()).toEqual([
      { type: 'error', id: 'a', payload: [{ message: 'Refused.' }] },
      { type: 'error', id: 'a', payload: [{ message: 'Refused.' }] },
    ]);
  });

  test('completed twice, or never begun, is no fault', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'events');
    for (const id of ['a', 'a', 'never']) talk.send({ id, type: 'complete' });
    expect(await talk.untilPong()).toEqual([]);
  });

  test('that is told nothing more says nothing more', async () => {
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'tap');
    await talk.untilPong();
    script.taps[0]?.push({ number: 1 });
    await talk.next();
    talk.send({ id: 'a', type: 'complete' });
    await talk.untilPong();
    script.taps[0]?.push({ number: 2 });
    expect(await talk.untilPong()).toEqual([]);
  });

  test('has an id of any letters, which comes back as it was', async () => {
    const talk = await Talk.initialised(server.url);
    for (const id of ['"', '\\', 'ü', '\u2028', '😀', ' ', 'x'.repeat(1_000)]) {
      talk.subscribe(id, 'answer');
      expect((await talk.next())?.id).toBe(id);
      expect(await talk.next()).toEqual({ type: 'complete', id });
    }
  });

  test('may come in a binary frame', async () => {
    const talk = await Talk.initialised(server.url);
    talk.socket.send(Buffer.from(JSON.stringify(subscribe('a', 'answer'))));
    expect((await talk.next())?.type).toBe('next');
  });
});
