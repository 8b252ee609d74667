import fc from 'fast-check';
import { type GraphQLScalarType, isScalarType } from 'graphql';
import * as scalars from './scalars.ts';

const all = Object.values(scalars).filter((value) => isScalarType(value)) as GraphQLScalarType[];

const good: [GraphQLScalarType, unknown, unknown?][] = [
  [scalars.EmailAddress, 'Someone@Example.org'],
  [scalars.ShortText, '  Dana ', 'Dana'],
  [scalars.Text, 'two\nlines'],
  [scalars.WebAddress, 'https://pictures.example/a.jpg?b=c'],
  [scalars.SocketAddress, 'wss://one.example:8443/graphql'],
  [scalars.SocketCount, 0],
  [scalars.ZipCode, '78701'],
  [scalars.PhoneNumber, '+15125550100'],
  [scalars.OneTimeCode, '012345'],
  [scalars.IdempotencyKey, 'abcdEFGH-_01'],
  [scalars.LocalDate, '2028-02-29'],
  [scalars.LocalTime, '22:30'],
  [scalars.TimeZone, 'America/Argentina/Buenos_Aires'],
  [scalars.Latitude, -90],
  [scalars.Longitude, 180],
  [scalars.Points, 1_000_000],
  [scalars.Cents, 0],
  [
    scalars.Ring,
    [
      [180, -90],
      [-180, 90],
      [0, 0],
    ].map((pair) => [...pair]),
    [
      { longitude: 180, latitude: -90 },
      { longitude: -180, latitude: 90 },
      { longitude: 0, latitude: 0 },
    ],
  ],
];

test.each(good)('%s takes %j', (scalar, value, expected = value) => {
  expect(scalar.parseValue(value)).toEqual(expected);
});

const bad: [GraphQLScalarType, unknown][] = [
  [scalars.EmailAddress, 'no at sign'],
  [scalars.EmailAddress, `${'x'.repeat(250)}@example.org`],
  [scalars.ShortText, '   '],
  [scalars.ShortText, 'x'.repeat(81)],
  [scalars.ShortText, 'line\nbreak'],
  [scalars.Text, 'nul\0'],
  [scalars.Text, 'half a pair \ud800'],
  [scalars.WebAddress, 'http://plain.example'],
  [scalars.WebAddress, 'javascript:alert(1)'],
  [scalars.SocketAddress, 'https://one.example/graphql'],
  [scalars.SocketAddress, 'wss://someone@one.example'],
  [scalars.SocketCount, -1],
  [scalars.SocketCount, 1_000_001],
  [scalars.ZipCode, '7870'],
  [scalars.ZipCode, 78701],
  [scalars.PhoneNumber, '5125550100'],
  [scalars.LocalDate, '2026-02-29'],
  [scalars.LocalTime, '24:00'],
  [scalars.TimeZone, '../etc/passwd'],
  [scalars.Ring, 'ring'],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
    ],
  ],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
      [0, 91],
    ],
  ],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
      [181, 0],
    ],
  ],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
      ['0', 0],
    ],
  ],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
      [0, 0, 0],
    ],
  ],
  [
    scalars.Ring,
    [
      [0, 0],
      [1, 1],
      [Number.NaN, 0],
    ],
  ],
  [scalars.Ring, Array(502).fill([0, 0])],
  [scalars.LocalDate, '2026-13-01'],
  [scalars.DateTime, '0000-01-01T00:00:00Z'],
  [scalars.DateTime, '9999-12-31T23:59:59-01:00'],
  [scalars.Latitude, 90.000001],
  [scalars.Latitude, Number.NaN],
  [scalars.Longitude, '12'],
  [scalars.Points, 0],
  [scalars.Points, 1.5],
  [scalars.Sequence, -1],
];

test.each(bad)('%s refuses %j', (scalar, value) => {
  expect(() => scalar.parseValue(value)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }));
});

test('every scalar describes itself and answers anything at all with a value or a refusal', () => {
  for (const scalar of all) {
    expect(scalar.description?.length).toBeGreaterThan(10);
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          scalar.parseValue(value);
        } catch (error) {
          expect((error as Error).name).toBe('GraphQLError');
        }
      }),
      { numRuns: 300 },
    );
  }
});

test('a refusal never repeats the value, which may be personal', () => {
  for (const scalar of all) {
    if (scalar === scalars.DateTime) continue;
    try {
      scalar.parseValue('secret-78d1\0');
    } catch (error) {
      expect((error as Error).message).not.toContain('secret-78d1');
    }
  }
});
