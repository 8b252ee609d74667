/* How much waits for an administrator's decision, queue by queue; the same pages that the queues begin with. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { type Paged, usePaged } from '../../interface/paged.tsx';
import { Badge } from '../../interface/parts.tsx';
import {
  AppealsDocument,
  ApplicationsDocument,
  DisputesDocument,
  FundMonthsWaitingDocument,
  HeldStoriesDocument,
  PersonReportsDocument,
  RedemptionReversalsDocument,
  ReviewQueueDocument,
} from '../generated/graphql.ts';

export function WaitingQueues() {
  const { i18n } = useLingui();
  const applications = usePaged(ApplicationsDocument, { status: 'CHECKING' }, (data) => data.organisationApplications);
  const meetings = usePaged(ReviewQueueDocument, {}, (data) => data.connectionsToReview);
  const reports = usePaged(PersonReportsDocument, { state: 'OPEN' }, (data) => data.personReports);
  const stories = usePaged(HeldStoriesDocument, {}, (data) => data.storiesToReview);
  const appeals = usePaged(AppealsDocument, { undecidedOnly: true }, (data) => data.suspensionAppeals);
  const disputes = usePaged(DisputesDocument, { retailerId: null, state: 'OPEN' }, (data) => data.voucherDisputes);
  const reversals = usePaged(RedemptionReversalsDocument, { state: 'OPEN' }, (data) => data.redemptionReversals);
  const months = usePaged(FundMonthsWaitingDocument, {}, (data) => data.fundMonthsWaiting);
  return (
    <section className="card">
      <h2>{i18n._('What waits for a decision')}</h2>
      <ul>
        <Queue path="/applications" label={i18n._('Applications')} list={applications} />
        <Queue path="/review" label={i18n._('Meetings to review')} list={meetings} />
        <Queue path="/person-reports" label={i18n._('Reports of persons')} list={reports} />
        <Queue path="/stories" label={i18n._('Stories')} list={stories} />
        <Queue path="/appeals" label={i18n._('Appeals')} list={appeals} />
        <Queue path="/vouchers" label={i18n._('Disputes')} list={disputes} />
        <Queue path="/vouchers" label={i18n._('Redemptions to take back')} list={reversals} />
        <Queue path="/funds" label={i18n._('Months that wait for a vote')} list={months} />
      </ul>
    </section>
  );
}

interface QueueProperties {
  readonly path: string;
  readonly label: string;
  readonly list: Paged<unknown>;
}

function Queue({ path, label, list: { page, error } }: QueueProperties) {
  const { i18n } = useLingui();
  const count = page?.edges.length ?? 0;
  const more = page?.pageInfo.hasNextPage ? '+' : '';
  return (
    <li className="row links" data-spread="">
      <Link href={path}>{label}</Link>
      {page && count > 0 && <Badge tone="warn">{i18n._('{count} waiting', { count: `${count}${more}` })}</Badge>}
      {page && count === 0 && <span className="quiet">{i18n._('nothing waits')}</span>}
      {!page && error && <span className="quiet">{i18n._('not known now')}</span>}
    </li>
  );
}
