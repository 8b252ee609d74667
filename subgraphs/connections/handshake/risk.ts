/*
 * What speaks against a meeting, as rules over gathered facts. Pure: rules are data (kind, numbers, effect), facts are
 * what the database and the two phones say, and the same facts under the same rules always give the same findings. No
 * finding proves a fraud; it asks people to look.
 */
import { registerEnumType } from 'type-graphql';
import { z } from 'zod';

export enum RiskKind {
  REPLAY = 'REPLAY',
  RELAY = 'RELAY',
  IMPOSSIBLE_SPEED = 'IMPOSSIBLE_SPEED',
  RING = 'RING',
  VELOCITY = 'VELOCITY',
}

registerEnumType(RiskKind, {
  name: 'RiskKind',
  description: 'What may speak against a meeting, and which numbers a rule of this kind has.',
  valuesConfig: {
    REPLAY: {
      description: 'One of the two handed in used codes again: `times` or more in the last `hours` (at most 168).',
    },
    RELAY: {
      description:
        'A code was scanned while the two phones, each heard of within `freshSeconds` and right within `accuracyMeters`, were more than `meters` apart, both accuracies taken off.',
    },
    IMPOSSIBLE_SPEED: {
      description:
        'The middle of the ZIP code of one side’s counted meeting before or after is farther away than `slackMeters` and `metersPerSecond` in the time between allow.',
    },
    RING: {
      description:
        'The last `meetings` counted meetings of one side, this one among them, were `samePartnerPercent` or more with this same partner; or a circle of at most `circleAccounts` accounts met only itself, `circleMeetings` times or more within 30 days.',
    },
    VELOCITY: {
      description:
        'With this meeting one side has more than `officerPerHour`, `officerPerDay`, `citizenPerHour` or `citizenPerDay` counted meetings within an hour or a day.',
    },
  },
});

export enum RiskEffect {
  HOLD = 'hold',
  REFUSE = 'refuse',
}

registerEnumType(RiskEffect, {
  name: 'RiskEffect',
  description: 'What becomes of a meeting that a rule speaks against.',
  valuesConfig: {
    HOLD: { description: 'It is held until an administrator has looked at it.' },
    REFUSE: { description: 'It is refused at once and cannot be confirmed.' },
  },
});

const count = z.int().min(1).max(10_000);
const meters = z.number().min(0).max(1_000_000);

/** The numbers of a rule, by kind; the units stand in their names. */
export const riskParameters = {
  [RiskKind.REPLAY]: z.strictObject({ times: count, hours: z.int().min(1).max(168) }),
  [RiskKind.RELAY]: z.strictObject({
    meters,
    freshSeconds: z.int().min(1).max(3_600),
    accuracyMeters: meters,
  }),
  [RiskKind.IMPOSSIBLE_SPEED]: z.strictObject({ metersPerSecond: z.number().min(1).max(10_000), slackMeters: meters }),
  [RiskKind.RING]: z.strictObject({
    meetings: z.int().min(2).max(50),
    samePartnerPercent: z.number().min(1).max(100),
    circleAccounts: z.int().min(2).max(12),
    circleMeetings: count,
  }),
  [RiskKind.VELOCITY]: z.strictObject({
    officerPerHour: count,
    officerPerDay: count,
    citizenPerHour: count,
    citizenPerDay: count,
  }),
} as const;

export type RiskParameters<Kind extends RiskKind> = z.infer<(typeof riskParameters)[Kind]>;

export type RiskRuleTerms = {
  [Kind in RiskKind]: {
    readonly kind: Kind;
    readonly version: number;
    readonly effect: RiskEffect;
    readonly parameters: RiskParameters<Kind>;
  };
}[RiskKind];

/** What is known of one side of the meeting. Lists end; see risk-facts.ts for how far they go. */
export interface SideFacts {
  /** Seconds ago, of each used code that this account handed in again. */
  readonly replaysSecondsAgo: readonly number[];
  /** Counted meetings around this one: how far the middle of their ZIP code is, and how much time lies between. */
  readonly journeys: readonly { readonly meters: number; readonly seconds: number }[];
  /** Partners of the other counted meetings, the latest first. */
  readonly partners: readonly string[];
  /** How many seconds before this meeting each counted one was, within a day; below zero for one after it. */
  readonly meetingsSecondsBefore: readonly number[];
}

