/* What has become of a scheme's budget, for those who gave it: what is left, held and paid, by how many claims and people. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { SignedCents } from '../../kernel/scalars.ts';
import { remainingOf, type SchemeTerms } from './scheme.ts';

@ObjectType({ description: "What has become of a scheme's budget." })
export class SchemeFigures {
  @Field(() => ID, { description: 'The scheme.' })
  schemeId!: string;

  @Field(() => SignedCents, { description: 'The budget by the latest version of the scheme.' })
  budgetCents!: number;

  @Field(() => SignedCents, {
    description:
      'What can be claimed yet: the budget less what is held and paid; 0 where those are more, or the scheme is closed.',
  })
  remainingCents!: number;

  @Field(() => SignedCents, { description: 'What is held for claims that are pending.' })
  heldCents!: number;

  @Field(() => SignedCents, { description: 'What was paid on fees, without what was taken back.' })
  paidCents!: number;

  @Field(() => Int, { description: 'How many points were taken for that.' })
  paidPoints!: number;

  @Field(() => Int, { description: 'How many claims wait for the municipality.' })
  pendingClaims!: number;

  @Field(() => Int, { description: 'How many claims were settled, without those that were taken back.' })
  settledClaims!: number;

  @Field(() => Int, { description: 'How many people those are of.' })
  people!: number;
}

/** The figures of a scheme at this instant. */
export async function figuresOf(em: EntityManager, scheme: SchemeTerms, now: Date): Promise<SchemeFigures> {
  const settled = "filter (where state = 'settled')";
  const pending = "filter (where state = 'pending')";
  const [row] = await em.execute<Record<string, string>[]>(
    `select coalesce(sum(value_cents) ${pending}, 0) as "heldCents", coalesce(sum(value_cents) ${settled}, 0) as "paidCents",
       coalesce(sum(points) ${settled}, 0) as "paidPoints", count(*) ${pending} as "pendingClaims",
       count(*) ${settled} as "settledClaims", count(distinct account_id) ${settled} as people
     from rewards.scheme_claim
     where scheme_id = ? and (state = 'settled' or (state = 'pending' and expires_at > ?))`,
    [scheme.id, now],
  );
  const [remaining] = await remainingOf(em, [scheme.id], now);
  const figures = Object.entries(row ?? {}).map(([name, figure]) => [name, Number(figure)]);
  return Object.assign(new SchemeFigures(), {
    ...Object.fromEntries(figures),
    schemeId: scheme.id,
    budgetCents: scheme.budgetCents,
    remainingCents: remaining ?? 0,
  });
}
