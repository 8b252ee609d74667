/*
 * What happens once both have confirmed: the risk rules are asked, the pair's 24 hours are taken by a constraint, and the
 * fact that points and history follow from is recorded, now or when a reviewer lets it go. Nobody is told which rule
 * held a meeting.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { Refusal, type RefusalCode } from '../../kernel/errors.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import type { Whereabouts } from '../proximity/whereabouts.ts';
import { Connection } from './connection.ts';
import { type Action, type Actor, next } from './connection-state.ts';
import { Evidence, nearness, surer } from './grade.ts';
import { assess, RiskEffect, type RiskRuleTerms } from './risk.ts';
import { gatherRiskFacts, type Meeting, type Reports } from './risk-facts.ts';
import { rulesInForce } from './risk-rule.ts';

const REWARD_HOURS = 24;

export interface EvidenceServices {
  readonly whereabouts: Whereabouts;
  readonly zipCodes: () => ZipCodes;
}

/** What both phones last said of their places. Asked once for a step: the answer may come from another process. */
export async function reportsOf({ whereabouts }: EvidenceServices, connection: Connection): Promise<Reports> {
  const [officer, citizen] = await Promise.all([
    whereabouts.lastReport(connection.officerId),
    whereabouts.lastReport(connection.citizenId),
  ]);
  return { officer, citizen };
}

/** Grades what the two phones say; the best of all confirmations counts. Only the grade and the ZIP code are kept. */
export function grade(services: EvidenceServices, connection: Connection, reports: Reports): void {
  const now = nearness(reports.officer, reports.citizen);
  const best = surer(connection.evidence, now.evidence);
  if (best !== connection.evidence) connection.withinMeters = now.withinMeters;
  connection.evidence = best;
  locate(services, connection, reports);
}

/** Notes the ZIP code of where they are, the officer's before the citizen's; an earlier one stays while neither is known. */
export function locate({ zipCodes }: EvidenceServices, connection: Connection, { officer, citizen }: Reports): void {
  const place = officer?.position ?? citizen?.position;
  if (place) connection.zipCode = zipCodes().nearest(place) ?? null;
}

/**
 * Both have confirmed: counts the meeting of `at`, or holds it for review.
 * @param scanned where the phones are, when a code has been scanned just now.
 * @throws Refusal PAIR_REWARDED_RECENTLY, MEETING_REFUSED.
 */
export async function complete(
  work: UnitOfWork,
  { zipCodes }: EvidenceServices,
  connection: Connection,
  at: Date,
  scanned?: Reports,
): Promise<void> {
  const { em, now } = work;
  const { id, officerId, citizenId } = connection;
  connection.evidence ??= Evidence.VIRTUAL;
  await oneAtATime(em, [officerId, citizenId]);
  const meeting: Meeting = {
    id,
    officerId,
    citizenId,
    zipCode: connection.zipCode ?? null,
    at,
    ...(scanned && { scanned }),
  };
  const findings = assess(await gatherRiskFacts(em, zipCodes, meeting, now), await rulesInForce(em));
  if (findings.some(({ effect }) => effect === RiskEffect.REFUSE)) throw new Refusal('MEETING_REFUSED');
  moveOn(connection, findings.length > 0 ? 'hold' : 'count', 'risk');
  connection.confirmedAt = at;
  connection.endedAt = now;
  connection.rewardedDuring = `[${at.toISOString()},${new Date(at.getTime() + REWARD_HOURS * 3_600_000).toISOString()})`;
  if (findings.length === 0) tellOthers(work, connection);
  await flush(em);
  await keepFindings(work, id, findings);
}

/** A held meeting counts after all. The connection is locked. */
export function release(work: UnitOfWork, connection: Connection): void {
  moveOn(connection, 'release', 'reviewer');
  tellOthers(work, connection);
}

/** Sets the state that the table gives. @throws when it gives none: whoever calls has looked. */
export function moveOn(connection: Connection, action: Action, by: Actor): void {
  const to = next(connection.state, action, by);
  if (!to) throw new Error(`No ${action} by ${by} leads on from ${connection.state}`);
  connection.state = to;
}

/** Tells the other domains, in the same transaction, that the meeting counts. */
function tellOthers(work: UnitOfWork, connection: Connection): void {
  const { id, officerId, citizenId, evidence, zipCode, confirmedAt } = connection;
  if (!evidence || !confirmedAt) throw new Error('What counts has evidence and an instant');
  connection.toldAt = work.now;
  work.record('connection.confirmed', {
    connectionId: id,
    officerId,
    citizenId,
    evidence: `${evidence}`,
    zipCode: zipCode ?? null,
    confirmedAt: confirmedAt.toISOString(),
  });
}

/** Meetings of one person are looked at one after the other, or two at once would not see each other. */
async function oneAtATime(em: EntityManager, accountIds: readonly string[]): Promise<void> {
  // In one order, or two meetings of the same people would wait for each other.
  for (const accountId of [...accountIds].sort()) {
    await em.execute(`select pg_advisory_xact_lock(hashtextextended('meeting ' || ?, 0))`, [accountId]);
  }
}

async function keepFindings({ em, now }: UnitOfWork, connectionId: string, findings: readonly RiskRuleTerms[]) {
  for (const { kind, version } of findings) {
    await em.execute(
      'insert into connections.risk_finding (connection_id, kind, version, found_at) values (?, ?, ?, ?)',
      [connectionId, kind, version, now],
    );
  }
}

const constraintCodes: Readonly<Record<string, RefusalCode>> = {
  one_open_per_pair: 'REQUEST_ALREADY_OPEN',
  one_accepted_per_officer: 'OFFICER_BUSY',
  one_rewarded_per_pair_and_day: 'PAIR_REWARDED_RECENTLY',
};

/** Writes what has changed, and tells a violated constraint as the refusal that it stands for. */
export async function flush(em: EntityManager): Promise<void> {
  try {
    await em.flush();
  } catch (error) {
    const code = constraintCodes[(error as { constraint?: string }).constraint ?? ''];
    throw code ? new Refusal(code) : error;
  }
}
