/*
 * A story tells that an officer and a citizen met. One class is row and graph type: everybody gets the text and when it
 * appeared, the profile domain adds two first names, and the rest is for its two people. Their accounts leave towards
 * that domain only (@inaccessible), and there is no place in it: nobody learns from a story who met whom, or where.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { StoryText } from '../../kernel/scalars.ts';
import type { Side } from '../handshake/connection-state.ts';
import { StoryChangeKind, type StoryDelay, type StoryHoldCause, StoryState } from './story-state.ts';

@ObjectType({ description: 'What an officer and a citizen tell of having met. Shown when both have consented.' })
@Directive('@key(fields: "id")')
@Entity({ schema: 'connections', tableName: 'story' })
export class Story {
  @Field(() => ID, { description: 'The id of the story.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  connectionId!: string;

  @Field(() => ID, { description: 'For the domain that knows names; not in the API.' })
  @Directive('@inaccessible')
  @Property({ type: 'uuid' })
  officerId!: string;

  @Field(() => ID, { description: 'For the domain that knows names; not in the API.' })
  @Directive('@inaccessible')
  @Property({ type: 'uuid' })
  citizenId!: string;

  @Property({ type: 'text' })
  proposedBy!: Side;

  @Field(() => StoryText, {
    description:
      'The text. `{officer}` and `{citizen}` in it stand for the first names of the two: show officerFirstName and citizenFirstName there, or a neutral word where one is null.',
  })
  @Property({ type: 'text' })
  text!: string;

  @Property({ type: 'text' })
  state!: StoryState;

  @Property({ type: 'smallint', nullable: true })
  delayMinutes?: StoryDelay | null;

  @Property({ type: 'datetime' })
  proposedAt!: Date;

  /** Not before this instant is it shown; set with the second consent. */
  @Property({ type: 'datetime', nullable: true })
  publishAt?: Date | null;

  /** When it was shown first; kept when it is taken off the feed. */
  @Property({ type: 'datetime', nullable: true })
  publishedAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  heldAt?: Date | null;

  @Property({ type: 'text', nullable: true })
  heldFor?: StoryHoldCause | null;

  /** Grows with each change of the feed: what is told of it may come in another order. */
  @Property({ type: 'integer', default: 0 })
  feedVersion!: number;

  /** Names of the rules that the text matched when it was held. */
  @Property({ type: 'string[]', nullable: true })
  findings?: string[] | null;
}

export const StoryPage = pageOf(Story);

/** What everybody may know of a story, and for the profile domain whose it is. JSON: it stands in live messages. */
export interface PublicStory {
  readonly id: string;
  readonly officerId: string;
  readonly citizenId: string;
  readonly text: string;
  readonly publishedAt: string;
}

/** On the channel `stories`. It holds all that a subscriber gets, so that 10,000 of them cost no look at the database. */
export type StoryMessage = { readonly storyId: string; readonly version: number } & (
  | { readonly kind: 'published'; readonly story: PublicStory }
  | { readonly kind: 'taken_down' }
);

export const FEED_CHANNEL = 'stories';

/** Where the two people of a story are told of its changes; the message is `{ storyId }`. */
export const ownStoriesChannel = (accountId: string) => `stories:${accountId}`;

@ObjectType({ description: 'A change of the feed.' })
export class StoryChange {
  @Field(() => StoryChangeKind, { description: 'What happened.' })
  kind!: StoryChangeKind;

  @Field(() => ID, { description: 'The story.' })
  storyId!: string;

  @Field(() => Story, { nullable: true, description: 'The story that is shown; null when one was taken down.' })
  story!: Story | null;
}

export function storySideOf(
  story: Pick<Story, 'officerId' | 'citizenId'>,
  accountId: string | undefined,
): Side | undefined {
  if (!accountId) return undefined;
  if (story.officerId === accountId) return 'officer';
  return story.citizenId === accountId ? 'citizen' : undefined;
}

export function toMessage(story: Story): StoryMessage {
  const { id, officerId, citizenId, text, publishedAt, feedVersion: version } = story;
  if (story.state !== StoryState.PUBLISHED || !publishedAt) return { kind: 'taken_down', storyId: id, version };
  const shown = { id, officerId, citizenId, text, publishedAt: publishedAt.toISOString() };
  return { kind: 'published', storyId: id, version, story: shown };
}

export function fromMessage(message: StoryMessage): StoryChange {
  const change = Object.assign(new StoryChange(), { storyId: message.storyId, story: null });
  if (message.kind === 'taken_down') return Object.assign(change, { kind: StoryChangeKind.TAKEN_DOWN });
  const { publishedAt, ...shown } = message.story;
  const story = Object.assign(new Story(), shown, {
    state: StoryState.PUBLISHED,
    publishedAt: new Date(publishedAt),
  });
  return Object.assign(change, { kind: StoryChangeKind.PUBLISHED, story });
}
