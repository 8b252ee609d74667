/* Charities: the list, and one with its profile, what it received and its history. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link, Route, Switch } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import {
  CharitiesDocument,
  CharityDocument,
  type CharityPartsFragment,
  SaveCharityDocument,
  type SaveCharityInput,
} from '../generated/graphql.ts';
import { Donations } from '../money/donations.tsx';
import { Statement } from '../money/statement.tsx';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import './catalog.css';
import { EntryForm } from './entry-form.tsx';
import { History } from './history.tsx';
import { ListingCard, Listings } from './listing-list.tsx';

export function Charities() {
  return (
    <Switch>
      <Route path="/charities/:id">{({ id }) => <CharityScreen key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Charities')}</ScreenTitle>
      <Listings kind="CHARITY" path="/charities">
        <All />
      </Listings>
    </>
  );
}

function All() {
  const { i18n } = useLingui();
  const [search, setSearch] = useState('');
  const list = usePaged(CharitiesDocument, { search: search.trim() || null }, (data) => data.charities);
  return (
    <>
      <TextField
        label={i18n._('Search by name')}
        type="search"
        maxLength={100}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No charity has such a name')} />}
      >
        {({ id, name, city, state, status }) => (
          <ListingCard href={`/charities/${id}`} name={name} place={`${city}, ${state}`} status={status} />
        )}
      </PagedList>
    </>
  );
}

function CharityScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const isOwn = useSite().organisations.includes(`charity:${id}`);
  const [{ data, error, fetching }, ask] = useQuery({ query: CharityDocument, variables: { id } });
  return (
    <>
      <Link href="/charities">{i18n._('Back to the list')}</Link>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ charity }) =>
          charity ? (
            <>
              <ScreenTitle>{charity.name}</ScreenTitle>
              <p className="quiet">
                {charity.city}, {charity.state} {charity.zipCode}
              </p>
              <ViewerNote organisationId={id} />
              <Tabs
                label={i18n._('Parts of the charity')}
                tabs={[
                  { id: 'profile', label: i18n._('Profile'), content: <Profile charity={charity} /> },
                  ...(isOwn
                    ? [{ id: 'donations', label: i18n._('Donations'), content: <Donations charityId={id} /> }]
                    : []),
                  {
                    id: 'statement',
                    label: i18n._('Statements'),
                    content: <Statement kind="CHARITY" organisationId={id} />,
                  },
                  { id: 'history', label: i18n._('History'), content: <History id={id} kind="CHARITY" /> },
                ]}
              />
            </>
          ) : (
            <Empty title={i18n._('There is no such charity')} />
          )
        }
      </Answer>
    </>
  );
}

function Profile({ charity }: { readonly charity: CharityPartsFragment }) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  return (
    <section className="card stack">
      <h2>{i18n._('What people read about it')}</h2>
      <EntryForm<SaveCharityInput, unknown, { input: SaveCharityInput }>
        mayChange={mayChange(charity.id)}
        key={charity.version}
        document={SaveCharityDocument}
        entries={[
          { name: 'description', label: i18n._('Description'), kind: 'lines', value: charity.description },
          { name: 'webUrl', label: i18n._('Web page'), value: charity.webUrl },
          { name: 'pictureUrl', label: i18n._('Address of a picture'), value: charity.pictureUrl },
          {
            name: 'earmarks',
            label: i18n._('What gifts can be meant for'),
            kind: 'list',
            hint: i18n._('With commas between them.'),
            value: charity.earmarks,
          },
          {
            name: 'helpsFamilies',
            label: i18n._('It helps families of officers'),
            kind: 'check',
            value: charity.helpsFamilies,
          },
          {
            name: 'acceptsDonations',
            label: i18n._('It takes points'),
            kind: 'check',
            value: charity.acceptsDonations,
          },
        ]}
        variables={(given) => ({ input: { ...given, charityId: charity.id, expectedVersion: charity.version } })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
      />
    </section>
  );
}
