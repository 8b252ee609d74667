/*
 * Forgetting a person where people meet. What they have under way ends as for somebody who is suspended, and whoever is
 * nearby sees that at once. Stories come down, what they wrote is blanked, seats are given on. That two people met stays,
 * under ids: it is the other's history too. Reports in which the person has a part stay as they are until they are decided.
 */
import type { EventBody } from '../../../schema/events.ts';
import type { ReceivedEvent } from '../../kernel/inbox.ts';
import { bury, erasedAmong, isErased } from '../../kernel/tombstone.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { takeDownStoriesAbout } from '../stories/publication.ts';
import { GONE } from './migrations.ts';
import { suspendHere } from './suspension.ts';

type OfAccount = 'account.registered' | 'account.suspended' | 'account.reinstated' | 'account.cameOfAge';

/** Facts about accounts that are no more are passed over, however late they come. */
export function ofTheLiving<Topic extends OfAccount | 'guardianConsent.recorded' | 'guardianConsent.withdrawn'>(
  takeIn: (body: EventBody<Topic>, work: UnitOfWork) => Promise<void>,
): (event: ReceivedEvent<Topic>, work: UnitOfWork) => Promise<void> {
  return async ({ body }, work) => {
    if (!(await isErased(work.em, 'connections', body.accountId))) await takeIn(body, work);
  };
}

export async function eraseHere(fact: EventBody<'account.erased'>, work: UnitOfWork): Promise<void> {
  const { accountId, erasedAt } = fact;
  if (!(await bury(work, 'connections', fact))) return;
  await takeDownStoriesAbout(work, accountId);
  await suspendHere(work, { accountId, suspendedAt: erasedAt, until: null });
  await forgetStories(work, accountId);
  await forgetGatherings(work, accountId);
  await forgetSafety(work, accountId);
}

async function forgetStories({ em, now }: UnitOfWork, accountId: string): Promise<void> {
  await em.execute(
    `update connections.story_consent set withdrawn_at = greatest(consented_at, ?)
     where account_id = ? and withdrawn_at is null`,
    [now, accountId],
  );
  // What the other of the two has written stays theirs, and is shown to nobody else.
  await em.execute(
    `update connections.story set text = ?, findings = null
     where case proposed_by when 'officer' then officer_id else citizen_id end = ?`,
    [GONE, accountId],
  );
  await em.execute('delete from connections.story_report where account_id = ? and settled_at is not null', [accountId]);
}

/** What was to come has been called off. Of a place of their own, which may be their home, a tenth of a degree is left. */
async function forgetGatherings({ em }: UnitOfWork, accountId: string): Promise<void> {
  await em.execute(
    `update connections.gathering set title = ?, description = ?, idempotency_key = id::text, fingerprint = '',
       cancellation_reason = case when cancelled_at is not null then ? end,
       place_name = case when hub_id is null then ? else place_name end,
       latitude = case when hub_id is null then round(latitude::numeric, 1)::double precision else latitude end,
       longitude = case when hub_id is null then round(longitude::numeric, 1)::double precision else longitude end
     where host_id = ?`,
    [GONE, GONE, GONE, GONE, accountId],
  );
  await em.execute('delete from connections.gathering_answer where account_id = ?', [accountId]);
}

async function forgetSafety({ em, now }: UnitOfWork, accountId: string): Promise<void> {
  await em.execute(
    `update connections.person set department_name = null, age_band = 'adult', came_of_age_at = null,
       consent_withdrawn_at = null, consent_said_at = null, updated_at = ? where account_id = ?`,
    [now, accountId],
  );
  await em.execute('delete from connections.warning where account_id = ?', [accountId]);
  // Whom others have blocked is theirs to know, and worth nothing from now on.
  await em.execute('delete from connections.block where blocker_id = ?', [accountId]);
  await em.execute('delete from connections.restraint where officer_id = ? or citizen_id = ?', [accountId, accountId]);
  await em.execute(
    `update connections.person_report set text = null, note = null
     where resolved_at is not null and (reporter_id = ? or reported_id = ?)`,
    [accountId, accountId],
  );
}

/** Of a report that has just been decided: what was written goes, if one of its people is no more. @returns whether the reported is. */
export async function forgetDecided(
  { em }: UnitOfWork,
  report: { text?: string | null; note?: string | null; reporterId?: string | null; reportedId: string },
): Promise<boolean> {
  const { reporterId, reportedId } = report;
  const gone = await erasedAmong(em, 'connections', [reportedId, ...(reporterId ? [reporterId] : [])]);
  if (gone.size > 0) {
    Object.assign(report, { text: null, note: null });
    await em.flush();
  }
  return gone.has(reportedId);
}
