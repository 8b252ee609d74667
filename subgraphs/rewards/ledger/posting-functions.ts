/*
 * The SQL of a posting, as migration 0005 creates it. The decision: one call posts, whatever it moves, and everything that
 * concerns an account with a balance happens while that account's row is locked: its balance, its lots, its holds. Rows are
 * locked in the order of (kind, owner). Refusals are raised as SQLSTATE HB0xx, see ledger.ts, and undo everything.
 */

const unitOf = `create function rewards.unit_of(p_kind text) returns text language sql immutable as $$
  select case
    when p_kind in ('issuance', 'person', 'retailer', 'charity', 'municipality', 'expired', 'settled') then 'points'
    when p_kind in ('budget', 'grant', 'fee', 'affiliate', 'administration', 'fund', 'payout') then 'cents'
  end
$$`;

/** The digest of a transaction `t` and its legs: of kinds and owners as one text, so that accounts are under it too. */
export const digest = (
  t: string,
  legs: string,
) => `sha256(convert_to(concat_ws(E'\\n', ${t}.id, ${t}.kind, ${t}.business_key,
    ${t}.fingerprint, coalesce(${t}.rule_version::text, '-'), (extract(epoch from ${t}.happened_at) * 1000000)::bigint,
    coalesce(${t}.reverses::text, '-'), ${legs}), 'UTF8'))`;

const digestOf = `create function rewards.digest_of(p_transaction rewards.transaction, p_legs text) returns bytea
  language sql stable as $$
  select ${digest('p_transaction', 'p_legs')}
$$`;

const legsOf = `create function rewards.legs_of(p_transaction_id uuid) returns text language sql stable as $$
  select coalesce(string_agg(concat_ws(' ', p.line, d.kind, d.owner_id, c.kind, c.owner_id, p.amount), E'\\n' order by p.line), '')
  from rewards.posting p join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
  where p.transaction_id = p_transaction_id
$$`;

/** The account, made where there is none; locked where it keeps a balance. */
const accountOf = `create function rewards.account_of(p_kind text, p_owner uuid) returns rewards.account
  language plpgsql as $$
  declare
    v_account rewards.account;
  begin
    loop
      if p_kind in ('person', 'budget') then
        select * into v_account from rewards.account a where a.kind = p_kind and a.owner_id = p_owner for no key update;
      else
        select * into v_account from rewards.account a where a.kind = p_kind and a.owner_id = p_owner;
      end if;
      exit when found;
      insert into rewards.account (kind, owner_id, balance)
        values (p_kind, p_owner, case when p_kind in ('person', 'budget') then 0 end)
        on conflict (kind, owner_id) do nothing;
    end loop;
    return v_account;
  end
$$`;

/** Makes all accounts that are missing and locks those with a balance, in one order: also a row that is made is waited for. */
const lockAccounts = `create function rewards.lock_accounts(p_kinds text[], p_owners uuid[]) returns void
  language plpgsql as $$
  begin
    insert into rewards.account (kind, owner_id, balance)
      select k.kind, k.owner, case when k.kind in ('person', 'budget') then 0 end
      from (select distinct u.kind, u.owner from unnest(p_kinds, p_owners) as u (kind, owner)) k
      where not exists (select 1 from rewards.account a where a.kind = k.kind and a.owner_id = k.owner)
      order by k.kind, k.owner
      on conflict (kind, owner_id) do nothing;
    perform 1 from rewards.account a
      join (select distinct u.kind, u.owner from unnest(p_kinds, p_owners) as u (kind, owner)
            where u.kind in ('person', 'budget')) k on a.kind = k.kind and a.owner_id = k.owner
      order by a.kind, a.owner_id for no key update of a;
  end
$$`;

/**
 * Takes points out of the lots of a person whose row is locked: those of \`p_hold\` where it is given; else those granted by
 * \`p_first\`, then those that expire first. Expired ones are taken by an expiry alone. HB002 where there are not enough.
 */
