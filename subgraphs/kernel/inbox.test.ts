import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ManualClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { MemoryEventBus } from './event-bus.memory.ts';
import { RedisEventBus } from './event-bus.redis.ts';
import type { EventBus, EventEnvelope } from './event-bus.ts';
import { consume, type EventHandlers, replayDeadLetters } from './inbox.ts';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { insertEvents, startRelay } from './outbox.ts';
import { createTestDatabase, startRedisServer, type TestDatabase } from './testing/servers.ts';
import { runUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

const log = pino({ level: 'silent' });
const clock = new ManualClock();
const live = new MemoryLiveMessages();
let ownDatabase: TestDatabase;
let database: Database;

beforeEach(async () => {
  ownDatabase = await createTestDatabase();
  database = await openDatabase({
    name: 'profile',
    url: ownDatabase.url,
    poolSize: 8,
    entities: [],
    migrations: [],
    log,
  });
  await database.fork().execute('create table profile.tally (key text not null, position int not null)');
});

afterEach(async () => {
  await database.close();
  await ownDatabase.drop();
});

const work = <Result>(task: (work: UnitOfWork) => Promise<Result>) =>
  runUnitOfWork(
    { em: database.fork(), producer: 'profile', clock, newId: () => randomUUID(), live, log, committed: () => {} },
    task,
  );

function fact(position: number, key: string = randomUUID()): EventEnvelope {
  const confirmedAt = '2026-03-01T12:00:00.000Z';
  const people = { officerId: randomUUID(), citizenId: randomUUID() };
  return {
    id: randomUUID(),
    topic: 'connection.confirmed',
    producer: 'connections',
    position,
    key,
    recordedAt: confirmedAt,
    body: { connectionId: key, ...people, evidence: 'virtual', zipCode: null, confirmedAt },
  };
}

interface Services {
  /** Called inside of the transaction, after its row was written. */
  before(key: string): void;
}

const handlers: EventHandlers<Services> = {
  'connection.confirmed': async ({ key, body }, { em }, services) => {
    await em.execute('insert into profile.tally values (?, ?)', [key, body.connectionId.length]);
    services.before(key);
  },
};

const options = (services: Services) =>
  ({ group: 'profile', handlers, services, work, fork: () => database.fork(), clock, log }) as const;

async function listen(services: Services = { before: () => {} }, repeat = false) {
  const bus = new MemoryEventBus({ log, clock, repeat });
  const subscription = await consume({ ...options(services), bus });
  return { publish: (...events: EventEnvelope[]) => bus.publish('connections', events), subscription, bus };
}

const count = async (table: string) => {
  const rows = await database.fork().execute<{ n: string }[]>(`select count(*) as n from profile.${table}`);
  return Number(rows[0]?.n);
};

test('an event is acted on once, however often it is delivered', async () => {
  const { publish } = await listen(undefined, true);
  await publish(fact(1), fact(2));
  expect([await count('tally'), await count('inbox')]).toEqual([2, 2]);
});

test('two processes that take in the same event at once act on it once', async () => {
  const [one, other] = [await listen(), await listen()];
  const events = Array.from({ length: 10 }, (_, index) => fact(index + 1));
  await Promise.all([one.publish(...events), other.publish(...events)]);
  expect(await count('tally')).toBe(10);
});

test('repeated deliveries in any order end in the same rows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }), async (order) => {
      const before = await count('tally');
      const events = Array.from({ length: 5 }, (_, index) => fact(index + 1));
      await Promise.all(
        order.map(async (index) => {
          const { publish } = await listen();
          await publish(events[index] as EventEnvelope);
        }),
      );
      expect((await count('tally')) - before).toBe(new Set(order).size);
    }),
    { numRuns: 20 },
  );
});

test('what a failed handler wrote is undone, and it runs again', async () => {
  let failures = 2;
  const failed = Promise.withResolvers<void>();
  const { publish } = await listen({
    before() {
      if (failures-- <= 0) return;
      failed.resolve();
      throw new Error('not yet');
    },
  });
  const published = publish(fact(1));
  await failed.promise;
  expect(await count('tally')).toBe(0);
  clock.advance(10_000);
  await published;
  expect([await count('tally'), await count('dead_letter')]).toEqual([1, 0]);
});

test('an event that cannot be taken in is set aside, those behind it go on, and it can be replayed', async () => {
  let poisoned = true;
  const key = randomUUID();
  const services: Services = {
    before(each) {
      if (poisoned && each === key) throw new Error('poison');
    },
  };
  const { publish } = await listen(services);
  await publish(fact(1, key), { ...fact(2, key), body: { nonsense: true } }, fact(3));
  expect([await count('tally'), await count('dead_letter')]).toEqual([1, 2]);
  const [row] = await database
    .fork()
    .execute<{ reason: string }[]>("select reason from profile.dead_letter where event->>'position' = '1'");
  expect(row?.reason).toBe('poison');
  poisoned = false;
  expect(await replayDeadLetters(options(services))).toBe(1);
  expect([await count('tally'), await count('dead_letter')]).toEqual([2, 1]);
});

test('what was set aside is not taken in by whoever gets it again, until it is replayed', async () => {
  const poison: Services = {
    before() {
      throw new Error('poison');
    },
  };
  const [one, other] = [await listen(poison), await listen()];
  const event = fact(1);
  await one.publish(event);
  await other.publish(event);
  expect([await count('tally'), await count('dead_letter')]).toEqual([0, 1]);
  expect(await replayDeadLetters(options({ before: () => {} }))).toBe(1);
  expect([await count('tally'), await count('dead_letter')]).toEqual([1, 0]);
});

