/* Each contract as it is served: to whom, what they see, and that what they do not see is as if it were not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { pino } from 'pino';
import { subgraphNames } from '../schema/events.ts';
import { anonymous, type Caller, CallerSigner, type Contract, contracts } from '../subgraphs/kernel/caller.ts';
import { systemClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import { Refusal } from '../subgraphs/kernel/errors.ts';
import { contractPaths, createContracts, variantsOf, withOperations } from './contracts.ts';
import type { FetchRequest } from './executor/fetch.ts';
import type { SubgraphLink } from './link.ts';

const schemaFolder = join(import.meta.dirname, '../schema');
const supergraphSdl = readFileSync(join(schemaFolder, 'supergraph.graphql'), 'utf8');
const id = '019a0000-0000-7000-8000-000000000001';

const callers = {
  nobody: anonymous,
  citizen: { accountId: id, scopes: ['citizen'] },
  suspended: { accountId: id, scopes: [] },
  analyst: { accountId: id, scopes: ['citizen', 'analyst'] },
  administrator: { accountId: id, scopes: ['administrator'] },
  partner: { retailerId: id, scopes: ['vouchers:redeem', 'offers:read'] },
  partnerWithoutScopes: { retailerId: id, scopes: [] },
} satisfies Record<string, Caller>;
type Name = keyof typeof callers;

const asked: { subgraph: string; query: string }[] = [];
/** Answers as rewards and catalog would; what it is asked is kept. */
const link = (subgraph: string): SubgraphLink =>
  ({
    async execute({ query }: FetchRequest) {
      asked.push({ subgraph, query });
      if (subgraph === 'catalog') return { data: { _entities: [{ __typename: 'Offer', title: 'Coffee' }] } };
      return { data: { redeemVoucher: { voucher: { status: 'REDEEMED', offer: { __typename: 'Offer', id } } } } };
    },
  }) as never;

const served = createContracts(
  {
    supergraphSdl,
    links: Object.fromEntries(subgraphNames.map((name) => [name, link(name)])) as never,
    signer: new CallerSigner(generateGatewayKeys().gatewayPrivateKey, systemClock),
    log: pino({ level: 'silent' }),
    introspection: 'administrators',
  },
  // The credentials name a caller.
  async ({ authorization }) => ({ caller: callers[authorization as Name] }),
);
const admitted = (contract: Contract, name: Name) => served[contract].authenticate({ authorization: name });
const messagesOf = (contract: Contract, query: string, caller: Caller) =>
  served[contract].operations.prepare({ query }, caller).errors?.map(({ message, extensions }) => ({
    message,
    code: extensions?.code,
  }));

/** Who comes to each contract. */
const guests = {
  public: ['nobody', 'citizen', 'suspended', 'analyst', 'administrator'],
  partner: ['partner', 'partnerWithoutScopes'],
  admin: ['administrator'],
} as const;
const guestOf = (contract: Contract): Caller => callers[guests[contract].at(-1) as Name];

describe('the paths', () => {
  test('beside the public one are one for partners and one for administrators', () => {
    const variants = variantsOf(served);
    expect([...variants.keys()]).toEqual(['/graphql/partner', '/graphql/admin']);
    for (const name of ['partner', 'admin'] as const) expect(variants.get(contractPaths[name])).toBe(served[name]);
  });

  test('keep their callers when something is put around their operations', () => {
    const around = withOperations(served, (operations) => ({ ...operations }));
    for (const name of contracts) {
      expect(around[name].authenticate).toBe(served[name].authenticate);
      expect(around[name].operations).not.toBe(served[name].operations);
      expect(around[name].operations.find).toBe(served[name].operations.find);
    }
  });

  test.each(contracts)('%s takes whom it is for', async (contract) => {
    for (const name of guests[contract]) expect((await admitted(contract, name)).caller).toBe(callers[name]);
  });

  test.each(contracts)('%s refuses everybody else, and says where they belong', async (contract) => {
    const welcome: readonly string[] = guests[contract];
    for (const name of Object.keys(callers) as Name[]) {
      if (welcome.includes(name)) continue;
      const refusal = await admitted(contract, name).catch((error) => error);
      expect(refusal).toBeInstanceOf(Refusal);
      const { code, message } = refusal as Refusal;
      expect({ name, code }).toEqual({ name, code: name === 'nobody' ? 'UNAUTHENTICATED' : 'FORBIDDEN' });
      expect(message).toMatch(/\/graphql|x-api-key/);
    }
  });

  test('a partner key opens one of them', async () => {
    await expect(admitted('public', 'partner')).rejects.toThrow(
      'A partner key is for /graphql/partner and no other path.',
    );
    await expect(admitted('admin', 'partner')).rejects.toThrow(
      'A partner key is for /graphql/partner and no other path.',
    );
  });
});

