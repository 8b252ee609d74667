/*
 * Safety in gatherings: who is kept apart from an officer does not learn where the officer will be, and has no seat there;
 * who is suspended neither hosts nor comes. What was agreed before is undone when the block, the restraint or the
 * suspension is taken in.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { leave, tell } from './answer.ts';
import { GatheringState, knownTo, lockGathering, stateAt } from './gathering.ts';
import { callOff } from './schedule.ts';

/** The reason that guests are told; why an account is suspended is nobody's business. */
const HOST_IS_AWAY = 'The host cannot be there.';

/** Takes back the answers of the two of each pair to each other's gatherings, if they are kept apart now. */
export async function partGuests(
  transact: Machine['work'],
  pairs: readonly (readonly [string, string])[],
): Promise<void> {
  for (const pair of pairs) await transact((work) => partPair(work, pair));
}

async function partPair(work: UnitOfWork, [one, other]: readonly [string, string]): Promise<void> {
  for (const [hostId, guestId] of [
    [one, other],
    [other, one],
  ] as const) {
    const known = knownTo(guestId, work.now);
    const answered = await work.em.execute<{ id: string }[]>(
      `select g.id from connections.gathering g join connections.gathering_answer a on a.gathering_id = g.id
       where g.host_id = ? and a.account_id = ? and g.ends_at > ? and not (${known.sql}) order by g.id`,
      [hostId, guestId, work.now, ...known.values],
    );
    for (const { id } of answered) await giveUpSeat(work, id, guestId);
  }
}

/**
 * Calls off what a suspended account hosts and takes back its answers, as far as that begins before the suspension ends.
 * Nothing happens to an account that is not suspended. To be called in the transaction that takes the suspension in.
 */
export async function endGatheringsOf(work: UnitOfWork, accountId: string): Promise<void> {
  const { em, now } = work;
  const affected = await em.execute<{ id: string; hosted: boolean }[]>(
    `select g.id, g.host_id = p.account_id as hosted from connections.person p
     join connections.gathering g on g.host_id = p.account_id
       or g.id in (select gathering_id from connections.gathering_answer where account_id = p.account_id)
     where p.account_id = ? and p.suspended_at is not null and coalesce(p.suspended_until > ?, true)
       and g.ends_at > ? and g.starts_at < coalesce(p.suspended_until, 'infinity') order by g.id`,
    [accountId, now, now],
  );
  for (const { id, hosted } of affected) {
    if (!hosted) {
      await giveUpSeat(work, id, accountId);
      continue;
    }
    const gathering = await lockGathering(em, id);
    if (stateAt(gathering, now) === GatheringState.SCHEDULED) await callOff(work, gathering, HOST_IS_AWAY);
  }
}

/** Takes back the account's answers to what is not over, as of somebody who may not come any more. */
export async function leaveGatheringsOf(work: UnitOfWork, accountId: string): Promise<void> {
  const answered = await work.em.execute<{ id: string }[]>(
    `select g.id from connections.gathering g join connections.gathering_answer a on a.gathering_id = g.id
     where a.account_id = ? and g.ends_at > ? order by g.id`,
    [accountId, work.now],
  );
  for (const { id } of answered) await giveUpSeat(work, id, accountId);
}

async function giveUpSeat(work: UnitOfWork, gatheringId: string, guestId: string): Promise<void> {
  const gathering = await lockGathering(work.em, gatheringId);
  await leave(work, gathering, guestId);
  await work.em.flush();
  for (const person of [guestId, gathering.hostId]) tell(work, gathering, person);
}
