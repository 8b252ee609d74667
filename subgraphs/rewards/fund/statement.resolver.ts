/* Statements, settlement files and reconciliations on the graph, for the organisations that they are about. */
import {
  Arg,
  Args,
  Ctx,
  Directive,
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
import { Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Month, Quantity, TableFile } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import {
  differencesOf,
  findReconciliation,
  Reconciliation,
  type ReconciliationDifference,
  ReconciliationDifferencePage,
  ReconciliationPage,
  reconcile,
  reconciliationsOf,
} from './reconciliation.ts';
import { changingRetailerOf, retailerOf } from './sales.resolver.ts';
import { SettlementFile, SettlementFormat, settlementFile } from './settlement-file.ts';
import { OrganisationStatement, StatementKind, statementOf } from './statement.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: "A list of a retailer's own, of a month's sales." })
export class ReconcileSalesInput {
  @Field(() => ID, { nullable: true, description: 'Whose; see ReportSalesInput.retailerId.' })
  retailerId?: string | null;

  @Field(() => Month, { description: 'With our books of which month it is compared.' })
  month!: string;

  @Field(() => TableFile, {
    description:
      'The list, at most 20,000 rows: its first line names a column external_id, receipt or id, and one that is cents or amount (in dollars). Refunds are below zero. A settlement file of ours is such a list.',
  })
  file!: string;
}

@ObjectType({ description: 'The comparison.' })
export class ReconcileSalesPayload {
  @Field(() => Reconciliation, { description: 'The report.' })
  reconciliation!: Reconciliation;
}

@Resolver()
export class StatementResolver {
  @Query(() => OrganisationStatement, {
    description:
      'What a retailer, charity or municipality had in a month. For those who act for it, retailers by their key too, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cost(weight: 200)')
  @Requires('vouchers:redeem', 'retailer', 'charity', 'municipality', 'administrator')
  organisationStatement(
    @Arg('kind', () => StatementKind, { description: 'What it is.' }) kind: StatementKind,
    @Arg('organisationId', () => ID, { description: 'Which.' }) organisationId: string,
    @Arg('month', () => Month, { description: 'Of which month.' }) month: string,
    @Ctx() call: RewardsCall,
  ): Promise<OrganisationStatement> {
    refuseOutsiders(call.caller, kind, organisationId);
    return statementOf(call.em, kind, organisationId.toLowerCase(), month);
  }

  @Query(() => SettlementFile, {
    description:
      'The entries of a month as a file. For those who act for the organisation, retailers by their key too, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (no such part).',
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cost(weight: 1000)')
  @Requires('vouchers:redeem', 'retailer', 'charity', 'municipality', 'administrator')
  settlementFile(
    @Arg('kind', () => StatementKind, { description: 'What it is.' }) kind: StatementKind,
    @Arg('organisationId', () => ID, { description: 'Which.' }) organisationId: string,
    @Arg('month', () => Month, { description: 'Of which month.' }) month: string,
    @Arg('format', () => SettlementFormat, { description: 'How it is written.' }) format: SettlementFormat,
    @Arg('part', () => Quantity, { defaultValue: 1, description: 'Which part; the first unless said.' }) part: number,
    @Ctx() call: RewardsCall,
  ): Promise<SettlementFile> {
    refuseOutsiders(call.caller, kind, organisationId);
    return settlementFile(call.em, kind, organisationId.toLowerCase(), month, format, part);
  }
}

@Resolver(() => Reconciliation)
export class ReconciliationResolver {
  @Mutation(() => ReconcileSalesPayload, {
    description:
      "Compares a list of a retailer's own with our books of a month; nothing is changed but that the report stays. For retailers by their key, those who act for one, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, IMPORT_UNREADABLE, LIMIT_REACHED (more than 10,000 rows differ).",
  })
  @ShownIn('public', 'partner', 'admin')
  @Directive('@cost(weight: 1000)')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async reconcileSales(
    @Arg('input', () => ReconcileSalesInput, { description: 'The list.' }) input: ReconcileSalesInput,
    @Ctx() call: RewardsCall,
  ): Promise<ReconcileSalesPayload> {
    const retailerId = await changingRetailerOf(call, input.retailerId);
    const madeBy = call.caller.accountId ?? null;
    const { month, file } = input;
    return { reconciliation: await call.work((work) => reconcile(work, retailerId, month, file, madeBy)) };
  }

  @Query(() => ReconciliationPage, {
    description:
      'The reports of a retailer, the latest first. For retailers by their key, those who act for one, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async reconciliations(
    @Arg('retailerId', () => ID, { nullable: true, description: 'Whose; see ReportSalesInput.retailerId.' })
    retailerId: string | null,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Reconciliation>> {
    const id = retailerOf(call.caller, retailerId);
    const [madeAt, behindId] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = madeAt && behindId ? { madeAt, id: behindId } : undefined;
    const rows = await reconciliationsOf(call.em, id, page.first + 1, behind);
    return toPage(rows, page, (row) => [row.madeAt.toISOString(), row.id]);
  }

  @Query(() => Reconciliation, {
    nullable: true,
    description:
      'A report; null when there is none. For retailers by their key, those who act for one, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async reconciliation(
    @Arg('id', () => ID, { description: 'The report.' }) id: string,
    @Ctx() call: RewardsCall,
  ): Promise<Reconciliation | null> {
    const found = await findReconciliation(call.em, id);
    if (found) refuseOutsiders(call.caller, 'retailer', found.retailerId);
    return found ?? null;
  }

  @FieldResolver(() => ReconciliationDifferencePage, {
    description:
      'What differs: first what is wrong with the list itself, then by its lines, then what it lacks. Codes: BAD_USER_INPUT.',
  })
  async differences(
    @Root() reconciliation: Reconciliation,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<ReconciliationDifference>> {
    const [behind] = page.after ? decodeCursor(page.after, 'number') : [];
    const rows = await differencesOf(call.em, reconciliation.id, page.first + 1, Math.trunc(behind ?? 0));
    return toPage(rows, page, (row) => [row.number]);
  }
}
