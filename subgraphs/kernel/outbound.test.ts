import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  checkAddress,
  fetchPublic,
  isPublicAddress,
  type OutboundOptions,
  type OutboundPolicy,
  publicInternet,
} from './outbound.ts';

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => new Promise((closed) => server.close(closed)))));

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Names resolve as a test says; of this machine 127.0.0.1 alone counts as public. */
function policyOf(names: Readonly<Record<string, readonly string[]>>): OutboundPolicy & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    protocols: ['http:'],
    allows: (address) => address === '127.0.0.1' || isPublicAddress(address),
    resolve: async (hostname) => {
      asked.push(hostname);
      const found = names[hostname];
      if (!found) throw new Error('unknown');
      return found;
    },
  };
}

const limits = { limitBytes: 1_000, timeoutMilliseconds: 10_000 };

async function textOf(address: string, options: Partial<OutboundOptions>): Promise<string> {
  const { body } = await fetchPublic(address, { ...limits, ...options });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const reasonOf = (address: string, options: Partial<OutboundOptions>) =>
  textOf(address, options).then(
    () => 'it answered',
    (error) => error.reason ?? error,
  );

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '198.18.0.1',
  '240.0.0.1',
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::',
  '2001:db8::1',
  '::7f00:1',
  '::a9fe:a9fe',
  '4000::1',
  'localhost',
  '',
])('%j is not on the public internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111', '::ffff:1.1.1.1'])('%j is', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ['http://example.org/', 'ADDRESS_INVALID'],
  ['file:///etc/passwd', 'ADDRESS_INVALID'],
  ['gopher://example.org/', 'ADDRESS_INVALID'],
  ['no address', 'ADDRESS_INVALID'],
  ['https://user:password@example.org/', 'ADDRESS_INVALID'],
  ['https://169.254.169.254/latest/meta-data', 'ADDRESS_NOT_PUBLIC'],
  ['https://2130706433/', 'ADDRESS_NOT_PUBLIC'],
  ['https://0x7f.1/', 'ADDRESS_NOT_PUBLIC'],
  ['https://0177.0.0.1/', 'ADDRESS_NOT_PUBLIC'],
  ['https://127.1/', 'ADDRESS_NOT_PUBLIC'],
  ['https://\uFF11\uFF12\uFF17.0.0.1/', 'ADDRESS_NOT_PUBLIC'],
  ['https://[::1]/', 'ADDRESS_NOT_PUBLIC'],
  ['https://[::ffff:127.0.0.1]/', 'ADDRESS_NOT_PUBLIC'],
])('%s is never called: %s', (address, reason) => {
  expect(() => checkAddress(address)).toThrow(expect.objectContaining({ reason }));
});

test('an address of more than 2,048 characters is never called', () => {
  expect(() => checkAddress(`https://example.org/${'a'.repeat(2_048)}`)).toThrow('not one of the web');
});

test('a name of the real internet policy that leads to this machine is not called', async () => {
  const port = await serve((_request, response) => response.end('secret'));
  const policy = { ...publicInternet, resolve: async () => ['127.0.0.1'] };
  expect(await reasonOf(`https://rebound.example:${port}/`, { policy })).toBe('ADDRESS_NOT_PUBLIC');
  expect(await reasonOf(`https://localhost:${port}/`, {})).toBe('ADDRESS_NOT_PUBLIC');
});

test('calls the address that was checked, and asks for the name once', async () => {
  const port = await serve((request, response) => response.end(`to ${request.headers.host} for ${request.url}`));
  let looks = 0;
  const policy = {
    ...policyOf({}),
    // The second look would lead elsewhere.
    resolve: async () => (looks++ === 0 ? ['127.0.0.1'] : ['169.254.169.254']),
  };
  expect(await textOf(`http://shop.example:${port}/table.csv`, { policy })).toBe(
    `to shop.example:${port} for /table.csv`,
  );
  expect(looks).toBe(1);
});

