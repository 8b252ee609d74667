/*
 * The handshake's part of the schema: evidence, scanned codes, risk rules and reviews. As before, constraints decide who
 * may meet whom and how often; what was decided about people is append-only.
 */
import { migration } from '../../kernel/database.ts';

export const handshakeMigrations = [
  migration(
    '0002-evidence',
    'alter table connections.connection drop constraint connection_state_check',
    `alter table connections.connection add constraint connection_state_check check (state in ('requested', 'accepted',
       'met', 'confirmed', 'held', 'rewarded', 'clawed_back', 'declined', 'cancelled', 'expired'))`,
    'alter table connections.connection drop constraint connection_evidence_check',
    `alter table connections.connection add constraint connection_evidence_check
       check (evidence in ('virtual', 'vicinity', 'proximity', 'code'))`,
    // Every state after the confirmation of both has its instant and keeps the pair's 24 hours.
    'alter table connections.connection drop constraint connection_check1, drop constraint connection_check2',
    `alter table connections.connection
       add constraint counted_has_instant check
         ((state in ('confirmed', 'held', 'rewarded', 'clawed_back')) = (confirmed_at is not null)),
       add constraint counted_keeps_slot check
         ((state in ('confirmed', 'held', 'rewarded', 'clawed_back')) = (rewarded_during is not null)),
       add constraint counted_by_both check (confirmed_at is null
         or (confirmed_by_officer_at is not null and confirmed_by_citizen_at is not null and evidence is not null)),
       add constraint met_by_one check (state <> 'met'
         or confirmed_by_officer_at is not null or confirmed_by_citizen_at is not null)`,
    // What a reviewer may know of how far apart the phones were; one of few steps, never a place.
    `alter table connections.connection add within_meters integer check (within_meters in (5, 25, 100, 500, 5000))`,
    // Whether the others were told that it counts: what was told is what a claw-back has to tell too.
    'alter table connections.connection add told_at timestamptz',
    `update connections.connection set told_at = confirmed_at where state = 'confirmed'`,
    // An acceptance of which one side had spoken is a meeting now.
    `update connections.connection set state = 'met' where state = 'accepted'
       and (confirmed_by_officer_at is not null or confirmed_by_citizen_at is not null)`,
    'drop index connections.one_open_per_pair',
    `create unique index one_open_per_pair on connections.connection (officer_id, citizen_id)
       where state in ('requested', 'accepted', 'met')`,
    'drop index connections.one_accepted_per_officer',
    `create unique index one_accepted_per_officer on connections.connection (officer_id)
       where state in ('accepted', 'met')`,
    'drop index connections.connection_due',
    `create index connection_due on connections.connection (expires_at)
       where state in ('requested', 'accepted', 'met')`,
    `create index connection_held on connections.connection (confirmed_at, id) where state = 'held'`,
    `create index counted_of_officer on connections.connection (officer_id, confirmed_at desc)
       where confirmed_at is not null`,
    `create index counted_of_citizen on connections.connection (citizen_id, confirmed_at desc)
       where confirmed_at is not null`,
    `create table connections.meeting_code_use (
       -- A connection, or an officer's window.
       subject_id uuid not null,
       shown text not null check (shown in ('officer', 'citizen', 'window')),
       step bigint not null,
       connection_id uuid not null references connections.connection deferrable initially deferred,
       used_by uuid not null,
       -- As the phone said it: the same scan handed in again is a repetition, another one of the same code a replay.
       scanned_at timestamptz not null,
       used_at timestamptz not null,
       constraint meeting_code_single_use primary key (subject_id, shown, step)
     )`,
    `create table connections.meeting_code_failure (
       id bigint generated always as identity primary key,
       subject_id uuid not null,
       account_id uuid not null,
       kind text not null check (kind in ('wrong', 'used')),
       failed_at timestamptz not null
     )`,
    'create index meeting_code_failure_of on connections.meeting_code_failure (account_id, failed_at)',
    `create or replace function connections.refuse_change() returns trigger language plpgsql as $$
       begin
         raise exception 'connections.% is append-only', tg_table_name;
       end
     $$`,
    `create table connections.risk_rule (
       kind text not null check (kind in ('REPLAY', 'RELAY', 'IMPOSSIBLE_SPEED', 'RING', 'VELOCITY')),
       version integer not null check (version > 0),
       parameters jsonb not null,
       effect text not null check (effect in ('hold', 'refuse')),
       enabled boolean not null,
       saved_at timestamptz not null,
       -- Null for what came with the schema.
       saved_by uuid,
       primary key (kind, version)
     )`,
    // Officers at a fair meet many; a citizen meets few. A ZIP code's middle may be 10 km from where one stands in it,
    // and two of them 20 km apart for neighbours; 70 m/s is a fast train.
    `insert into connections.risk_rule (kind, version, parameters, effect, enabled, saved_at) values
       ('REPLAY', 1, '{"times": 3, "hours": 24}', 'hold', true, now()),
       ('RELAY', 1, '{"meters": 250, "freshSeconds": 60, "accuracyMeters": 100}', 'hold', true, now()),
       ('IMPOSSIBLE_SPEED', 1, '{"metersPerSecond": 70, "slackMeters": 20000}', 'hold', true, now()),
       ('RING', 1, '{"meetings": 10, "samePartnerPercent": 60, "circleAccounts": 4, "circleMeetings": 12}', 'hold',
         true, now()),
       ('VELOCITY', 1, '{"officerPerHour": 30, "officerPerDay": 100, "citizenPerHour": 6, "citizenPerDay": 20}', 'hold',
         true, now())`,
    `create table connections.risk_finding (
       connection_id uuid not null references connections.connection,
       kind text not null,
       version integer not null,
       found_at timestamptz not null,
       primary key (connection_id, kind),
       foreign key (kind, version) references connections.risk_rule
     )`,
    `create table connections.connection_review (
       id uuid primary key,
       connection_id uuid not null references connections.connection,
       reviewer_id uuid not null,
       decision text not null check (decision in ('release', 'claw_back')),
       reason text not null,
       reviewed_at timestamptz not null
     )`,
    'create index connection_review_of on connections.connection_review (connection_id, reviewed_at)',
    ...['risk_rule', 'risk_finding', 'connection_review', 'meeting_code_use', 'meeting_code_failure'].map(
      (table) => `create trigger ${table}_append_only before update or delete or truncate on connections.${table}
        for each statement execute function connections.refuse_change()`,
    ),
  ),
];
