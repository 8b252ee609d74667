import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FormattedExecutionResult } from 'graphql';
import { pino } from 'pino';
import { CallerSigner } from '../subgraphs/kernel/caller.ts';
import { systemClock } from '../subgraphs/kernel/clock.ts';
import { generateGatewayKeys } from '../subgraphs/kernel/configuration.ts';
import { Mailbox } from '../subgraphs/kernel/mailbox.ts';
import { createOperations, type OperationsOptions } from './operations.ts';

const accountId = '019a0000-0000-7000-8000-000000000001';
const questions = [
  '{ __schema { queryType { name } } }',
  '{ __type(name: "Account") { name } }',
  'query { ...Deep } fragment Deep on Query { ... on Query { hidden: __schema { queryType { name } } } }',
];

/** As it is in production; nothing here asks a subgraph. */
const options: OperationsOptions = {
  supergraphSdl: readFileSync(join(import.meta.dirname, '../schema/supergraph.graphql'), 'utf8'),
  links: {} as never,
  signer: new CallerSigner(generateGatewayKeys().gatewayPrivateKey, systemClock),
  log: pino({ level: 'silent' }),
  introspection: 'administrators',
};
const operations = createOperations(options);

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

test('where the schema may not be read, nobody is told which names he may have meant', () => {
  const told = (each: typeof operations) =>
    each.prepare({ query: '{ storyFed }' }, { scopes: [] }).errors?.[0]?.message;
  expect(told(createOperations({ ...options, introspection: 'everybody' }))).toContain('Did you mean "storyFeed"');
  expect(told(operations)).toBe('Cannot query field "storyFed" on type "Query".');
});

test('an alias or a name of one’s own does not make an ordinary question one for the schema', () => {
  const query = 'query __schema { __type: __typename }';
  expect(operations.prepare({ query }, { scopes: [] }).errors).toBeUndefined();
});

test('who hears the same shares what is opened at a subgraph, whatever is asked of others besides; nobody else does', async () => {
  const opened: Mailbox<FormattedExecutionResult>[] = [];
  const ended: number[] = [];
  const connections = {
    async subscribe() {
      const number = opened.length;
      const box = new Mailbox<FormattedExecutionResult>(10, () => ended.push(number));
      opened.push(box);
      return box;
    },
  };
  const graph = createOperations({ ...options, links: { connections } as never });
  const subscribe = async (field: string, sharedWith?: string) => {
    const query = `subscription { storyFeedChanges { story { id connection { id ${field} } } } }`;
    const prepared = graph.prepare({ query }, { scopes: [] });
    if (prepared.errors) throw new Error(prepared.errors[0]?.message);
    const call = { caller: { scopes: [] }, requestId: 'test', sharedWith };
    return (await graph.subscribe(prepared.operation, {}, call)) as AsyncIterableIterator<unknown>;
  };
  const shared = [
    await subscribe('pointsAwarded', 'everybody'),
    await subscribe('celebration { number }', 'everybody'),
  ];
  expect(opened).toHaveLength(1);
  const others = [
    await subscribe('pointsAwarded', 'officers'),
    await subscribe('pointsAwarded'),
    await subscribe('pointsAwarded'),
  ];
  expect(opened).toHaveLength(4);
  await shared[0]?.return?.();
  expect(ended).toEqual([]);
  await shared[1]?.return?.();
  expect(ended).toEqual([0]);
  for (const each of others) await each.return?.();
  expect(ended).toEqual([0, 1, 2, 3]);
});