test('one private address among those of a name spoils it, and a name without any is unknown', async () => {
  const policy = policyOf({ 'mixed.example': ['127.0.0.1', '10.0.0.1'], 'none.example': [] });
  expect(await reasonOf('http://mixed.example/', { policy })).toBe('ADDRESS_NOT_PUBLIC');
  expect(await reasonOf('http://none.example/', { policy })).toBe('NAME_UNKNOWN');
  expect(await reasonOf('http://unheard-of.example/', { policy })).toBe('NAME_UNKNOWN');
});

test('redirects are followed as often as is said, each one checked', async () => {
  const port = await serve((request, response) => {
    const [, kind, count] = (request.url ?? '').split('/');
    if (kind === 'done') return response.end('there');
    const next =
      kind === 'private'
        ? 'http://169.254.169.254/'
        : kind === 'named'
          ? `http://inner.example:${port}/`
          : Number(count) > 1
            ? `/chain/${Number(count) - 1}`
            : '/done';
    response.writeHead(302, { location: next }).end();
  });
  const policy = policyOf({ 'shop.example': ['127.0.0.1'], 'inner.example': ['192.168.0.7'] });
  const at = (path: string) => `http://shop.example:${port}/${path}`;
  expect(await textOf(at('chain/3'), { policy, redirects: 3 })).toBe('there');
  expect(await reasonOf(at('chain/4'), { policy, redirects: 3 })).toBe('REDIRECTED');
  expect(await reasonOf(at('private'), { policy, redirects: 3 })).toBe('ADDRESS_NOT_PUBLIC');
  expect(await reasonOf(at('named'), { policy, redirects: 3 })).toBe('ADDRESS_NOT_PUBLIC');
  const answer = await fetchPublic(at('private'), { ...limits, policy });
  expect(answer.status).toBe(302);
  await answer.discard();
});

test('a body that is too long is refused before it is read, and where its length is a secret, while it is', async () => {
  const port = await serve((request, response) => {
    if (request.url === '/announced') response.setHeader('content-length', 5_000);
    if (request.url === '/packed') response.setHeader('content-encoding', 'gzip');
    response.end('x'.repeat(request.url === '/fits' ? 1_000 : request.url === '/packed' ? 10 : 5_000));
  });
  const policy = policyOf({ 'shop.example': ['127.0.0.1'] });
  const at = (path: string) => `http://shop.example:${port}/${path}`;
  expect(await textOf(at('fits'), { policy })).toHaveLength(1_000);
  expect(await reasonOf(at('announced'), { policy })).toBe('TOO_LARGE');
  expect(await reasonOf(at('unannounced'), { policy })).toBe('TOO_LARGE');
  expect(await reasonOf(at('packed'), { policy })).toBe('ENCODED');
});

test('who does not answer in time, does not listen, or breaks off is said to be so', async () => {
  const port = await serve((request, response) => {
    if (request.url === '/broken') {
      response.write('x');
      response.destroy();
    }
  });
  const policy = policyOf({ 'shop.example': ['127.0.0.1'] });
  expect(await reasonOf(`http://shop.example:${port}/silent`, { policy, timeoutMilliseconds: 50 })).toBe('TIMED_OUT');
  expect(await reasonOf(`http://shop.example:${port}/broken`, { policy })).toBe('NOT_CONNECTED');
  expect(await reasonOf('http://shop.example:1/', { policy })).toBe('NOT_CONNECTED');
  const signal = AbortSignal.abort();
  expect(await reasonOf(`http://shop.example:${port}/silent`, { policy, signal })).toBe('TIMED_OUT');
});

test('posts a body with its headers, and tells status and headers of the answer', async () => {
  const port = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.writeHead(201, { ETag: '"1"' }).end(`${request.headers['x-id']}: ${body}`));
  });
  const policy = policyOf({ 'shop.example': ['127.0.0.1'] });
  const answer = await fetchPublic(`http://shop.example:${port}/`, {
    ...limits,
    policy,
    method: 'POST',
    headers: { 'x-id': '7' },
    body: 'told',
  });
  expect([answer.status, answer.headers.etag]).toEqual([201, '"1"']);
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('7: told');
});