test('what another process takes in meanwhile is not set aside', async () => {
  const failing: Services = {
    before() {
      throw new Error('not here');
    },
  };
  const holding = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const event = fact(1);
  // The other process is within its transaction while this one gives up.
  const elsewhere = work(async ({ em, now }) => {
    await em.execute('insert into profile.inbox (event_id, received_at) values (?, ?)', [event.id, now]);
    holding.resolve();
    await goOn.promise;
    await em.execute('insert into profile.tally values (?, 1)', [event.key]);
  });
  await holding.promise;
  const broken = { ...options(failing), work: async () => Promise.reject(new Error('not here')) };
  const bus = new MemoryEventBus({ log, clock });
  await consume({ ...broken, bus });
  const published = bus.publish('connections', [event]);
  for (let waiting = 0; waiting === 0; ) {
    clock.advance(60_000);
    const [row] = await database
      .fork()
      .execute<{ n: string }[]>(
        "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
    waiting = Number(row?.n);
  }
  goOn.resolve();
  await Promise.all([elsewhere, published]);
  expect([await count('tally'), await count('dead_letter')]).toEqual([1, 0]);
});

test('a dead letter that two replay at once is taken in once', async () => {
  let poisoned = true;
  const services: Services = {
    before() {
      if (poisoned) throw new Error('poison');
    },
  };
  const { publish } = await listen(services);
  await publish(fact(1));
  expect(await replayDeadLetters(options(services))).toBe(0);
  expect(await count('dead_letter')).toBe(1);
  poisoned = false;
  const replayed = await Promise.all([replayDeadLetters(options(services)), replayDeadLetters(options(services))]);
  expect(replayed.reduce((sum, each) => sum + each)).toBe(1);
  expect([await count('tally'), await count('dead_letter')]).toEqual([1, 0]);
});

test('a dead letter of a topic that nobody here takes in stays', async () => {
  const { publish } = await listen({
    before() {
      throw new Error('poison');
    },
  });
  await publish(fact(1));
  expect(await replayDeadLetters({ ...options({ before: () => {} }), handlers: {} })).toBe(0);
  expect(await count('dead_letter')).toBe(1);
});

test('a failure is logged without what the event or the row held', async () => {
  const lines: string[] = [];
  const noting = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const bus = new MemoryEventBus({ log, clock });
  const unique = 'create unique index on profile.tally (key)';
  await database.fork().execute(unique);
  const key = randomUUID();
  await database.fork().execute('insert into profile.tally values (?, 1)', [key]);
  await consume({ ...options({ before: () => {} }), log: noting, bus });
  const published = bus.publish('connections', [fact(1, key)]);
  for (let settled = false; !settled; ) {
    clock.advance(60_000);
    settled = await Promise.race([published.then(() => true), count('inbox').then(() => false)]);
  }
  expect(lines.join('')).toContain('23505');
  expect(lines.join('')).not.toContain(key);
});

test('a database that does not answer is no reason to set an event aside', async () => {
  const { publish, subscription } = await listen();
  await database.fork().execute('alter table profile.inbox rename to inbox_away');
  await database.fork().execute('alter table profile.dead_letter rename to dead_letter_away');
  const published = publish(fact(1));
  const held = expect(published).rejects.toThrow('no longer listens');
  clock.advance(60_000);
  await subscription.close();
  await held;
  await database.fork().execute('alter table profile.inbox_away rename to inbox');
  await database.fork().execute('alter table profile.dead_letter_away rename to dead_letter');
  expect([await count('tally'), await count('dead_letter')]).toEqual([0, 0]);
});

test('a fact that Redis loses just before the next is appended is taken in all the same', async () => {
  const server = await startRedisServer();
  const redis = new Redis(server.url);
  const bus = await RedisEventBus.connect({ url: server.url, log, clock });
  const producer = await openDatabase({
    name: 'connections',
    url: ownDatabase.url,
    poolSize: 4,
    entities: [],
    migrations: [],
    log,
  });
  let losesNext = false;
  const losing: EventBus = {
    publish: async (...parameters) => {
      if (losesNext) await redis.flushall();
      losesNext = false;
      await bus.publish(...parameters);
    },
    lastPosition: (name) => bus.lastPosition(name),
    subscribe: (...parameters) => bus.subscribe(...parameters),
    check: () => bus.check(),
    close: () => bus.close(),
  };
  const relay = startRelay({ fork: () => producer.fork(), producer: 'connections', bus: losing, clock, log });
  try {
    for (const { id, topic, key, body } of [fact(1), fact(2)]) {
      await insertEvents(producer.fork(), 'connections', [{ id, topic, key, recordedAt: clock.now(), body }]);
      relay.nudge();
      await relay.idle();
      losesNext = true;
    }
    clock.advance(5_000);
    await relay.idle();
    const taken = Promise.withResolvers<void>();
    let left = 2;
    await consume({ ...options({ before: () => void (--left === 0 && taken.resolve()) }), bus });
    await taken.promise;
  } finally {
    await relay.close();
    await bus.close();
    await producer.close();
    await redis.quit();
    await server.stop();
  }
  expect([await count('tally'), await count('inbox')]).toEqual([2, 2]);
});

test('an event of a topic that nobody here takes in is passed over', async () => {
  const { publish } = await listen();
  await publish({ ...fact(1), topic: 'voucher.issued' });
  expect(await count('inbox')).toBe(0);
});
