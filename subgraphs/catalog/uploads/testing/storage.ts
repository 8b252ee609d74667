/*
 * S3-compatible storage for tests: s3rver keeps the objects, and in front of it stands what it leaves out, written after
 * Amazon's documents and not after our signer: Signature Version 4 in headers and in the query is checked with all that it
 * covers, addresses expire, and `if-none-match: *` writes once.
 */
import { createHash, createHmac } from 'node:crypto';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from 's3rver';
import type { Clock } from '../../../kernel/clock.ts';
import type { S3Settings } from '../blob-store.s3.ts';

export interface TestStorage {
  readonly settings: S3Settings;
  /** What the storage was asked, `METHOD path`, oldest first. */
  readonly asked: string[];
  close(): Promise<void>;
}

const accessKeyId = 'test-id';
const secretAccessKey = 'test-secret';
const region = 'eu-north-1';

/** @param folder an empty one for its objects. */
export async function startStorage(folder: string, clock: Clock): Promise<TestStorage> {
  const objects = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'files', configs: [] }],
  });
  const { port } = (await objects.run()) as AddressInfo;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    const refusal = faultOf(request, clock.now());
    if (refusal) return response.writeHead(403, { connection: 'close' }).end(refusal);
    passOn(request, response, port);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    settings: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      bucket: 'files',
      region,
      accessKeyId,
      secretAccessKey,
    },
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await objects.close();
    },
  };
}

function passOn(request: IncomingMessage, response: ServerResponse, port: number): void {
  const path = request.url?.split('?')[0] ?? '/';
  const forward = () => {
    const { authorization, ...headers } = request.headers;
    const onward = httpRequest({ host: '127.0.0.1', port, path, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  };
  if (request.headers['if-none-match'] !== '*') forward();
  else {
    httpRequest({ host: '127.0.0.1', port, path, method: 'HEAD' }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) response.writeHead(412, { connection: 'close' }).end('PreconditionFailed');
      else forward();
    }).end();
  }
}

/** Why storage refuses the request; undefined where it does not. */
function faultOf(request: IncomingMessage, now: Date): string | undefined {
  const url = new URL(request.url ?? '/', 'http://storage');
  const inQuery = url.searchParams.has('X-Amz-Signature');
  const header = /Credential=([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
    request.headers.authorization ?? '',
  );
  const said = (name: string, place: number) =>
    (inQuery ? url.searchParams.get(`X-Amz-${name}`) : header?.[place]) ?? '';
  const [credential, signedHeaders, signature] = [
    said('Credential', 1),
    said('SignedHeaders', 2),
    said('Signature', 3),
  ];
  const stamp = inQuery ? (url.searchParams.get('X-Amz-Date') ?? '') : String(request.headers['x-amz-date'] ?? '');
  const begun = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lasts = inQuery ? Number(url.searchParams.get('X-Amz-Expires')) * 1000 : 900_000;
  if (!(now.getTime() < begun + lasts)) return 'Request has expired';
  const scope = `${stamp.slice(0, 8)}/${region}/s3/aws4_request`;
  if (credential !== `${accessKeyId}/${scope}`) return 'InvalidAccessKeyId';
  url.searchParams.delete('X-Amz-Signature');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const body = inQuery ? 'UNSIGNED-PAYLOAD' : String(request.headers['x-amz-content-sha256']);
  const canonical = [request.method, url.pathname, query, headers.join(''), signedHeaders, body].join('\n');
  const text = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [region, 's3', 'aws4_request'].reduce(
    (derived: Buffer, part) => hmac(derived, part),
    hmac(`AWS4${secretAccessKey}`, stamp.slice(0, 8)),
  );
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
