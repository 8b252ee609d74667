/* Whether the books of points and money are right, proved from the postings. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { AuditLedgerDocument } from '../generated/graphql.ts';

export function Ledger() {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: AuditLedgerDocument, requestPolicy: 'network-only' });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
      <ScreenTitle>{i18n._('Ledger')}</ScreenTitle>
      <p className="quiet">
        {i18n._('Every balance is derived anew from the postings and held against what is kept.')}
      </p>
      <Answer data={data?.ledgerAudit} error={error} fetching={fetching} retry={again}>
        {({ balanced, transactions, postings, problems }) => (
          <>
            <Note tone={balanced ? 'good' : 'bad'}>
              {balanced ? i18n._('The books are right.') : i18n._('The books are not right.')}
            </Note>
            <dl className="card">
              <div className="row" data-spread="">
                <dt>{i18n._('Transactions')}</dt>
                <dd className="number">{count(transactions)}</dd>
              </div>
              <div className="row" data-spread="">
                <dt>{i18n._('Postings')}</dt>
                <dd className="number">{count(postings)}</dd>
              </div>
            </dl>
            {problems.length > 0 && (
              <ul className="stack">
                {problems.map((problem) => (
                  <li key={problem} className="card">
                    {problem}
                  </li>
                ))}
              </ul>
            )}
            <Button busy={fetching} onClick={again}>
              {i18n._('Audit again')}
            </Button>
          </>
        )}
      </Answer>
    </>
  );
}
