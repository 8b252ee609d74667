/*
 * What somebody may be about to ask for: their text with its last word completed, at most ten ways, the most usual first.
 * One word is completed from the words in use; after others, from offers that have those too, so that what is suggested
 * finds something.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { anyOf, type Term } from './question.ts';
import { readTerms } from './search-offers.ts';

const SUGGESTED = 10;
/** Of so many offers the words are looked at. */
const LOOKED_AT = 500;
/** With fewer letters than this a beginning has more offers than are worth looking for at once. */
const LEAST_LETTERS = 2;

/** Texts to search for, none twice. */
export async function suggestSearches(em: EntityManager, prefix: string, now: Date): Promise<string[]> {
  const [plain] = await em.execute<{ text: string }[]>('select catalog.plain_words(?) as text', [prefix]);
  const words = plain?.text.split(' ').filter(Boolean) ?? [];
  // Behind a blank a new word begins, which anything may be.
  const last = words.at(-1);
  if (last === undefined) return [];
  const before = words.slice(0, -1);
  const terms = before.length === 0 ? [] : await readTerms(em, before.join(' '));
  const rows = terms.length === 0 ? await completed(em, last) : await completedAfter(em, terms, last, now);
  const meant = new Map(terms.map(({ word, best }) => [word, best]));
  const beginning = before.map((word) => meant.get(word) ?? word);
  return rows.map(({ word }) => [...beginning, word].join(' '));
}

function completed(em: EntityManager, beginning: string): Promise<{ word: string }[]> {
  return em.execute<{ word: string }[]>(
    `select word from catalog.search_word where word >= ? and word < ? || U&'\\FFFF' and starts_with(word, ?)
     order by offers desc, word limit ${SUGGESTED}`,
    [beginning, beginning, beginning],
  );
}

async function completedAfter(
  em: EntityManager,
  before: readonly Term[],
  beginning: string,
  now: Date,
): Promise<{ word: string }[]> {
  const asked = before.map(anyOf).join(' & ');
  const query = beginning.length < LEAST_LETTERS ? asked : `${asked} & '${beginning}':*`;
  return em.execute<{ word: string }[]>(
    `select k.word from (
       select s.words from catalog.offer_search s
       where s.words @@ cast(? as tsquery) and s.starts_at <= ? and (s.ends_at is null or s.ends_at > ?) limit ${LOOKED_AT}) o
     cross join lateral unnest(o.words) u join catalog.search_word k on k.word = u.lexeme
     where starts_with(u.lexeme, ?) and u.lexeme not in (?)
     group by k.word order by count(*) desc, k.word limit ${SUGGESTED}`,
    [query, now, now, beginning, before.flatMap(({ word, best }) => [word, best])],
  );
}
