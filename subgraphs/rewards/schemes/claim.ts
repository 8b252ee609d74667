/*
 * A claim: a person's points are to pay a part of a fee. Points and budget are held while the municipality looks at it; it
 * ends settled, refused, withdrawn or lapsed, and only what was settled can be taken back. Who paid which fee is between
 * the person and the municipality: neither the reference nor the reason is ever told in an event.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { pageOf } from '../../kernel/page.ts';
import { Cents, DateTime, ShortText, Text, Version } from '../../kernel/scalars.ts';

/** For how long points and budget wait for the municipality. */
export const CLAIM_DAYS = 14;

export enum SchemeClaimStatus {
  PENDING = 'pending',
  SETTLED = 'settled',
  REFUSED = 'refused',
  WITHDRAWN = 'withdrawn',
  LAPSED = 'lapsed',
  REVERSED = 'reversed',
}

registerEnumType(SchemeClaimStatus, {
  name: 'SchemeClaimStatus',
  description: 'Where a claim stands.',
  valuesConfig: {
    PENDING: { description: 'The municipality has yet to say yes or no; points and budget are held meanwhile.' },
    SETTLED: { description: 'The municipality has taken the points for its part of the fee.' },
    REFUSED: { description: 'The municipality said no; the points are free again.' },
    WITHDRAWN: { description: 'The person took it back in time; the points are free again.' },
    LAPSED: { description: 'The municipality did not answer in time; the points are free again.' },
    REVERSED: { description: 'It had been settled and was taken back; the points came back.' },
  },
});

@ObjectType({
  description:
    "A person's points for a part of a municipality's fee. Its owner, those who act for the municipality and administrators see it.",
})
export class SchemeClaim {
  @Field(() => ID, { description: 'The id of the claim.' })
  id!: string;

  @Field(() => SchemeClaimStatus, { description: 'Where it stands now.' })
  status!: SchemeClaimStatus;

  @Field(() => ShortText, { description: 'What the municipality calls the fee, as the person typed it.' })
  feeReference!: string;

  @Field(() => Cents, { description: 'The whole fee, as the person said.' })
  feeCents!: number;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => Cents, { description: 'What they are worth: by so much the fee is less.' })
  valueCents!: number;

  @Field(() => Cents, { description: 'What is left of the fee to be paid in money.' })
  remainderCents!: number;

  @Field(() => Version, { description: 'Of the scheme that it was reckoned by.' })
  schemeVersion!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  claimedAt!: Date;

  @Field(() => DateTime, { description: 'Until when the municipality can answer; then it lapses.' })
  expiresAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was settled, refused or withdrawn, or lapsed; null while it is pending.',
  })
  endedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back after it had been settled.' })
  reversedAt!: Date | null;

  @Field(() => Text, { nullable: true, description: 'Why it was refused or taken back.' })
  reason!: string | null;

  schemeId!: string;
  municipalityId!: string;
  accountId!: string;
  decidedBy!: string | null;
  zipCode!: string;
}

export const SchemeClaimPage = pageOf(SchemeClaim);

export interface ClaimRow extends Record<'fee_cents' | 'points' | 'value_cents', string> {
  readonly id: string;
  readonly fingerprint: string;
  readonly scheme_id: string;
  readonly scheme_version: number;
  readonly municipality_id: string;
  readonly account_id: string;
  readonly fee_reference: string;
  readonly zip_code: string;
  readonly issued_by: string | null;
  readonly points_hold_id: string;
  readonly budget_hold_id: string;
  readonly points_transaction_id: string | null;
  readonly budget_transaction_id: string | null;
  readonly claimed_at: Date | string;
  readonly expires_at: Date | string;
  readonly state: `${SchemeClaimStatus}`;
  readonly ended_at: Date | string | null;
  readonly reversed_at: Date | string | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
}

const instant = (value: Date | string | null) => (value === null ? null : new Date(value));

