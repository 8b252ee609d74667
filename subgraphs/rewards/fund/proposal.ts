/*
 * What the money of a fund could pay for, proposed by administrators and by those who act for a municipality. What a
 * municipality proposes waits for an administrator; four that are approved make a vote, the earliest first.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText, Text, ZipCode } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import { fundZone, holdFund, openFund } from './fund.ts';

/** How many of one fund may stand, that is neither withdrawn nor voted on. */
export const STANDING_PROPOSALS = 12;

export enum FundProposalState {
  PROPOSED = 'proposed',
  APPROVED = 'approved',
  WITHDRAWN = 'withdrawn',
  VOTED_ON = 'voted_on',
}

registerEnumType(FundProposalState, {
  name: 'FundProposalState',
  description: 'How far a proposal has come.',
  valuesConfig: {
    PROPOSED: { description: 'It waits for an administrator.' },
    APPROVED: { description: 'It is an option of the next vote that has four.' },
    WITHDRAWN: { description: 'It is off the list. Final.' },
    VOTED_ON: { description: 'It is or was an option of a vote. Final: for another vote it is proposed anew.' },
  },
});

@ObjectType({ description: 'What the money of a fund could pay for.' })
export class FundProposal {
  @Field(() => ID, { description: 'The id of the proposal.' })
  id!: string;

  @Field(() => ZipCode, { description: 'Whose fund.' })
  zipCode!: string;

  @Field(() => ShortText, { description: 'What, in a few words.' })
  title!: string;

  @Field(() => Text, { description: 'What the money is for.' })
  text!: string;

  @Field(() => ShortText, { description: 'The organisation that the money goes to.' })
  recipientName!: string;

  @Field(() => ID, { nullable: true, description: 'That organisation, where it is a charity of the catalog.' })
  charityId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The municipality that proposed it; null where an administrator did.',
  })
  municipalityId!: string | null;

  @Field(() => FundProposalState, { description: 'How far it has come.' })
  state!: FundProposalState;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  proposedAt!: Date;
}

export const FundProposalPage = pageOf(FundProposal);

export interface ProposalTerms {
  readonly zipCode: string;
  readonly title: string;
  readonly text: string;
  readonly recipientName: string;
  readonly charityId?: string | null | undefined;
}

interface ProposalRow {
  readonly id: string;
  readonly zip_code: string;
  readonly title: string;
  readonly text: string;
  readonly recipient_name: string;
  readonly charity_id: string | null;
  readonly municipality_id: string | null;
  readonly proposed_at: string;
  readonly approved_at: string | null;
  readonly withdrawn_at: string | null;
  readonly is_option: boolean;
}

const columns = `p.*, f.zip_code, exists (select 1 from rewards.fund_option o where o.proposal_id = p.id) as is_option`;
const tables = 'rewards.fund_proposal p join rewards.fund f on f.id = p.fund_id';
/** Neither withdrawn nor voted on; proposals are `p`. */
export const standing = `p.withdrawn_at is null
  and not exists (select 1 from rewards.fund_option o where o.proposal_id = p.id)`;

function stateOf(row: ProposalRow): FundProposalState {
  if (row.is_option) return FundProposalState.VOTED_ON;
  if (row.withdrawn_at) return FundProposalState.WITHDRAWN;
  return row.approved_at ? FundProposalState.APPROVED : FundProposalState.PROPOSED;
}

const asProposal = (row: ProposalRow): FundProposal =>
  Object.assign(new FundProposal(), {
    id: row.id,
    zipCode: row.zip_code,
    title: row.title,
    text: row.text,
    recipientName: row.recipient_name,
    charityId: row.charity_id,
    municipalityId: row.municipality_id,
    state: stateOf(row),
    proposedAt: new Date(row.proposed_at),
  });

/** The proposals of a fund behind a place in the list, the earliest first. */
export async function proposalsOf(
  em: EntityManager,
  zipCode: string,
  limit: number,
  behind?: { readonly proposedAt: Date; readonly id: string },
): Promise<FundProposal[]> {
  const rows = await em.execute<ProposalRow[]>(
    `select ${columns} from ${tables} where f.zip_code = ?
       and (?::uuid is null or (p.proposed_at, p.id) > (?::timestamptz, ?::uuid)) order by p.proposed_at, p.id limit ?`,
    [zipCode, behind?.id ?? null, behind?.proposedAt ?? null, behind?.id ?? null, limit],
  );
  return rows.map(asProposal);
}

