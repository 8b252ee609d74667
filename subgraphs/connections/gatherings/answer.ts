/*
 * Answers to gatherings: who comes, and who waits for a seat. Every change is made while the gathering's row is locked, so
 * seats and turns are given in one order; a constraint on the row says the same. Nobody reads another's answer, and who
 * takes one back leaves no trace.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import type { Clock } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import { type Lookout, openLookout } from '../../kernel/lookout.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { lockPeople, NO_CONSENT, SUSPENDED, WITHOUT_CONSENT } from '../safety/person.ts';
import {
  assertOpen,
  type Gathering,
  GatheringAnswer,
  GatheringState,
  knownTo,
  lockGathering,
  stateAt,
} from './gathering.ts';

/** Answers of one person to gatherings that are not over: a person has a diary, a script would take every seat. */
export const ANSWERS_PER_PERSON = 50;
/** Answers to one gathering, those who wait included: each of them is told of a change. */
export const ANSWERS_PER_GATHERING = 10_000;
/** Who went where is personal. */
export const ANSWERS_KEPT_DAYS = 30;

/** What one account is told about its gatherings. */
export const gatheringChannel = (accountId: string) => `connections:gatherings:${accountId}`;

/** What has changed is read when it is told. */
export interface GatheringMessage {
  readonly gatheringId: string;
}

/**
 * The account comes, or comes no more; the same answer again changes nothing. Without a seat it waits.
 * @throws Refusal NOT_FOUND, also where the host is kept apart from the account; ACCOUNT_SUSPENDED, AGE_RESTRICTED,
 * GATHERING_CLOSED, LIMIT_REACHED, BAD_USER_INPUT for the host.
 */
export async function respond(
  work: UnitOfWork,
  accountId: string,
  gatheringId: string,
  coming: boolean,
): Promise<Gathering> {
  const { em } = work;
  const hostId = await hostOf(em, gatheringId);
  // Before the gathering, as whoever restrains a person locks them. Limits are counted under this lock, not constrained.
  await lockPeople(em, [accountId, hostId]);
  await admitGuest(work, gatheringId, accountId, coming);
  const gathering = await lockGathering(em, gatheringId);
  const earlier = await answerOf(em, gatheringId, accountId);
  gathering.ownAnswer = earlier;
  if (coming === (earlier !== null)) return gathering;
  if (coming) await join(work, gathering, accountId);
  else await leave(work, gathering, accountId);
  await em.flush();
  for (const person of [accountId, gathering.hostId]) tell(work, gathering, person);
  return gathering;
}

