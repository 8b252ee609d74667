/*
 * The statement of a person's points: every posting that concerned them, with its sign and the balance after it, and what it
 * was for. Read from the postings themselves by the number that each has in its account, so that pages never shift.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { DateTime } from '../../kernel/scalars.ts';

export enum PointsEntryKind {
  AWARD = 'AWARD',
  REDEMPTION = 'REDEMPTION',
  DONATION = 'DONATION',
  FEE = 'FEE',
  REVERSAL = 'REVERSAL',
  CLAW_BACK = 'CLAW_BACK',
  RECOVERY = 'RECOVERY',
  EXPIRY = 'EXPIRY',
  OTHER = 'OTHER',
}

registerEnumType(PointsEntryKind, {
  name: 'PointsEntryKind',
  description: 'What an entry of a statement is.',
  valuesConfig: {
    AWARD: { description: 'Points that were earned by a connection.' },
    REDEMPTION: { description: 'Points that were spent on a voucher.' },
    DONATION: { description: 'Points that were given to a charity.' },
    FEE: { description: 'Points that paid a fee.' },
    REVERSAL: { description: 'An entry before was undone.' },
    CLAW_BACK: { description: 'Points of a connection that does not count were taken back.' },
    RECOVERY: { description: 'Points that were owed were taken from what was earned.' },
    EXPIRY: { description: 'Points ran out.' },
    OTHER: { description: 'Something that this version of the enum has no word for.' },
  },
});

@ObjectType({ description: "An entry of the statement of a person's points." })
export class PointsEntry {
  @Field(() => ID, { description: 'The id of the transaction.' })
  id!: string;

  @Field(() => Int, { description: 'The number of the entry in the account, from 1 on, without gaps.' })
  number!: number;

  @Field(() => PointsEntryKind, { description: 'What it is.' })
  kind!: PointsEntryKind;

  @Field(() => Int, { description: 'By how many points; negative when they were taken.' })
  points!: number;

  @Field(() => Int, { description: 'The points of the account right after it, with those that are held.' })
  balanceAfter!: number;

  @Field(() => DateTime, { description: 'When.' })
  happenedAt!: Date;

  @Field(() => Int, { nullable: true, description: 'Of awards: the version of the scoring rules.' })
  ruleVersion!: number | null;

  @Field(() => ID, { nullable: true, description: 'Of reversals: the id of the transaction that was undone.' })
  reversesId!: string | null;

  /** Of awards, claw-backs and recoveries: the connection. */
  connectionId!: string | null;
}

export const PointsEntryPage = pageOf(PointsEntry);

const kinds: Readonly<Record<string, PointsEntryKind>> = {
  award: PointsEntryKind.AWARD,
  redemption: PointsEntryKind.REDEMPTION,
  donation: PointsEntryKind.DONATION,
  'scheme-fee': PointsEntryKind.FEE,
  scheme: PointsEntryKind.FEE,
  reversal: PointsEntryKind.REVERSAL,
  'claw-back': PointsEntryKind.CLAW_BACK,
  recovery: PointsEntryKind.RECOVERY,
  expiry: PointsEntryKind.EXPIRY,
};

/** Kinds whose business key is '<kind> <connection> <account>'. */
const OF_CONNECTION = ['award', 'claw-back', 'recovery', 'reversal'];
const CONNECTION_KEY = /^[a-z-]+ ([0-9a-f-]{36}) [0-9a-f-]{36}$/;

interface Row {
  readonly id: string;
  readonly entry: string;
  readonly kind: string;
  readonly business_key: string;
  readonly rule_version: number | null;
  readonly reverses: string | null;
  readonly happened_at: Date | string;
  readonly change: string;
  readonly balance: string;
}

/** The entries of a person's account below the number `before`, the newest first. */
export async function statementOf(
  em: EntityManager,
  accountId: string,
  limit: number,
  before: number = Number.MAX_SAFE_INTEGER,
): Promise<PointsEntry[]> {
  const rows = await em.execute<Row[]>(
    `select t.id, e.entry, t.kind, t.business_key, t.rule_version, t.reverses, t.happened_at, e.change, e.balance
     from rewards.account a cross join lateral (
       (select p.transaction_id, p.credit_entry as entry, p.amount as change, p.credit_balance as balance
          from rewards.posting p where p.credit_id = a.id and p.credit_entry < ? order by p.credit_entry desc limit ?)
       union all
       (select p.transaction_id, p.debit_entry, -p.amount, p.debit_balance
          from rewards.posting p where p.debit_id = a.id and p.debit_entry < ? order by p.debit_entry desc limit ?)) e
       join rewards.transaction t on t.id = e.transaction_id
     where a.kind = 'person' and a.owner_id = ? order by e.entry desc limit ?`,
    [before, limit, before, limit, accountId, limit],
  );
  return rows.map((row) =>
    Object.assign(new PointsEntry(), {
      id: row.id,
      number: Number(row.entry),
      kind: kinds[row.kind] ?? PointsEntryKind.OTHER,
      points: Number(row.change),
      balanceAfter: Number(row.balance),
      happenedAt: new Date(row.happened_at),
      ruleVersion: row.rule_version,
      reversesId: row.reverses,
      connectionId: (OF_CONNECTION.includes(row.kind) && CONNECTION_KEY.exec(row.business_key)?.[1]) || null,
    }),
  );
}
