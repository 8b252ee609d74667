/* What is known of a meeting under review: evidence, people, what speaks against it, what was decided. */
import { useLingui } from '@lingui/react';
import { useFormats } from '../../interface/language.tsx';
import { Badge } from '../../interface/parts.tsx';
import type { ReviewCasePartsFragment } from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { Facts } from '../shell/facts.tsx';
import { evidences, findings, meetingStates } from './words.ts';

export function CaseFacts({ held }: { readonly held: ReviewCasePartsFragment }) {
  const { i18n } = useLingui();
  const { instant, distance } = useFormats();
  const { reviews } = held;
  return (
    <>
      <p className="row">
        <Badge tone="warn">{meetingStates[held.state](i18n)}</Badge>
        <Badge>{evidences[held.evidence](i18n)}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Officer'), <AccountName key="officer" id={held.officerId} />],
          [i18n._('Citizen'), <AccountName key="citizen" id={held.citizenId} />],
          [i18n._('They met'), instant(held.confirmedAt)],
          [i18n._('ZIP code'), held.zipCode],
          [
            i18n._('Phones apart'),
            held.withinMeters === null || held.withinMeters === undefined
              ? i18n._('Not known')
              : i18n._('at most {distance}', { distance: distance(held.withinMeters) }),
          ],
        ]}
      />
      {held.findings.length > 0 && (
        <>
          <h3>{i18n._('What speaks against it')}</h3>
          <ul className="stack">
            {held.findings.map(({ kind, version, foundAt }) => (
              <li key={`${kind} ${version} ${foundAt}`}>
                {findings[kind](i18n)}{' '}
                <span className="quiet small">{i18n._('version {version} of the rule', { version })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {reviews.length > 0 && (
        <>
          <h3>{i18n._('What was decided')}</h3>
          <ul className="stack">
            {reviews.map(({ id, decision, reason, reviewerId, reviewedAt }) => (
              <li key={id}>
                {decision === 'RELEASE' ? i18n._('It counts.') : i18n._('It does not count.')} {reason}{' '}
                <span className="quiet small">
                  {instant(reviewedAt)} · <AccountName id={reviewerId} />
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
