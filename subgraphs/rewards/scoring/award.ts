/*
 * Points for a confirmed connection: both people, by the scoring version in force when they met, once per person and
 * connection however often and under whatever id the fact is told; none where it was taken back before. What a person has
 * earned in 24 hours is capped where the version says so: the rest is not given, and the row of the meeting says so.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import { erasedAmong } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, issuance, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { awardKey, isTakenBack, recover } from './claw-back.ts';

type Meeting = EventBody<'connection.confirmed'>;

interface Rule {
  readonly version: number;
  readonly officer_points: number;
  readonly citizen_points: number;
  readonly daily_cap_points: number | null;
  /** When points that are earned now run out: at the end of their day of UTC, so that those of a day go together. */
  readonly lot_expires_at: Date | string | null;
}

interface Side {
  readonly accountId: string;
  readonly role: 'officer' | 'citizen';
  readonly due: number;
}

export async function awardConnection(fact: Meeting, work: UnitOfWork): Promise<void> {
  const rule = await ruleFor(work, fact);
  const connectionId = canonicalId(fact.connectionId);
  if (await isTakenBack(work.em, connectionId)) return;
  const sides: Side[] = [
    { accountId: canonicalId(fact.officerId), role: 'officer', due: rule.officer_points },
    { accountId: canonicalId(fact.citizenId), role: 'citizen', due: rule.citizen_points },
  ];
  // In one order, or the awards of two connections could wait for each other.
  sides.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  // Whoever is no more earns nothing; the other does.
  const gone = await erasedAmong(
    work.em,
    'rewards',
    sides.map(({ accountId }) => accountId),
  );
  for (const side of sides) {
    if (!gone.has(side.accountId)) await award(work, { ...fact, connectionId }, rule, side);
  }
}

async function ruleFor({ em, now }: UnitOfWork, { evidence, confirmedAt }: Meeting): Promise<Rule> {
  const [rule] = await em.execute<Rule[]>(
    `select r.version, r.officer_points, r.citizen_points, v.daily_cap_points,
       (date_trunc('day', ?::timestamptz at time zone 'UTC' + make_interval(months => v.lot_months)) + interval '1 day')
         at time zone 'UTC' as lot_expires_at
     from rewards.scoring_version v join rewards.scoring_rule r on r.version = v.version
     where v.version = rewards.scoring_version_at(?) and r.evidence = ?`,
    [now, new Date(confirmedAt), evidence],
  );
  if (!rule) throw new Error(`No scoring rule knows the evidence ${evidence}`);
  return rule;
}

async function award(work: UnitOfWork, meeting: Meeting, rule: Rule, { accountId, role, due }: Side): Promise<void> {
  const { em, now } = work;
  const { connectionId, confirmedAt } = meeting;
  if (await isScored(em, connectionId, accountId)) return;
  const points =
    rule.daily_cap_points === null ? due : await underCap(work, meeting, accountId, due, rule.daily_cap_points);
  const transaction =
    points === 0
      ? undefined
      : await post(work, {
          kind: 'award',
          businessKey: awardKey(connectionId, accountId),
          fingerprint: '',
          from: issuance,
          to: person(accountId),
          points,
          ruleVersion: rule.version,
          lotExpiresAt: rule.lot_expires_at === null ? null : new Date(rule.lot_expires_at),
        });
  // Awarded before meetings were kept.
  if (transaction?.fresh === false) return;
  await em.execute('insert into rewards.scored_meeting values (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    connectionId,
    accountId,
    role,
    meeting.evidence,
    rule.version,
    due,
    points,
    new Date(confirmedAt),
    now,
  ]);
  if (!transaction) return;
  work.record('points.awarded', {
    transactionId: transaction.id,
    accountId,
    role,
    connectionId,
    points,
    ruleVersion: rule.version,
    zipCode: meeting.zipCode,
    awardedAt: now.toISOString(),
  });
  announceChange(work, accountId, points, PointsReason.AWARD);
  await recover(work, connectionId, accountId, points);
}

async function isScored(em: EntityManager, connectionId: string, accountId: string): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    'select 1 from rewards.scored_meeting where connection_id = ? and account_id = ?',
    [connectionId, accountId],
  );
  return rows.length > 0;
}

/**
 * What of `due` fits under the cap. Meetings within 24 hours before and after count, as they may be told in any order: so no
 * 24 hours have more than the cap. Taken with the account's row, because two meetings may be scored at once.
 */
async function underCap(
  { em }: UnitOfWork,
  { confirmedAt }: Meeting,
  accountId: string,
  due: number,
  cap: number,
): Promise<number> {
  await em.execute(`select 1 from rewards.account_of('person', ?)`, [accountId]);
  const at = new Date(confirmedAt);
  const [row] = await em.execute<{ given: string }[]>(
    `select coalesce(sum(given_points), 0) as given from rewards.scored_meeting
     where account_id = ? and confirmed_at > ?::timestamptz - interval '24 hours'
       and confirmed_at < ?::timestamptz + interval '24 hours'`,
    [accountId, at, at],
  );
  return Math.max(0, Math.min(due, cap - Number(row?.given ?? 0)));
}

export interface AwardedPoints {
  readonly given: number;
  /** What the rule would have given besides, had the day's cap allowed it. */
  readonly overCap: number;
}

/** What `accountId` was awarded for each connection; 0 where that was taken back, null where nothing has been scored. */
export async function pointsAwarded(
  em: EntityManager,
  accountId: string,
  connectionIds: readonly string[],
): Promise<(AwardedPoints | null)[]> {
  const ids = connectionIds.map(canonicalId);
  const rows = await em.execute<{ connection_id: string; given: string | null; over_cap: number | null }[]>(
    `select c.id as connection_id, case when b.account_id is null then coalesce(p.amount, s.given_points) else 0 end as given,
       case when b.account_id is null then s.due_points - s.given_points else 0 end as over_cap
     from unnest(?::uuid[]) as c (id)
       left join rewards.scored_meeting s on s.connection_id = c.id and s.account_id = ?
       left join rewards.transaction t on t.business_key = 'award ' || c.id || ' ' || ?
       left join rewards.posting p on p.transaction_id = t.id
       left join rewards.claw_back b on b.connection_id = c.id and b.account_id = ?`,
    [`{${ids.join(',')}}`, accountId, accountId, accountId],
  );
  const byId = new Map(rows.map((row) => [row.connection_id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row?.given == null) return null;
    return { given: Number(row.given), overCap: Number(row.over_cap ?? 0) };
  });
}
