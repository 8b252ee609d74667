/* Connections to the Redis, or Redis Cluster, that carries proximity: one address is a server, several are a cluster. */
import { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * Whoever does not answer for so long is gone, also where the network says nothing of it: within the lease, so that a
 * worker whose Redis has vanished has a new connection before its part of the Earth is somebody else's.
 */
const SILENCE_MILLISECONDS = 2_000;

/**
 * Connects; later losses are mended by it. Rejects when it does not answer.
 * @param urls redis:// or rediss:// addresses.
 */
export async function connectRedis(urls: readonly string[], log: Logger): Promise<Redis | Cluster> {
  const [first = ''] = urls;
  const options = {
    lazyConnect: true,
    disconnectTimeout: 100,
    maxRetriesPerRequest: 1,
    socketTimeout: SILENCE_MILLISECONDS,
  } as const;
  const retry = (times: number) => Math.min(50 * times, 500);
  const connection =
    urls.length === 1
      ? new Redis(first, { ...options, autoResubscribe: false, retryStrategy: retry })
      : new Cluster(urls.map(addressOf), {
          lazyConnect: true,
          shardedSubscribers: true,
          redisOptions: { ...options, ...credentialsOf(first) },
          clusterRetryStrategy: retry,
          slotsRefreshInterval: 2_000,
        });
  connection.on('error', (error: Error) => log.warn({ reason: error.message }, 'proximity waits for redis'));
  try {
    await connection.connect();
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  return connection;
}

export async function disconnectRedis(connection: Redis | Cluster): Promise<void> {
  if (connection.status === 'ready') await connection.quit();
  else connection.disconnect();
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 6_379) };
}

function credentialsOf(url: string): { username?: string; password?: string; tls?: object } {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
