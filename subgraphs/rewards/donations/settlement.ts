/*
 * Settlements: an organisation was given money or services for its points outside of this system, and writes that down
 * here, whereupon the points are no longer its. What it may settle is what the ledger holds for it, looked at one
 * settlement after the other. Where a donation or fee is taken back after it was settled, what is left may be below zero:
 * then nothing is settled until as much has come in again.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { pageOf } from '../../kernel/page.ts';
import { DateTime, ShortText, Text } from '../../kernel/scalars.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { sumOf } from '../ledger/balance.ts';
import { canonicalId, type LedgerAccount, post, reverse } from '../ledger/ledger.ts';
import { refuseFormerMember } from '../membership.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';

export enum SettlementKind {
  CHARITY = 'charity',
  MUNICIPALITY = 'municipality',
}

registerEnumType(SettlementKind, {
  name: 'SettlementKind',
  description: 'The organisations that settle points here.',
  valuesConfig: {
    CHARITY: { description: 'Points that were donated.' },
    MUNICIPALITY: { description: 'Points that paid fees.' },
  },
});

@ObjectType({ description: 'Points of an organisation that were settled outside of this system.' })
export class Settlement {
  @Field(() => ID, { description: 'The id of the settlement.' })
  id!: string;

  @Field(() => SettlementKind, { description: 'What the organisation is.' })
  kind!: SettlementKind;

  @Field(() => ID, { description: 'The organisation.' })
  organisationId!: string;

  @Field(() => Int, { description: 'Its number among those of the organisation, from 1 on, without gaps.' })
  number!: number;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => ShortText, { description: 'What it is called where it was settled.' })
  reference!: string;

  @Field(() => ID, { description: 'The transaction in the ledger.' })
  transactionId!: string;

  @Field(() => DateTime, { description: 'When it was written down.' })
  madeAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back; null while it stands.' })
  reversedAt!: Date | null;

  @Field(() => Text, { nullable: true, description: 'Why it was taken back.' })
  reason!: string | null;

  madeBy!: string;
}

export const SettlementPage = pageOf(Settlement);

interface SettlementRow extends Record<'id' | 'fingerprint' | 'organisation_id' | 'points' | 'reference', string> {
  readonly kind: SettlementKind;
  readonly number: number;
  readonly transaction_id: string;
  readonly made_by: string;
  readonly made_at: Date | string;
  readonly reversed_at: Date | string | null;
  readonly reason: string | null;
}

const asSettlement = (row: SettlementRow): Settlement =>
  Object.assign(new Settlement(), {
    id: row.id,
    kind: row.kind,
    organisationId: row.organisation_id,
    number: row.number,
    points: Number(row.points),
    reference: row.reference,
    transactionId: row.transaction_id,
    madeBy: row.made_by,
    madeAt: new Date(row.made_at),
    reversedAt: row.reversed_at === null ? null : new Date(row.reversed_at),
    reason: row.reason,
  });

export interface Settled {
  readonly kind: SettlementKind;
  readonly organisationId: string;
  readonly points: number;
  readonly reference: string;
}

/** One spelling of a reference: other capitals and spaces do not make it another. */
const referenceKey = (reference: string) => reference.normalize('NFKC').toUpperCase().replace(/\s+/gu, '');

/**
 * Writes down that points were settled. The same wish again is the same settlement.
 * @throws Refusal FORBIDDEN for outsiders, and for a suspended organisation, for which an administrator settles;
 * INSUFFICIENT_POINTS, REFERENCE_USED, IDEMPOTENCY_MISMATCH.
 */
