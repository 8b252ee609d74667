/*
 * The SQL of holds and of what runs out, as migration 0005 creates it. A hold takes its points out of the lots at once, so
 * what was reserved in time does not expire under it; what it does not use goes back to the lots it came from. Whether a
 * hold or a lot has expired is said by the instant of the one who asks, never by whether the sweeper has come by.
 */

const giveBack = `create function rewards.give_back_held(p_hold rewards.hold) returns void language plpgsql as $$
  begin
    update rewards.lot l set taken = l.taken - h.amount, open = true
      from rewards.hold_lot h where h.hold_id = p_hold.id and l.id = h.lot_id;
    update rewards.account a set held = a.held - p_hold.amount where a.id = p_hold.account_id;
  end
$$`;

/** Ends what has expired of an account whose row is locked. @returns how much that was. */
const endExpiredHolds = `create function rewards.end_expired_holds(p_account uuid, p_at timestamptz) returns bigint
  language plpgsql as $$
  declare
    v_hold rewards.hold;
    v_sum bigint := 0;
  begin
    for v_hold in
      select * from rewards.hold h where h.account_id = p_account and h.state = 'pending' and h.expires_at <= p_at
    loop
      update rewards.hold h set state = 'expired', ended_at = p_at where h.id = v_hold.id;
      perform rewards.give_back_held(v_hold);
      v_sum := v_sum + v_hold.amount;
    end loop;
    return v_sum;
  end
$$`;

const hold = `create function rewards.make_hold(p_id uuid, p_business_key text, p_fingerprint text, p_kind text, p_owner uuid,
    p_amount bigint, p_at timestamptz, p_expires_at timestamptz, out hold_id uuid, out fresh boolean) language plpgsql as $$
  declare
    v_account rewards.account;
    v_fingerprint text;
    v_left bigint := p_amount;
    v_part bigint;
    v_lot record;
  begin
    if p_kind not in ('person', 'budget') then
      raise exception 'only what has a balance can be held' using errcode = 'HB000';
    end if;
    v_account := rewards.account_of(p_kind, p_owner);
    select h.id, h.fingerprint into hold_id, v_fingerprint from rewards.hold h where h.business_key = p_business_key;
    if found then
      if v_fingerprint <> p_fingerprint then
        raise exception 'the key was used for something else' using errcode = 'HB001';
      end if;
      fresh := false;
      return;
    end if;
    if v_account.status = 'frozen' then
      raise exception 'the account is frozen' using errcode = 'HB003';
    end if;
    if v_account.held > 0 then
      v_account.held := v_account.held - rewards.end_expired_holds(v_account.id, p_at);
    end if;
    insert into rewards.hold (id, business_key, fingerprint, account_id, amount, made_at, expires_at)
      values (p_id, p_business_key, p_fingerprint, v_account.id, p_amount, p_at, p_expires_at);
    if p_kind = 'person' then
      for v_lot in
        select l.id, l.granted - l.taken as rest from rewards.lot l
          where l.account_id = v_account.id and l.open and (l.expires_at is null or l.expires_at > p_at)
          order by l.expires_at, l.id
      loop
        exit when v_left = 0;
        v_part := least(v_left, v_lot.rest);
        update rewards.lot l set taken = l.taken + v_part, open = l.taken + v_part < l.granted where l.id = v_lot.id;
        insert into rewards.hold_lot values (p_id, v_lot.id, v_part);
        v_left := v_left - v_part;
      end loop;
      if v_left > 0 then
        raise exception 'the balance does not cover this' using errcode = 'HB002';
      end if;
    elsif v_account.balance - v_account.held < p_amount then
      raise exception 'the budget does not cover this' using errcode = 'HB004';
    end if;
    update rewards.account a set held = a.held + p_amount where a.id = v_account.id;
    hold_id := p_id;
    fresh := true;
  end
$$`;

