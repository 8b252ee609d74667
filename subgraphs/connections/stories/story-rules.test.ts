import fc from 'fast-check';
import { openTestSubgraph, type TestSubgraph } from '../../kernel/testing/harness.ts';
import { type ConnectionsServices, connections } from '../connections.ts';
import { firstStoryRules } from './first-story-rules.ts';
import { allRules, matchedRules, plainReading } from './story-rules.ts';

let subject: TestSubgraph<ConnectionsServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(connections);
});

afterAll(async () => {
  await subject.close();
});

test('a new system begins with the rules as they are written', async () => {
  const rules = await allRules(subject.em());
  const written = firstStoryRules.map(({ name, pattern, about }) => ({ name, pattern, about, active: true }));
  expect(rules.map(({ name, pattern, about, active }) => ({ name, pattern, about, active }))).toEqual(
    written.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
});

test.each([
  ['phone-number', 'Call 512-555-0100'],
  ['phone-number', 'Call (512) 555 0100 ext'],
  ['phone-number', 'at +1.512.555.0100'],
  ['phone-number', '5 1 2 5 5 5 0 1 0 0'],
  ['phone-number', '５１２ ５５５ ０１００'],
  ['phone-number', '٥١٢٥٥٥٠١٠٠'],
  ['phone-number', '5\u200b1\u200b2\u200b5\u200b5\u200b5\u200b0'],
  ['phone-number', '𝟓𝟏𝟐–𝟓𝟓𝟓–𝟎𝟏𝟎𝟎'],
  ['spoken-number', 'five one two, five five five'],
  ['e-mail', 'write to dana@example.org'],
  ['e-mail', 'dana [at] example dot org'],
  ['e-mail', 'dana at example dot org'],
  ['link', 'see https://example.org/x'],
  ['link', 'see www.example'],
  ['link', 'see example.com now'],
  ['link', 'see example dot com'],
  ['handle', 'follow @dana_b'],
  ['handle', 'Insta: danab'],
  ['handle', 'my snapchat is danab'],
  ['street-address', 'I live at 1100 Congress Avenue'],
  ['street-address', 'on 12 E. 5th St.'],
  ['street-address', 'P.O. Box 12'],
  ['street-address', 'come to apt #4'],
  ['plate', 'It was ABC-1234'],
  ['plate', 'a blue one, 7ABC123'],
  ['plate', 'abc1234 I think'],
  ['badge-number', 'badge no. 4471'],
  ['full-name', 'Officer Dana Brook helped me'],
])('the rule %s finds %j', async (name, text) => {
  expect(await matchedRules(subject.em(), text)).toContain(name);
});

test.each([
  ['We talked about fishing, and {officer} knows more of it than {citizen}.'],
  ['He helped us change a tire at 3 in the morning. Thank you!'],
  ['My 2 kids got stickers. 10/10, would meet again :)'],
  ['Officer Dana was kind. We laughed for 15 minutes.'],
  ["It's the first time in 20 years that I spoke with the police. Not the last."],
  ['Café con leche, ¡qué alegría! 👮‍♀️🤝👩‍👧'],
  ['I was at home. Me and my dog met her on the corner.'],
])('finds nothing in %j', async (text) => {
  expect(await matchedRules(subject.em(), text)).toEqual([]);
});

test('a plain reading has plain digits and nothing invisible, whatever the text', () => {
  expect(plainReading('①②٣४5️⃣ e\u0301\u200dx')).toBe('12345 ex');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const reading = plainReading(text);
      expect(reading).not.toMatch(/[\p{Cf}\p{M}]|(?![0-9])\p{Nd}/u);
    }),
  );
});

test('a number is found however its digits are written and kept apart', async () => {
  const zeros = [0x30, 0x660, 0x966, 0xff10, 0x1d7d8, 0x1fbf0];
  const digit = fc
    .tuple(fc.nat(9), fc.constantFrom(...zeros))
    .map(([value, zero]) => String.fromCodePoint(zero + value));
  const between = fc.constantFrom('', ' ', '-', '.', ' - ', '\u200b', '\u00a0', '(', ')', '/', '\u2060', '\n');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(digit, between), { minLength: 10, maxLength: 10 }), async (parts) => {
      const text = `Call ${parts.flat().join('')} now`;
      expect(await matchedRules(subject.em(), text)).toContain('phone-number');
    }),
    { numRuns: 100 },
  );
});
