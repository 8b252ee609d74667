/*
 * Municipalities, and the schemes by which they let points pay a share of a fee. A scheme is written as a draft, published
 * in versions that rewards reckons by, and closed for good. Rows and graph's types in one.
 */
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Directive, Field, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { BasisPoints, Cents, DateTime, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { comparable } from '../importing/cells.ts';
import { addRow, changeRow } from './change.ts';
import { Id, Name, OfOrganisation, StateCode, Versioned, WebUrl } from './columns.ts';
import { ListingStatus, statusOf } from './listing.ts';

@ObjectType({ description: 'A city or county that lets points pay a share of its fees.' })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 300, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'municipality' })
export class Municipality extends OfOrganisation {
  @Id('municipality')
  id!: string;

  @Name()
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @StateCode()
  state!: string;

  @Field(() => [ZipCode], { description: 'The ZIP codes that it covers, at most 100.' })
  @Directive('@listSize(assumedSize: 100)')
  @Property({ type: 'array' })
  zipCodes!: string[];

  @WebUrl()
  webUrl?: string | null;

  @Property({ type: 'datetime' })
  listedAt!: Date;

  @Versioned()
  version!: number;

  @Field(() => ListingStatus, { description: 'Whether it takes part.' })
  get status(): ListingStatus {
    return statusOf(this);
  }
}

export const MunicipalityPage = pageOf(Municipality);

export enum SchemeStatus {
  DRAFT = 'DRAFT',
  PUBLISHED = 'PUBLISHED',
  PAUSED = 'PAUSED',
  ARCHIVED = 'ARCHIVED',
}

registerEnumType(SchemeStatus, {
  name: 'SchemeStatus',
  description: 'Where a scheme stands between being written and being closed.',
  valuesConfig: {
    DRAFT: { description: 'Being written; only those who act for the municipality see it.' },
    PUBLISHED: { description: 'In force from its first day to its last.' },
    PAUSED: { description: 'Takes no new claims for a while; those made before are decided as ever.' },
    ARCHIVED: { description: 'Closed for good.' },
  },
});

export enum SchemeRole {
  CITIZEN = 'citizen',
  OFFICER = 'officer',
}

registerEnumType(SchemeRole, {
  name: 'SchemeRole',
  description: 'Who may use a scheme.',
  valuesConfig: { CITIZEN: { description: 'Citizens.' }, OFFICER: { description: 'Officers.' } },
});

@ObjectType({ description: "By which points pay a share of a municipality's fee." })
@Directive('@key(fields: "id")')
@Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
@Entity({ schema: 'catalog', tableName: 'scheme' })
export class Scheme {
  @Id('scheme')
  id!: string;

  @Property({ type: 'uuid' })
  municipalityId!: string;

  @Field(() => ShortText, { description: 'What it is called.' })
  @Property({ type: 'text' })
  title!: string;

  @Property({ type: 'text' })
  titleKey!: string;

  @Field(() => Text, { nullable: true, description: 'The terms in full.' })
  @Property({ type: 'text', nullable: true })
  description?: string | null;

  @Field(() => ShortText, { description: 'The kind of fee, such as parking.' })
  @Property({ type: 'text' })
  feeKind!: string;

  @Field(() => Cents, { description: 'What a point is worth, in cents.' })
  @Property({ type: 'integer' })
  centsPerPoint!: number;

  @Field(() => BasisPoints, { description: 'The largest part of a fee that points may pay.' })
  @Property({ type: 'integer' })
  largestShareBasisPoints!: number;

  @Field(() => Cents, { description: 'What the municipality gives for it in all, in cents.' })
  @Property({ type: 'integer' })
  budgetCents!: number;

  @Field(() => [ZipCode], {
    description: 'Where people live who may use it, at most 100; none: everywhere in the municipality.',
  })
  @Directive('@listSize(assumedSize: 100)')
  @Property({ type: 'array' })
  zipCodes!: string[];

  @Field(() => [SchemeRole], { description: 'Who may use it; none: everybody who has points.' })
  @Directive('@listSize(assumedSize: 2)')
  @Property({ type: 'array' })
  eligibleRoles!: SchemeRole[];

  @Field(() => Cents, { nullable: true, description: 'What one person may save in all, in cents; null for no limit.' })
  @Property({ type: 'integer', nullable: true })
  perPersonCents?: number | null;

  @Field(() => DateTime, { description: 'From when it is in force.' })
  @Property({ type: 'datetime' })
  startsAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null for no end.' })
  @Property({ type: 'datetime', nullable: true })
  endsAt?: Date | null;

  @Property({ type: 'boolean' })
  draft!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is paused; null while it is not.' })
  @Property({ type: 'datetime', nullable: true })
  pausedAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while it is not.' })
  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;

  @Versioned()
  version!: number;

  @Field(() => SchemeStatus, { description: 'Where it stands between being written and being closed.' })
  get status(): SchemeStatus {
    if (this.archivedAt) return SchemeStatus.ARCHIVED;
    if (this.draft) return SchemeStatus.DRAFT;
    return this.pausedAt ? SchemeStatus.PAUSED : SchemeStatus.PUBLISHED;
  }
}

