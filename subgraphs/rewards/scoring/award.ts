/*
 * Points for a confirmed connection: both people, by the newest scoring rule, once per person and connection however often
 * and under whatever id the fact is told; none where it was taken back before.
 */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { canonicalId, issuance, person, post } from '../ledger/ledger.ts';
import { announceChange, PointsReason } from '../ledger/points.ts';
import { awardKey, isTakenBack, recover } from './claw-back.ts';

export async function awardConnection(fact: EventBody<'connection.confirmed'>, work: UnitOfWork): Promise<void> {
  const [rule] = await work.em.execute<{ version: number; officer_points: number; citizen_points: number }[]>(
    'select * from rewards.scoring_rule where evidence = ? order by version desc limit 1',
    [fact.evidence],
  );
  if (!rule) throw new Error(`No scoring rule knows the evidence ${fact.evidence}`);
  const connectionId = canonicalId(fact.connectionId);
  if (await isTakenBack(work.em, connectionId)) return;
  const people = [
    { accountId: canonicalId(fact.officerId), role: 'officer' as const, points: rule.officer_points },
    { accountId: canonicalId(fact.citizenId), role: 'citizen' as const, points: rule.citizen_points },
  ];
  // In one order, or the awards of two connections could wait for each other.
  people.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  for (const { accountId, role, points } of people) {
    const transaction = await post(work, {
      kind: 'award',
      businessKey: awardKey(connectionId, accountId),
      fingerprint: '',
      from: issuance,
      to: person(accountId),
      points,
      ruleVersion: rule.version,
    });
    if (!transaction.fresh) continue;
    work.record('points.awarded', {
      transactionId: transaction.id,
      accountId,
      role,
      connectionId,
      points,
      ruleVersion: rule.version,
      zipCode: fact.zipCode,
      awardedAt: work.now.toISOString(),
    });
    announceChange(work, accountId, points, PointsReason.AWARD);
    await recover(work, connectionId, accountId, points);
  }
}

/** What `accountId` was awarded for each connection; 0 where that was taken back, null where nothing has been posted. */
export async function pointsAwarded(
  em: EntityManager,
  accountId: string,
  connectionIds: readonly string[],
): Promise<(number | null)[]> {
  const keys = connectionIds.map((connectionId) => awardKey(canonicalId(connectionId), accountId));
  const rows = await em.execute<{ business_key: string; points: string }[]>(
    `select t.business_key, case when b.account_id is null then p.amount else 0 end as points
     from rewards.transaction t join rewards.posting p on p.transaction_id = t.id
       left join rewards.claw_back b on t.business_key = 'award ' || b.connection_id || ' ' || b.account_id
         and b.account_id = ? and b.connection_id in (?)
     where t.business_key in (?)`,
    [accountId, connectionIds.map(canonicalId), keys],
  );
  const byKey = new Map(rows.map((row) => [row.business_key, Number(row.points)]));
  return keys.map((key) => byKey.get(key) ?? null);
}
