import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { EventBody } from '../../schema/events.ts';
import { ManualClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { MemoryEventBus } from './event-bus.memory.ts';
import type { EventBus, EventEnvelope } from './event-bus.ts';
import { MemoryLiveMessages } from './live-messages.memory.ts';
import { insertEvents, type RecordedEvent, startRelay } from './outbox.ts';
import { createTestDatabase, type TestDatabase } from './testing/servers.ts';
import { runUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

const log = pino({ level: 'silent' });
const clock = new ManualClock();
let ownDatabase: TestDatabase;
let database: Database;

beforeEach(async () => {
  ownDatabase = await createTestDatabase();
  database = await openDatabase({
    name: 'connections',
    url: ownDatabase.url,
    poolSize: 8,
    entities: [],
    migrations: [],
    log,
  });
});

afterEach(async () => {
  await database.close();
  await ownDatabase.drop();
});

const live = new MemoryLiveMessages();
let commits = 0;

function work<Result>(task: (work: UnitOfWork) => Promise<Result>): Promise<Result> {
  const committed = () => void commits++;
  const newId = () => randomUUID();
  return runUnitOfWork({ em: database.fork(), producer: 'connections', clock, newId, live, log, committed }, task);
}

function meeting(): EventBody<'connection.confirmed'> {
  return {
    connectionId: randomUUID(),
    officerId: randomUUID(),
    citizenId: randomUUID(),
    evidence: 'proximity',
    zipCode: null,
    confirmedAt: clock.now().toISOString(),
  };
}

const recordMeeting = (fact = meeting()) => work(async (unit) => unit.record('connection.confirmed', fact));

/** A bus that notes what is published; `fails` makes it refuse before or after it took the events. */
class NotingBus extends MemoryEventBus {
  readonly published: EventEnvelope[] = [];
  fails: 'before' | 'after' | undefined;
  held: number | undefined;

  override async publish(...[producer, events]: Parameters<EventBus['publish']>): Promise<void> {
    if (this.fails === 'before') throw new Error('away');
    this.published.push(...events);
    if (this.held !== undefined) this.held = Math.max(this.held, events.at(-1)?.position ?? 0);
    if (this.fails === 'after') throw new Error('the answer was lost');
    await super.publish(producer, events);
  }

  override async lastPosition(): Promise<undefined> {
    return this.held as undefined;
  }
}

const noting = () => new NotingBus({ log, clock });
const relayTo = (bus: EventBus) =>
  startRelay({ fork: () => database.fork(), producer: 'connections', bus, clock, log });
const positions = (bus: NotingBus) => bus.published.map(({ position }) => position);
const unpublished = async () => {
  const rows = await database
    .fork()
    .execute<{ n: string }[]>('select count(*) as n from connections.outbox where published_at is null');
  return Number(rows[0]?.n);
};

describe('a unit of work', () => {
  test('records with the rows, or not at all', async () => {
    await expect(
      work(async (unit) => {
        unit.record('connection.confirmed', meeting());
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await unpublished()).toBe(0);
    const before = commits;
    await recordMeeting();
    expect([await unpublished(), commits - before]).toEqual([1, 1]);
  });

  test('announces after the commit only', async () => {
    const listener = await live.subscribe('channel');
    await expect(
      work(async (unit) => {
        unit.announce('channel', 'never');
        throw new Error('no');
      }),
    ).rejects.toThrow();
    await work(async (unit) => unit.announce('channel', 'true'));
    expect((await listener.next()).value).toBe('true');
    await listener.return?.();
  });

  test('refuses facts of another domain and facts that the catalogue does not know so', async () => {
    const foreign = { voucherId: randomUUID(), offerId: randomUUID(), retailerId: randomUUID(), zipCode: null };
    await expect(
      work(async (unit) => unit.record('voucher.redeemed', { ...foreign, redeemedAt: clock.now().toISOString() })),
    ).rejects.toThrow('rewards');
    await expect(recordMeeting({ ...meeting(), zipCode: 'x' })).rejects.toThrow();
    expect(await unpublished()).toBe(0);
  });

  test('is run again when PostgreSQL gave it up for a deadlock', async () => {
    await database.fork().execute('create table connections.row (id int primary key, n int not null)');
    await database.fork().execute('insert into connections.row values (1, 0), (2, 0)');
    const bothHoldOne = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const add = (first: number, second: number, own: number) =>
      work(async ({ em }) => {
        await em.execute('update connections.row set n = n + 1 where id = ?', [first]);
        bothHoldOne[own]?.resolve();
        await bothHoldOne[1 - own]?.promise;
        await em.execute('update connections.row set n = n + 1 where id = ?', [second]);
      });
    await Promise.all([add(1, 2, 0), add(2, 1, 1)]);
    const rows = await database.fork().execute<{ n: number }[]>('select n from connections.row');
    expect(rows.map(({ n }) => n)).toEqual([2, 2]);
  });
});

describe('the relay', () => {
  test('sends what was recorded, in places 1, 2, 3, and marks it', async () => {
    const bus = noting();
    const facts = [meeting(), meeting(), meeting()];
    for (const fact of facts) await recordMeeting(fact);
    const relay = relayTo(bus);
    await relay.idle();
    expect(positions(bus)).toEqual([1, 2, 3]);
    expect(bus.published.map(({ body }) => body)).toEqual(facts);
    expect(bus.published[0]).toMatchObject({ topic: 'connection.confirmed', key: facts[0]?.connectionId });
    expect(await unpublished()).toBe(0);
    await relay.close();
  });

  test('forgets what is not history when it has had its time and was sent, and gives no place twice', async () => {
    const bus = noting();
    const cancelled = () =>
      work(async (unit) =>
        unit.record('gathering.cancelled', {
          gatheringId: randomUUID(),
          accountIds: [randomUUID()],
          cancelledAt: clock.now().toISOString(),
        }),
      );
    const kept = async () => {
      const rows = await database
        .fork()
        .execute<{ position: string }[]>('select position from connections.outbox order by position');
      return rows.map(({ position }) => Number(position));
    };
    /** Looks until the places that are left are these; after a look that was under way the next one is an hour later. */
    const left = async (...places: number[]) => {
      while (String(await kept()) !== String(places)) clock.advance(60_000);
    };
    const hour = 3_600_000;
    await recordMeeting();
    await cancelled();
    clock.advance(2 * hour);
    await cancelled();
    clock.advance(30 * 24 * hour - 2 * hour);
    const relay = relayTo(bus);
    await relay.idle();
    clock.advance(hour);
    await left(1, 3);
    // The last has had its time as well, and stays until another has a place above it.
    clock.advance(hour);
    await recordMeeting();
    relay.nudge();
    await relay.idle();
    clock.advance(hour);
    await left(1, 4);
    await relay.close();
    expect(positions(bus)).toEqual([1, 2, 3, 4]);
  });

  test('skips nothing when a transaction that began first commits last', async () => {
    const bus = noting();
    const relay = relayTo(bus);
    const hold = Promise.withResolvers<void>();
    const inserted = Promise.withResolvers<void>();
    const slow = database.fork().transactional(async (em) => {
      await em.execute(
        `insert into connections.outbox (id, topic, key, recorded_at, body) values (?, 'connection.confirmed', 'slow', ?, ?)`,
        [randomUUID(), clock.now(), JSON.stringify(meeting())],
      );
      inserted.resolve();
      await hold.promise;
    });
    await inserted.promise;
    await recordMeeting();
    relay.nudge();
    await relay.idle();
    expect(positions(bus)).toEqual([1]);
    hold.resolve();
    await slow;
    relay.nudge();
    await relay.idle();
    expect(positions(bus)).toEqual([1, 2]);
    expect(bus.published[1]?.key).toBe('slow');
    await relay.close();
  });

  test.each(['before', 'after'] as const)(
    'sends again with the same places when the bus failed %s it took the events',
    async (when) => {
      const bus = noting();
      bus.fails = when;
      await recordMeeting();
      await recordMeeting();
      const relay = relayTo(bus);
      await relay.idle();
      expect(await unpublished()).toBe(2);
      bus.fails = undefined;
      relay.nudge();
      await relay.idle();
      expect(positions(bus)).toEqual(when === 'before' ? [1, 2] : [1, 2, 1, 2]);
      expect(await unpublished()).toBe(0);
      await relay.close();
    },
  );

  test('keeps every place when an answer was lost and an earlier transaction commits before it asks again', async () => {
    const bus = noting();
    const hold = Promise.withResolvers<void>();
    const inserted = Promise.withResolvers<void>();
    const slow = work(async ({ em, now }) => {
      const fact = { id: randomUUID(), topic: 'connection.confirmed', key: 'slow', recordedAt: now, body: meeting() };
      await insertEvents(em, 'connections', [fact as RecordedEvent]);
      inserted.resolve();
      await hold.promise;
    });
    await inserted.promise;
    await recordMeeting();
    bus.fails = 'after';
    const relay = relayTo(bus);
    await relay.idle();
    hold.resolve();
    await slow;
    bus.fails = undefined;
    relay.nudge();
    await relay.idle();
    const idByPlace = new Map<number, string>();
    for (const { id, position } of bus.published) {
      expect(idByPlace.get(position) ?? id).toBe(id);
      idByPlace.set(position, id);
    }
    expect(bus.published.find(({ key }) => key === 'slow')?.position).toBe(2);
    await relay.close();
  });

  test('notices by itself that the bus lost what was sent, with nothing new to send', async () => {
    const bus = noting();
    for (let count = 0; count < 3; count++) await recordMeeting();
    const relay = relayTo(bus);
    await relay.idle();
    bus.published.length = 0;
    bus.held = 1;
    clock.advance(2_000);
    await relay.idle();
    expect(positions(bus)).toEqual([2, 3]);
    await relay.close();
  });

  test('goes on above the places that the bus knows when the database came back older than the bus', async () => {
    const bus = noting();
    bus.held = 100;
    await recordMeeting();
    const relay = relayTo(bus);
    await relay.idle();
    expect(positions(bus)).toEqual([101]);
    await relay.close();
  });

  test('sends again what the bus has lost since', async () => {
    const bus = noting();
    for (let count = 0; count < 3; count++) await recordMeeting();
    const first = relayTo(bus);
    await first.idle();
    await first.close();
    const emptied = noting();
    emptied.held = 1;
    const second = relayTo(emptied);
    await second.idle();
    expect(positions(emptied)).toEqual([2, 3]);
    await second.close();
  });

  test('two relays of one producer send everything once and in order', async () => {
    const bus = noting();
    const relays = [relayTo(bus), relayTo(bus)];
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        await recordMeeting();
        relays[index % 2]?.nudge();
      }),
    );
    // The one that found the lock taken may have left the last ones to the other, who may have looked before.
    for (const relay of relays) {
      relay.nudge();
      await relay.idle();
    }
    expect(positions(bus)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    for (const relay of relays) await relay.close();
  });

  test('finds by itself what another process has left', async () => {
    const bus = noting();
    const relay = relayTo(bus);
    await relay.idle();
    await recordMeeting();
    clock.advance(2_000);
    await relay.idle();
    expect(positions(bus)).toEqual([1]);
    await relay.close();
  });
});
