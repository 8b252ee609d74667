/*
 * Makes inputs for mutations out of the API schema itself, so that a mutation added tomorrow is attacked tomorrow:
 * plausible values that reach deep, malformed ones that must be stopped at the edge, and anything in between.
 */
import { randomUUID } from 'node:crypto';
import fc, { type Arbitrary } from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** Refused by every scalar, enum and input object of the API. */
const malformed = fc.constantFrom<unknown>({ bad: [] }, 'nul\0', [[{}]], { __proto__: null, constructor: 1 });

const anything = fc.oneof(
  malformed,
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    1e308,
    2 ** 53,
    '',
    ' ',
    'x'.repeat(5_000),
    'half \ud800',
    "'; drop table rewards.account; --",
    '=HYPERLINK("http://evil.example")',
    '{{7*7}}',
    '\u202eright to left',
    '👮🏽‍♀️'.repeat(20),
    [],
    {},
    { id: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.double(),
);

/** Scalar -> values that it takes. */
const plausible: Readonly<Record<string, Arbitrary<unknown>>> = {
  Boolean: fc.boolean(),
  DateTime: fc.constantFrom(
    '2026-03-21T13:00:49.000Z',
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
  ),
  EmailAddress: fc.constantFrom('somebody@example.org', 'x@y.example'),
  ShortText: fc.constantFrom('Dana', "O'Brien; --", '👮🏽‍♀️', '%_\\'),
  Text: fc.constantFrom('A few words.', 'two\nlines'),
  RuleValue: fc.constantFrom(0, 1, 0.5, 1_000_000),
  Ring: fc.constantFrom(
    [
      [-97.75, 30.27],
      [-97.74, 30.27],
      [-97.74, 30.28],
    ],
    [
      [0, 0],
      [1, 1],
      [0, 1],
      [1, 0],
    ],
    [
      [179.9, 10],
      [-179.9, 10],
      [180, 11],
    ],
  ),
  StoryText: fc.constantFrom('We met at the library.', 'Call 512 555 0100', '{officer} and {citizen}'),
  TextPattern: fc.constantFrom('badge', '[0-9]{3}', '(', '(a+)+$'),
  SocketAddress: fc.constantFrom('wss://one.example/graphql', 'ws://localhost:4000/graphql'),
  SocketCount: fc.constantFrom(0, 1, 20_000),
  SearchText: fc.constantFrom('coffee', "'", '%', '& | ! ( )', '\\'),
  WebAddress: fc.constantFrom('https://pictures.example/a.jpg', 'https://127.0.0.1/'),
  RedirectUri: fc.constantFrom('http://127.0.0.1:1/signed-in', 'http://localhost/'),
  ZipCode: fc.constantFrom('78701', '00000', '99999'),
  PhoneNumber: fc.constantFrom('+15125550177', '+4930123456'),
  OneTimeCode: fc.constantFrom('000000', '123456'),
  IdempotencyKey: fc.constantFrom('garbage-1', 'garbage-2', 'x'.repeat(64)),
  VoucherCode: fc.constantFrom('ABCD-EFGH-JKMN-PQRS', '00000000'),
  OpaqueToken: fc.constantFrom('x', 'hb_unknown', 'e30.e30.e30'),
  Cursor: fc.constantFrom('W10', 'x'),
  TableFile: fc.constantFrom('', 'name', 'name,ein\nA,"', '\n\n\n', 'a;b\n1;2', '=cmd|x,1\n'),
  LocalDate: fc.constantFrom('2026-01-01', '2199-12-31'),
  LocalTime: fc.constantFrom('00:00', '22:30', '23:59'),
  TimeZone: fc.constantFrom('America/Chicago', 'UTC', 'Mars/Olympus_Mons'),
  Latitude: fc.constantFrom(30.2672, 90, -90, 0),
  Longitude: fc.constantFrom(-97.7431, 180, -180),
  Meters: fc.constantFrom(0, 5, 20_100_000),
  Points: fc.constantFrom(1, 50, 1_000_000),
  Quantity: fc.constantFrom(1, 1_000_000),
  Cents: fc.constantFrom(0, 500, 100_000_000),
  Sequence: fc.constantFrom(0, 1, 2 ** 31 - 1),
  PageSize: fc.constantFrom(1, 100),
  EmployerNumber: fc.constantFrom('000000000', '742345678'),
  WebDomain: fc.constantFrom('shop.example', 'xn--80ak6aa92e.example', 'gmail.com'),
  StateCode: fc.constantFrom('TX', 'ZZ'),
  VoucherToken: fc.constantFrom(`HB1:${'0'.repeat(149)}`, `HB1:${':'.repeat(149)}`),
  Base64: fc.constantFrom('', 'AAAA', Buffer.alloc(64).toString('base64')),
  FileName: fc.constantFrom('offers.csv', 'a b.xlsx', '=1+1.csv'),
  MediaType: fc.constantFrom('text/csv', 'application/octet-stream'),
  Sha256: fc.constantFrom('0'.repeat(64), 'F'.repeat(64)),
  Month: fc.constantFrom('2026-03', '1999-12', '2100-01'),
  SignedCents: fc.constantFrom(-500, 0, 1_000_000_000_000),
  Version: fc.constantFrom(1, 2, 2 ** 31 - 1),
  BasisPoints: fc.constantFrom(1, 500, 10_000),
  MonthCount: fc.constantFrom(1, 120),
  Days: fc.constantFrom(1, 3_650),
  Hours: fc.constantFrom(1, 720),
  Seconds: fc.constantFrom(0, 60, 31_536_000),
  ColumnNumber: fc.constantFrom(1, 1_000),
  ByteCount: fc.constantFrom(1, 268_435_456),
};

type Make = (type: GraphQLInputType) => Arbitrary<unknown>;

function leafOf(type: GraphQLInputType, ids: readonly string[]): Arbitrary<unknown> {
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  const name = 'name' in type ? type.name : '';
  if (name === 'ID') return ids.length > 0 ? fc.constantFrom(...ids, randomUUID()) : fc.constant(randomUUID());
  const values = plausible[name];
  if (!values) throw new Error(`garbage.ts knows no plausible value of the scalar ${name}: add one`);
  return values;
}

/** Well-formed values of a type; `ids` are of things that exist. */
function wellFormed(ids: readonly string[]): Make {
  const make: Make = (type) => {
    if (isNonNullType(type)) return make(type.ofType);
    if (isListType(type)) return fc.array(make(type.ofType), { minLength: 1, maxLength: 3 });
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).map((field) => [field.name, make(field.type)] as const);
      const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
      return fc.record(Object.fromEntries(fields), { requiredKeys: required.map(({ name }) => name) as never[] });
    }
    return leafOf(type, ids);
  };
  return make;
}

