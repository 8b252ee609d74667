/*
 * Words that mean the same, as administrators say: who searches for one finds the others too, a little further down. They
 * are said in groups and hold both ways; a word is in one group at most, so that meanings do not run into each other.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** In a group. */
const MOST_WORDS = 20;

/**
 * Makes these words a group of their own, taking them out of any other; of one word alone it only does the latter.
 * @returns the words as they are compared. @throws Refusal BAD_USER_INPUT where one is not a single word.
 */
export async function setSynonyms({ em }: UnitOfWork, texts: readonly string[]): Promise<string[]> {
  if (texts.length === 0 || texts.length > MOST_WORDS) {
    throw new Refusal('BAD_USER_INPUT', `words: give 1 to ${MOST_WORDS}.`);
  }
  const cut = await em.execute<{ plain: string }[]>(
    'select catalog.plain_words(t) as plain from unnest(cast(? as text[])) t',
    [toArray(texts)],
  );
  const words = [...new Set(cut.map(({ plain }) => plain))];
  if (words.some((word) => !/^\S+$/.test(word)))
    throw new Refusal('BAD_USER_INPUT', 'words: each must be a single word.');
  // Groups are few and said one after the other.
  await em.execute('lock table catalog.search_synonym in share row exclusive mode');
  await em.execute('delete from catalog.search_synonym where word in (?) or synonym in (?)', [words, words]);
  await em.execute(
    `insert into catalog.search_synonym (word, synonym)
     select a, b from unnest(cast(? as text[])) a cross join unnest(cast(? as text[])) b where a <> b`,
    [toArray(words), toArray(words)],
  );
  return words.sort();
}

/** The group of a word, itself among them; empty where it has none. */
export async function readSynonyms(em: EntityManager, text: string): Promise<string[]> {
  const rows = await em.execute<{ word: string }[]>(
    `select synonym as word from catalog.search_synonym where word = catalog.plain_words(?)
     union select word from catalog.search_synonym where word = catalog.plain_words(?) order by 1`,
    [text, text],
  );
  return rows.map(({ word }) => word);
}

/** All groups behind a word, by the first word of each; their words are in the same order. */
export async function synonymGroups(em: EntityManager, limit: number, behind?: string): Promise<{ words: string[] }[]> {
  const rows = await em.execute<{ words: string[] }[]>(
    `select array_agg(s.synonym collate "C" order by s.synonym collate "C") || s.word as words
     from catalog.search_synonym s
     where (?::text is null or s.word collate "C" > ?::text) and not exists (
       select 1 from catalog.search_synonym e where e.word = s.word and e.synonym collate "C" < s.word)
     group by s.word order by s.word collate "C" limit ?`,
    [behind ?? null, behind ?? null, limit],
  );
  return rows.map(({ words }) => ({ words: [words.at(-1) ?? '', ...words.slice(0, -1)] }));
}

/** As PostgreSQL writes an array of texts. */
const toArray = (texts: readonly string[]) =>
  `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
