/*
 * Gathers what the risk rules look at: the two people's counted meetings, the codes they handed in again, and, for a
 * code that has just been scanned, how far apart the phones are. Places are ZIP codes; a position is looked at and not kept.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import { distanceMeters } from '../../kernel/position.ts';
import type { ZipCodes } from '../../kernel/zip-codes.ts';
import type { Report } from '../proximity/whereabouts.ts';
import type { Side } from './connection-state.ts';
import { ROUGH_METERS } from './grade.ts';
import type { RiskFacts, SideFacts } from './risk.ts';

/** As far as any rule may look: the largest that risk.ts lets an administrator ask for. */
const REPLAY_DAYS = 7;
const PARTNERS_KEPT = 50;
const CIRCLE_DAYS = 30;
const CIRCLE_ACCOUNTS = 12;
/** As many as twelve accounts can form, six on either side. */
const CIRCLE_PAIRS = 36;
/** More than the largest cap on either side of a meeting. */
const MEETINGS_KEPT = 20_002;

/** What the two phones last said of their places. */
export interface Reports {
  readonly officer: Report | undefined;
  readonly citizen: Report | undefined;
}

export interface Meeting {
  readonly id: string;
  readonly officerId: string;
  readonly citizenId: string;
  readonly zipCode: string | null;
  readonly at: Date;
  /** Set where a code has been scanned now; what was handed in later says nothing about where the phones are. */
  readonly scanned?: Reports;
}

export async function gatherRiskFacts(
  em: EntityManager,
  zipCodes: () => ZipCodes,
  meeting: Meeting,
  now: Date,
): Promise<RiskFacts> {
  const { officerId, citizenId } = meeting;
  return {
    officerId,
    citizenId,
    officer: await sideFacts(em, zipCodes, meeting, 'officer', now),
    citizen: await sideFacts(em, zipCodes, meeting, 'citizen', now),
    scan: scanFacts(meeting, now),
    circle: await circleOf(em, meeting),
  };
}

async function sideFacts(
  em: EntityManager,
  zipCodes: () => ZipCodes,
  meeting: Meeting,
  side: Side,
  now: Date,
): Promise<SideFacts> {
  const accountId = side === 'officer' ? meeting.officerId : meeting.citizenId;
  const [own, partner] = side === 'officer' ? ['officer_id', 'citizen_id'] : ['citizen_id', 'officer_id'];
  const replays = await em.execute<{ failed_at: string }[]>(
    `select failed_at from connections.meeting_code_failure
     where account_id = ? and kind = 'used' and failed_at > ? order by failed_at desc limit 1000`,
    [accountId, daysBefore(now, REPLAY_DAYS)],
  );
  // What is handed in late, or a moment after another at once, may lie before what was counted already.
  const partners = await em.execute<{ partner: string }[]>(
    `select ${partner} as partner from connections.connection
     where ${own} = ? and confirmed_at is not null and id <> ? order by confirmed_at desc limit ${PARTNERS_KEPT}`,
    [accountId, meeting.id],
  );
  const aroundDay = await em.execute<{ confirmed_at: string }[]>(
    `select confirmed_at from connections.connection
     where ${own} = ? and confirmed_at > ? and confirmed_at < ? and id <> ? limit ${MEETINGS_KEPT}`,
    [accountId, daysBefore(meeting.at, 1), daysBefore(meeting.at, -1), meeting.id],
  );
  const around = await em.execute<{ zip_code: string; confirmed_at: string }[]>(
    `(select zip_code, confirmed_at from connections.connection where ${own} = ? and confirmed_at <= ? and id <> ?
        and zip_code is not null order by confirmed_at desc limit 1)
     union all
     (select zip_code, confirmed_at from connections.connection where ${own} = ? and confirmed_at > ? and id <> ?
        and zip_code is not null order by confirmed_at limit 1)`,
    [accountId, meeting.at, meeting.id, accountId, meeting.at, meeting.id],
  );
  return {
    replaysSecondsAgo: replays.map(({ failed_at }) => secondsBetween(failed_at, now)),
    partners: partners.map((row) => row.partner),
    meetingsSecondsBefore: aroundDay.map(({ confirmed_at }) => secondsBetween(confirmed_at, meeting.at)),
    journeys: around.flatMap(({ zip_code, confirmed_at }) => {
      const meters = metersBetween(zipCodes, zip_code, meeting.zipCode);
      return meters === undefined ? [] : [{ meters, seconds: Math.abs(secondsBetween(confirmed_at, meeting.at)) }];
    }),
  };
}

function metersBetween(zipCodes: () => ZipCodes, one: string, other: string | null): number | undefined {
  if (!other || one === other) return undefined;
  const [here, there] = [zipCodes().middleOf(one), zipCodes().middleOf(other)];
  return here && there && distanceMeters(here, there);
}

function scanFacts({ scanned }: Meeting, now: Date): RiskFacts['scan'] {
  const { officer, citizen } = scanned ?? {};
  if (!officer || !citizen) return undefined;
  return {
    meters: distanceMeters(officer.position, citizen.position),
    ageSeconds: [secondsBetween(officer.reportedAt, now), secondsBetween(citizen.reportedAt, now)],
    accuracyMeters: [officer.accuracyMeters ?? ROUGH_METERS, citizen.accuracyMeters ?? ROUGH_METERS],
  };
}

/** Follows meetings from the two outwards until nobody is new, or too many are for a circle. */
async function circleOf(em: EntityManager, meeting: Meeting): Promise<RiskFacts['circle']> {
  const since = daysBefore(meeting.at, CIRCLE_DAYS);
  const known = new Set([meeting.officerId, meeting.citizenId]);
  const timesByPair = new Map<string, number>();
  let frontier = [...known];
  while (frontier.length > 0) {
    const pairs = await em.execute<{ officer_id: string; citizen_id: string; times: number }[]>(
      `select officer_id, citizen_id, count(*)::int as times from connections.connection
       where confirmed_at > ? and id <> ? and (officer_id in (?) or citizen_id in (?))
       group by officer_id, citizen_id limit ${CIRCLE_PAIRS + 1}`,
      [since, meeting.id, frontier, frontier],
    );
    if (pairs.length > CIRCLE_PAIRS) return undefined;
    frontier = [];
    for (const { officer_id, citizen_id, times } of pairs) {
      timesByPair.set(`${officer_id} ${citizen_id}`, times);
      for (const accountId of [officer_id, citizen_id]) {
        if (known.has(accountId)) continue;
        known.add(accountId);
        frontier.push(accountId);
      }
    }
    if (known.size > CIRCLE_ACCOUNTS) return undefined;
  }
  const before = [...timesByPair.values()].reduce((sum, times) => sum + times, 0);
  return { accounts: known.size, meetings: before + 1 };
}

const daysBefore = (instant: Date, days: number) => new Date(instant.getTime() - days * 86_400_000);

const secondsBetween = (earlier: string | Date, later: Date) => (later.getTime() - new Date(earlier).getTime()) / 1000;
