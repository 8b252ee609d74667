/* What points buy: searched, filtered, near a place, in an order that says why. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useId, useState } from 'react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { type Paged, PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { OfferSearchDocument, type OfferSearchQuery, OfferSuggestionsDocument } from '../generated/graphql.ts';
import { useAnswered } from './answered.tsx';
import { Filters, type Wanted } from './offer-filters.tsx';
import { type Place, PlaceChoice, whereOf } from './offer-place.tsx';
import { whyShown } from './offer-reasons.ts';
import { usePastTheCache } from './past-the-cache.ts';
import './spend.css';

/** Near a position there is one page, which is asked past the cache. */
const NEAREST = 50;
const SUGGESTED_FROM = 2;

export function Offers() {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  const [written, setWritten] = useState('');
  const [place, setPlace] = useState<Place>({ kind: 'anywhere' });
  const [wanted, setWanted] = useState<Wanted>({ sort: 'RELEVANCE' });
  const search = useDeferredValue(written.trim());
  const isHere = place.kind === 'here';
  const near = whereOf(place);
  const asked = {
    search: search || null,
    near,
    filters: wanted.filters ?? null,
    sort: wanted.sort === 'DISTANCE' && !near ? ('RELEVANCE' as const) : wanted.sort,
  };
  const pages = usePaged(OfferSearchDocument, asked, ({ searchOffers }) => searchOffers, { pause: isHere });
  const nearest = usePastTheCache(OfferSearchDocument, { ...asked, first: NEAREST, after: null }, !isHere);
  const found = (isHere ? nearest : pages).data?.searchOffers;
  const list: Paged<Found> = {
    ...(isHere ? { ...nearest, reload: nearest.retry, refresh: nearest.retry, onMore: () => undefined } : pages),
    page: found && {
      edges: found.edges.map((node) => ({ node })),
      pageInfo: isHere ? { hasNextPage: false } : found.pageInfo,
    },
  };
  return (
    <>
      <ScreenTitle>{i18n._('Offers')}</ScreenTitle>
      {accountId && !scopes.includes('officer') && (
        <Link className="button" href="/vouchers">
          {i18n._('My vouchers')}
        </Link>
      )}
      <SearchField written={written} onWritten={setWritten} />
      <PlaceChoice place={place} onPlace={setPlace} />
      <Filters
        wanted={wanted}
        onWanted={setWanted}
        facets={found?.facets}
        hasPlace={near !== null}
        onPersonal={list.refresh}
      />
      {found && <HowMany found={found} />}
      <PagedList list={list} idOf={({ node }) => node.id} empty={<NoOffers />}>
        {(each) => <OfferCard found={each} />}
      </PagedList>
      {isHere && found?.pageInfo.hasNextPage && (
        <Note>
          {i18n._('These are the {count} best near you. Search for more exactly what you want.', { count: NEAREST })}
        </Note>
      )}
    </>
  );
}

function SearchField({ written, onWritten }: { readonly written: string; onWritten(text: string): void }) {
  const { i18n } = useLingui();
  const list = useId();
  const prefix = useDeferredValue(written.trim());
  const { data } = useAnswered(OfferSuggestionsDocument, { prefix }, prefix.length < SUGGESTED_FROM);
  const suggested = prefix.length < SUGGESTED_FROM ? [] : (data?.suggestOffers ?? []);
  return (
    <>
      <TextField
        label={i18n._('Search')}
        type="search"
        enterKeyHint="search"
        maxLength={100}
        list={list}
        value={written}
        placeholder={i18n._('Coffee, books, lunch…')}
        onChange={(event) => onWritten(event.target.value)}
      />
      <datalist id={list}>
        {suggested.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
    </>
  );
}

type Results = OfferSearchQuery['searchOffers'];
/** An offer, with how far it is and why it was found. */
type Found = Results['edges'][number];

function HowMany({ found: { total, corrected } }: { readonly found: Results }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  return (
    <p role="status" className="quiet">
      {corrected && `${i18n._('Shown for “{corrected}”.', { corrected })} `}
      {total.isCapped
        ? i18n._('More than {count} offers', { count: formats.count(total.count) })
        : i18n._('{count, plural, one {# offer} other {# offers}}', { count: total.count })}
    </p>
  );
}

function NoOffers() {
  const { i18n } = useLingui();
  return (
    <Empty title={i18n._('No offers found')}>
      <p>{i18n._('Try another word, another place, or fewer filters.')}</p>
    </Empty>
  );
}

function OfferCard({ found }: { readonly found: Found }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { node: offer, distanceMeters, nearestStore, reasons } = found;
  const why = whyShown(reasons, i18n);
  return (
    <article className="card">
      <h2>
        <Link href={`/offers/${offer.id}`}>{offer.title}</Link>
      </h2>
      <p className="quiet">
        {[offer.retailer.name, offer.category ?? offer.retailer.category].filter(Boolean).join(' · ')}
      </p>
      <p>
        <strong>{i18n._('{points, plural, one {# point} other {# points}}', { points: offer.pricePoints })}</strong>
        {' · '}
        {i18n._('worth {value}', { value: formats.money(offer.valueCents) })}
      </p>
      {nearestStore && distanceMeters !== null && distanceMeters !== undefined && (
        <p>
          {i18n._('{distance} away, {street}', {
            distance: formats.distance(distanceMeters),
            street: nearestStore.street,
          })}
        </p>
      )}
      {why && <p className="quiet small">{why}</p>}
    </article>
  );
}
