/* The books on the graph: people read their statement; administrators freeze, reverse and read what was decided. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { IdempotencyKey, Text } from '../../kernel/scalars.ts';
import { Donation } from '../donations/donation.ts';
import type { RewardsServices } from '../rewards.ts';
import { Voucher } from '../vouchers/voucher.ts';
import { decideFreeze, decideReversal, LedgerDecision, LedgerDecisionPage, ledgerDecisions } from './administration.ts';
import { Account, Connection } from './points.resolver.ts';
import { PointsEntry, PointsEntryPage, statementOf } from './statement.ts';
import { findTransaction, LedgerTransaction } from './transaction.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'Whose points, and why.' })
export class FreezePointsInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => Text, { description: 'Why; administrators see it.' })
  reason!: string;
}

@InputType({ description: 'Which transaction to undo, and why.' })
export class ReverseTransactionInput {
  @Field(() => ID, { description: 'The transaction: the id of an entry of a statement.' })
  transactionId!: string;

  @Field(() => Text, { description: 'Why; administrators see it.' })
  reason!: string;

  @Field(() => IdempotencyKey, { description: 'The key of this wish; the same key is the same reversal.' })
  idempotencyKey!: string;
}

@ObjectType({ description: 'Whose points were frozen or unfrozen.' })
export class FreezePointsPayload {
  @Field(() => Account, { description: 'The account.' })
  account!: Account;
}

@ObjectType({ description: 'The reversal.' })
export class ReverseTransactionPayload {
  @Field(() => ID, { description: 'The id of the transaction that undoes the other one.' })
  transactionId!: string;
}

@Resolver(() => Account)
export class PointsStatementResolver {
  @FieldResolver(() => PointsEntryPage, {
    nullable: true,
    description:
      "Every posting of the account's points, the newest first, for its owner and administrators; null for others. Codes: BAD_USER_INPUT.",
  })
  async pointsStatement(
    @Root() account: Account,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<PointsEntry> | null> {
    const { accountId, scopes } = call.caller;
    if (account.id !== accountId && !scopes.includes('administrator')) return null;
    const [before] = page.after ? decodeCursor(page.after, 'number') : [];
    return toPage(await statementOf(call.em, account.id, page.first + 1, before), page, ({ number }) => [number]);
  }
}

@Resolver(() => PointsEntry)
export class PointsEntryResolver {
  @FieldResolver(() => Connection, {
    nullable: true,
    description: 'The connection that points were earned with, or were taken back for; null for everything else.',
  })
  connection(@Root() { connectionId }: PointsEntry): Connection | null {
    return connectionId ? Object.assign(new Connection(), { id: connectionId }) : null;
  }

  @FieldResolver(() => Voucher, {
    nullable: true,
    description: 'The voucher that points were spent on or came back from, for its owner; null for everything else.',
  })
  async voucher(@Root() { id, reversesId }: PointsEntry, @Ctx() call: RewardsCall): Promise<Voucher | null> {
    const voucher = await call.load(loadVouchers, reversesId ?? id);
    return voucher?.accountId === call.caller.accountId ? voucher : null;
  }

  @FieldResolver(() => Donation, {
    nullable: true,
    description: 'The donation that points were given with, for its giver; null for everything else.',
  })
  async donation(@Root() { id, reversesId }: PointsEntry, @Ctx() call: RewardsCall): Promise<Donation | null> {
    const donation = await call.load(loadDonations, reversesId ?? id);
    return donation?.accountId === call.caller.accountId ? donation : null;
  }
}

@Resolver()
export class LedgerAdministrationResolver {
  @Mutation(() => FreezePointsPayload, {
    description:
      "Freezes a person's points: nothing is spent, held or captured until they are unfrozen; what is earned is still added. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
  })
  @ShownIn('admin')
  @Requires('administrator')
  freezePoints(
    @Arg('input', () => FreezePointsInput, { description: 'Whose and why.' }) input: FreezePointsInput,
    @Ctx() call: RewardsCall,
  ): Promise<FreezePointsPayload> {
    return setFrozen(call, input, true);
  }

  @Mutation(() => FreezePointsPayload, {
    description: "Unfreezes a person's points. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
  })
  @ShownIn('admin')
  @Requires('administrator')
  unfreezePoints(
    @Arg('input', () => FreezePointsInput, { description: 'Whose and why.' }) input: FreezePointsInput,
    @Ctx() call: RewardsCall,
  ): Promise<FreezePointsPayload> {
    return setFrozen(call, input, false);
  }

  @Mutation(() => ReverseTransactionPayload, {
    description:
      'Undoes a transaction, exactly and once; points go back to when they were to run out. Only what has no way of its own: vouchers are refunded, connections taken back. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, NOT_REVERSIBLE, ALREADY_REVERSED, INSUFFICIENT_POINTS, BUDGET_EXHAUSTED, IDEMPOTENCY_MISMATCH.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async reverseTransaction(
    @Arg('input', () => ReverseTransactionInput, { description: 'Which and why.' }) input: ReverseTransactionInput,
    @Ctx() call: RewardsCall,
  ): Promise<ReverseTransactionPayload> {
    return { transactionId: await call.work((work) => decideReversal(work, call.accountId, input)) };
  }

  @Query(() => LedgerTransaction, {
    nullable: true,
    description:
      'A transaction of the books with its postings; null when there is none. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async ledgerTransaction(
    @Arg('id', () => ID, {
      description: 'The transaction: an entry of a statement or of a settlement file, or a settlement.',
    })
    id: string,
    @Ctx() call: RewardsCall,
  ): Promise<LedgerTransaction | null> {
    return (await findTransaction(call.em, id)) ?? null;
  }

  @Query(() => LedgerDecisionPage, {
    description:
      'What administrators did to the ledger by hand, the newest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async ledgerDecisions(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<LedgerDecision>> {
    const [decidedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const rows = await ledgerDecisions(call.em, page.first + 1, decidedAt && id ? { decidedAt, id } : undefined);
    return toPage(rows, page, (row) => [row.decidedAt.toISOString(), row.id]);
  }
}

async function setFrozen(
  call: RewardsCall,
  { accountId, reason }: FreezePointsInput,
  frozen: boolean,
): Promise<FreezePointsPayload> {
  await call.work((work) => decideFreeze(work, call.accountId, accountId, frozen, reason));
  return { account: Object.assign(new Account(), { id: accountId.toLowerCase() }) };
}

async function loadVouchers(ids: readonly string[], call: RewardsCall): Promise<(Voucher | null)[]> {
  const rows = await call.em.find(Voucher, { transactionId: { $in: [...ids] } });
  const byTransaction = new Map(rows.map((row) => [row.transactionId, row]));
  return ids.map((id) => byTransaction.get(id) ?? null);
}

async function loadDonations(ids: readonly string[], call: RewardsCall): Promise<(Donation | null)[]> {
  const rows = await call.em.find(Donation, { transactionId: { $in: [...ids] } });
  const byTransaction = new Map(rows.map((row) => [row.transactionId, row]));
  return ids.map((id) => byTransaction.get(id) ?? null);
}
