/*
 * A vote of the people of a ZIP code on the money of a month: its shape in the graph, and reading it. Counts are shown
 * when the vote is over, and only where there are enough of them that nobody's vote can be told from them.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, Month, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import { RoundRule } from './rules.ts';

/** With fewer votes in all, no count is published. */
export const LEAST_VOTES_SHOWN = 10;
/** The place of "none of these" among the options. */
export const NONE_POSITION = 5;

export enum FundRoundState {
  OPEN = 'open',
  DECIDED = 'decided',
  PAID = 'paid',
}

registerEnumType(FundRoundState, {
  name: 'FundRoundState',
  description: 'How far a vote has come.',
  valuesConfig: {
    OPEN: { description: 'Votes can be cast and changed until it closes.' },
    DECIDED: { description: 'It was counted; the money is paid when the time for objections is over.' },
    PAID: { description: 'The money is paid, or stayed in the fund. Final.' },
  },
});

export enum FundDecisionGround {
  MAJORITY = 'majority',
  TIE = 'tie',
  NONE_OF_THESE = 'none_of_these',
  BELOW_QUORUM = 'below_quorum',
  OVERRIDE = 'override',
}

registerEnumType(FundDecisionGround, {
  name: 'FundDecisionGround',
  description: 'Why the money of a vote goes where it goes.',
  valuesConfig: {
    MAJORITY: { description: 'One option has more votes than every other and gets all.' },
    TIE: {
      description:
        'Several have the most votes and share alike, the cents that are left going to the first of the list; the share of "none of these" stays in the fund.',
    },
    NONE_OF_THESE: { description: '"None of these" has the most votes: all stays in the fund.' },
    BELOW_QUORUM: { description: 'Too few voted: all stays in the fund.' },
    OVERRIDE: { description: 'Two administrators decided otherwise, for the reason that stands there.' },
  },
});

@ObjectType({ description: 'One of the five things that can be voted for.' })
export class FundOption {
  @Field(() => ID, { description: 'The id of the option.' })
  id!: string;

  @Field(() => Int, { description: '1 to 4; 5 is "none of these".' })
  position!: number;

  @Field(() => ShortText, { description: 'What, in a few words.' })
  title!: string;

  @Field(() => Text, { description: 'What the money is for.' })
  text!: string;

  @Field(() => ShortText, { nullable: true, description: 'Whom the money goes to; null for "none of these".' })
  recipientName!: string | null;

