import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import {
  assess,
  RiskEffect,
  type RiskFacts,
  RiskKind,
  type RiskRuleTerms,
  riskParameters,
  type SideFacts,
} from './risk.ts';

const [officerId, citizenId] = [randomUUID(), randomUUID()];
const hour = 3_600;
const nothing: SideFacts = { replaysSecondsAgo: [], journeys: [], partners: [], meetingsSecondsBefore: [] };
const facts = (some: Partial<RiskFacts> = {}): RiskFacts => ({
  officerId,
  citizenId,
  officer: nothing,
  citizen: nothing,
  scan: undefined,
  circle: undefined,
  ...some,
});

const terms = { version: 1, effect: RiskEffect.HOLD };
const rules = {
  replay: { ...terms, kind: RiskKind.REPLAY, parameters: { times: 3, hours: 24 } },
  relay: { ...terms, kind: RiskKind.RELAY, parameters: { meters: 250, freshSeconds: 60, accuracyMeters: 100 } },
  speed: { ...terms, kind: RiskKind.IMPOSSIBLE_SPEED, parameters: { metersPerSecond: 70, slackMeters: 20_000 } },
  ring: {
    ...terms,
    kind: RiskKind.RING,
    parameters: { meetings: 10, samePartnerPercent: 60, circleAccounts: 4, circleMeetings: 12 },
  },
  velocity: {
    ...terms,
    kind: RiskKind.VELOCITY,
    parameters: { officerPerHour: 4, officerPerDay: 8, citizenPerHour: 2, citizenPerDay: 3 },
  },
} as const satisfies Record<string, RiskRuleTerms>;
const all: readonly RiskRuleTerms[] = Object.values(rules);
const found = (some: Partial<RiskFacts>, rule: RiskRuleTerms) => assess(facts(some), [rule]).length === 1;
const side = (some: Partial<SideFacts>): SideFacts => ({ ...nothing, ...some });

test('a first meeting of two people has nothing against it', () => {
  expect(assess(facts({ circle: { accounts: 2, meetings: 1 } }), all)).toEqual([]);
});

test('used codes handed in again speak against either side, while they are fresh', () => {
  const thrice = [10, hour, 23 * hour];
  expect(found({ officer: side({ replaysSecondsAgo: thrice }) }, rules.replay)).toBe(true);
  expect(found({ citizen: side({ replaysSecondsAgo: thrice }) }, rules.replay)).toBe(true);
  expect(found({ citizen: side({ replaysSecondsAgo: [10, hour, 24 * hour] }) }, rules.replay)).toBe(false);
  expect(
    found({ officer: side({ replaysSecondsAgo: [1, 2] }), citizen: side({ replaysSecondsAgo: [1] }) }, rules.replay),
  ).toBe(false);
});

test('a scan speaks against itself when two phones, fresh and exact, are far apart', () => {
  const scan = { meters: 600, ageSeconds: [5, 50], accuracyMeters: [10, 20] } as const;
  expect(found({ scan }, rules.relay)).toBe(true);
  expect(found({ scan: { ...scan, meters: 280 } }, rules.relay)).toBe(false);
  expect(found({ scan: { ...scan, ageSeconds: [5, 61] } }, rules.relay)).toBe(false);
  expect(found({ scan: { ...scan, accuracyMeters: [101, 10] } }, rules.relay)).toBe(false);
});

test('a journey speaks against it that no train makes', () => {
  const journey = (meters: number, seconds: number) => ({ citizen: side({ journeys: [{ meters, seconds }] }) });
  expect(found(journey(300_000, hour), rules.speed)).toBe(true);
  expect(found(journey(270_000, hour), rules.speed)).toBe(false);
  expect(found(journey(20_000, 0), rules.speed)).toBe(false);
  expect(found(journey(20_001, 0), rules.speed)).toBe(true);
});

test('a side that meets the same partner over and over is a ring, once there is enough to see', () => {
  const partners = (same: number, others: number) => ({
    officer: side({
      partners: [...Array(same).fill(citizenId), ...Array.from({ length: others }, () => randomUUID())],
    }),
  });
  expect(found(partners(5, 4), rules.ring)).toBe(true);
  expect(found(partners(4, 5), rules.ring)).toBe(false);
  expect(found(partners(8, 0), rules.ring)).toBe(false);
  expect(found(partners(9, 0), rules.ring)).toBe(true);
});

test('a circle that meets only itself is a ring when it is small and does so often', () => {
  expect(found({ circle: { accounts: 4, meetings: 12 } }, rules.ring)).toBe(true);
  expect(found({ circle: { accounts: 5, meetings: 50 } }, rules.ring)).toBe(false);
  expect(found({ circle: { accounts: 3, meetings: 11 } }, rules.ring)).toBe(false);
  expect(found({}, rules.ring)).toBe(false);
});

