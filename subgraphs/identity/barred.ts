/*
 * Who was suspended when their account was erased does not come back as somebody new before the suspension would have
 * ended. Kept for that are keyed hashes of the provider's subject and of the phone, of nobody else and for no longer than a
 * year: they find whoever comes back and name nobody.
 */
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

/** Of a suspension without an end. */
export const BARRED_DAYS = 365;

/** @param until when the suspension ends; null for one that somebody would have to end. */
export async function bar({ em, now }: UnitOfWork, hashes: readonly string[], until: Date | null): Promise<void> {
  const longest = new Date(now.getTime() + BARRED_DAYS * 86_400_000);
  for (const hash of hashes.toSorted()) {
    await em.execute(
      `insert into identity.barred (hash, until) values (?, ?)
       on conflict (hash) do update set until = greatest(barred.until, excluded.until)`,
      [hash, until && until < longest ? until : longest],
    );
  }
}

/** Whether a person with this hash has to wait. */
export async function isBarred({ em, now }: UnitOfWork, hash: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>('select 1 from identity.barred where hash = ? and until > ?', [hash, now]);
  return rows.length > 0;
}

export async function forgetBarred({ em, now }: UnitOfWork): Promise<void> {
  await em.execute('delete from identity.barred where until <= ?', [now]);
}