  @Field(() => ID, { nullable: true, description: 'The same, where it is a charity of the catalog.' })
  charityId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many voted for it; null while the vote is open, and where fewer than ${LEAST_VOTES_SHOWN} voted in all.`,
  })
  votes!: number | null;
}

@ObjectType({ description: 'What an option gets by a decision.' })
export class FundAward {
  @Field(() => ID, { description: 'The option; that of "none of these" stands for the fund, where the money stays.' })
  optionId!: string;

  @Field(() => Cents, { description: 'How much.' })
  cents!: number;
}

@ObjectType({
  description: 'Where the money of a vote goes, and why. It is never changed: a later one takes its place.',
})
export class FundDecision {
  @Field(() => ID, { description: 'The id of the decision.' })
  id!: string;

  @Field(() => Int, { description: '1 follows from the count; the one with the highest number is valid.' })
  number!: number;

  @Field(() => FundDecisionGround, { description: 'Why.' })
  ground!: FundDecisionGround;

  @Field(() => Text, { nullable: true, description: 'Of an override: the reason. Everybody can read it.' })
  reason!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Of an override: the account of the administrator who confirmed it. For administrators, null for others.',
  })
  decidedBy!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Of an override: the account of the other administrator, who proposed it; null where one alone decided, as was once possible. For administrators, null for others.',
  })
  proposedBy!: string | null;

  @Field(() => DateTime, { description: 'When.' })
  decidedAt!: Date;

  @Field(() => [FundAward], { description: 'How the money is divided.' })
  awards!: FundAward[];
}

@ObjectType({ description: 'A vote of the people of a ZIP code on the money of a month of their fund.' })
export class FundRound {
  @Field(() => ID, { description: 'The id of the vote.' })
  id!: string;

  fundId!: string;
  monthId!: string;
  ruleVersion!: number;

  @Field(() => ZipCode, { description: 'Whose.' })
  zipCode!: string;

  @Field(() => Month, { description: 'The month whose money it is about.' })
  month!: string;

  @Field(() => Cents, { description: 'How much that is.' })
  amountCents!: number;

  @Field(() => FundRoundState, { description: 'How far it has come.' })
  state!: FundRoundState;

  @Field(() => DateTime, { description: 'When it opened.' })
  openedAt!: Date;

  @Field(() => DateTime, { description: 'From then on no vote is taken.' })
  closesAt!: Date;

  @Field(() => Int, { description: 'How many may vote: the residents of the ZIP code when it opened.' })
  eligibleCount!: number;

  @Field(() => Int, { description: 'How many votes there must be.' })
  quorum!: number;

  @Field(() => Int, {
    nullable: true,
    description: `How many voted; null while it is open, and where fewer than ${LEAST_VOTES_SHOWN} did.`,
  })
  votesCount!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was counted.' })
  decidedAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the money is paid, or was to be; null while it is open.',
  })
  paysAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the money was paid.' })
  paidAt!: Date | null;

  @Field(() => [FundOption], { description: 'What can be voted for, by position.' })
  options!: FundOption[];

  @Field(() => [FundDecision], { description: 'What was decided, the latest first; empty while it is open.' })
  decisions!: FundDecision[];

  @Field(() => RoundRule, { description: 'The rule that it goes by, whatever rules came later.' })
  rule!: RoundRule;
}

export const FundRoundPage = pageOf(FundRound);

interface RoundRow {
  readonly id: string;
  readonly fund_id: string;
  readonly month_id: string;
  readonly rule_version: number;
  readonly zip_code: string;
  readonly month: string;
  readonly amount_cents: string;
  readonly state: FundRoundState;
  readonly opened_at: string;
  readonly closes_at: string;
  readonly eligible_count: number;
  readonly quorum: number;
  readonly votes_count: number | null;
  readonly decided_at: string | null;
  readonly pays_at: string | null;
  readonly paid_at: string | null;
}

const columns = 'r.*, f.zip_code, m.month';
const tables = `rewards.fund_round r join rewards.fund f on f.id = r.fund_id
  join rewards.fund_month m on m.id = r.month_id`;
const instant = (text: string | null) => (text === null ? null : new Date(text));

const asRound = (row: RoundRow): FundRound =>
  Object.assign(new FundRound(), {
    id: row.id,
    fundId: row.fund_id,
    monthId: row.month_id,
    ruleVersion: row.rule_version,
    zipCode: row.zip_code,
    month: row.month,
    amountCents: Number(row.amount_cents),
    state: row.state,
    openedAt: new Date(row.opened_at),
    closesAt: new Date(row.closes_at),
    eligibleCount: row.eligible_count,
    quorum: row.quorum,
    votesCount: (row.votes_count ?? 0) < LEAST_VOTES_SHOWN ? null : row.votes_count,
    decidedAt: instant(row.decided_at),
    paysAt: instant(row.pays_at),
    paidAt: instant(row.paid_at),
  });

export async function findRound(em: EntityManager, id: string): Promise<FundRound | undefined> {
  const [row] = await em.execute<RoundRow[]>(`select ${columns} from ${tables} where r.id = ?`, [id]);
  return row && asRound(row);
}

/** The votes of a fund behind a place in the list, the latest first. */
export async function roundsOf(
  em: EntityManager,
  zipCode: string,
  limit: number,
  behind?: { readonly openedAt: Date; readonly id: string },
): Promise<FundRound[]> {
  const rows = await em.execute<RoundRow[]>(
    `select ${columns} from ${tables} where f.zip_code = ?
       and (?::uuid is null or (r.opened_at, r.id) < (?::timestamptz, ?::uuid))
     order by r.opened_at desc, r.id desc limit ?`,
    [zipCode, behind?.id ?? null, behind?.openedAt ?? null, behind?.id ?? null, limit],
  );
  return rows.map(asRound);
}

/** The options of each vote, by position, counted where that may be seen. Answers in the order of `roundIds`. */
export async function optionsOf(em: EntityManager, roundIds: readonly string[]): Promise<FundOption[][]> {
  const rows = await em.execute<
    {
      round_id: string;
      id: string;
      position: number;
      title: string;
      text: string;
      recipient_name: string | null;
      charity_id: string | null;
      votes: number | null;
    }[]
  >(
    `select o.*, case when r.votes_count >= ${LEAST_VOTES_SHOWN} then c.votes end as votes
     from rewards.fund_option o join rewards.fund_round r on r.id = o.round_id
       left join rewards.fund_count c on c.option_id = o.id
     where o.round_id in (?) order by o.position`,
    [[...roundIds]],
  );
  return roundIds.map((roundId) =>
    rows
      .filter((row) => row.round_id === roundId)
      .map(({ id, position, title, text, recipient_name: recipientName, charity_id: charityId, votes }) =>
        Object.assign(new FundOption(), { id, position, title, text, recipientName, charityId, votes }),
      ),
  );
}

/** The decisions about each vote, the latest first. Answers in the order of `roundIds`. */
export async function decisionsOf(em: EntityManager, roundIds: readonly string[]): Promise<FundDecision[][]> {
  const rows = await em.execute<
    {
      round_id: string;
      id: string;
      number: number;
      ground: FundDecisionGround;
      reason: string | null;
      decided_by: string | null;
      proposed_by: string | null;
      decided_at: string;
      awards: FundAward[] | null;
    }[]
  >(
    `select d.*, (select o.proposed_by from rewards.fund_override o where o.decision_id = d.id) as proposed_by,
       (select jsonb_agg(jsonb_build_object('optionId', a.option_id, 'cents', a.cents) order by o.position)
                  from rewards.fund_award a join rewards.fund_option o on o.id = a.option_id
                  where a.decision_id = d.id) as awards
     from rewards.fund_decision d where d.round_id in (?) order by d.number desc`,
    [[...roundIds]],
  );
  return roundIds.map((roundId) =>
    rows
      .filter((row) => row.round_id === roundId)
      .map((row) =>
        Object.assign(new FundDecision(), {
          id: row.id,
          number: row.number,
          ground: row.ground,
          reason: row.reason,
          decidedBy: row.decided_by,
          proposedBy: row.proposed_by,
          decidedAt: new Date(row.decided_at),
          awards: row.awards ?? [],
        }),
      ),
  );
}
