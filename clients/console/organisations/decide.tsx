/* An administrator approves or refuses an application, with a reason that the applicant reads. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button } from '../../interface/parts.tsx';
import { type ApplicationPartsFragment, DecideApplicationDocument } from '../generated/graphql.ts';
import { Decision } from '../shell/decision.tsx';

export function Decide({ application }: { readonly application: ApplicationPartsFragment }) {
  const { i18n } = useLingui();
  const [asked, setAsked] = useState<'approve' | 'refuse'>();
  const [despite, setDespite] = useState(false);
  const { id, legalName, domainProvedAt, employerCheck } = application;
  const isChecked = domainProvedAt && (employerCheck === 'PASSED' || employerCheck === 'NOT_NEEDED');
  const approve = asked === 'approve';
  return (
    <section className="card">
      <h2>{i18n._('Decide')}</h2>
      <div className="row">
        <Button look="accent" onClick={() => setAsked('approve')}>
          {i18n._('Approve')}
        </Button>
        <Button look="danger" onClick={() => setAsked('refuse')}>
          {i18n._('Refuse')}
        </Button>
      </div>
      {asked && (
        <Decision
          document={DecideApplicationDocument}
          title={
            approve ? i18n._('Approve {name}?', { name: legalName }) : i18n._('Refuse {name}?', { name: legalName })
          }
          consequence={
            approve
              ? i18n._('It is listed at once, and the applicant becomes its owner. They read your reason.')
              : i18n._('It is not listed. The applicant reads your reason and may apply again.')
          }
          action={approve ? i18n._('Approve') : i18n._('Refuse')}
          danger={!approve}
          done={
            approve
              ? i18n._('{name} is listed.', { name: legalName })
              : i18n._('{name} is refused.', { name: legalName })
          }
          variables={(reason) => ({
            input: { applicationId: id, approve, reason, ...(approve && !isChecked && { despiteChecks: despite }) },
          })}
          onClose={() => setAsked(undefined)}
        >
          {approve && !isChecked && (
            <label className="check">
              <input type="checkbox" checked={despite} onChange={(event) => setDespite(event.target.checked)} />
              {i18n._('List it although a check is still open')}
            </label>
          )}
        </Decision>
      )}
    </section>
  );
}
