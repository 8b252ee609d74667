import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SubgraphName, subgraphNames } from '../../schema/events.ts';
import { ConfigurationError, deriveKey, environmentNames, readConfiguration } from './configuration.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hey-blue-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a laptop needs no setting; its keys are made once, readable by their owner only, and kept', () => {
  const first = readConfiguration({ DATA_DIR: folder });
  const second = readConfiguration({ DATA_DIR: folder });
  expect(first).toMatchObject({
    environment: 'development',
    port: 4000,
    publicUrl: 'http://localhost:4000',
    demo: true,
  });
  expect(first.secretKey.length).toBe(32);
  expect(second.secretKey.equals(first.secretKey)).toBe(true);
  expect(second.gatewayPublicKey).toBe(first.gatewayPublicKey);
  expect(statSync(join(folder, 'development-keys.json')).mode & 0o077).toBe(0);
});

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfiguration({ DATA_DIR: folder }))).toBe(true);
});

test('an empty value means that the setting is not made', () => {
  expect(readConfiguration({ DATA_DIR: folder, DATABASE_URL: '', PORT: '' })).toMatchObject({ port: 4000 });
});

test('every wrong setting is named at once', () => {
  const read = () =>
    readConfiguration({ DATA_DIR: folder, PORT: 'http', REDIS_URL: 'somewhere', ALERT_RADIUS_METERS: '3' });
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(/PORT[\s\S]*REDIS_URL[\s\S]*ALERT_RADIUS_METERS/);
});

test('a wrong setting is told with its value and its meaning, a secret one without its value', () => {
  const secret = 'postgres:the-password@somewhere';
  const read = () =>
    readConfiguration({ DATA_DIR: folder, PORT: 'http', DATABASE_URL: `//${secret}`, SECRET_KEY: secret });
  expect(read).toThrow(/PORT=http: .+\. Port to listen on[\s\S]*DATABASE_URL: .+\. PostgreSQL/);
  expect(read).not.toThrow(/the-password/);
});

describe('in production', () => {
  const everywhere = ['GATEWAY_PUBLIC_KEY', 'SECRET_KEY'];
  const servers = ['DATABASE_URL', 'REDIS_URL'];
  const identityAlone = ['OIDC_ISSUER', 'SMS_URL', 'SMS_ACCOUNT', 'SMS_TOKEN'];
  const urls = (names: readonly string[]) => names.map((name) => `${name}=http://${name}:4000`).join(',');

  /** What a process that has no setting at all says it needs. */
  function needed(subgraphUrls: string, name?: SubgraphName): string[] {
    const environment = { NODE_ENV: 'production', DATA_DIR: folder, SUBGRAPH_URLS: subgraphUrls };
    try {
      readConfiguration(environment, name);
    } catch (error) {
      if (error instanceof ConfigurationError) return error.message.replace(/^.*: /, '').split(', ').sort();
    }
    throw new Error('it started');
  }

  test('one process needs everything, and runs on no default secret', () => {
    const all = [...everywhere, 'GATEWAY_PRIVATE_KEY', ...servers, ...identityAlone];
    expect(needed('')).toEqual(all.sort());
  });

  test('a gateway needs what those subgraphs need that run in it, and no more', () => {
    const others = subgraphNames.filter((name) => name !== 'identity');
    expect(needed(urls(subgraphNames))).toEqual([...everywhere, 'GATEWAY_PRIVATE_KEY'].sort());
    expect(needed(urls(['identity']))).toEqual([...everywhere, 'GATEWAY_PRIVATE_KEY', ...servers].sort());
    expect(needed(urls(others))).toEqual([...everywhere, 'GATEWAY_PRIVATE_KEY', ...servers, ...identityAlone].sort());
  });

  test.each(subgraphNames)(
    'the process of %s needs its servers, and what signs people in if it is identity',
    (name) => {
      const own = name === 'identity' ? identityAlone : [];
      expect(needed('', name)).toEqual([...everywhere, ...servers, ...own].sort());
    },
  );
});

