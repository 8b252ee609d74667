/*
 * Receipts for donations of points. Each has a number of its charity and year, without gaps, because the number is taken
 * in the donation's own transaction; what stands on it is written down then and never changed. It says that points are not
 * money, and does not say what they are for: a receipt is there to be shown to others.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime, EmployerNumber, ShortText } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { CharityTerms } from './charity.ts';

@ObjectType({ description: 'A receipt for points given to a charity. Only the giver sees it.' })
export class DonationReceipt {
  @Field(() => ID, { description: 'The id of the donation.' })
  id!: string;

  @Field(() => ShortText, {
    description: 'The year (UTC) and the number of the receipt among those of the charity in it, such as 2026-000012.',
  })
  number!: string;

  @Field(() => ShortText, {
    nullable: true,
    description: 'The name of the charity at that time; null for donations from before receipts were written.',
  })
  charityName!: string | null;

  @Field(() => EmployerNumber, {
    nullable: true,
    description: "The charity's EIN; null where the catalog had not told it.",
  })
  employerNumber!: string | null;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => DateTime, { description: 'When they were given.' })
  donatedAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the donation was taken back by an administrator; null while it stands.',
  })
  reversedAt!: Date | null;

  @Field(() => String, { description: 'The receipt as text, at most 2,000 characters.' })
  get text(): string {
    return linesOf(this).join('\n\n');
  }

  @Field(() => String, { description: 'The receipt as a page of HTML to keep or print, at most 4,000 characters.' })
  get html(): string {
    const [title = '', ...paragraphs] = linesOf(this).map(escapeHtml);
    return [
      '<!doctype html>',
      `<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>`,
      `<h1>${title}</h1>`,
      ...paragraphs.map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`),
      '</body></html>',
      '',
    ].join('\n');
  }
}

function linesOf(receipt: DonationReceipt): string[] {
  const { employerNumber: ein, points, reversedAt } = receipt;
  const day = (instant: Date) => `${instant.toISOString().slice(0, 10)} (UTC)`;
  return [
    `Receipt ${receipt.number} for a gift of points`,
    [
      receipt.charityName ?? 'The charity named in your account',
      ein ? `EIN ${ein.slice(0, 2)}-${ein.slice(2)}` : 'EIN not on record',
    ].join('\n'),
    `Received on ${day(receipt.donatedAt)}: ${points} ${points === 1 ? 'point' : 'points'} of Hey Blue!, for which nothing was given in return.`,
    ...(reversedAt ? [`Taken back on ${day(reversedAt)}: this receipt is void.`] : []),
    'Points are not money. This is no receipt for a gift of cash or goods and states no value in dollars. Keep it for your records; what it means for your taxes is for your tax adviser to say.',
    `Donation ${receipt.id}`,
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Takes the next number of the charity and year; whoever gives to the same charity waits until this is committed. */
export async function issueReceipt(
  { em }: UnitOfWork,
  donation: { readonly id: string; readonly charityId: string; readonly donatedAt: Date },
  charity: CharityTerms,
): Promise<void> {
  await em.execute(
    `with numbered as (
       insert into rewards.receipt_number as n values (?, ?, 1)
         on conflict (charity_id, year) do update set last = n.last + 1 returning *
     )
     insert into rewards.donation_receipt (donation_id, charity_id, year, number, charity_name, employer_number)
       select ?, charity_id, year, last, ?, ? from numbered`,
    [donation.charityId, donation.donatedAt.getUTCFullYear(), donation.id, charity.name, charity.employerNumber],
  );
}

interface ReceiptRow {
  readonly donation_id: string;
  readonly year: number;
  readonly number: number;
  readonly charity_name: string | null;
  readonly employer_number: string | null;
  readonly points: number;
  readonly donated_at: Date | string;
  readonly reversed_at: Date | string | null;
}

export const receiptNumber = (year: number, number: number): string => `${year}-${String(number).padStart(6, '0')}`;

/** When a donation `d` was taken back. */
export const REVERSED_AT = '(select t.happened_at from rewards.transaction t where t.reverses = d.transaction_id)';

/** The receipts of donations, in their order. */
export async function receiptsOf(em: EntityManager, donationIds: readonly string[]): Promise<DonationReceipt[]> {
  const rows = await em.execute<ReceiptRow[]>(
    `select r.*, d.points, d.donated_at, ${REVERSED_AT} as reversed_at
     from rewards.donation_receipt r join rewards.donation d on d.id = r.donation_id
     where r.donation_id = any (?::uuid[])`,
    [`{${donationIds.join(',')}}`],
  );
  const receipts = new Map(rows.map((row) => [row.donation_id, asReceipt(row)]));
  return donationIds.map((id) => receipts.get(id) as DonationReceipt);
}

const asReceipt = (row: ReceiptRow): DonationReceipt =>
  Object.assign(new DonationReceipt(), {
    id: row.donation_id,
    number: receiptNumber(row.year, row.number),
    charityName: row.charity_name,
    employerNumber: row.employer_number,
    points: row.points,
    donatedAt: new Date(row.donated_at),
    reversedAt: row.reversed_at === null ? null : new Date(row.reversed_at),
  });
