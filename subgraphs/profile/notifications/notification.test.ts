import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventBody } from '../../../schema/events.ts';
import { type Neighbours, NOTIFICATION, openNeighbours, person } from './testing/neighbours.ts';
import { reminderOf } from './voucher-watch.ts';

const DAY = 86_400_000;
let town: Neighbours;

beforeAll(async () => {
  town = await openNeighbours();
});

afterAll(async () => {
  await town.close();
});

const now = () => town.clock.now().toISOString();
const kinds = async (accountId: string) => (await town.told(accountId)).map(({ kind }) => kind);
const markRead = (accountId: string, notificationIds?: string[]) =>
  town.change(
    'markNotificationsRead',
    'MarkNotificationsReadInput',
    notificationIds ? { notificationIds } : {},
    accountId,
    'account { unreadNotificationCount } notifications { id readAt }',
  );

async function live(accountId: string, zipCode: string) {
  await town.deliver('account.registered', {
    accountId,
    roles: ['citizen'],
    departmentName: null,
    ageBand: 'adult',
    registeredAt: now(),
  });
  await town.change('declareResidence', 'DeclareResidenceInput', { zipCode }, accountId, 'residence { zipCode }');
}

function issue(accountId: string, days?: number): EventBody<'voucher.issued'> {
  const issuedAt = town.clock.now();
  return {
    voucherId: randomUUID(),
    transactionId: randomUUID(),
    accountId,
    offerId: randomUUID(),
    retailerId: randomUUID(),
    points: 10,
    zipCode: null,
    issuedAt: issuedAt.toISOString(),
    ...(days && { expiresAt: new Date(issuedAt.getTime() + days * DAY).toISOString() }),
  };
}

