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

const batchLeg = `create type rewards.batch_leg as (
  place bigint, id uuid, kind text, business_key text, fingerprint text, rule_version integer, lot_expires_at timestamptz,
  from_kind text, from_owner uuid, from_id uuid, to_kind text, to_owner uuid, to_id uuid, amount bigint,
  -- The account with a balance and its kind, if either side is one, and by how much that changes.
  keeper text, keeper_id uuid, change bigint
)`;

const keeps = (kind: string) => `${kind} in ('person', 'budget')`;

/**
 * Those that may be written together. The accounts are there and locked. A key that another call writes meanwhile is found
 * by post_together.
 */
const legsTogether = `create function rewards.legs_together(p_batch rewards.batch_posting[]) returns rewards.batch_leg[]
  language sql stable as $$
  with wish as materialized (
    select b.*, b.from_kinds[1] as from_kind, b.from_owners[1] as from_owner, b.to_kinds[1] as to_kind,
      b.to_owners[1] as to_owner, b.amounts[1] as amount,
      -- Several legs, what is taken back, both sides with a balance, a key twice: these go by themselves, and so does all
      -- else of their accounts, whose order it would change.
      count(*) over (partition by b.business_key) = 1 and cardinality(b.amounts) = 1 and b.reverses is null
        and b.effect = 'forward' and not (${keeps('b.from_kinds[1]')} and ${keeps('b.to_kinds[1]')})
        and rewards.unit_of(b.from_kinds[1]) = rewards.unit_of(b.to_kinds[1]) as is_plain
    from unnest(p_batch) b
  ), touched as (
    select w.*, ${keeps('w.from_kind')} as is_debit,
      case when ${keeps('w.from_kind')} then w.from_kind when ${keeps('w.to_kind')} then w.to_kind end as keeper,
      case when ${keeps('w.from_kind')} then w.from_owner when ${keeps('w.to_kind')} then w.to_owner end as keeper_owner
      from wish w where w.is_plain
    union all
    select w.*, true, u.kind, u.owner
      from wish w, unnest(w.from_kinds || w.to_kinds, w.from_owners || w.to_owners) u (kind, owner) where not w.is_plain
  ), told as (
    select t.*, bool_and(is_plain) over k and (bool_and(is_debit) over k or not bool_or(is_debit) over k) as goes,
      sum(amount) over k as total
    from touched t window k as (partition by keeper, keeper_owner)
  )
  select coalesce(array_agg(row(t.place, t.id, t.kind, t.business_key, t.fingerprint, t.rule_version, t.lot_expires_at,
      t.from_kind, t.from_owner, d.id, t.to_kind, t.to_owner, c.id, t.amount, t.keeper,
      case when t.keeper is not null then case when t.is_debit then d.id else c.id end end,
      case when t.is_debit then -t.amount else t.amount end)::rewards.batch_leg order by t.place), '{}')
  from told t
    join rewards.account d on d.kind = t.from_kind and d.owner_id = t.from_owner
    join rewards.account c on c.kind = t.to_kind and c.owner_id = t.to_owner
  where t.is_plain and (t.keeper is null or (t.goes
      and (not t.is_debit or (d.status = 'open' and d.held = 0 and d.balance >= t.total))))
    and not exists (select 1 from rewards.transaction x where x.business_key = t.business_key)
$$`;

/** 40001 where another call wrote one of the keys meanwhile: then the whole is tried again. HB002 where lots run out first. */
const postTogether = `create function rewards.post_together(p_legs rewards.batch_leg[], p_happened_at timestamptz)
  returns void language plpgsql as $$
  declare
    v_count bigint;
    v_short boolean;
  begin
    insert into rewards.transaction (id, kind, business_key, fingerprint, rule_version, happened_at, digest)
      select t.id, t.kind, t.business_key, t.fingerprint, t.rule_version, p_happened_at,
        ${digest('t', "concat_ws(' ', 1, t.from_kind, t.from_owner, t.to_kind, t.to_owner, t.amount)")}
      from (select l.*, p_happened_at as happened_at, null::uuid as reverses from unnest(p_legs) l) t
      on conflict (business_key) do nothing;
    get diagnostics v_count = row_count;
    if v_count < cardinality(p_legs) then
      raise exception 'a key was used meanwhile' using errcode = '40001';
    end if;

    with moved as (
      update rewards.account a set balance = a.balance + t.change, entries = a.entries + t.many,
          earned = a.earned + greatest(t.change, 0), spent = a.spent + greatest(-t.change, 0)
        from (select l.keeper_id, count(*) as many, sum(l.change)::bigint as change
              from unnest(p_legs) l where l.keeper_id is not null group by l.keeper_id) t
        where a.id = t.keeper_id
        returning a.id, a.entries, a.balance
    )
    -- The accounts are as they are after the last: what came behind an entry is taken off again.
    insert into rewards.posting (transaction_id, line, debit_id, credit_id, amount,
        debit_entry, debit_balance, credit_entry, credit_balance)
      select e.id, 1, e.from_id, e.to_id, e.amount,
        case when e.change < 0 then m.entries - e.behind end,
        case when e.change < 0 then m.balance - e.change_behind end,
        case when e.change > 0 then m.entries - e.behind end,
        case when e.change > 0 then m.balance - e.change_behind end
      from (select l.id, l.from_id, l.to_id, l.amount, l.keeper_id, l.change, count(*) over later as behind,
              coalesce(sum(l.change) over later, 0)::bigint as change_behind
            from unnest(p_legs) l
            window later as (partition by l.keeper_id order by l.place rows between 1 following and unbounded following)) e
        left join moved m on m.id = e.keeper_id;

    insert into rewards.lot (id, account_id, transaction_id, granted, granted_at, expires_at)
      select l.id, l.keeper_id, l.id, l.change, p_happened_at, l.lot_expires_at
      from unnest(p_legs) l where l.keeper = 'person' and l.change > 0;

    -- Debits of a person laid over the lots that run out first: where they overlap, the one is paid with the other.
    with want as (
      select l.id, l.keeper_id as account_id, l.amount,
        (sum(l.amount) over (partition by l.keeper_id order by l.place) - l.amount)::bigint as before
      from unnest(p_legs) l where l.keeper = 'person' and l.change < 0
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
    v_legs rewards.batch_leg[];
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
    v_legs := rewards.legs_together(v_batch);
    if cardinality(v_legs) > 0 then
      perform rewards.post_together(v_legs, p_happened_at);
      return query select l.place, l.id, true from unnest(v_legs) l;
    end if;
    for v_each in
      select b.* from unnest(v_batch) b
        where b.place not in (select l.place from unnest(v_legs) l) order by b.place
    loop
      place := v_each.place;
      select p.posted_id, p.fresh into posted_id, fresh from rewards.post(v_each.id, v_each.kind, v_each.business_key,
        v_each.fingerprint, v_each.rule_version, p_happened_at, v_each.lot_expires_at, v_each.reverses, null,
        v_each.from_kinds, v_each.from_owners, v_each.to_kinds, v_each.to_owners, v_each.amounts) p;
      return next;
    end loop;
  end
$$`;

export const batchFunctions: readonly string[] = [batchPosting, batchLeg, legsTogether, postTogether, postAll];
