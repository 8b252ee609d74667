import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { CallerSigner } from '../subgraphs/kernel/caller.ts';
import { systemClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import { createOperations } from './operations.ts';

const accountId = '019a0000-0000-7000-8000-000000000001';
const questions = [
  '{ __schema { queryType { name } } }',
  '{ __type(name: "Account") { name } }',
  'query { ...Deep } fragment Deep on Query { ... on Query { hidden: __schema { queryType { name } } } }',
];

/** As it is in production; nothing here asks a subgraph. */
const operations = createOperations({
  supergraphSdl: readFileSync(join(import.meta.dirname, '../schema/supergraph.graphql'), 'utf8'),
  links: {} as never,
  signer: new CallerSigner(generateGatewayKeys().gatewayPrivateKey, systemClock),
  log: pino({ level: 'silent' }),
  introspection: 'administrators',
});

test.each(questions)('in production only administrators may ask for the schema: %s', async (query) => {
  for (const scopes of [[], ['citizen'], ['officer'], ['vouchers:redeem']] as const) {
    const { errors } = operations.prepare({ query }, { scopes });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
  }
  const caller = { accountId, scopes: ['administrator'] as const };
  const prepared = operations.prepare({ query }, caller);
  if (prepared.errors) throw new Error(prepared.errors[0]?.message);
  const { data } = await operations.execute(prepared.operation, {}, { caller, requestId: 'test' });
  expect(Object.values(data ?? {})[0]).toBeTruthy();
});

test('an alias or a name of one’s own does not make an ordinary question one for the schema', () => {
  const query = 'query __schema { __type: __typename }';
  expect(operations.prepare({ query }, { scopes: [] }).errors).toBeUndefined();
});
