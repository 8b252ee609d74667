/*
 * How points are claimed for a fee: who may, how much at most, and the claim itself, which holds points and budget in one
 * transaction. Every limit is looked at while the scheme's budget is locked, so that sixty who ask at once bring it to
 * exactly zero and no further.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Caller } from '../../kernel/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { balanceOf } from '../ledger/balance.ts';
import { canonicalId, hold, person } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { tellPartners } from '../webhooks/tell-partners.ts';
import { CLAIM_DAYS, type ClaimMessage, type ClaimRow, claimChannel, feeKeyOf, queueChannel } from './claim.ts';
import { budgetOf, findScheme, levelBudget, remainingOf, type SchemeTerms } from './scheme.ts';

export interface Fee {
  readonly schemeId: string;
  readonly feeReference: string;
  readonly feeCents: number;
  /** As many as can be where it is absent. */
  readonly points?: number | undefined;
  /** The version of the scheme as it was shown. */
  readonly expectedVersion?: number | undefined;
  /** Who issued the fee, where the person knows. */
  readonly issuedById?: string | undefined;
}

/** What a person can have of a scheme for a fee, each in whole points. */
export interface Limits {
  /** By the largest share of the fee. */
  readonly share: number;
  /** By what one person may save; infinite without a limit. */
  readonly person: number;
  /** By what is left of the budget. */
  readonly budget: number;
  /** By the person's own points. */
  readonly balance: number;
}

const HORIZON_POINTS = 1_000_000;
/** Whoever claims for what they do not owe keeps others from paying it; they get no further than this. */
const PENDING_CLAIMS = 20;

/** How many points at most, of what `Limits` names. */
export const mostOf = ({ share, person, budget, balance }: Limits): number =>
  Math.min(share, person, budget, balance, HORIZON_POINTS);

/** @throws Refusal SCHEME_UNAVAILABLE unless new claims are taken at this instant. */
export function refuseUnlessOpen(scheme: SchemeTerms | undefined, now: Date): asserts scheme is SchemeTerms {
  if (!scheme || scheme.closed) throw new Refusal('SCHEME_UNAVAILABLE');
  if (scheme.suspended) throw new Refusal('SCHEME_UNAVAILABLE', 'The municipality is suspended.');
  if (scheme.paused)
    throw new Refusal('SCHEME_UNAVAILABLE', 'The municipality has paused the scheme; try again later.');
  if (now < scheme.startsAt || (scheme.endsAt !== null && now >= scheme.endsAt)) {
    throw new Refusal('SCHEME_UNAVAILABLE', 'The scheme is not in force at this time.');
  }
}

/**
 * Where the caller lives, if the scheme is for them.
 * @throws Refusal NOT_ELIGIBLE for other roles, and for those who did not declare that they live there.
 */
export async function residenceFor(em: EntityManager, caller: Caller, scheme: SchemeTerms): Promise<string> {
  const { eligibleRoles } = scheme;
  if (eligibleRoles.length > 0 && !caller.scopes.some((scope) => eligibleRoles.includes(scope))) {
    throw new Refusal('NOT_ELIGIBLE', `The scheme is for each ${eligibleRoles.join(' and ')}.`);
  }
  const [row] = await em.execute<{ zip_code: string }[]>(
    'select zip_code from rewards.residence where account_id = ?',
    [caller.accountId],
  );
  if (!row) throw new Refusal('NOT_ELIGIBLE', 'Declare where you live first: the scheme is for residents.');
  if (!scheme.zipCodes.includes(row.zip_code)) {
    throw new Refusal('NOT_ELIGIBLE', 'The scheme is for residents of other ZIP codes.');
  }
  return row.zip_code;
}

/** What the scheme, the fee and the person allow at this instant. */
export async function limitsOf(
  em: EntityManager,
  scheme: SchemeTerms,
  accountId: string,
  feeCents: number,
  now: Date,
): Promise<Limits> {
  const [used] = await em.execute<{ cents: string }[]>(
    `select coalesce(sum(value_cents), 0) as cents from rewards.scheme_claim
     where scheme_id = ? and account_id = ? and (state = 'settled' or (state = 'pending' and expires_at > ?))`,
    [scheme.id, accountId, now],
  );
  const [remaining] = await remainingOf(em, [scheme.id], now);
  const points = (cents: number) => Math.max(0, Math.floor(cents / scheme.centsPerPoint));
  return {
    // Exact: a fee has at most 10^8 cents, a share at most 10^4 basis points.
    share: points(Math.floor((feeCents * scheme.largestShareBasisPoints) / 10_000)),
    person:
      scheme.perPersonCents === null ? Number.POSITIVE_INFINITY : points(scheme.perPersonCents - Number(used?.cents)),
    budget: points(remaining ?? 0),
    balance: (await balanceOf(em, accountId, now)).available,
  };
}

