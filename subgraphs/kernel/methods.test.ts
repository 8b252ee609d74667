/* Methods of resolver classes, called as type-graphql itself calls them: with the same arguments of the same classes. */
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import {
  Arg,
  Args,
  ArgsType,
  buildSchemaSync,
  Ctx,
  Field,
  FieldResolver,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
  UseMiddleware,
} from 'type-graphql';
import { compileMethods, readPropertiesPlainly } from './methods.ts';
import { DateTime, ShortText } from './scalars.ts';

enum Color {
  RED = 'red',
}
registerEnumType(Color, { name: 'Color' });

@InputType()
class Named {
  @Field(() => ShortText)
  name!: string;
}

@InputType()
class Wish extends Named {
  @Field(() => DateTime, { nullable: true })
  at?: Date | null;

  @Field(() => Color, { nullable: true })
  color?: Color;

  @Field(() => [Wish], { nullable: true })
  wishes?: Wish[];

  @Field(() => Named, { nullable: true })
  inner?: Named | null;

  get shouted(): string {
    return this.name.toUpperCase();
  }
}

@ArgsType()
class Paged {
  @Field(() => Int)
  first = 20;

  @Field(() => ShortText, { nullable: true })
  after?: string;
}

@ArgsType()
class PagedWishes extends Paged {
  @Field(() => [Wish], { nullable: true })
  wishes?: Wish[];
}

@ObjectType()
class Thing {
  @Field(() => ShortText)
  name!: string;

  @Field(() => ShortText, { name: 'title' })
  heading!: string;
}

const seen: unknown[] = [];
const see = (...given: unknown[]) => {
  seen.push(given);
  return 'seen';
};

@Resolver(() => Thing)
class ThingResolver {
  readonly #see = see;

  @Query(() => ShortText)
  one(@Ctx() call: unknown, @Arg('wish', () => Wish, { nullable: true }) wish: Wish, @Info() info: unknown): string {
    return this.#see(call, wish, info);
  }

  @Mutation(() => ShortText)
  many(
    @Arg('wishes', () => [Wish]) wishes: Wish[],
    @Arg('color', () => Color) color: Color,
    @Arg('at', () => DateTime) at: Date,
  ): string {
    return this.#see(wishes, color, at);
  }

  @Query(() => ShortText)
  page(@Args(() => PagedWishes) page: PagedWishes): string {
    return this.#see(page);
  }

  @Query(() => Thing)
  @UseMiddleware(async (_data, next) => next())
  watched(): Thing {
    return new Thing();
  }

  @FieldResolver(() => ShortText)
  told(@Root() thing: Thing, @Arg('wish', () => Named) wish: Named): string {
    return this.#see(thing, wish);
  }
}

readPropertiesPlainly();
const schema: GraphQLSchema = buildSchemaSync({
  resolvers: [ThingResolver],
  validate: false,
  skipCheck: true,
});
const compiled = compileMethods([ThingResolver]);

const wish = { name: 'a', at: new Date(0), color: 'red', wishes: [{ name: 'b', inner: null }], inner: { name: 'c' } };
const calls: [type: string, field: string, source: unknown, values: object][] = [
  ['Query', 'one', undefined, { wish }],
  ['Query', 'one', undefined, { wish: null }],
  ['Query', 'one', undefined, {}],
  ['Mutation', 'many', undefined, { wishes: [wish, { name: 'd' }], color: 'red', at: new Date(1) }],
  ['Query', 'page', undefined, { first: 3, wishes: [{ name: 'e' }] }],
  ['Query', 'page', undefined, {}],
  ['Thing', 'told', { name: 'plain' }, { wish: { name: 'f' } }],
  ['Thing', 'told', Object.assign(new Thing(), { name: 'instance' }), { wish: { name: 'g' } }],
];

test.each(calls)('%s.%s is called with what type-graphql would call it with', async (type, field, source, values) => {
  const stock = (schema.getType(type) as never as { getFields(): Record<string, { resolve: unknown }> }).getFields();
  const resolvers = [stock[field]?.resolve, compiled[type]?.[field]] as GraphQLFieldResolver<unknown, unknown>[];
  seen.length = 0;
  for (const resolve of resolvers)
    expect(await resolve(source, values, { call: true }, { info: true } as never)).toBe('seen');
  const [expected, actual] = seen;
  // Strict equality compares classes too.
  expect(actual).toStrictEqual(expected);
});

test('an input is an instance of its class, however deep', () => {
  seen.length = 0;
  compiled.Query?.one?.(undefined, { wish }, undefined, undefined as never);
  const [[, given]] = seen as [[unknown, Wish]];
  expect([given.shouted, given.wishes?.[0]?.shouted, given.inner instanceof Named]).toEqual(['A', 'B', true]);
});

test('what has a middleware is left to type-graphql', () => {
  expect(compiled.Query).not.toHaveProperty('watched');
});

test('a field that is a property of its object has no resolver, one of another name has', () => {
  const fields = (
    schema.getType('Thing') as never as { getFields(): Record<string, { resolve?: unknown }> }
  ).getFields();
  expect([fields.name?.resolve, typeof fields.title?.resolve]).toEqual([undefined, 'function']);
});
