/* The watch over stories on the graph: reports by anybody, decisions and rules by administrators. */
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, ShortText, Text, TextPattern } from '../../kernel/scalars.ts';
import type { ConnectionsServices } from '../connections.ts';
import { openReports, reportStory, reviewStory } from './moderation.ts';
import { StoryPayload, settle } from './story.resolver.ts';
import { Story } from './story.ts';
import { allRules, changeRule, StoryRule } from './story-rules.ts';
import { StoryDecision, StoryHoldCause, StoryReportReason, StoryState } from './story-state.ts';

@InputType({ description: 'What is wrong with a story.' })
export class ReportStoryInput {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;

  @Field(() => StoryReportReason, { description: 'What is wrong with it.' })
  reason!: StoryReportReason;
}

@ObjectType({ description: 'The reported story.' })
export class ReportStoryPayload {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;
}

@InputType({ description: 'A decision about a story that is held.' })
export class ReviewStoryInput {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;

  @Field(() => StoryDecision, { description: 'Whether it is shown.' })
  decision!: StoryDecision;

  @Field(() => Text, { description: 'Why, for the record; nobody of the two reads it.' })
  reason!: string;
}

@InputType({ description: 'A rule of what a story must not tell.' })
export class ChangeStoryRuleInput {
  @Field(() => ShortText, { description: 'Its name; a rule of this name is replaced.' })
  name!: string;

  @Field(() => TextPattern, { description: 'What matches.' })
  pattern!: string;

  @Field(() => ShortText, { description: 'What it is to find, for people.' })
  about!: string;

  @Field(() => Boolean, { description: 'Whether it is applied.' })
  active!: boolean;
}

@ObjectType({ description: 'The changed rule.' })
export class ChangeStoryRulePayload {
  @Field(() => StoryRule, { description: 'The rule as it is now.' })
  rule!: StoryRule;
}

@ObjectType({ description: 'A story that waits for an administrator. Only administrators see it.' })
export class HeldStory {
  @Field(() => Story, { description: 'The story.' })
  story!: Story;

  @Field(() => StoryHoldCause, { description: 'Why it is held.' })
  cause!: StoryHoldCause;

  @Field(() => [ShortText], { description: 'The names of the rules that it matches.' })
  findings!: string[];

  @Field(() => DateTime, { description: 'Since when it is held.' })
  heldAt!: Date;
}

export const HeldStoryPage = pageOf(HeldStory);

type ConnectionsCall = Call<ConnectionsServices>;

@Resolver(() => HeldStory)
export class StoryModerationResolver {
  @Query(() => HeldStoryPage, {
    description:
      'The stories that wait for a decision, the longest waiting first. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async storiesToReview(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() call: ConnectionsCall,
  ): Promise<Page<HeldStory>> {
    const [heldAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = heldAt ? { $or: [{ heldAt: { $gt: heldAt } }, { heldAt, id: { $gt: id } }] } : {};
    const rows = await call.em.find(
      Story,
      { $and: [{ state: StoryState.HELD, heldFor: { $ne: StoryHoldCause.SUSPENSION } }, behind] },
      { orderBy: { heldAt: 'asc', id: 'asc' }, limit: page.first + 1 },
    );
    return toPage(rows.map(toHeldStory), page, ({ heldAt, story }) => [heldAt.toISOString(), story.id]);
  }

  @Query(() => [StoryRule], {
    description:
      'What a story must not tell: at most 100 rules, by name. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  storyRules(@Ctx() call: ConnectionsCall): Promise<StoryRule[]> {
    return allRules(call.em);
  }

  @Mutation(() => ReportStoryPayload, {
    description:
      'Says that a story on the feed is wrong. Three accounts that say so take it off until an administrator has read it. Saying it twice changes nothing. For everybody who is not suspended. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND.',
  })
  @ShownIn('public', 'admin')
  @Requires('citizen', 'officer', 'administrator')
  async reportStory(
    @Arg('input', () => ReportStoryInput, { description: 'Which, and what is wrong.' }) input: ReportStoryInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ReportStoryPayload> {
    await call.work((work) => reportStory(work, call.accountId, input.storyId, input.reason));
    return { storyId: input.storyId };
  }

  @Mutation(() => StoryPayload, {
    description:
      'Decides about a story that is held: it is shown once its delay is over, or never. The decision is kept for good. For administrators who have no part in it. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, STORY_STATE, CONNECTION_STATE.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  reviewStory(
    @Arg('input', () => ReviewStoryInput, { description: 'Which, and the decision.' }) input: ReviewStoryInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<StoryPayload> {
    const { accountId, services } = call;
    return settle(call, (work) => reviewStory(work, services.stories.mayPublish, accountId, input));
  }

  @Mutation(() => ChangeStoryRulePayload, {
    description:
      'Adds a rule or replaces the one of that name, for stories that are consented to from now on. The change is kept for good. For administrators. Codes: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, LIMIT_REACHED.',
  })
  @ShownIn('admin')
  @Requires('administrator')
  async changeStoryRule(
    @Arg('input', () => ChangeStoryRuleInput, { description: 'The rule.' }) input: ChangeStoryRuleInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<ChangeStoryRulePayload> {
    return { rule: await call.work((work) => changeRule(work, call.accountId, input)) };
  }

  @FieldResolver(() => Int, { description: 'How many accounts have reported it since it was last decided about.' })
  reports(@Root() held: HeldStory, @Ctx() call: ConnectionsCall): Promise<number> {
    return call.load(loadReports, held.story.id);
  }
}

function toHeldStory(story: Story): HeldStory {
  return Object.assign(new HeldStory(), {
    story,
    cause: story.heldFor,
    findings: story.findings ?? [],
    heldAt: story.heldAt,
  });
}

async function loadReports(ids: readonly string[], call: ConnectionsCall): Promise<number[]> {
  const reports = await openReports(call.em, ids);
  return ids.map((id) => reports.get(id) ?? 0);
}
