import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type RunningSystem, startOneProcess } from './journeys/systems.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await startOneProcess();
});

afterAll(async () => {
  await system.close();
});

interface Options {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

async function send(path: string, { method = 'POST', headers = {}, body }: Options = {}) {
  const response = await fetch(`${system.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : undefined, text };
}

const codeOf = (answer: { json: { errors?: { extensions?: { code?: string } }[] } }) =>
  answer.json.errors?.[0]?.extensions?.code;

describe('over HTTP', () => {
  test('it says that it lives and that everything behind it answers', async () => {
    expect(await send('/health', { method: 'GET' })).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await send('/ready', { method: 'GET' })).toMatchObject({ status: 200, json: { status: 'ready' } });
  });

  test('a query is answered in either media type', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const answer = await send('/graphql', { body: { query: '{ __typename }' }, headers: { accept } });
      expect(answer).toMatchObject({ status: 200, json: { data: { __typename: 'Query' } } });
      expect(answer.headers.get('content-type')).toContain(accept);
    }
  });

  test('a query may come by GET, a mutation may not', async () => {
    const query = encodeURIComponent('{ __typename }');
    const headers = { 'apollo-require-preflight': 'yes' };
    expect((await send(`/graphql?query=${query}`, { method: 'GET', headers })).status).toBe(200);
    const mutation = encodeURIComponent('mutation { signOut(input: { refreshToken: "x" }) { __typename } }');
    expect((await send(`/graphql?query=${mutation}`, { method: 'GET', headers })).status).toBe(405);
  });

  test('what is no GraphQL request is refused before anything is planned', async () => {
    expect((await send('/graphql', { body: '{', headers: {} })).status).toBe(400);
    expect((await send('/graphql', { body: {} })).status).toBe(400);
    expect((await send('/graphql', { body: 'query=x', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await send('/graphql', { method: 'PUT', body: { query: '{ __typename }' } })).status).toBe(405);
    const tooLarge = { query: '{ __typename }', variables: { x: 'x'.repeat(5 * 1024 * 1024) } };
    expect((await send('/graphql', { body: tooLarge })).status).toBe(413);
  });

  test('a document that does not fit the graph is refused with a code', async () => {
    const strict = { accept: 'application/graphql-response+json' };
    const unknown = await send('/graphql', { body: { query: '{ nonsense }' }, headers: strict });
    expect(unknown.status).toBe(400);
    expect(codeOf(unknown)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codeOf(await send('/graphql', { body: { query: '{' } }))).toBe('GRAPHQL_PARSE_FAILED');
    const long = `{ ${'__typename '.repeat(4_000)} }`;
    expect(codeOf(await send('/graphql', { body: { query: long } }))).toBe('BAD_USER_INPUT');
  });

  test('subscriptions are pointed to the socket', async () => {
    const answer = await send('/graphql', { body: { query: 'subscription { celebrations { number } }' } });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.json.errors[0].message).toContain('graphql-transport-ws');
  });

  test.each([
    ['a header of another scheme', { authorization: 'Basic eDp5' }],
    ['a forged token', { authorization: 'Bearer e30.e30.e30' }],
    ['an unknown partner key', { 'x-api-key': 'hb_0123456789' }],
    ['a token and a key at once', { authorization: 'Bearer x', 'x-api-key': 'y' }],
  ])('%s is UNAUTHENTICATED, also where nobody needs to be anybody', async (_name, headers) => {
    const answer = await send('/graphql', { body: { query: '{ __typename }' }, headers });
    expect(codeOf(answer)).toBe('UNAUTHENTICATED');
    expect(answer.json.data ?? null).toBeNull();
  });

  test('a field that needs a sign-in is refused without one', async () => {
    expect(codeOf(await send('/graphql', { body: { query: '{ me { id } }' } }))).toBe('UNAUTHENTICATED');
  });

  test('fields that only the gateway may ask are not in the graph', async () => {
    for (const query of ['{ sessionVerificationKeys { kid } }', '{ verifyPartnerKey(secret: "x") { retailerId } }']) {
      expect(codeOf(await send('/graphql', { body: { query } }))).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });

  test('a request keeps the id it came with, and gets one otherwise', async () => {
    const body = { query: '{ __typename }' };
    const given = await send('/graphql', { body, headers: { 'x-request-id': 'till-17' } });
    expect(given.headers.get('x-request-id')).toBe('till-17');
    const made = await send('/graphql', { body, headers: { 'x-request-id': 'not an id!' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('pages of other origins may not read the answers', async () => {
    const headers = { origin: 'https://evil.example' };
    const answer = await send('/graphql', { body: { query: '{ __typename }' }, headers });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the front door leads to the app, the explorer is there, and elsewhere is nothing', async () => {
    const home = await send('/', { method: 'GET' });
    expect([home.status, home.headers.get('location')]).toEqual([302, '/app']);
    const page = await send('/explorer', { method: 'GET' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>');
    expect((await send('/nothing', { method: 'GET' })).status).toBe(404);
  });
});

describe('over WebSocket', () => {
  interface Socket {
    send(message: object | string): void;
    /** The next message from the server. */
    message(): Promise<{ type: string; id?: string; payload?: { data?: unknown; errors?: unknown[] } & unknown[] }>;
    closed: Promise<{ code: number; reason: string }>;
    close(): void;
  }

  async function open(path = '/graphql', protocol: string | string[] = 'graphql-transport-ws'): Promise<Socket> {
    const socket = new WebSocket(`${system.url.replace('http', 'ws')}${path}`, protocol);
    const waiting: ((text: string) => void)[] = [];
    const arrived: string[] = [];
    socket.on('message', (data) => {
      const reader = waiting.shift();
      if (reader) reader(String(data));
      else arrived.push(String(data));
    });
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
    await once(socket, 'open');
    return {
      send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
      message: async () => {
        const text = arrived.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)));
        return JSON.parse(text);
      },
      closed,
      close: () => socket.close(),
    };
  }

  async function initialised(payload?: object): Promise<Socket> {
    const socket = await open();
    socket.send({ type: 'connection_init', ...(payload && { payload }) });
    expect((await socket.message()).type).toBe('connection_ack');
    return socket;
  }

  test('queries are answered on the socket as over HTTP', async () => {
    const socket = await initialised();
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect(await socket.message()).toEqual({ id: '1', type: 'next', payload: { data: { __typename: 'Query' } } });
    expect(await socket.message()).toEqual({ id: '1', type: 'complete' });
    socket.close();
  });

  test('a refused document is an error message of its operation, and the socket stays', async () => {
    const socket = await initialised();
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ nonsense }' } });
    const refused = await socket.message();
    expect(refused).toMatchObject({ id: '1', type: 'error' });
    expect(refused.payload?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    socket.send({ type: 'ping' });
    expect((await socket.message()).type).toBe('pong');
    socket.close();
  });

  test('a subscription that needs a sign-in is told so and ends', async () => {
    const socket = await initialised();
    socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { celebrations { number } }' } });
    const first = await socket.message();
    expect(JSON.stringify(first.payload)).toContain('UNAUTHENTICATED');
    socket.close();
  });

  test.each([
    ['a forged token', { authorization: 'Bearer e30.e30.e30' }],
    ['an unknown partner key', { 'x-api-key': 'hb_0123456789' }],
    ['something else than a text', { authorization: { x: 1 } }],
  ])('%s closes the socket with 4403', async (_name, payload) => {
    const socket = await open();
    socket.send({ type: 'connection_init', payload });
    expect((await socket.closed).code).toBe(4403);
  });

  test.each([
    [
      'an operation before connection_init',
      [{ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } }],
      4401,
    ],
    ['a message that is no JSON', ['{'], 4400],
    ['a second connection_init', [{ type: 'connection_init' }, { type: 'connection_init' }], 4429],
  ])('%s closes the socket as the protocol says', async (_name, messages, code) => {
    const socket = await open();
    for (const message of messages) socket.send(message);
    expect((await socket.closed).code).toBe(code);
  });

  test('an id that is in use closes the socket with 4409', async () => {
    const socket = await initialised();
    const subscribe = { id: '1', type: 'subscribe', payload: { query: 'subscription { celebrations { number } }' } };
    socket.send(subscribe);
    socket.send(subscribe);
    expect((await socket.closed).code).toBe(4409);
  });

  test('no protocol is closed with 4406, another path is not a socket', async () => {
    expect((await (await open('/graphql', [])).closed).code).toBe(4406);
    await expect(open('/elsewhere')).rejects.toThrow('404');
  });
});

describe('kept answers', () => {
  const headers = { 'apollo-require-preflight': 'yes' };
  const get = (query: string) => send(`/graphql?query=${encodeURIComponent(query)}`, { method: 'GET', headers });

  test('of public queries by GET may be kept on the way, others may not', async () => {
    const offers = await get('{ offers { edges { node { title } } } }');
    expect(offers.headers.get('cache-control')).toBe('max-age=30, public');
    expect(offers.headers.get('vary')).toBe('origin, accept');
    expect((await get('{ __typename }')).headers.get('cache-control')).toBe('no-store');
    expect((await get('{ me { id } }')).headers.get('cache-control')).toBe('no-store');
    const posted = await send('/graphql', { body: { query: '{ offers { edges { node { title } } } }' } });
    expect(posted.headers.get('cache-control')).toBe('no-store');
  });

  test('say how old they are', async () => {
    const query = '{ charities { edges { node { name } } } }';
    expect((await get(query)).headers.get('age')).toBeNull();
    await system.advance(7_000);
    expect((await get(query)).headers.get('age')).toBe('7');
  });
});
