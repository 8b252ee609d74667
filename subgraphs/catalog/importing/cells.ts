/*
 * What a single cell of an imported table may hold: one rule per kind of value. A rule takes the cell as it stands in
 * the file and answers the value, the value with what was put right, or why not. What spreadsheets are known to do to
 * data (lost leading zeros, decimal commas, formulas) is named; nothing is guessed silently.
 */
import { createHash } from 'node:crypto';

/** Codes are part of the API (ImportProblem.code): added, never renamed. */
export const problemCodes = {
  MISSING: 'A required cell is empty.',
  FORMULA: 'A text begins with =, +, -, @ or a tab, which a spreadsheet would run as a formula.',
  CHARACTERS: 'The cell holds control characters, or was read in a wrong encoding.',
  TOO_LONG: 'The text is too long.',
  FORMAT: 'The cell is not of the form that this column needs.',
  OUT_OF_RANGE: 'The value is outside of what is possible.',
  DUPLICATE: 'An earlier line of the file is about the same thing.',
  UNKNOWN_RETAILER: 'The catalog has no retailer of this name; import retailers first.',
  CLEAR: 'A value that is needed, or tells what the row is about, cannot be erased.',
  CHANGED_MEANWHILE: 'Somebody changed this after it was compared.',
  CHARITY_CLOSED: 'The charity is suspended or archived.',
  RETAILER_ARCHIVED: 'The retailer is archived.',
  OFFER_CLOSED: 'The offer of this title is closed and cannot be opened again.',
  QUOTES: 'The quotes of the line do not match.',
  TOO_MANY_CELLS: 'The line has more cells than the header.',
  LINE_BREAKS: 'Corrected: line breaks became blanks.',
  ZIP_SHORTENED: 'Corrected: ZIP+4 was cut to five digits.',
  LEADING_ZEROS: 'Corrected: zeros at the front, which spreadsheets drop, were put back.',
  DECIMAL_COMMA: 'Corrected: the decimal comma became a point.',
  STATE_NAME: 'Corrected: the name of a state became its code.',
  DATE_ORDER: 'Corrected: a date as month/day/year became year-month-day.',
} as const;
export type ProblemCode = keyof typeof problemCodes;

export interface CellProblem {
  readonly code: ProblemCode;
  readonly message: string;
}

/** `refused`, or `value` with what was put right in it. */
export type CellResult<Value> =
  | { readonly value: Value; readonly corrected?: CellProblem }
  | { readonly refused: CellProblem };

/** Takes a cell that is not blank. */
export type CellRule<Value> = (cell: string) => CellResult<Value>;

const refuse = (code: ProblemCode, message: string) => ({ refused: { code, message } });
const correct = <Value>(value: Value, code: ProblemCode, message: string) => ({ value, corrected: { code, message } });

