/* What erasing an account may change of rows that are kept otherwise: the words for a bill in a claim, and nothing else. */
import { migration } from '../kernel/database.ts';
import { tombstoneTable } from '../kernel/tombstone.ts';

/** In place of what somebody wrote who is no more. */
export const GONE = '—';

/** Of an update of a claim. */
const BLANKED = `old.fee_reference <> '${GONE}' and new.fee_reference = '${GONE}'`;

export const erasureMigrations = [
  migration(
    '0081-erasure',
    tombstoneTable('rewards'),
    'drop trigger scheme_claim_stays on rewards.scheme_claim',
    `create trigger scheme_claim_stays before update on rewards.scheme_claim
       for each row when (not (${BLANKED})) execute function rewards.refuse_claim_change()`,
    `create trigger scheme_claim_not_deleted before delete on rewards.scheme_claim
       for each row execute function rewards.refuse_claim_change()`,
    `create function rewards.refuse_blanking() returns trigger language plpgsql as $$
       declare
         v_words text[] := array['fee_reference', 'fee_key', 'reason'];
       begin
         if new.fee_key = old.id::text and (old.reason is null) = (new.reason is null)
           and coalesce(new.reason, '${GONE}') = '${GONE}'
           and to_jsonb(old) - v_words = to_jsonb(new) - v_words
           and exists (select 1 from rewards.erased_account where account_id = old.account_id)
         then
           return new;
         end if;
         raise exception 'what was claimed and decided stays';
       end
     $$`,
    `create trigger scheme_claim_blanked before update on rewards.scheme_claim
       for each row when (${BLANKED}) execute function rewards.refuse_blanking()`,
    `create or replace function rewards.grant_use(p_role name) returns void language plpgsql as $$
       declare
         v_table name;
       begin
         execute format('grant usage on schema rewards to %I', p_role);
         execute format('grant execute on all functions in schema rewards to %I', p_role);
         execute format('grant usage on all sequences in schema rewards to %I', p_role);
         execute format('grant select, insert, update on all tables in schema rewards to %I', p_role);
         execute format('revoke delete, truncate on all tables in schema rewards from %I', p_role);
         foreach v_table in array
           array['dead_letter', 'residence', 'waiting_refund', 'webhook_endpoint', 'webhook_key', 'webhook_message']
         loop
           execute format('grant delete on rewards.%I to %I', v_table, p_role);
         end loop;
         for v_table in
           -- Bit 16 of tgtype: it refuses updates. Some guard a table from being emptied alone, and its rows are changed.
           select c.relname from pg_trigger g join pg_class c on c.oid = g.tgrelid
             where c.relnamespace = 'rewards'::regnamespace and g.tgfoid = 'rewards.refuse_change'::regproc
               and g.tgtype & 16 > 0
         loop
           execute format('revoke update on rewards.%I from %I', v_table, p_role);
         end loop;
         execute format('revoke insert, update on rewards.migration from %I', p_role);
       end
     $$`,
  ),
];
