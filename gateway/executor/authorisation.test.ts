/* Authorisation on the plan by hand: what is forbidden is null, told of at its place, and nobody is asked for it. */
import type { ExecutionResult } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import type { Authorise } from './authorisation.ts';
import { createExecutor } from './executor.ts';
import type { FetchResult } from './fetch.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", ' +
  '"@requires", "@requiresScopes", "@policy", { name: "@authenticated", as: "@signedIn" }])\n';
const { supergraphSdl } = composeSupergraph({
  profile: `${LINK}
    type Query {
      person: Person people: [Person!]! me: Person @signedIn open: String
      posts: [Post] either: Either safe: Safe secret: Secret! status: Status
    }
    type Mutation { rename(name: String): Person @requiresScopes(scopes: [["write", "person"], ["root"]]) touch: Person }
    type Subscription { arrivals: Person @signedIn moves: Person }
    type Person @key(fields: "id") {
      id: ID! name: String email: String @requiresScopes(scopes: [["email"]]) tax: Int! @policy(policies: [["owner"]])
      friend: Person
    }
    interface Titled { title: String }
    interface Post implements Titled { title: String body: String }
    type Public implements Titled & Post { title: String body: String }
    type Private implements Titled & Post @signedIn { title: String body: String }
    union Either = Public | Private
    type Safe @policy(policies: [["owner", "sober"]]) { content: String }
    scalar Secret @signedIn
    enum Status @requiresScopes(scopes: []) { GOOD }`,
  rewards: `${LINK}
    type Person @key(fields: "id") { id: ID! points: Int @signedIn rank: Int }`,
  reports: `${LINK}
    type Person @key(fields: "id") { id: ID! rank: Int @external report: String @requires(fields: "rank") }`,
});

interface Viewer {
  readonly signedIn?: boolean;
  readonly scopes?: readonly string[];
  readonly policies?: readonly string[];
}

const authorise: Authorise<Viewer> = {
  isAuthenticated: ({ signedIn = false }) => signedIn,
  scopes: ({ scopes = [] }) => scopes,
  policies: async ({ policies = [] }, names) => names.filter((name) => policies.includes(name)),
};

const person = (id: string) => ({ __typename: 'Person', id, name: `name ${id}`, email: `${id}@`, tax: 7, points: 3 });
const posts = [
  { __typename: 'Public', title: 'open', body: 'b' },
  { __typename: 'Private', title: 'closed', body: 'c' },
];
const DATA: Record<string, unknown> = {
  person: person('1'),
  people: [person('1'), person('2')],
  me: person('1'),
  open: 'open',
  posts,
  either: posts[1],
  safe: { content: 'gold' },
  secret: 's',
  status: 'GOOD',
  rename: person('1'),
  touch: person('1'),
};

