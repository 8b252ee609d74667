import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { systemClock } from './clock.ts';
import { openDatabase } from './database.ts';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { createTestDatabase } from './testing/servers.ts';
import { runUnitOfWork } from './unit-of-work.ts';

/** Fails as a Redis client does: the error carries the command that it could not send. */
class LosingLiveMessages extends MemoryLiveMessages {
  override async publish(channel: string, message: unknown): Promise<void> {
    const command = { name: 'publish', args: [channel, JSON.stringify(message)] };
    throw Object.assign(new Error('Connection is closed.'), { command });
  }
}

test('a live message that is lost leaves its kind and a reason in the log, and the work is done', async () => {
  const database = await createTestDatabase();
  const logged = Promise.withResolvers<string>();
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.resolve(line) });
  const quiet = pino({ level: 'silent' });
  const own = await openDatabase({
    name: 'profile',
    url: database.url,
    poolSize: 2,
    entities: [],
    migrations: [],
    log: quiet,
  });
  try {
    const options = {
      em: own.fork(),
      producer: 'profile',
      clock: systemClock,
      newId: () => randomUUID(),
      live: new LosingLiveMessages(),
      log,
      committed: () => {},
    } as const;
    const done = await runUnitOfWork(options, async (work) => {
      work.announce('account:0190a1b2', { name: 'Maria Lopez' });
      return 'done';
    });
    expect(done).toBe('done');
    const line = await logged.promise;
    expect(JSON.parse(line)).toMatchObject({ reason: 'Connection is closed.', channel: 'account' });
    expect(line).not.toMatch(/Maria|0190a1b2/);
  } finally {
    await own.close();
    await database.drop();
  }
});