async function join({ em, now }: UnitOfWork, gathering: Gathering, accountId: string): Promise<void> {
  if (gathering.hostId === accountId) throw new Refusal('BAD_USER_INPUT', 'You are the host: you have a place anyway.');
  assertOpen(gathering, now);
  if (gathering.comingCount + gathering.waitingCount >= ANSWERS_PER_GATHERING) {
    throw new Refusal('LIMIT_REACHED', `No more than ${ANSWERS_PER_GATHERING} people may answer to a gathering.`);
  }
  const [own] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from connections.gathering_answer a
     join connections.gathering g on g.id = a.gathering_id
     where a.account_id = ? and g.ends_at > ? and g.cancelled_at is null`,
    [accountId, now],
  );
  if ((own?.count ?? 0) >= ANSWERS_PER_PERSON) {
    throw new Refusal('LIMIT_REACHED', `You come to ${ANSWERS_PER_PERSON} gatherings already; that is the most.`);
  }
  const answer = gathering.seatsLeft === 0 ? GatheringAnswer.WAITING : GatheringAnswer.COMING;
  await em.execute('insert into connections.gathering_answer (gathering_id, account_id, state) values (?, ?, ?)', [
    gathering.id,
    accountId,
    answer,
  ]);
  count(gathering, answer, 1);
  gathering.ownAnswer = answer;
}

/** Takes the account's answer back, if there is one, and gives its seat on. The gathering is locked. */
export async function leave(work: UnitOfWork, gathering: Gathering, accountId: string): Promise<void> {
  const [gone] = await work.em.execute<{ state: GatheringAnswer }[]>(
    'delete from connections.gathering_answer where gathering_id = ? and account_id = ? returning state',
    [gathering.id, accountId],
  );
  if (gone) count(gathering, gone.state, -1);
  gathering.ownAnswer = null;
  await moveUp(work, gathering);
}

/** Gives free seats to those who wait, the first first, and tells them. The gathering is locked. */
export async function moveUp(work: UnitOfWork, gathering: Gathering): Promise<void> {
  if (stateAt(gathering, work.now) !== GatheringState.SCHEDULED) return;
  const seats = Math.min(gathering.seatsLeft ?? gathering.waitingCount, gathering.waitingCount);
  if (seats <= 0) return;
  const lucky = await work.em.execute<{ account_id: string }[]>(
    `update connections.gathering_answer set state = 'coming' where gathering_id = ? and account_id in (
       select account_id from connections.gathering_answer where gathering_id = ? and state = 'waiting'
       order by turn limit ?)
     returning account_id`,
    [gathering.id, gathering.id, seats],
  );
  count(gathering, GatheringAnswer.WAITING, -lucky.length);
  count(gathering, GatheringAnswer.COMING, lucky.length);
  for (const { account_id } of lucky) tell(work, gathering, account_id);
  const freedAt = work.now.toISOString();
  for (const accountIds of portions(lucky)) {
    work.record('gathering.seatFreed', { gatheringId: gathering.id, accountIds, freedAt });
  }
}

/** As many accounts as one fact names. */
function portions(rows: readonly { readonly account_id: string }[]): string[][] {
  const portion = (start: number) => rows.slice(start, start + 1_000).map(({ account_id }) => account_id);
  return Array.from({ length: Math.ceil(rows.length / 1_000) }, (_, index) => portion(index * 1_000));
}

function count(gathering: Gathering, answer: GatheringAnswer, change: number): void {
  if (answer === GatheringAnswer.COMING) gathering.comingCount += change;
  else gathering.waitingCount += change;
}

async function answerOf(em: EntityManager, gatheringId: string, accountId: string): Promise<GatheringAnswer | null> {
  const [row] = await em.execute<{ state: GatheringAnswer }[]>(
    'select state from connections.gathering_answer where gathering_id = ? and account_id = ?',
    [gatheringId, accountId],
  );
  return row?.state ?? null;
}

async function hostOf(em: EntityManager, gatheringId: string): Promise<string> {
  const [row] = await em.execute<{ host_id: string }[]>('select host_id from connections.gathering where id = ?', [
    gatheringId,
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such gathering.');
  return row.host_id;
}

/** Whoever is kept apart from the host learns nothing, not even by taking an answer back. */
async function admitGuest({ em, now }: UnitOfWork, gatheringId: string, accountId: string, coming: boolean) {
  const known = knownTo(accountId, now);
  const [row] = await em.execute<{ suspended: boolean; restricted: boolean }[]>(
    `select exists (select 1 from connections.person where account_id = ? and ${SUSPENDED}) as suspended,
       exists (select 1 from connections.person where account_id = ? and ${WITHOUT_CONSENT}) as restricted
     from connections.gathering g where g.id = ? and ${known.sql}`,
    [accountId, now, accountId, gatheringId, ...known.values],
  );
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such gathering.');
  if (coming && row.suspended) throw new Refusal('ACCOUNT_SUSPENDED');
  if (coming && row.restricted) throw new Refusal('AGE_RESTRICTED', NO_CONSENT);
}

export function tell(work: UnitOfWork, { id }: Pick<Gathering, 'id'>, accountId: string): void {
  const message: GatheringMessage = { gatheringId: id };
  work.announce(gatheringChannel(accountId), message);
}

/** Tells the host and everybody who has answered that the gathering is another than before, or is called off. */
export async function tellAll(
  work: UnitOfWork,
  gathering: Pick<Gathering, 'id' | 'hostId'>,
  what: 'changed' | 'cancelled' = 'changed',
): Promise<void> {
  const answered = await work.em.execute<{ account_id: string }[]>(
    'select account_id from connections.gathering_answer where gathering_id = ?',
    [gathering.id],
  );
  for (const accountId of [gathering.hostId, ...answered.map(({ account_id }) => account_id)]) {
    tell(work, gathering, accountId);
  }
  const [gatheringId, at] = [gathering.id, work.now.toISOString()];
  for (const accountIds of portions(answered)) {
    if (what === 'changed') work.record('gathering.changed', { gatheringId, accountIds, changedAt: at });
    else work.record('gathering.cancelled', { gatheringId, accountIds, cancelledAt: at });
  }
}

/** Deletes the answers to what ended more than 30 days before `now`; the numbers stay. @returns how many. */
export async function forgetOldAnswers(em: EntityManager, now: Date): Promise<number> {
  const [row] = await em.execute<{ forgotten: number }[]>(
    `with gone as (
       delete from connections.gathering_answer a using connections.gathering g
       where g.id = a.gathering_id and g.ends_at <= ? returning 1)
     select count(*)::int as forgotten from gone`,
    [new Date(now.getTime() - ANSWERS_KEPT_DAYS * 86_400_000)],
  );
  return row?.forgotten ?? 0;
}

/** Forgets now and once a day. */
export function forgetDaily(machine: { readonly clock: Clock; readonly log: Logger; em(): EntityManager }): Lookout {
  return openLookout(machine, {
    everyMilliseconds: 86_400_000,
    failed: 'answers to old gatherings could not be deleted',
    async task() {
      const forgotten = await forgetOldAnswers(machine.em(), machine.clock.now());
      machine.log.debug({ forgotten }, 'answers to old gatherings are deleted');
    },
  });
}
