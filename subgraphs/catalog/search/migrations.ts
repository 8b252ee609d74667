/*
 * What searching stands on: one row for each offer that may be shown, made of offer and retailer in the transaction that
 * changes them (triggers on both), and the words that are in use, for typing errors. Words are cut here and nowhere else:
 * what is asked goes through the same function as what is found. `rebuild_offer_search()` makes everything anew.
 */
import { migration } from '../../kernel/database.ts';

export const searchMigrations = [
  migration(
    '0010-offer-search',
    'create extension if not exists unaccent with schema public',
    'create extension if not exists pg_trgm with schema public',
    'create extension if not exists fuzzystrmatch with schema public',
    // unaccent() is but stable, because its rules are a file; naming the dictionary makes it what it is here: immutable.
    // The parser sees letters, digits and blanks alone, so that its notions of addresses and numbers with signs do not matter.
    `create function catalog.plain_words(content text) returns text language sql immutable strict parallel safe as $$
       select btrim(regexp_replace(
         lower(replace(replace(public.unaccent('public.unaccent', normalize(content, NFKC)), '''', ''), '\u2019', '') collate pg_c_utf8)
           collate pg_c_utf8, '[^[:alnum:]]+', ' ', 'g'))
     $$`,
    'create text search dictionary catalog.stem (template = pg_catalog.snowball, language = english)',
    'create text search configuration catalog.stems (copy = pg_catalog.simple)',
    `alter text search configuration catalog.stems
       alter mapping for asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart
       with catalog.stem`,
    // Each word as it is written and, where that is another, its stem.
    `create function catalog.word_vector(content text, weight "char") returns tsvector
       language sql immutable strict parallel safe as $$
       select setweight(to_tsvector('pg_catalog.simple', plain) || to_tsvector('catalog.stems', plain), weight)
       from (select catalog.plain_words(content) as plain) p
     $$`,
    /*
     * Where an offer stands among all when it is not yet known what somebody looks for: 0 to 1023. Offers that nobody took
     * share the lower half by a chance that their id decides for good; above, each doubling of how often it was taken counts.
     */
    `create function catalog.offer_standing(offer_id uuid, taken bigint) returns smallint
       language sql immutable strict parallel safe as $$
       select (case when taken <= 0 then chance % 512
                    else least(960, 448 + 64 * floor(log(2, (1 + taken)::numeric))) + chance % 64 end)::smallint
       from (select (hashtextextended(offer_id::text, 0) & 1048575)::integer as chance) c
     $$`,
    /*
     * The standing as two words that nobody can ask for: of its 64 and of its 4. With them the index of words itself narrows a
     * search to a block of standings, which costs a fraction of joining it with another index.
     */
    `create function catalog.standing_words(standing smallint) returns tsvector language sql immutable strict parallel safe as $$
       select format('%L %L', '#' || standing / 64, '#' || standing / 64 || '_' || standing % 64 / 4)::tsvector
     $$`,
    // So is the category, whatever signs are in it.
    `create function catalog.category_word(category text) returns tsvector language sql immutable strict parallel safe as $$
       select format('%L', '=' || left(encode(sha256(convert_to(category, 'UTF8')), 'hex'), 12))::tsvector
     $$`,
    `create table catalog.offer_popularity (
       offer_id uuid primary key,
       taken bigint not null check (taken > 0)
     )`,
    `create table catalog.offer_search (
       offer_id uuid primary key,
       retailer_id uuid not null,
       category text,
       price_points integer not null,
       starts_at timestamptz not null,
       ends_at timestamptz,
       -- Null: in all stores of the retailer.
       store_ids uuid[],
       standing smallint not null,
       title_plain text not null,
       words tsvector not null
     )`,
    // What is inserted waits in a list that every search reads: kept short here, and away where words are few and asked often.
    'create index offer_search_by_word on catalog.offer_search using gin (words) with (gin_pending_list_limit = 512)',
    'create index offer_search_by_standing on catalog.offer_search (standing, offer_id)',
    'create index offer_search_by_retailer on catalog.offer_search (retailer_id, standing)',
    'create index offer_search_of_some_stores on catalog.offer_search (retailer_id) where store_ids is not null',
    'create index offer_search_by_category on catalog.offer_search (category, standing)',
    'create index offer_search_by_price on catalog.offer_search (price_points, offer_id)',
    'create index offer_search_by_start on catalog.offer_search (starts_at, offer_id)',
    'create index store_by_place on catalog.store (latitude, longitude) include (id, retailer_id) where archived_at is null',
    // Which offers may be found, their days apart. What listings/offer.ts says of lists is tested to be the same.
    `create view catalog.offer_to_find as
       select o.id as offer_id, o.retailer_id, coalesce(o.category, r.category) as category, o.price_points, o.starts_at, o.ends_at,
         o.store_ids, o.title, o.description, r.name as retailer_name
       from catalog.offer o join catalog.retailer r on r.id = o.retailer_id
       where o.archived_at is null and o.paused_at is null and not o.draft and r.suspended_at is null and r.archived_at is null`,
    `create view catalog.offer_search_row as
       select f.offer_id, f.retailer_id, f.category, f.price_points, f.starts_at, f.ends_at, f.store_ids, n.standing,
         catalog.plain_words(f.title) as title_plain,
         catalog.word_vector(f.title, 'A') || catalog.word_vector(f.retailer_name, 'B') ||
           catalog.word_vector(coalesce(f.category, ''), 'C') || catalog.word_vector(coalesce(f.description, ''), 'D') ||
           catalog.standing_words(n.standing) || coalesce(catalog.category_word(f.category), '') as words
       from catalog.offer_to_find f left join catalog.offer_popularity p on p.offer_id = f.offer_id
         cross join lateral (select catalog.offer_standing(f.offer_id, coalesce(p.taken, 0)) as standing) n`,
    /*
     * Words as they are written, of 3 letters and more, for typing errors and completions. Writers add what is new, in the
     * order of words, and change nothing: no two of them wait for a word that both use. In how many offers one is is counted
     * now and then, on a sample; it decides between corrections and how many offers are ranked at once, not what is found.
     * `forms`: the word and what is left of it without one of its letters, by which words at one typing error meet.
     */
    `create function catalog.word_forms(word text) returns text[] language sql immutable strict parallel safe as $$
       select array_agg(distinct form) from (
         select word as form
         union all select overlay(word placing '' from place for 1) from generate_series(1, length(word)) place) f
     $$`,
    `create table catalog.search_word (
       word text collate "C" primary key,
       -- That have it or a word of the same stem, which is what is looked for.
       offers bigint not null default 0,
       stem text not null generated always as (coalesce((ts_lexize('catalog.stem', word))[1], word)) stored,
       forms text[] not null generated always as (catalog.word_forms(word)) stored
     )`,
    'create index search_word_by_form on catalog.search_word using gin (forms) with (fastupdate = off)',
    'create index search_word_by_trigram on catalog.search_word using gin (word public.gin_trgm_ops) with (fastupdate = off)',
    `create function catalog.offer_words(offer catalog.offer_to_find) returns tsvector language sql immutable parallel safe as $$
       select to_tsvector('pg_catalog.simple', catalog.plain_words(
         concat_ws(' ', offer.title, offer.retailer_name, offer.category, offer.description)))
     $$`,
    `create function catalog.learn_words(vectors tsvector[]) returns void language sql as $$
       insert into catalog.search_word (word)
       select w.lexeme from (select distinct u.lexeme from unnest(vectors) v cross join lateral unnest(v) u
         where length(u.lexeme) between 3 and 30 and u.lexeme !~ '[0-9]') w
       where not exists (select from catalog.search_word k where k.word = w.lexeme)
       order by 1 on conflict do nothing
     $$`,
    `create function catalog.refresh_offer_search(changed uuid[]) returns void language plpgsql as $$
     begin
       delete from catalog.offer_search s where s.offer_id = any(changed)
         and not exists (select from catalog.offer_to_find f where f.offer_id = s.offer_id);
       insert into catalog.offer_search as s
         select r.* from catalog.offer_search_row r where r.offer_id = any(changed) order by r.offer_id
       on conflict (offer_id) do update set (retailer_id, category, price_points, starts_at, ends_at, store_ids, standing, title_plain, words) =
         (excluded.retailer_id, excluded.category, excluded.price_points, excluded.starts_at, excluded.ends_at, excluded.store_ids, excluded.standing, excluded.title_plain, excluded.words)
       where (s.retailer_id, s.category, s.price_points, s.starts_at, s.ends_at, s.store_ids, s.standing, s.title_plain, s.words)
         is distinct from (excluded.retailer_id, excluded.category, excluded.price_points, excluded.starts_at, excluded.ends_at, excluded.store_ids, excluded.standing, excluded.title_plain, excluded.words);
       perform catalog.learn_words((select array_agg(catalog.offer_words(f)) from catalog.offer_to_find f where f.offer_id = any(changed)));
     end $$`,
    `create function catalog.offer_changed() returns trigger language plpgsql as $$
     begin
       perform catalog.refresh_offer_search(array(select id from changed));
       return null;
     end $$`,
    `create function catalog.retailer_changed() returns trigger language plpgsql as $$
     begin
       perform catalog.refresh_offer_search(array(
         select o.id from catalog.offer o join changed c on c.id = o.retailer_id join before b on b.id = c.id
         where (c.name, c.category, c.suspended_at, c.archived_at) is distinct from (b.name, b.category, b.suspended_at, b.archived_at)));
       return null;
     end $$`,
    `create function catalog.offers_emptied() returns trigger language plpgsql as $$
     begin
       truncate catalog.offer_search;
       return null;
     end $$`,
    `create trigger offer_found after insert on catalog.offer
       referencing new table as changed for each statement execute function catalog.offer_changed()`,
    `create trigger offer_found_changed after update on catalog.offer
       referencing new table as changed for each statement execute function catalog.offer_changed()`,
    `create trigger offer_found_no_more after delete on catalog.offer
       referencing old table as changed for each statement execute function catalog.offer_changed()`,
    `create trigger offers_found_no_more after truncate on catalog.offer
       for each statement execute function catalog.offers_emptied()`,
    `create trigger offer_found_of_retailer after update on catalog.retailer
       referencing old table as before new table as changed for each statement execute function catalog.retailer_changed()`,
    /*
     * How many offers stand where, and at or above it; like the counts of words counted now and then. By it a block of
     * standings is chosen that holds about as many matches as are worth ranking at once.
     */
    `create table catalog.standing_count (
       standing smallint primary key,
       at_or_above bigint not null
     )`,
    `create table catalog.search_size (
       offers bigint not null,
       retailers bigint not null
     )`,
    // From a sample: in how many offers each word is. What is in none any more goes when everything is made anew.
    `create function catalog.count_search_words() returns void language plpgsql as $$
     declare
       rows_total bigint := (select count(*) from catalog.offer_search);
       percent real := least(100, 100.0 * 20000 / greatest(1, rows_total));
     begin
       update catalog.search_word k set offers = c.ndoc * 100 / percent
       from ts_stat(format('select words from catalog.offer_search tablesample system (%s) repeatable (1)', percent)) c
       where k.stem = c.word and k.offers is distinct from (c.ndoc * 100 / percent)::bigint;
       delete from catalog.search_size;
       insert into catalog.search_size select count(*), greatest(1, count(distinct retailer_id)) from catalog.offer_search;
       delete from catalog.standing_count;
       insert into catalog.standing_count
         select standing, sum(count(*)) over (order by standing desc) from catalog.offer_search group by standing;
     end $$`,
    `create function catalog.rebuild_offer_search() returns void language plpgsql as $$
     begin
       lock table catalog.offer in share row exclusive mode;
       truncate catalog.offer_search, catalog.search_word;
       -- Those that are ranked together lie together.
       insert into catalog.offer_search select * from catalog.offer_search_row order by standing;
       insert into catalog.search_word (word)
         select word from ts_stat('select catalog.offer_words(f) from catalog.offer_to_find f')
         where length(word) between 3 and 30 and word !~ '[0-9]';
       perform catalog.count_search_words();
     end $$`,
    'select catalog.rebuild_offer_search()',
  ),
  migration(
    '0011-search-terms',
    `create table catalog.search_synonym (
       word text not null,
       synonym text not null check (synonym <> word),
       primary key (word, synonym)
     )`,
    `create function catalog.word_query(word text, suffix text) returns text language sql immutable strict parallel safe as $$
       select case when stem = word then format('%L%s', word, suffix) else format('%L%s | %L%s', word, suffix, stem, suffix) end
       from (select coalesce((ts_lexize('catalog.stem', word))[1], word) as stem) s
     $$`,
    /*
     * Words in use that one may have meant: at most three, all at the least distance that there is. One error in four or
     * five letters, two in more; two letters that changed places are one. A word with a form of its own among the forms of
     * another is at one error from it or at two; those at two errors without a form in common are found by trigrams.
     */
    `create function catalog.similar_words(asked text) returns table (word text, offers bigint) language sql stable as $$
       with near as (
         select k.word, k.offers, levenshtein_less_equal(asked, k.word, 2) as errors, true as has_form
         from catalog.search_word k where k.forms && catalog.word_forms(asked)
         union
         select k.word, k.offers, levenshtein_less_equal(asked, k.word, 2), k.forms && catalog.word_forms(asked)
         from catalog.search_word k where length(asked) >= 6 and k.word operator(public.%) asked
       ), judged as (
         select n.word, n.offers,
           case when errors = 2 and has_form and length(n.word) = length(asked) then 1.5 else errors end as distance
         from near n where errors <= 2
       ), best as (
         select j.*, rank() over (order by distance) as place from judged j
         where length(asked) >= case when distance < 2 then 4 else 6 end
       )
       select b.word, b.offers from best b where place = 1
       order by left(b.word, 1) <> left(asked, 1), b.offers desc, b.word limit 3
     $$`,
    /*
     * What a text asks for, a row for each of its words but those that every text has, unless it has no others. kind: EXACT
     * (in use, or too short or too numeric to know), PREFIX (the last word, with which words in use begin), TYPO, UNKNOWN.
     * own, own_title: tsqueries of the word itself, anywhere and in the title; others: of its synonyms. offers: about how many.
     */
    `create function catalog.search_terms(content text)
     returns table (word text, kind text, own text, own_title text, others text, best text, offers bigint)
     language plpgsql stable as $$
     declare
       cut record;
     begin
       for cut in
         with words as (
           select u.lexeme, u.positions[1] as place, u.positions[cardinality(u.positions)] = max(u.positions[cardinality(u.positions)]) over () as is_last,
             ts_lexize('pg_catalog.english_stem', u.lexeme) = '{}' as is_stop
           from unnest(to_tsvector('pg_catalog.simple', catalog.plain_words(content))) u)
         select w.lexeme, w.is_last from words w
         where not w.is_stop or not exists (select from words x where not x.is_stop) order by w.place
       loop
         word := cut.lexeme;
         best := word;
         kind := 'EXACT';
         own := catalog.word_query(word, '');
         own_title := catalog.word_query(word, ':A');
         select k.offers into offers from catalog.search_word k where k.word = cut.lexeme;
         if not found and length(word) between 3 and 30 and word !~ '[0-9]' then
           kind := 'UNKNOWN';
           if cut.is_last then
             select sum(k.offers) into offers from catalog.search_word k
               where k.word >= cut.lexeme and k.word < cut.lexeme || U&'\\FFFF' and starts_with(k.word, cut.lexeme);
             if offers is not null then
               kind := 'PREFIX';
               own := format('%L:*', word);
               own_title := format('%L:*A', word);
             end if;
           end if;
           if kind = 'UNKNOWN' then
             select coalesce(string_agg(catalog.word_query(s.word, ''), ' | '), own),
               coalesce(string_agg(catalog.word_query(s.word, ':A'), ' | '), own_title),
               (array_agg(s.word))[1], sum(s.offers), case when count(*) > 0 then 'TYPO' else 'UNKNOWN' end
             into own, own_title, best, offers, kind from catalog.similar_words(word) s;
           end if;
         end if;
         select string_agg(catalog.word_query(y.synonym, ''), ' | ') into others
           from catalog.search_synonym y where y.word = coalesce(search_terms.best, cut.lexeme);
         offers := coalesce(offers, 0);
         return next;
       end loop;
     end $$`,
    // The least standing, a multiple of 4, of a block below `below` in which about `ranked` of `expected` rows are; 0: all of them.
    `create function catalog.block_floor(below integer, expected bigint, ranked integer) returns integer language sql stable as $$
       select coalesce(max(c.standing) filter (where c.at_or_above - before.offers >= ranked * total.offers / greatest(expected, 1)), 0) / 4 * 4
       from catalog.standing_count c,
         (select coalesce(max(at_or_above), 0) as offers from catalog.standing_count where standing >= below) before,
         (select coalesce(max(at_or_above), 0) as offers from catalog.standing_count) total
       where c.standing < below
     $$`,
  ),
  migration(
    '0012-search-history',
    // Who lets their history count, and its last 100 offers; nothing but pseudonymous ids. The row is the lock of a person.
    `create table catalog.search_person (
       account_id uuid primary key,
       personal boolean not null
     )`,
    `create table catalog.person_offer (
       account_id uuid not null references catalog.search_person on delete cascade,
       offer_id uuid not null,
       retailer_id uuid not null,
       taken_at timestamptz not null,
       noted_at timestamptz not null,
       primary key (account_id, offer_id)
     )`,
    // In how many histories both offers are: exactly, at any time.
    `create table catalog.offer_pair (
       one uuid not null,
       other uuid not null check (one < other),
       people integer not null check (people > 0),
       primary key (one, other)
     )`,
    'create index offer_pair_by_other on catalog.offer_pair (other)',
    // Takes these offers out of somebody's history. Rows of pairs are locked in their order: nobody waits in a circle.
    `create function catalog.forget_offers(person uuid, gone uuid[]) returns void language plpgsql as $$
     declare
       pairs record;
     begin
       select array_agg(one) as one, array_agg(other) as other into pairs from (
         select distinct least(g.offer_id, h.offer_id) as one, greatest(g.offer_id, h.offer_id) as other
         from catalog.person_offer g join catalog.person_offer h on h.account_id = person and h.offer_id <> g.offer_id
         where g.account_id = person and g.offer_id = any(gone)) d;
       perform from catalog.offer_pair p join unnest(pairs.one, pairs.other) d (one, other) using (one, other)
         order by p.one, p.other for update of p;
       delete from catalog.offer_pair p using unnest(pairs.one, pairs.other) d (one, other)
         where p.one = d.one and p.other = d.other and p.people = 1;
       update catalog.offer_pair p set people = p.people - 1 from unnest(pairs.one, pairs.other) d (one, other)
         where p.one = d.one and p.other = d.other;
       delete from catalog.person_offer where account_id = person and offer_id = any(gone);
     end $$`,
    /*
     * Somebody took an offer: it is better known, and unless they do not want that it is part of their history, of which the
     * latest `kept` stay. Where somebody takes an offer again, it is still one.
     */
    `create function catalog.note_taking(
       person uuid, offer uuid, retailer uuid, at timestamptz, noted timestamptz, kept integer
     ) returns void language plpgsql as $$
     declare
       times bigint;
       is_new boolean;
       is_personal boolean;
     begin
       insert into catalog.offer_popularity as p (offer_id, taken) values (offer, 1)
         on conflict (offer_id) do update set taken = p.taken + 1 returning taken into times;
       -- Once per doubling.
       if catalog.offer_standing(offer, times) <> catalog.offer_standing(offer, times - 1) then
         perform catalog.refresh_offer_search(array[offer]);
       end if;
       -- Locks the row also where it is there, and makes it where somebody is just erased.
       insert into catalog.search_person as p (account_id, personal) values (person, true)
         on conflict (account_id) do update set personal = p.personal returning personal into is_personal;
       if not is_personal then return; end if;
       insert into catalog.person_offer as h (account_id, offer_id, retailer_id, taken_at, noted_at)
         values (person, offer, retailer, at, noted)
         on conflict (account_id, offer_id) do update set taken_at = greatest(h.taken_at, excluded.taken_at)
         returning xmax = 0 into is_new;
       if not is_new then return; end if;
       insert into catalog.offer_pair as p (one, other, people)
         select least(h.offer_id, offer), greatest(h.offer_id, offer), 1 from catalog.person_offer h
         where h.account_id = person and h.offer_id <> offer order by 1, 2
         on conflict (one, other) do update set people = p.people + 1;
       perform catalog.forget_offers(person, array(
         select h.offer_id from catalog.person_offer h where h.account_id = person
         order by h.taken_at desc, h.offer_id offset kept));
     end $$`,
    /*
     * What somebody's history says about what they may like: points for categories, retailers and offers. Of offers that go
     * together only those count which at least `least_people` people took both of, told
     * by doublings of that, so that nobody reads in it what one did.
     */
    `create function catalog.likings(person uuid, as_of timestamptz, least_people integer)
     returns table (kind text, key text, points integer, people integer) language sql stable as $$
       with mine as materialized (
         select h.offer_id, h.retailer_id, coalesce(o.category, r.category) as category
         from catalog.person_offer h join catalog.search_person p on p.account_id = h.account_id and p.personal
           left join catalog.offer o on o.id = h.offer_id left join catalog.retailer r on r.id = h.retailer_id
         where h.account_id = person and h.noted_at <= as_of)
       (select 'CATEGORY', category, ceil(60.0 * count(*) / (select count(*) from mine))::integer, null::integer from mine
        where category is not null group by category order by count(*) desc, category limit 10)
       union all
       (select 'RETAILER', retailer_id::text, ceil(40.0 * count(*) / (select count(*) from mine))::integer, null from mine
        group by retailer_id order by count(*) desc, retailer_id limit 20)
       union all
       (select 'OFFER', t.offer_id::text, least(100, 40 + 20 * t.doublings)::integer, least_people * (2 ^ t.doublings)::integer
        from (select offer_id, floor(log(2, max(people)::numeric / least_people)) as doublings
          from (select p.other as offer_id, p.people from catalog.offer_pair p join mine m on m.offer_id = p.one
                union all select p.one, p.people from catalog.offer_pair p join mine m on m.offer_id = p.other) b
          where people >= least_people and offer_id not in (select offer_id from mine) group by offer_id) t
        order by t.doublings desc, t.offer_id limit 100)
     $$`,
  ),
];
