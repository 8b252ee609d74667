/* What points buy: searched, filtered, near a place, in an order that says why. */
import { useLingui } from '@lingui/react';
import { type ReactNode, useDeferredValue, useId, useState } from 'react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { More } from '../../interface/page-state.tsx';
import { Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import {
  OfferSearchDocument,
  type OfferSearchQuery,
  type OfferSearchQueryVariables,
  OfferSuggestionsDocument,
} from '../generated/graphql.ts';
import { Shown, useAnswered } from './answered.tsx';
import { Filters, type Wanted } from './offer-filters.tsx';
import { type Place, PlaceChoice, whereOf } from './offer-place.tsx';
import { whyShown } from './offer-reasons.ts';
import { usePastTheCache } from './past-the-cache.ts';
import './spend.css';

const PAGE = 20;
/** Near a position there is one page, which is asked past the cache. */
const NEAREST = 50;
const SUGGESTED_FROM = 2;

export function Offers() {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  const [written, setWritten] = useState('');
  const [after, setAfter] = useState<string | null>(null);
  const [place, setPlace] = useState<Place>({ kind: 'anywhere' });
  const [wanted, setWanted] = useState<Wanted>({ sort: 'RELEVANCE' });
  const search = useDeferredValue(written.trim());
  const isHere = place.kind === 'here';
  const near = whereOf(place);
  const variables: OfferSearchQueryVariables = {
    search: search || null,
    near,
    filters: wanted.filters ?? null,
    sort: wanted.sort === 'DISTANCE' && !near ? 'RELEVANCE' : wanted.sort,
    first: isHere ? NEAREST : PAGE,
    after: isHere ? null : after,
  };
  const anywhere = useAnswered(OfferSearchDocument, variables, isHere);
  const here = usePastTheCache(OfferSearchDocument, variables, !isHere);
  const answered = isHere ? here : anywhere;
  const fromTheTop = <Value,>(change: (value: Value) => void) => {
    return (value: Value) => {
      setAfter(null);
      change(value);
    };
  };
  return (
    <>
      <ScreenTitle>{i18n._('Offers')}</ScreenTitle>
      {accountId && !scopes.includes('officer') && (
        <Link className="button" href="/vouchers">
          {i18n._('My vouchers')}
        </Link>
      )}
      <SearchField written={written} onWritten={fromTheTop(setWritten)} />
      <PlaceChoice place={place} onPlace={fromTheTop(setPlace)} />
      <Filters
        wanted={wanted}
        onWanted={fromTheTop(setWanted)}
        facets={answered.data?.searchOffers.facets}
        hasPlace={near !== null}
        onPersonal={answered.retry}
      />
      <Shown of={answered} data={answered.data?.searchOffers}>
        {(found) => (
          <Found found={found}>
            {isHere ? (
              found.pageInfo.hasNextPage && (
                <Note>
                  {i18n._('These are the {count} best near you. Search for more exactly what you want.', {
                    count: NEAREST,
                  })}
                </Note>
              )
            ) : (
              <More
                has={found.pageInfo.hasNextPage}
                busy={answered.fetching}
                onMore={() => setAfter(found.pageInfo.endCursor ?? null)}
              />
            )}
          </Found>
        )}
      </Shown>
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

function Found({ found, children }: { readonly found: Results; readonly children: ReactNode }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { edges, total, corrected } = found;
  return (
    <>
      <p role="status" className="quiet">
        {corrected && `${i18n._('Shown for “{corrected}”.', { corrected })} `}
        {total.isCapped
          ? i18n._('More than {count} offers', { count: formats.count(total.count) })
          : i18n._('{count, plural, one {# offer} other {# offers}}', { count: total.count })}
      </p>
      {edges.length === 0 && (
        <Empty title={i18n._('No offers found')}>
          <p>{i18n._('Try another word, another place, or fewer filters.')}</p>
        </Empty>
      )}
      <ul className="stack">
        {edges.map((edge) => (
          <li key={edge.node.id}>
            <OfferCard found={edge} />
          </li>
        ))}
      </ul>
      {children}
    </>
  );
}

function OfferCard({ found }: { readonly found: Results['edges'][number] }) {
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
