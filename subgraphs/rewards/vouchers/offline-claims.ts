/*
 * What tills took while they were cut off. A claim is evidence, signed by the till; who was first is decided here, when it
 * arrives. The first claim of a voucher redeems it, also one that was given back or ran out meanwhile but not before the
 * till took it; a second one is a dispute, and what the till could have known better is refused with the reason. Handed in
 * again, a claim gets the answer it got.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { openDispute } from './dispute.ts';
import type { Terminal } from './terminal.ts';
import { recordRedemption } from './till.ts';
import { byId, moveVoucher, type VoucherRow } from './voucher-state.ts';
import { type OfflineRefusal, publicKeyOf, readToken, refuseOffline, shortId } from './voucher-token.ts';

export interface OfflineClaim {
  /** Counts up at each till; what was claimed under a number stays under it. */
  readonly sequence: number;
  readonly token: string;
  /** By the clock of the till. */
  readonly claimedAt: Date;
  /** Of the list of revocations that it had then. */
  readonly revocationsAsOf: Date;
  /** Ed25519 by the till's key over `signedClaim`. */
  readonly signature: Buffer;
}

export type ClaimRefusal = OfflineRefusal | 'BAD_SIGNATURE' | 'CLOCK_AHEAD' | 'SEQUENCE_REUSED';

export interface ClaimDecision {
  readonly sequence: number;
  readonly outcome: 'accepted' | 'disputed' | 'refused';
  readonly refusal: ClaimRefusal | null;
  readonly voucherId: string | null;
}

/** How far ahead of ours the clock of a till may run, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 300;

/**
 * The bytes that a till signs: "HB1 claim " || terminal (16 bytes of its UUID) || sequence (8) || claimed at (8, whole
 * milliseconds since 1970) || list as of (8, likewise) || SHA-256 of the token's text (32). Numbers are big-endian.
 */
export function signedClaim(terminalId: string, claim: Omit<OfflineClaim, 'signature'>): Buffer {
  const numbers = Buffer.alloc(24);
  numbers.writeBigUInt64BE(BigInt(claim.sequence), 0);
  numbers.writeBigInt64BE(BigInt(claim.claimedAt.getTime()), 8);
  numbers.writeBigInt64BE(BigInt(claim.revocationsAsOf.getTime()), 16);
  const terminal = Buffer.from(terminalId.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    Buffer.from('HB1 claim '),
    terminal,
    numbers,
    createHash('sha256').update(claim.token).digest(),
  ]);
}

/**
 * Decides about the claims of a till, in the order of their numbers.
 * @param terminal of the retailer, not revoked.
 * @param keys all that are published.
 */
