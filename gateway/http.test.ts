import { request as httpRequest } from 'node:http';
import { serverAudits } from 'graphql-http';
import { type RunningSystem, startOneProcess } from './journeys/systems.ts';

let system: RunningSystem;

beforeAll(async () => {
  system = await startOneProcess();
});

afterAll(async () => {
  await system.close();
});

const STRICT = 'application/graphql-response+json';
const query = '{ __typename }';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly search?: Record<string, string>;
}

async function send({ method = 'POST', headers = {}, body, search }: Sent) {
  const url = `${system.url}/graphql${search ? `?${new URLSearchParams(search)}` : ''}`;
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined };
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  send({ headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

describe('the audits of graphql-http', () => {
  /** Without a header that makes browsers ask first, GET is refused: that is how CSRF is prevented. */
  const preflighted = { 'apollo-require-preflight': 'yes' };
  const fetchFn = (url: string, init: RequestInit = {}) =>
    fetch(url, init.method === 'POST' ? init : { ...init, headers: { ...init.headers, ...preflighted } });
  const audits = serverAudits({ url: () => `${system.url}/graphql`, fetchFn });

  test('are there', () => {
    expect(audits.length).toBeGreaterThan(50);
  });

  test.each(audits.map(({ id, name, fn }) => ({ id, name, fn })))('$id: it $name', async ({ fn }) => {
    const result = await fn();
    expect({ status: result.status, reason: 'reason' in result ? result.reason : '' }).toEqual({
      status: 'ok',
      reason: '',
    });
  });
});

describe('methods', () => {
  test('others than GET and POST are told which there are', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const { status, headers } = await send({ method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, POST, OPTIONS']);
    }
    const options = await send({ method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS']);
  });

  test('a mutation by GET is told that it needs POST, and is not run', async () => {
    const mutation = 'mutation { signOut(input: { refreshToken: "x" }) { __typename } }';
    const { status, headers, json } = await send({
      method: 'GET',
      search: { query: mutation },
      headers: { 'apollo-require-preflight': '1', accept: STRICT },
    });
    expect([status, headers.get('allow'), json.data]).toEqual([405, 'POST', undefined]);
  });
});

describe('what any web page could make a browser send', () => {
  test('is refused: a query by GET without a header that makes browsers ask first', async () => {
    for (const headers of [{}, { accept: STRICT }, { 'content-type': 'text/plain' }, { authorization: 'Basic eDp5' }]) {
      const { status, json } = await send({ method: 'GET', search: { query }, headers: headers as never });
      expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(json.errors[0].message).toContain('apollo-require-preflight');
    }
  });

  test.each([
    { 'apollo-require-preflight': 'true' },
    { 'x-apollo-operation-name': 'Anything' },
    { 'x-graphql-require-preflight': '1' },
    { 'content-type': 'application/json' },
  ])('is not what comes with %j', async (headers) => {
    const { status, json } = await send({ method: 'GET', search: { query }, headers: headers as never });
    expect([status, json]).toEqual([200, { data: { __typename: 'Query' } }]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'is refused by POST with content type "%s"',
    async (type) => {
      const body = new TextEncoder().encode(JSON.stringify({ query }));
      const response = await fetch(`${system.url}/graphql`, {
        method: 'POST',
        body,
        headers: type ? { 'content-type': type } : {},
      });
      expect(response.status).toBe(415);
      expect(response.headers.get('accept')).toBe('application/json');
    },
  );
});

describe('bodies', () => {
  test.each([
    ['an array of operations', [{ query }]],
    ['a text', 'query'],
    ['null', null],
    ['nothing to run', {}],
    ['a query that is a number', { query: 7 }],
    ['an operation name that is an object', { query, operationName: {} }],
    ['variables that are a list', { query, variables: [] }],
    ['extensions that are a list', { query, extensions: [] }],
    ['extensions that are a text', { query, extensions: 'x' }],
    ['a document id that is a number', { documentId: 7 }],
  ])('%s is refused with 400 in either media type', async (_name, body) => {
    for (const accept of ['application/json', STRICT]) {
      const { status, headers, json } = await post(body, { accept });
      expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
    }
  });

  test('compressed ones and other charsets are not read', async () => {
    const gzip = await post({ query }, { 'content-encoding': 'gzip' });
    expect([gzip.status, gzip.headers.get('accept-encoding')]).toEqual([415, 'identity']);
    expect((await post({ query }, { 'content-type': 'application/json; charset=utf-16' })).status).toBe(415);
  });

  test('one that is too long is refused before it has come whole', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(`${system.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(64 * 1024 * 1024) },
      });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('x'.repeat(5 * 1024 * 1024));
    });
    expect(status).toBe(413);
  });
});

describe('answers', () => {
  test('in a media type that is not ours are not acceptable', async () => {
    expect((await post({ query }, { accept: 'text/html' })).status).toBe(406);
  });

  test('say by their status what the strict media type can say', async () => {
    const statusOf = async (body: unknown, headers: Record<string, string> = {}) =>
      (await post(body, { accept: STRICT, ...headers })).status;
    expect(await statusOf({ query })).toBe(200);
    expect(await statusOf({ query: '{ nonsense }' })).toBe(400);
    expect(await statusOf({ query }, { authorization: 'Bearer e30.e30.e30' })).toBe(401);
    expect(await statusOf({ query: '{ me { id } }' })).toBe(200);
  });

  test('are kept by nobody on the way, and differ by what was asked', async () => {
    const { headers } = await post({ query });
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'origin, accept']);
  });
});
