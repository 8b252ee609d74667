/* For what a person voted, over all votes: theirs alone to read. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { decodeCursor, type Page, type PageArguments, pageOf, toPage } from '../../kernel/page.ts';
import { DateTime, Month, ShortText, ZipCode } from '../../kernel/scalars.ts';

@ObjectType({ description: 'A vote that a person cast on the money of a community fund. Only they themselves see it.' })
export class OwnVote {
  @Field(() => ID, { description: 'The vote, as FundRound names it.' })
  roundId!: string;

  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => Month, { description: 'The month whose money it was.' })
  month!: string;

  @Field(() => ID, { description: 'The option they chose.' })
  optionId!: string;

  @Field(() => ShortText, { description: 'What that pays for.' })
  title!: string;

  @Field(() => DateTime, { description: 'When they chose it, or changed to it.' })
  castAt!: Date;
}

export const OwnVotePage = pageOf(OwnVote);

/** The newest first. */
export async function ownVotes(em: EntityManager, accountId: string, page: PageArguments): Promise<Page<OwnVote>> {
  const [after] = page.after ? decodeCursor(page.after, 'id') : [];
  type Row = { round_id: string; zip_code: string; month: string; option_id: string; title: string; cast_at: string };
  const rows = await em.execute<Row[]>(
    `select v.round_id, f.zip_code, m.month, v.option_id, o.title, v.cast_at from rewards.fund_vote v
       join rewards.fund_round r on r.id = v.round_id
       join rewards.fund f on f.id = r.fund_id
       join rewards.fund_month m on m.id = r.month_id
       join rewards.fund_option o on o.id = v.option_id
     where v.account_id = ? and (?::uuid is null or v.round_id < ?::uuid) order by v.round_id desc limit ?`,
    [accountId, after ?? null, after ?? null, page.first + 1],
  );
  const votes = rows.map((row) =>
    Object.assign(new OwnVote(), {
      roundId: row.round_id,
      zipCode: row.zip_code,
      month: row.month,
      optionId: row.option_id,
      title: row.title,
      castAt: new Date(row.cast_at),
    }),
  );
  return toPage(votes, page, ({ roundId }) => [roundId]);
}
