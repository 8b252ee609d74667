/*
 * The numbers that fees and votes go by, as versions that stay: each fee and each vote names the version it went by, and
 * a vote keeps the one that it was opened with. A fee goes by the version that was in force when the sale was made.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { Cents, DateTime } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

@ObjectType({ description: 'What retailers owe of a sale. A version never changes.' })
export class FeeRule {
  @Field(() => Int, { description: 'The version.' })
  version!: number;

  @Field(() => Int, { description: 'The fee in hundredths of a percent of the sale: 500 are 5 %; rounded half up.' })
  rateBasisPoints!: number;

  @Field(() => Cents, {
    description: "What of each fee goes to administration, at most the fee; the rest is the fund's.",
  })
  administrationCents!: number;

  @Field(() => DateTime, { description: 'It is for sales from then on, until a later version is.' })
  inForceAt!: Date;

  @Field(() => ID, {
    nullable: true,
    description: 'The account of the administrator who saved it; null for the first.',
  })
  savedBy!: string | null;

  @Field(() => DateTime, { description: 'When it was saved.' })
  savedAt!: Date;
}

@ObjectType({ description: 'How the people of a ZIP code decide about their fund. A version never changes.' })
export class RoundRule {
  @Field(() => Int, { description: 'The version.' })
  version!: number;

  @Field(() => Int, { description: 'How long after its end a month still takes sales that are told late, in hours.' })
  graceHours!: number;

  @Field(() => Int, {
    description: 'How many days a closed month waits for four options; then its money goes into a later month.',
  })
  proposalDays!: number;

  @Field(() => Int, { description: 'How many days before the vote opens a residence must have been declared.' })
  residenceDays!: number;

  @Field(() => Int, { description: 'How many days a vote is open.' })
  votingDays!: number;

  @Field(() => Int, {
    description: 'How many days after the count the money is paid; until then it can be overridden.',
  })
  objectionDays!: number;

  @Field(() => Int, { description: 'How many votes there must be at least.' })
  quorumVotes!: number;

  @Field(() => Int, { description: 'And how many of a hundred who may vote, rounded up.' })
  quorumPercent!: number;

  @Field(() => Cents, { description: 'With less money nobody is asked: it goes into a later month.' })
  minimumCents!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'The account of the administrator who saved it; null for the first.',
  })
  savedBy!: string | null;

  @Field(() => DateTime, { description: 'When it was saved.' })
  savedAt!: Date;
}

/** How many versions a list of them shows. */
const VERSIONS_LISTED = 100;

export type FeeTerms = Pick<FeeRule, 'rateBasisPoints' | 'administrationCents' | 'inForceAt'>;
export type RoundTerms = Omit<RoundRule, 'version' | 'savedBy' | 'savedAt'>;

interface FeeRuleRow {
  readonly version: number;
  readonly rate_basis_points: number;
  readonly administration_cents: number;
  readonly in_force_at: string;
  readonly saved_by: string | null;
  readonly saved_at: string;
}

interface RoundRuleRow {
  readonly version: number;
  readonly grace_hours: number;
  readonly proposal_days: number;
  readonly residence_days: number;
  readonly voting_days: number;
  readonly objection_days: number;
  readonly quorum_votes: number;
  readonly quorum_percent: number;
  readonly minimum_cents: string;
  readonly saved_by: string | null;
  readonly saved_at: string;
}

/** The newest first. */
export async function feeRules(em: EntityManager): Promise<FeeRule[]> {
  const rows = await em.execute<FeeRuleRow[]>(
    `select version, rate_basis_points, administration_cents, in_force_at, saved_by, saved_at
     from rewards.fee_rule order by version desc limit ${VERSIONS_LISTED}`,
  );
  return rows.map((row) =>
    Object.assign(new FeeRule(), {
      version: row.version,
      rateBasisPoints: row.rate_basis_points,
      administrationCents: row.administration_cents,
      inForceAt: new Date(row.in_force_at),
      savedBy: row.saved_by,
      savedAt: new Date(row.saved_at),
    }),
  );
}

/** The rule for a sale of that instant, of `rules` as feeRules gives them. */
export function feeRuleAt(rules: readonly FeeRule[], soldAt: Date): FeeRule {
  const rule = rules.find(({ inForceAt }) => inForceAt <= soldAt) ?? rules.at(-1);
  if (!rule) throw new Error('There is always a fee rule');
  return rule;
}

/** The newest first. */
export async function roundRules(em: EntityManager, version?: number): Promise<RoundRule[]> {
  const rows = await em.execute<RoundRuleRow[]>(
    `select * from rewards.round_rule where version = coalesce(?, version) order by version desc limit ${VERSIONS_LISTED}`,
    [version ?? null],
  );
  return rows.map((row) =>
    Object.assign(new RoundRule(), {
      version: row.version,
      graceHours: row.grace_hours,
      proposalDays: row.proposal_days,
      residenceDays: row.residence_days,
      votingDays: row.voting_days,
      objectionDays: row.objection_days,
      quorumVotes: row.quorum_votes,
      quorumPercent: row.quorum_percent,
      minimumCents: Number(row.minimum_cents),
      savedBy: row.saved_by,
      savedAt: new Date(row.saved_at),
    }),
  );
}

/** What goes for votes that open now, or the version named. */
export async function roundRule(em: EntityManager, version?: number): Promise<RoundRule> {
  const [rule] = await roundRules(em, version);
  if (!rule) throw new Error('There is always a rule for rounds');
  return rule;
}

/** @throws Refusal BAD_USER_INPUT for a rule of the past: fees that were posted stay as they are. */
export async function saveFeeRule(work: UnitOfWork, savedBy: string, terms: FeeTerms): Promise<FeeRule> {
  const { em, now } = work;
  await em.execute("select pg_advisory_xact_lock(hashtextextended('fee rule', 0))");
  const [latest] = await feeRules(em);
  if (terms.inForceAt < now) throw new Refusal('BAD_USER_INPUT', 'input.inForceAt must not be in the past.');
  if (latest && terms.inForceAt < latest.inForceAt) {
    throw new Refusal('BAD_USER_INPUT', `input.inForceAt must not be before ${latest.inForceAt.toISOString()}.`);
  }
  await em.execute('insert into rewards.fee_rule values (?, ?, ?, ?, ?, ?)', [
    (latest?.version ?? 0) + 1,
    terms.rateBasisPoints,
    terms.administrationCents,
    terms.inForceAt,
    savedBy,
    now,
  ]);
  return (await feeRules(em))[0] as FeeRule;
}

/** For votes that open from now on; those that are open keep theirs. */
export async function saveRoundRule(work: UnitOfWork, savedBy: string, terms: RoundTerms): Promise<RoundRule> {
  const { em, now } = work;
  await em.execute("select pg_advisory_xact_lock(hashtextextended('round rule', 0))");
  const latest = await roundRule(em);
  await em.execute('insert into rewards.round_rule values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    latest.version + 1,
    terms.graceHours,
    terms.proposalDays,
    terms.residenceDays,
    terms.votingDays,
    terms.objectionDays,
    terms.quorumVotes,
    terms.quorumPercent,
    terms.minimumCents,
    savedBy,
    now,
  ]);
  return roundRule(em);
}
