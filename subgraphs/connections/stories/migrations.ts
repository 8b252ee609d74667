/*
 * Stories, consents, reports, rules and decisions. The schema itself holds what must never happen: a story that is shown
 * without the consent of both or with another text, two stories of one meeting at a time, a decision rewritten.
 */
import { migration } from '../../kernel/database.ts';
import { firstStoryRules } from './first-story-rules.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export const storyMigrations = [
  migration(
    '0005-stories',
    `create table connections.story (
       id uuid primary key,
       connection_id uuid not null references connections.connection (id),
       officer_id uuid not null,
       citizen_id uuid not null,
       proposed_by text not null check (proposed_by in ('officer', 'citizen')),
       text text not null check (char_length(text) between 1 and 280),
       state text not null check (state in ('proposed', 'waiting', 'held', 'published', 'taken_down', 'refused')),
       delay_minutes smallint check (delay_minutes in (0, 5, 10)),
       proposed_at timestamptz not null,
       publish_at timestamptz check (publish_at is null or delay_minutes is not null),
       published_at timestamptz check (published_at >= publish_at),
       -- Grows with each change of the feed, which may be told in another order than it happened.
       feed_version integer not null default 0,
       held_at timestamptz,
       held_for text check (held_for in ('rules', 'reports', 'connection')),
       findings text[],
       check (state not in ('waiting', 'held', 'published') or publish_at is not null),
       check (state <> 'published' or published_at is not null),
       check ((state = 'held') = (held_for is not null and held_at is not null))
     )`,
    `create unique index one_story_per_connection on connections.story (connection_id)
       where state in ('proposed', 'waiting', 'held', 'published')`,
    'create index story_of_connection on connections.story (connection_id)',
    'create index story_of_officer on connections.story (officer_id, proposed_at desc, id desc)',
    'create index story_of_citizen on connections.story (citizen_id, proposed_at desc, id desc)',
    `create index story_feed on connections.story (published_at desc, id desc) where state = 'published'`,
    `create index story_due on connections.story (publish_at) where state = 'waiting'`,
    `create index story_held on connections.story (held_at, id) where state = 'held'`,
    `create table connections.story_consent (
       story_id uuid not null references connections.story (id),
       account_id uuid not null,
       consented_at timestamptz not null,
       withdrawn_at timestamptz check (withdrawn_at >= consented_at),
       primary key (story_id, account_id)
     )`,
    `create function connections.require_both_consents() returns trigger language plpgsql as $$
       begin
         if (select count(*) from connections.story_consent
             where story_id = new.id and account_id in (new.officer_id, new.citizen_id) and withdrawn_at is null) < 2
         then
           raise exception 'a story is shown with the consent of both only';
         end if;
         return new;
       end
     $$`,
    `create trigger story_needs_both before insert or update on connections.story
       for each row when (new.state in ('waiting', 'published')) execute function connections.require_both_consents()`,
    `create function connections.refuse_other_story() returns trigger language plpgsql as $$
       begin
         raise exception 'what was consented to is not changed';
       end
     $$`,
    `create trigger story_stays_as_consented before update on connections.story
       for each row when (
         (old.text, old.connection_id, old.officer_id, old.citizen_id)
           is distinct from (new.text, new.connection_id, new.officer_id, new.citizen_id)
       ) execute function connections.refuse_other_story()`,
    `create table connections.story_report (
       story_id uuid not null references connections.story (id),
       account_id uuid not null,
       reason text not null check (reason in ('personal_data', 'harassment', 'untrue', 'other')),
       reported_at timestamptz not null,
       -- When an administrator has looked at the story; from then on it does not count.
       settled_at timestamptz,
       primary key (story_id, account_id)
     )`,
    `create table connections.story_rule (
       name text primary key,
       pattern text not null check (char_length(pattern) between 1 and 500),
       about text not null,
       active boolean not null,
       changed_at timestamptz not null default now()
     )`,
    `insert into connections.story_rule (name, pattern, about, active) values ${firstStoryRules
      .map(({ name, pattern, about }) => `(${quoted(name)}, ${quoted(pattern)}, ${quoted(about)}, true)`)
      .join(', ')}`,
    // Who decided what and why: by an administrator, or by nobody where rules or reports did.
    `create table connections.story_decision (
       id uuid primary key,
       story_id uuid not null references connections.story (id),
       decision text not null check (decision in ('hold', 'publish', 'refuse')),
       administrator_id uuid,
       reason text not null,
       decided_at timestamptz not null,
       check ((decision = 'hold') = (administrator_id is null))
     )`,
    'create index story_decision_of_story on connections.story_decision (story_id, decided_at)',
    `create table connections.story_rule_change (
       id uuid primary key,
       name text not null,
       pattern text not null,
       about text not null,
       active boolean not null,
       administrator_id uuid not null,
       changed_at timestamptz not null
     )`,
    `create function connections.refuse_story_change() returns trigger language plpgsql as $$
       begin
         raise exception '% is append-only', tg_table_name;
       end
     $$`,
    `create trigger story_decision_append_only before update or delete or truncate on connections.story_decision
       for each statement execute function connections.refuse_story_change()`,
    `create trigger story_rule_change_append_only before update or delete or truncate on connections.story_rule_change
       for each statement execute function connections.refuse_story_change()`,
  ),
  migration(
    '0006-stories-of-the-suspended',
    'alter table connections.story drop constraint story_held_for_check',
    `alter table connections.story add constraint story_held_for_check
       check (held_for in ('rules', 'reports', 'connection', 'suspension'))`,
    `create index story_of_suspended on connections.story (id) where held_for = 'suspension'`,
  ),
];
