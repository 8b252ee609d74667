/*
 * The list of exempt organisations of the IRS, by which an EIN is checked. The whole list has 1.9 million entries and is
 * loaded by a command; until then a bundled extract stands in, taken in when somebody first asks. Being absent from it
 * proves nothing, since churches need not be on it: then an administrator decides.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { EntityManager } from '@mikro-orm/postgresql';
import papaparse from 'papaparse';
import { comparable } from '../importing/cells.ts';
import { executeWith } from '../listings/put-listing.ts';
import { EmployerCheck } from './organisation.ts';

export interface ExemptOrganisation {
  readonly employer_number: string;
  readonly name: string;
  readonly state: string | null;
  readonly zip_code: string | null;
}

/** A row of the Business Master File; undefined for one that has no EIN or name. */
export function fromMasterFile(row: Readonly<Record<string, string>>): ExemptOrganisation | undefined {
  const digits = (row.EIN ?? '').trim();
  const name = (row.NAME ?? '').trim().slice(0, 80);
  if (!/^\d{1,9}$/.test(digits) || name === '') return undefined;
  const zipCode = row.ZIP?.slice(0, 5) ?? '';
  return {
    // Spreadsheets drop zeros in front.
    employer_number: digits.padStart(9, '0'),
    name,
    state: row.STATE || null,
    zip_code: /^\d{5}$/.test(zipCode) ? zipCode : null,
  };
}

/** Adds entries to the list, or replaces those of the same EIN. */
export async function putExemptOrganisations(em: EntityManager, rows: readonly ExemptOrganisation[]): Promise<void> {
  const byNumber = new Map(rows.map((row) => [row.employer_number, row]));
  await executeWith(
    em,
    `insert into catalog.exempt_organisation as e (employer_number, name, state, zip_code)
     select employer_number, name, state, zip_code from jsonb_to_recordset(cast(? as jsonb))
       as t(employer_number text, name text, state text, zip_code text)
     on conflict (employer_number) do update set name = excluded.name, state = excluded.state, zip_code = excluded.zip_code
     where (e.name, e.state, e.zip_code) is distinct from (excluded.name, excluded.state, excluded.zip_code)`,
    [...byNumber.values()],
  );
}

/** What the list says of an EIN, and under which name it has it. */
export async function checkEmployer(
  em: EntityManager,
  employerNumber: string,
  legalName: string,
): Promise<{ readonly check: EmployerCheck; readonly name: string | null }> {
  await takeInExtract(em);
  const [row] = await em.execute<{ name: string }[]>(
    'select name from catalog.exempt_organisation where employer_number = ?',
    [employerNumber],
  );
  if (!row) return { check: EmployerCheck.NOT_ON_LIST, name: null };
  const check = isSameName(row.name, legalName) ? EmployerCheck.PASSED : EmployerCheck.NAME_DIFFERS;
  return { check, name: row.name };
}

/** Words that say what form an organisation has, and not which it is. */
const forms = ['inc', 'incorporated', 'corp', 'corporation', 'co', 'company', 'llc', 'ltd', 'the', 'of', 'and', 'a'];
/** Of all words of both names, how many they must share: lists abbreviate and cut. */
const SHARED_WORDS = 0.6;

/** Whether two names are of one organisation, as far as words tell: their order, form and punctuation do not matter. */
export function isSameName(one: string, other: string): boolean {
  const words = (name: string) =>
    new Set(
      comparable(name)
        .replace(/[^\p{L}\p{N}\s]/gu, ' ')
        .split(/\s+/)
        .filter((word) => word !== '' && !forms.includes(word)),
    );
  const [a, b] = [words(one), words(other)];
  const all = new Set([...a, ...b]).size;
  return all > 0 && [...a].filter((word) => b.has(word)).length / all >= SHARED_WORDS;
}

/** The bundled extract, where nothing was loaded yet. */
async function takeInExtract(em: EntityManager): Promise<void> {
  const isFilled = 'select exists (select 1 from catalog.exempt_organisation) as filled';
  if ((await em.execute<[{ filled: boolean }]>(isFilled))[0].filled) return;
  await em.execute("select pg_advisory_xact_lock(hashtextextended('catalog exempt organisations', 0))");
  if ((await em.execute<[{ filled: boolean }]>(isFilled))[0].filled) return;
  const content = gunzipSync(readFileSync(join(import.meta.dirname, 'exempt-organisations.csv.gz'))).toString('utf8');
  const { data } = papaparse.parse<Record<string, string>>(content, { header: true, skipEmptyLines: true });
  await putExemptOrganisations(
    em,
    data.map(fromMasterFile).filter((row) => row !== undefined),
  );
}
