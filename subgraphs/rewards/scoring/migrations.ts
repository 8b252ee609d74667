/*
 * Scoring rules as versions with a history: what a version says never changes, and from when on one is in force is a row
 * that is added. Each meeting that was scored is kept with what it was worth, so that a rule can be tried on the past.
 */
import { migration } from '../../kernel/database.ts';

const appendOnly = (table: string) => `create trigger ${table}_append_only before update or delete or truncate
  on rewards.${table} for each statement execute function rewards.refuse_change()`;

export const scoringMigrations = [
  migration(
    '0060-scoring-versions',
    `create table rewards.scoring_version (
       version integer primary key,
       note text not null,
       -- For how many months earned points can be spent; null: without end.
       lot_months integer check (lot_months between 1 and 120),
       -- How many points a person earns in any 24 hours; null: without limit.
       daily_cap_points integer check (daily_cap_points > 0),
       -- Null: it came with the software.
       drafted_by uuid,
       drafted_at timestamptz not null
     )`,
    appendOnly('scoring_version'),
    `insert into rewards.scoring_version values
       (1, 'The first rule.', null, null, null, '2026-11-21T00:00:00Z'),
       (2, 'Knows the vicinity.', null, null, null, '2026-11-21T00:00:00Z'),
       (3, 'Points can be spent for two years.', 24, null, null, '2026-11-21T00:00:00Z')`,
    `insert into rewards.scoring_rule select 3, evidence, officer_points, citizen_points
       from rewards.scoring_rule where version = 2`,
    'alter table rewards.scoring_rule add foreign key (version) references rewards.scoring_version',
    `create table rewards.scoring_activation (
       sequence bigint generated always as identity primary key,
       version integer not null references rewards.scoring_version,
       starts_at timestamptz not null,
       activated_by uuid,
       activated_at timestamptz not null
     )`,
    appendOnly('scoring_activation'),
    `insert into rewards.scoring_activation (version, starts_at, activated_at)
       select version, '-infinity', drafted_at from rewards.scoring_version order by version`,
    // The version in force at an instant: what was decided last for the latest beginning.
    `create function rewards.scoring_version_at(p_at timestamptz) returns integer language sql stable as $$
       select a.version from rewards.scoring_activation a where a.starts_at <= p_at
         order by a.starts_at desc, a.sequence desc limit 1
     $$`,
    `create table rewards.scored_meeting (
       connection_id uuid not null,
       account_id uuid not null,
       role text not null check (role in ('officer', 'citizen')),
       evidence text not null,
       rule_version integer not null,
       -- What the rule gives, and what the cap left of it.
       due_points integer not null check (due_points > 0),
       given_points integer not null check (given_points between 0 and due_points),
       confirmed_at timestamptz not null,
       scored_at timestamptz not null,
       primary key (connection_id, account_id),
       foreign key (rule_version, evidence) references rewards.scoring_rule
     )`,
    'create index scored_meeting_of_account on rewards.scored_meeting (account_id, confirmed_at)',
    appendOnly('scored_meeting'),
  ),
];