/** How many points it will be. @throws Refusal SHARE_EXCEEDED, PER_PERSON_LIMIT, BUDGET_EXHAUSTED, INSUFFICIENT_POINTS. */
export function pointsWithin(limits: Limits, asked: number | undefined): number {
  const points = asked ?? Math.max(1, mostOf(limits));
  if (points > limits.share) {
    throw new Refusal('SHARE_EXCEEDED', `Of this fee at most ${limits.share} points can be paid.`);
  }
  if (points > limits.person) {
    throw new Refusal('PER_PERSON_LIMIT', `Of this scheme ${limits.person} points are left for you.`);
  }
  if (points > limits.budget) {
    throw new Refusal('BUDGET_EXHAUSTED', `The budget of the scheme covers ${limits.budget} points now.`);
  }
  if (points > limits.balance) throw new Refusal('INSUFFICIENT_POINTS');
  return points;
}

/**
 * Claims points for a fee and holds them, with what they are worth of the budget. The same wish again is the same claim,
 * whatever has become of the scheme.
 * @throws Refusal FORBIDDEN for a fee that the caller issued, SCHEME_UNAVAILABLE, SCHEME_CHANGED, NOT_ELIGIBLE, FEE_CLAIMED,
 * LIMIT_REACHED, IDEMPOTENCY_MISMATCH, those of `pointsWithin` and of `hold`.
 */
export async function applyScheme(
  work: UnitOfWork,
  { caller, accountId, idempotencyKey }: { caller: Caller; accountId: string; idempotencyKey: string },
  fee: Fee,
): Promise<ClaimRow> {
  const { em, now } = work;
  const schemeId = canonicalId(fee.schemeId);
  const issuedBy = fee.issuedById === undefined ? null : canonicalId(fee.issuedById);
  const feeKey = feeKeyOf(fee.feeReference);
  const businessKey = `scheme ${accountId} ${idempotencyKey}`;
  const fingerprint = [schemeId, feeKey, fee.feeCents, fee.points ?? 'most', issuedBy ?? '-'].join(' ');
  const earlier = await earlierClaim(em, businessKey, fingerprint);
  if (earlier) return earlier;
  if (issuedBy === accountId)
    throw new Refusal('FORBIDDEN', 'Nobody pays a fee with points that they issued themselves.');
  const known = await findScheme(em, schemeId);
  refuseUnlessOpen(known, now);
  await lockFee(em, known.municipalityId, feeKey);
  // The same wish on another connection was a moment earlier.
  const repeated = await earlierClaim(em, businessKey, fingerprint);
  if (repeated) return repeated;
  await freeFee(work, known.municipalityId, feeKey);
  const scheme = await levelBudget(work, schemeId);
  refuseUnlessOpen(scheme, now);
  if ((fee.expectedVersion ?? scheme.version) !== scheme.version) throw new Refusal('SCHEME_CHANGED');
  const zipCode = await residenceFor(em, caller, scheme);
  // Nobody spends these points elsewhere while it is reckoned how many can be taken.
  await em.execute('select 1 from rewards.account_of(?, ?)', ['person', accountId]);
  await refuseTooMany(em, accountId, now);
  const points = pointsWithin(await limitsOf(em, scheme, accountId, fee.feeCents, now), fee.points);
  const valueCents = points * scheme.centsPerPoint;
  const expiresAt = new Date(now.getTime() + CLAIM_DAYS * 86_400_000);
  const held = { fingerprint, expiresAt };
  const budgetHold = await hold(work, {
    ...held,
    businessKey: `scheme budget ${accountId} ${idempotencyKey}`,
    account: budgetOf(schemeId),
    amount: valueCents,
  });
  const pointsHold = await hold(work, { ...held, businessKey, account: person(accountId), amount: points });
  const row = await insertClaim(work, {
    id: work.newId(),
    business_key: businessKey,
    fingerprint,
    scheme_id: schemeId,
    scheme_version: scheme.version,
    municipality_id: scheme.municipalityId,
    account_id: accountId,
    fee_reference: fee.feeReference,
    fee_key: feeKey,
    fee_cents: fee.feeCents,
    points,
    value_cents: valueCents,
    zip_code: zipCode,
    issued_by: issuedBy,
    points_hold_id: pointsHold.holdId,
    budget_hold_id: budgetHold.holdId,
    claimed_at: now,
    expires_at: expiresAt,
  });
  work.record('scheme.claimed', {
    claimId: row.id,
    schemeId,
    municipalityId: scheme.municipalityId,
    accountId,
    points,
    valueCents,
    feeCents: fee.feeCents,
    zipCode,
    claimedAt: now.toISOString(),
  });
  await tellPartners(work, { kind: 'municipality', id: scheme.municipalityId }, 'scheme.claimed', {
    claimId: row.id,
    schemeId,
    municipalityId: scheme.municipalityId,
    points,
    valueCents,
    claimedAt: now.toISOString(),
  });
  announceChange(work, accountId, -points, PointsReason.FEE);
  announceClaim(work, row);
  return row;
}

