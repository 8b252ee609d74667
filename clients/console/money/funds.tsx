/*
 * Community funds: for a municipality those of its own ZIP codes; for administrators all, the months that wait for a vote,
 * and the rules of the votes.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Button, Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { FundsDocument } from '../generated/graphql.ts';
import { FundScreen } from './fund.tsx';
import { FundCard } from './fund-card.tsx';
import { MonthsWaiting } from './months-waiting.tsx';
import { MunicipalityFunds } from './municipality-funds.tsx';
import { RoundRules } from './round-rules.tsx';

export function Funds() {
  return (
    <Switch>
      <Route path="/funds/:zipCode">{({ zipCode }) => <FundScreen key={zipCode} zipCode={zipCode} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  const { scopes, organisations } = useSite();
  const isAdministrator = scopes.includes('administrator');
  const own = organisations.map((each) => each.split(':')).filter(([kind]) => kind === 'municipality');
  return (
    <>
      <ScreenTitle>{i18n._('Community funds')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'Fees of sales gather in the fund of their ZIP code. The people who live there vote on what it pays for.',
        )}
      </p>
      {own.map(([, id = '']) => (
        <MunicipalityFunds key={id} municipalityId={id} />
      ))}
      {isAdministrator && (
        <>
          <Search />
          <Tabs
            label={i18n._('Community funds')}
            tabs={[
              { id: 'funds', label: i18n._('All funds'), content: <All /> },
              { id: 'waiting', label: i18n._('Months that wait'), content: <MonthsWaiting /> },
              { id: 'rules', label: i18n._('Rules of the votes'), content: <RoundRules /> },
            ]}
          />
        </>
      )}
    </>
  );
}

function Search() {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const [zipCode, setZipCode] = useState('');
  const [fault, setFault] = useState<string>();
  return (
    <form
      className="row"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const isWhole = /^\d{5}$/.test(zipCode.trim());
        setFault(isWhole ? undefined : i18n._('Write the five digits of a ZIP code.'));
        if (isWhole) go(`/funds/${zipCode.trim()}`);
      }}
    >
      <TextField
        label={i18n._('ZIP code')}
        inputMode="numeric"
        maxLength={5}
        value={zipCode}
        fault={fault}
        onChange={(event) => setZipCode(event.target.value)}
      />
      <Button type="submit">{i18n._('Open the fund')}</Button>
    </form>
  );
}

function All() {
  const { i18n } = useLingui();
  const list = usePaged(FundsDocument, {}, (data) => data.funds);
  return (
    <PagedList
      list={list}
      idOf={({ id }) => id}
      look="sheet"
      empty={<Empty title={i18n._('Nothing came into any fund yet')} />}
    >
      {({ zipCode, balanceCents, round }) => (
        <FundCard zipCode={zipCode} balanceCents={balanceCents} isVoting={round?.state === 'OPEN'} />
      )}
    </PagedList>
  );
}
