/*
 * Finds where values end in JSON text, and that they are what they should be, without making them. Compiled from types, it
 * reads compact JSON whose fields stand in the order asked, and nothing else: what is written in another way, however
 * right, is not found, and its reader falls back on JSON.parse.
 */
import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';

/** @returns where the value that begins at `at` ends, or NOWHERE; what follows there is looked at by whoever scans on. */
export type Scan = (text: string, at: number) => number;

export const NOWHERE = -1;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const LETTER_N = 0x6e;
const OPENING_BRACE = 0x7b;
const FIRST_PRINTABLE = 0x20;

/** Beyond it JSON.parse may yield another number than is written. */
const SAFE_DIGITS = 15;
/** As many as a double is ever written with, without an exponent. */
const DIGITS = 25;

export function scanText(expected: string): Scan {
  const { length } = expected;
  return (text, at) => (text.startsWith(expected, at) ? at + length : NOWHERE);
}

export const scanString: Scan = (text, at) => {
  if (text.charCodeAt(at) !== QUOTE) return NOWHERE;
  let index = at + 1;
  for (;;) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index + 1;
    if (code === BACKSLASH) {
      index = escapeEnd(text, index);
      if (index === NOWHERE) return NOWHERE;
    } else if (code >= FIRST_PRINTABLE) {
      index++;
    } else {
      // A control character, or NaN at the end of the text.
      return NOWHERE;
    }
  }
};

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

function escapeEnd(text: string, at: number): number {
  ESCAPE.lastIndex = at;
  return ESCAPE.test(text) ? ESCAPE.lastIndex : NOWHERE;
}

const isDigit = (code: number) => code >= ZERO && code <= NINE;

function digitsEnd(text: string, at: number): number {
  let index = at;
  while (isDigit(text.charCodeAt(index))) index++;
  return index;
}

/** Digits as JSON has them before the point: none too many, no zero in front; -0 is left to JSON.parse, which drops its sign. */
const scanInteger: Scan = (text, at) => {
  const isNegative = text.charCodeAt(at) === MINUS;
  const first = isNegative ? at + 1 : at;
  const end = digitsEnd(text, first);
  const length = end - first;
  if (length === 0 || length > SAFE_DIGITS) return NOWHERE;
  if (text.charCodeAt(first) === ZERO && (isNegative || length > 1)) return NOWHERE;
  return end;
};

const scanNumber: Scan = (text, at) => {
  const first = text.charCodeAt(at) === MINUS ? at + 1 : at;
  const point = digitsEnd(text, first);
  if (text.charCodeAt(point) !== POINT) return scanInteger(text, at);
  const end = digitsEnd(text, point + 1);
  if (point === first || end === point + 1 || end - first > DIGITS) return NOWHERE;
  if (text.charCodeAt(first) === ZERO && point - first > 1) return NOWHERE;
  // A number of zeros alone may be written shorter.
  if (Number(text.slice(first, end)) === 0) return NOWHERE;
  return end;
};

const scanTrue = scanText('true');
const scanFalse = scanText('false');
const scanNull = scanText('null');

const scanBoolean: Scan = (text, at) => {
  const end = scanTrue(text, at);
  return end === NOWHERE ? scanFalse(text, at) : end;
};

/** Of a custom scalar: anything but lists and objects, which may be written in many ways. */
const scanAny: Scan = (text, at) => {
  const code = text.charCodeAt(at);
  if (code === QUOTE) return scanString(text, at);
  if (code === OPENING_BRACE || code === OPENING_BRACKET) return NOWHERE;
  const end = scanNumber(text, at);
  return end === NOWHERE ? scanBoolean(text, at) : end;
};

/** Values that fit a leaf type and are not null. */
export function scanLeaf(type: GraphQLLeafType): Scan {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => `"${name}"`));
    return (text, at) => {
      const end = scanString(text, at);
      return end !== NOWHERE && values.has(text.slice(at, end)) ? end : NOWHERE;
    };
  }
  if (!isSpecifiedScalarType(type)) return scanAny;
  switch (type.name) {
    case 'Boolean':
      return scanBoolean;
    case 'Int':
      return scanInteger;
    case 'Float':
      return scanNumber;
    case 'ID':
      return (text, at) => (text.charCodeAt(at) === QUOTE ? scanString(text, at) : scanInteger(text, at));
    default:
      return scanString;
  }
}

/** The value, or null. */
export function scanNullable(scan: Scan): Scan {
  return (text, at) => (text.charCodeAt(at) === LETTER_N ? scanNull(text, at) : scan(text, at));
}

export function scanList(element: Scan): Scan {
  return (text, at) => {
    if (text.charCodeAt(at) !== OPENING_BRACKET) return NOWHERE;
    let index = at + 1;
    if (text.charCodeAt(index) === CLOSING_BRACKET) return index + 1;
    for (;;) {
      index = element(text, index);
      if (index === NOWHERE) return NOWHERE;
      const code = text.charCodeAt(index++);
      if (code === CLOSING_BRACKET) return index;
      if (code !== COMMA) return NOWHERE;
    }
  };
}

/** @param fields in order: what stands before each value, from the brace or comma on, and the value. @param closing what follows the last. */
export function scanObject(
  fields: readonly { readonly before: string; readonly value: Scan }[],
  closing: string,
): Scan {
  return (text, at) => {
    let index = at;
    for (const { before, value } of fields) {
      if (!text.startsWith(before, index)) return NOWHERE;
      index = value(text, index + before.length);
      if (index === NOWHERE) return NOWHERE;
    }
    return text.startsWith(closing, index) ? index + closing.length : NOWHERE;
  };
}