describe('what people are told of', () => {
  test('a request that was accepted, a meeting that counts and one that counts no more, with its id and nobody’s name', async () => {
    const [officerId, citizenId] = [randomUUID(), randomUUID()];
    const connectionId = randomUUID();
    await town.deliver('connection.accepted', { connectionId, officerId, citizenId, acceptedAt: now() });
    const met = await town.confirm(officerId, citizenId);
    await town.deliver('connection.clawedBack', {
      connectionId: met.connectionId,
      officerId,
      citizenId,
      zipCode: null,
      confirmedAt: met.confirmedAt,
      clawedBackAt: now(),
    });
    expect(await kinds(officerId)).toEqual(['MEETING_TAKEN_BACK', 'MEETING_COUNTED']);
    const [back, counted, accepted] = await town.told(citizenId);
    expect(accepted).toEqual({
      id: expect.any(String),
      topic: 'MEETINGS',
      kind: 'REQUEST_ACCEPTED',
      happenedAt: expect.any(String),
      connectionId,
      ...{ readAt: null, voucherId: null, roundId: null, gatheringId: null, storyId: null, warningId: null },
      ...{ points: null, cents: null, zipCode: null, month: null, until: null },
    });
    expect([back?.connectionId, counted?.connectionId]).toEqual([met.connectionId, met.connectionId]);
  });

  test('a meeting that was taken back before it was told as counted is told as taken back alone', async () => {
    const [officerId, citizenId, connectionId] = [randomUUID(), randomUUID(), randomUUID()];
    const told = { connectionId, officerId, citizenId, zipCode: null, confirmedAt: now() };
    await town.deliver('connection.clawedBack', { ...told, clawedBackAt: now() });
    await town.deliver('connection.confirmed', { ...told, evidence: 'code' });
    expect(await kinds(citizenId)).toEqual(['MEETING_TAKEN_BACK']);
  });

  test('points: earned, run out and corrected', async () => {
    const accountId = randomUUID();
    await town.award(accountId, { points: 20 });
    await town.deliver('points.expired', { transactionId: randomUUID(), accountId, points: 5, expiredAt: now() });
    await town.deliver('points.reversed', {
      transactionId: randomUUID(),
      reversesId: randomUUID(),
      accountId,
      points: -20,
      reversedAt: now(),
    });
    expect((await town.told(accountId)).map(({ kind, points }) => [kind, points])).toEqual([
      ['POINTS_CORRECTED', -20],
      ['POINTS_EXPIRED', 5],
      ['POINTS_AWARDED', 20],
    ]);
  });

  test('a voucher that ends soon, once, three days ahead; that it ended, and that its points came back', async () => {
    const accountId = randomUUID();
    const fact = issue(accountId, 30);
    const { voucherId, offerId, retailerId, points } = fact;
    await town.deliver('voucher.issued', fact);
    await town.later(27 * DAY - 60_000);
    expect(await kinds(accountId)).toEqual([]);
    await town.later(61_000);
    await town.later(DAY);
    expect(await town.told(accountId)).toMatchObject([{ kind: 'VOUCHER_EXPIRING', voucherId, until: fact.expiresAt }]);
    await town.deliver('voucher.expired', { voucherId, offerId, retailerId, points, zipCode: null, expiredAt: now() });
    await town.deliver('voucher.refunded', {
      ...{ voucherId, offerId, retailerId, points, accountId, zipCode: null, cause: 'expired' as const },
      ...{ transactionId: randomUUID(), reversedTransactionId: fact.transactionId },
      ...{ issuedAt: fact.issuedAt, refundedAt: now() },
    });
    expect(await kinds(accountId)).toEqual(['VOUCHER_REFUNDED', 'VOUCHER_EXPIRED', 'VOUCHER_EXPIRING']);
  });

  test('nothing of a voucher that was used in time', async () => {
    const accountId = randomUUID();
    const fact = issue(accountId, 30);
    const { voucherId, offerId, retailerId } = fact;
    await town.deliver('voucher.issued', fact);
    await town.deliver('voucher.redeemed', { voucherId, offerId, retailerId, zipCode: null, redeemedAt: now() });
    await town.later(28 * DAY);
    expect(await kinds(accountId)).toEqual([]);
  });

  test('a reminder comes three days ahead, one of a short voucher a day, and none of one that ends at once', () => {
    const at = (days: number) => new Date(days * DAY);
    expect([30, 7, 6, 2, 1.9].map((days) => reminderOf(at(0), at(days)))).toEqual([at(27), at(4), at(5), at(1), null]);
  });

  test('the community fund, to whoever has lived there before it happened', async () => {
    const [here, there, later] = [randomUUID(), randomUUID(), randomUUID()];
    await live(here, '78704');
    await live(there, '78701');
    town.clock.advance(1_000);
    const happened = now();
    town.clock.advance(1_000);
    await live(later, '78704');
    const fund = { fundId: randomUUID(), zipCode: '78704', month: '2026-10' };
    const roundId = randomUUID();
    const closesAt = new Date(town.clock.now().getTime() + 7 * DAY).toISOString();
    await town.deliver('fund.monthClosed', { ...fund, fundCents: 275, closedAt: happened });
    await town.deliver('fund.roundOpened', { ...fund, roundId, fundCents: 275, openedAt: happened, closesAt });
    await town.deliver('fund.roundDecided', { ...fund, roundId, awardedCents: 200, decidedAt: happened });
    expect(await town.told(here)).toMatchObject([
      { kind: 'FUND_VOTE_DECIDED', cents: 200, roundId, zipCode: '78704', month: '2026-10' },
      { kind: 'FUND_VOTE_OPENED', cents: 275, roundId, until: closesAt },
      { kind: 'FUND_MONTH_CLOSED', cents: 275, topic: 'COMMUNITY_FUND' },
    ]);
    expect([await kinds(there), await kinds(later)]).toEqual([[], []]);
  });

  test('the community fund of a large ZIP code, to each of its eight thousand people', async () => {
    const declaredAt = now();
    await town.em().execute(
      `insert into profile.residence (account_id, zip_code, declared_at)
       select gen_random_uuid(), '77449', ? from generate_series(1, 8000)`,
      [declaredAt],
    );
    const fund = { fundId: randomUUID(), zipCode: '77449', month: '2026-10' };
    await town.deliver('fund.monthClosed', { ...fund, fundCents: 275, closedAt: declaredAt });
    const [row] = await town.em().execute<{ count: number; people: number }[]>(
      `select count(*)::int as count, count(distinct account_id)::int as people from profile.notification
       where subject ->> 'zipCode' = '77449'`,
    );
    expect(row).toEqual({ count: 8_000, people: 8_000 });
  });

  test('a gathering of a thousand people, as many as one fact names', async () => {
    const accountIds = Array.from({ length: 1_000 }, () => randomUUID());
    const gatheringId = randomUUID();
    await town.deliver('gathering.cancelled', { gatheringId, accountIds, cancelledAt: now() });
    const [row] = await town
      .em()
      .execute<{ count: number }[]>(
        `select count(*)::int as count from profile.notification where subject ->> 'gatheringId' = ?`,
        [gatheringId],
      );
    expect(row).toEqual({ count: 1_000 });
  });

  test('gatherings, stories, warnings and suspensions', async () => {
    const [one, other, host] = [randomUUID(), randomUUID(), randomUUID()];
    const [gatheringId, storyId] = [randomUUID(), randomUUID()];
    const until = new Date(town.clock.now().getTime() + DAY).toISOString();
    await town.deliver('gathering.changed', { gatheringId, accountIds: [one, other], changedAt: now() });
    await town.deliver('gathering.seatFreed', { gatheringId, accountIds: [one], freedAt: now() });
    await town.deliver('gathering.cancelled', { gatheringId, accountIds: [one, other], cancelledAt: now() });
    await town.deliver('story.proposed', { storyId, accountId: one, proposedAt: now() });
    await town.deliver('story.published', { storyId, officerId: other, citizenId: one, publishedAt: now() });
    await town.warn(one);
    await town.deliver('account.suspended', { accountId: one, until, suspendedAt: now() });
    await town.deliver('account.reinstated', { accountId: one, reinstatedAt: now() });
    await town.deliver('gathering.takenDown', { gatheringId, hostId: host, takenDownAt: now() });
    await town.deliver('account.erasureRequested', { accountId: host, requestedAt: now(), dueAt: until });
    await town.deliver('account.erasureUndone', { accountId: host, undoneAt: now() });
    expect(await town.told(host)).toMatchObject([
      { kind: 'ERASURE_UNDONE', until: null },
      { kind: 'ERASURE_REQUESTED', until },
      { kind: 'GATHERING_TAKEN_DOWN', gatheringId },
    ]);
    expect(await kinds(other)).toEqual(['STORY_SHOWN', 'GATHERING_CANCELLED', 'GATHERING_CHANGED']);
    const told = await town.told(one);
    expect(told.map(({ kind }) => kind)).toEqual([
      ...['ACCOUNT_REINSTATED', 'ACCOUNT_SUSPENDED', 'WARNING_GIVEN', 'STORY_SHOWN', 'STORY_PROPOSED'],
      ...['GATHERING_CANCELLED', 'GATHERING_SEAT_FREED', 'GATHERING_CHANGED'],
    ]);
    expect(told[1]).toMatchObject({ until });
    expect(told[4]).toMatchObject({ storyId });
  });

  test('a fact that comes again, under its id or after its place in the inbox was lost, is told once', async () => {
    const accountId = randomUUID();
    const id = town.newId();
    const more = { transactionId: randomUUID(), connectionId: randomUUID() };
    await town.award(accountId, more, id);
    await town.award(accountId, more, id);
    await town.em().execute('delete from profile.inbox where event_id = ?', [id]);
    await town.award(accountId, more, id);
    expect(await kinds(accountId)).toEqual(['POINTS_AWARDED']);
  });

  test('a fact that comes a season late is no news', async () => {
    const accountId = randomUUID();
    await town.award(accountId, { awardedAt: new Date(town.clock.now().getTime() - 90 * DAY).toISOString() });
    await town.award(accountId, { awardedAt: new Date(town.clock.now().getTime() - 89 * DAY).toISOString() });
    expect(await kinds(accountId)).toEqual(['POINTS_AWARDED']);
  });

  test('whoever was erased is told nothing more, and what they were told is gone', async () => {
    const accountId = randomUUID();
    await town.register(accountId);
    await town.award(accountId);
    await town.change('setNotificationSettings', 'SetNotificationSettingsInput', { choices: [] }, accountId);
    await town.deliver('account.erased', { accountId, erasedAt: now() });
    await town.award(accountId);
    await town.deliver('voucher.issued', issue(accountId, 30));
    expect(await kinds(accountId)).toEqual([]);
    const tables = ['notification', 'push_device', 'push_turn', 'voucher_watch', 'notification_choice', 'quiet_hours'];
    for (const table of tables) {
      const rows = await town.em().execute(`select 1 from profile.${table} where account_id = ?`, [accountId]);
      expect([table, rows]).toEqual([table, []]);
    }
    const input = { quietHours: { enabled: true, from: '22:00', to: '07:00', timeZone: 'UTC' } };
    expect(await town.change('setNotificationSettings', 'SetNotificationSettingsInput', input, accountId)).toBe(
      'UNAUTHENTICATED',
    );
    await expect(town.register(accountId)).rejects.toThrow('UNAUTHENTICATED');
  });
});

