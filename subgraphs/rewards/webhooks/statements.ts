/*
 * Tells organisations that the statement of a month is complete. Points go by months of UTC, money by those of the stores'
 * time zones, and reports may be late by the grace of the funds: once that is over everywhere and no fund has the month
 * open any more, nothing goes into it. Looked at every hour by every process; a row says that it was told.
 */
import type { Machine } from '../../kernel/subgraph.ts';
import { roundRule } from '../fund/rules.ts';
import { type PartnerKind, tellPartners, WebhookEvent } from './tell-partners.ts';

const HOUR_MILLISECONDS = 3_600_000;
/** By how much the last place on Earth is behind UTC. */
const HOURS_BEHIND = 12;
/** A month that its fund closes late is told of all the same. */
const MONTHS_BACK = 3;

/** Tells of each month that has become complete, once. */
export async function tellStatements({ work, em, clock }: Machine): Promise<void> {
  const { graceHours } = await roundRule(em());
  const over = new Date(clock.now().getTime() - (HOURS_BEHIND + graceHours) * HOUR_MILLISECONDS);
  for (let back = MONTHS_BACK; back >= 1; back--) {
    const [begins, ends] = [back, back - 1].map((months) => monthStart(over, months)) as [Date, Date];
    const month = begins.toISOString().slice(0, 7);
    await work(async (unit) => {
      const partners = await unit.em.execute<{ kind: PartnerKind; organisation_id: string }[]>(
        `insert into rewards.webhook_statement (kind, organisation_id, month, told_at)
         select distinct e.kind, e.organisation_id, ?, cast(? as timestamptz) from rewards.webhook_endpoint e
         where ? = any (e.events) and e.created_at < ?
           and not exists (select 1 from rewards.fund_month m where m.state = 'open' and m.month = ?)
         on conflict do nothing returning kind, organisation_id`,
        [month, unit.now, WebhookEvent.STATEMENT_READY, ends, month],
      );
      for (const { kind, organisation_id: id } of partners) {
        await tellPartners(unit, { kind, id }, 'statement.ready', { kind, organisationId: id, month });
      }
    });
  }
}

/** When the month began, in UTC, that was so many before the one of `instant`. */
function monthStart(instant: Date, months: number): Date {
  return new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() - months));
}
