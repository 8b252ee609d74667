/*
 * The risk rules as data: a change is a new version, and every finding names the version that made it, so that an old
 * decision can be understood later. Who is fooled by no rule is known to nobody but administrators.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { RiskEffect, RiskKind, type RiskRuleTerms, riskParameters } from './risk.ts';

@ObjectType({ description: 'One number of a risk rule.' })
export class RiskParameter {
  @Field(() => ShortText, { description: 'Which, with its unit last; see RiskKind.' })
  name!: string;

  @Field(() => Float, { description: 'The number.' })
  value!: number;
}

@ObjectType({ description: 'What makes a meeting doubtful, in one version. Only administrators see it.' })
export class RiskRule {
  @Field(() => RiskKind, { description: 'What it looks for.' })
  kind!: RiskKind;

  @Field(() => Int, { description: 'Grows with every change; the newest is in force.' })
  version!: number;

  @Field(() => [RiskParameter], { description: 'Its numbers.' })
  parameters!: RiskParameter[];

  @Field(() => RiskEffect, { description: 'What becomes of a meeting that it speaks against.' })
  effect!: RiskEffect;

  @Field(() => Boolean, { description: 'Whether it is asked at all.' })
  enabled!: boolean;

  @Field(() => DateTime, { description: 'When this version was saved.' })
  savedAt!: Date;
}

interface RiskRuleRow {
  readonly kind: RiskKind;
  readonly version: number;
  readonly parameters: Record<string, number>;
  readonly effect: RiskEffect;
  readonly enabled: boolean;
  readonly saved_at: string | Date;
}

/** The rules in force: the newest version of each kind that is enabled, by kind. */
export async function rulesInForce(em: EntityManager): Promise<RiskRuleTerms[]> {
  const rows = await em.execute<RiskRuleRow[]>(
    'select distinct on (kind) * from connections.risk_rule order by kind, version desc',
  );
  return rows
    .filter(({ enabled }) => enabled)
    .map(({ kind, version, effect, parameters }) => ({ kind, version, effect, parameters }) as RiskRuleTerms);
}

/** Every version of every rule, by kind, the newest first. */
export async function allRiskRules(em: EntityManager): Promise<RiskRule[]> {
  const rows = await em.execute<RiskRuleRow[]>(
    'select * from connections.risk_rule order by kind, version desc limit 500',
  );
  return rows.map(asRiskRule);
}

export interface RiskRuleChange {
  readonly kind: RiskKind;
  readonly parameters: readonly RiskParameter[];
  readonly effect: RiskEffect;
  readonly enabled: boolean;
}

/** Saves a new version, in force at once. @throws Refusal BAD_USER_INPUT for numbers that a rule of this kind has not. */
export async function saveRiskRule(
  { em, now }: UnitOfWork,
  administratorId: string,
  { kind, parameters, effect, enabled }: RiskRuleChange,
): Promise<RiskRule> {
  const given = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  const checked = riskParameters[kind].safeParse(given);
  if (!checked.success || parameters.length !== Object.keys(given).length) {
    const expected = Object.keys(riskParameters[kind].shape).join(', ');
    throw new Refusal(
      'BAD_USER_INPUT',
      `A rule of the kind ${kind} has, each once and within its bounds: ${expected}.`,
    );
  }
  // Two who change the same rule wait for each other, and the second makes the next version.
  await em.execute(`select pg_advisory_xact_lock(hashtextextended('risk rule ' || ?, 0))`, [kind]);
  const [row] = await em.execute<RiskRuleRow[]>(
    `insert into connections.risk_rule (kind, version, parameters, effect, enabled, saved_at, saved_by)
     select ?, coalesce(max(version), 0) + 1, cast(? as jsonb), ?, ?, cast(? as timestamptz), cast(? as uuid)
       from connections.risk_rule where kind = ? returning *`,
    [kind, JSON.stringify(checked.data), effect, enabled, now, administratorId, kind],
  );
  if (!row) throw new Error('an insert answers with its row');
  return asRiskRule(row);
}

function asRiskRule(row: RiskRuleRow): RiskRule {
  const { kind, version, effect, enabled } = row;
  const parameters = Object.entries(row.parameters).map(([name, value]) => ({ name, value }));
  return { kind, version, effect, enabled, parameters, savedAt: new Date(row.saved_at) };
}
