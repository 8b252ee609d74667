/*
 * The types of single values that cross the API: each is checked once, here, when an argument is coerced, and each has
 * a bound. No argument is a bare String, Int or Float (graph.test.ts holds that), so no use case checks a format.
 */
import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO, GraphQLEmailAddress } from 'graphql-scalars';
import { invalid, numberScalar, scalar, textScalar } from './scalar.ts';

const instants = GraphQLDateTimeISO.toConfig();

/** PostgreSQL has no year 0, and JavaScript writes years before 0 and after 9999 otherwise than RFC 3339 does. */
function inEra(instant: Date): Date {
  const year = instant.getUTCFullYear();
  if (year < 1 || year > 9_999) throw invalid('DateTime', 'an instant in the years 1 to 9999');
  return instant;
}

/** Instants, RFC 3339 in UTC. */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...instants,
  parseValue: (value) => inEra(instants.parseValue(value)),
  parseLiteral: (node, variables) => inEra(instants.parseLiteral(node, variables)),
  name: 'DateTime',
  description: 'An instant in UTC as RFC 3339 writes it, such as 2026-03-21T13:00:49.000Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
});

export const ShortText = textScalar({
  name: 'ShortText',
  description: 'One line of 1 to 80 characters; space around it is dropped.',
  longest: 80,
  expected: 'one line of 1 to 80 characters',
});

export const Text = textScalar({
  name: 'Text',
  description: 'Text of 1 to 2,000 characters, line breaks allowed; space around it is dropped.',
  longest: 2_000,
  lines: true,
  expected: 'text of 1 to 2,000 characters',
});

export const StoryText = textScalar({
  name: 'StoryText',
  description:
    'Text of 1 to 280 characters, line breaks allowed; space around it is dropped. Nothing that turns the direction of writing, no towers of accents.',
  longest: 280,
  lines: true,
  // Overrides of direction make a text read otherwise than it is checked; stacked marks spill over their neighbors.
  pattern: /^(?![\s\S]*(?:[\u202a-\u202e\u2066-\u2069]|\p{M}{5}))/u,
  expected: 'text of 1 to 280 characters without control characters and stacked accents',
});

export const TextPattern = textScalar({
  name: 'TextPattern',
  description:
    'A regular expression of PostgreSQL (advanced form) of 1 to 500 characters, without references to earlier matches; upper and lower case are one unless it begins with (?c).',
  longest: 500,
  // With back references the time of a match may explode (PostgreSQL manual, 9.7.3).
  pattern: /^(?:[^\\]|\\[^1-9])*$/u,
  expected: 'a regular expression of 1 to 500 characters without back references',
});

export const SearchText = textScalar({
  name: 'SearchText',
  description: 'Words to search for, 1 to 100 characters.',
  longest: 100,
  expected: 'one line of 1 to 100 characters',
});

