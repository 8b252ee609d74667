/* One's own residence on the graph, and what its people are told of their community fund. */
import { Arg, Args, Ctx, Field, FieldResolver, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Call } from '../kernel/call.ts';
import { Requires, ShownIn } from '../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../kernel/page.ts';
import { ZipCode } from '../kernel/scalars.ts';
import { type FundNotice, FundNoticePage, fundNoticesOf } from './fund-notice.ts';
import { Account } from './profile.resolver.ts';
import type { ProfileServices } from './profile.ts';
import { declareResidence, Residence } from './residence.ts';

@InputType({ description: 'Where the caller lives.' })
export class DeclareResidenceInput {
  @Field(() => ZipCode, { description: 'The ZIP code of the home.' })
  zipCode!: string;
}

@ObjectType({ description: 'The declared residence.' })
export class DeclareResidencePayload {
  @Field(() => Residence, { description: 'The residence as it is now.' })
  residence!: Residence;
}

@Resolver(() => Account)
export class ResidenceResolver {
  @FieldResolver(() => Residence, {
    nullable: true,
    description: 'Where the person says to live, for themselves; null for others, and until it was declared.',
  })
  residence(@Root() account: Account, @Ctx() call: Call<ProfileServices>): Promise<Residence | null> | null {
    return account.id === call.caller.accountId ? call.em.findOne(Residence, { accountId: account.id }) : null;
  }

  @FieldResolver(() => FundNoticePage, {
    nullable: true,
    description:
      'What the people of the ZIP code where the person lives were told of their community fund since, the latest first; for themselves, null for others. Codes: BAD_USER_INPUT.',
  })
  async fundNotices(
    @Root() account: Account,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: Call<ProfileServices>,
  ): Promise<Page<FundNotice> | null> {
    if (account.id !== call.caller.accountId) return null;
    const [happenedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = happenedAt && id ? { happenedAt, id } : undefined;
    const rows = await fundNoticesOf(call.em, account.id, page.first + 1, behind);
    return toPage(rows, page, (row) => [row.happenedAt.toISOString(), row.id]);
  }

  @Mutation(() => DeclareResidencePayload, {
    description:
      'Says in which ZIP code the caller lives: whoever did so before a vote on its community fund opens may vote. Stays for 90 days; the same ZIP code again changes nothing. For citizens and officers of age. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT (no such ZIP code), NOT_FOUND (registration is not complete), AGE_RESTRICTED, LIMIT_REACHED.',
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  async declareResidence(
    @Arg('input', () => DeclareResidenceInput, { description: 'Where.' }) input: DeclareResidenceInput,
    @Ctx() call: Call<ProfileServices>,
  ): Promise<DeclareResidencePayload> {
    const { accountId, services } = call;
    const residence = await call.work((work) => declareResidence(work, services.zipCodes(), accountId, input.zipCode));
    return { residence };
  }
}
