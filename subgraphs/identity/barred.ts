/*
 * Who was suspended when their account was erased, or by a report that was decided afterwards (left-under-report.ts), does
 * not come back as somebody new before the suspension would have ended. Kept for that are keyed hashes of the provider's subject and of the phone, of nobody else and for no longer than a
 * year: they find whoever comes back and name nobody.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
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

/** Whether a person with this hash has to wait. Until the transaction ends nobody decides otherwise. */
export async function isBarred({ em, now }: UnitOfWork, hash: string): Promise<boolean> {
  await em.execute('select pg_advisory_xact_lock_shared(hashtextextended(?, 0))', [lockOf(hash)]);
  const rows = await em.execute<unknown[]>('select 1 from identity.barred where hash = ? and until > ?', [hash, now]);
  return rows.length > 0;
}

/** From here to the end of the transaction nobody comes in by one of these. */
export async function holdHashes(em: EntityManager, hashes: readonly string[]): Promise<void> {
  for (const hash of hashes.toSorted()) {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [lockOf(hash)]);
  }
}

const lockOf = (hash: string) => `barred ${hash}`;

export async function forgetBarred({ em, now }: UnitOfWork): Promise<void> {
  await em.execute('delete from identity.barred where until <= ?', [now]);
}
