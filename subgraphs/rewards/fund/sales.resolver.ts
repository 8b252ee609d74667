/* Sales on the graph: retailers report them and read what became of them. */
import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { type Caller, organisationsOf, Requires, refuseOutsiders, ShownIn } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { Month } from '../../kernel/scalars.ts';
import { refuseFormerMember } from '../membership.ts';
import type { RewardsServices } from '../rewards.ts';
import { ReportedSale, type Sale, SaleInput, SalePage } from './sale.ts';
import { reportSales, salesOf } from './sales.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'A report of sales and refunds.' })
export class ReportSalesInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Whose sales; not needed with the key of a retailer, nor by who acts for one retailer alone.',
  })
  retailerId?: string | null;

  @Field(() => [SaleInput], {
    description: 'The rows, 1 to 100, each judged by itself; send more one call after the other.',
  })
  sales!: SaleInput[];
}

@ObjectType({ description: 'What became of a report.' })
export class ReportSalesPayload {
  @Field(() => [ReportedSale], { description: 'What became of each row, in the order of the report.' })
  results!: ReportedSale[];
}

@Resolver()
export class SalesResolver {
  @Mutation(() => ReportSalesPayload, {
    description:
      'Tells of sales and refunds; each owes its affiliate fee to administration and to the fund of its ZIP code. The external id makes a row the same row however often it is told, so that a report may be repeated. For retailers by their key, those who act for one, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT; what is wrong with a row stands at the row.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async reportSales(
    @Arg('input', () => ReportSalesInput, { description: 'The report.' }) input: ReportSalesInput,
    @Ctx() call: RewardsCall,
  ): Promise<ReportSalesPayload> {
    const retailerId = await changingRetailerOf(call, input.retailerId);
    const zipCodes = call.services.zipCodes();
    return { results: await call.work((work) => reportSales(work, zipCodes, retailerId, input.sales)) };
  }

  @Query(() => SalePage, {
    description:
      'The sales and refunds in the books of a month, by when they were told. For retailers by their key, those who act for one, and administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('public', 'partner', 'admin')
  @Requires('vouchers:redeem', 'retailer', 'administrator')
  async sales(
    @Arg('retailerId', () => ID, { nullable: true, description: 'Whose; see ReportSalesInput.retailerId.' })
    retailerId: string | null,
    @Arg('month', () => Month, { description: 'In the books of which month.' }) month: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<Sale>> {
    const id = retailerOf(call.caller, retailerId);
    const [after] = page.after ? decodeCursor(page.after, 'id') : [];
    const rows = await salesOf(call.em, id, month, page.first + 1, after);
    return toPage(rows, page, (row) => [row.id]);
  }
}

/** The retailer that is meant. @throws Refusal BAD_USER_INPUT where it is not said, FORBIDDEN for another's. */
export function retailerOf(caller: Caller, given?: string | null): string {
  const own = organisationsOf(caller, 'retailer');
  const id = given?.toLowerCase() ?? (own.length === 1 ? own[0] : undefined);
  if (!id) throw new Refusal('BAD_USER_INPUT', 'retailerId: say which retailer is meant.');
  refuseOutsiders(caller, 'retailer', id);
  return id;
}

/** The same for who tells something, who acts for the retailer still. @throws Refusal as `retailerOf`. */
export async function changingRetailerOf(
  call: Pick<RewardsCall, 'caller' | 'em'>,
  given?: string | null,
): Promise<string> {
  const id = retailerOf(call.caller, given);
  await refuseFormerMember(call, call.caller, 'retailer', id);
  return id;
}