export async function decideClaims(
  work: UnitOfWork,
  terminal: Terminal,
  keys: ReadonlyMap<number, KeyObject>,
  claims: readonly OfflineClaim[],
): Promise<ClaimDecision[]> {
  const { em, now } = work;
  // Two uploads of one till wait for each other, so that its numbers stay unambiguous.
  await em.execute('select 1 from rewards.terminal where id = ? for update', [terminal.id]);
  const ordered = [...claims].sort((one, other) => one.sequence - other.sequence);
  const known = await knownClaims(work, terminal.id, ordered);
  const vouchers = await lockVouchers(work, terminal, ordered);
  const taken = await takenBefore(work, terminal.id, vouchers);
  const decided = new Map<OfflineClaim, ClaimDecision>();
  const key = publicKeyOf(terminal.publicKey);
  for (const claim of ordered) {
    // Not the till's word, so it takes up none of its numbers: whoever has the retailer's key could use them all up.
    if (!key || !verify(null, signedClaim(terminal.id, claim), key, claim.signature)) {
      decided.set(claim, refusedAs(claim, 'BAD_SIGNATURE'));
      continue;
    }
    const digest = digestOf(terminal.id, claim);
    const earlier = known.get(claim.sequence);
    if (earlier) {
      const isSame = earlier.digest.equals(digest);
      decided.set(claim, isSame ? earlier.decision : refusedAs(claim, 'SEQUENCE_REUSED'));
      continue;
    }
    const decision = await decide(work, { terminal, keys, vouchers, taken }, claim);
    known.set(claim.sequence, { digest, decision });
    decided.set(claim, decision);
    await em.execute(
      `insert into rewards.offline_claim
         (terminal_id, sequence, digest, voucher_id, claimed_at, received_at, revocations_as_of, outcome, refusal)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        terminal.id,
        claim.sequence,
        digest,
        decision.voucherId,
        claim.claimedAt,
        now,
        claim.revocationsAsOf,
        decision.outcome,
        decision.refusal,
      ],
    );
  }
  const lastSigned = ordered.findLast((claim) => decided.get(claim)?.refusal !== 'BAD_SIGNATURE')?.sequence ?? null;
  await em.execute(
    'update rewards.terminal set last_seen_at = ?, last_sequence = greatest(last_sequence, ?) where id = ?',
    [now, lastSigned, terminal.id],
  );
  return claims.flatMap((claim) => decided.get(claim) ?? []);
}

interface Standing {
  readonly terminal: Terminal;
  readonly keys: ReadonlyMap<number, KeyObject>;
  /** By serial; changed as claims are accepted. */
  readonly vouchers: Map<number, VoucherRow>;
  /** Ids of those that this till has taken. */
  readonly taken: Set<string>;
}

async function decide(work: UnitOfWork, standing: Standing, claim: OfflineClaim): Promise<ClaimDecision> {
  const { terminal, vouchers, taken } = standing;
  const serial = readToken(claim.token)?.serial ?? 0;
  const voucher = vouchers.get(serial);
  const refusal = refusalFor(work.now, standing, claim);
  if (refusal) return refusedAs(claim, refusal);
  // A key of ours signed it, so there is such a voucher, unless the database was set back.
  if (!voucher) return refusedAs(claim, 'TOKEN_INVALID');
  taken.add(voucher.id);
  const decision = { sequence: claim.sequence, refusal: null, voucherId: voucher.id };
  const row = await moveVoucher(work, {
    voucher: byId(voucher.id),
    from: ['issued', 'held', 'void', 'expired'],
    to: 'redeemed',
    set: {
      redeemed_at: claim.claimedAt,
      redeemed_with: 'offline',
      ended_at: voucher.ended_at ?? work.now,
      hold_id: null,
      refund_due_at: null,
    },
    actor: { kind: 'terminal', terminalId: terminal.id },
  });
  if (row) {
    vouchers.set(serial, row);
    await recordRedemption(work, row);
    return { ...decision, outcome: 'accepted' };
  }
  await openDispute(work, { terminal, sequence: claim.sequence, voucher });
  return { ...decision, outcome: 'disputed' };
}

/** What speaks against a claim by what the till knew, or should have known, when it took the voucher. */
function refusalFor(now: Date, standing: Standing, claim: OfflineClaim): ClaimRefusal | undefined {
  const { terminal, keys, vouchers, taken } = standing;
  if (claim.claimedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_SECONDS * 1000) return 'CLOCK_AHEAD';
  const till = {
    keys,
    retailerId: terminal.retailerId,
    limitCents: terminal.offlineLimitCents,
    revocations: {
      asOf: claim.revocationsAsOf,
      has: (serial: number) => {
        const endedAt = vouchers.get(serial)?.ended_at;
        return endedAt != null && new Date(endedAt) <= claim.revocationsAsOf;
      },
    },
    taken: { has: (serial: number) => taken.has(vouchers.get(serial)?.id ?? '') },
  };
  return refuseOffline(claim.token, till, claim.claimedAt);
}

const refusedAs = ({ sequence }: OfflineClaim, refusal: ClaimRefusal): ClaimDecision => ({
  sequence,
  outcome: 'refused',
  refusal,
  voucherId: null,
});

const digestOf = (terminalId: string, claim: OfflineClaim): Buffer =>
  createHash('sha256').update(signedClaim(terminalId, claim)).update(claim.signature).digest();

interface KnownClaim {
  readonly digest: Buffer;
  readonly decision: ClaimDecision;
}

async function knownClaims(
  { em }: UnitOfWork,
  terminalId: string,
  claims: readonly OfflineClaim[],
): Promise<Map<number, KnownClaim>> {
  const rows = await em.execute<
    {
      sequence: string;
      digest: Buffer;
      voucher_id: string | null;
      outcome: ClaimDecision['outcome'];
      refusal: ClaimRefusal | null;
    }[]
  >(
    'select sequence, digest, voucher_id, outcome, refusal from rewards.offline_claim where terminal_id = ? and sequence in (?)',
    [terminalId, claims.map(({ sequence }) => sequence)],
  );
  return new Map(
    rows.map(({ digest, voucher_id: voucherId, outcome, refusal, ...row }) => {
      const sequence = Number(row.sequence);
      return [sequence, { digest, decision: { sequence, outcome, refusal, voucherId } }];
    }),
  );
}

/** The vouchers that the claims may be about, locked in one order, so that two tills never wait for each other in a ring. */
async function lockVouchers(
  { em }: UnitOfWork,
  { retailerId }: Terminal,
  claims: readonly OfflineClaim[],
): Promise<Map<number, VoucherRow>> {
  const own = shortId(retailerId);
  const serials = claims.flatMap(({ token }) => {
    const read = readToken(token);
    return read?.retailer === own ? [read.serial] : [];
  });
  if (serials.length === 0) return new Map();
  const rows = await em.execute<VoucherRow[]>(
    'select * from rewards.voucher where serial in (?) and retailer_id = ? order by id for update',
    [serials, retailerId],
  );
  return new Map(rows.map((row) => [Number(row.serial), row]));
}

async function takenBefore({ em }: UnitOfWork, terminalId: string, vouchers: Map<number, VoucherRow>) {
  const ids = [...vouchers.values()].map(({ id }) => id);
  if (ids.length === 0) return new Set<string>();
  const rows = await em.execute<{ voucher_id: string }[]>(
    "select voucher_id from rewards.offline_claim where terminal_id = ? and outcome <> 'refused' and voucher_id in (?)",
    [terminalId, ids],
  );
  return new Set(rows.map((row) => row.voucher_id));
}