export async function settlePoints(
  work: UnitOfWork,
  { caller, accountId, idempotencyKey }: { caller: Caller; accountId: string; idempotencyKey: string },
  { kind, organisationId: givenId, points, reference }: Settled,
): Promise<Settlement> {
  const { em, now } = work;
  const organisationId = canonicalId(givenId);
  await refuseFormerMember(work, caller, kind, organisationId);
  const businessKey = `settle ${kind} ${organisationId} ${idempotencyKey}`;
  const fingerprint = `${points} ${referenceKey(reference)}`;
  // One after the other for each organisation: what is left and the next number are exact.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`settle ${kind} ${organisationId}`]);
  const [earlier] = await em.execute<SettlementRow[]>('select * from rewards.settlement where business_key = ?', [
    businessKey,
  ]);
  if (earlier && earlier.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
  if (earlier) return asSettlement(earlier);
  if (!caller.scopes.includes('administrator') && (await isSuspended(em, kind, organisationId))) {
    throw new Refusal('FORBIDDEN', `The ${kind} is suspended; an administrator settles for it meanwhile.`);
  }
  const account: LedgerAccount = { kind, ownerId: organisationId };
  const left = await sumOf(em, account);
  if (points > left) throw new Refusal('INSUFFICIENT_POINTS', `There are ${Math.max(0, left)} points to settle.`);
  const [used] = await em.execute<unknown[]>(
    `select 1 from rewards.settlement
     where kind = ? and organisation_id = ? and reference_key = ? and reversed_at is null`,
    [kind, organisationId, referenceKey(reference)],
  );
  if (used) throw new Refusal('REFERENCE_USED');
  const { id: transactionId } = await post(work, {
    kind: 'settlement',
    businessKey,
    fingerprint,
    from: account,
    to: { kind: 'settled', ownerId: organisationId },
    points,
  });
  const [row] = await em.execute<SettlementRow[]>(
    `insert into rewards.settlement (id, business_key, fingerprint, kind, organisation_id, number, points, reference,
       reference_key, transaction_id, made_by, made_at)
     select ?, ?, ?, ?, cast(? as uuid), 1 + coalesce(max(number), 0), ?, ?, ?, ?, ?, ?
       from rewards.settlement where kind = ? and organisation_id = ? returning *`,
    [
      work.newId(),
      businessKey,
      fingerprint,
      kind,
      organisationId,
      points,
      reference,
      referenceKey(reference),
      transactionId,
      accountId,
      now,
      kind,
      organisationId,
    ],
  );
  const settlement = asSettlement(row as SettlementRow);
  const told = { settlementId: settlement.id, points, settledAt: now.toISOString() };
  const partner = { kind, id: organisationId };
  if (kind === SettlementKind.CHARITY) {
    await tellPartners(work, partner, 'donation.settled', { ...told, charityId: organisationId });
  } else {
    await tellPartners(work, partner, 'points.settled', { ...told, municipalityId: organisationId });
  }
  return settlement;
}

async function isSuspended(em: EntityManager, kind: SettlementKind, organisationId: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `select 1 from rewards.${kind}_standing where ${kind}_id = ? and suspended`,
    [organisationId],
  );
  return rows.length > 0;
}

/** Takes a settlement back, once: the points are the organisation's again. @throws Refusal NOT_FOUND. */
export async function reverseSettlement(
  work: UnitOfWork,
  reversedBy: string,
  { settlementId, reason }: { readonly settlementId: string; readonly reason: string },
): Promise<Settlement> {
  const { em, now } = work;
  const [row] = await em.execute<SettlementRow[]>('select * from rewards.settlement where id = ? for update', [
    canonicalId(settlementId),
  ]);
  if (!row) throw new Refusal('NOT_FOUND', 'There is no such settlement.');
  if (row.reversed_at !== null) return asSettlement(row);
  const { id } = await reverse(work, { businessKey: `settle back ${row.id}`, transactionId: row.transaction_id });
  const [reversed] = await em.execute<SettlementRow[]>(
    `update rewards.settlement set reversal_id = ?, reversed_by = ?, reversed_at = ?, reason = ? where id = ? returning *`,
    [id, reversedBy, now, reason, row.id],
  );
  const { kind, organisation_id: organisationId } = row;
  await tellPartners(work, { kind, id: organisationId }, 'settlement.reversed', {
    settlementId: row.id,
    kind,
    organisationId,
    points: Number(row.points),
    reversedAt: now.toISOString(),
  });
  return asSettlement(reversed as SettlementRow);
}

/** Settlements, the latest first; of all organisations, or of one. */
export async function settlementsOf(
  em: EntityManager,
  filter: {
    readonly kind?: SettlementKind | undefined;
    readonly organisationId?: string | undefined;
    readonly behind?: { readonly madeAt: Date; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<Settlement[]> {
  const { kind, organisationId, behind, limit } = filter;
  const conditions: readonly (readonly [string, readonly unknown[]] | false)[] = [
    kind !== undefined && ['s.kind = ?', [kind]],
    organisationId !== undefined && ['s.organisation_id = ?', [organisationId]],
    behind !== undefined && ['(s.made_at, s.id) < (?, cast(? as uuid))', [behind.madeAt, behind.id]],
  ];
  const asked = conditions.filter((condition) => condition !== false);
  const rows = await em.execute<SettlementRow[]>(
    `select s.* from rewards.settlement s where ${['true', ...asked.map(([sql]) => sql)].join(' and ')}
     order by s.made_at desc, s.id desc limit ?`,
    [...asked.flatMap(([, values]) => values), limit],
  );
  return rows.map(asSettlement);
}

/** What an organisation has to settle; below zero where more was taken back than was left. */
export const pointsToSettle = (em: EntityManager, kind: SettlementKind, organisationId: string): Promise<number> =>
  sumOf(em, { kind, ownerId: canonicalId(organisationId) });