/** A pending claim whose time is over has lapsed, whether or not the sweep has come by. */
export function hasLapsed({ state, expires_at }: ClaimRow, now: Date): boolean {
  return state === 'pending' && new Date(expires_at) <= now;
}

export function asClaim(row: ClaimRow, now: Date): SchemeClaim {
  const [feeCents, valueCents] = [Number(row.fee_cents), Number(row.value_cents)];
  const lapsed = hasLapsed(row, now);
  return Object.assign(new SchemeClaim(), {
    id: row.id,
    status: lapsed ? SchemeClaimStatus.LAPSED : row.state,
    feeReference: row.fee_reference,
    feeCents,
    points: Number(row.points),
    valueCents,
    remainderCents: feeCents - valueCents,
    schemeVersion: row.scheme_version,
    claimedAt: new Date(row.claimed_at),
    expiresAt: new Date(row.expires_at),
    endedAt: instant(lapsed ? row.expires_at : row.ended_at),
    reversedAt: instant(row.reversed_at),
    reason: row.reason,
    schemeId: row.scheme_id,
    municipalityId: row.municipality_id,
    accountId: row.account_id,
    decidedBy: row.decided_by,
    zipCode: row.zip_code,
  });
}

/** Message on a person's and on a municipality's channel. */
export interface ClaimMessage {
  readonly claimId: string;
}

export const claimChannel = (accountId: string) => `scheme-claims:${accountId}`;
export const queueChannel = (municipalityId: string) => `scheme-queue:${municipalityId}`;

export async function findClaim(em: EntityManager, id: string): Promise<ClaimRow | undefined> {
  return (await em.execute<ClaimRow[]>('select * from rewards.scheme_claim where id = ?', [id]))[0];
}

export interface ClaimFilter {
  readonly accountId?: string | undefined;
  readonly municipalityId?: string | undefined;
  readonly schemeId?: string | undefined;
  readonly status?: SchemeClaimStatus | null | undefined;
  /** As `feeKeyOf` writes it. */
  readonly feeKey?: string | undefined;
  /** The last one of the page before. */
  readonly behind?: { readonly claimedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** Claims, the latest first. */
export async function claimsOf(em: EntityManager, filter: ClaimFilter, now: Date): Promise<ClaimRow[]> {
  const { accountId, municipalityId, schemeId, status, feeKey, behind, limit } = filter;
  const conditions: readonly (readonly [string, readonly unknown[]] | false)[] = [
    accountId !== undefined && ['c.account_id = ?', [accountId]],
    municipalityId !== undefined && ['c.municipality_id = ?', [municipalityId]],
    schemeId !== undefined && ['c.scheme_id = ?', [schemeId]],
    feeKey !== undefined && ['c.fee_key = ?', [feeKey]],
    status != null && inStatus(status, now),
    behind !== undefined && ['(c.claimed_at, c.id) < (?, cast(? as uuid))', [behind.claimedAt, behind.id]],
  ];
  const asked = conditions.filter((condition) => condition !== false);
  return em.execute<ClaimRow[]>(
    `select c.* from rewards.scheme_claim c where ${['true', ...asked.map(([sql]) => sql)].join(' and ')}
     order by c.claimed_at desc, c.id desc limit ?`,
    [...asked.flatMap(([, values]) => values), limit],
  );
}

function inStatus(status: SchemeClaimStatus, now: Date): readonly [string, readonly unknown[]] {
  if (status === SchemeClaimStatus.PENDING) return ["c.state = 'pending' and c.expires_at > ?", [now]];
  if (status === SchemeClaimStatus.LAPSED) {
    return ["(c.state = 'lapsed' or (c.state = 'pending' and c.expires_at <= ?))", [now]];
  }
  return ['c.state = ?', [status]];
}

/** One spelling of a fee's reference: whoever types it with other capitals or spaces means the same fee. */
export const feeKeyOf = (reference: string): string => reference.normalize('NFKC').toUpperCase().replace(/\s+/gu, '');
