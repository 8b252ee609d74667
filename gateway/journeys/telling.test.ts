/*
 * What people do besides meeting by chance, told through the public API alone, in both ways to run: stories of a meeting,
 * and gatherings at hubs. Each test is a step that stands on those before it.
 */
import { randomUUID } from 'node:crypto';
import { Client } from '../../clients/client.ts';
import {
  CancelGatheringDocument,
  ChangeGatheringDocument,
  ConsentToStoryDocument,
  GatheringDocument,
  GatheringsDocument,
  GatheringUpdatesDocument,
  HubsDocument,
  MeetByCodeDocument,
  OpenWindowDocument,
  OwnGatheringsDocument,
  OwnStoriesDocument,
  OwnStoryUpdatesDocument,
  ProposeStoryDocument,
  ReportStoryDocument,
  RespondToGatheringDocument,
  ReviewStoryDocument,
  SaveHubDocument,
  ScheduleGatheringDocument,
  SharedStoryDocument,
  StoriesToReviewDocument,
  StoryDocument,
  StoryFeedChangesDocument,
  type StoryFeedChangesSubscription,
  StoryFeedDocument,
  WindowCodeDocument,
  WithdrawStoryConsentDocument,
} from '../../clients/generated/graphql.ts';
import type { SignedIn } from '../../clients/sign-in.ts';
import { nextOf, refusalOf, signInAdministrator, signInCitizen, signInOfficer, untilEvent } from './people.ts';
import { type RunningSystem, startOneProcess, startSevenProcesses } from './systems.ts';

const capitol = { latitude: 30.2747, longitude: -97.7404 };
const library = { latitude: 30.2716, longitude: -97.7422 };
const minute = 60_000;
const hour = 60 * minute;
const text = '{citizen} asked {officer} about the horses.';

