/*
 * A retailer's tills that take vouchers while they are cut off: each signs what it took with a key of its own, whose public
 * half we know. How much one voucher may be worth there is the till's limit: offline can prove genuine, never unused, so
 * the limit is what a second use may cost.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { publicKeyOf } from './voucher-token.ts';

/** In cents, of one voucher. */
export const OFFLINE_LIMIT = { usual: 2_500, most: 10_000 } as const;
const MOST_TERMINALS = 200;

@ObjectType({ description: 'A till that may take vouchers while it is cut off. For those who act for the retailer.' })
export class Terminal {
  @Field(() => ID, { description: 'The id of the terminal.' })
  id!: string;

  retailerId!: string;

  @Field(() => ShortText, { description: 'What it is called in the shop.' })
  name!: string;

  publicKey!: Buffer;

  @Field(() => Cents, {
    description: 'What a voucher may be worth at most that it takes while it is cut off, in cents.',
  })
  offlineLimitCents!: number;

  @Field(() => DateTime, { description: 'Since when we know it.' })
  registeredAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Since when it takes nothing any more; null while it does.' })
  revokedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it last told what it had taken.' })
  lastSeenAt!: Date | null;

  @Field(() => Float, { nullable: true, description: 'The highest number of its claims so far.' })
  lastSequence!: number | null;
}

export const TerminalPage = pageOf(Terminal);

interface TerminalRow {
  readonly id: string;
  readonly retailer_id: string;
  readonly name: string;
  readonly public_key: Buffer;
  readonly offline_limit_cents: number;
  readonly registered_at: string;
  readonly revoked_at: string | null;
  readonly last_seen_at: string | null;
  readonly last_sequence: string | null;
}

const instant = (text: string | null) => (text === null ? null : new Date(text));

const asTerminal = (row: TerminalRow): Terminal =>
  Object.assign(new Terminal(), {
    id: row.id,
    retailerId: row.retailer_id,
    name: row.name,
    publicKey: row.public_key,
    offlineLimitCents: row.offline_limit_cents,
    registeredAt: new Date(row.registered_at),
    revokedAt: instant(row.revoked_at),
    lastSeenAt: instant(row.last_seen_at),
    lastSequence: row.last_sequence === null ? null : Number(row.last_sequence),
  });

export interface NewTerminal {
  readonly retailerId: string;
  readonly name: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Buffer;
  readonly offlineLimitCents: number;
}

/** @throws Refusal BAD_USER_INPUT for a key that is none or known already, or a limit too high; LIMIT_REACHED. */
export async function registerTerminal(work: UnitOfWork, accountId: string, given: NewTerminal): Promise<Terminal> {
  const { em, now } = work;
  if (!publicKeyOf(given.publicKey))
    throw new Refusal('BAD_USER_INPUT', 'publicKey must be the 32 bytes of an Ed25519 key.');
  if (given.offlineLimitCents > OFFLINE_LIMIT.most) {
    throw new Refusal('BAD_USER_INPUT', `offlineLimitCents is at most ${OFFLINE_LIMIT.most}.`);
  }
  await em.execute("select pg_advisory_xact_lock(hashtextextended('terminals ' || ?, 0))", [given.retailerId]);
  const [count] = await em.execute<{ count: string }[]>(
    'select count(*) from rewards.terminal where retailer_id = ? and revoked_at is null',
    [given.retailerId],
  );
  if (Number(count?.count) >= MOST_TERMINALS) {
    throw new Refusal('LIMIT_REACHED', `A retailer has at most ${MOST_TERMINALS} terminals; revoke one first.`);
  }
  const [row] = await em.execute<TerminalRow[]>(
    `insert into rewards.terminal
       (id, retailer_id, name, public_key, offline_limit_cents, registered_at, registered_by)
     values (?, ?, ?, ?, ?, ?, ?) on conflict (public_key) do nothing returning *`,
    [work.newId(), given.retailerId, given.name, given.publicKey, given.offlineLimitCents, now, accountId],
  );
  if (!row) throw new Refusal('BAD_USER_INPUT', 'Another terminal has this key; each has its own.');
  return asTerminal(row);
}

/** From now on nothing is taken from it, not even what it claims to have taken before: its key may be in other hands. */
export async function revokeTerminal({ em, now }: UnitOfWork, terminalId: string): Promise<Terminal> {
  const [row] = await em.execute<TerminalRow[]>(
    'update rewards.terminal set revoked_at = coalesce(revoked_at, ?) where id = ? returning *',
    [now, terminalId],
  );
  if (!row) throw new Refusal('NOT_FOUND');
  return asTerminal(row);
}

export async function findTerminal(em: EntityManager, terminalId: string): Promise<Terminal | undefined> {
  const [row] = await em.execute<TerminalRow[]>('select * from rewards.terminal where id = ?', [terminalId]);
  return row && asTerminal(row);
}

/** @throws Refusal NOT_FOUND unless the retailer has this terminal and has not revoked it. */
export async function activeTerminal(em: EntityManager, terminalId: string, retailerId: string): Promise<Terminal> {
  const terminal = await findTerminal(em, terminalId);
  if (terminal?.retailerId !== retailerId || terminal.revokedAt)
    throw new Refusal('NOT_FOUND', 'There is no such terminal.');
  return terminal;
}

/** The terminals of a retailer, the latest first. */
export async function terminalsOf(
  em: EntityManager,
  retailerId: string,
  page: { readonly limit: number; readonly behind?: { readonly registeredAt: Date; readonly id: string } | undefined },
): Promise<Terminal[]> {
  const { behind } = page;
  const rows = await em.execute<TerminalRow[]>(
    `select * from rewards.terminal where retailer_id = ?
       ${behind ? 'and (registered_at, id) < (?, cast(? as uuid))' : ''}
     order by registered_at desc, id desc limit ?`,
    [retailerId, ...(behind ? [behind.registeredAt, behind.id] : []), page.limit],
  );
  return rows.map(asTerminal);
}
