/* What a version of the scoring rules would have given for the meetings of a period, against what was given. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Table } from '../catalog/table.tsx';
import { ScoringDryRunDocument } from '../generated/graphql.ts';
import { Figures } from '../imports/figures.tsx';
import { DayChoice, daysBefore, endOf, startOf } from '../reports/days.tsx';
import { useEvidenceNames } from './scoring.tsx';

export function DryRun({ version }: { readonly version: number }) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const names = useEvidenceNames();
  const [from, setFrom] = useState(() => daysBefore(30));
  const [to, setTo] = useState(() => daysBefore(0));
  const [{ data, error, fetching }, ask] = useQuery({
    query: ScoringDryRunDocument,
    variables: { version, from: startOf(from), to: endOf(to) },
    requestPolicy: 'network-only',
  });
  return (
    <section className="stack" aria-label={i18n._('What it would have given')}>
      <div className="row">
        <DayChoice label={i18n._('From')} day={from} onDay={setFrom} />
        <DayChoice label={i18n._('To')} day={to} onDay={setTo} />
      </div>
      <Answer
        data={data?.scoringDryRun}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(run) => (
          <>
            <Figures
              of={[
                [i18n._('Awards'), run.awards],
                [i18n._('Points given'), run.actualPoints],
                [i18n._('Points it would give'), run.wouldBePoints],
                [i18n._('Cut by the daily limit'), run.cappedAwards],
                [i18n._('People with more'), run.peopleGaining],
                [i18n._('People with less'), run.peopleLosing],
                [i18n._('People with the same'), run.peopleUnchanged],
              ]}
            />
            {run.byEvidence.length > 0 && (
              <Table
                label={i18n._('By how it was proved')}
                heads={[
                  i18n._('How it was proved'),
                  i18n._('Awards'),
                  i18n._('Points given'),
                  i18n._('Points it would give'),
                ]}
              >
                {run.byEvidence.map(({ evidence, awards, actualPoints, wouldBePoints }) => (
                  <tr key={evidence}>
                    <th scope="row">{names[evidence]}</th>
                    <td className="number">{count(awards)}</td>
                    <td className="number">{count(actualPoints)}</td>
                    <td className="number">{count(wouldBePoints)}</td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}
