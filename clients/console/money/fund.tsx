/* The fund of one ZIP code: what is in it, its months, what was proposed, and its votes. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  CloseFundMonthDocument,
  type FundMonthState,
  FundOfZipDocument,
  type MonthPartsFragment,
  MonthsOfFundDocument,
  RoundsOfFundDocument,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { OpenRound } from './open-round.tsx';
import { PagedTable } from './paged-table.tsx';
import { Proposals } from './proposals.tsx';
import { Round } from './round.tsx';

export function FundScreen({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const { money } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: FundOfZipDocument, variables: { zipCode } });
  return (
    <>
      <Link href="/funds">{i18n._('Back to the list')}</Link>
      <ScreenTitle>{i18n._('Fund of {zipCode}', { zipCode })}</ScreenTitle>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ fund }) =>
          fund ? (
            <Facts
              entries={[
                [i18n._('In the fund'), money(fund.balanceCents)],
                [i18n._('Carried over'), money(fund.carriedCents)],
                [i18n._('This month'), fund.month?.month],
              ]}
            />
          ) : (
            <Note>{i18n._('Nothing came into this fund yet.')}</Note>
          )
        }
      </Answer>
      <Tabs
        label={i18n._('Parts of the fund')}
        tabs={[
          { id: 'months', label: i18n._('Months'), content: <Months zipCode={zipCode} /> },
          { id: 'proposals', label: i18n._('Proposals'), content: <Proposals zipCode={zipCode} /> },
          { id: 'rounds', label: i18n._('Votes'), content: <Rounds zipCode={zipCode} /> },
        ]}
      />
    </>
  );
}

function Months({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const { money } = useFormats();
  const { scopes } = useSite();
  const [closed, setClosed] = useState<MonthPartsFragment>();
  const [voted, setVoted] = useState<MonthPartsFragment>();
  const list = usePaged(MonthsOfFundDocument, { zipCode }, (data) => data.fundMonths);
  const rounds = usePaged(RoundsOfFundDocument, { zipCode }, (data) => data.fundRounds);
  const votedOn = new Set(rounds.page?.edges.map(({ node }) => node.month));
  const states: Readonly<Record<FundMonthState, string>> = {
    OPEN: i18n._('Open'),
    CLOSED: i18n._('Closed'),
    SETTLED: i18n._('Settled'),
  };
  const isAdministrator = scopes.includes('administrator');
  const isOver = ({ endsAt }: MonthPartsFragment) => new Date(endsAt) < new Date();
  return (
    <>
      <PagedTable list={list} empty={<Empty title={i18n._('No months yet')} />}>
        {(months) => (
          <Table
            label={i18n._('Months')}
            heads={[i18n._('Month'), i18n._('State'), i18n._('Money'), i18n._('What can be done')]}
          >
            {months.map((month) => (
              <tr key={month.id}>
                <th scope="row">{month.month}</th>
                <td>
                  <Badge>{states[month.state]}</Badge>
                </td>
                <td className="number">{money(month.amountCents ?? month.entriesCents ?? 0)}</td>
                <td>
                  {isAdministrator && month.state === 'OPEN' && isOver(month) && (
                    <Button onClick={() => setClosed(month)}>{i18n._('Close {month}', { month: month.month })}</Button>
                  )}
                  {isAdministrator && month.state === 'CLOSED' && rounds.page && !votedOn.has(month.month) && (
                    <Button onClick={() => setVoted(month)}>
                      {i18n._('Open the vote on {month}', { month: month.month })}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
      {closed && (
        <Confirmation
          document={CloseFundMonthDocument}
          variables={{ input: { zipCode, month: closed.month } }}
          title={i18n._('Close {month}?', { month: closed.month })}
          consequence={i18n._('Its money is fixed. Sales of it that are told later count for a later month.')}
          action={i18n._('Close the month')}
          done={i18n._('The month is closed.')}
          onClose={() => setClosed(undefined)}
        />
      )}
      {voted && <OpenRound month={voted} onClose={() => setVoted(undefined)} />}
    </>
  );
}

function Rounds({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const list = usePaged(RoundsOfFundDocument, { zipCode }, (data) => data.fundRounds);
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('No votes yet')} />}>
      {(round) => <Round round={round} />}
    </PagedList>
  );
}
