/* Retailers: the list, and one with its offers, products, stores, profile, books and tills. */
import { useLingui } from '@lingui/react';
import { Route, Switch } from 'wouter';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { RetailersDocument } from '../generated/graphql.ts';
import { ListingCard, Listings } from './listing-list.tsx';
import { EditOffer, NewOffer } from './offer-form.tsx';
import { RetailerScreen } from './retailer.tsx';

export function Retailers() {
  return (
    <Switch>
      <Route path="/retailers/:id/offers/new">{({ id }) => <NewOffer retailerId={id} />}</Route>
      <Route path="/retailers/:id/offers/:offerId">
        {({ id, offerId }) => <EditOffer key={offerId} retailerId={id} id={offerId} />}
      </Route>
      <Route path="/retailers/:id">{({ id }) => <RetailerScreen key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Retailers')}</ScreenTitle>
      <Listings kind="RETAILER" path="/retailers">
        <All />
      </Listings>
    </>
  );
}

function All() {
  const { i18n } = useLingui();
  const list = usePaged(RetailersDocument, {}, (data) => data.retailers);
  return (
    <PagedList
      list={list}
      idOf={({ id }) => id}
      look="sheet"
      empty={<Empty title={i18n._('No retailer takes part yet')} />}
    >
      {({ id, name, category, status }) => (
        <ListingCard href={`/retailers/${id}`} name={name} place={category} status={status} />
      )}
    </PagedList>
  );
}
