/* People who have met and tell of it, as the tests of stories speak of them. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../kernel/caller.ts';
import type { TestSubgraph } from '../../../kernel/testing/harness.ts';
import type { ConnectionsServices } from '../../connections.ts';
import { openTown, type Person } from '../../testing/town.ts';

export interface Meeting {
  readonly officer: Person;
  readonly citizen: Person;
  readonly connectionId: string;
}

export interface SeenStory {
  readonly id: string;
  readonly text: string;
  readonly state: string | null;
  readonly publishedAt: string | null;
  readonly publishesAt: string | null;
  readonly consentedAt: string | null;
  readonly connection: { readonly id: string } | null;
}

export interface Answer {
  readonly code?: string;
  readonly story?: SeenStory;
}

export const storyFields = 'id text state publishedAt publishesAt consentedAt connection { id }';
export const harmless = 'We talked about fishing, and {officer} knows more of it than {citizen}.';
export const administrator = (): Person => {
  const id = randomUUID();
  return { id, caller: { accountId: id, scopes: ['administrator'] }, sequence: 0 };
};

/** @param subject yields the subgraph that is asked, which a test may exchange. */
export function openStorytelling(subject: () => TestSubgraph<ConnectionsServices>) {
  const { accepted, step } = openTown(subject);

  async function ask(document: string, variables: object, caller?: Caller): Promise<Answer> {
    const { data, errors } = await subject().execute(document, variables, caller);
    if (errors) return { code: String(errors[0]?.extensions?.code) };
    return Object.values(data)[0] as Answer;
  }

  const mutation = (name: string, type: string, fields = `story { ${storyFields} }`) => {
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
    return (who: Person, input: object) => ask(document, { input }, who.caller);
  };
  const proposeStory = mutation('proposeStory', 'ProposeStoryInput');
  const consentToStory = mutation('consentToStory', 'ConsentToStoryInput');
  const withdrawStoryConsent = mutation('withdrawStoryConsent', 'WithdrawStoryConsentInput');
  const reviewStory = mutation('reviewStory', 'ReviewStoryInput');
  const reportStory = mutation('reportStory', 'ReportStoryInput', 'storyId');

  /** An officer and a citizen who have both confirmed that they met. */
  async function met(): Promise<Meeting> {
    const { officer, citizen, id } = await accepted();
    await step('confirm', officer, id);
    await step('confirm', citizen, id);
    return { officer, citizen, connectionId: id };
  }

  const propose = (who: Person, { connectionId }: Meeting, text = harmless, delay?: string) =>
    proposeStory(who, { connectionId, text, delay });
  const consent = (who: Person, storyId: string, delay?: string) => consentToStory(who, { storyId, delay });
  const withdraw = (who: Person, storyId: string) => withdrawStoryConsent(who, { storyId });
  const report = (who: Person, storyId: string) => reportStory(who, { storyId, reason: 'UNTRUE' });
  const review = (who: Person, storyId: string, decision: 'PUBLISH' | 'REFUSE') =>
    reviewStory(who, { storyId, decision, reason: 'Read it twice.' });

  async function proposed(text?: string): Promise<Meeting & { id: string }> {
    const meeting = await met();
    const { story } = await propose(meeting.citizen, meeting, text);
    return { ...meeting, id: story?.id ?? '' };
  }

  /** A story to which both have consented, as its officer sees it: on the feed unless a delay or a rule holds it. */
  async function told(text?: string, delay = 'NONE'): Promise<Meeting & { id: string; story: SeenStory }> {
    const proposal = await proposed(text);
    const { story } = await consent(proposal.officer, proposal.id, delay);
    if (!story) throw new Error('The story was not told');
    return { ...proposal, story };
  }

  const see = async (storyId: string, who?: Person): Promise<SeenStory | null> =>
    (await subject().execute(`query ($id: ID!) { story(id: $id) { ${storyFields} } }`, { id: storyId }, who?.caller))
      .data.story;

  async function feed(page: { first?: number; after?: string | null } = {}) {
    const document = `query ($first: PageSize! = 100, $after: Cursor) {
      storyFeed(first: $first, after: $after) { edges { node { ${storyFields} } } pageInfo { endCursor hasNextPage } }
    }`;
    const { data } = await subject().execute(document, page);
    const stories = data.storyFeed.edges.map(({ node }: { node: SeenStory }) => node) as SeenStory[];
    return { stories, ids: stories.map(({ id }) => id), ...data.storyFeed.pageInfo };
  }

  const feedChanges = () =>
    subject().subscribe(`subscription { storyFeedChanges { kind storyId story { ${storyFields} } } }`);
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  const nextChange = async (events: AsyncIterableIterator<any>) => (await events.next()).value.data.storyFeedChanges;

  async function held(who = administrator()) {
    const document = `{ storiesToReview(first: 100) { edges { node {
      cause findings reports heldAt story { id state text }
    } } } }`;
    const { data } = await subject().execute(document, {}, who.caller);
    return data.storiesToReview.edges.map(({ node }: { node: object }) => node) as {
      cause: string;
      findings: string[];
      reports: number;
      story: SeenStory;
    }[];
  }

  return {
    ask,
    met,
    propose,
    proposed,
    consent,
    told,
    withdraw,
    report,
    review,
    see,
    feed,
    feedChanges,
    nextChange,
    held,
  };
}
