/* Lets the history of somebody go who is no more, and of nobody else. */
import { migration } from '../kernel/database.ts';
import { tombstoneTable } from '../kernel/tombstone.ts';

export const erasureMigrations = [
  migration(
    '0007-erasure',
    tombstoneTable('profile'),
    'drop trigger history_append_only on profile.history',
    `create trigger history_append_only before update or truncate on profile.history
       for each statement execute function profile.refuse_change()`,
    `create function profile.refuse_deletion() returns trigger language plpgsql as $$
       begin
         if exists (select 1 from profile.erased_account where account_id = old.account_id) then
           return old;
         end if;
         raise exception 'profile.history is append-only';
       end
     $$`,
    `create trigger history_of_the_living before delete on profile.history
       for each row execute function profile.refuse_deletion()`,
  ),
];
