/*
 * What rewards knows of charities, told by the catalog: whether they take donations, and what for givers may say they are.
 * The latest word counts, in whatever order they are told.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { EventBody } from '../../../schema/events.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

@ObjectType()
@Directive('@key(fields: "id")')
export class Charity {
  @Field(() => ID)
  id!: string;
}

/** What givers may say where the charity was told of before its labels were. */
const UNTOLD_LABELS = ['A family in need'];

export async function recordCharity(fact: EventBody<'charity.listed'>, { em }: UnitOfWork): Promise<void> {
  const labels = fact.earmarkLabels ?? (fact.earmarks ? UNTOLD_LABELS : []);
  await em.execute(
    `insert into rewards.charity as c (id, zip_code, listed_at, name, employer_number, accepts_donations, earmark_labels)
       values (?, ?, ?, ?, ?, ?, array(select jsonb_array_elements_text(cast(? as jsonb))))
     on conflict (id) do update set zip_code = excluded.zip_code, listed_at = excluded.listed_at, name = excluded.name,
       employer_number = coalesce(excluded.employer_number, c.employer_number),
       accepts_donations = excluded.accepts_donations, earmark_labels = excluded.earmark_labels
     where c.listed_at <= excluded.listed_at`,
    [
      fact.charityId,
      fact.zipCode,
      fact.listedAt,
      fact.name,
      fact.employerNumber ?? null,
      fact.acceptsDonations ?? true,
      JSON.stringify(labels),
    ],
  );
}

export async function recordCharityStanding(
  { em }: UnitOfWork,
  charityId: string,
  suspended: boolean,
  at: string,
): Promise<void> {
  await em.execute(
    `insert into rewards.charity_standing as s values (?, ?, ?) on conflict (charity_id) do update
       set suspended = excluded.suspended, said_at = excluded.said_at where s.said_at <= excluded.said_at`,
    [charityId, suspended, at],
  );
}

export interface CharityTerms {
  readonly zipCode: string | null;
  readonly name: string | null;
  readonly employerNumber: string | null;
  /** What a donation may be earmarked for. */
  readonly earmarkLabels: readonly string[];
}

const TAKES = `c.accepts_donations
  and not exists (select 1 from rewards.charity_standing s where s.charity_id = c.id and s.suspended)`;

/** A charity that takes donations. @throws Refusal CHARITY_UNAVAILABLE. */
export async function openCharity(em: EntityManager, charityId: string): Promise<CharityTerms> {
  const [row] = await em.execute<
    { zip_code: string | null; name: string | null; employer_number: string | null; earmark_labels: string[] }[]
  >(`select * from rewards.charity c where id = ? and ${TAKES}`, [charityId]);
  if (!row) throw new Refusal('CHARITY_UNAVAILABLE');
  const { zip_code: zipCode, name, employer_number: employerNumber, earmark_labels: earmarkLabels } = row;
  return { zipCode, name, employerNumber, earmarkLabels };
}

/** The labels of each charity that takes donations; none of those that do not. */
export async function earmarksOf(em: EntityManager, ids: readonly string[]): Promise<string[][]> {
  const rows = await em.execute<{ id: string; earmark_labels: string[] }[]>(
    `select c.id, c.earmark_labels from rewards.charity c where c.id = any (?::uuid[]) and ${TAKES}`,
    [`{${ids.join(',')}}`],
  );
  const labels = new Map(rows.map((row) => [row.id, row.earmark_labels]));
  return ids.map((id) => labels.get(id.toLowerCase()) ?? []);
}
