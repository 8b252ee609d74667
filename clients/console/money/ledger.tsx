/* The books of points and money: whether they are right, one transaction to look at and undo, and what was done by hand. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Route, Switch } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { AuditLedgerDocument } from '../generated/graphql.ts';
import { LedgerDecisions } from './ledger-decisions.tsx';
import { FindTransaction, TransactionScreen } from './transaction.tsx';

export function Ledger() {
  return (
    <Switch>
      <Route path="/ledger/transactions/:id">{({ id }) => <TransactionScreen key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Ledger')}</ScreenTitle>
      <Tabs
        label={i18n._('Ledger')}
        tabs={[
          { id: 'audit', label: i18n._('Audit'), content: <Audit /> },
          { id: 'transaction', label: i18n._('One transaction'), content: <FindTransaction /> },
          { id: 'decisions', label: i18n._('Done by hand'), content: <LedgerDecisions /> },
        ]}
      />
    </>
  );
}

function Audit() {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: AuditLedgerDocument, requestPolicy: 'network-only' });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
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
            <div>
              <Button busy={fetching} onClick={again}>
                {i18n._('Audit again')}
              </Button>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}
