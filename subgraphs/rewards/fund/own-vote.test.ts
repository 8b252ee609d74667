import type { Caller } from '../../kernel/caller.ts';
import { administrator, type Person } from '../testing/town.ts';
import { openRoundIn } from './testing/round-table.ts';
import { openTreasury, type Treasury } from './testing/treasury.ts';

let treasury: Treasury;

beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
});

afterAll(async () => {
  await treasury.close();
});

const votesOf = async (accountId: string, caller: Caller, first = 10, after: string | null = null) => {
  const document = `query ($r: [_Any!]!, $first: PageSize!, $after: Cursor) { _entities(representations: $r) { ... on Account {
    votes(first: $first, after: $after) { edges { node { roundId zipCode title castAt } } pageInfo { endCursor hasNextPage } } } } }`;
  const { data, errors } = await treasury.execute(
    document,
    { r: [{ __typename: 'Account', id: accountId }], first, after },
    caller,
  );
  expect(errors).toBeUndefined();
  return data._entities[0].votes;
};

test('a person reads for what they voted, and nobody else does, not even an administrator', async () => {
  const round = await openRoundIn(treasury, '78704', 3);
  const [voter, silent] = round.people as readonly [Person, Person];
  await treasury.vote(voter, round.id, round.options[0]);
  await treasury.vote(voter, round.id, round.options[2]);
  const { edges } = await votesOf(voter.accountId, voter);
  expect(edges).toMatchObject([{ node: { roundId: round.id, zipCode: '78704', castAt: expect.any(String) } }]);
  expect((await votesOf(silent.accountId, silent)).edges).toEqual([]);
  expect(await votesOf(voter.accountId, silent)).toBeNull();
  expect(await votesOf(voter.accountId, administrator)).toBeNull();
  const page = await votesOf(voter.accountId, voter, 1);
  expect(page.pageInfo.hasNextPage).toBe(false);
  expect((await votesOf(voter.accountId, voter, 1, page.pageInfo.endCursor)).edges).toEqual([]);
});