export function announceClaim(work: UnitOfWork, { id, account_id, municipality_id }: ClaimRow): void {
  const message: ClaimMessage = { claimId: id };
  work.announce(claimChannel(account_id), message);
  work.announce(queueChannel(municipality_id), message);
}

async function earlierClaim(
  em: EntityManager,
  businessKey: string,
  fingerprint: string,
): Promise<ClaimRow | undefined> {
  const [row] = await em.execute<ClaimRow[]>('select * from rewards.scheme_claim where business_key = ?', [
    businessKey,
  ]);
  if (row && row.fingerprint !== fingerprint) throw new Refusal('IDEMPOTENCY_MISMATCH');
  return row;
}

async function refuseTooMany(em: EntityManager, accountId: string, now: Date): Promise<void> {
  const [pending] = await em.execute<{ count: string }[]>(
    "select count(*) from rewards.scheme_claim where account_id = ? and state = 'pending' and expires_at > ?",
    [accountId, now],
  );
  if (Number(pending?.count) >= PENDING_CLAIMS) {
    throw new Refusal('LIMIT_REACHED', `At most ${PENDING_CLAIMS} claims wait at a time.`);
  }
}

/** One after the other for each fee: who comes second finds the claim of the first, and no constraint has to say so. */
async function lockFee(em: EntityManager, municipalityId: string, feeKey: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`fee ${municipalityId} ${feeKey}`]);
}

/** @throws Refusal FEE_CLAIMED while somebody's points are held for the fee or have paid it. */
async function freeFee(work: UnitOfWork, municipalityId: string, feeKey: string): Promise<void> {
  const [live] = await work.em.execute<ClaimRow[]>(
    `select * from rewards.scheme_claim where municipality_id = ? and fee_key = ? and state in ('pending', 'settled')
     for update`,
    [municipalityId, feeKey],
  );
  if (!live) return;
  if (!(await lapse(work, live))) throw new Refusal('FEE_CLAIMED');
}

/**
 * Writes down that a claim, whose row is locked, has lapsed, if it has. Its holds have ended by themselves at that instant.
 * @returns whether it has.
 */
export async function lapse(work: UnitOfWork, row: ClaimRow): Promise<boolean> {
  if (row.state !== 'pending' || new Date(row.expires_at) > work.now) return false;
  await work.em.execute("update rewards.scheme_claim set state = 'lapsed', ended_at = expires_at where id = ?", [
    row.id,
  ]);
  announceChange(work, row.account_id, Number(row.points), PointsReason.FEE);
  announceClaim(work, row);
  return true;
}

async function insertClaim({ em }: UnitOfWork, columns: Readonly<Record<string, unknown>>): Promise<ClaimRow> {
  const names = Object.keys(columns);
  const [row] = await em.execute<ClaimRow[]>(
    `insert into rewards.scheme_claim (${names.join(', ')}) values (${names.map(() => '?').join(', ')}) returning *`,
    Object.values(columns),
  );
  return row as ClaimRow;
}
