/* Lists that are read on while others write to them, through the cache as the sites use it. */
import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, gql } from 'urql';
import { joinedPages } from './joined-pages.ts';

const query = gql`
  query ($place: String, $first: Int!, $after: String) {
    events(place: $place, first: $first, after: $after) {
      edges { node { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

/** A client whose API lists `ids`, the newest first, with the id of an entry as its cursor. */
function open(ids: string[]) {
  const answer = ({ first, after }: { first: number; after?: string | null }) => {
    const start = after ? ids.indexOf(after) + 1 : 0;
    const page = ids.slice(start, start + first);
    const edges = page.map((id) => ({ __typename: 'EventEdge', node: { __typename: 'Event', id } }));
    const pageInfo = {
      __typename: 'PageInfo',
      hasNextPage: start + first < ids.length,
      endCursor: page.at(-1) ?? null,
    };
    return { __typename: 'Query', events: { __typename: 'EventPage', edges, pageInfo } };
  };
  const client = new Client({
    url: 'http://api.invalid',
    preferGetMethod: false,
    fetch: async (_url, init) => Response.json({ data: answer(JSON.parse(String(init?.body)).variables) }),
    exchanges: [
      cacheExchange({
        keys: { EventPage: () => null, EventEdge: () => null, PageInfo: () => null },
        resolvers: { Query: { events: joinedPages } },
      }),
      fetchExchange,
    ],
  });
  const read = async (
    after: string | null,
    requestPolicy: 'cache-first' | 'network-only' = 'cache-first',
    more = {},
  ) => {
    const { data } = await client.query(query, { first: 2, after, ...more }, { requestPolicy }).toPromise();
    const { edges, pageInfo } = data.events as ReturnType<typeof answer>['events'];
    return [edges.map(({ node }) => node.id).join(''), pageInfo.endCursor, pageInfo.hasNextPage];
  };
  return { read, ids };
}

test('pages that were read on are one list', async () => {
  const { read } = open(['e', 'd', 'c', 'b', 'a']);
  expect(await read(null)).toEqual(['ed', 'd', true]);
  expect(await read('d')).toEqual(['edcb', 'b', true]);
  expect(await read('b')).toEqual(['edcba', 'a', false]);
  // Who comes back sees at once all that they had read.
  expect(await read(null)).toEqual(['edcba', 'a', false]);
  expect(await read(null, 'network-only')).toEqual(['edcba', 'a', false]);
});

test('a list that has grown at its top has no gap: what was read on from its former end is read anew', async () => {
  const { read, ids } = open(['d', 'c', 'b', 'a']);
  await read(null);
  expect(await read('c')).toEqual(['dcba', 'a', false]);
  ids.unshift('e');
  expect(await read(null, 'network-only')).toEqual(['ed', 'd', true]);
  expect(await read('d')).toEqual(['edcb', 'b', true]);
  expect(await read('b')).toEqual(['edcba', 'a', false]);
});

test('lists of another place are other lists, and a null that was left out makes no other', async () => {
  const { read } = open(['d', 'c', 'b', 'a']);
  expect(await read(null, 'cache-first', { place: 'Austin' })).toEqual(['dc', 'c', true]);
  expect(await read(null)).toEqual(['dc', 'c', true]);
  expect(await read('c', 'cache-first', { place: null })).toEqual(['dcba', 'a', false]);
  expect(await read(null, 'cache-first', { place: 'Austin' })).toEqual(['dc', 'c', true]);
});
