import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createClient } from 'graphql-sse';
import { HandClock, LIMITS, type Ours, ours, type Script, scripted, Talk } from './testing/scripted.ts';

let script: Script;
let clock: HandClock;
let server: Ours;
let streams: IncomingMessage[];

beforeEach(async () => {
  script = scripted();
  clock = new HandClock();
  server = await ours(script.engine, clock);
  streams = [];
});

afterEach(async () => {
  for (const stream of streams) stream.destroy();
  await server.close();
});

/** A response as it comes, byte by byte. */
async function open(query: string, account?: string): Promise<IncomingMessage> {
  const url = `${server.url.replace(/^ws/, 'http')}?${new URLSearchParams({ query, ...(account && { account }) })}`;
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  response.on('error', () => {});
  streams.push(response);
  return response;
}

/** Reads until what was read since it was opened ends like this. */
async function readUntil(response: IncomingMessage, end: string): Promise<string> {
  let text = '';
  for await (const chunk of chunksOf(response)) {
    text += chunk;
    if (text.endsWith(end)) break;
  }
  return text;
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<string> {
  for (;;) {
    const chunk = response.read();
    if (chunk !== null) yield chunk;
    else if (response.readableEnded || response.destroyed) return;
    else await changed(response);
  }
}

function changed(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const told = () => {
      response.off('readable', told).off('close', told);
      resolve();
    };
    response.on('readable', told).on('close', told);
  });
}

const whole = (response: IncomingMessage) => readUntil(response, 'never');
const COMPLETE = 'event: complete\ndata:\n\n';
const next = (result: object) => `event: next\ndata: ${JSON.stringify(result)}\n\n`;