export interface RiskFacts {
  readonly officerId: string;
  readonly citizenId: string;
  readonly officer: SideFacts;
  readonly citizen: SideFacts;
  /** Where the phones were while a code was scanned; undefined when none was, or one of them was not heard of. */
  readonly scan:
    | {
        readonly meters: number;
        readonly ageSeconds: readonly [number, number];
        readonly accuracyMeters: readonly [number, number];
      }
    | undefined;
  /** All who are reached from the two by meetings of the last 30 days; undefined when more than 12. */
  readonly circle: { readonly accounts: number; readonly meetings: number } | undefined;
}

const HOUR_SECONDS = 3_600;

/** The rules that speak against the meeting, in their order. */
export function assess(facts: RiskFacts, rules: readonly RiskRuleTerms[]): RiskRuleTerms[] {
  return rules.filter((rule) => speaksAgainst(facts, rule));
}

function speaksAgainst(facts: RiskFacts, rule: RiskRuleTerms): boolean {
  const { officer, citizen, scan } = facts;
  switch (rule.kind) {
    case RiskKind.REPLAY: {
      const { times, hours } = rule.parameters;
      return [officer, citizen].some((side) => within(side.replaysSecondsAgo, hours * HOUR_SECONDS) >= times);
    }
    case RiskKind.RELAY: {
      if (!scan) return false;
      const { meters, freshSeconds, accuracyMeters } = rule.parameters;
      const told = Math.max(...scan.ageSeconds) <= freshSeconds && Math.max(...scan.accuracyMeters) <= accuracyMeters;
      return told && scan.meters - scan.accuracyMeters[0] - scan.accuracyMeters[1] > meters;
    }
    case RiskKind.IMPOSSIBLE_SPEED: {
      const { metersPerSecond, slackMeters } = rule.parameters;
      return [...officer.journeys, ...citizen.journeys].some(
        (journey) => journey.meters > slackMeters + metersPerSecond * journey.seconds,
      );
    }
    case RiskKind.RING:
      return isRing(facts, rule.parameters);
    case RiskKind.VELOCITY: {
      const { officerPerHour, officerPerDay, citizenPerHour, citizenPerDay } = rule.parameters;
      return (
        tooMany(officer.meetingsSecondsBefore, officerPerHour, officerPerDay) ||
        tooMany(citizen.meetingsSecondsBefore, citizenPerHour, citizenPerDay)
      );
    }
  }
}

function isRing(facts: RiskFacts, parameters: RiskParameters<RiskKind.RING>): boolean {
  const { meetings, samePartnerPercent, circleAccounts, circleMeetings } = parameters;
  const clings = (side: SideFacts, partner: string) => {
    // This meeting is the latest of them.
    const last = [partner, ...side.partners].slice(0, meetings);
    const same = last.filter((each) => each === partner).length;
    return last.length === meetings && same * 100 >= samePartnerPercent * meetings;
  };
  if (clings(facts.officer, facts.citizenId) || clings(facts.citizen, facts.officerId)) return true;
  const { circle } = facts;
  return circle !== undefined && circle.accounts <= circleAccounts && circle.meetings >= circleMeetings;
}

const within = (secondsAgo: readonly number[], seconds: number) => secondsAgo.filter((ago) => ago < seconds).length;

function tooMany(secondsBefore: readonly number[], perHour: number, perDay: number): boolean {
  return most(secondsBefore, HOUR_SECONDS) > perHour || most(secondsBefore, 24 * HOUR_SECONDS) > perDay;
}

/** The most meetings within any stretch of `seconds` that this one, at 0, lies in. */
function most(secondsBefore: readonly number[], seconds: number): number {
  const all = [0, ...secondsBefore].sort((a, b) => a - b);
  let largest = 0;
  for (let last = 0, first = 0; last < all.length; last++) {
    // Seconds before: the stretch reaches from all[last], the earliest of it, to all[first], the latest.
    while ((all[last] ?? 0) - (all[first] ?? 0) >= seconds) first++;
    if ((all[first] ?? 0) <= 0 && (all[last] ?? 0) >= 0) largest = Math.max(largest, last - first + 1);
  }
  return largest;
}
