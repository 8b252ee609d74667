/*
 * The SQL of many postings in one call. Those that cannot hinder one another are written together, a statement per table
 * whatever their number: one leg each, at most one account with a balance, which the batch only gives to or only takes from,
 * and which is open and holds nothing back. What is left is posted one by one, in its order, by rewards.post.
 */
import { digest } from './posting-functions.ts';

const batchPosting = `create type rewards.batch_posting as (
  place bigint, id uuid, kind text, effect text, business_key text, fingerprint text, rule_version integer,
  lot_expires_at timestamptz, reverses uuid, from_kinds text[], from_owners uuid[], to_kinds text[], to_owners uuid[],
  amounts bigint[]
)`;

const keeps = (kind: string) => `${kind} in ('person', 'budget')`;

/**
 * The places of those that may be written together. The accounts are locked. A key that another call writes meanwhile is
 * found by post_together.
 */
const togetherOf = `create or replace function rewards.together_of(p_batch rewards.batch_posting[]) returns bigint[] language sql stable as $$
  with touched as materialized (
    select b.place, u.kind, u.owner, u.is_debit, u.amount,
      -- Several legs, what is taken back, both sides with a balance, a key twice: these go by themselves, and so does all
      -- else of their accounts, whose order it would change.
      b.namesakes = 1 and cardinality(b.amounts) = 1 and b.reverses is null and b.effect = 'forward'
        and not (${keeps('b.from_kinds[1]')} and ${keeps('b.to_kinds[1]')}) as is_plain
    from (select u.*, count(*) over (partition by u.business_key) as namesakes from unnest(p_batch) u) b,
      lateral (select f.kind, f.owner, true as is_debit, f.amount from unnest(b.from_kinds, b.from_owners, b.amounts) f (kind, owner, amount)
               union all
               select t.kind, t.owner, false, t.amount from unnest(b.to_kinds, b.to_owners, b.amounts) t (kind, owner, amount)) u
    where ${keeps('u.kind')}
  ), account as (
    select kind, owner, bool_and(is_plain) and count(distinct is_debit) = 1 as is_plain, bool_or(is_debit) as is_debit,
      coalesce(sum(amount) filter (where is_debit), 0) as taken
    from touched group by kind, owner
  ), fit as (
    select c.kind, c.owner from account c join rewards.account a on a.kind = c.kind and a.owner_id = c.owner
    where c.is_plain and (not c.is_debit or (a.status = 'open' and a.held = 0 and a.balance >= c.taken))
  )
  select coalesce(array_agg(b.place), '{}')
  from (select u.*, count(*) over (partition by u.business_key) as namesakes from unnest(p_batch) u) b
  where b.namesakes = 1 and cardinality(b.amounts) = 1 and b.reverses is null and b.effect = 'forward'
    and rewards.unit_of(b.from_kinds[1]) = rewards.unit_of(b.to_kinds[1])
    and not (${keeps('b.from_kinds[1]')} and ${keeps('b.to_kinds[1]')})
    and (not ${keeps('b.from_kinds[1]')} or (b.from_kinds[1], b.from_owners[1]) in (select kind, owner from fit))
    and (not ${keeps('b.to_kinds[1]')} or (b.to_kinds[1], b.to_owners[1]) in (select kind, owner from fit))
    and not exists (select 1 from rewards.transaction t where t.business_key = b.business_key)
$$`;

/** One posting of a batch by the account that keeps a balance, if either does, and by how much that changes. */
const EACH = `select b.place, b.id, b.lot_expires_at, b.from_kinds[1] as from_kind, b.from_owners[1] as from_owner,
  b.to_kinds[1] as to_kind, b.to_owners[1] as to_owner,
  case when ${keeps('b.from_kinds[1]')} then b.from_kinds[1] else b.to_kinds[1] end as kind,
  case when ${keeps('b.from_kinds[1]')} then b.from_owners[1] else b.to_owners[1] end as owner,
  case when ${keeps('b.from_kinds[1]')} then -b.amounts[1] else b.amounts[1] end as change
  from unnest(p_batch) b`;

