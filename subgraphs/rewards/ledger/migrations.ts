/*
 * The tables of the books: two units, holds, lots, digests, decisions. The functions over them stand in
 * posting-functions.ts and hold-functions.ts. What was posted before is carried over: its points become lots, oldest spent
 * first, that never expire, because no rule had said so when they were earned.
 */
import { migration } from '../../kernel/database.ts';
import { batchFunctions } from './batch-functions.ts';
import { holdFunctions } from './hold-functions.ts';
import { postingFunctions } from './posting-functions.ts';

const appendOnly = (table: string) => `create trigger ${table}_append_only before update or delete or truncate
  on rewards.${table} for each statement execute function rewards.refuse_change()`;

/** Cumulated debits laid over cumulated credits: where they overlap, the one was paid with the other. */
const lotsOfOldPostings = [
  `insert into rewards.lot (id, account_id, transaction_id, granted, taken, open, granted_at)
     select c.transaction_id, c.account_id, c.transaction_id, c.amount,
       least(greatest(coalesce(d.total, 0) - c.before, 0), c.amount), coalesce(d.total, 0) - c.before < c.amount, c.happened_at
     from (select p.credit_id as account_id, p.transaction_id, p.amount, t.happened_at,
             sum(p.amount) over (partition by p.credit_id order by t.happened_at, t.id, p.line) - p.amount as before
           from rewards.posting p join rewards.transaction t on t.id = p.transaction_id
             join rewards.account a on a.id = p.credit_id and a.kind = 'person') c
       left join (select debit_id, sum(amount) as total from rewards.posting group by debit_id) d
         on d.debit_id = c.account_id`,
  `insert into rewards.lot_use (transaction_id, line, lot_id, amount)
     select d.transaction_id, d.line, l.id,
       least(d.before + d.amount, l.before + l.granted) - greatest(d.before, l.before)
     from (select p.debit_id as account_id, p.transaction_id, p.line, p.amount,
             sum(p.amount) over (partition by p.debit_id order by t.happened_at, t.id, p.line) - p.amount as before
           from rewards.posting p join rewards.transaction t on t.id = p.transaction_id
             join rewards.account a on a.id = p.debit_id and a.kind = 'person') d
       join (select id, account_id, granted, sum(granted) over (partition by account_id order by granted_at, id) - granted as before
             from rewards.lot) l on l.account_id = d.account_id
     where least(d.before + d.amount, l.before + l.granted) > greatest(d.before, l.before)`,
];

/** Totals, the numbers of entries with the balance after each, and the digests of what was posted before there were any. */
const figuresOfOldPostings = [
  'alter table rewards.transaction disable trigger transaction_append_only',
  'alter table rewards.posting disable trigger posting_append_only',
  `update rewards.account a set earned = s.credits - s.back, spent = s.debits - s.back, entries = s.entries
     from (select x.account_id, count(*) as entries, sum(x.change) filter (where x.change > 0) as credits,
             coalesce(-sum(x.change) filter (where x.change < 0), 0) as debits,
             coalesce(-sum(x.change) filter (where t.kind in ('reversal', 'recovery')), 0) as back
           from (select credit_id as account_id, transaction_id, amount as change from rewards.posting
                 union all select debit_id, transaction_id, -amount from rewards.posting) x
             join rewards.transaction t on t.id = x.transaction_id group by x.account_id) s
     where a.id = s.account_id and a.kind = 'person'`,
  `update rewards.posting p set debit_entry = s.entry, debit_balance = s.balance
     from rewards.old_entry s where s.side = 'debit' and s.transaction_id = p.transaction_id and s.line = p.line`,
  `update rewards.posting p set credit_entry = s.entry, credit_balance = s.balance
     from rewards.old_entry s where s.side = 'credit' and s.transaction_id = p.transaction_id and s.line = p.line`,
  'drop view rewards.old_entry',
  'update rewards.transaction t set digest = rewards.digest_of(t, rewards.legs_of(t.id))',
  'alter table rewards.transaction enable trigger transaction_append_only',
  'alter table rewards.posting enable trigger posting_append_only',
];

