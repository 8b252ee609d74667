/*
 * One transaction of the books as administrators look at it before they undo it: its postings, whether it undoes another
 * or was undone, and whether that can be done by hand. What it says is read from the books and never kept apart from them.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, SignedCents } from '../../kernel/scalars.ts';
import { canonicalId } from './ledger.ts';

/** By its name in rewards.transaction_kind: what the graph says of it. */
const kinds = {
  award: ['AWARD', 'Points that were earned by a connection.'],
  redemption: ['REDEMPTION', 'Points that were spent on a voucher.'],
  donation: ['DONATION', 'Points that were given to a charity.'],
  scheme: ['SCHEME_CLAIM', "Points that paid a fee by a municipality's scheme."],
  'scheme-budget': ['SCHEME_BUDGET', "What such points are worth, out of the scheme's budget."],
  'scheme-grant': ['SCHEME_GRANT', 'The budget of a scheme was granted.'],
  'scheme-grant-return': ['SCHEME_GRANT_RETURN', 'What was too much of a budget went back.'],
  settlement: ['SETTLEMENT', 'Points that an organisation settled outside of this system.'],
  fee: ['SALE_FEE', 'The fee of a sale.'],
  fee_refund: ['SALE_FEE_REFUND', 'The fee of a refund, given back.'],
  fund_payout: ['FUND_PAYOUT', 'Money of a community fund was paid.'],
  reserve: ['DISPUTE_RESERVE', 'What is set aside for disputes of a month.'],
  dispute: ['DISPUTE', 'What a decided dispute cost.'],
  reversal: ['REVERSAL', 'Another transaction was undone.'],
  recovery: ['RECOVERY', 'Points that were owed were taken from what was earned.'],
  'claw-back': ['CLAW_BACK', 'Points of a connection that does not count were taken back.'],
  expiry: ['EXPIRY', 'Points ran out.'],
  other: ['OTHER', 'Something that this version of the enum has no word for.'],
} as const;

/** By its name in rewards.account. */
const accountKinds = {
  issuance: ['ISSUANCE', 'Where points come from.'],
  person: ['PERSON', 'A person; the owner is the account.'],
  retailer: ['RETAILER', 'A retailer.'],
  charity: ['CHARITY', 'A charity.'],
  municipality: ['MUNICIPALITY', 'A municipality.'],
  expired: ['EXPIRED', 'Where points go that ran out.'],
  settled: ['SETTLED', 'Where points go that an organisation settled.'],
  budget: ['BUDGET', 'The budget of a scheme, in cents.'],
  grant: ['GRANT', 'Where budgets come from, in cents.'],
  fee: ['FEE', 'Fees that budgets paid, in cents.'],
  affiliate: ['AFFILIATE', 'What a retailer owes in fees, in cents.'],
  administration: ['ADMINISTRATION', 'What is for administration, in cents.'],
  fund: ['FUND', 'A community fund, in cents.'],
  payout: ['PAYOUT', 'What community funds paid, in cents.'],
  other: ['OTHER', 'Something that this version of the enum has no word for.'],
} as const;

type Words = Readonly<Record<string, readonly [value: string, description: string]>>;

function declare(name: string, description: string, words: Words): Record<string, string> {
  const values = Object.fromEntries(Object.values(words).map(([value]) => [value, value]));
  registerEnumType(values, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.values(words).map(([value, says]) => [value, { description: says }])),
  });
  return values;
}

const LedgerTransactionKind = declare('LedgerTransactionKind', 'What a transaction of the books is.', kinds);
const LedgerAccountKind = declare('LedgerAccountKind', 'What an account of the books is.', accountKinds);

@ObjectType({ description: 'One movement of a transaction, from one account to another. For administrators.' })
export class LedgerPosting {
  @Field(() => Int, { description: 'Its number in the transaction, from 1 on.' })
  line!: number;

  @Field(() => LedgerAccountKind, { description: 'What the account is that it was taken from.' })
  fromKind!: string;

  @Field(() => ID, { description: 'Whose that account is.' })
  fromId!: string;

  @Field(() => LedgerAccountKind, { description: 'What the account is that it was given to.' })
  toKind!: string;

  @Field(() => ID, { description: 'Whose that account is.' })
  toId!: string;

  @Field(() => Int, { nullable: true, description: 'How many points, above zero; null where it is money.' })
  points!: number | null;

  @Field(() => SignedCents, { nullable: true, description: 'How many cents, above zero; null where it is points.' })
  cents!: number | null;
}

@ObjectType({ description: 'A transaction of the books of points and money. For administrators.' })
export class LedgerTransaction {
  @Field(() => ID, { description: 'The id of the transaction.' })
  id!: string;

  @Field(() => LedgerTransactionKind, { description: 'What it is.' })
  kind!: string;

  @Field(() => DateTime, { description: 'When.' })
  happenedAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The transaction that this one undoes; null for others.' })
  reversesId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The transaction that undid this one; null while it stands.' })
  reversedById!: string | null;

  @Field(() => Boolean, {
    description:
      'Whether reverseTransaction may undo it: it stands, and has no way of its own, such as the refund of a voucher.',
  })
  reversible!: boolean;

  @Field(() => [LedgerPosting], { description: 'Its movements, by number; at most 100 are told.' })
  @Directive('@listSize(assumedSize: 10)')
  postings!: LedgerPosting[];
}

interface TransactionRow {
  readonly id: string;
  readonly kind: string;
  readonly happened_at: Date | string;
  readonly reverses: string | null;
  readonly reversed_by: string | null;
  readonly by_hand: boolean | null;
}

type PostingRow = Record<'from_kind' | 'from_id' | 'to_kind' | 'to_id' | 'amount' | 'unit', string>;

const named = (words: Words, name: string): string => (words[name] ?? words.other)?.[0] ?? 'OTHER';

/** @returns undefined where there is no such transaction. */
export async function findTransaction(em: EntityManager, givenId: string): Promise<LedgerTransaction | undefined> {
  const id = canonicalId(givenId);
  const [row] = await em.execute<TransactionRow[]>(
    `select t.id, t.kind, t.happened_at, t.reverses, k.by_hand,
       (select r.id from rewards.transaction r where r.reverses = t.id) as reversed_by
     from rewards.transaction t left join rewards.transaction_kind k on k.name = t.kind where t.id = ?`,
    [id],
  );
  if (!row) return undefined;
  const postings = await em.execute<PostingRow[]>(
    `select d.kind as from_kind, d.owner_id as from_id, c.kind as to_kind, c.owner_id as to_id, p.amount,
       rewards.unit_of(d.kind) as unit
     from rewards.posting p join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
     where p.transaction_id = ? order by p.line limit 100`,
    [id],
  );
  return Object.assign(new LedgerTransaction(), {
    id: row.id,
    kind: named(kinds, row.kind),
    happenedAt: new Date(row.happened_at),
    reversesId: row.reverses,
    reversedById: row.reversed_by,
    reversible: row.by_hand === true && row.reversed_by === null,
    postings: postings.map((posting, index) =>
      Object.assign(new LedgerPosting(), {
        line: index + 1,
        fromKind: named(accountKinds, posting.from_kind),
        fromId: posting.from_id,
        toKind: named(accountKinds, posting.to_kind),
        toId: posting.to_id,
        points: posting.unit === 'points' ? Number(posting.amount) : null,
        cents: posting.unit === 'cents' ? Number(posting.amount) : null,
      }),
    ),
  });
}
