/*
 * What a story must not tell, as data: patterns that administrators edit. They are matched by PostgreSQL, whose regular
 * expressions, unlike JavaScript's, take no exponential time; so a careless pattern stops no process. What they are
 * matched against is the text as a reader takes it, not as it is spelled.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { DateTime, ShortText, TextPattern } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';

export const RULES_LIMIT = 100;
/** How long a new pattern may take over each text that it is tried on; those of a new system take less than one. */
const TRIAL_MILLISECONDS = 500;

@ObjectType({ description: 'What a story must not tell: a text that matches is read by an administrator first.' })
@Entity({ schema: 'connections', tableName: 'story_rule' })
export class StoryRule {
  @Field(() => ShortText, { description: 'Its name.' })
  @PrimaryKey({ type: 'text' })
  name!: string;

  @Field(() => TextPattern, {
    description: 'What matches. Texts are matched in their plain form: digits and letters of any kind, no accents.',
  })
  @Property({ type: 'text' })
  pattern!: string;

  @Field(() => ShortText, { description: 'What it is to find, for people.' })
  @Property({ type: 'text' })
  about!: string;

  @Field(() => Boolean, { description: 'Whether it is applied.' })
  @Property({ type: 'boolean' })
  active!: boolean;

  @Field(() => DateTime, { description: 'When it was written or changed.' })
  @Property({ type: 'datetime' })
  changedAt!: Date;
}

/** Names of the rules that the text matches, in order; none when it may be shown without anybody having read it. */
export async function matchedRules(em: EntityManager, text: string): Promise<string[]> {
  const rows = await em.execute<{ name: string }[]>(
    'select name from connections.story_rule where active and cast(? as text) ~* pattern order by name',
    [plainReading(text)],
  );
  return rows.map(({ name }) => name);
}

export function allRules(em: EntityManager): Promise<StoryRule[]> {
  return em.find(StoryRule, {}, { orderBy: { name: 'asc' }, limit: RULES_LIMIT });
}

/**
 * Adds a rule or replaces the one of that name. It holds for texts that are consented to from now on; what is on the
 * feed stays there.
 * @throws Refusal BAD_USER_INPUT for a pattern that PostgreSQL does not take, that is slow, or that matches everything;
 *   LIMIT_REACHED.
 */
export async function changeRule(
  work: UnitOfWork,
  administratorId: string,
  rule: Pick<StoryRule, 'name' | 'pattern' | 'about' | 'active'>,
): Promise<StoryRule> {
  const { em, now } = work;
  const { name, pattern, about, active } = rule;
  await tryPattern(em, pattern);
  // One after the other, so that the limit holds.
  await em.execute("select pg_advisory_xact_lock(hashtextextended('connections.story_rule', 0))");
  await em.execute(
    `insert into connections.story_rule (name, pattern, about, active, changed_at) values (?, ?, ?, ?, ?)
     on conflict (name) do update set
       pattern = excluded.pattern, about = excluded.about, active = excluded.active, changed_at = excluded.changed_at`,
    [name, pattern, about, active, now],
  );
  if ((await em.count(StoryRule)) > RULES_LIMIT)
    throw new Refusal('LIMIT_REACHED', `There are at most ${RULES_LIMIT} rules.`);
  await em.execute(
    `insert into connections.story_rule_change (id, name, pattern, about, active, administrator_id, changed_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    [work.newId(), name, pattern, about, active, administratorId, now],
  );
  return em.findOneOrFail(StoryRule, { name });
}

/** invalid_regular_expression and query_canceled (PostgreSQL, appendix A). */
const REFUSED_PATTERN = ['2201B', '57014'];

async function tryPattern(em: EntityManager, pattern: string): Promise<void> {
  const trials = ['', 'a'.repeat(280), '1 '.repeat(140), 'ab1. '.repeat(56), 'A quiet talk about the weather.'];
  let matched = 0;
  try {
    await em.execute(`set local statement_timeout = ${TRIAL_MILLISECONDS}`);
    for (const text of trials) {
      const [row] = await em.execute<{ matches: boolean }[]>('select cast(? as text) ~* cast(? as text) as matches', [
        text,
        pattern,
      ]);
      if (row?.matches) matched++;
    }
    await em.execute('set local statement_timeout = default');
  } catch (error) {
    if (!REFUSED_PATTERN.includes(String((error as { code?: unknown }).code))) throw error;
    throw new Refusal('BAD_USER_INPUT', 'pattern must be a regular expression that PostgreSQL matches quickly.');
  }
  if (matched === trials.length) throw new Refusal('BAD_USER_INPUT', 'pattern matches every text.');
}

/**
 * The text as a reader takes it, for the rules: digits and letters of every kind in their plain form, without marks and
 * without what cannot be seen. Placeholders are what they stand for: no names.
 */
export function plainReading(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .replaceAll(/\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

/** Unicode keeps the decimal digits of a script in a row of ten, zero first (The Unicode Standard, 4.6). */
function digitValue(codePoint: number): number {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value++;
  return value;
}