test('addresses of subgraphs are read by name, and an unknown name is refused', () => {
  const url = 'http://rewards:4000';
  expect(readConfiguration({ DATA_DIR: folder, SUBGRAPH_URLS: `rewards=${url}` }).subgraphUrls).toEqual({
    rewards: url,
  });
  expect(() => readConfiguration({ DATA_DIR: folder, SUBGRAPH_URLS: 'billing=http://x' })).toThrow(/billing/);
});

test('a gateway tells phones its own address where it has one, and holds as many sockets as it is told', () => {
  expect(readConfiguration({ DATA_DIR: folder }).sockets).toEqual({ capacity: 20_000, url: undefined });
  const own = { SOCKET_CAPACITY: '500', REALTIME_URL: 'wss://gateway-3.example.org/graphql' };
  expect(readConfiguration({ DATA_DIR: folder, ...own }).sockets).toEqual({ capacity: 500, url: own.REALTIME_URL });
  const wrong = { SOCKET_CAPACITY: '0', REALTIME_URL: 'https://gateway-3.example.org' };
  expect(() => readConfiguration({ DATA_DIR: folder, ...wrong })).toThrow(/SOCKET_CAPACITY[\s\S]*REALTIME_URL/);
});

test('uploaded files lie in a folder, or in storage that is named with its keys', () => {
  expect(readConfiguration({ DATA_DIR: folder }).s3).toBeUndefined();
  const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
  const endpoint = 'https://storage.example.org';
  expect(readConfiguration({ DATA_DIR: folder, S3_ENDPOINT: endpoint, ...keys }).s3).toEqual({
    endpoint,
    bucket: 'hey-blue',
    region: 'us-east-1',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  });
  expect(() => readConfiguration({ DATA_DIR: folder, S3_ENDPOINT: endpoint })).toThrow(/S3_ACCESS_KEY_ID/);
  expect(() => readConfiguration({ DATA_DIR: folder, S3_ENDPOINT: 'ftp://x', ...keys })).toThrow(/S3_ENDPOINT/);
});

test('each purpose has a key of its own', () => {
  const { secretKey } = readConfiguration({ DATA_DIR: folder });
  const [one, again, other] = [deriveKey(secretKey, 'a'), deriveKey(secretKey, 'a'), deriveKey(secretKey, 'b')];
  expect(one.equals(again)).toBe(true);
  expect(one.equals(other)).toBe(false);
  expect(environmentNames).toContain('SECRET_KEY');
});

test('the limits of the gateway are strict in production, and each standing’s may be set alone', () => {
  const { protection } = readConfiguration({ DATA_DIR: folder });
  expect(protection.documents).toBe('any');
  expect(protection.costPerOperation).toEqual({
    anonymous: 1_000,
    person: 5_000,
    analyst: 5_000,
    partner: 10_000,
    administrator: 25_000,
  });
  const set = { COST_LIMITS: 'person=50', RATE_LIMITS: 'anonymous=7, partner=9', DEADLINE_SECONDS: '2.5' };
  const own = readConfiguration({ DATA_DIR: folder, DOCUMENTS: 'trusted', ...set, TRUSTED_PROXIES: '2' }).protection;
  expect(own).toMatchObject({ documents: 'trusted', deadlineMilliseconds: 2_500, trustedProxies: 2 });
  expect(own.costPerOperation).toMatchObject({ anonymous: 1_000, person: 50 });
  expect(own.costPerMinute).toMatchObject({ anonymous: 7, person: protection.costPerMinute.person, partner: 9 });
  for (const wrong of ['person', 'person=', 'person=-1', 'person=x', 'nobody=1', 'person=1,']) {
    expect(() => readConfiguration({ DATA_DIR: folder, RATE_LIMITS: wrong })).toThrow(/RATE_LIMITS/);
  }
});