/** HB005: no such hold. HB006: it has expired by \`p_happened_at\`. HB007: it was captured or released. HB009: more than it holds. */
const capture = `create function rewards.capture(p_hold uuid, p_id uuid, p_kind text, p_business_key text, p_fingerprint text,
    p_happened_at timestamptz, p_from_kinds text[], p_from_owners uuid[], p_to_kinds text[], p_to_owners uuid[],
    p_amounts bigint[], out posted_id uuid, out fresh boolean) language plpgsql as $$
  declare
    v_hold rewards.hold;
    v_account rewards.account;
    v_sum bigint;
  begin
    select a.* into v_account from rewards.hold h join rewards.account a on a.id = h.account_id where h.id = p_hold;
    if not found then
      raise exception 'no such hold' using errcode = 'HB005';
    end if;
    perform rewards.lock_accounts(p_from_kinds || p_to_kinds || v_account.kind, p_from_owners || p_to_owners || v_account.owner_id);
    perform 1 from rewards.transaction t where t.business_key = p_business_key;
    if not found then
      select * into v_hold from rewards.hold h where h.id = p_hold for update;
      if v_hold.state = 'expired' or (v_hold.state = 'pending' and v_hold.expires_at <= p_happened_at) then
        raise exception 'the hold has expired' using errcode = 'HB006';
      elsif v_hold.state <> 'pending' then
        raise exception 'the hold has ended' using errcode = 'HB007';
      end if;
      select sum(l.amount) into v_sum from unnest(p_from_kinds, p_from_owners, p_amounts) as l (kind, owner, amount)
        where l.kind = v_account.kind and l.owner = v_account.owner_id;
      if v_sum is null or v_sum > v_hold.amount then
        raise exception 'not what is held' using errcode = 'HB009';
      end if;
      perform rewards.give_back_held(v_hold);
    end if;
    select p.posted_id, p.fresh into posted_id, fresh from rewards.post(p_id, p_kind, p_business_key, p_fingerprint, null,
      p_happened_at, null, null, p_hold, p_from_kinds, p_from_owners, p_to_kinds, p_to_owners, p_amounts) p;
    if fresh then
      update rewards.hold h set state = 'captured', captured = v_sum, transaction_id = posted_id, ended_at = p_happened_at
        where h.id = p_hold;
    end if;
  end
$$`;

/** Ends a hold without taking anything; one that has expired or was released is left as it is. HB005, HB007 where it was captured. */
const release = `create function rewards.release(p_hold uuid, p_at timestamptz) returns void language plpgsql as $$
  declare
    v_hold rewards.hold;
  begin
    perform 1 from rewards.hold h join rewards.account a on a.id = h.account_id where h.id = p_hold for no key update of a;
    select * into v_hold from rewards.hold h where h.id = p_hold for update;
    if not found then
      raise exception 'no such hold' using errcode = 'HB005';
    elsif v_hold.state = 'captured' then
      raise exception 'the hold has ended' using errcode = 'HB007';
    elsif v_hold.state = 'pending' then
      update rewards.hold h set ended_at = p_at, state = case when v_hold.expires_at <= p_at then 'expired' else 'released' end
        where h.id = p_hold;
      perform rewards.give_back_held(v_hold);
    end if;
  end
$$`;

/** Posts what has run out of a person's lots, if anything. @returns how many points, and their transaction. */
const expire = `create function rewards.expire_lots(p_id uuid, p_owner uuid, p_at timestamptz, out points bigint)
  language plpgsql as $$
  declare
    v_account rewards.account;
  begin
    v_account := rewards.account_of('person', p_owner);
    if v_account.held > 0 then
      perform rewards.end_expired_holds(v_account.id, p_at);
    end if;
    select coalesce(sum(l.granted - l.taken), 0) into points from rewards.lot l
      where l.account_id = v_account.id and l.open and l.expires_at <= p_at;
    if points > 0 then
      perform rewards.post(p_id, 'expiry', 'expiry ' || p_id, '', null, p_at, null, null, null, array['person'],
        array[p_owner], array['expired'], array['00000000-0000-0000-0000-000000000000'::uuid], array[points]);
    end if;
  end
$$`;

/**
 * What accounts with a balance have at an instant. A hold that has expired no longer holds, a lot that has expired is gone,
 * whether or not the sweeper has come by.
 */
const balances = `create function rewards.balances(p_kind text, p_owners uuid[], p_at timestamptz)
  returns table (owner_id uuid, available bigint, held bigint, earned bigint, spent bigint, expired bigint, status text,
    next_points bigint, next_at timestamptz) language sql stable as $$
  select a.owner_id, a.balance - h.live - l.gone - h.gone, h.live, a.earned, a.spent, a.expired + l.gone + h.gone, a.status,
      (select sum(n.granted - n.taken)::bigint from rewards.lot n
         where n.account_id = a.id and n.open and n.expires_at = l.next_at), l.next_at
    from rewards.account a
      cross join lateral (select
          coalesce(sum(x.granted - x.taken) filter (where x.expires_at <= p_at), 0)::bigint as gone,
          min(x.expires_at) filter (where x.expires_at > p_at) as next_at
        from rewards.lot x where x.account_id = a.id and x.open and x.expires_at is not null) l
      cross join lateral (select
          coalesce(sum(y.amount) filter (where y.expires_at > p_at), 0)::bigint as live,
          coalesce(sum((select sum(z.amount) from rewards.hold_lot z join rewards.lot o on o.id = z.lot_id
             where z.hold_id = y.id and o.expires_at <= p_at)) filter (where y.expires_at <= p_at), 0)::bigint as gone
        from rewards.hold y where a.held > 0 and y.account_id = a.id and y.state = 'pending') h
    where a.kind = p_kind and a.owner_id = any (p_owners)
$$`;

export const holdFunctions: readonly string[] = [giveBack, endExpiredHolds, hold, capture, release, expire, balances];