// OWASP "CSV injection"; the full-width forms are read as formulas too in some locales.
const FORMULA = /^[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;
const FORBIDDEN = /[^\P{Cc}\n\t]|[\p{Cs}\uFFFD]/u;

/** One line of at most `longest` characters; runs of blanks become one. */
export function text(longest: number): CellRule<string> {
  return (cell) => {
    if (cell.startsWith('\t') || FORMULA.test(cell.trimStart())) {
      return refuse(
        'FORMULA',
        'A text must not begin with =, +, -, @ or a tab: spreadsheets would run it as a formula.',
      );
    }
    if (FORBIDDEN.test(cell)) {
      return refuse(
        'CHARACTERS',
        'The text holds control characters or was read in a wrong encoding; save the file as UTF-8.',
      );
    }
    const value = cell.trim().replace(/\s+/g, ' ');
    if (value.length > longest)
      return refuse('TOO_LONG', `The text has ${value.length} characters; at most ${longest} fit.`);
    if (cell.trim().includes('\n')) return correct(value, 'LINE_BREAKS', 'Line breaks became blanks.');
    return { value };
  };
}

/** Five digits. ZIP+4 is cut; a number that lost its leading zeros (New England, Puerto Rico) gets them back. */
export const zipCode: CellRule<string> = (cell) => {
  const [, base, extension] = cell.trim().match(/^(\d{3,5})(?:-?(\d{4}))?$/) ?? [];
  if (!base) return refuse('FORMAT', 'A ZIP code has five digits.');
  const value = base.padStart(5, '0');
  if (base.length < 5) return correct(value, 'LEADING_ZEROS', `The ZIP code lost its leading zeros: read as ${value}.`);
  if (extension) return correct(value, 'ZIP_SHORTENED', `ZIP+4 was cut to ${value}.`);
  return { value };
};

/** Nine digits, with or without the hyphen after the second. */
export const employerNumber: CellRule<string> = (cell) => {
  const trimmed = cell.trim();
  const digits = trimmed.replace(/^(\d{2})-(\d{7})$/, '$1$2');
  if (/^\d{9}$/.test(digits)) return { value: digits };
  if (/^\d{7,8}$/.test(trimmed)) {
    const value = trimmed.padStart(9, '0');
    return correct(value, 'LEADING_ZEROS', `The EIN lost its leading zeros: read as ${value}.`);
  }
  return refuse('FORMAT', 'An EIN has nine digits.');
};

/** Five digits: state and county, as the US Census numbers them. */
export const countyNumber: CellRule<string> = (cell) => {
  const trimmed = cell.trim();
  if (/^\d{5}$/.test(trimmed)) return { value: trimmed };
  if (/^\d{4}$/.test(trimmed))
    return correct(`0${trimmed}`, 'LEADING_ZEROS', `The county number lost its zero: read as 0${trimmed}.`);
  return refuse('FORMAT', 'A county number (FIPS) has five digits.');
};

/** Two-letter code of a state, of DC or of a territory; its full name is understood. */
export const state: CellRule<string> = (cell) => {
  const name = cell.trim().replace(/\s+/g, ' ').toUpperCase();
  if (STATES.has(name)) return { value: name };
  const code = STATE_CODES.get(name);
  if (code) return correct(code, 'STATE_NAME', `Read as ${code}.`);
  return refuse('FORMAT', 'This is no state of the United States: give its two-letter code.');
};

export const latitude = degrees(90, 'A latitude');
export const longitude = degrees(180, 'A longitude');

function degrees(most: number, what: string): CellRule<number> {
  return (cell) => {
    const trimmed = cell.trim();
    const commaAsPoint = /^[+-]?\d{1,3},\d+$/.test(trimmed);
    const written = commaAsPoint ? trimmed.replace(',', '.') : trimmed;
    if (!/^[+-]?\d{1,3}(\.\d{1,20})?$/.test(written))
      return refuse('FORMAT', `${what} is a number of degrees such as 30.2672.`);
    const value = Number(written);
    if (Math.abs(value) > most) return refuse('OUT_OF_RANGE', `${what} lies between -${most} and ${most} degrees.`);
    if (value === 0) return refuse('OUT_OF_RANGE', `${what} of exactly 0 stands for a place that was not found.`);
    return commaAsPoint ? correct(value, 'DECIMAL_COMMA', `Read as ${value}.`) : { value };
  };
}

/** A whole number between bounds. */
export function wholeNumber(least: number, most: number): CellRule<number> {
  return (cell) => {
    const trimmed = cell.trim();
    if (!/^\d{1,15}$/.test(trimmed)) return refuse('FORMAT', 'This must be a whole number in digits only.');
    const value = Number(trimmed);
    if (value < least || value > most) return refuse('OUT_OF_RANGE', `This must lie between ${least} and ${most}.`);
    return { value };
  };
}

/** An amount in dollars such as 5, 5.00 or $5.00; answers cents. */
export function dollars(mostCents: number): CellRule<number> {
  return (cell) => {
    const [, whole, cents = ''] = cell.trim().match(/^\$?(\d{1,9})(?:\.(\d{1,2}))?$/) ?? [];
    if (!whole)
      return refuse('FORMAT', 'This must be an amount in dollars such as 5.00, without separators of thousands.');
    const value = Number(whole) * 100 + Number(cents.padEnd(2, '0'));
    if (value > mostCents) return refuse('OUT_OF_RANGE', `This must be at most ${mostCents / 100} dollars.`);
    return { value };
  };
}

/** A day of the calendar; answers YYYY-MM-DD. */
export const day: CellRule<string> = (cell) => {
  const trimmed = cell.trim();
  const [, month, date, year] = trimmed.match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/) ?? [];
  const written = year ? `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}` : trimmed;
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(written)) return refuse('FORMAT', 'This must be a day such as 2026-03-21.');
  const instant = new Date(`${written}T00:00:00Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== written) {
    return refuse('OUT_OF_RANGE', 'The calendar has no such day.');
  }
  return year ? correct(written, 'DATE_ORDER', `Read as ${written}.`) : { value: written };
};

/** A code of the National Taxonomy of Exempt Entities, such as B11 or C052. */
export const charityClass: CellRule<string> = (cell) => {
  const value = cell.trim().toUpperCase();
  return /^[A-Z](\d[0-9A-Z]{1,2})?$/.test(value) ? { value } : refuse('FORMAT', 'An NTEE code looks like B11.');
};

/** An e-mail address, as one is compared: without space around it and in small letters. Its text is never quoted. */
export const emailAddress: CellRule<string> = (cell) => {
  const value = cell.trim().toLowerCase();
  const isOne =
    value.length <= 254 &&
    /^[a-z0-9_][^\s@,;<>"]{0,63}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(value);
  return isOne ? { value } : refuse('FORMAT', 'This must be one e-mail address, and nothing else.');
};

/** An https address. */
export const webAddress: CellRule<string> = (cell) => {
  const value = cell.trim();
  if (value.length > 500) return refuse('TOO_LONG', 'An address has at most 500 characters.');
  const isOne = /^https:\/\/[^\s/$.?#][^\s]*$/i.test(value) && !FORBIDDEN.test(value);
  return isOne ? { value } : refuse('FORMAT', 'This must be an https address.');
};

/** Equal for equal contents: 128 bits of SHA-256 over the values in their order. */
export function hashValues(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 32);
}

/** How names are compared: case and width of letters do not count. */
export function comparable(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

// ANSI INCITS 38 with the postal codes of the territories and of military mail.
const STATE_CODES = new Map(
  (
    'ALABAMA AL,ALASKA AK,ARIZONA AZ,ARKANSAS AR,CALIFORNIA CA,COLORADO CO,CONNECTICUT CT,DELAWARE DE,DISTRICT OF COLUMBIA DC,' +
    'FLORIDA FL,GEORGIA GA,HAWAII HI,IDAHO ID,ILLINOIS IL,INDIANA IN,IOWA IA,KANSAS KS,KENTUCKY KY,LOUISIANA LA,MAINE ME,' +
    'MARYLAND MD,MASSACHUSETTS MA,MICHIGAN MI,MINNESOTA MN,MISSISSIPPI MS,MISSOURI MO,MONTANA MT,NEBRASKA NE,NEVADA NV,' +
    'NEW HAMPSHIRE NH,NEW JERSEY NJ,NEW MEXICO NM,NEW YORK NY,NORTH CAROLINA NC,NORTH DAKOTA ND,OHIO OH,OKLAHOMA OK,OREGON OR,' +
    'PENNSYLVANIA PA,RHODE ISLAND RI,SOUTH CAROLINA SC,SOUTH DAKOTA SD,TENNESSEE TN,TEXAS TX,UTAH UT,VERMONT VT,VIRGINIA VA,' +
    'WASHINGTON WA,WEST VIRGINIA WV,WISCONSIN WI,WYOMING WY,PUERTO RICO PR,GUAM GU,AMERICAN SAMOA AS,U.S. VIRGIN ISLANDS VI,' +
    'NORTHERN MARIANA ISLANDS MP,ARMED FORCES AMERICAS AA,ARMED FORCES EUROPE AE,ARMED FORCES PACIFIC AP'
  )
    .split(',')
    .map((entry) => [entry.slice(0, -3), entry.slice(-2)] as const),
);
const STATES = new Set(STATE_CODES.values());
