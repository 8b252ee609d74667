import fc from 'fast-check';
import {
  type CellResult,
  comparable,
  day,
  dollars,
  emailAddress,
  employerNumber,
  hashValues,
  latitude,
  longitude,
  state,
  text,
  webAddress,
  wholeNumber,
  zipCode,
} from './cells.ts';

/** The value, with the code of what was put right; or the code of why not. */
function outcome(result: CellResult<unknown>): unknown {
  if ('refused' in result) return result.refused.code;
  return result.corrected ? [result.value, result.corrected.code] : [result.value];
}

test.each([
  ['78701', ['78701']],
  [' 78701-4042 ', ['78701', 'ZIP_SHORTENED']],
  ['787014042', ['78701', 'ZIP_SHORTENED']],
  ['2895', ['02895', 'LEADING_ZEROS']],
  ['12', 'FORMAT'],
  ['7870O', 'FORMAT'],
])('ZIP code %j', (cell, expected) => {
  expect(outcome(zipCode(cell))).toEqual(expected);
});

test.each([
  ['742172233', ['742172233']],
  ['74-2172233', ['742172233']],
  ['10390887', ['010390887', 'LEADING_ZEROS']],
  ['7421722330', 'FORMAT'],
])('employer number %j', (cell, expected) => {
  expect(outcome(employerNumber(cell))).toEqual(expected);
});

test.each([
  ['tx', ['TX']],
  ['new  york', ['NY', 'STATE_NAME']],
  ['Bavaria', 'FORMAT'],
])('state %j', (cell, expected) => {
  expect(outcome(state(cell))).toEqual(expected);
});

test.each([
  ['30.2672', [30.2672]],
  ['30,2672', [30.2672, 'DECIMAL_COMMA']],
  ['90.1', 'OUT_OF_RANGE'],
  ['0', 'OUT_OF_RANGE'],
  ['1e1', 'FORMAT'],
])('latitude %j', (cell, expected) => {
  expect(outcome(latitude(cell))).toEqual(expected);
});

test.each([
  ['5', [500]],
  ['$5.5', [550]],
  ['5.005', 'FORMAT'],
  ['1,000', 'FORMAT'],
  ['10000.01', 'OUT_OF_RANGE'],
])('dollars %j', (cell, expected) => {
  expect(outcome(dollars(1_000_000)(cell))).toEqual(expected);
});

test.each([
  ['2026-03-21', ['2026-03-21']],
  ['3/1/2026', ['2026-03-01', 'DATE_ORDER']],
  ['2026-02-30', 'OUT_OF_RANGE'],
  ['21.03.2026', 'FORMAT'],
])('day %j', (cell, expected) => {
  expect(outcome(day(cell))).toEqual(expected);
});

test.each([
  ['=1+1', 'FORMULA'],
  [' +FRZN MEAT', 'FORMULA'],
  ['-SHAVING CARE', 'FORMULA'],
  ['@cmd', 'FORMULA'],
  ['\uFF1D1', 'FORMULA'],
  ['\tx', 'FORMULA'],
  ['a\0b', 'CHARACTERS'],
  ['Do\uFFFDa Ana', 'CHARACTERS'],
  ['123456789', 'TOO_LONG'],
  ['a \n b', ['a b', 'LINE_BREAKS']],
  ['a  b ', ['a b']],
])('text %j', (cell, expected) => {
  expect(outcome(text(8)(cell))).toEqual(expected);
});

test('every text that is taken fits, is one line, has no control character and is no formula', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\n', ' ', '\uFF0B', '\u00A0', 'a', '\0', '\u0085'),
      maxLength: 6,
    }),
  );
  fc.assert(
    fc.property(cell, (value) => {
      const result = text(20)(value);
      if (value.trim() === '' || 'refused' in result) return;
      expect(result.value.length).toBeLessThanOrEqual(20);
      expect(result.value).not.toMatch(/^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|\p{Cc}|\p{Cs}/u);
    }),
    { numRuns: 2_000 },
  );
});

test('a taken value is taken again as it is: what was put right stays right', () => {
  const rules = [zipCode, employerNumber, state, day, text(80)];
  const cell = fc.oneof(
    fc.stringMatching(/^\d{1,9}(-\d{1,7})?$/),
    fc.constantFrom('texas', 'Ny', '1/2/2026', 'a\nb'),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(cell, fc.constantFrom(...rules), (value, rule) => {
      const first = rule(value);
      if (value.trim() === '' || 'refused' in first) return;
      expect(rule(first.value)).toEqual({ value: first.value });
    }),
    { numRuns: 2_000 },
  );
});

test('degrees, amounts and whole numbers are read as they were written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_800_000 }), fc.boolean(), (tenThousandths, west) => {
      const degrees = ((west ? -1 : 1) * tenThousandths) / 10_000;
      expect(longitude(`${degrees}`)).toEqual({ value: degrees });
      expect(longitude(degrees.toFixed(4).replace('.', ','))).toMatchObject({ value: degrees });
      expect(dollars(10_000_000)((tenThousandths / 100).toFixed(2))).toEqual({ value: tenThousandths });
      expect(wholeNumber(1, 2_000_000)(`${tenThousandths}`)).toEqual({ value: tenThousandths });
    }),
  );
});

test('names are equal whatever their case and width; hashes tell values apart, wherever one ends', () => {
  expect(comparable('\uFF33hop CAF\u00C9')).toBe('shop caf\u00E9');
  expect(hashValues(['a', 'bc'])).not.toBe(hashValues(['ab', 'c']));
  expect(hashValues(['a', 1])).toBe(hashValues(['a', 1]));
});

test.each([
  [' Officer@Police.Example ', 'officer@police.example'],
  ['first.last+desk@mail.police.example', 'first.last+desk@mail.police.example'],
])('the e-mail %j is compared as %j', (cell, value) => {
  expect(emailAddress(cell)).toEqual({ value });
});

test.each([
  'officer',
  'a@b',
  'a@b..example',
  'one@a.example, two@a.example',
  '=cmd@a.example',
  '@a.example',
  'a b@c.example',
])('%j is no e-mail, and the reason does not quote it', (cell) => {
  const result = emailAddress(cell);
  expect(outcome(result)).toBe('FORMAT');
  expect(JSON.stringify(result)).not.toContain('example');
});

test.each([
  ['https://shop.example/a.png', ['https://shop.example/a.png']],
  ['http://shop.example/a.png', 'FORMAT'],
  ['javascript:alert(1)', 'FORMAT'],
  ['https://shop.example/a b', 'FORMAT'],
  [`https://shop.example/${'a'.repeat(500)}`, 'TOO_LONG'],
])('the address %j is %j', (cell, expected) => {
  expect(outcome(webAddress(cell))).toEqual(expected);
});
