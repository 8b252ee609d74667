/* The scoring rules on the graph: administrators draft versions, try them on the past and put them into force. */
import { Arg, Args, Ctx, Directive, Field, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { DateTime, MonthCount, Points, Text, Version } from '../../kernel/scalars.ts';
import type { RewardsServices } from '../rewards.ts';
import { dryRun, ScoringDryRun } from './dry-run.ts';
import {
  activateScoringVersion,
  draftScoringVersion,
  findScoringVersion,
  ScoringEvidence,
  ScoringVersion,
  ScoringVersionPage,
  scoringVersions,
} from './scoring-version.ts';

type RewardsCall = Call<RewardsServices>;

@InputType({ description: 'What a meeting is to be worth by its evidence.' })
export class ScoringRuleInput {
  @Field(() => ScoringEvidence, { description: 'Of which evidence.' })
  evidence!: ScoringEvidence;

  @Field(() => Points, { description: 'Points for the officer.' })
  officerPoints!: number;

  @Field(() => Points, { description: 'Points for the citizen.' })
  citizenPoints!: number;
}

@InputType({ description: 'A version of the scoring rules.' })
export class DraftScoringVersionInput {
  @Field(() => Text, { description: 'What it is for.' })
  note!: string;

  @Field(() => MonthCount, {
    nullable: true,
    description: 'For how long earned points can be spent; null: without end.',
  })
  lotMonths?: number | null;

  @Field(() => Points, { nullable: true, description: 'What a person earns at most in any 24 hours; null: no limit.' })
  dailyCapPoints?: number | null;

  @Field(() => [ScoringRuleInput], { description: 'One for each evidence.' })
  rules!: ScoringRuleInput[];
}

@InputType({ description: 'Which version is to be in force, and from when on.' })
export class ActivateScoringVersionInput {
  @Field(() => Version, { description: 'The number of the version.' })
  version!: number;

  @Field(() => DateTime, { nullable: true, description: 'For meetings from then on; now when absent.' })
  startsAt?: Date | null;
}

@ObjectType({ description: 'The version that was drafted.' })
export class DraftScoringVersionPayload {
  @Field(() => ScoringVersion, { description: 'The version.' })
  scoringVersion!: ScoringVersion;
}

@ObjectType({ description: 'The version that is in force from then on.' })
export class ActivateScoringVersionPayload {
  @Field(() => ScoringVersion, { description: 'The version.' })
  scoringVersion!: ScoringVersion;
}

@Resolver()
export class ScoringResolver {
  @Query(() => ScoringVersionPage, {
    description:
      'The versions of the scoring rules, the newest first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async scoringVersions(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: RewardsCall,
  ): Promise<Page<ScoringVersion>> {
    const [before] = page.after ? decodeCursor(page.after, 'number') : [];
    const rows = await scoringVersions(call.em, page.first + 1, before);
    return toPage(rows, page, ({ version }) => [version]);
  }

  @Query(() => ScoringDryRun, {
    description:
      'What a version would have given for the meetings of a period of at most 366 days, against what was given. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Directive('@cost(weight: 2000)')
  @Requires('administrator')
  async scoringDryRun(
    @Arg('version', () => Version, { description: 'The number of the version, in force or not.' }) version: number,
    @Arg('from', () => DateTime, { description: 'Meetings that were confirmed at or after this.' }) from: Date,
    @Arg('to', () => DateTime, { description: 'Meetings that were confirmed before this.' }) to: Date,
    @Ctx() call: RewardsCall,
  ): Promise<ScoringDryRun> {
    return dryRun(call.em, await findScoringVersion(call.em, version), from, to);
  }

  @Mutation(() => DraftScoringVersionPayload, {
    description:
      'Adds a version of the scoring rules, which is not in force yet. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async draftScoringVersion(
    @Arg('input', () => DraftScoringVersionInput, { description: 'What it says.' }) input: DraftScoringVersionInput,
    @Ctx() call: RewardsCall,
  ): Promise<DraftScoringVersionPayload> {
    return { scoringVersion: await call.work((work) => draftScoringVersion(work, call.accountId, input)) };
  }

  @Mutation(() => ActivateScoringVersionPayload, {
    description:
      'Puts a version into force for meetings from an instant on that is not in the past. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async activateScoringVersion(
    @Arg('input', () => ActivateScoringVersionInput, { description: 'Which and when.' })
    { version, startsAt }: ActivateScoringVersionInput,
    @Ctx() call: RewardsCall,
  ): Promise<ActivateScoringVersionPayload> {
    const scoringVersion = await call.work((work) =>
      activateScoringVersion(work, call.accountId, version, startsAt ?? undefined),
    );
    return { scoringVersion };
  }
}
