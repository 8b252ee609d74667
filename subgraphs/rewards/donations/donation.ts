/*
 * Points given to a charity. Row and graph's type in one; only the giver sees it. What it is for is between the giver and
 * the charity: it is in no event and no report, and administrators do not see it.
 */
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityDictionary } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { belongsTo, type Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { openCharity } from './charity.ts';
import { issueReceipt } from './receipt.ts';

@ObjectType({ description: 'Points given to a charity. Only the giver sees it.' })
@Entity({ schema: 'rewards', tableName: 'donation' })
export class Donation {
  @Field(() => ID, { description: 'The id of the donation.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  transactionId!: string;

  @Property({ type: 'uuid' })
  accountId!: string;

  @Property({ type: 'uuid' })
  charityId!: string;

  @Field(() => Int, { description: 'How many points.' })
  @Property({ type: 'integer' })
  points!: number;

  @Field(() => ShortText, {
    nullable: true,
    description: 'What it is for, which the giver and the charity alone see; null where the charity is free to choose.',
  })
  @Property({ type: 'text', nullable: true })
  earmark?: string | null;

  @Field(() => DateTime, { description: 'When.' })
  @Property({ type: 'datetime' })
  donatedAt!: Date;
}

export const DonationPage = pageOf(Donation);

export interface Gift {
  readonly charityId: string;
  readonly points: number;
  /** One of the charity's labels. */
  readonly earmark?: string | null | undefined;
}

/**
 * Gives points to a charity, with a receipt. The same wish again is the same donation, also when the charity takes none by
 * then. Who acts for a charity gives it nothing: points would turn into a claim on us that the giver draws on themselves.
 * @throws Refusal FORBIDDEN, CHARITY_UNAVAILABLE, BAD_USER_INPUT for an earmark that is none of its labels,
 * INSUFFICIENT_POINTS, ACCOUNT_FROZEN, IDEMPOTENCY_MISMATCH.
 */
export async function donatePoints(
  work: UnitOfWork,
  { caller, accountId, idempotencyKey }: { caller: Caller; accountId: string; idempotencyKey: string },
  gift: Gift,
): Promise<Donation> {
  const { em, now } = work;
  const { points, earmark = null } = gift;
  const charityId = canonicalId(gift.charityId);
  const businessKey = `donate ${accountId} ${idempotencyKey}`;
  const earlier = await earlierDonation(work, businessKey);
  if (earlier) return same(earlier, { charityId, points, earmark });
  if (belongsTo(caller, 'charity', charityId)) {
    throw new Refusal('FORBIDDEN', 'Who acts for a charity does not give it points.');
  }
  const charity = await openCharity(em, charityId);
  if (earmark !== null && !charity.earmarkLabels.includes(earmark)) {
    throw new Refusal('BAD_USER_INPUT', 'earmark must be one of the labels of the charity.');
  }
  const transaction = await post(work, {
    kind: 'donation',
    businessKey,
    // Not with the earmark: the books are read by more people than it is for.
    fingerprint: `${charityId} ${points}`,
    from: person(accountId),
    to: { kind: 'charity', ownerId: charityId },
    points,
  });
  if (!transaction.fresh) {
    const made = await earlierDonation(work, businessKey);
    if (!made) throw new Error('a donation stands with its posting');
    return same(made, { charityId, points, earmark });
  }
  const [row] = await em.execute<EntityDictionary<Donation>[]>(
    `insert into rewards.donation (id, transaction_id, account_id, charity_id, points, earmark, donated_at)
       values (?, ?, ?, ?, ?, ?, ?) returning *`,
    [work.newId(), transaction.id, accountId, charityId, points, earmark, now],
  );
  const donation = em.map(Donation, row as EntityDictionary<Donation>);
  work.record('points.donated', {
    donationId: donation.id,
    transactionId: transaction.id,
    accountId,
    charityId,
    points,
    zipCode: charity.zipCode,
    donatedAt: now.toISOString(),
  });
  announceChange(work, accountId, -points, PointsReason.DONATION);
  // Last, because all who give to this charity wait for its number.
  await issueReceipt(work, donation, charity);
  return donation;
}

async function earlierDonation({ em }: UnitOfWork, businessKey: string): Promise<Donation | undefined> {
  const [row] = await em.execute<EntityDictionary<Donation>[]>(
    `select d.* from rewards.transaction t join rewards.donation d on d.transaction_id = t.id where t.business_key = ?`,
    [businessKey],
  );
  return row && em.map(Donation, row);
}

function same(donation: Donation, { charityId, points, earmark }: Required<Gift>): Donation {
  const fits = donation.charityId === charityId && donation.points === points && (donation.earmark ?? null) === earmark;
  if (!fits) throw new Refusal('IDEMPOTENCY_MISMATCH');
  return donation;
}
