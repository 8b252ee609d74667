/*
 * Everything that the API lets a person read of themselves, as one JSON document for them to keep. It is put together here,
 * page by page, and goes nowhere else.
 */
import type { AnyVariables, Client, TypedDocumentNode } from 'urql';
import {
  CopyOfPointsDocument,
  MeDocument,
  NewsDocument,
  OwnStandingDocument,
  PeopleBlockedDocument,
  PeopleMetDocument,
} from '../generated/graphql.ts';

interface Page {
  readonly edges: readonly { readonly node: unknown }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const PAGE = 100;

/** @throws CombinedError where a part could not be had: half a copy is none. */
export async function ownCopy(urql: Client): Promise<Blob> {
  const [me, standing] = [await read(urql, MeDocument, {}), await read(urql, OwnStandingDocument, {})];
  const copy = {
    writtenAt: new Date().toISOString(),
    account: me.me,
    warnings: standing.ownWarnings.edges.map(({ node }) => node),
    meetings: await all(
      (after) => read(urql, PeopleMetDocument, { first: PAGE, after }),
      ({ connections }) => connections,
    ),
    blocked: await all(
      (after) => read(urql, PeopleBlockedDocument, { first: PAGE, after }),
      ({ blockedPeople }) => blockedPeople,
    ),
    points: await all(
      (after) => read(urql, CopyOfPointsDocument, { first: PAGE, after }),
      (answer) => answer.me.pointsStatement,
    ),
    news: await all(
      (after) => read(urql, NewsDocument, { first: PAGE, after }),
      (answer) => answer.me.fundNotices,
    ),
  };
  const plain = JSON.stringify(copy, (key, value: unknown) => (key === '__typename' ? undefined : value), 2);
  return new Blob([plain], { type: 'application/json' });
}

async function read<Data, Variables extends AnyVariables>(
  urql: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await urql.query(document, variables, { requestPolicy: 'network-only' }).toPromise();
  if (error) throw error;
  return data as Data;
}

async function all<Data>(
  ask: (after: string | null) => Promise<Data>,
  pageOf: (answer: Data) => Page | null,
): Promise<unknown[]> {
  const nodes: unknown[] = [];
  let after: string | null = null;
  do {
    const page: Page | null = pageOf(await ask(after));
    // The cache may hand over what was read on before as one list.
    nodes.push(...(page?.edges.map(({ node }) => node) ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return [...new Set(nodes.map((node) => JSON.stringify(node)))].map((text) => JSON.parse(text) as unknown);
}
