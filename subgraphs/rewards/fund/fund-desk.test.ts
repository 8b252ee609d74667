/* What a municipality sees of the funds of its own ZIP codes: all of them, with money or without, and nobody else's. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { administrator, citizen } from '../testing/town.ts';
import { openTreasury, type Treasury } from './testing/treasury.ts';

let treasury: Treasury;
beforeAll(async () => {
  treasury = await openTreasury('2027-01-10T12:00:00Z');
});
afterAll(async () => {
  await treasury.close();
});

const clerk = (municipalityId: string): Caller => ({
  accountId: randomUUID(),
  scopes: ['citizen', 'municipality'],
  organisations: [`municipality:${municipalityId}`],
});

const funds = (municipalityId: string, caller: Caller, more = '') =>
  treasury.ask(
    `query ($municipalityId: ID!) { municipalityFunds(municipalityId: $municipalityId${more}) {
       edges { node { zipCode fund { zipCode balanceCents } } } pageInfo { hasNextPage endCursor } } }`,
    { municipalityId },
    caller,
  );

test('a municipality has its ZIP codes with their funds, page after page, also those that nothing came into', async () => {
  const municipalityId = randomUUID();
  await treasury.deliver('municipality.listed', {
    municipalityId,
    name: 'Austin',
    zipCodes: ['78704', '78702', '78703', '78702'],
    listedAt: treasury.nowText(),
  });
  await treasury.fill('78703', 5_000);
  await treasury.fill('78705', 5_000);
  const own = clerk(municipalityId);
  const first = await funds(municipalityId, own, ', first: 2');
  expect(first.payload.edges.map(({ node }: { node: object }) => node)).toEqual([
    { zipCode: '78702', fund: null },
    { zipCode: '78703', fund: { zipCode: '78703', balanceCents: 5_000 } },
  ]);
  expect(first.payload.pageInfo.hasNextPage).toBe(true);
  const rest = await funds(municipalityId.toUpperCase(), own, `, after: "${first.payload.pageInfo.endCursor}"`);
  expect(rest.payload).toMatchObject({
    edges: [{ node: { zipCode: '78704', fund: null } }],
    pageInfo: { hasNextPage: false },
  });
  expect((await funds(municipalityId, administrator)).payload.edges).toHaveLength(3);
});

test('the funds of a municipality are for those who act for it, and one that is not known has none', async () => {
  const municipalityId = randomUUID();
  for (const caller of [clerk(randomUUID()), citizen()]) {
    expect(await funds(municipalityId, caller)).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect((await funds(municipalityId, clerk(municipalityId))).payload.edges).toEqual([]);
  expect(await funds('no id', administrator)).toMatchObject({ code: 'BAD_USER_INPUT' });
});
