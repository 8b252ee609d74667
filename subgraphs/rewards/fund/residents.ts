/* Who lives where, as profile tells it: who may vote on a fund, and whose fees a municipality's scheme may cover. */
import type { EventBody } from '../../../schema/events.ts';
import { isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** The latest declaration counts, in whatever order they arrive. */
export async function recordResidence(fact: EventBody<'residence.declared'>, { em }: UnitOfWork): Promise<void> {
  if (await isErased(em, 'rewards', fact.accountId)) return;
  await em.execute(
    `insert into rewards.residence as r values (?, ?, ?) on conflict (account_id) do update
       set zip_code = excluded.zip_code, declared_at = excluded.declared_at where r.declared_at < excluded.declared_at`,
    [fact.accountId, fact.zipCode, fact.declaredAt],
  );
}