export const WebAddress = textScalar({
  name: 'WebAddress',
  description: 'An https address of at most 500 characters.',
  longest: 500,
  pattern: /^https:\/\/[^\s/$.?#][^\s]*$/i,
  expected: 'an https address of at most 500 characters',
});

export const SocketAddress = textScalar({
  name: 'SocketAddress',
  description: 'The address of a WebSocket, ws or wss, of at most 500 characters.',
  longest: 500,
  pattern: /^wss?:\/\/[^\s/?#@\\]+(\/[^\s#]*)?$/i,
  expected: 'a ws or wss address of at most 500 characters',
});

export const EmailAddress = textScalar({
  name: 'EmailAddress',
  description: 'An e-mail address of at most 254 characters.',
  longest: 254,
  holds: isEmailAddress,
  expected: 'an e-mail address of at most 254 characters',
});

function isEmailAddress(text: string): boolean {
  try {
    GraphQLEmailAddress.parseValue(text);
    return true;
  } catch {
    return false;
  }
}

export const RedirectUri = textScalar({
  name: 'RedirectUri',
  description: 'An absolute http or https address without a fragment, at most 2,000 characters.',
  longest: 2_000,
  pattern: /^https?:\/\/[^\s/?#@\\]+([/?][^\s#]*)?$/i,
  expected: 'an absolute http or https address without a fragment, of at most 2,000 characters',
});

export const ZipCode = textScalar({
  name: 'ZipCode',
  description: 'A ZIP code of the United States: five digits.',
  longest: 5,
  pattern: /^\d{5}$/,
  expected: 'five digits',
});

export const EmployerNumber = textScalar({
  name: 'EmployerNumber',
  description: 'An Employer Identification Number of the IRS: nine digits.',
  longest: 9,
  pattern: /^\d{9}$/,
  expected: 'nine digits',
});

export const WebDomain = textScalar({
  name: 'WebDomain',
  description: 'The name of a domain on the internet, such as example.org: lower case letters, digits, - and dots.',
  longest: 253,
  pattern: /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/,
  expected: 'the name of a domain in lower case, such as example.org',
});

export const StateCode = textScalar({
  name: 'StateCode',
  description: 'Two-letter code of a state, district or territory of the United States, such as TX.',
  longest: 2,
  pattern: /^[A-Z]{2}$/,
  expected: 'two capital letters',
});

export const PhoneNumber = textScalar({
  name: 'PhoneNumber',
  description: 'A phone number in the form of E.164, such as +15125550100.',
  longest: 16,
  pattern: /^\+[1-9]\d{6,14}$/,
  expected: 'a number in the form of E.164, such as +15125550100',
});

export const OneTimeCode = textScalar({
  name: 'OneTimeCode',
  description: 'The six digits that were sent to a phone.',
  longest: 6,
  pattern: /^\d{6}$/,
  expected: 'six digits',
});

export const IdempotencyKey = textScalar({
  name: 'IdempotencyKey',
  description:
    'Made by the client before the first attempt and sent again with every repetition of the same wish, so that it is ' +
    'carried out once: 8 to 64 letters, digits, - or _.',
  longest: 64,
  shortest: 8,
  pattern: /^[A-Za-z0-9_-]+$/,
  expected: '8 to 64 letters, digits, - or _',
});

export const VoucherCode = textScalar({
  name: 'VoucherCode',
  description: 'The code of a voucher; upper or lower case, with or without spaces and hyphens.',
  longest: 40,
  shortest: 8,
  pattern: /^[A-Za-z0-9 -]+$/,
  expected: 'letters and digits as they stand on the voucher',
});

export const VoucherToken = textScalar({
  name: 'VoucherToken',
  description:
    'The signed token of a voucher, as its QR code holds it: HB1: and 149 symbols of base 45 (RFC 9285), upper case.',
  longest: 153,
  shortest: 153,
  trim: false,
  pattern: /^HB1:[0-9A-Z $%*+./:-]+$/,
  expected: 'HB1: and 149 symbols of base 45 as they were scanned',
});

export const Base64 = textScalar({
  name: 'Base64',
  description: 'Bytes in base 64 (RFC 4648, section 4); at most 4,194,304 characters.',
  longest: 4_194_304,
  pattern: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  expected: 'bytes in base 64',
});

export const OpaqueToken = textScalar({
  name: 'OpaqueToken',
  description: 'A token that we or the identity provider gave; at most 4,096 characters.',
  longest: 4_096,
  pattern: /^[\x21-\x7e]+$/,
  expected: 'the token as it was given',
});

export const Cursor = textScalar({
  name: 'Cursor',
  description: 'A place in a list, as an earlier page gave it.',
  longest: 512,
  pattern: /^[A-Za-z0-9_=-]+$/,
  expected: 'a cursor of an earlier page',
});

export const TableFile = textScalar({
  name: 'TableFile',
  description: 'The text of a table with a header line, at most 1,048,576 characters.',
  longest: 1_048_576,
  shortest: 0,
  trim: false,
  // What is wrong inside a file is reported by the import, row by row.
  lines: true,
  expected: 'text of at most 1,048,576 characters without control characters',
});

export const FileName = textScalar({
  name: 'FileName',
  description: 'The name of a file without a path, 1 to 200 characters.',
  longest: 200,
  // Nothing that turns the direction of writing and so hides the ending.
  pattern: /^(?!\.{1,2}$)[^/\\\u202a-\u202e\u2066-\u2069]+$/u,
  expected: 'the name of a file without a path, 1 to 200 characters',
});

export const MediaType = textScalar({
  name: 'MediaType',
  description: 'What a file is, such as text/csv (RFC 6838, section 4.2), in lower case and without parameters.',
  longest: 127,
  pattern: /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/,
  expected: 'a media type such as text/csv',
});

export const Sha256 = textScalar({
  name: 'Sha256',
  description: 'A SHA-256 as 64 hexadecimal digits.',
  longest: 64,
  pattern: /^[0-9a-fA-F]{64}$/,
  expected: '64 hexadecimal digits',
});

export const SvgImage = textScalar({
  name: 'SvgImage',
  description: 'An image as SVG text.',
  longest: 65_536,
  lines: true,
  pattern: /^<svg /,
  expected: 'the text of an SVG image',
});

export const LocalDate = textScalar({
  name: 'LocalDate',
  description: 'A day of the calendar, such as 2026-03-21.',
  longest: 10,
  pattern: /^(19|20|21)\d\d-\d\d-\d\d$/,
  holds: (day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false,
  expected: 'a day such as 2026-03-21',
});

export const Month = textScalar({
  name: 'Month',
  description: 'A month of the calendar, such as 2026-03.',
  longest: 7,
  pattern: /^(19|20|21)\d\d-(0[1-9]|1[0-2])$/,
  expected: 'a month such as 2026-03',
});

export const LocalTime = textScalar({
  name: 'LocalTime',
  description: 'A time of the wall clock to the minute, such as 22:30.',
  longest: 5,
  pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
  expected: 'a time such as 22:30',
});

export const TimeZone = textScalar({
  name: 'TimeZone',
  description: 'A time zone by its name in the IANA database, such as America/Chicago.',
  longest: 64,
  pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/,
  expected: 'the name of a time zone such as America/Chicago',
});

export const Latitude = numberScalar({
  name: 'Latitude',
  description: 'Degrees north of the equator, WGS 84.',
  least: -90,
  most: 90,
  whole: false,
});

export const Longitude = numberScalar({
  name: 'Longitude',
  description: 'Degrees east of Greenwich, WGS 84.',
  least: -180,
  most: 180,
  whole: false,
});

export const Meters = numberScalar({
  name: 'Meters',
  description: 'A length in meters.',
  least: 0,
  most: 20_100_000,
  whole: false,
});

export const Points = numberScalar({
  name: 'Points',
  description: 'An amount of points.',
  least: 1,
  most: 1_000_000,
  whole: true,
});

export const Quantity = numberScalar({
  name: 'Quantity',
  description: 'How many pieces.',
  least: 1,
  most: 1_000_000,
  whole: true,
});

export const Cents = numberScalar({
  name: 'Cents',
  description: 'An amount of money in cents of a US dollar.',
  least: 0,
  most: 100_000_000,
  whole: true,
});

export const SignedCents = numberScalar({
  name: 'SignedCents',
  description: 'An amount of money in cents of a US dollar; below zero where more was taken back than given.',
  least: -1_000_000_000_000,
  most: 1_000_000_000_000,
  whole: true,
});

export const Version = numberScalar({
  name: 'Version',
  description: 'How often a thing was changed, beginning with 1.',
  least: 1,
  most: 2 ** 31 - 1,
  whole: true,
});

export const BasisPoints = numberScalar({
  name: 'BasisPoints',
  description: 'A share in hundredths of a percent.',
  least: 1,
  most: 10_000,
  whole: true,
});

export const MonthCount = numberScalar({
  name: 'MonthCount',
  description: 'A span of time in months of the calendar.',
  least: 1,
  most: 120,
  whole: true,
});

export const Days = numberScalar({
  name: 'Days',
  description: 'A span of time in days.',
  least: 1,
  most: 3_650,
  whole: true,
});

export const Hours = numberScalar({
  name: 'Hours',
  description: 'A span of time in hours.',
  least: 1,
  most: 720,
  whole: true,
});

export const RuleValue = numberScalar({
  name: 'RuleValue',
  description: 'A number of a rule, in the unit that its name says.',
  least: 0,
  most: 1_000_000,
  whole: false,
});

export const Seconds = numberScalar({
  name: 'Seconds',
  description: 'A span of time in seconds.',
  least: 0,
  most: 31_536_000,
  whole: true,
});

export const Sequence = numberScalar({
  name: 'Sequence',
  description: 'A count that grows with every report of a device.',
  least: 0,
  most: 2 ** 31 - 1,
  whole: true,
});

export const SocketCount = numberScalar({
  name: 'SocketCount',
  description: 'How many sockets.',
  least: 0,
  most: 1_000_000,
  whole: true,
});

export const ColumnNumber = numberScalar({
  name: 'ColumnNumber',
  description: 'Which column of a table; the first is 1.',
  least: 1,
  most: 1_000,
  whole: true,
});

export const ByteCount = numberScalar({
  name: 'ByteCount',
  description: 'How long a file is, in bytes.',
  least: 1,
  most: 268_435_456,
  whole: true,
});

export const PageSize = numberScalar({
  name: 'PageSize',
  description: 'How many entries of a list to return.',
  least: 1,
  most: 100,
  whole: true,
});

/** Vertices of a ring, WGS 84 degrees. */
export interface RingVertex {
  readonly longitude: number;
  readonly latitude: number;
}

const RING_VERTICES = { least: 3, most: 501 };

/** A line around an area; whether it crosses itself is for whoever draws areas to say. */
export const Ring = scalar<readonly RingVertex[] | readonly (readonly [number, number])[]>(
  'Ring',
  'A line around an area: a list of 3 to 500 pairs [longitude, latitude] in degrees, WGS 84, as a ring of GeoJSON (RFC ' +
    '7946) has them. Lines between two vertices are straight in longitude and latitude and take the shorter way round the ' +
    'Earth, also across 180 degrees. The last vertex is joined to the first, and may repeat it.',
  (value) => (value as readonly RingVertex[]).map(({ longitude, latitude }) => [longitude, latitude] as const),
  (value) => {
    const { least, most } = RING_VERTICES;
    if (!Array.isArray(value) || value.length < least || value.length > most || !value.every(isLongitudeLatitude)) {
      throw invalid('Ring', 'a list of 3 to 500 pairs [longitude, latitude] in degrees');
    }
    return value.map(([longitude, latitude]) => ({ longitude, latitude }));
  },
);

function isLongitudeLatitude(pair: unknown): pair is [number, number] {
  if (!Array.isArray(pair) || pair.length !== 2) return false;
  const [longitude, latitude] = pair;
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return false;
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}
