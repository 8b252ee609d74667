/*
 * The facts that reports are made of, each once by its own id, by day and place. No person stands here: what a report needs
 * of one is that something happened.
 */
import { migration } from '../kernel/database.ts';

export const migrations = [
  migration(
    '0001-facts',
    `create table reporting.fact (
       kind text not null check (kind in ('connection', 'award', 'spending', 'redemption', 'donation')),
       id uuid not null,
       day date not null,
       zip_code text,
       points integer not null default 0 check (points >= 0),
       primary key (kind, id)
     )`,
    'create index fact_by_day on reporting.fact (day, kind)',
  ),
  migration(
    '0002-parts-of-facts',
    // One transaction may credit both sides of a meeting.
    "alter table reporting.fact add part text not null default ''",
    'alter table reporting.fact alter part drop default',
    'alter table reporting.fact drop constraint fact_pkey, add primary key (kind, id, part)',
  ),
  migration(
    '0003-claw-backs',
    // A connection that was taken back leaves the sums of its own day; both facts stay.
    'alter table reporting.fact drop constraint fact_kind_check',
    `alter table reporting.fact add constraint fact_kind_check
       check (kind in ('connection', 'claw_back', 'award', 'spending', 'redemption', 'donation'))`,
  ),
  migration(
    '0004-points-of-claw-backs',
    // What awards follow from was not written down before: those of earlier claw-backs stay in their sums.
    'alter table reporting.fact add column connection_id uuid',
    "update reporting.fact set connection_id = id where kind in ('connection', 'claw_back')",
  ),
  migration(
    '0005-reversals',
    // What was taken back leaves the sums of its own day, by the transaction or the voucher that it was; both facts stay.
    'alter table reporting.fact add column transaction_id uuid',
    'alter table reporting.fact drop constraint fact_kind_check',
    `alter table reporting.fact add constraint fact_kind_check check (kind in ('connection', 'claw_back', 'award', 'spending',
       'redemption', 'donation', 'fee', 'reversal', 'refund'))`,
  ),
];