export const ledgerMigrations = [
  migration(
    '0005-books',
    `create table rewards.transaction_kind (
       name text primary key,
       -- forward: points are earned or spent, money moves; back: that is undone; expiry: points run out.
       effect text not null default 'forward' check (effect in ('forward', 'back', 'expiry')),
       -- Whether an administrator may reverse it: nothing but the books has to know of it.
       by_hand boolean not null default false
     )`,
    `insert into rewards.transaction_kind (name, effect) values ('award', 'forward'), ('redemption', 'forward'),
       ('reversal', 'back'), ('recovery', 'back'), ('claw-back', 'back'), ('expiry', 'expiry')`,
    "insert into rewards.transaction_kind (name, by_hand) values ('donation', true)",
    'alter table rewards.transaction drop constraint transaction_kind_check',
    'alter table rewards.transaction add column reverses uuid, add column digest bytea',
    'create unique index transaction_reverses on rewards.transaction (reverses) where reverses is not null',
    'create index transaction_by_time on rewards.transaction using brin (happened_at) with (pages_per_range = 16)',
    // Each foreign key would lock a row that all postings share. The one function that writes knows what it refers to,
    // and the audit asks for it.
    'alter table rewards.posting drop constraint posting_transaction_id_fkey',
    'alter table rewards.posting drop constraint posting_debit_id_fkey',
    'alter table rewards.posting drop constraint posting_credit_id_fkey',
    `alter table rewards.account drop constraint account_kind_check, drop constraint account_balance_check,
       drop constraint account_check,
       add column held bigint not null default 0 check (held >= 0),
       add column earned bigint not null default 0,
       add column spent bigint not null default 0,
       add column expired bigint not null default 0,
       -- How many entries the account has: each has its number, and the balance after it.
       add column entries bigint not null default 0,
       add column status text not null default 'open' check (status in ('open', 'frozen')),
       add constraint account_kind_known check (kind in ('issuance', 'person', 'retailer', 'charity', 'municipality',
         'expired', 'settled', 'budget', 'grant', 'fee', 'affiliate', 'administration', 'fund', 'payout')),
       -- Everybody else's balance is the sum of the postings, or one row would be waited for by all.
       add constraint account_keeps_balance check ((kind in ('person', 'budget')) = (balance is not null)),
       add constraint account_floor check (balance - held >= 0)`,
    // Room for the next version of a row on its own page.
    'alter table rewards.account set (fillfactor = 70)',
    'alter table rewards.posting rename column points to amount',
    `alter table rewards.posting add column debit_entry bigint, add column debit_balance bigint,
       add column credit_entry bigint, add column credit_balance bigint,
       add constraint posting_exact check (amount <= 9007199254740991)`,
    'drop index rewards.posting_debit',
    'drop index rewards.posting_credit',
    'create index posting_debit on rewards.posting (debit_id, debit_entry)',
    'create index posting_credit on rewards.posting (credit_id, credit_entry)',
    // Points as they were earned: spent, given or held in the order in which they expire.
    `create table rewards.lot (
       -- That of the transaction which granted it, where it is of its first leg.
       id uuid primary key,
       account_id uuid not null,
       transaction_id uuid not null,
       granted bigint not null check (granted > 0),
       -- Spent, expired, taken back or held.
       taken bigint not null default 0 check (taken between 0 and granted),
       -- Whether anything is left; apart from \`taken\`, so that indexes know a lot that is used in parts once.
       open boolean not null default true check (open = (taken < granted)),
       granted_at timestamptz not null,
       expires_at timestamptz
     ) with (fillfactor = 80)`,
    'create index lot_to_take on rewards.lot (account_id, expires_at, id) where open',
    'create index lot_due on rewards.lot (expires_at) where open and expires_at is not null',
    // Which lots a debit took from; what a reversal gives back is negative.
    `create table rewards.lot_use (
       transaction_id uuid not null,
       line integer not null,
       lot_id uuid not null,
       amount bigint not null check (amount <> 0),
       primary key (transaction_id, line, lot_id)
     )`,
    appendOnly('lot_use'),
    `create table rewards.hold (
       id uuid primary key,
       business_key text not null unique,
       fingerprint text not null,
       account_id uuid not null references rewards.account,
       amount bigint not null check (amount > 0),
       state text not null default 'pending' check (state in ('pending', 'captured', 'released', 'expired')),
       captured bigint check (captured between 1 and amount),
       transaction_id uuid unique references rewards.transaction,
       made_at timestamptz not null,
       expires_at timestamptz not null,
       ended_at timestamptz,
       check (expires_at > made_at),
       check ((state = 'pending') = (ended_at is null)),
       check ((state = 'captured') = (captured is not null and transaction_id is not null))
     )`,
    "create index hold_pending on rewards.hold (account_id) where state = 'pending'",
    "create index hold_due on rewards.hold (expires_at) where state = 'pending'",
    `create table rewards.hold_lot (
       hold_id uuid not null references rewards.hold,
       lot_id uuid not null,
       amount bigint not null check (amount > 0),
       primary key (hold_id, lot_id)
     )`,
    appendOnly('hold_lot'),
    `create view rewards.old_entry as
       select side, transaction_id, line,
         row_number() over (partition by account_id order by happened_at, transaction_id, line) as entry,
         sum(change) over (partition by account_id order by happened_at, transaction_id, line) as balance
       from (select 'debit' as side, p.debit_id as account_id, p.transaction_id, p.line, -p.amount as change, t.happened_at
             from rewards.posting p join rewards.transaction t on t.id = p.transaction_id
             union all
             select 'credit', p.credit_id, p.transaction_id, p.line, p.amount, t.happened_at
             from rewards.posting p join rewards.transaction t on t.id = p.transaction_id) x
         join rewards.account a on a.id = x.account_id and a.kind = 'person'`,
    // What of the award had run out by then: neither taken nor owed.
    'alter table rewards.claw_back add column expired bigint not null default 0 check (expired between 0 and points - taken)',
    'drop function rewards.post',
    ...postingFunctions,
    ...batchFunctions,
    ...holdFunctions,
    ...lotsOfOldPostings,
    ...figuresOfOldPostings,
    'alter table rewards.transaction alter column digest set not null',
  ),
  migration(
    '0006-seals-and-decisions',
    // The digests of a day's transactions, chained to the day before: who rewrites one has to rewrite all that follow.
    `create table rewards.seal (
       day date primary key,
       transactions bigint not null check (transactions > 0),
       digest bytea not null,
       sealed_at timestamptz not null
     )`,
    appendOnly('seal'),
    `create function rewards.seal_of(p_day date, p_previous bytea, out transactions bigint, out digest bytea)
       language sql stable as $$
       select count(*), sha256(coalesce(p_previous, '') || coalesce(string_agg(t.digest, ''::bytea order by t.id), ''))
         from rewards.transaction t
         where t.happened_at >= p_day::timestamp at time zone 'UTC' and t.happened_at < (p_day + 1)::timestamp at time zone 'UTC'
     $$`,
    `create function rewards.seal_next(p_over timestamptz, p_now timestamptz, out day date, out transactions bigint,
         out digest bytea) language plpgsql as $$
       declare
         v_last rewards.seal;
       begin
         -- One at a time; postings do not wait for this.
         perform pg_advisory_xact_lock(hashtextextended('seal the ledger', 0));
         select * into v_last from rewards.seal s order by s.day desc limit 1;
         select (t.happened_at at time zone 'UTC')::date into day from rewards.transaction t
           where t.happened_at >= coalesce((v_last.day + 1)::timestamp at time zone 'UTC', '-infinity')
             and t.happened_at < date_trunc('day', p_over, 'UTC')
           order by t.happened_at limit 1;
         if day is not null then
           select s.transactions, s.digest into transactions, digest from rewards.seal_of(day, v_last.digest) s;
           insert into rewards.seal values (day, transactions, digest, p_now);
         end if;
       end
     $$`,
    // What administrators did by hand, and why.
    `create table rewards.ledger_decision (
       id uuid primary key,
       kind text not null check (kind in ('freeze', 'unfreeze', 'reversal')),
       account_id uuid,
       transaction_id uuid references rewards.transaction,
       reason text not null,
       decided_by uuid not null,
       decided_at timestamptz not null,
       check ((kind = 'reversal') = (transaction_id is not null)),
       check ((kind = 'reversal') = (account_id is null))
     )`,
    'create index ledger_decision_by_time on rewards.ledger_decision (decided_at desc, id desc)',
    appendOnly('ledger_decision'),
    // For a role that is not the owner, who can switch triggers off: it adds to the books and cannot change them.
    `create function rewards.grant_use(p_role name) returns void language plpgsql as $$
       declare
         v_table name;
       begin
         execute format('grant usage on schema rewards to %I', p_role);
         execute format('grant execute on all functions in schema rewards to %I', p_role);
         execute format('grant usage on all sequences in schema rewards to %I', p_role);
         execute format('grant select, insert, update, delete on all tables in schema rewards to %I', p_role);
         for v_table in
           select c.relname from pg_trigger g join pg_class c on c.oid = g.tgrelid
             join pg_namespace n on n.oid = c.relnamespace
             where n.nspname = 'rewards' and g.tgfoid = 'rewards.refuse_change'::regproc
         loop
           execute format('revoke update, delete, truncate on rewards.%I from %I', v_table, p_role);
         end loop;
       end
     $$`,
  ),
];
