/*
 * Everything that the API lets a person read of themselves, as one JSON document for them to keep. It is put together here,
 * page by page to the end of each list, and goes nowhere else. A part that cannot be had makes no copy: half of one is none.
 * It is asked past the cache, whose lists are one whoever asks: a copy that reads other fields would leave screens without
 * an answer, and what the screens have read would be told twice.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Client } from '../../client.ts';
import { pastTheCache } from '../../graph/past-the-cache.ts';
import {
  CopyOfAccountDocument,
  CopyOfApplicationsDocument,
  CopyOfConsentsDocument,
  CopyOfEventsDocument,
  CopyOfNewsDocument,
  CopyOfNotificationsDocument,
  CopyOfOrganisationsDocument,
  CopyOfPointsDocument,
  CopyOfReportsDocument,
  CopyOfStoryReportsDocument,
  CopyOfVotesDocument,
  CopyOfVouchersDocument,
  CopyOfWarningsDocument,
  CopyOfWindowsDocument,
  OwnClaimsDocument,
  OwnDonationsDocument,
  PeopleBlockedDocument,
  PeopleMetDocument,
  StoriesOfMineDocument,
} from '../generated/graphql.ts';

interface Page {
  readonly edges: readonly { readonly node: unknown }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Turn {
  readonly first: number;
  readonly after: string | null;
}

/** Asks for a page of one list. */
type Part = (client: Client, turn: Turn) => Promise<Page | null | undefined>;

const PAGE = 100;
/** Lists of what is to come begin now unless they are told otherwise. */
const BEFORE_ALL = '2020-01-01T00:00:00Z';

/** @param more what the list is asked with besides. */
function part<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  pageOf: (answer: Data) => Page | null | undefined,
  more: object = {},
): Part {
  return async (client, turn) => pageOf(await read(client, document, { ...turn, ...more } as unknown as Variables));
}

/** By the name that each has in the copy. */
const parts: Readonly<Record<string, Part>> = {
  consents: part(CopyOfConsentsDocument, ({ me }) => me.consents),
  warnings: part(CopyOfWarningsDocument, ({ ownWarnings }) => ownWarnings),
  meetings: part(PeopleMetDocument, ({ connections }) => connections),
  windows: part(CopyOfWindowsDocument, ({ ownWindows }) => ownWindows),
  stories: part(StoriesOfMineDocument, ({ ownStories }) => ownStories),
  events: part(CopyOfEventsDocument, ({ ownGatherings }) => ownGatherings, { from: BEFORE_ALL }),
  blocked: part(PeopleBlockedDocument, ({ blockedPeople }) => blockedPeople),
  reports: part(CopyOfReportsDocument, ({ ownPersonReports }) => ownPersonReports),
  storyReports: part(CopyOfStoryReportsDocument, ({ ownStoryReports }) => ownStoryReports),
  points: part(CopyOfPointsDocument, ({ me }) => me.pointsStatement),
  vouchers: part(CopyOfVouchersDocument, ({ me }) => me.vouchers),
  claims: part(OwnClaimsDocument, ({ schemeClaims }) => schemeClaims),
  donations: part(OwnDonationsDocument, ({ donations }) => donations),
  votes: part(CopyOfVotesDocument, ({ me }) => me.votes),
  organisations: part(CopyOfOrganisationsDocument, ({ myOrganisations }) => myOrganisations),
  applications: part(CopyOfApplicationsDocument, ({ myOrganisationApplications }) => myOrganisationApplications),
  news: part(CopyOfNewsDocument, ({ me }) => me.fundNotices),
  notifications: part(CopyOfNotificationsDocument, ({ notifications }) => notifications),
};

/**
 * @param onProgress is told how much is there, from 0 to 1.
 * @throws ClientError where a part could not be had.
 */
export async function ownCopy(client: Client, onProgress: (done: number) => void): Promise<Blob> {
  const names = Object.keys(parts);
  const { me: account, searchPreference } = await read(client, CopyOfAccountDocument, {});
  const copy: Record<string, unknown> = { writtenAt: new Date().toISOString(), account, searchPreference };
  for (const [index, name] of names.entries()) {
    onProgress((index + 1) / (names.length + 1));
    copy[name] = await all(client, parts[name] as Part);
  }
  onProgress(1);
  const plain = JSON.stringify(copy, (key, value: unknown) => (key === '__typename' ? undefined : value), 2);
  return new Blob([plain], { type: 'application/json' });
}

function read<Data, Variables>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  return client.request(pastTheCache(document), ...([variables] as never));
}

async function all(client: Client, ask: Part): Promise<unknown[]> {
  const nodes: unknown[] = [];
  let after: string | null = null;
  do {
    const page: Page | null | undefined = await ask(client, { first: PAGE, after });
    nodes.push(...(page?.edges.map(({ node }) => node) ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return nodes;
}
