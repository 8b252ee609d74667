/*
 * Stories on the graph: the feed for everybody, and for the two people of a meeting what they do about its story. To
 * others a story that is not on the feed does not exist.
 */
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
  Subscription,
} from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { Authenticated, Requires, ShownIn } from '../../kernel/caller.ts';
import { decodeCursor, type Page, PageArguments, toPage } from '../../kernel/page.ts';
import { presentFirst, readPresent } from '../../kernel/present-first.ts';
import { DateTime, StoryText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ConnectionsServices } from '../connections.ts';
import { Connection } from '../handshake/connection.ts';
import { loadOwnConnections } from '../handshake/handshake.resolver.ts';
import { consentToStory, proposeStory, withdrawConsent } from './stories.ts';
import {
  FEED_CHANNEL,
  fromMessage,
  ownStoriesChannel,
  Story,
  StoryChange,
  type StoryMessage,
  StoryPage,
  storySideOf,
} from './story.ts';
import { StoryDelay, StoryState } from './story-state.ts';

@InputType({ description: 'A story of a meeting.' })
export class ProposeStoryInput {
  @Field(() => ID, { description: 'The connection; both have confirmed it.' })
  connectionId!: string;

  @Field(() => StoryText, {
    description: 'What to tell. Write `{officer}` and `{citizen}` where the first names are to stand.',
  })
  text!: string;

  @Field(() => StoryDelay, {
    nullable: true,
    description: 'For officers: how long it waits once both have consented; ten minutes when left out.',
  })
  delay?: StoryDelay | null;
}

@InputType({ description: 'Consent to a story.' })
export class ConsentToStoryInput {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;

  @Field(() => StoryDelay, {
    nullable: true,
    description: 'For officers: how long it waits from now on; ten minutes when left out.',
  })
  delay?: StoryDelay | null;
}

@InputType({ description: 'Which story.' })
export class WithdrawStoryConsentInput {
  @Field(() => ID, { description: 'The story.' })
  storyId!: string;
}

@ObjectType({ description: 'The changed story.' })
export class StoryPayload {
  @Field(() => Story, { description: 'The story as it is now.' })
  story!: Story;
}

type ConnectionsCall = Call<ConnectionsServices>;
const CODES = 'UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND';

