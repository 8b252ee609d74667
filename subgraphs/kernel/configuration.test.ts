import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('production names what it needs and runs on no default secret', () => {
  const read = () => readConfiguration({ NODE_ENV: 'production', DATA_DIR: folder });
  for (const name of ['GATEWAY_PUBLIC_KEY', 'SECRET_KEY', 'DATABASE_URL', 'REDIS_URL', 'OIDC_ISSUER', 'SMS_URL']) {
    expect(read).toThrow(name);
  }
});

test('addresses of subgraphs are read by name, and an unknown name is refused', () => {
  const url = 'http://rewards:4000';
  expect(readConfiguration({ DATA_DIR: folder, SUBGRAPH_URLS: `rewards=${url}` }).subgraphUrls).toEqual({
    rewards: url,
  });
  expect(() => readConfiguration({ DATA_DIR: folder, SUBGRAPH_URLS: 'billing=http://x' })).toThrow(/billing/);
});

test('each purpose has a key of its own', () => {
  const { secretKey } = readConfiguration({ DATA_DIR: folder });
  const [one, again, other] = [deriveKey(secretKey, 'a'), deriveKey(secretKey, 'a'), deriveKey(secretKey, 'b')];
  expect(one.equals(again)).toBe(true);
  expect(one.equals(other)).toBe(false);
  expect(environmentNames).toContain('SECRET_KEY');
});
