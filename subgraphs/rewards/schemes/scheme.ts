/*
 * What rewards knows of municipalities and their schemes, told by the catalog, and the budgets that stand behind them. A
 * budget is a ledger account that cannot fall below zero; whoever changes a scheme, claims or gives back holds its row, so
 * that budget, terms and limits are exact. The later version wins, in whatever order versions are told.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { balanceOf, balancesOf } from '../ledger/balance.ts';
import { canonicalId, type LedgerAccount, post } from '../ledger/ledger.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';

@ObjectType()
@Directive('@key(fields: "id")')
export class Scheme {
  @Field(() => ID)
  id!: string;
}

export interface SchemeTerms {
  readonly id: string;
  readonly version: number;
  readonly municipalityId: string;
  readonly title: string;
  readonly centsPerPoint: number;
  readonly largestShareBasisPoints: number;
  readonly budgetCents: number;
  /** Where people live who may use it, its own or its municipality's; none where the municipality is not known yet. */
  readonly zipCodes: readonly string[];
  readonly eligibleRoles: readonly string[];
  readonly perPersonCents: number | null;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly closed: boolean;
  /** Whether the scheme itself takes no claims for a while. */
  readonly paused: boolean;
  /** Whether its municipality is suspended. */
  readonly suspended: boolean;
}

interface TermsRow extends Record<'cents_per_point' | 'budget_cents' | 'granted_cents', string> {
  readonly id: string;
  readonly version: number;
  readonly municipality_id: string;
  readonly title: string;
  readonly largest_share_basis_points: number;
  readonly per_person_cents: string | null;
  readonly residences: string[] | null;
  readonly eligible_roles: string[];
  readonly starts_at: Date | string;
  readonly ends_at: Date | string | null;
  readonly grants: number;
  readonly closed: boolean;
  readonly paused: boolean;
  readonly suspended: boolean;
}

export const budgetOf = (schemeId: string): LedgerAccount => ({ kind: 'budget', ownerId: schemeId });

/** Waits for whoever changes the scheme or claims by it; they wait from now on until the transaction ends. */
async function lockBudget({ em }: UnitOfWork, schemeId: string): Promise<void> {
  await em.execute('select 1 from rewards.account_of(?, ?)', ['budget', schemeId]);
}

export async function recordScheme(fact: EventBody<'scheme.published'>, work: UnitOfWork): Promise<void> {
  const schemeId = canonicalId(fact.schemeId);
  await lockBudget(work, schemeId);
  const columns: Readonly<Record<string, unknown>> = {
    version: fact.version,
    title: fact.title,
    fee_kind: fact.feeKind ?? null,
    cents_per_point: fact.centsPerPoint,
    largest_share_basis_points: fact.largestShareBasisPoints,
    budget_cents: fact.budgetCents,
    zip_codes: `{${fact.zipCodes.join(',')}}`,
    eligible_roles: `{${(fact.eligibleRoles ?? []).join(',')}}`,
    per_person_cents: fact.perPersonCents,
    starts_at: fact.startsAt,
    ends_at: fact.endsAt,
  };
  const names = Object.keys(columns);
  await work.em.execute(
    `insert into rewards.scheme as s (id, municipality_id, ${names.join(', ')})
       values (?, ?, ${names.map(() => '?').join(', ')})
     on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     where s.version < excluded.version`,
    [schemeId, fact.municipalityId, ...Object.values(columns)],
  );
  await levelBudget(work, schemeId);
}

/** Nothing new is claimed by it; what was claimed in time is decided as before, and what nobody holds goes back. */
export async function recordClosedScheme(fact: EventBody<'scheme.archived'>, work: UnitOfWork): Promise<void> {
  const schemeId = canonicalId(fact.schemeId);
  await lockBudget(work, schemeId);
  await work.em.execute('insert into rewards.closed_scheme values (?, ?) on conflict do nothing', [
    schemeId,
    fact.archivedAt,
  ]);
  await levelBudget(work, schemeId);
}

/** The latest word counts, in whatever order they are told. What was claimed before is decided as ever. */
export async function recordPausedScheme(fact: EventBody<'scheme.paused'>, work: UnitOfWork): Promise<void> {
  const { schemeId, municipalityId, pausedAt } = fact;
  if (!(await recordSchemeStanding(work, schemeId, true, pausedAt))) return;
  const partner = { kind: 'municipality', id: municipalityId } as const;
  await tellPartners(work, partner, 'scheme.paused', { schemeId, municipalityId, pausedAt });
}

export async function recordResumedScheme(fact: EventBody<'scheme.resumed'>, work: UnitOfWork): Promise<void> {
  const { schemeId, municipalityId, resumedAt } = fact;
  if (!(await recordSchemeStanding(work, schemeId, false, resumedAt))) return;
  const partner = { kind: 'municipality', id: municipalityId } as const;
  await tellPartners(work, partner, 'scheme.resumed', { schemeId, municipalityId, resumedAt });
}

/** @returns whether nothing later was told before. */
async function recordSchemeStanding(work: UnitOfWork, schemeId: string, paused: boolean, at: string): Promise<boolean> {
  // Whoever claims holds the budget: nobody claims between the pause and its being known here.
  await lockBudget(work, canonicalId(schemeId));
  const changed = await work.em.execute<unknown[]>(
    `insert into rewards.scheme_standing as s values (?, ?, ?) on conflict (scheme_id) do update
       set paused = excluded.paused, said_at = excluded.said_at where s.said_at <= excluded.said_at returning 1`,
    [canonicalId(schemeId), paused, at],
  );
  return changed.length > 0;
}