function start(supergraph = supergraphSdl, options: Partial<Authorise<Viewer>> = {}) {
  const sent: { subgraph: string; query: string }[] = [];
  const executor = createExecutor<Viewer>({
    supergraphSdl: supergraph,
    authorise: { ...authorise, ...options },
    async fetch(subgraph, { query, variables }): Promise<FetchResult> {
      sent.push({ subgraph, query });
      const entities = variables.representations as unknown[] | undefined;
      return structuredClone({ data: entities ? { _entities: entities.map(() => ({ points: 3, rank: 1 })) } : DATA });
    },
    async source(subgraph, { query }) {
      sent.push({ subgraph, query });
      return (async function* events(): AsyncGenerator<FetchResult> {
        yield structuredClone({ data: { arrivals: person('1'), moves: person('1') } });
      })();
    },
  });
  const prepare = (query: string) => {
    const prepared = executor.prepare(query);
    if (prepared.errors) throw prepared.errors[0];
    return prepared.operation;
  };
  const run = async (query: string, viewer: Viewer = {}, variables = {}): Promise<ExecutionResult> =>
    plain(await executor.execute(prepare(query), variables, viewer));
  return { executor, sent, prepare, run };
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
const paths = ({ errors }: ExecutionResult) => errors?.map(({ path }) => path?.join('.'));

describe('a forbidden field', () => {
  test('is null, told of as Apollo Router does, and not asked for', async () => {
    const { run, sent } = start();
    expect(await run('{ open me { name } }')).toEqual({
      data: { open: 'open', me: null },
      errors: [
        { message: 'Unauthorized field or type', path: ['me'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
      ],
    });
    expect(sent).toEqual([{ subgraph: 'profile', query: '{open}' }]);
    expect(await run('{ open me { name } }', { signedIn: true })).toEqual({
      data: { open: 'open', me: { name: 'name 1' } },
    });
  });

  test('needs all scopes of any one list', async () => {
    const { run } = start();
    const codes = async (...scopes: string[]) => paths(await run('mutation { rename { name } }', { scopes }));
    expect(await codes('write')).toEqual(['rename']);
    expect(await codes('write', 'person')).toBeUndefined();
    expect(await codes('root')).toBeUndefined();
  });

  test('needs the policies that are met for this caller, asked for by name', async () => {
    const asked: (readonly string[])[] = [];
    const { run } = start(supergraphSdl, {
      policies: ({ policies = [] }, names) => {
        asked.push(names);
        return policies;
      },
    });
    expect(paths(await run('{ safe { content } }', { policies: ['owner'] }))).toEqual(['safe']);
    expect((await run('{ safe { content } }', { policies: ['owner', 'sober'] })).data).toEqual({
      safe: { content: 'gold' },
    });
    expect(asked).toEqual([
      ['owner', 'sober'],
      ['owner', 'sober'],
    ]);
  });

  test('is told of at every place it was asked for, under its alias', async () => {
    const { run } = start();
    const answer = await run('{ people { name mail: email } }');
    expect(answer.data).toEqual({
      people: [
        { name: 'name 1', mail: null },
        { name: 'name 2', mail: null },
      ],
    });
    expect(paths(answer)).toEqual(['people.0.mail', 'people.1.mail']);
  });

  test('lets its null climb where none may be', async () => {
    const { run } = start();
    const climbing = await run('{ person { name friend { id } tax } }');
    expect(climbing.data).toEqual({ person: null });
    expect(paths(climbing)).toEqual(['person.tax']);
    expect(climbing.extensions).toBeUndefined();
    expect((await run('{ open people { name tax } }')).data).toBeNull();
  });

  test('of another subgraph spares that subgraph', async () => {
    const { run, sent } = start();
    expect((await run('{ person { name points } }')).data).toEqual({ person: { name: 'name 1', points: null } });
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['profile']);
  });

  test('may be of a guarded scalar or enum; a list of no scopes lets nobody in', async () => {
    const { run } = start();
    expect(paths(await run('{ open status }', { scopes: ['any'], signedIn: true }))).toEqual(['status']);
    expect(await run('{ open secret }')).toMatchObject({ data: null, errors: [{ path: ['secret'] }] });
    expect((await run('{ secret }', { signedIn: true })).data).toEqual({ secret: 's' });
  });

  test('is told by the caller’s own words where there are any', async () => {
    const { run } = start(supergraphSdl, {
      refuse: ({ signedIn }, requirement) => ({
        message: `No ${requirement.kind}.`,
        extensions: { code: signedIn ? 'FORBIDDEN' : 'UNAUTHENTICATED' },
      }),
    });
    expect((await run('{ person { name email } }', { signedIn: true })).errors).toEqual([
      { message: 'No scopes.', path: ['person', 'email'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await run('{ me { id } }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});

describe('a document', () => {
  test('of which nothing is left asks nobody; nor does an object of which nothing is left', async () => {
    const { run, sent } = start();
    const answer = await run('{ me { name } person { email ...Part } } fragment Part on Person { friend { email } }');
    expect(answer.data).toEqual({ me: null, person: null });
    expect(paths(answer)).toEqual(['me', 'person']);
    expect(await run('mutation { touch { email } }')).toMatchObject({ data: { touch: null } });
    expect(sent).toEqual([]);
  });

  test('keeps what is asked for elsewhere of the same object', async () => {
    const { run } = start();
    const answer = await run('{ person { email } ...Names } fragment Names on Query { person { name } }');
    expect(answer.data).toEqual({ person: { email: null, name: 'name 1' } });
    expect(paths(answer)).toEqual(['person.email']);
  });

  test('is not emptied by what a condition leaves out', async () => {
    const { run } = start();
    const query = 'query ($all: Boolean!) { person { email @include(if: $all) } }';
    expect(await run(query, {}, { all: false })).toEqual({ data: { person: {} } });
    expect(paths(await run(query, {}, { all: true }))).toEqual(['person.email']);
  });

  test('is read by introspection as before', async () => {
    const { run } = start();
    const { data } = await run('{ __typename __type(name: "Person") { fields { name } } me { name } }');
    expect(JSON.stringify(data)).toContain('email');
    expect(data).toMatchObject({ __typename: 'Query', me: null });
  });

  test('that touches nothing guarded is run without any question about its caller', async () => {
    const asked = () => {
      throw new Error('Nobody asks.');
    };
    const { run } = start(supergraphSdl, { isAuthenticated: asked, scopes: asked, policies: asked });
    expect(await run('{ open person { name } }')).toEqual({ data: { open: 'open', person: { name: 'name 1' } } });
    expect((await run('{ me { name } }')).errors).toMatchObject([{ message: 'Nobody asks.' }]);
  });

  test('is planned once for each outcome', async () => {
    const { run, prepare } = start();
    const query = '{ me { name } person { email } open }';
    for (const scopes of [['a'], ['b'], ['email'], ['c', 'email']]) await run(query, { scopes });
    expect(prepare(query).guard?.kept.size).toBe(2);
  });

  test('may still have inputs of what it asks for fetched for itself', async () => {
    const guarded = supergraphSdl.replace(/(rank: Int .*REWARDS\))/, '$1 @signedIn');
    expect(guarded).not.toBe(supergraphSdl);
    const { run, sent } = start(guarded);
    expect(paths(await run('{ person { name report rank } }'))).toEqual(['person.rank']);
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(['profile', 'rewards', 'reports']);
  });
});

describe('types of several kinds', () => {
  const BOTH = '{ either { ... on Public { title } ... on Private { title body } } }';

  test('lose the fragments of guarded types only', async () => {
    const { run, sent } = start();
    const answer = await run(BOTH);
    expect(answer.data).toEqual({ either: { title: null, body: null } });
    expect(paths(answer)).toEqual(['either.title', 'either.body']);
    expect(sent[0]?.query).not.toContain('Private');
    expect((await run(BOTH, { signedIn: true })).data).toEqual({ either: { title: 'closed', body: 'c' } });
  });

  // Composition before 2.9.4 did not write on an interface what its types demand.
  const old = supergraphSdl.replace(/(interface (?:Post|Titled)[^{]*?)\s*@signedIn/g, '$1');

  test.each([
    '{ posts { title } open }',
    '{ posts { ... on Post { title } } open }',
    '{ posts { ... { body } } open }',
    '{ posts { ...Part } open } fragment Part on Titled { title }',
    '{ posts { __typename ... on Titled { __typename ... on Post { title } } } open }',
  ])('are not read off an interface by who may not read one of them: %s', async (query) => {
    expect(old).not.toBe(supergraphSdl);
    for (const supergraph of [supergraphSdl, old]) {
      const { run, sent } = start(supergraph);
      const answer = await run(query);
      expect(JSON.stringify(answer.data)).not.toMatch(/closed|"c"/);
      expect(answer.errors?.length).toBeGreaterThan(0);
      expect(JSON.stringify(sent)).not.toMatch(/title|body/);
      expect(JSON.stringify((await run(query, { signedIn: true })).data)).toMatch(/closed|"c"/);
    }
  });

  test('are read one by one by who may read some', async () => {
    const { run } = start(old);
    const answer = await run('{ posts { __typename ... on Public { title } } }');
    expect(answer).toEqual({ data: { posts: [{ __typename: 'Public', title: 'open' }, { __typename: 'Private' }] } });
  });

  test('answer what was asked of them by name, and tell of what was asked of their interface', async () => {
    const { supergraphSdl: chain } = composeSupergraph({
      only: `${LINK}
        type Query { node: Node }
        interface Node { id: ID next: Node }
        type Open implements Node { id: ID name: String next: Open }
        type Shut implements Node { id: ID next: Shut @signedIn }`,
    });
    const executor = createExecutor<Viewer>({
      supergraphSdl: chain,
      authorise,
      fetch: async () => ({ data: { node: { __typename: 'Open', next: { __typename: 'Open', name: 'second' } } } }),
    });
    const prepared = executor.prepare('{ node { next { id } ... on Open { next { name } } } }');
    if (prepared.errors) throw prepared.errors[0];
    const answer: ExecutionResult = plain(await executor.execute(prepared.operation, {}, {}));
    expect(answer.data).toEqual({ node: { next: { id: null, name: 'second' } } });
    expect(paths(answer)).toEqual(['node.next.id']);
  });

  test('may all be guarded by their root', async () => {
    const { run, sent } = start(supergraphSdl.replace('type Mutation', 'type Mutation @signedIn'));
    const answer = await run('mutation { __typename touch { name } again: touch { id } }');
    expect(answer.data).toEqual({ __typename: 'Mutation', touch: null, again: null });
    expect(paths(answer)).toEqual(['touch', 'again']);
    expect(sent).toEqual([]);
  });
});

describe('a subscription', () => {
  const subscribe = async (system: ReturnType<typeof start>, query: string, viewer: Viewer = {}) =>
    system.executor.subscribe(system.prepare(query), {}, viewer);

  test.each(['subscription { arrivals { name } }', 'subscription { moves { email } }'])(
    'is refused before it is opened: %s',
    async (query) => {
      const system = start();
      const refused = (await subscribe(system, query)) as ExecutionResult;
      expect(refused).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
      expect(Object.keys(refused)).toEqual(['errors']);
      expect(system.sent).toEqual([]);
    },
  );

  test('loses what is forbidden in its events', async () => {
    const system = start();
    const events = (await subscribe(
      system,
      'subscription { moves { name email points } }',
    )) as AsyncIterableIterator<ExecutionResult>;
    const { value } = await events.next();
    expect(value.data).toEqual({ moves: { name: 'name 1', email: null, points: null } });
    expect(paths(value)).toEqual(['moves.email', 'moves.points']);
    expect(JSON.stringify(system.sent)).not.toMatch(/email|points/);
  });
});

test('what Apollo’s executor has to run loses the same', async () => {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", ' +
    '"@fromContext", "@authenticated"])';
  const { supergraphSdl: handedOver } = composeSupergraph({
    a: `${link}
      type Query { things: [Thing] }
      interface Thing { id: ID! }
      type Shop implements Thing @key(fields: "id") { id: ID! phone: String @authenticated }
      type Other implements Thing { id: ID! mark: String @authenticated }
      type Price @key(fields: "id") { id: ID! }`,
    b: `${link}
      type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String price: Price }
      type Price @key(fields: "id") { id: ID! amount(currency: String @fromContext(field: "$shop { currency }")): String }`,
  });
  const executor = createExecutor<Viewer>({
    supergraphSdl: handedOver,
    authorise,
    async fetch(subgraph, { query, variables }) {
      expect(query).not.toMatch(/phone|mark/);
      const things = [
        { __typename: 'Shop', id: '1' },
        { __typename: 'Other', id: '2' },
      ];
      if (subgraph === 'a') return { data: { things } };
      const price = { __typename: 'Price', id: 'p', amount: JSON.stringify(variables) };
      const entities = variables.representations as unknown[];
      return { data: { _entities: entities.map(() => ({ currency: 'EUR', price, amount: price.amount })) } };
    },
  });
  const query = '{ things { ... on Shop { phone price { amount } } ... on Other { mark } id } }';
  const prepared = executor.prepare(query);
  if (prepared.errors) throw prepared.errors[0];
  expect(executor.statistics).toEqual({ compiled: 0, handedOver: 1 });
  const answer: ExecutionResult = plain(await executor.execute(prepared.operation, {}, {}));
  expect(answer.data).toMatchObject({
    things: [
      { phone: null, price: { amount: expect.any(String) }, id: '1' },
      { mark: null, id: '2' },
    ],
  });
  expect(paths(answer)).toEqual(['things.0.phone', 'things.1.mark']);
});