test('more meetings than an hour or a day allows speak against it, each side by its own cap', () => {
  const ago = (count: number, seconds: number) => side({ meetingsSecondsBefore: Array(count).fill(seconds) });
  expect(found({ officer: ago(3, 60) }, rules.velocity)).toBe(false);
  expect(found({ officer: ago(4, 60) }, rules.velocity)).toBe(true);
  expect(found({ officer: ago(7, 2 * hour) }, rules.velocity)).toBe(false);
  expect(found({ officer: ago(8, 2 * hour) }, rules.velocity)).toBe(true);
  expect(found({ citizen: ago(2, 60) }, rules.velocity)).toBe(true);
  expect(found({ citizen: ago(3, 25 * hour) }, rules.velocity)).toBe(false);
  // Handed in late, between others: what counts is the fullest hour that it lies in.
  const between = (...meetingsSecondsBefore: number[]) => ({ citizen: side({ meetingsSecondsBefore }) });
  expect(found(between(-60, -120), rules.velocity)).toBe(true);
  expect(found(between(1_800, -1_700), rules.velocity)).toBe(true);
  expect(found(between(1_900, -1_800), rules.velocity)).toBe(false);
  expect(found(between(-3_700, -3_800), rules.velocity)).toBe(false);
});

const seconds = fc.array(fc.nat(30 * hour), { maxLength: 12 });
const someSide: fc.Arbitrary<SideFacts> = fc.record({
  replaysSecondsAgo: seconds,
  journeys: fc.array(fc.record({ meters: fc.nat(5_000_000), seconds: fc.nat(200 * hour) }), { maxLength: 2 }),
  partners: fc.array(fc.constantFrom(officerId, citizenId, 'other', 'another'), { maxLength: 20 }),
  meetingsSecondsBefore: seconds,
});
const someFacts: fc.Arbitrary<RiskFacts> = fc.record({
  officerId: fc.constant(officerId),
  citizenId: fc.constant(citizenId),
  officer: someSide,
  citizen: someSide,
  scan: fc.option(
    fc.record({
      meters: fc.nat(10_000),
      ageSeconds: fc.tuple(fc.nat(120), fc.nat(120)),
      accuracyMeters: fc.tuple(fc.nat(200), fc.nat(200)),
    }),
    { nil: undefined },
  ),
  circle: fc.option(fc.record({ accounts: fc.integer({ min: 2, max: 12 }), meetings: fc.nat(30) }), { nil: undefined }),
});

test('whatever the facts, findings are of the rules that were asked, in their order, and each stands for itself', () => {
  fc.assert(
    fc.property(someFacts, fc.shuffledSubarray([...all]), (some, asked) => {
      const findings = assess(some, asked);
      expect(findings).toEqual(asked.filter((rule) => assess(some, [rule]).length > 0));
    }),
  );
});

test('whatever the facts, more of what a rule counts never makes a meeting less doubtful', () => {
  fc.assert(
    fc.property(someFacts, fc.nat(24 * hour), (some, ago) => {
      const more: RiskFacts = {
        ...some,
        officer: {
          ...some.officer,
          replaysSecondsAgo: [...some.officer.replaysSecondsAgo, ago],
          meetingsSecondsBefore: [...some.officer.meetingsSecondsBefore, ago],
          journeys: [...some.officer.journeys, { meters: ago * 100, seconds: ago }],
        },
        circle: some.circle && { ...some.circle, meetings: some.circle.meetings + 1 },
      };
      const before = assess(some, all).map(({ kind }) => kind);
      const after = assess(more, all).map(({ kind }) => kind);
      expect(after).toEqual(expect.arrayContaining(before));
    }),
  );
});

test('the fullest hour is found as by looking at every hour', () => {
  const offsets = fc.array(fc.integer({ min: -2 * hour, max: 2 * hour }), { maxLength: 10 });
  fc.assert(
    fc.property(offsets, fc.integer({ min: 1, max: 8 }), (meetingsSecondsBefore, citizenPerHour) => {
      const all = [0, ...meetingsSecondsBefore];
      const fullest = Math.max(
        ...all
          .map((latest) => all.filter((each) => each >= latest && each - latest < hour))
          .filter((stretch) => stretch.includes(0))
          .map((stretch) => stretch.length),
      );
      const parameters = { ...rules.velocity.parameters, citizenPerHour, citizenPerDay: 100 };
      const isFound = found({ citizen: side({ meetingsSecondsBefore }) }, { ...rules.velocity, parameters });
      expect(isFound).toBe(fullest > citizenPerHour);
    }),
  );
});

test('every kind takes the numbers of its rule and nothing else', () => {
  for (const { kind, parameters } of all) {
    const schema = riskParameters[kind];
    expect(schema.safeParse(parameters).success).toBe(true);
    expect(schema.safeParse({ ...parameters, extra: 1 }).success).toBe(false);
    for (const name of Object.keys(parameters)) {
      expect(schema.safeParse({ ...parameters, [name]: -1 }).success).toBe(false);
      expect(schema.safeParse({ ...parameters, [name]: undefined }).success).toBe(false);
    }
  }
});
