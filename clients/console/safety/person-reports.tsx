/* Reports of persons, the oldest first, and what comes of them; those that the system made by itself among them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  type PersonReportOutcome,
  type PersonReportPartsFragment,
  PersonReportsDocument,
  ResolvePersonReportDocument,
} from '../generated/graphql.ts';
import { endOf, UntilField } from '../people/until-field.tsx';
import { AccountName } from '../shell/account-name.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { outcomes, reportReasons } from './words.ts';

export function PersonReports() {
  const { i18n } = useLingui();
  const [resolvedToo, setResolvedToo] = useState(false);
  const list = usePaged(PersonReportsDocument, { state: resolvedToo ? null : 'OPEN' }, (data) => data.personReports);
  return (
    <>
      <ScreenTitle>{i18n._('Reports of persons')}</ScreenTitle>
      <label className="check">
        <input type="checkbox" checked={resolvedToo} onChange={(event) => setResolvedToo(event.target.checked)} />
        {i18n._('Also those that are decided')}
      </label>
      <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('No report waits')} />}>
        {(report) => <ReportCard report={report} onDone={list.reload} />}
      </PagedList>
    </>
  );
}

interface ReportCardProperties {
  readonly report: PersonReportPartsFragment;
  onDone(): void;
}

function ReportCard({ report, onDone }: ReportCardProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [asked, setAsked] = useState<PersonReportOutcome>();
  const { reason, reporterId, reportedId, affectedId, connectionId, outcome } = report;
  return (
    <article className="card">
      <h2>{reportReasons[reason](i18n)}</h2>
      {outcome && (
        <p>
          <Badge tone={outcome === 'DISMISSED' ? undefined : 'bad'}>{outcomes[outcome](i18n)}</Badge>
        </p>
      )}
      <Facts
        entries={[
          [i18n._('Reported'), <AccountName key="reported" id={reportedId} />],
          [
            i18n._('Reported by'),
            reporterId ? <AccountName key="reporter" id={reporterId} /> : i18n._('The system noticed it'),
          ],
          [i18n._('Done to'), affectedId && <AccountName key="affected" id={affectedId} />],
          [i18n._('When'), instant(report.reportedAt)],
          [i18n._('In their words'), report.text],
          [i18n._('Id of the meeting'), connectionId],
          [i18n._('Decided'), report.resolvedAt && instant(report.resolvedAt)],
          [i18n._('Decided by'), report.resolvedBy && <AccountName key="resolver" id={report.resolvedBy} />],
          [i18n._('Note'), report.note],
        ]}
      />
      {!outcome && (
        <div className="row">
          <Button onClick={() => setAsked('DISMISSED')}>{i18n._('Dismiss')}</Button>
          <Button onClick={() => setAsked('WARNED')}>{i18n._('Warn the person')}</Button>
          <Button look="danger" onClick={() => setAsked('SUSPENDED')}>
            {i18n._('Suspend the person')}
          </Button>
        </div>
      )}
      {asked && <Resolution report={report} outcome={asked} onClose={() => setAsked(undefined)} onDone={onDone} />}
    </article>
  );
}

interface ResolutionProperties extends ReportCardProperties {
  readonly outcome: PersonReportOutcome;
  onClose(): void;
}

function Resolution({ report, outcome, onClose, onDone }: ResolutionProperties) {
  const { i18n } = useLingui();
  const [until, setUntil] = useState('');
  const words = {
    DISMISSED: {
      title: i18n._('Dismiss this report?'),
      consequence: i18n._('Nothing happens to the person. This is decided once.'),
      action: i18n._('Dismiss'),
    },
    WARNED: {
      title: i18n._('Warn this person?'),
      consequence: i18n._('They are told in the app and have to acknowledge it.'),
      action: i18n._('Warn'),
    },
    SUSPENDED: {
      title: i18n._('Suspend this person?'),
      consequence: i18n._('What they have under way is cancelled at once. They read why and may appeal.'),
      action: i18n._('Suspend'),
    },
  }[outcome];
  return (
    <Decision
      document={ResolvePersonReportDocument}
      {...words}
      danger={outcome === 'SUSPENDED'}
      done={i18n._('The report is decided.')}
      reasonLabel={i18n._('Note')}
      variables={(note) => ({
        input: {
          reportId: report.id,
          outcome,
          note,
          ...(outcome === 'SUSPENDED' && until && { suspendedUntil: endOf(until) }),
        },
      })}
      onClose={onClose}
      onDone={onDone}
    >
      {outcome === 'SUSPENDED' && <UntilField value={until} onChange={setUntil} />}
    </Decision>
  );
}