const takeLots = `create function rewards.take_lots(p_account uuid, p_amount bigint, p_at timestamptz, p_transaction uuid,
    p_line integer, p_first uuid, p_hold uuid, p_expiring boolean) returns void language plpgsql as $$
  declare
    v_left bigint := p_amount;
    v_part bigint;
    v_lot record;
  begin
    if p_hold is not null then
      for v_lot in
        select l.id, h.amount - coalesce((select sum(u.amount) from rewards.lot_use u
            where u.transaction_id = p_transaction and u.lot_id = l.id), 0) as rest
          from rewards.hold_lot h join rewards.lot l on l.id = h.lot_id
          where h.hold_id = p_hold order by l.expires_at, l.id
      loop
        exit when v_left = 0;
        v_part := least(v_left, v_lot.rest);
        continue when v_part = 0;
        update rewards.lot l set taken = l.taken + v_part, open = l.taken + v_part < l.granted where l.id = v_lot.id;
        insert into rewards.lot_use values (p_transaction, p_line, v_lot.id, v_part);
        v_left := v_left - v_part;
      end loop;
    else
      if p_first is not null then
        for v_lot in
          select l.id, l.granted - l.taken as rest from rewards.lot l
            where l.account_id = p_account and l.open and l.transaction_id = p_first
              and (l.expires_at is null or l.expires_at > p_at)
        loop
          exit when v_left = 0;
          v_part := least(v_left, v_lot.rest);
          update rewards.lot l set taken = l.taken + v_part, open = l.taken + v_part < l.granted where l.id = v_lot.id;
          insert into rewards.lot_use values (p_transaction, p_line, v_lot.id, v_part);
          v_left := v_left - v_part;
        end loop;
      end if;
      if v_left > 0 then
        for v_lot in
          select l.id, l.granted - l.taken as rest from rewards.lot l
            where l.account_id = p_account and l.open
              and l.transaction_id is distinct from p_first
              and (coalesce(l.expires_at, 'infinity') <= p_at) = p_expiring
            order by l.expires_at, l.id
        loop
          exit when v_left = 0;
          v_part := least(v_left, v_lot.rest);
          update rewards.lot l set taken = l.taken + v_part, open = l.taken + v_part < l.granted where l.id = v_lot.id;
          insert into rewards.lot_use values (p_transaction, p_line, v_lot.id, v_part);
          v_left := v_left - v_part;
        end loop;
      end if;
    end if;
    if v_left > 0 then
      raise exception 'the balance does not cover this' using errcode = 'HB002';
    end if;
  end
$$`;

/** Gives back to the lots what the debit of \`p_line\` of the reversed transaction had taken from them. */
const restoreLots = `create function rewards.restore_lots(p_original uuid, p_transaction uuid, p_line integer) returns void
  language plpgsql as $$
  begin
    insert into rewards.lot_use (transaction_id, line, lot_id, amount)
      select p_transaction, p_line, u.lot_id, -u.amount from rewards.lot_use u
      where u.transaction_id = p_original and u.line = p_line;
    update rewards.lot l set taken = l.taken - u.amount, open = true
      from rewards.lot_use u where u.transaction_id = p_original and u.line = p_line and l.id = u.lot_id;
  end
$$`;

/**
 * HB000: a fault of ours. HB001: the key was used for something else. HB002: a person does not have so many points. HB003:
 * the account is frozen. HB004: the budget does not cover it.
 */
