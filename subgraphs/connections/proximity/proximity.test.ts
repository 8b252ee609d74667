import { ManualClock } from '../../kernel/clock.ts';
import { openTestSubgraph } from '../../kernel/testing/harness.ts';
import { startRedisServer } from '../../kernel/testing/servers.ts';
import { connections } from '../connections.ts';
import { acrossTheStreet, nextAlert, openTown } from '../testing/town.ts';

test('over a Redis of its own alerts flow as in one process, and the process is ready only while it answers', async () => {
  const redis = await startRedisServer({ persistent: false });
  const environment = { PROXIMITY_REDIS_URLS: redis.url };
  // Leases in Redis end by its own time, so whoever holds them tells the time by a clock that runs.
  const subject = await openTestSubgraph(connections, { environment, clock: new ManualClock() });
  const { together, alerts, report } = openTown(() => subject);
  const [officer, citizen] = await together();
  const events = await alerts(citizen);
  expect(await nextAlert(events)).toMatchObject({ state: 'ENTERED', officer: { id: officer.id } });
  expect(await report(citizen, acrossTheStreet)).toMatchObject({ taken: true, quietSeconds: 0 });
  await events.return?.();
  await subject.subgraph.ready();
  await redis.kill();
  await expect(subject.subgraph.ready()).rejects.toThrow();
  await subject.close();
  await redis.stop();
});
