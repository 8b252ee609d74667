import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { PULL_FAILURES_LIMIT } from './pulls.ts';
import { administrator, type Depot, openDepot } from './testing/depot.ts';

let depot: Depot;
beforeEach(async () => {
  depot = await openDepot();
});
afterEach(() => depot.close());

const fields = 'id url kind state failures lastFailure lastTriedAt lastChangedAt nextAt everyHours organisationId';
const operations = {
  create: `mutation ($input: CreateTablePullInput!) { createTablePull(input: $input) { pull { ${fields} } } }`,
  change: `mutation ($input: ChangeTablePullInput!) { changeTablePull(input: $input) { pull { ${fields} } } }`,
  now: `mutation ($input: TablePullInput!) { pullTableNow(input: $input) { pull { ${fields} } } }`,
  remove: `mutation ($input: TablePullInput!) { deleteTablePull(input: $input) { pull { id } } }`,
  list: `query ($first: PageSize, $after: Cursor) { tablePulls(first: $first, after: $after) {
    edges { node { ${fields} } } pageInfo { endCursor hasNextPage } } }`,
};
const HOUR = 3_600_000;

/** A pull of the web server's table. Through the API an address is https; the server of a test is not. */
async function pullOf(path: string): Promise<string> {
  const input = { kind: 'STORES', url: 'https://shops.example/table.csv', everyHours: 24 };
  const { createTablePull } = await depot.ask(operations.create, { input });
  const { id } = createTablePull.pull;
  await depot.subject.em().execute('update catalog.table_pull set url = ? where id = ?', [depot.at(path), id]);
  return id;
}

async function stateOf(id: string) {
  const { tablePulls } = await depot.ask(operations.list, { first: 100 });
  return tablePulls.edges
    .map(({ node }: { node: { id: string } }) => node)
    .find((node: { id: string }) => node.id === id);
}

const look = () => depot.subject.services.pulls.look();
const content = 'name,zip\nShop,78701\n';

test('a table is fetched when its time comes, stored and handed on, and not before it has changed again', async () => {
  const asked: (string | undefined)[] = [];
  let table = content;
  depot.answer = (request, response) => {
    asked.push(request.headers['if-none-match']);
    if (request.headers['if-none-match'] === `"${table.length}"`) return response.writeHead(304).end();
    response.writeHead(200, { etag: `"${table.length}"`, 'content-type': 'text/csv; charset=utf-8' }).end(table);
  };
  const id = await pullOf('shops.csv?key=secret');
  await look();
  expect(depot.pulled.map(({ pull }) => pull.id)).toEqual([id]);
  const source = await depot.subject.services.uploads.openStored(depot.pulled[0]?.uploadId ?? '');
  let read = '';
  for await (const chunk of source.bytes) read += Buffer.from(chunk as Uint8Array).toString();
  expect([source.name, read]).toEqual(['shops.csv', content]);
  await look();
  expect(asked).toEqual([undefined]);
  depot.clock.advance(26 * HOUR);
  await look();
  expect(asked).toEqual([undefined, `"${content.length}"`]);
  table += 'Cafe,78702\n';
  depot.clock.advance(26 * HOUR);
  await look();
  expect(depot.pulled).toHaveLength(2);
  expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', failures: 0, lastFailure: null });
});

test('the same file again goes no further, where the server does not tell', async () => {
  depot.answer = (_request, response) => response.end(content);
  const id = await pullOf('shops.csv');
  await look();
  await depot.ask(operations.now, { input: { pullId: id } });
  await look();
  expect(depot.pulled).toHaveLength(1);
  const states = await depot.subject.em().execute('select state from catalog.upload order by id');
  expect(states).toEqual([{ state: 'STORED' }, { state: 'DELETED' }]);
});

test('what fails is tried ever later, stops with its reason, and goes on when somebody mends it', async () => {
  depot.answer = (_request, response) => response.writeHead(500).end();
  const id = await pullOf('shops.csv');
  let before = 0;
  for (let failures = 1; failures <= PULL_FAILURES_LIMIT; failures++) {
    await look();
    const { lastTriedAt, nextAt, ...pull } = await stateOf(id);
    expect(pull).toMatchObject({ failures, lastFailure: 'The server answered with status 500.' });
    const wait = Date.parse(nextAt) - Date.parse(lastTriedAt);
    expect(wait).toBeGreaterThanOrEqual(Math.min(before * 1.5, 22 * HOUR));
    before = wait;
    depot.clock.advance(wait + 1_000);
  }
  expect(await stateOf(id)).toMatchObject({ state: 'STOPPED' });
  depot.answer = (_request, response) => response.end(content);
  await look();
  expect(depot.pulled).toEqual([]);
  await depot.ask(operations.change, { input: { pullId: id, paused: false } });
  await look();
  expect(depot.pulled).toHaveLength(1);
  expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', failures: 0, lastFailure: null });
});

