import { Redis } from 'ioredis';
import { type RedisServer, startRedisCluster, startRedisServer } from '../../kernel/testing/servers.ts';
import { Replay, STEP_MILLISECONDS } from '../testing/replay.ts';
import { LEASE_MILLISECONDS } from './membership.redis.ts';

/** What the machine may be late in all, with eight processes on two cores. */
const NOISE_MILLISECONDS = 1_500;
const TIME_TO_LIVE_SECONDS = 10;
const seconds = (count: number) => (count * 1_000) / STEP_MILLISECONDS;

async function begin(urls: readonly string[]): Promise<Replay> {
  const replay = new Replay(urls, { people: 280, timeToLiveSeconds: TIME_TO_LIVE_SECONDS });
  await Promise.all(['worker-1', 'worker-2', 'worker-3'].map((id) => replay.start('worker', id)));
  await Promise.all(['front-a', 'front-b'].map((id) => replay.start('front', id)));
  replay.listen();
  return replay;
}

/** Nobody reports any more: positions end by themselves, everywhere. */
async function untilForgotten(replay: Replay): Promise<void> {
  while ((await replay.load()) > 0);
}

test('over one Redis: workers die, join and leave, and Redis restarts; no pair is missed for long, none is news twice', async () => {
  const redis: RedisServer = await startRedisServer({ persistent: false });
  const replay = await begin([redis.url]);
  try {
    await replay.run(seconds(6));
    expect(await replay.killBusiest()).toBeGreaterThan(50);
    await replay.run(seconds(8));
    await replay.start('worker', 'worker-4');
    await replay.run(seconds(6));
    await redis.kill();
    await redis.restart();
    await replay.run(seconds(10));
    const findings = replay.findings();
    expect(findings.longestUntoldMilliseconds).toBeLessThan(
      LEASE_MILLISECONDS + STEP_MILLISECONDS + NOISE_MILLISECONDS,
    );
    expect(findings.pairsTold).toBeGreaterThan(500);
    expect([findings.toldTwice, findings.wrongAtEnd]).toEqual([0, 0]);
    const client = new Redis(redis.url);
    expect((await client.keys('*')).sort()).toEqual(['{proximity}:epoch', '{proximity}:workers']);
    await client.quit();
    await untilForgotten(replay);
  } finally {
    await replay.close();
    await redis.stop();
  }
}, 120_000);

test('over a Redis Cluster of three: a worker dies, another joins, and one shard after the other restarts; no pair is missed for long, none is news twice', async () => {
  const cluster = await startRedisCluster();
  const replay = await begin(cluster.urls);
  try {
    await replay.run(seconds(6));
    expect(await replay.killBusiest()).toBeGreaterThan(50);
    await replay.run(seconds(8));
    await replay.start('worker', 'worker-4');
    await replay.run(seconds(6));
    for (const shard of cluster.servers) {
      await shard.kill();
      await shard.restart();
      await replay.run(seconds(5));
    }
    const findings = replay.findings();
    expect(findings.longestUntoldMilliseconds).toBeLessThan(
      LEASE_MILLISECONDS + STEP_MILLISECONDS + NOISE_MILLISECONDS,
    );
    expect(findings.pairsTold).toBeGreaterThan(500);
    expect([findings.toldTwice, findings.wrongAtEnd]).toEqual([0, 0]);
    await untilForgotten(replay);
  } finally {
    await replay.close();
    await cluster.stop();
  }
}, 120_000);
