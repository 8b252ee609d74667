/*
 * Who acts for an organisation still, as the catalog tells it. A token says it for minutes after somebody was dismissed, or
 * was made a mere viewer; what writes in an organisation's name asks here too, and what was told beats the token. Of whom
 * nothing was told the token is believed: they joined before these facts were kept, or a moment ago.
 */
import type { EventBody } from '../../schema/events.ts';
import { type Caller, type OrganisationKind, refuseOutsiders } from '../kernel/caller.ts';
import { migration } from '../kernel/database.ts';
import { Refusal } from '../kernel/errors.ts';
import type { UnitOfWork } from '../kernel/unit-of-work.ts';

export const membershipMigrations = [
  migration(
    '0072-membership',
    `create table rewards.membership (
       account_id uuid not null,
       kind text not null check (kind in ('retailer', 'charity', 'municipality', 'department')),
       organisation_id uuid not null,
       -- Whether they may change anything in its name; false for viewers and for those who left.
       acts boolean not null,
       primary key (account_id, kind, organisation_id)
     )`,
  ),
];

/** Somebody joined, or has another role now. */
export async function recordMember(fact: EventBody<'organisation.memberAdded'>, work: UnitOfWork): Promise<void> {
  await recordStanding(work, fact, fact.role !== 'VIEWER');
}

export async function recordFormerMember(
  fact: EventBody<'organisation.memberRemoved'>,
  work: UnitOfWork,
): Promise<void> {
  await recordStanding(work, fact, false);
}

type Member = Pick<EventBody<'organisation.memberRemoved'>, 'accountId' | 'kind' | 'organisationId'>;

async function recordStanding({ em }: UnitOfWork, member: Member, acts: boolean): Promise<void> {
  const { accountId, kind, organisationId } = member;
  await em.execute(
    `insert into rewards.membership values (?, ?, ?, ?)
     on conflict (account_id, kind, organisation_id) do update set acts = excluded.acts`,
    [accountId, kind, organisationId, acts],
  );
}

/**
 * Lets administrators pass, keys of the organisation, and people who act for it still.
 * @throws Refusal FORBIDDEN.
 */
export async function refuseFormerMember(
  { em }: Pick<UnitOfWork, 'em'>,
  caller: Caller,
  kind: OrganisationKind,
  organisationId: string,
): Promise<void> {
  refuseOutsiders(caller, kind, organisationId);
  if (caller.accountId === undefined || caller.scopes.includes('administrator')) return;
  const [standing] = await em.execute<{ acts: boolean }[]>(
    'select acts from rewards.membership where account_id = ? and kind = ? and organisation_id = ?',
    [caller.accountId, kind, organisationId],
  );
  if (standing?.acts === false) throw new Refusal('FORBIDDEN', `You may not act for this ${kind} any more.`);
}
