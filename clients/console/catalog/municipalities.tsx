/* Municipalities: the list, and one with its schemes, claims, profile, statements and history. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link, Route, Switch } from 'wouter';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  MunicipalitiesDocument,
  MunicipalityDocument,
  type MunicipalityPartsFragment,
  SaveMunicipalityDocument,
  type SaveMunicipalityInput,
} from '../generated/graphql.ts';
import { Claims } from '../money/claims.tsx';
import { Statement } from '../money/statement.tsx';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import './catalog.css';
import { EntryForm } from './entry-form.tsx';
import { History } from './history.tsx';
import { ListingCard, Listings } from './listing-list.tsx';
import { Schemes } from './schemes.tsx';

export function Municipalities() {
  return (
    <Switch>
      <Route path="/municipalities/:id">{({ id }) => <MunicipalityScreen key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Municipalities')}</ScreenTitle>
      <Listings kind="MUNICIPALITY" path="/municipalities">
        <All />
      </Listings>
    </>
  );
}

function All() {
  const { i18n } = useLingui();
  const list = usePaged(MunicipalitiesDocument, {}, (data) => data.municipalities);
  return (
    <PagedList
      list={list}
      idOf={({ id }) => id}
      look="sheet"
      empty={<Empty title={i18n._('No municipality takes part yet')} />}
    >
      {({ id, name, state, status }) => (
        <ListingCard href={`/municipalities/${id}`} name={name} place={state} status={status} />
      )}
    </PagedList>
  );
}

function MunicipalityScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: MunicipalityDocument, variables: { id } });
  return (
    <>
      <Link href="/municipalities">{i18n._('Back to the list')}</Link>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ municipality }) =>
          municipality ? (
            <>
              <ScreenTitle>{`${municipality.name}, ${municipality.state}`}</ScreenTitle>
              <ViewerNote organisationId={id} />
              <Tabs
                label={i18n._('Parts of the municipality')}
                tabs={[
                  { id: 'schemes', label: i18n._('Schemes'), content: <Schemes municipalityId={id} /> },
                  { id: 'claims', label: i18n._('Claims'), content: <Claims municipalityId={id} /> },
                  { id: 'profile', label: i18n._('Profile'), content: <Profile municipality={municipality} /> },
                  {
                    id: 'statement',
                    label: i18n._('Statements'),
                    content: <Statement kind="MUNICIPALITY" organisationId={id} />,
                  },
                  { id: 'history', label: i18n._('History'), content: <History id={id} kind="MUNICIPALITY" /> },
                ]}
              />
            </>
          ) : (
            <Empty title={i18n._('There is no such municipality')} />
          )
        }
      </Answer>
    </>
  );
}

function Profile({ municipality }: { readonly municipality: MunicipalityPartsFragment }) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  return (
    <section className="card stack">
      <h2>{i18n._('What people read about it')}</h2>
      <EntryForm<SaveMunicipalityInput, unknown, { input: SaveMunicipalityInput }>
        mayChange={mayChange(municipality.id)}
        key={municipality.version}
        document={SaveMunicipalityDocument}
        entries={[
          {
            name: 'zipCodes',
            label: i18n._('ZIP codes'),
            kind: 'list',
            hint: i18n._('With commas between them.'),
            value: municipality.zipCodes,
            needed: true,
          },
          { name: 'webUrl', label: i18n._('Web page'), value: municipality.webUrl },
        ]}
        variables={(given) => ({
          input: { ...given, municipalityId: municipality.id, expectedVersion: municipality.version },
        })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
      />
    </section>
  );
}