describe('the list', () => {
  test('is read in pages, the newest first, while more comes', async () => {
    const accountId = randomUUID();
    for (let points = 1; points <= 5; points++) {
      await town.award(accountId, { points });
      town.clock.advance(1_000);
    }
    const query =
      'query ($after: Cursor) { notifications(first: 2, after: $after) { edges { node { points } } pageInfo { endCursor hasNextPage } } }';
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const { notifications } = await town.ask(query, { after }, accountId);
      seen.push(...notifications.edges.map(({ node }: { node: { points: number } }) => node.points));
      after = notifications.pageInfo.hasNextPage ? notifications.pageInfo.endCursor : null;
      await town.award(accountId, { points: 99 });
    } while (after);
    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  test('counts what is unread, and what was read stays read', async () => {
    const accountId = randomUUID();
    for (const points of [1, 2, 3]) await town.award(accountId, { points });
    expect(await town.unread(accountId)).toBe(3);
    const [first] = await town.told(accountId);
    const payload = await markRead(accountId, [String(first?.id), String(first?.id)]);
    expect(payload).toEqual({
      account: { unreadNotificationCount: 2 },
      notifications: [{ id: first?.id, readAt: expect.any(String) }],
    });
    town.clock.advance(60_000);
    expect((await markRead(accountId, [String(first?.id)])).notifications).toEqual(payload.notifications);
    expect(await markRead(accountId)).toEqual({ account: { unreadNotificationCount: 0 }, notifications: [] });
    expect((await town.told(accountId)).every(({ readAt }) => readAt !== null)).toBe(true);
  });

  test('is nobody else’s: neither read, nor counted, nor marked', async () => {
    const [accountId, other] = [randomUUID(), randomUUID()];
    await town.award(accountId);
    const [mine] = await town.told(accountId);
    expect(await markRead(other, [String(mine?.id)])).toMatchObject({ notifications: [] });
    expect(await town.unread(accountId)).toBe(1);
    expect(await town.told(other)).toEqual([]);
    const { _entities } = await town.ask(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { unreadNotificationCount notificationSettings { quietHours { from } } } } }',
      { r: [{ __typename: 'Account', id: accountId }] },
      other,
    );
    expect(_entities).toEqual([{ unreadNotificationCount: null, notificationSettings: null }]);
    const { errors } = await town.execute('{ notifications { edges { node { id } } } }');
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  test('refuses more than a hundred ids at once', async () => {
    const ids = Array.from({ length: 101 }, () => randomUUID());
    expect(await markRead(randomUUID(), ids)).toBe('BAD_USER_INPUT');
    expect(await markRead(randomUUID(), [])).toMatchObject({ notifications: [] });
  });

  test('forgets after 90 days', async () => {
    const accountId = randomUUID();
    await town.award(accountId);
    await town.later(89 * DAY);
    expect(await kinds(accountId)).toEqual(['POINTS_AWARDED']);
    await town.later(DAY);
    expect(await kinds(accountId)).toEqual([]);
    expect(await town.em().execute('select 1 from profile.notification where account_id = ?', [accountId])).toEqual([]);
  });

  test('forgets gatherings after 30 days, as their answers are', async () => {
    const accountId = randomUUID();
    const gatheringId = randomUUID();
    await town.award(accountId);
    await town.deliver('gathering.changed', { gatheringId, accountIds: [accountId], changedAt: now() });
    await town.later(30 * DAY - 60_000);
    expect(await kinds(accountId)).toEqual(['GATHERING_CHANGED', 'POINTS_AWARDED']);
    await town.later(120_000);
    expect(await kinds(accountId)).toEqual(['POINTS_AWARDED']);
  });

  test('tells who listens what is unread first, then what is new and what was read elsewhere, without a gap', async () => {
    const accountId = randomUUID();
    await town.award(accountId, { points: 1 });
    const updates = await town.subscribe(
      `subscription { notificationUpdates { account { id unreadNotificationCount } notifications { ${NOTIFICATION} } } }`,
      {},
      person(accountId),
    );
    const next = async () => (await updates.next()).value?.data.notificationUpdates;
    const first = await next();
    expect(first).toMatchObject({
      account: { id: accountId, unreadNotificationCount: 1 },
      notifications: [{ points: 1 }],
    });
    await town.award(accountId, { points: 2 });
    const second = await next();
    expect(second).toMatchObject({ account: { unreadNotificationCount: 2 }, notifications: [{ points: 2 }] });
    await markRead(accountId, [second.notifications[0].id]);
    expect(await next()).toMatchObject({
      account: { unreadNotificationCount: 1 },
      notifications: [{ points: 2, readAt: expect.any(String) }],
    });
    for (let count = 0; count < 30; count++) {
      await town.award(accountId);
      await next();
    }
    await markRead(accountId);
    expect(await next()).toEqual({ account: { id: accountId, unreadNotificationCount: 0 }, notifications: [] });
    await updates.return?.();
  });
});

test('whatever comes in whatever order and however often, each fact is told each person once, and what is unread is what was not read', async () => {
  const deed = fc.oneof(
    fc.record({ kind: fc.constant('award' as const), fact: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ kind: fc.constant('read' as const), which: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ kind: fc.constant('readAll' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 20 }), async (deeds) => {
      const accountId = randomUUID();
      const ids = Array.from({ length: 5 }, () => town.newId());
      const told = new Set<string>();
      for (const each of deeds) {
        const list = await town.told(accountId);
        if (each.kind === 'award') {
          const id = String(ids[each.fact]);
          // Its place in the inbox is lost: it comes as if it never had.
          await town.em().execute('delete from profile.inbox where event_id = ?', [id]);
          await town.award(accountId, { points: each.fact + 1 }, id);
          told.add(id);
        } else if (each.kind === 'read')
          await markRead(accountId, list[each.which] ? [String(list[each.which]?.id)] : []);
        else await markRead(accountId);
      }
      const list = await town.told(accountId);
      expect(list).toHaveLength(told.size);
      expect(await town.unread(accountId)).toBe(list.filter(({ readAt }) => readAt === null).length);
    }),
    { numRuns: 15 },
  );
});
