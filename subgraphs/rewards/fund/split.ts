/*
 * Money in whole cents and how it is divided: nothing is lost and nothing made, whatever the numbers. BigInt inside,
 * because a product of two amounts outgrows what a number holds exactly.
 */

/** What decides a fee; a version of it never changes. */
export interface FeeRule {
  readonly version: number;
  /** Hundredths of a percent of the sale: 500 are 5 %. */
  readonly rateBasisPoints: number;
  /** What of each fee goes to administration at most. */
  readonly administrationCents: number;
}

export interface FeeSplit {
  readonly feeCents: number;
  readonly administrationCents: number;
  readonly fundCents: number;
}

/** The fee is rounded half up; administration takes its fixed sum first, the fund the rest: the two add up to the fee. */
export function splitFee(saleCents: number, rule: Omit<FeeRule, 'version'>): FeeSplit {
  const feeCents = Number((BigInt(saleCents) * BigInt(rule.rateBasisPoints) + 5_000n) / 10_000n);
  const administrationCents = Math.min(feeCents, rule.administrationCents);
  return { feeCents, administrationCents, fundCents: feeCents - administrationCents };
}

/**
 * What of a fee goes back when `refundedCents` of its sale are given back, `earlierCents` having been given back before:
 * the share of all of them together less what earlier ones took, so that refunds in any number of parts end at the fee
 * exactly. Each part is at least 0.
 */
export function splitRefund(
  sale: FeeSplit & { readonly cents: number },
  earlierCents: number,
  refundedCents: number,
): FeeSplit {
  const before = refundOf(sale, earlierCents);
  const after = refundOf(sale, earlierCents + refundedCents);
  return {
    feeCents: after.feeCents - before.feeCents,
    administrationCents: after.administrationCents - before.administrationCents,
    fundCents: after.fundCents - before.fundCents,
  };
}

function refundOf(sale: FeeSplit & { readonly cents: number }, cents: number): FeeSplit {
  const [product, whole] = [BigInt(sale.feeCents) * BigInt(cents), BigInt(sale.cents)];
  const feeCents = whole === 0n ? 0 : Number((2n * product + whole) / (2n * whole));
  const [administrationCents = 0, fundCents = 0] = divide(feeCents, [
    { id: 'administration', weight: sale.administrationCents },
    { id: 'fund', weight: sale.fundCents },
  ]);
  return { feeCents, administrationCents, fundCents };
}

export interface Share {
  readonly id: string;
  /** A whole number, at least 0. */
  readonly weight: number;
}

/**
 * Divides by largest remainder (Hamilton's method): each gets its share rounded down, and what is left goes by one cent to
 * the largest remainders, of equal ones to the smallest ids, so that the same is divided the same again.
 * @param cents at least 0. @returns in the order of `shares`; they add up to `cents` unless all weights are 0: then nobody gets any.
 */
export function divide(cents: number, shares: readonly Share[]): number[] {
  const sum = shares.reduce((total, { weight }) => total + BigInt(weight), 0n);
  if (sum === 0n) return shares.map(() => 0);
  const parts = shares.map(({ id, weight }, index) => {
    const product = BigInt(cents) * BigInt(weight);
    return { id, index, whole: product / sum, remainder: product % sum };
  });
  const left = Number(BigInt(cents) - parts.reduce((total, { whole }) => total + whole, 0n));
  const byRemainder = [...parts].sort((a, b) => {
    if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
  const lucky = new Set(byRemainder.slice(0, left).map(({ index }) => index));
  return parts.map(({ whole, index }) => Number(whole) + (lucky.has(index) ? 1 : 0));
}
