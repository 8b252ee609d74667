/*
 * Who does not want to meet whom. A block works both ways and is known to nobody but who made it: the other finds the
 * officer unavailable, or is not found, as with anybody who is elsewhere.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { endConnections } from './ending.ts';
import { lockPeople } from './person.ts';
import { announceRestraint } from './restraints.ts';

/** More than anybody needs; who reaches it wants not to be found at all. */
export const BLOCKS_PER_PERSON = 500;

@ObjectType({ description: 'Somebody whom the caller has blocked. Only the caller sees it.' })
export class BlockedPerson {
  @Field(() => ID, { description: 'The account of the other.' })
  accountId!: string;

  @Field(() => DateTime, { description: 'When it was blocked.' })
  blockedAt!: Date;
}

export const BlockedPersonPage = pageOf(BlockedPerson);

/**
 * From now on the two do not find each other; what they have under way is called off. Again changes nothing.
 * @throws Refusal BAD_USER_INPUT for oneself, LIMIT_REACHED.
 */
export async function blockPerson(work: UnitOfWork, blockerId: string, blockedId: string): Promise<BlockedPerson> {
  const { em, now } = work;
  if (blockerId === blockedId) throw new Refusal('BAD_USER_INPUT', 'input.accountId must be of somebody else.');
  await lockPeople(em, [blockerId, blockedId]);
  const before = await findBlock(em, blockerId, blockedId);
  if (before) return before;
  const [{ count } = { count: 0 }] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from connections.block where blocker_id = ? and ended_at is null',
    [blockerId],
  );
  if (count >= BLOCKS_PER_PERSON) {
    throw new Refusal('LIMIT_REACHED', `One person blocks at most ${BLOCKS_PER_PERSON} others; unblock some first.`);
  }
  await em.execute(
    `insert into connections.block (blocker_id, blocked_id, blocked_at, updated_at) values (?, ?, ?, ?)
     on conflict (blocker_id, blocked_id) do update set blocked_at = excluded.blocked_at, ended_at = null,
       updated_at = excluded.updated_at`,
    [blockerId, blockedId, now, now],
  );
  const connectionIds = await endConnections(work, { pair: [blockerId, blockedId] });
  announceRestraint(work, { connectionIds });
  return { accountId: blockedId, blockedAt: now };
}

/** Takes a block back; that of the other stays. @returns whether there was one. */
export async function unblockPerson(work: UnitOfWork, blockerId: string, blockedId: string): Promise<boolean> {
  const { em, now } = work;
  await lockPeople(em, [blockerId, blockedId]);
  const rows = await em.execute<unknown[]>(
    `update connections.block set ended_at = ?, updated_at = ?
     where blocker_id = ? and blocked_id = ? and ended_at is null returning 1`,
    [now, now, blockerId, blockedId],
  );
  if (rows.length > 0) announceRestraint(work);
  return rows.length > 0;
}

/** The newest first. */
export async function listBlocked(
  em: EntityManager,
  blockerId: string,
  page: PageArguments,
): Promise<Page<BlockedPerson>> {
  const [blockedAt, accountId] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
  const behind = blockedAt ? 'and (blocked_at, blocked_id) < (?, ?)' : '';
  const rows = await em.execute<BlockRow[]>(
    `select blocked_id, blocked_at from connections.block where blocker_id = ? and ended_at is null ${behind}
     order by blocked_at desc, blocked_id desc limit ?`,
    [blockerId, ...(blockedAt ? [blockedAt, accountId] : []), page.first + 1],
  );
  return toPage(rows.map(blockedPerson), page, (each) => [each.blockedAt.toISOString(), each.accountId]);
}

interface BlockRow {
  blocked_id: string;
  blocked_at: string;
}

async function findBlock(em: EntityManager, blockerId: string, blockedId: string): Promise<BlockedPerson | undefined> {
  const rows = await em.execute<BlockRow[]>(
    `select blocked_id, blocked_at from connections.block
     where blocker_id = ? and blocked_id = ? and ended_at is null`,
    [blockerId, blockedId],
  );
  return rows.map(blockedPerson)[0];
}

const blockedPerson = ({ blocked_id, blocked_at }: BlockRow): BlockedPerson =>
  Object.assign(new BlockedPerson(), { accountId: blocked_id, blockedAt: new Date(blocked_at) });
