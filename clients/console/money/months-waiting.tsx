/* Months whose money waits because there are no four proposals to vote on: how many are missing, until when, what to do. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Empty } from '../../interface/parts.tsx';
import { FundMonthsWaitingDocument } from '../generated/graphql.ts';
import { Facts } from '../shell/facts.tsx';

/** As many as a vote needs. */
const OPTIONS = 4;

export function MonthsWaiting() {
  const { i18n } = useLingui();
  const { money, instant, count } = useFormats();
  const list = usePaged(FundMonthsWaitingDocument, {}, (data) => data.fundMonthsWaiting);
  return (
    <>
      <p className="quiet">
        {i18n._(
          'A month that is closed waits until four proposals of its fund are approved; then its vote opens by itself. If none opens in time, the money goes into a later month.',
        )}
      </p>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={
          <Empty title={i18n._('No month waits')}>
            <p>{i18n._('Each closed month has its vote, or had too little money for one.')}</p>
          </Empty>
        }
      >
        {({ zipCode, month, amountCents, closedAt, waitsUntil, approvedProposals }) => {
          const missing = OPTIONS - (approvedProposals ?? 0);
          return (
            <article className="card" aria-label={`${zipCode} ${month}`}>
              <h2>
                <Link href={`/funds/${zipCode}`}>{i18n._('{zipCode}, {month}', { zipCode, month })}</Link>
              </h2>
              <p>
                <Badge tone="warn">
                  {missing > 0
                    ? i18n._('{missing, plural, one {# proposal is missing} other {# proposals are missing}}', {
                        missing,
                      })
                    : i18n._('Its vote opens in a moment')}
                </Badge>
              </p>
              <Facts
                entries={[
                  [i18n._('Money'), money(amountCents ?? 0)],
                  [
                    i18n._('Approved proposals'),
                    i18n._('{approved} of 4', { approved: count(approvedProposals ?? 0) }),
                  ],
                  [i18n._('Closed'), closedAt && instant(closedAt)],
                  [i18n._('Waits until'), waitsUntil && instant(waitsUntil)],
                ]}
              />
              {missing > 0 && (
                <p className="small">
                  {i18n._('Propose something in the fund, or approve what a municipality proposed there.')}
                </p>
              )}
            </article>
          );
        }}
      </PagedList>
    </>
  );
}