export async function recordMunicipality(fact: EventBody<'municipality.listed'>, { em }: UnitOfWork): Promise<void> {
  await em.execute(
    `insert into rewards.municipality as m values (?, ?, ?) on conflict (id) do update
       set zip_codes = excluded.zip_codes, listed_at = excluded.listed_at where m.listed_at <= excluded.listed_at`,
    [fact.municipalityId, `{${fact.zipCodes.join(',')}}`, fact.listedAt],
  );
}

/** The latest word counts, in whatever order they are told. */
export async function recordMunicipalityStanding(
  { em }: UnitOfWork,
  municipalityId: string,
  suspended: boolean,
  at: string,
): Promise<void> {
  await em.execute(
    `insert into rewards.municipality_standing as s values (?, ?, ?) on conflict (municipality_id) do update
       set suspended = excluded.suspended, said_at = excluded.said_at where s.said_at <= excluded.said_at`,
    [municipalityId, suspended, at],
  );
}

async function findRow(em: EntityManager, schemeId: string): Promise<TermsRow | undefined> {
  const [row] = await em.execute<TermsRow[]>(
    `select s.*, case when cardinality(s.zip_codes) > 0 then s.zip_codes else m.zip_codes end as residences,
       exists (select 1 from rewards.closed_scheme c where c.id = s.id) as closed,
       exists (select 1 from rewards.scheme_standing p where p.scheme_id = s.id and p.paused) as paused,
       exists (select 1 from rewards.municipality_standing g where g.municipality_id = s.municipality_id and g.suspended)
         as suspended
     from rewards.scheme s left join rewards.municipality m on m.id = s.municipality_id where s.id = ?`,
    [schemeId],
  );
  return row;
}

export async function findScheme(em: EntityManager, schemeId: string): Promise<SchemeTerms | undefined> {
  const row = await findRow(em, schemeId);
  return row && asTerms(row);
}

const asTerms = (row: TermsRow): SchemeTerms => ({
  id: row.id,
  version: row.version,
  municipalityId: row.municipality_id,
  title: row.title,
  centsPerPoint: Number(row.cents_per_point),
  largestShareBasisPoints: row.largest_share_basis_points,
  budgetCents: Number(row.budget_cents),
  zipCodes: row.residences ?? [],
  eligibleRoles: row.eligible_roles,
  perPersonCents: row.per_person_cents === null ? null : Number(row.per_person_cents),
  startsAt: new Date(row.starts_at),
  endsAt: row.ends_at === null ? null : new Date(row.ends_at),
  closed: row.closed,
  paused: row.paused,
  suspended: row.suspended,
});

/**
 * Makes the account of the budget what the latest version says: grants what is missing, and takes back what is too much as
 * far as nobody has used or holds it; the rest when it is free again. A closed scheme needs nothing. Holds the budget until
 * the transaction ends.
 * @returns the terms as they stand while it is held; undefined for a scheme that was never told of.
 */
export async function levelBudget(work: UnitOfWork, schemeId: string): Promise<SchemeTerms | undefined> {
  const { em, now } = work;
  await lockBudget(work, schemeId);
  const row = await findRow(em, schemeId);
  if (!row) return undefined;
  const missing = (row.closed ? 0 : Number(row.budget_cents)) - Number(row.granted_cents);
  const free = missing < 0 ? (await balanceOf(em, schemeId, now, 'budget')).available : 0;
  const change = missing > 0 ? missing : -Math.min(-missing, free);
  if (change !== 0) {
    const grant: LedgerAccount = { kind: 'grant', ownerId: row.municipality_id };
    const budget = budgetOf(schemeId);
    await post(work, {
      kind: change > 0 ? 'scheme-grant' : 'scheme-grant-return',
      businessKey: `scheme grant ${schemeId} ${row.grants + 1}`,
      fingerprint: `${change}`,
      legs: [{ from: change > 0 ? grant : budget, to: change > 0 ? budget : grant, amount: Math.abs(change) }],
    });
    await em.execute('update rewards.scheme set granted_cents = granted_cents + ?, grants = grants + 1 where id = ?', [
      change,
      schemeId,
    ]);
  }
  return asTerms(row);
}

/** What is left of the budgets of schemes, in cents; 0 for closed ones, null for one that was never told of. */
export async function remainingOf(em: EntityManager, ids: readonly string[], now: Date): Promise<(number | null)[]> {
  const schemeIds = ids.map(canonicalId);
  const rows = await em.execute<{ id: string; surplus: string }[]>(
    `select s.id, greatest(s.granted_cents - case when exists (select 1 from rewards.closed_scheme c where c.id = s.id)
       then 0 else s.budget_cents end, 0) as surplus from rewards.scheme s where s.id = any (?::uuid[])`,
    [`{${schemeIds.join(',')}}`],
  );
  // What is to go back and has not yet, because it was free only after the budget was lowered.
  const surplus = new Map(rows.map((row) => [row.id, Number(row.surplus)]));
  const balances = await balancesOf(em, schemeIds, now, 'budget');
  return schemeIds.map((id, index) => {
    const tooMuch = surplus.get(id);
    return tooMuch === undefined ? null : Math.max(0, (balances[index]?.available ?? 0) - tooMuch);
  });
}