const post = `create function rewards.post(
    p_id uuid, p_kind text, p_business_key text, p_fingerprint text, p_rule_version integer, p_happened_at timestamptz,
    p_lot_expires_at timestamptz, p_reverses uuid, p_hold uuid,
    p_from_kinds text[], p_from_owners uuid[], p_to_kinds text[], p_to_owners uuid[], p_amounts bigint[],
    out posted_id uuid, out fresh boolean
  ) language plpgsql as $$
  declare
    v_effect text;
    v_transaction rewards.transaction;
    v_held_account uuid;
    v_legs text := '';
    v_from rewards.account;
    v_from_id uuid;
    v_to_id uuid;
    v_amount bigint;
    v_debit_entry bigint;
    v_debit_balance bigint;
    v_credit_entry bigint;
    v_credit_balance bigint;
  begin
    select k.effect into v_effect from rewards.transaction_kind k where k.name = p_kind;
    if not found or coalesce(cardinality(p_amounts), 0) = 0 then
      raise exception 'no such kind of transaction, or no legs' using errcode = 'HB000';
    end if;
    for v_line in 1 .. cardinality(p_amounts) loop
      if rewards.unit_of(p_from_kinds[v_line]) <> rewards.unit_of(p_to_kinds[v_line]) then
        raise exception 'points are not money' using errcode = 'HB000';
      end if;
      v_legs := v_legs || case when v_line > 1 then E'\\n' else '' end || concat_ws(' ', v_line, p_from_kinds[v_line],
        p_from_owners[v_line], p_to_kinds[v_line], p_to_owners[v_line], p_amounts[v_line]);
    end loop;
    v_transaction.id := p_id;
    v_transaction.kind := p_kind;
    v_transaction.business_key := p_business_key;
    v_transaction.fingerprint := p_fingerprint;
    v_transaction.rule_version := p_rule_version;
    v_transaction.happened_at := p_happened_at;
    v_transaction.reverses := p_reverses;
    insert into rewards.transaction (id, kind, business_key, fingerprint, rule_version, happened_at, reverses, digest)
      values (p_id, p_kind, p_business_key, p_fingerprint, p_rule_version, p_happened_at, p_reverses,
        ${digest('v_transaction', 'v_legs')})
      on conflict (business_key) do nothing;
    if not found then
      select * into v_transaction from rewards.transaction t where t.business_key = p_business_key;
      if v_transaction.fingerprint <> p_fingerprint then
        raise exception 'the key was used for something else' using errcode = 'HB001';
      end if;
      posted_id := v_transaction.id;
      fresh := false;
      return;
    end if;
    if cardinality(p_amounts) > 1 or (p_from_kinds[1] in ('person', 'budget') and p_to_kinds[1] in ('person', 'budget')) then
      perform rewards.lock_accounts(p_from_kinds || p_to_kinds, p_from_owners || p_to_owners);
    end if;
    if p_hold is not null then
      select h.account_id into v_held_account from rewards.hold h where h.id = p_hold;
    end if;
    for v_line in 1 .. cardinality(p_amounts) loop
      v_amount := p_amounts[v_line];
      v_debit_entry := null;
      v_debit_balance := null;
      v_credit_entry := null;
      v_credit_balance := null;
      if p_from_kinds[v_line] in ('person', 'budget') then
        -- Most often one statement does: nothing is held, nothing frozen, and there is enough.
        update rewards.account a set
            balance = a.balance - v_amount,
            entries = a.entries + 1,
            earned = a.earned - case v_effect when 'back' then v_amount else 0 end,
            spent = a.spent + case v_effect when 'forward' then v_amount else 0 end,
            expired = a.expired + case v_effect when 'expiry' then v_amount else 0 end
          where a.kind = p_from_kinds[v_line] and a.owner_id = p_from_owners[v_line]
            and a.status = 'open' and a.held = 0 and a.balance >= v_amount
          returning a.id, a.entries, a.balance into v_from_id, v_debit_entry, v_debit_balance;
        if not found then
          v_from := rewards.account_of(p_from_kinds[v_line], p_from_owners[v_line]);
          v_from_id := v_from.id;
          if v_from.status = 'frozen' and v_effect = 'forward' then
            raise exception 'the account is frozen' using errcode = 'HB003';
          end if;
          if v_from.held > 0 then
            v_from.held := v_from.held - rewards.end_expired_holds(v_from.id, p_happened_at);
          end if;
          if v_from.balance - v_from.held < v_amount then
            raise exception 'the balance does not cover this'
              using errcode = case v_from.kind when 'person' then 'HB002' else 'HB004' end;
          end if;
          update rewards.account a set
              balance = a.balance - v_amount,
              entries = a.entries + 1,
              earned = a.earned - case v_effect when 'back' then v_amount else 0 end,
              spent = a.spent + case v_effect when 'forward' then v_amount else 0 end,
              expired = a.expired + case v_effect when 'expiry' then v_amount else 0 end
            where a.id = v_from.id returning a.entries, a.balance into v_debit_entry, v_debit_balance;
        end if;
        if p_from_kinds[v_line] = 'person' then
          perform rewards.take_lots(v_from_id, v_amount, p_happened_at, p_id, v_line, p_reverses,
            case when v_from_id = v_held_account then p_hold end, v_effect = 'expiry');
        end if;
      else
        select a.id into v_from_id from rewards.account a
          where a.kind = p_from_kinds[v_line] and a.owner_id = p_from_owners[v_line];
        if not found then
          v_from := rewards.account_of(p_from_kinds[v_line], p_from_owners[v_line]);
          v_from_id := v_from.id;
        end if;
      end if;
      if p_to_kinds[v_line] in ('person', 'budget') then
        loop
          update rewards.account a set
              balance = a.balance + v_amount,
              entries = a.entries + 1,
              earned = a.earned + case v_effect when 'forward' then v_amount else 0 end,
              spent = a.spent - case v_effect when 'back' then v_amount else 0 end
            where a.kind = p_to_kinds[v_line] and a.owner_id = p_to_owners[v_line]
            returning a.id, a.entries, a.balance into v_to_id, v_credit_entry, v_credit_balance;
          exit when found;
          perform rewards.account_of(p_to_kinds[v_line], p_to_owners[v_line]);
        end loop;
        if p_to_kinds[v_line] = 'person' then
          if p_reverses is not null then
            perform rewards.restore_lots(p_reverses, p_id, v_line);
          else
            insert into rewards.lot (id, account_id, transaction_id, granted, granted_at, expires_at)
              values (case v_line when 1 then p_id else gen_random_uuid() end, v_to_id, p_id, v_amount, p_happened_at,
                p_lot_expires_at);
          end if;
        end if;
      else
        select a.id into v_to_id from rewards.account a
          where a.kind = p_to_kinds[v_line] and a.owner_id = p_to_owners[v_line];
        if not found then
          v_from := rewards.account_of(p_to_kinds[v_line], p_to_owners[v_line]);
          v_to_id := v_from.id;
        end if;
      end if;
      insert into rewards.posting (transaction_id, line, debit_id, credit_id, amount,
          debit_entry, debit_balance, credit_entry, credit_balance)
        values (p_id, v_line, v_from_id, v_to_id, v_amount,
          v_debit_entry, v_debit_balance, v_credit_entry, v_credit_balance);
    end loop;
    posted_id := p_id;
    fresh := true;
  end
$$`;