/** Values of a type in which any part may be anything. */
function loose(ids: readonly string[]): Make {
  const make: Make = (type) => {
    if (isNonNullType(type)) return make(type.ofType);
    const usual = isListType(type)
      ? fc.array(make(type.ofType), { maxLength: 3 })
      : isInputObjectType(type)
        ? fc.record(
            Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, make(field.type)])),
            { requiredKeys: [] },
          )
        : leafOf(type, ids);
    return fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: anything });
  };
  return make;
}

/** Well-formed values of an input object in which exactly one leaf is malformed. */
function spoiled(ids: readonly string[]): Make {
  return (type) => {
    const paths = leafPaths(type, []);
    return fc.tuple(wellFormed(ids)(type), fc.constantFrom(...paths), malformed).map(([value, path, bad]) => {
      return put(structuredClone(value), path, bad);
    });
  };
}

function leafPaths(type: GraphQLInputType, path: readonly string[]): string[][] {
  if (isNonNullType(type)) return leafPaths(type.ofType, path);
  if (isListType(type)) return leafPaths(type.ofType, [...path, '0']);
  if (!isInputObjectType(type)) return [[...path]];
  return Object.values(type.getFields()).flatMap((field) => leafPaths(field.type, [...path, field.name]));
}

function put(value: unknown, [step, ...rest]: readonly string[], leaf: unknown): unknown {
  if (step === undefined) return leaf;
  const holder = (typeof value === 'object' && value !== null ? value : step === '0' ? [] : {}) as Record<
    string,
    unknown
  >;
  holder[step] = put(holder[step], rest, leaf);
  return holder;
}

export type Mutation = GraphQLField<unknown, unknown>;

/** A document that sends `variables.input` to the mutation and asks back as little as there is. */
export function documentOf(mutation: Mutation): string {
  const declared = mutation.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = mutation.args.map(({ name }) => `${name}: $${name}`).join(', ');
  return `mutation (${declared}) { ${mutation.name}(${passed}) { __typename } }`;
}

function variablesOf(mutation: Mutation, make: Make): Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(mutation.args.map(({ name, type }) => [name, make(type)])));
}

export const spoiledVariables = (mutation: Mutation, ids: readonly string[]) => variablesOf(mutation, spoiled(ids));
export const looseVariables = (mutation: Mutation, ids: readonly string[]) => variablesOf(mutation, loose(ids));