test('a private address is never called: not by a name, not by a redirect, not in an address that is given', async () => {
  depot.answer = (_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
  const redirected = await pullOf('shops.csv');
  const named = await pullOf('shops.csv');
  await depot.subject
    .em()
    .execute("update catalog.table_pull set url = 'https://inner.example/x' where id = ?", [named]);
  await look();
  for (const id of [redirected, named]) {
    expect((await stateOf(id)).lastFailure).toBe('The address is not on the public internet.');
  }
  for (const url of [
    'https://10.0.0.1/x',
    'https://[::1]/x',
    'https://user:password@shops.example/x',
    'https://0x0a.1/',
  ]) {
    const input = { kind: 'STORES', url, everyHours: 24 };
    expect(await depot.ask(operations.create, { input })).toBe('BAD_USER_INPUT');
    expect(await depot.ask(operations.change, { input: { pullId: redirected, url } })).toBe('BAD_USER_INPUT');
  }
  expect(depot.pulled).toEqual([]);
});

test('what importing refuses becomes the reason, and is fetched again', async () => {
  depot.answer = (_request, response) => response.writeHead(200, { etag: '"1"' }).end(content);
  const id = await pullOf('shops.csv');
  depot.takeIn = async () => {
    throw new Refusal('IMPORT_UNREADABLE', 'Line 1 was taken as the header, and it lacks zip.');
  };
  await look();
  expect(await stateOf(id)).toMatchObject({ failures: 1, lastFailure: expect.stringContaining('lacks zip') });
  depot.takeIn = async () => {};
  depot.clock.advance(HOUR);
  await look();
  expect(depot.pulled).toHaveLength(1);
});

test('thirty looks at once, on two nodes, fetch each table once', async () => {
  let fetched = 0;
  depot.answer = (_request, response) => {
    fetched++;
    response.end(content);
  };
  const other = await openDepot({ databaseUrl: depot.subject.databaseUrl, clock: depot.clock });
  try {
    for (let index = 0; index < 10; index++) await pullOf(`shops-${index}.csv`);
    const looks = Array.from({ length: 15 }, () => [look(), other.subject.services.pulls.look()]).flat();
    await Promise.all(looks);
    expect([fetched, depot.pulled.length + other.pulled.length]).toEqual([10, 10]);
  } finally {
    await other.close();
  }
});

test('a table that is too long is not stored', async () => {
  depot.answer = (_request, response) => response.writeHead(200, { 'content-length': 65 * 1024 * 1024 }).end();
  const id = await pullOf('shops.csv');
  await look();
  expect((await stateOf(id)).lastFailure).toBe('The answer has more than 65536 KiB.');
});

test('is for administrators and those who act for the organisation, and others know nothing of it', async () => {
  const other = randomUUID();
  const member = await depot.member();
  const own = member.organisations?.[0]?.slice('retailer:'.length) ?? '';
  const wish = { kind: 'STORES', url: 'https://shops.example/table.csv', everyHours: 24 };
  const create = (input: object, caller?: Caller) => depot.ask(operations.create, { input }, caller);
  expect(await create(wish, member)).toBe('FORBIDDEN');
  expect(await create({ ...wish, organisationId: other }, member)).toBe('FORBIDDEN');
  const unknown: Caller = { ...member, organisations: [`retailer:${other}`] };
  expect(await create({ ...wish, organisationId: other }, unknown)).toBe('NOT_FOUND');
  expect(await create({ ...wish, kind: 'CHARITIES' }, member)).toBe('FORBIDDEN');
  expect(await create({ ...wish, kind: 'OFFICERS' })).toBe('BAD_USER_INPUT');
  expect(await create({ ...wish, kind: 'CHARITIES', organisationId: own })).toBe('BAD_USER_INPUT');
  expect(await create(wish, { accountId: randomUUID(), scopes: ['citizen'] })).toBe('FORBIDDEN');
  const id = await pullOf('shops.csv');
  const idsOf = async (caller: Caller) =>
    (await depot.ask(operations.list, {}, caller)).tablePulls.edges.map(
      ({ node }: { node: { id: string } }) => node.id,
    );
  expect(await idsOf(member)).toEqual([]);
  for (const operation of [operations.now, operations.remove, operations.change]) {
    expect(await depot.ask(operation, { input: { pullId: id } }, member)).toBe('NOT_FOUND');
  }
  await depot.subject.em().execute('update catalog.table_pull set organisation_id = ? where id = ?', [own, id]);
  expect(await idsOf(member)).toEqual([id]);
  const paused = await depot.ask(operations.change, { input: { pullId: id, paused: true } }, member);
  expect(paused.changeTablePull.pull.state).toBe('PAUSED');
  expect(await depot.ask(operations.now, { input: { pullId: id } }, member)).toBe('BAD_USER_INPUT');
  await look();
  expect(depot.pulled).toEqual([]);
  expect((await depot.ask(operations.remove, { input: { pullId: id } }, member)).deleteTablePull.pull.id).toBe(id);
  expect(await idsOf(administrator())).toEqual([]);
});

test('pages of pulls have no gap, and there are at most 20', async () => {
  for (let index = 0; index < 20; index++) await pullOf('shops.csv');
  const input = { kind: 'STORES', url: 'https://shops.example/table.csv', everyHours: 24 };
  expect(await depot.ask(operations.create, { input })).toBe('LIMIT_REACHED');
  const first = (await depot.ask(operations.list, { first: 15 })).tablePulls;
  const second = (await depot.ask(operations.list, { first: 15, after: first.pageInfo.endCursor })).tablePulls;
  const ids = [...first.edges, ...second.edges].map(({ node }) => node.id);
  expect([new Set(ids).size, second.pageInfo.hasNextPage]).toEqual([20, false]);
});