@Resolver(() => Story)
export class StoryResolver {
  @Query(() => StoryPage, {
    description: 'The stories on the feed, the newest first. For everybody. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  async storyFeed(@Args(() => PageArguments) page: PageArguments, @Ctx() call: ConnectionsCall): Promise<Page<Story>> {
    const [publishedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = publishedAt
      ? { $or: [{ publishedAt: { $lt: publishedAt } }, { publishedAt, id: { $lt: id } }] }
      : {};
    const rows = await call.em.find(
      Story,
      { $and: [{ state: StoryState.PUBLISHED }, behind] },
      { orderBy: { publishedAt: 'desc', id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.publishedAt?.toISOString() ?? '', row.id]);
  }

  @Query(() => Story, {
    nullable: true,
    description:
      'A story: one on the feed for everybody, one of their own for its two people; null for any other. Codes: BAD_USER_INPUT.',
  })
  @ShownIn('public', 'admin')
  story(
    @Arg('id', () => ID, { description: 'The story.' }) id: string,
    @Ctx() call: ConnectionsCall,
  ): Promise<Story | null> {
    return call.load(loadStories, id);
  }

  @Query(() => StoryPage, {
    description: "The caller's stories in all states, the newest first. Codes: UNAUTHENTICATED, BAD_USER_INPUT.",
  })
  @ShownIn('public')
  @Authenticated()
  async ownStories(@Args(() => PageArguments) page: PageArguments, @Ctx() call: ConnectionsCall): Promise<Page<Story>> {
    const own = { $or: [{ officerId: call.accountId }, { citizenId: call.accountId }] };
    const [proposedAt, id] = page.after ? decodeCursor(page.after, 'instant', 'id') : [];
    const behind = proposedAt ? { $or: [{ proposedAt: { $lt: proposedAt } }, { proposedAt, id: { $lt: id } }] } : {};
    const rows = await call.em.find(
      Story,
      { $and: [own, behind] },
      { orderBy: { proposedAt: 'desc', id: 'desc' }, limit: page.first + 1 },
    );
    return toPage(rows, page, (row) => [row.proposedAt.toISOString(), row.id]);
  }

  @Mutation(() => StoryPayload, {
    description: `Writes the story of a meeting; who writes it consents with it. One at a time and three in all of one connection. For its two people. Codes: ${CODES}, CONNECTION_STATE, STORY_ALREADY_PROPOSED, LIMIT_REACHED.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  proposeStory(
    @Arg('input', () => ProposeStoryInput, { description: 'What to tell.' }) input: ProposeStoryInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<StoryPayload> {
    const { accountId, services } = call;
    return settle(call, (work) => proposeStory(work, services.stories.mayPublish, accountId, input));
  }

  @Mutation(() => StoryPayload, {
    description: `Consents to a story that the other has written. It is shown after the delay, or once an administrator has read it where the text may tell too much. Saying it twice changes nothing. For the two people of the meeting. Codes: ${CODES}, STORY_STATE, CONNECTION_STATE.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  consentToStory(
    @Arg('input', () => ConsentToStoryInput, { description: 'Which.' }) input: ConsentToStoryInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<StoryPayload> {
    const { accountId, services } = call;
    return settle(call, (work) =>
      consentToStory(work, services.stories.mayPublish, accountId, input.storyId, input.delay),
    );
  }

  @Mutation(() => StoryPayload, {
    description: `Withdraws consent, or declines what the other has written: the story is taken down at once and for good. At any time; saying it twice changes nothing. For the two people of the meeting. Codes: ${CODES}.`,
  })
  @ShownIn('public')
  @Requires('citizen', 'officer')
  withdrawStoryConsent(
    @Arg('input', () => WithdrawStoryConsentInput, { description: 'Which.' }) input: WithdrawStoryConsentInput,
    @Ctx() call: ConnectionsCall,
  ): Promise<StoryPayload> {
    const { accountId } = call;
    return settle(call, (work) => withdrawConsent(work, accountId, input.storyId));
  }

  @Subscription(() => StoryChange, {
    description:
      'Every change of the feed from now on; read storyFeed once subscribed, and nothing is missed. For everybody, and the same for all: what a story shows to its two people only is null here.',
    subscribe: ({ context }) => feedChanges(context as ConnectionsCall),
  })
  @ShownIn('public', 'admin')
  storyFeedChanges(@Root() change: StoryChange): StoryChange {
    return change;
  }

  @Subscription(() => Story, {
    description:
      "Every change of the caller's stories, each as it is when it is told; those that have not ended come first. Codes: UNAUTHENTICATED.",
    subscribe: ({ context }) => ownChanges(context as ConnectionsCall),
  })
  @ShownIn('public')
  @Authenticated()
  ownStoryUpdates(@Root() story: Story): Story {
    return story;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When it appeared on the feed; null while it is not there.',
  })
  publishedAt(@Root() story: Story): Date | null {
    return story.state === StoryState.PUBLISHED ? (story.publishedAt ?? null) : null;
  }

  @FieldResolver(() => StoryState, {
    nullable: true,
    description: 'How far it has come; null for whoever is neither one of its two people nor an administrator.',
  })
  state(@Root() story: Story, @Ctx() { caller }: ConnectionsCall): StoryState | null {
    const may = storySideOf(story, caller.accountId) || caller.scopes.includes('administrator');
    return may ? story.state : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When it is shown at the earliest; null before the second consent, once it has ended, and for others.',
  })
  publishesAt(@Root() story: Story, @Ctx() { caller }: ConnectionsCall): Date | null {
    const pending = story.state === StoryState.WAITING || story.state === StoryState.HELD;
    return pending && storySideOf(story, caller.accountId) ? (story.publishAt ?? null) : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the caller consented; null while that has not happened, once withdrawn, and for others.',
  })
  async consentedAt(@Root() story: Story, @Ctx() call: ConnectionsCall): Promise<Date | null> {
    return storySideOf(story, call.caller.accountId) ? call.load(loadOwnConsents, story.id) : null;
  }

  @FieldResolver(() => Connection, { nullable: true, description: 'The meeting; null for others than its two people.' })
  @ShownIn('public')
  async connection(@Root() story: Story, @Ctx() call: ConnectionsCall): Promise<Connection | null> {
    if (!story.connectionId || !storySideOf(story, call.caller.accountId)) return null;
    return call.load(loadOwnConnections, story.connectionId);
  }
}

/** The alarm follows the commit: of a step that is refused nobody is woken. */
export async function settle(call: ConnectionsCall, task: (work: UnitOfWork) => Promise<Story>): Promise<StoryPayload> {
  const story = await call.work(task);
  if (story.state === StoryState.WAITING && story.publishAt) call.services.stories.wake(story.publishAt);
  return { story };
}

/** Stories by id as the caller may see them: on the feed, their own, or held where the caller is an administrator. */
export async function loadStories(ids: readonly string[], call: ConnectionsCall): Promise<(Story | null)[]> {
  const found = await call.em.find(Story, { id: { $in: [...ids] } });
  const { accountId, scopes } = call.caller;
  const visible = found.filter(
    (story) =>
      story.state === StoryState.PUBLISHED ||
      storySideOf(story, accountId) ||
      (story.state === StoryState.HELD && scopes.includes('administrator')),
  );
  const byId = new Map(visible.map((story) => [story.id, story]));
  return ids.map((id) => byId.get(id.toLowerCase()) ?? null);
}

async function loadOwnConsents(ids: readonly string[], call: ConnectionsCall): Promise<(Date | null)[]> {
  const rows = await call.em.execute<{ story_id: string; consented_at: Date | string }[]>(
    `select story_id, consented_at from connections.story_consent
     where story_id in (?) and account_id = ? and withdrawn_at is null`,
    [[...ids], call.accountId],
  );
  const byStory = new Map(rows.map((row) => [row.story_id, new Date(row.consented_at)]));
  return ids.map((id) => byStory.get(id) ?? null);
}

async function feedChanges({ live, services }: ConnectionsCall): Promise<AsyncIterableIterator<StoryChange>> {
  const messages = await live.subscribe<StoryMessage>(FEED_CHANNEL);
  return presentFirst([], messages, (message) => (services.stories.isNews(message) ? fromMessage(message) : undefined));
}

/** What has not ended, then what changes; rows are read when they are told, so that the newest state goes out. */
async function ownChanges(call: ConnectionsCall): Promise<AsyncIterableIterator<Story>> {
  const { accountId } = call;
  const own = { $or: [{ officerId: accountId }, { citizenId: accountId }] };
  const messages = await call.live.subscribe<{ storyId: string }>(ownStoriesChannel(accountId));
  const first = await readPresent(messages, () => {
    const underWay = { ...own, state: { $in: [StoryState.PROPOSED, StoryState.WAITING, StoryState.HELD] } };
    return call.services.read().find(Story, underWay, { orderBy: { proposedAt: 'asc' }, limit: 100 });
  });
  return presentFirst(
    first,
    messages,
    async ({ storyId }) => (await call.services.read().findOne(Story, { ...own, id: storyId })) ?? undefined,
  );
}