/**
 * Mirrors every leg of a transaction. HB005: there is none. HB008: it is itself one that undoes. A second reversal violates
 * the unique index transaction_reverses, also of two at once.
 */
const reverse = `create function rewards.reverse(p_id uuid, p_kind text, p_business_key text, p_original uuid,
    p_happened_at timestamptz, out posted_id uuid, out fresh boolean) language plpgsql as $$
  declare
    v_from_kinds text[];
    v_from_owners uuid[];
    v_to_kinds text[];
    v_to_owners uuid[];
    v_amounts bigint[];
  begin
    if (select k.effect from rewards.transaction_kind k where k.name = p_kind) is distinct from 'back' then
      raise exception 'a reversal is of a kind that undoes' using errcode = 'HB000';
    end if;
    perform 1 from rewards.transaction t join rewards.transaction_kind k on k.name = t.kind
      where t.id = p_original and k.effect <> 'forward';
    if found then
      raise exception 'what undoes is not undone' using errcode = 'HB008';
    end if;
    select array_agg(c.kind order by p.line), array_agg(c.owner_id order by p.line),
        array_agg(d.kind order by p.line), array_agg(d.owner_id order by p.line), array_agg(p.amount order by p.line)
      into v_from_kinds, v_from_owners, v_to_kinds, v_to_owners, v_amounts
      from rewards.posting p join rewards.account d on d.id = p.debit_id join rewards.account c on c.id = p.credit_id
      where p.transaction_id = p_original;
    if v_amounts is null then
      raise exception 'no such transaction' using errcode = 'HB005';
    end if;
    select p.posted_id, p.fresh into posted_id, fresh from rewards.post(p_id, p_kind, p_business_key, p_original::text, null,
      p_happened_at, null, p_original, null, v_from_kinds, v_from_owners, v_to_kinds, v_to_owners, v_amounts) p;
  end
$$`;

export const postingFunctions: readonly string[] = [
  unitOf,
  digestOf,
  legsOf,
  accountOf,
  lockAccounts,
  takeLots,
  restoreLots,
  post,
  reverse,
];
