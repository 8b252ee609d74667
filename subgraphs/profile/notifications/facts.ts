/*
 * Which facts people are told of. Facts of one thing come in their order; those of several do not, so a meeting that was
 * taken back before it was told as counted is told as taken back alone.
 */
import type { EventTopic } from '../../../schema/events.ts';
import type { EventHandlers, ReceivedEvent } from '../../kernel/inbox.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { Subject } from './notification.ts';
import { tellPeople } from './tell.ts';
import { NotificationKind } from './topic.ts';
import { endVoucherWatch, watchedBy, watchVoucher } from './voucher-watch.ts';

type Fact<Topic extends EventTopic> = ReceivedEvent<Topic>;
type Told = { readonly kind: NotificationKind; readonly at: string; readonly subject?: Subject };

const tell = ({ id: sourceId }: { readonly id: string }, work: UnitOfWork, accountIds: readonly string[], told: Told) =>
  tellPeople(work, { to: { accountIds }, sourceId, happenedAt: told.at, ...withoutInstant(told) });

const withoutInstant = ({ kind, subject = {} }: Told) => ({ kind, subject });

const tellings: EventHandlers<unknown> = {
  'connection.accepted': async (event, work) => {
    const { connectionId, citizenId, acceptedAt: at } = event.body;
    await tell(event, work, [citizenId], { kind: NotificationKind.REQUEST_ACCEPTED, at, subject: { connectionId } });
  },
  'connection.confirmed': async (event, work) => {
    const { connectionId, officerId, citizenId, confirmedAt: at } = event.body;
    const [gone] = await work.em.execute<unknown[]>('select 1 from profile.clawed_back where connection_id = ?', [
      connectionId,
    ]);
    if (gone) return;
    const told = { kind: NotificationKind.MEETING_COUNTED, at, subject: { connectionId } };
    await tell(event, work, [officerId, citizenId], told);
  },
  'connection.clawedBack': async (event, work) => {
    const { connectionId, officerId, citizenId, clawedBackAt: at } = event.body;
    const told = { kind: NotificationKind.MEETING_TAKEN_BACK, at, subject: { connectionId } };
    await tell(event, work, [officerId, citizenId], told);
  },
  'points.awarded': async (event, work) => {
    const { accountId, connectionId, points, awardedAt: at } = event.body;
    const told = { kind: NotificationKind.POINTS_AWARDED, at, subject: { connectionId, points } };
    await tell(event, work, [accountId], told);
  },
  'points.expired': async (event, work) => {
    const { accountId, points, expiredAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.POINTS_EXPIRED, at, subject: { points } });
  },
  'points.reversed': async (event, work) => {
    const { accountId, points, reversedAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.POINTS_CORRECTED, at, subject: { points } });
  },
  'voucher.issued': ({ body }, work) => watchVoucher(work, body),
  'voucher.redeemed': ({ body }, work) => endVoucherWatch(work, body.voucherId),
  'voucher.expired': async (event, work) => {
    const { voucherId, points, expiredAt: at } = event.body;
    // The fact does not say whose it was.
    const accountId = await watchedBy(work, voucherId);
    await endVoucherWatch(work, voucherId);
    if (!accountId) return;
    await tell(event, work, [accountId], {
      kind: NotificationKind.VOUCHER_EXPIRED,
      at,
      subject: { voucherId, points },
    });
  },
  'voucher.refunded': async (event, work) => {
    const { accountId, voucherId, points, refundedAt: at } = event.body;
    await endVoucherWatch(work, voucherId);
    const told = { kind: NotificationKind.VOUCHER_REFUNDED, at, subject: { voucherId, points } };
    await tell(event, work, [accountId], told);
  },
  'fund.monthClosed': async ({ id, body }, work) => {
    const { zipCode, month, fundCents: cents, closedAt: at } = body;
    await tellNeighbours(id, work, {
      kind: NotificationKind.FUND_MONTH_CLOSED,
      at,
      subject: { zipCode, month, cents },
    });
  },
  'fund.roundOpened': async ({ id, body }, work) => {
    const { zipCode, month, fundCents: cents, roundId, closesAt: until, openedAt: at } = body;
    const subject = { zipCode, month, cents, roundId, until };
    await tellNeighbours(id, work, { kind: NotificationKind.FUND_VOTE_OPENED, at, subject });
  },
  'fund.roundDecided': async ({ id, body }, work) => {
    const { zipCode, month, awardedCents: cents, roundId, decidedAt: at } = body;
    const subject = { zipCode, month, cents, roundId };
    await tellNeighbours(id, work, { kind: NotificationKind.FUND_VOTE_DECIDED, at, subject });
  },
  'gathering.changed': async (event, work) => {
    const { gatheringId, accountIds, changedAt: at } = event.body;
    await tell(event, work, accountIds, { kind: NotificationKind.GATHERING_CHANGED, at, subject: { gatheringId } });
  },
  'gathering.cancelled': async (event, work) => {
    const { gatheringId, accountIds, cancelledAt: at } = event.body;
    await tell(event, work, accountIds, { kind: NotificationKind.GATHERING_CANCELLED, at, subject: { gatheringId } });
  },
  'gathering.seatFreed': async (event, work) => {
    const { gatheringId, accountIds, freedAt: at } = event.body;
    await tell(event, work, accountIds, { kind: NotificationKind.GATHERING_SEAT_FREED, at, subject: { gatheringId } });
  },
  'gathering.takenDown': async (event, work) => {
    const { gatheringId, hostId, takenDownAt: at } = event.body;
    await tell(event, work, [hostId], { kind: NotificationKind.GATHERING_TAKEN_DOWN, at, subject: { gatheringId } });
  },
  'story.proposed': async (event, work) => {
    const { storyId, accountId, proposedAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.STORY_PROPOSED, at, subject: { storyId } });
  },
  'story.published': async (event, work) => {
    const { storyId, officerId, citizenId, publishedAt: at } = event.body;
    await tell(event, work, [officerId, citizenId], { kind: NotificationKind.STORY_SHOWN, at, subject: { storyId } });
  },
  'warning.given': async (event, work) => {
    const { warningId, accountId, givenAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.WARNING_GIVEN, at, subject: { warningId } });
  },
  'account.suspended': async (event, work) => {
    const { accountId, until, suspendedAt: at } = event.body;
    const subject = until ? { until } : {};
    await tell(event, work, [accountId], { kind: NotificationKind.ACCOUNT_SUSPENDED, at, subject });
  },
  'account.reinstated': async (event, work) => {
    const { accountId, reinstatedAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.ACCOUNT_REINSTATED, at });
  },
  'account.erasureRequested': async (event, work) => {
    const { accountId, requestedAt: at, dueAt: until } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.ERASURE_REQUESTED, at, subject: { until } });
  },
  'account.erasureUndone': async (event, work) => {
    const { accountId, undoneAt: at } = event.body;
    await tell(event, work, [accountId], { kind: NotificationKind.ERASURE_UNDONE, at });
  },
};

const tellNeighbours = (sourceId: string, work: UnitOfWork, told: Told & { subject: { zipCode: string } }) =>
  tellPeople(work, { to: { zipCode: told.subject.zipCode }, sourceId, happenedAt: told.at, ...withoutInstant(told) });

/** What a domain does about facts, and then what people are told of them, in one transaction. */
export function andTold<Services>(handlers: EventHandlers<Services>): EventHandlers<Services> {
  type Handler = (event: Fact<EventTopic>, work: UnitOfWork, services: Services) => Promise<void>;
  const own = handlers as Readonly<Record<string, Handler | undefined>>;
  const told = tellings as Readonly<Record<string, Handler | undefined>>;
  const both =
    (topic: string): Handler =>
    async (event, work, services) => {
      await own[topic]?.(event, work, services);
      await told[topic]?.(event, work, services);
    };
  const topics = new Set([...Object.keys(own), ...Object.keys(told)]);
  return Object.fromEntries([...topics].map((topic) => [topic, both(topic)])) as EventHandlers<Services>;
}