describe('the stream of an operation', () => {
  test('has its results and then complete, after a comment, as text/event-stream that nobody may store', async () => {
    const query = await open('answer');
    expect(query.statusCode).toBe(200);
    expect(query.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(await whole(query)).toBe(`:\n\n${next({ data: { answer: 'é' } })}${COMPLETE}`);
    const events = [1, 2, 3].map((number) => next({ data: { number } }));
    expect(await whole(await open('events'))).toBe(`:\n\n${events.join('')}${COMPLETE}`);
  });

  test('that does not begin has its errors for a result', async () => {
    const refused = await open('refused');
    expect(refused.statusCode).toBe(200);
    expect(await whole(refused)).toBe(`:\n\n${next({ errors: [{ message: 'Refused.' }] })}${COMPLETE}`);
  });

  test('where something breaks that cannot, says so and is reported', async () => {
    expect(await whole(await open('fail'))).toBe(`:\n\n${next({ errors: script.engine.answers.internal })}${COMPLETE}`);
    expect(script.reported).toHaveLength(1);
  });

  test('is read by the client of graphql-sse', async () => {
    const client = createClient({ url: server.url.replace(/^ws/, 'http'), fetchFn: asGet, retryAttempts: 0 });
    const results: unknown[] = [];
    for await (const result of client.iterate({ query: 'events' })) results.push(result);
    expect(results).toEqual([1, 2, 3].map((number) => ({ data: { number } })));
    client.dispose();

    /** The scripted server reads the query string only. */
    function asGet(url: string, { body, ...options }: { body: string; method: string }) {
      const { query } = JSON.parse(body) as { query: string };
      return fetch(`${url}?${new URLSearchParams({ query })}`, { ...options, method: 'GET' });
    }
  });

  test('is kept alive by comments', async () => {
    const stream = await open('tap');
    await readUntil(stream, ':\n\n');
    for (let second = 0; second < 24; second++) clock.advance(1_000);
    script.taps[0]?.end();
    expect(await whole(stream)).toBe(`:\n\n:\n\n${COMPLETE}`);
  });
});

describe('its client', () => {
  test('leaves by closing the connection; then the source is closed and the session left', async () => {
    const stream = await open('tap', 'one');
    await readUntil(stream, ':\n\n');
    expect(server.sockets.size).toBe(1);
    stream.destroy();
    await script.left;
    expect(script.taps[0]?.isClosed).toBe(true);
    expect([server.sockets.size, server.sockets.accounts.size]).toEqual([0, 0]);
  });

  test('shares what sockets share, and the source lives until the last of both leaves', async () => {
    const stream = await open('same');
    const talk = await Talk.initialised(server.url);
    talk.subscribe('a', 'same');
    await talk.untilPong();
    await readUntil(stream, ':\n\n');
    script.taps[0]?.push({ number: 1 });
    expect(await talk.next()).toEqual({ type: 'next', id: 'a', payload: { data: { number: 1 } } });
    expect(await readUntil(stream, '}\n\n')).toBe(next({ data: { number: 1 } }));
    talk.send({ id: 'a', type: 'complete' });
    await talk.untilPong();
    expect(script.taps.map(({ isClosed }) => isClosed)).toEqual([false]);
    stream.destroy();
    await script.left;
    expect(script.taps.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  test('that stops reading is not pulled for, and gets everything when it reads again', async () => {
    const stream = await open('tap');
    const pushed = await fill();
    const pulled = script.taps[0]?.pulled ?? 0;
    for (let more = 0; more < 50; more++) script.taps[0]?.push({ more });
    await aTurn();
    expect((script.taps[0]?.pulled ?? 0) - pulled).toBeLessThanOrEqual(1);
    const text = await readUntil(stream, `${JSON.stringify({ data: { more: 49 } })}\n\n`);
    expect(text.match(/event: next/g)).toHaveLength(pushed + 50);
  });

  test('that does not read again is cut off', async () => {
    const stream = await open('tap');
    await fill();
    clock.advance(LIMITS.stalledMilliseconds);
    await script.left;
    await expect(once(stream.resume(), 'close')).rejects.toThrow('aborted');
    expect(script.taps[0]?.isClosed).toBe(true);
  });

  test('that does not read is told what is left when its subscription ends', async () => {
    const stream = await open('tap');
    const pushed = await fill();
    script.taps[0]?.end();
    const text = await whole(stream);
    expect(text.match(/event: next/g)).toHaveLength(pushed);
    expect(text.endsWith(COMPLETE)).toBe(true);
  });

  /** Pushes until the server has had enough of a stream. @returns how many events. */
  async function fill(): Promise<number> {
    let isFull = false;
    clock.armed(LIMITS.stalledMilliseconds).then(() => {
      isFull = true;
    });
    let pushed = 0;
    while (!isFull) {
      script.taps[0]?.push({ text: 'x'.repeat(60_000), number: pushed++ });
      await aTurn();
    }
    return pushed;
  }

  /** Somebody else asks and is answered. */
  async function aTurn(): Promise<void> {
    await whole(await open('answer'));
  }
});

describe('an account', () => {
  test('has so many sockets and streams together; one more is answered with 429', async () => {
    await Talk.initialised(server.url, 'one');
    await open('tap', 'one');
    const further = await open('tap', 'one');
    expect(further.statusCode).toBe(429);
    expect(further.headers['retry-after']).toBeDefined();
    expect(JSON.parse(await whole(further))).toEqual({ errors: script.engine.answers.tooManyChannels });
    expect((await (await Talk.initialised(server.url, 'one')).closed).code).toBe(4429);
    expect((await open('answer', 'two')).statusCode).toBe(200);
  });

  test('has so many subscriptions over both', async () => {
    const talk = await Talk.initialised(server.url, 'one');
    for (const id of ['a', 'b', 'c']) talk.subscribe(id, 'tap');
    await talk.untilPong();
    const { tooManySubscriptions } = script.engine.answers;
    expect(await whole(await open('tap', 'one'))).toBe(`:\n\n${next({ errors: tooManySubscriptions })}${COMPLETE}`);
  });
});

describe('the server', () => {
  test('ends a stream with errors when its session ends', async () => {
    const stream = await open('tap');
    server.channels[0]?.close(4403, 'Expired.', [{ message: 'Expired.' }]);
    expect(await whole(stream)).toBe(`:\n\n${next({ errors: [{ message: 'Expired.' }] })}${COMPLETE}`);
    expect(script.taps[0]?.isClosed).toBe(true);
  });

  test('ends a subscription with errors when another engine serves', async () => {
    const stream = await open('tap');
    await server.sockets.replaceEngine(scripted().engine, 0);
    expect(await whole(stream)).toBe(`:\n\n${next({ errors: script.engine.answers.schemaReload })}${COMPLETE}`);
  });

  test('says when to come back when it closes, and not that all is complete', async () => {
    const [one, two] = [await open('tap'), await open('tap')];
    const closed = server.sockets.close({ overMilliseconds: 0, backWithinMilliseconds: 8_000 });
    // The chances of the first two are spent on the order in which they are sent away.
    expect([await whole(one), await whole(two)].sort()).toEqual([':\n\nretry: 4000\n\n', ':\n\nretry: 6000\n\n']);
    await closed;
    server = await ours(script.engine, clock);
  });
});