/**
 * @param by a municipality, or nobody where an administrator proposes: then it is approved at once.
 * @throws Refusal BAD_USER_INPUT for a ZIP code that can have no fund, LIMIT_REACHED, FUND_STATE where one with this title stands.
 */
export async function proposeOption(
  work: UnitOfWork,
  zipCodes: ZipCodes,
  by: { readonly accountId: string; readonly municipalityId: string | null },
  terms: ProposalTerms,
): Promise<FundProposal> {
  const { em, now } = work;
  const timeZone = fundZone(zipCodes, terms.zipCode);
  if (!timeZone) throw new Refusal('BAD_USER_INPUT', 'input.zipCode: there can be no fund in this ZIP code.');
  const fund = await openFund(work, terms.zipCode, timeZone);
  await em.execute("select pg_advisory_xact_lock(hashtextextended('proposals of ' || ?, 0))", [fund.id]);
  const others = await em.execute<{ title: string }[]>(
    `select title from rewards.fund_proposal p where fund_id = ? and ${standing}`,
    [fund.id],
  );
  if (others.some(({ title }) => title.toLowerCase() === terms.title.toLowerCase())) {
    throw new Refusal('FUND_STATE', 'A proposal with this title stands already.');
  }
  if (others.length >= STANDING_PROPOSALS) {
    throw new Refusal('LIMIT_REACHED', `At most ${STANDING_PROPOSALS} proposals of one fund may stand.`);
  }
  const id = work.newId();
  const approved = by.municipalityId === null;
  await em.execute(
    `insert into rewards.fund_proposal
       (id, fund_id, title, text, recipient_name, charity_id, municipality_id, proposed_by, proposed_at, approved_by, approved_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      fund.id,
      terms.title,
      terms.text,
      terms.recipientName,
      terms.charityId ?? null,
      by.municipalityId,
      by.accountId,
      now,
      approved ? by.accountId : null,
      approved ? now : null,
    ],
  );
  return findProposal(em, id);
}

/** @throws Refusal NOT_FOUND. */
export async function findProposal(em: EntityManager, id: string): Promise<FundProposal> {
  const [row] = await em.execute<ProposalRow[]>(`select ${columns} from ${tables} where p.id = ?`, [id]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such proposal.');
  return asProposal(row);
}

/** Makes it an option of the next vote. @throws Refusal NOT_FOUND, FUND_STATE for one that was withdrawn or voted on. */
export async function approveProposal({ em, now }: UnitOfWork, accountId: string, id: string): Promise<FundProposal> {
  await hold(em, id);
  await em.execute(
    'update rewards.fund_proposal set approved_by = ?, approved_at = ? where id = ? and approved_at is null',
    [accountId, now, id],
  );
  return findProposal(em, id);
}

/** Takes it off the list. @throws Refusal NOT_FOUND, FUND_STATE for one that was withdrawn or voted on. */
export async function withdrawProposal({ em, now }: UnitOfWork, id: string): Promise<FundProposal> {
  await hold(em, id);
  await em.execute('update rewards.fund_proposal set withdrawn_at = ? where id = ?', [now, id]);
  return findProposal(em, id);
}

/** Until the transaction ends no vote takes it up. The fund first, as whoever opens a vote does. */
async function hold(em: EntityManager, id: string): Promise<void> {
  const [row] = await em.execute<{ fund_id: string }[]>('select fund_id from rewards.fund_proposal where id = ?', [id]);
  if (row) await holdFund(em, row.fund_id);
  await em.execute('select 1 from rewards.fund_proposal where id = ? for update', [id]);
  const { state } = await findProposal(em, id);
  if (state === FundProposalState.APPROVED || state === FundProposalState.PROPOSED) return;
  throw new Refusal('FUND_STATE', 'The proposal was withdrawn, or is or was an option of a vote.');
}