export const SchemePage = pageOf(Scheme);

export interface SchemeTerms {
  readonly schemeId?: string | null | undefined;
  readonly municipalityId: string;
  readonly title: string;
  readonly description?: string | null | undefined;
  readonly feeKind: string;
  readonly centsPerPoint: number;
  readonly largestShareBasisPoints: number;
  readonly budgetCents: number;
  readonly zipCodes?: readonly string[] | null | undefined;
  readonly eligibleRoles?: readonly SchemeRole[] | null | undefined;
  readonly perPersonCents?: number | null | undefined;
  readonly startsAt?: Date | null | undefined;
  readonly endsAt?: Date | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/**
 * Writes a draft, or changes a scheme; of one that is published the change is told at once, as a version of its own.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT, LISTING_STATE for a closed one, CHANGED_MEANWHILE.
 */
export async function saveScheme(work: UnitOfWork, terms: SchemeTerms): Promise<Scheme> {
  const { em, now } = work;
  const existing = terms.schemeId ? await em.findOne(Scheme, terms.schemeId) : null;
  if (terms.schemeId && !existing) throw new Refusal('NOT_FOUND', 'There is no such scheme.');
  if (existing && existing.municipalityId !== terms.municipalityId) {
    throw new Refusal('BAD_USER_INPUT', 'A scheme stays with its municipality.');
  }
  const municipality = await em.findOneOrFail(Municipality, terms.municipalityId);
  const zipCodes = terms.zipCodes && [...new Set(terms.zipCodes)].sort();
  if (zipCodes?.some((zipCode) => !municipality.zipCodes.includes(zipCode))) {
    throw new Refusal('BAD_USER_INPUT', 'zipCodes must be of the municipality.');
  }
  const startsAt = terms.startsAt ?? existing?.startsAt ?? now;
  const endsAt = terms.endsAt === undefined ? (existing?.endsAt ?? null) : terms.endsAt;
  if (endsAt && endsAt <= startsAt) throw new Refusal('BAD_USER_INPUT', 'endsAt must be after startsAt.');
  for (const name of ['centsPerPoint', 'budgetCents', 'perPersonCents'] as const) {
    if (terms[name] === 0) throw new Refusal('BAD_USER_INPUT', `${name} must be above zero.`);
  }
  const titleKey = comparable(terms.title);
  const namesake = await em.findOne(Scheme, { municipalityId: terms.municipalityId, titleKey });
  if (namesake && namesake.id !== existing?.id) {
    throw new Refusal('BAD_USER_INPUT', 'The municipality has another scheme of this title.');
  }
  const columns = {
    title: terms.title,
    title_key: titleKey,
    description: terms.description,
    fee_kind: terms.feeKind,
    cents_per_point: terms.centsPerPoint,
    largest_share_basis_points: terms.largestShareBasisPoints,
    budget_cents: terms.budgetCents,
    zip_codes: zipCodes ?? (zipCodes === null ? [] : undefined),
    eligible_roles: terms.eligibleRoles ? [...new Set(terms.eligibleRoles)].sort() : undefined,
    per_person_cents: terms.perPersonCents,
    starts_at: startsAt,
    ends_at: endsAt,
  };
  if (existing) {
    const changed = await changeRow(em, 'scheme', existing.id, columns, terms.expectedVersion);
    const scheme = await em.findOneOrFail(Scheme, existing.id, { refresh: true });
    if (changed && !scheme.draft) tell(work, scheme);
    return scheme;
  }
  const id = work.newId();
  const added = { ...columns, zip_codes: zipCodes ?? [], eligible_roles: columns.eligible_roles ?? [] };
  const isAdded = await addRow(em, 'scheme', {
    ...added,
    id,
    municipality_id: terms.municipalityId,
    draft: true,
    version: 1,
  });
  if (!isAdded) throw new Refusal('CHANGED_MEANWHILE');
  return em.findOneOrFail(Scheme, id);
}

/** Puts a draft in force; again changes nothing. @throws Refusal NOT_FOUND, LISTING_STATE, CHANGED_MEANWHILE. */
export async function publishScheme(work: UnitOfWork, id: string, expectedVersion?: number | null): Promise<Scheme> {
  const changed = await changeRow(work.em, 'scheme', id, { draft: false }, expectedVersion);
  const scheme = await work.em.findOneOrFail(Scheme, id, { refresh: true });
  if (changed) tell(work, scheme);
  return scheme;
}

/** Takes no new claims for a while; again changes nothing. @throws Refusal NOT_FOUND, LISTING_STATE. */
export async function pauseScheme(work: UnitOfWork, schemeId: string): Promise<Scheme> {
  const { municipalityId } = await lockInForce(work.em, schemeId);
  const paused = await work.em.execute<unknown[]>(
    'update catalog.scheme set paused_at = ? where id = ? and paused_at is null returning 1',
    [work.now, schemeId],
  );
  if (paused.length > 0) {
    work.record('scheme.paused', { schemeId, municipalityId, pausedAt: work.now.toISOString() });
  }
  return work.em.findOneOrFail(Scheme, schemeId, { refresh: true });
}

/** Takes claims again; again changes nothing. @throws Refusal NOT_FOUND, LISTING_STATE. */
export async function resumeScheme(work: UnitOfWork, schemeId: string): Promise<Scheme> {
  const { municipalityId } = await lockInForce(work.em, schemeId);
  const resumed = await work.em.execute<unknown[]>(
    'update catalog.scheme set paused_at = null where id = ? and paused_at is not null returning 1',
    [schemeId],
  );
  if (resumed.length > 0) {
    work.record('scheme.resumed', { schemeId, municipalityId, resumedAt: work.now.toISOString() });
  }
  return work.em.findOneOrFail(Scheme, schemeId, { refresh: true });
}

/** A scheme that was published and is not closed; locked, so that its steps are told in their order. */
async function lockInForce(em: EntityManager, schemeId: string): Promise<{ readonly municipalityId: string }> {
  const [row] = await em.execute<{ municipality_id: string; draft: boolean; archived_at: string | null }[]>(
    'select municipality_id, draft, archived_at from catalog.scheme where id = ? for no key update',
    [schemeId],
  );
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such scheme.');
  if (row.archived_at) throw new Refusal('LISTING_STATE', 'The scheme is closed for good.');
  if (row.draft) throw new Refusal('LISTING_STATE', 'Only a published scheme is paused or resumed.');
  return { municipalityId: row.municipality_id };
}

/** Closes a scheme; again changes nothing. @throws Refusal NOT_FOUND. */
export async function archiveScheme(work: UnitOfWork, schemeId: string): Promise<Scheme> {
  const closed = await work.em.execute<{ draft: boolean }[]>(
    `update catalog.scheme set archived_at = ?, version = version + 1 where id = ? and archived_at is null
     returning draft`,
    [work.now, schemeId],
  );
  // What was never told needs no end.
  if (closed[0]?.draft === false) {
    work.record('scheme.archived', { schemeId, archivedAt: work.now.toISOString() });
  }
  return work.em.findOneOrFail(Scheme, schemeId, { refresh: true });
}

/** Whose a scheme is, which never changes. @throws Refusal NOT_FOUND. */
export async function municipalityOfScheme(em: EntityManager, schemeId: string): Promise<string> {
  const [row] = await em.execute<{ municipality_id: string }[]>(
    'select municipality_id from catalog.scheme where id = ?',
    [schemeId],
  );
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such scheme.');
  return row.municipality_id;
}

function tell({ record, now }: UnitOfWork, scheme: Scheme): void {
  record('scheme.published', {
    schemeId: scheme.id,
    version: scheme.version,
    municipalityId: scheme.municipalityId,
    title: scheme.title,
    centsPerPoint: scheme.centsPerPoint,
    largestShareBasisPoints: scheme.largestShareBasisPoints,
    budgetCents: scheme.budgetCents,
    zipCodes: scheme.zipCodes,
    perPersonCents: scheme.perPersonCents ?? null,
    ...(scheme.eligibleRoles.length > 0 && { eligibleRoles: scheme.eligibleRoles }),
    feeKind: scheme.feeKind,
    startsAt: scheme.startsAt.toISOString(),
    endsAt: scheme.endsAt?.toISOString() ?? null,
    publishedAt: now.toISOString(),
  });
}

export interface MunicipalityChange {
  readonly name?: string | null | undefined;
  readonly zipCodes?: readonly string[] | null | undefined;
  readonly webUrl?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

/** Changes a municipality's listing. @throws Refusal NOT_FOUND, BAD_USER_INPUT, LISTING_STATE, CHANGED_MEANWHILE. */
export async function saveMunicipality(
  work: UnitOfWork,
  id: string,
  change: MunicipalityChange,
): Promise<Municipality> {
  const zipCodes = change.zipCodes ? [...new Set(change.zipCodes)].sort() : undefined;
  if (zipCodes?.length === 0) throw new Refusal('BAD_USER_INPUT', 'zipCodes must name at least one.');
  if (zipCodes) {
    const [left] = await work.em.execute<{ title: string }[]>(
      `select title from catalog.scheme where municipality_id = ? and archived_at is null
         and not zip_codes <@ (select array_agg(z) from jsonb_array_elements_text(cast(? as jsonb)) z) limit 1`,
      [id, JSON.stringify(zipCodes)],
    );
    if (left) throw new Refusal('BAD_USER_INPUT', 'A scheme that is not closed needs one of the ZIP codes left out.');
  }
  const name = change.name ?? undefined;
  const columns = { name, name_key: name && comparable(name), zip_codes: zipCodes, web_url: change.webUrl };
  const changed = await changeRow(work.em, 'municipality', id, columns, change.expectedVersion);
  const municipality = await work.em.findOneOrFail(Municipality, id, { refresh: true });
  if (changed) tellOfMunicipality(work, municipality);
  return municipality;
}

export function tellOfMunicipality({ record, now }: UnitOfWork, { id, name, zipCodes }: Municipality): void {
  record('municipality.listed', { municipalityId: id, name, zipCodes, listedAt: now.toISOString() });
}