describe('what is seen', () => {
  test.each(contracts)('the schema that %s tells of is its own', async (contract) => {
    const { operations } = served[contract];
    // Whom the other two are for may ask for theirs, also where the public one is for administrators.
    const caller = contract === 'public' ? callers.administrator : guestOf(contract);
    const prepared = operations.prepare({ query: getIntrospectionQuery({ specifiedByUrl: true }) }, caller);
    if (prepared.errors) throw new Error(prepared.errors[0]?.message);
    const { data } = await operations.execute(prepared.operation, {}, { caller, requestId: 'test' });
    const told = buildClientSchema(data as unknown as IntrospectionQuery);
    const committed = buildSchema(readFileSync(join(schemaFolder, `contracts/${contract}.graphql`), 'utf8'));
    expect(printSchema(lexicographicSortSchema(told))).toBe(printSchema(lexicographicSortSchema(committed)));
  });

  test('the public schema is for administrators where it is not for everybody', () => {
    const query = '{ __schema { queryType { name } } }';
    for (const caller of [callers.citizen, callers.analyst]) {
      expect(messagesOf('public', query, caller)).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect(messagesOf('partner', query, callers.partner)).toBeUndefined();
  });

  test('a document that one contract has run is not known to another', () => {
    const query = '{ hubs { edges { node { id name } } } }';
    expect(messagesOf('public', query, anonymous)).toBeUndefined();
    expect(messagesOf('partner', query, callers.partner)).toEqual([
      { message: 'Cannot query field "hubs" on type "Query".', code: 'GRAPHQL_VALIDATION_FAILED' },
    ]);
    expect(messagesOf('public', query, anonymous)).toBeUndefined();
  });

  test('plans of a contract go wherever they have to', async () => {
    const { operations } = served.partner;
    const query =
      'mutation { redeemVoucher(input: { code: "ABCD-EFGH-JKLM" }) { voucher { status offer { title } } } }';
    const prepared = operations.prepare({ query }, callers.partner);
    if (prepared.errors) throw new Error(prepared.errors[0]?.message);
    asked.length = 0;
    const result = await operations.execute(prepared.operation, {}, { caller: callers.partner, requestId: 'test' });
    expect(result).toEqual({
      data: { redeemVoucher: { voucher: { status: 'REDEEMED', offer: { title: 'Coffee' } } } },
    });
    expect(asked.map(({ subgraph }) => subgraph)).toEqual(['rewards', 'catalog']);
  });
});

describe('what is not seen', () => {
  const whole = buildSchema(readFileSync(join(schemaFolder, 'api.graphql'), 'utf8'));
  const roots = [whole.getQueryType(), whole.getMutationType(), whole.getSubscriptionType()].filter((each) => !!each);

  test.each(contracts)('of %s is refused as if it were nowhere', (contract) => {
    const shown = buildSchema(readFileSync(join(schemaFolder, `contracts/${contract}.graphql`), 'utf8'));
    const caller = guestOf(contract);
    let hidden = 0;
    for (const root of roots) {
      const shownRoot = shown.getType(root.name);
      const shownFields = shownRoot && 'getFields' in shownRoot ? shownRoot.getFields() : {};
      for (const field of Object.keys(root.getFields())) {
        if (field in shownFields) continue;
        hidden++;
        const refused = (name: string) =>
          messagesOf(contract, `${root.name.toLowerCase()} { ${name} }`, caller)?.map(({ message, code }) => ({
            code,
            // Suggestions are made by likeness; they may name what is shown.
            message: message.replace(/ Did you mean .*/, '').replaceAll(`"${name}"`, '"…"'),
            suggested: [...(/ Did you mean (.*)/.exec(message)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
              ([, each]) => each,
            ),
          }));
        const [told, ...more] = refused(field) ?? [];
        const [invented] = refused('thereIsNoFieldOfThisName') ?? [];
        expect(more).toEqual([]);
        expect(told?.code).toMatch(/^(GRAPHQL_VALIDATION_FAILED|INVALID_GRAPHQL)$/);
        expect({ ...told, suggested: [] }).toEqual({ ...invented, suggested: [] });
        expect(told?.suggested.filter((each) => !(String(each) in shownFields))).toEqual([]);
      }
    }
    expect(hidden).toBeGreaterThan(contract === 'partner' ? 80 : 10);
  });

  test('a type that is hidden is unknown, as a condition and as the type of a variable', () => {
    const { partner } = callers;
    expect(messagesOf('partner', '{ offers { edges { node { ... on Account { id } } } } }', partner)).toEqual([
      { message: expect.stringMatching(/^Unknown type "Account"\./), code: 'GRAPHQL_VALIDATION_FAILED' },
    ]);
    expect(messagesOf('partner', 'query Q($a: SuspendAccountInput) { offers { __typename } }', partner)?.[0]).toEqual({
      message: 'Unknown type "SuspendAccountInput".',
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });
});
