/*
 * Versions of the scoring rules: drafted, tried on the past, put into force from an instant on. Nothing of them is ever
 * changed; a mistake is answered with another version. A version that comes into force never touches what was awarded.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export enum ScoringEvidence {
  VIRTUAL = 'VIRTUAL',
  VICINITY = 'VICINITY',
  PROXIMITY = 'PROXIMITY',
  CODE = 'CODE',
}

registerEnumType(ScoringEvidence, {
  name: 'ScoringEvidence',
  description: 'How sure it is that two people met, from the least to the most.',
  valuesConfig: {
    VIRTUAL: { description: 'Both say so.' },
    VICINITY: { description: 'Both phones were within a few blocks.' },
    PROXIMITY: { description: 'Both phones were side by side.' },
    CODE: { description: 'One scanned the code of the other.' },
  },
});

@ObjectType({ description: 'What a meeting is worth by its evidence.' })
export class ScoringRule {
  @Field(() => ScoringEvidence, { description: 'Of which evidence.' })
  evidence!: ScoringEvidence;

  @Field(() => Int, { description: 'Points for the officer.' })
  officerPoints!: number;

  @Field(() => Int, { description: 'Points for the citizen.' })
  citizenPoints!: number;
}

@ObjectType({ description: 'That a version is in force from an instant on, until another one is.' })
export class ScoringActivation {
  @Field(() => DateTime, { nullable: true, description: 'From when on; null: from the beginning.' })
  startsAt!: Date | null;

  @Field(() => DateTime, { description: 'When that was decided.' })
  activatedAt!: Date;
}

@ObjectType({ description: 'A version of the scoring rules. It never changes.' })
export class ScoringVersion {
  @Field(() => Int, { description: 'Its number, which every award names.' })
  version!: number;

  @Field(() => Text, { description: 'What it is for.' })
  note!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'For how many months earned points can be spent, to the end of that day of UTC; null: without end.',
  })
  lotMonths!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How many points a person earns in any 24 hours; null: without limit.',
  })
  dailyCapPoints!: number | null;

  @Field(() => [ScoringRule], { description: 'One for each evidence.' })
  rules!: ScoringRule[];

  @Field(() => [ScoringActivation], { description: 'From when on it is or was in force, the latest decision first.' })
  activations!: ScoringActivation[];

  @Field(() => DateTime, { description: 'When it was drafted.' })
  draftedAt!: Date;
}

export const ScoringVersionPage = pageOf(ScoringVersion);

export interface ScoringDraft {
  readonly note: string;
  readonly lotMonths?: number | null;
  readonly dailyCapPoints?: number | null;
  readonly rules: readonly ScoringRule[];
}

/** Adds a version that is not in force. @throws Refusal BAD_USER_INPUT unless there is one rule for each evidence. */
export async function draftScoringVersion(
  { em, now }: UnitOfWork,
  draftedBy: string,
  { note, lotMonths = null, dailyCapPoints = null, rules }: ScoringDraft,
): Promise<ScoringVersion> {
  const evidences = Object.values(ScoringEvidence);
  if (rules.length !== evidences.length || new Set(rules.map(({ evidence }) => evidence)).size !== evidences.length) {
    throw new Refusal('BAD_USER_INPUT', `rules must have one rule for each of ${evidences.join(', ')}.`);
  }
  // One at a time: versions are numbered without gaps.
  await em.execute("select pg_advisory_xact_lock(hashtextextended('draft scoring', 0))");
  const [row] = await em.execute<{ version: number }[]>(
    `insert into rewards.scoring_version
       select max(version) + 1, ?, ?, ?, ?, ? from rewards.scoring_version returning version`,
    [note, lotMonths, dailyCapPoints, draftedBy, now],
  );
  const version = row?.version as number;
  for (const { evidence, officerPoints, citizenPoints } of rules) {
    await em.execute('insert into rewards.scoring_rule values (?, ?, ?, ?)', [
      version,
      evidence.toLowerCase(),
      officerPoints,
      citizenPoints,
    ]);
  }
  return findScoringVersion(em, version);
}

/**
 * Puts a version into force for meetings from `startsAt` on, which is not in the past: what has happened keeps its rule.
 * @throws Refusal NOT_FOUND, BAD_USER_INPUT.
 */
export async function activateScoringVersion(
  { em, now }: UnitOfWork,
  activatedBy: string,
  version: number,
  startsAt: Date = now,
): Promise<ScoringVersion> {
  if (startsAt < now)
    throw new Refusal('BAD_USER_INPUT', 'startsAt is in the past: meetings keep the rule they were held under.');
  await findScoringVersion(em, version);
  await em.execute(
    'insert into rewards.scoring_activation (version, starts_at, activated_by, activated_at) values (?, ?, ?, ?)',
    [version, startsAt, activatedBy, now],
  );
  return findScoringVersion(em, version);
}

interface VersionRow {
  readonly version: number;
  readonly note: string;
  readonly lot_months: number | null;
  readonly daily_cap_points: number | null;
  readonly drafted_at: Date | string;
  readonly rules: { evidence: string; officer: number; citizen: number }[];
  readonly activations: { starts: string | null; activated: string }[];
}

/** Versions below `before`, the newest first. */
export async function scoringVersions(em: EntityManager, limit: number, before?: number): Promise<ScoringVersion[]> {
  const rows = await em.execute<VersionRow[]>(
    `select v.*,
       (select json_agg(json_build_object('evidence', r.evidence, 'officer', r.officer_points, 'citizen', r.citizen_points)
          order by r.citizen_points, r.evidence) from rewards.scoring_rule r where r.version = v.version) as rules,
       coalesce((select json_agg(json_build_object('starts', nullif(a.starts_at, '-infinity'), 'activated', a.activated_at)
          order by a.sequence desc) from rewards.scoring_activation a where a.version = v.version), '[]') as activations
     from rewards.scoring_version v where v.version < ? order by v.version desc limit ?`,
    [before ?? 2 ** 31 - 1, limit],
  );
  return rows.map(versionOf);
}

/** @throws Refusal NOT_FOUND. */
export async function findScoringVersion(em: EntityManager, version: number): Promise<ScoringVersion> {
  const [found] = await scoringVersions(em, 1, version + 1);
  if (found?.version !== version) throw new Refusal('NOT_FOUND', 'There is no such version.');
  return found;
}

function versionOf(row: VersionRow): ScoringVersion {
  // Version 1 knew no vicinity.
  return Object.assign(new ScoringVersion(), {
    version: row.version,
    note: row.note,
    lotMonths: row.lot_months,
    dailyCapPoints: row.daily_cap_points,
    draftedAt: new Date(row.drafted_at),
    rules: row.rules.map(({ evidence, officer, citizen }) => ({
      evidence: evidence.toUpperCase() as ScoringEvidence,
      officerPoints: officer,
      citizenPoints: citizen,
    })),
    activations: row.activations.map(({ starts, activated }) => ({
      startsAt: starts === null ? null : new Date(starts),
      activatedAt: new Date(activated),
    })),
  });
}
