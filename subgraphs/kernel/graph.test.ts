import { graphql, parse } from 'graphql';
import {
  Arg,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { subgraphs } from '../index.ts';
import { createCall } from './call.ts';
import { Authenticated, anonymous, type Caller, Requires } from './caller.ts';
import { buildGraph, isId, LIST_LIMIT, printGraph } from './graph.ts';
import { ShortText } from './scalars.ts';

const id = '019a0000-0000-7000-8000-000000000001';
const otherId = '019a0000-0000-7000-8000-000000000002';

@ObjectType({ description: 'A thing.' })
@Directive('@key(fields: "id")')
class Thing {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => ShortText, { nullable: true, description: 'For administrators.' })
  @Requires('administrator')
  note?: string;
}

@InputType({ description: 'What to do.' })
class ThingInput {
  @Field(() => [ID], { description: 'Things.' })
  ids!: string[];

  @Field(() => ThingInput, { nullable: true, description: 'And then.' })
  next?: ThingInput;
}

@Resolver(() => Thing)
class ThingResolver {
  @Query(() => Thing, { nullable: true, description: 'A thing.' })
  thing(@Arg('id', () => ID, { description: 'Its id.' }) thingId: string): Thing {
    return { id: thingId };
  }

  @Query(() => Boolean, { description: 'For whoever is signed in.' })
  @Authenticated()
  signedIn(): boolean {
    return true;
  }

  @Mutation(() => Boolean, { description: 'For officers and administrators.' })
  @Requires('officer', 'administrator')
  act(@Arg('input', () => ThingInput, { description: 'What.' }) _input: ThingInput): boolean {
    return true;
  }

  @FieldResolver()
  note(@Root() thing: Thing): string {
    return `note of ${thing.id}`;
  }
}

const asked: (readonly string[])[] = [];
const definition = {
  resolvers: [ThingResolver] as [typeof ThingResolver],
  references: {
    Thing: async (ids: readonly string[]) => {
      asked.push(ids);
      return ids.map((each) => (each === id ? Object.assign(new Thing(), { id: each }) : null));
    },
  },
};
const schema = buildGraph<undefined>(definition);

async function ask(source: string, caller: Caller = anonymous, variableValues: Record<string, unknown> = {}) {
  const contextValue = createCall({ caller, services: undefined } as never);
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  return { data, codes: errors?.map(({ extensions }) => extensions.code) };
}

const act = 'mutation ($input: ThingInput!) { act(input: $input) }';
const officer: Caller = { accountId: id, scopes: ['officer'] };

test('whoever has not signed in is UNAUTHENTICATED, whoever may not is FORBIDDEN', async () => {
  expect((await ask('{ signedIn }')).codes).toEqual(['UNAUTHENTICATED']);
  expect((await ask('{ signedIn }', { accountId: id, scopes: [] })).codes).toBeUndefined();
  expect((await ask(act, anonymous, { input: { ids: [] } })).codes).toEqual(['UNAUTHENTICATED']);
  expect((await ask(act, { accountId: id, scopes: ['citizen'] }, { input: { ids: [] } })).codes).toEqual(['FORBIDDEN']);
  expect((await ask(act, { retailerId: id, scopes: ['vouchers:redeem'] }, { input: { ids: [] } })).codes).toEqual([
    'FORBIDDEN',
  ]);
  expect((await ask(act, officer, { input: { ids: [] } })).data).toEqual({ act: true });
});

test('a field of an entity is guarded as a root field is', async () => {
  const answer = await ask(`{ thing(id: "${id}") { id note } }`);
  expect(answer.data).toEqual({ thing: { id, note: null } });
  expect(answer.codes).toEqual(['UNAUTHENTICATED']);
  const administrator: Caller = { accountId: id, scopes: ['administrator'] };
  expect((await ask(`{ thing(id: "${id}") { note } }`, administrator)).data?.thing).toEqual({ note: `note of ${id}` });
});

test('an id that is no UUID is refused wherever it stands, and so is an endless list', async () => {
  expect((await ask('{ thing(id: "1") { id } }')).codes).toEqual(['BAD_USER_INPUT']);
  for (const input of [{ ids: ['x'] }, { ids: [], next: { ids: [id, ''] } }, { ids: Array(LIST_LIMIT + 1).fill(id) }]) {
    expect((await ask(act, officer, { input })).codes).toEqual(['BAD_USER_INPUT']);
  }
  expect((await ask(act, officer, { input: { ids: Array(LIST_LIMIT).fill(id) } })).codes).toBeUndefined();
});

test('references are loaded together, and one that is unknown or malformed is null without harm to the others', async () => {
  asked.length = 0;
  const representations = [id, 'nonsense', otherId, id].map((each) => ({ __typename: 'Thing', id: each }));
  const source =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { id } } }';
  const { data, codes } = await ask(source, anonymous, { representations });
  expect(codes).toBeUndefined();
  expect(data?._entities).toEqual([{ id }, null, null, { id }]);
  expect(asked).toEqual([[id, otherId]]);
});

test('what is printed composes', () => {
  expect(composeSupergraph({ things: printGraph<undefined>(definition) }).apiSdl).toContain('type Thing');
});

test('only UUIDs with a version and a variant are ids', () => {
  expect([id, id.toUpperCase()].every(isId)).toBe(true);
  expect(['', null, 7, `${id} `, id.replace('7000', '0000')].some(isId)).toBe(false);
});

describe('the six subgraphs', () => {
  const documents = subgraphs.map((each) => [each.name, parse(printGraph(each))] as const);
  const builtIn = ['String', 'Int', 'Float'];

  test.each(documents)('%s takes no bare String, Int or Float', (_name, { definitions }) => {
    const bare: string[] = [];
    for (const node of definitions) {
      if (!('fields' in node) || !node.fields) continue;
      for (const field of node.fields) {
        const inputs = node.kind.startsWith('InputObject')
          ? [field]
          : 'arguments' in field
            ? (field.arguments ?? [])
            : [];
        for (const { name, type } of inputs) {
          const text = JSON.stringify(type);
          if (builtIn.some((each) => text.includes(`"value":"${each}"`)))
            bare.push(`${node.name.value}.${field.name.value} ${name.value}`);
        }
      }
    }
    expect(bare).toEqual([]);
  });

  test.each(documents)('%s describes what it owns: types, fields, arguments and values', (_name, { definitions }) => {
    const silent: string[] = [];
    for (const node of definitions) {
      if (!('name' in node) || !node.name || node.kind === 'DirectiveDefinition') continue;
      const owner = node.name.value;
      const isStub =
        'fields' in node && node.fields?.every((field) => field.name.value === 'id' || 'description' in field);
      if (
        'description' in node &&
        !node.description &&
        !['Query', 'Mutation', 'Subscription'].includes(owner) &&
        !isStub
      ) {
        silent.push(owner);
      }
      for (const field of ('fields' in node && node.fields) || []) {
        if (!field.description && field.name.value !== 'id') silent.push(`${owner}.${field.name.value}`);
        for (const argument of ('arguments' in field && field.arguments) || []) {
          if (!argument.description) silent.push(`${owner}.${field.name.value}(${argument.name.value})`);
        }
      }
      for (const value of ('values' in node && node.values) || []) {
        if (!value.description) silent.push(`${owner}.${value.name.value}`);
      }
    }
    expect(silent).toEqual([]);
  });
});
