import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraphNames } from '../schema/events.ts';
import { systemClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys, readConfiguration } from '../subgraphs/kernel/configuration.ts';
import { openGateway } from './gateway.ts';

const servers: Server[] = [];

afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Stands in for another process of ours: says who it is and what it was asked. */
async function answering(name: string): Promise<string> {
  const server = createServer((request, response) => {
    response.end(`${name} ${request.method} ${request.url} for ${request.headers['x-forwarded-host']}`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${name}=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function openApart(environment: Record<string, string>) {
  const addresses = await Promise.all(subgraphNames.map(answering));
  const keys = generateGatewayKeys();
  const configuration = readConfiguration({
    PORT: '0',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'hey-blue-forward-')),
    SUBGRAPH_URLS: addresses.join(','),
    LOG_LEVEL: 'silent',
    GATEWAY_PUBLIC_KEY: keys.gatewayPublicKey,
    GATEWAY_PRIVATE_KEY: keys.gatewayPrivateKey,
    SECRET_KEY: randomBytes(32).toString('base64url'),
    ...environment,
  });
  return openGateway(configuration, systemClock);
}

test('development pages are fetched from whoever has them, wherever that runs', async () => {
  const gateway = await openApart({ NODE_ENV: 'test' });
  try {
    const { host } = new URL(gateway.url);
    const read = async (path: string) => (await fetch(`${gateway.url}${path}`)).text();
    expect(await read('/development/pushes?account=a')).toBe(`profile GET /development/pushes?account=a for ${host}`);
    expect(await read('/development/messages?to=%2B1')).toBe(`identity GET /development/messages?to=%2B1 for ${host}`);
  } finally {
    await gateway.close();
  }
});

test('in production there are no development pages', async () => {
  const gateway = await openApart({ NODE_ENV: 'production' });
  try {
    for (const path of ['/development/pushes?account=a', '/development/messages?to=%2B1']) {
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    }
  } finally {
    await gateway.close();
  }
});
