/* Each code that the API refuses with has words of its own, in each language, which say what to do next. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { I18n } from '@lingui/core';
import { refusalCodes } from '../../subgraphs/kernel/errors.ts';
import { ClientError } from '../client.ts';
import { codeOf, explain, faultyFieldOf } from './refusals.ts';

const SENTENCE = 'The sentence of the API.';
const refused = (code: string) => ({ graphQLErrors: [{ message: SENTENCE, extensions: { code } }] });
const catalogue = readFileSync(join(import.meta.dirname, 'texts/es.po'), 'utf8');
/** Says each text as it stands in the code, so that it can be looked up. */
const plain = { _: (text: string) => text } as unknown as I18n;
const filled = {
  _: (text: string, values: Record<string, string> = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? ''),
} as unknown as I18n;

test.each([...Object.keys(refusalCodes), 'UNREACHABLE', 'INTERNAL'])('%s has words of its own', (code) => {
  const words = explain(refused(code), plain);
  expect(words).not.toBe(SENTENCE);
  expect(words).toMatch(/[.}]$/);
  expect(catalogue.replaceAll('"\n"', '')).toContain(`msgid "${words}"\nmsgstr "`);
  expect(catalogue.replaceAll('"\n"', '')).not.toContain(`msgid "${words}"\nmsgstr ""`);
});

test('what only the API can name is said with it', () => {
  expect(explain(refused('BAD_USER_INPUT'), filled)).toContain(SENTENCE);
  expect(explain(refused('IMPORT_UNREADABLE'), filled)).toContain(SENTENCE);
});

test('a value that the API could not read is named by its field, and its own words are kept away from people', () => {
  const failure = (message: string) => ({ graphQLErrors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(faultyFieldOf(failure('input.publicKey: Base64 must be bytes in base 64.'))).toBe('publicKey');
  expect(faultyFieldOf(failure('input.sales[3].zipCode: ZipCode must be five digits.'))).toBe('zipCode');
  expect(faultyFieldOf(failure('The domain is not that of the contact.'))).toBeUndefined();
  expect(explain(failure('input.publicKey: Base64 must be bytes.'), filled)).not.toContain('Base64');
});

test('a code that is newer than the page is told in the words of the API', () => {
  expect(explain(refused('BORN_TOMORROW'), plain)).toBe(SENTENCE);
  expect(explain({}, plain)).toBe('Something went wrong on our side.');
});

test('a refusal of our client and one of the cache are told alike', () => {
  expect(codeOf(new ClientError('SOLD_OUT', 'None.'))).toBe('SOLD_OUT');
  expect(codeOf(refused('SOLD_OUT'))).toBe('SOLD_OUT');
  expect(codeOf({ networkError: new Error('gone') })).toBe('UNREACHABLE');
});