/** 40001 where another call wrote one of the keys meanwhile: then the whole is tried again. HB002 where lots run out first. */
const postTogether = `create function rewards.post_together(p_batch rewards.batch_posting[], p_happened_at timestamptz)
  returns void language plpgsql as $$
  declare
    v_count bigint;
    v_short boolean;
  begin
    insert into rewards.transaction (id, kind, business_key, fingerprint, rule_version, happened_at, digest)
      select t.id, t.kind, t.business_key, t.fingerprint, t.rule_version, p_happened_at,
        ${digest('t', "concat_ws(' ', 1, t.from_kind, t.from_owner, t.to_kind, t.to_owner, t.amount)")}
      from (select b.id, b.kind, b.business_key, b.fingerprint, b.rule_version, p_happened_at as happened_at,
              null::uuid as reverses, b.from_kinds[1] as from_kind, b.from_owners[1] as from_owner, b.to_kinds[1] as to_kind,
              b.to_owners[1] as to_owner, b.amounts[1] as amount
            from unnest(p_batch) b) t
      on conflict (business_key) do nothing;
    get diagnostics v_count = row_count;
    if v_count < cardinality(p_batch) then
      raise exception 'a key was used meanwhile' using errcode = '40001';
    end if;

    update rewards.account a set balance = a.balance + t.change, entries = a.entries + t.many,
        earned = a.earned + greatest(t.change, 0), spent = a.spent + greatest(-t.change, 0)
      from (select e.kind, e.owner, count(*) as many, sum(e.change)::bigint as change
            from (${EACH}) e where ${keeps('e.kind')} group by e.kind, e.owner) t
      where a.kind = t.kind and a.owner_id = t.owner;

    insert into rewards.lot (id, account_id, transaction_id, granted, granted_at, expires_at)
      select e.id, a.id, e.id, e.change, p_happened_at, e.lot_expires_at
      from (${EACH}) e join rewards.account a on a.kind = e.kind and a.owner_id = e.owner
      where e.kind = 'person' and e.change > 0;

    -- The accounts are as they are after the last: what came behind an entry is taken off again.
    insert into rewards.posting (transaction_id, line, debit_id, credit_id, amount,
        debit_entry, debit_balance, credit_entry, credit_balance)
      select e.id, 1, d.id, c.id, abs(e.change),
        case when ${keeps('d.kind')} then d.entries - e.behind end,
        case when ${keeps('d.kind')} then d.balance - e.change_behind end,
        case when ${keeps('c.kind')} then c.entries - e.behind end,
        case when ${keeps('c.kind')} then c.balance - e.change_behind end
      from (select x.*, count(*) over later as behind, coalesce(sum(x.change) over later, 0)::bigint as change_behind
            from (${EACH}) x
            window later as (partition by x.kind, x.owner order by x.place
              rows between 1 following and unbounded following)) e
        join rewards.account d on d.kind = e.from_kind and d.owner_id = e.from_owner
        join rewards.account c on c.kind = e.to_kind and c.owner_id = e.to_owner;

    -- Debits of a person laid over the lots that run out first: where they overlap, the one is paid with the other.
    with want as (
      select e.id, a.id as account_id, -e.change as amount,
        (sum(-e.change) over (partition by e.owner order by e.place) + e.change)::bigint as before
      from (${EACH}) e join rewards.account a on a.kind = e.kind and a.owner_id = e.owner
      where e.kind = 'person' and e.change < 0
    ), used as (
      select w.id, h.id as lot_id, least(w.before + w.amount, h.before + h.rest) - greatest(w.before, h.before) as amount
      from want w, lateral (
        select l.id, l.granted - l.taken as rest,
          (sum(l.granted - l.taken) over (order by l.expires_at, l.id))::bigint - (l.granted - l.taken) as before
        from rewards.lot l
        where l.account_id = w.account_id and l.open and (l.expires_at is null or l.expires_at > p_happened_at)) h
      where h.before < w.before + w.amount and w.before < h.before + h.rest
    ), taken as (
      update rewards.lot l set taken = l.taken + u.amount, open = l.taken + u.amount < l.granted
        from (select lot_id, sum(amount)::bigint as amount from used group by lot_id) u where l.id = u.lot_id
    ), noted as (
      insert into rewards.lot_use (transaction_id, line, lot_id, amount) select id, 1, lot_id, amount from used
    )
    select coalesce((select sum(amount) from want), 0) <> coalesce((select sum(amount) from used), 0) into v_short;
    if v_short then
      raise exception 'the balance does not cover this' using errcode = 'HB002';
    end if;
  end
$$`;

/** All or none; every account is locked before the first. Those of one account are in their order. */
const postAll = `create function rewards.post_all(p_postings jsonb, p_happened_at timestamptz)
  returns table (place bigint, posted_id uuid, fresh boolean) language plpgsql as $$
  declare
    v_batch rewards.batch_posting[];
    v_together bigint[];
    v_each rewards.batch_posting;
  begin
    select array_agg(row(x.ordinality, x.id, x.kind, k.effect, x.business_key, x.fingerprint, x.rule_version,
        x.lot_expires_at, x.reverses, x.from_kinds, x.from_owners, x.to_kinds, x.to_owners, x.amounts)::rewards.batch_posting
        order by x.ordinality)
      into v_batch
      from rows from (jsonb_to_recordset(p_postings) as
        (id uuid, kind text, business_key text, fingerprint text, rule_version integer, lot_expires_at timestamptz,
         reverses uuid, from_kinds text[], from_owners uuid[], to_kinds text[], to_owners uuid[], amounts bigint[]))
        with ordinality as x left join rewards.transaction_kind k on k.name = x.kind;
    perform rewards.lock_accounts(array_agg(a.kind), array_agg(a.owner)) from (
      select unnest(b.from_kinds || b.to_kinds) as kind, unnest(b.from_owners || b.to_owners) as owner
      from unnest(v_batch) b) a;
    v_together := rewards.together_of(v_batch);
    if cardinality(v_together) > 0 then
      perform rewards.post_together((select array_agg(b) from unnest(v_batch) b where b.place = any (v_together)), p_happened_at);
    end if;
    foreach v_each in array v_batch loop
      place := v_each.place;
      if v_each.place = any (v_together) then
        posted_id := v_each.id;
        fresh := true;
      else
        select p.posted_id, p.fresh into posted_id, fresh from rewards.post(v_each.id, v_each.kind, v_each.business_key,
          v_each.fingerprint, v_each.rule_version, p_happened_at, v_each.lot_expires_at, v_each.reverses, null,
          v_each.from_kinds, v_each.from_owners, v_each.to_kinds, v_each.to_owners, v_each.amounts) p;
      end if;
      return next;
    end loop;
  end
$$`;

export const batchFunctions: readonly string[] = [batchPosting, togetherOf, postTogether, postAll];

/** For databases that have an earlier one, which let a repeated key change the order of its account's entries. */
export const orderedBatches: readonly string[] = [togetherOf];