describe.each([
  ['in one process', () => startOneProcess()],
  ['as seven processes', () => startSevenProcesses()],
])('stories and gatherings, %s', (_name, start) => {
  let system: RunningSystem;
  let administrator: SignedIn;
  let officer: SignedIn;
  let citizen: SignedIn;
  let neighbors: SignedIn[];
  /** Reads as everybody does, without an account. */
  let visitor: Client;
  /** What whoever follows the feed is told, from the beginning to the end. */
  let changes: AsyncIterableIterator<StoryFeedChangesSubscription>;
  let first: Promise<StoryFeedChangesSubscription>;
  let connectionId: string;
  let storyId: string;
  let hubId: string;
  let gatheringId: string;

  beforeAll(async () => {
    system = await start();
    visitor = new Client({ url: system.url });
    changes = visitor.subscribe(StoryFeedChangesDocument);
    first = nextOf(changes);
    administrator = await signInAdministrator(system.url);
    officer = await signInOfficer(system.url, administrator, 'Sam');
    citizen = await signInCitizen(system.url, 'Casey');
    neighbors = await Promise.all(['Robin', 'Alex', 'Kim'].map((name) => signInCitizen(system.url, name)));
  });

  afterAll(async () => {
    for (const person of [administrator, officer, citizen, ...(neighbors ?? [])]) await person?.client.close();
    await changes?.return?.();
    await visitor?.close();
    await system?.close();
  });

  const feed = async () =>
    (await visitor.request(StoryFeedDocument, { first: 10 })).storyFeed.edges.map(({ node }) => node);
  const page = async (id: string) => (await visitor.request(StoryDocument, { id })).story;
  const propose = async (who: SignedIn, words = text) =>
    (await who.client.request(ProposeStoryDocument, { input: { connectionId, text: words } })).proposeStory.story;
  const consent = async (who: SignedIn, id: string, delay?: 'NONE' | 'FIVE_MINUTES') =>
    (await who.client.request(ConsentToStoryDocument, { input: { storyId: id, delay } })).consentToStory.story;
  const review = (who: SignedIn, decision: 'PUBLISH' | 'REFUSE') =>
    who.client.request(ReviewStoryDocument, { input: { storyId, decision, reason: 'Read it.' } });
  const respond = async (who: SignedIn, coming = true) =>
    (await who.client.request(RespondToGatheringDocument, { input: { gatheringId, coming } })).respondToGathering
      .gathering;

  test('two who have met write a story, and nobody else sees it before both consent and the delay is over', async () => {
    await officer.client.request(OpenWindowDocument, { input: { position: capitol } });
    const { windowCode } = await officer.client.request(WindowCodeDocument);
    const { meetByCode } = await citizen.client.request(MeetByCodeDocument, {
      input: { code: windowCode.current, scannedAt: system.now().toISOString() },
    });
    connectionId = meetByCode.connection.id;
    const updates = officer.client.subscribe(OwnStoryUpdatesDocument);
    const proposed = await propose(citizen);
    storyId = proposed.id;
    expect((await nextOf(updates)).ownStoryUpdates).toMatchObject({ id: storyId, state: 'PROPOSED' });
    await updates.return?.();
    expect(await page(storyId)).toBeNull();
    expect(await consent(officer, storyId, 'FIVE_MINUTES')).toMatchObject({ state: 'WAITING' });
    expect(await feed()).toEqual([]);
    await system.advance(5 * minute - 10_000);
    expect(await page(storyId)).toBeNull();
    await system.advance(10_000);
    const { kind, story } = (await first).storyFeedChanges;
    expect(kind).toBe('PUBLISHED');
    expect(story).toMatchObject({ id: storyId, text, officerFirstName: 'Sam', citizenFirstName: 'Casey' });
    expect(await page(storyId)).toEqual(story);
    expect((await feed()).map(({ id }) => id)).toEqual([storyId]);
    expect(JSON.stringify([story, await feed()])).not.toContain(officer.accountId);
  });

  test('its two people share it with names in it, and others cannot', async () => {
    const shareText = async ({ client }: SignedIn) =>
      (await client.request(SharedStoryDocument, { id: storyId })).story?.shareText;
    expect(await shareText(citizen)).toMatch(/^Casey asked Sam about the horses\./);
    expect(await shareText(neighbors[0] as SignedIn)).toBeNull();
  });

  test('three who report it take it off the feed, an administrator reads it and shows it again, and whoever follows is told', async () => {
    const reportIt = (who: SignedIn) =>
      who.client.request(ReportStoryDocument, { input: { storyId, reason: 'UNTRUE' } });
    for (const neighbor of neighbors) await reportIt(neighbor);
    expect(await feed()).toEqual([]);
    expect(await page(storyId)).toBeNull();
    const { storiesToReview } = await administrator.client.request(StoriesToReviewDocument, { first: 10 });
    expect(storiesToReview.edges.map(({ node }) => node)).toMatchObject([
      { cause: 'REPORTS', reports: 3, story: { id: storyId, text } },
    ]);
    expect(await refusalOf(review(citizen, 'PUBLISH'))).toBe('FORBIDDEN');
    await review(administrator, 'PUBLISH');
    expect((await nextOf(changes)).storyFeedChanges).toEqual({ kind: 'TAKEN_DOWN', storyId, story: null });
    expect((await nextOf(changes)).storyFeedChanges).toMatchObject({ kind: 'PUBLISHED', storyId, story: { text } });
  });

  test('one who withdraws takes it down at once and for good', async () => {
    const { withdrawStoryConsent } = await officer.client.request(WithdrawStoryConsentDocument, { input: { storyId } });
    expect(withdrawStoryConsent.story.state).toBe('TAKEN_DOWN');
    expect((await nextOf(changes)).storyFeedChanges).toEqual({ kind: 'TAKEN_DOWN', storyId, story: null });
    expect(await feed()).toEqual([]);
    expect(await refusalOf(consent(officer, storyId))).toBe('STORY_STATE');
  });

  test('a text that tells too much is read first, and refused is never shown', async () => {
    storyId = (await propose(officer, 'Call me at 512 555 0100.')).id;
    expect(await consent(citizen, storyId)).toMatchObject({ state: 'HELD' });
    const { storiesToReview } = await administrator.client.request(StoriesToReviewDocument, { first: 10 });
    expect(storiesToReview.edges[0]?.node).toMatchObject({ cause: 'RULES', findings: ['phone-number'] });
    await review(administrator, 'REFUSE');
    await system.advance(11 * minute);
    expect(await feed()).toEqual([]);
    const { ownStories } = await citizen.client.request(OwnStoriesDocument, { first: 10 });
    expect(ownStories.edges.map(({ node }) => node.state)).toEqual(['REFUSED', 'TAKEN_DOWN']);
  });

  test('an administrator lists a hub, and everybody finds it by its distance', async () => {
    const input = { name: 'Central Library', description: 'Third floor.', place: library };
    hubId = (await administrator.client.request(SaveHubDocument, { input })).saveHub.hub.id;
    expect(await refusalOf(officer.client.request(SaveHubDocument, { input }))).toBe('FORBIDDEN');
    const { hubs } = await visitor.request(HubsDocument, { near: { position: capitol }, first: 10 });
    expect(hubs.edges.map(({ node }) => node)).toMatchObject([{ id: hubId, zipCode: '78701' }]);
    expect(hubs.edges[0]?.node.distanceMeters).toBeGreaterThan(300);
  });

  test('an officer invites to it; seats go to the first, the next wait, and nobody learns who comes', async () => {
    const startsAt = new Date(system.now().getTime() + 24 * hour);
    const { scheduleGathering } = await officer.client.request(ScheduleGatheringDocument, {
      input: {
        hubId,
        title: 'Coffee with a cop',
        description: 'Bring your questions.',
        startsAt: startsAt.toISOString(),
        endsAt: new Date(startsAt.getTime() + hour).toISOString(),
        capacity: 2,
        idempotencyKey: randomUUID(),
      },
    });
    gatheringId = scheduleGathering.gathering.id;
    const { gatherings } = await citizen.client.request(GatheringsDocument, { near: { zipCode: '78701' }, first: 10 });
    expect(gatherings.edges.map(({ node }) => node)).toMatchObject([
      { id: gatheringId, placeName: 'Central Library', seatsLeft: 2, host: { firstName: 'Sam' } },
    ]);
    const [robin, alex] = neighbors as [SignedIn, SignedIn];
    const answers = await Promise.all([citizen, robin, alex].map((who) => respond(who)));
    expect(answers.map(({ ownAnswer }) => ownAnswer).sort()).toEqual(['COMING', 'COMING', 'WAITING']);
    const { gathering } = await officer.client.request(GatheringDocument, { id: gatheringId });
    expect(gathering).toMatchObject({ comingCount: 2, waitingCount: 1, seatsLeft: 0, ownAnswer: null });
    const seen = JSON.stringify(gathering);
    for (const { accountId } of [citizen, robin, alex]) expect(seen).not.toContain(accountId);
  });

  test('who waits moves up when a seat is free, and is told; a change and a cancellation are told as well', async () => {
    const everybody = [citizen, ...neighbors];
    const answerOf = async ({ client }: SignedIn) =>
      (await client.request(GatheringDocument, { id: gatheringId })).gathering?.ownAnswer ?? null;
    const answers = await Promise.all(everybody.map(answerOf));
    const seated = everybody[answers.indexOf('COMING')] as SignedIn;
    const waiting = everybody[answers.indexOf('WAITING')] as SignedIn;
    const updates = waiting.client.subscribe(GatheringUpdatesDocument);
    await untilEvent(updates, ({ gatheringUpdates }) => gatheringUpdates.ownAnswer === 'WAITING');
    await respond(seated, false);
    await untilEvent(updates, ({ gatheringUpdates }) => gatheringUpdates.ownAnswer === 'COMING');
    const { gathering } = await officer.client.request(GatheringDocument, { id: gatheringId });
    const { startsAt = '', endsAt = '' } = gathering ?? {};
    const input = { gatheringId, hubId, title: 'Tea with a cop', description: 'Moved.', startsAt, endsAt, capacity: 2 };
    await officer.client.request(ChangeGatheringDocument, { input });
    await untilEvent(updates, ({ gatheringUpdates }) => gatheringUpdates.title === 'Tea with a cop');
    const cancel = ({ client }: SignedIn) =>
      client.request(CancelGatheringDocument, { input: { gatheringId, reason: 'The library is closed.' } });
    expect(await refusalOf(cancel(citizen))).toBe('FORBIDDEN');
    await cancel(officer);
    const { gatheringUpdates } = await untilEvent(updates, (event) => event.gatheringUpdates.state === 'CANCELLED');
    expect(gatheringUpdates.cancellationReason).toBe('The library is closed.');
    await updates.return?.();
    expect(await refusalOf(respond(seated))).toBe('GATHERING_CLOSED');
    const { ownGatherings } = await waiting.client.request(OwnGatheringsDocument, { first: 10 });
    expect(ownGatherings.edges.map(({ node }) => [node.id, node.state])).toEqual([[gatheringId, 'CANCELLED']]);
  });
});
