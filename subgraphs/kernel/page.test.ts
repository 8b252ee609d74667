import { decodeCursor, encodeCursor, toPage } from './page.ts';

const rows = [5, 4, 3, 2, 1].map((rank) => ({ rank, id: `id-${rank}` }));
const sortValues = ({ rank, id }: { rank: number; id: string }) => [rank, id];

test('a page shows what was asked for and says whether there is more', () => {
  const page = toPage(rows, { first: 4 }, sortValues);
  expect(page.edges.map(({ node }) => node.rank)).toEqual([5, 4, 3, 2]);
  expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  expect(decodeCursor(page.pageInfo.endCursor ?? '', 'number', 'string')).toEqual([2, 'id-2']);
});

test('the last page says so, and an empty one has no places', () => {
  expect(toPage(rows, { first: 5, after: 'x' }, sortValues).pageInfo).toMatchObject({
    hasNextPage: false,
    hasPreviousPage: true,
  });
  expect(toPage([], { first: 5 }, () => []).pageInfo).toMatchObject({ startCursor: null, endCursor: null });
});

test.each(['', 'x', encodeCursor([1]), encodeCursor([1, 2]), encodeCursor(['1', 'a']), encodeCursor([1, 'nul\0'])])(
  'a cursor of another list, %j, is refused',
  (cursor) => {
    expect(() => decodeCursor(cursor, 'number', 'string')).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  },
);
