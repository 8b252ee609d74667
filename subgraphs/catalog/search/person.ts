/*
 * What a person took before and what people took together, so that a search can put first what one may like. It learns of
 * vouchers by event. Kept per person are the last 100 offers by pseudonymous id; counts of pairs are those of the histories
 * that are kept, exactly, so that taking a history out leaves nothing of it. Who does not want it has none.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

/** So many offers of each person are kept. */
export const HISTORY_KEPT = 100;
/** So many people must have taken both offers of a pair before anybody is told of it. */
export const LEAST_PEOPLE = 5;

/** What makes an offer likely to be liked, and by how many points. */
export interface Liking {
  readonly kind: 'CATEGORY' | 'RETAILER' | 'OFFER';
  readonly key: string;
  readonly points: number;
  /** Who took this offer and one of the person's. */
  readonly people: number | null;
}

/** What was noted by `asOf`; nothing of those whose history does not count. */
export async function readLikings(em: EntityManager, accountId: string, asOf: Date): Promise<Liking[]> {
  return em.execute<Liking[]>('select * from catalog.likings(?, ?, ?)', [accountId, asOf, LEAST_PEOPLE]);
}

export async function noteVoucher(
  { accountId, offerId, retailerId, issuedAt }: EventBody<'voucher.issued'>,
  { em, now }: UnitOfWork,
): Promise<void> {
  if (await isErased(em, 'catalog', accountId)) return;
  await em.execute('select catalog.note_taking(?, ?, ?, ?, ?, ?)', [
    ...[accountId, offerId, retailerId, new Date(issuedAt), now],
    HISTORY_KEPT,
  ]);
}

/** Whether the history of a person counts; it does until they say otherwise. */
export async function readPreference(em: EntityManager, accountId: string): Promise<boolean> {
  const [row] = await em.execute<{ personal: boolean }[]>(
    'select personal from catalog.search_person where account_id = ?',
    [accountId],
  );
  return row?.personal ?? true;
}

/** Switches it on or off; off, the history is deleted, and what is taken from then on is not kept. */
export async function setPreference({ em }: UnitOfWork, accountId: string, personal: boolean): Promise<void> {
  await em.execute(
    `insert into catalog.search_person (account_id, personal) values (?, ?)
     on conflict (account_id) do update set personal = excluded.personal`,
    [accountId, personal],
  );
  if (!personal) await forgetHistory(em, accountId);
}

/** Leaves nothing that is kept of a person, for the erasure of an account. */
export async function deletePerson({ em }: UnitOfWork, accountId: string): Promise<void> {
  await em.execute('select from catalog.search_person where account_id = ? for update', [accountId]);
  await forgetHistory(em, accountId);
  await em.execute('delete from catalog.search_person where account_id = ?', [accountId]);
}

async function forgetHistory(em: EntityManager, accountId: string): Promise<void> {
  await em.execute(
    'select catalog.forget_offers(?, array(select offer_id from catalog.person_offer where account_id = ?))',
    [accountId, accountId],
  );
}
