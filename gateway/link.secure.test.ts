/* Subgraphs behind TLS: who has the name's certificate is asked, and nobody else. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { remoteLink } from './link.remote.ts';

const openssl = (...options: string[]) => promisify(execFile)('openssl', options);
const before = getCACertificates('default');
let folder: string;

interface Authority {
  readonly certificate: string;
  /** A key and a certificate for these names, such as DNS:localhost. */
  issue(names: string): Promise<{ readonly key: string; readonly cert: string }>;
}

async function makeAuthority(name: string): Promise<Authority> {
  const at = (file: string) => join(folder, `${name}-${file}`);
  const making = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const own = ['-x509', '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', `/CN=${name}`, '-days', '2'];
  await openssl(...making, ...own);
  return {
    certificate: await readFile(at('ca.pem'), 'utf8'),
    async issue(names) {
      await writeFile(at('names'), `subjectAltName=${names}`);
      await openssl(...making, '-keyout', at('key'), '-out', at('csr'), '-subj', '/CN=subgraph');
      const by = [
        '-CA',
        at('ca.pem'),
        '-CAkey',
        at('ca.key'),
        '-CAcreateserial',
        '-extfile',
        at('names'),
        '-days',
        '2',
      ];
      await openssl('x509', '-req', '-in', at('csr'), '-out', at('pem'), ...by);
      return { key: await readFile(at('key'), 'utf8'), cert: await readFile(at('pem'), 'utf8') };
    },
  };
}

/** What a link finds that asks `host`, where a server shows this certificate; and how many requests came to it. */
async function askAt(host: string, credentials: { readonly key: string; readonly cert: string }) {
  let asked = 0;
  const body = '{"data":{"__typename":"Query"}}';
  const server = createServer(credentials, (_, response) => {
    asked++;
    response.writeHead(200, { 'content-type': 'application/graphql-response+json', 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://${host}:${(server.address() as AddressInfo).port}`;
  const link = remoteLink('profile', url, pino({ level: 'silent' }));
  try {
    const { data } = await link.execute({ query: '{ __typename }' }, {});
    return { data, asked };
  } catch (error) {
    return { code: (error as { code?: string }).code, asked };
  } finally {
    await link.close();
    server.close();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hey-blue-secure-'));
});

afterAll(async () => {
  setDefaultCACertificates(before);
  await rm(folder, { recursive: true });
});

test('a subgraph is asked over TLS by its name or address, and not where its certificate is of another or of nobody known', async () => {
  const known = await makeAuthority('known');
  const stranger = await makeAuthority('stranger');
  setDefaultCACertificates([...before, known.certificate]);
  const found = { data: { __typename: 'Query' }, asked: 1 };
  expect(await askAt('localhost', await known.issue('DNS:localhost'))).toEqual(found);
  expect(await askAt('127.0.0.1', await known.issue('IP:127.0.0.1'))).toEqual(found);
  const refused = { code: 'UNAVAILABLE', asked: 0 };
  expect(await askAt('localhost', await known.issue('DNS:profile.example'))).toEqual(refused);
  expect(await askAt('127.0.0.1', await known.issue('DNS:localhost'))).toEqual(refused);
  expect(await askAt('localhost', await stranger.issue('DNS:localhost'))).toEqual(refused);
});
