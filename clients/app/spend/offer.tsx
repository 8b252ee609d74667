/* One offer: what it is, where it is good, what it costs, and taking it. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Badge, Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import {
  OneOfferDocument,
  type OneOfferQuery,
  OwnPointsDocument,
  type StorePartsFragment,
} from '../generated/graphql.ts';
import { Shown, Up, useAnswered } from './answered.tsx';
import { TakeOffer } from './take-offer.tsx';
import './spend.css';

/** How many stores are listed before one asks for all. */
const STORES = 5;

export function Offer() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const answered = useAnswered(OneOfferDocument, { id });
  return (
    <>
      <Up to="/offers">{i18n._('Offers')}</Up>
      <Shown of={answered} data={answered.data?.offer} title={i18n._('Offer')}>
        {(offer) =>
          offer ? (
            <Terms offer={offer} onChanged={answered.retry} />
          ) : (
            <Empty title={i18n._('This offer is gone')}>
              <Link className="button" href="/offers">
                {i18n._('See what else there is')}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

type FullOffer = NonNullable<OneOfferQuery['offer']>;

function Terms({ offer, onChanged }: { readonly offer: FullOffer; onChanged(): void }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { retailer } = offer;
  return (
    <>
      <ScreenTitle>{offer.title}</ScreenTitle>
      <p className="quiet">{[retailer.name, offer.category ?? retailer.category].filter(Boolean).join(' · ')}</p>
      <section className="card">
        <p>
          <span className="amount">{formats.count(offer.pricePoints)}</span>{' '}
          {i18n._('{points, plural, one {point} other {points}}', { points: offer.pricePoints })}
          {', '}
          {i18n._('worth {value}', { value: formats.money(offer.valueCents) })}
        </p>
        <Left offer={offer} />
        <Take offer={offer} onChanged={onChanged} />
      </section>
      {offer.description && <p className="told">{offer.description}</p>}
      <section className="stack">
        <h2>{i18n._('Good to know')}</h2>
        <ul className="stack small">
          {offer.validDays && (
            <li>
              {i18n._('The voucher is good for {days, plural, one {# day} other {# days}}.', { days: offer.validDays })}
            </li>
          )}
          {offer.endsAt && <li>{i18n._('The offer ends on {day}.', { day: formats.day(offer.endsAt) })}</li>}
          {offer.perPersonLimit && (
            <li>
              {i18n._('{count, plural, one {One for each person} other {Up to # for each person}}.', {
                count: offer.perPersonLimit,
              })}
            </li>
          )}
          <li>
            {offer.refundable
              ? i18n._('Changed your mind? Give an unused voucher back and your points return.')
              : i18n._('This voucher cannot be given back once you have it.')}
          </li>
        </ul>
      </section>
      <Stores stores={offer.stores ?? retailer.stores} />
      {retailer.profile && (
        <section className="stack">
          <h2>{retailer.name}</h2>
          <p className="told">{retailer.profile}</p>
        </section>
      )}
    </>
  );
}

/** How many there are still; undefined without a limit. */
function leftOf({ stock, remaining }: FullOffer): number | undefined {
  return stock == null ? undefined : (remaining ?? undefined);
}

function Left({ offer }: { readonly offer: FullOffer }) {
  const { i18n } = useLingui();
  const remaining = leftOf(offer);
  if (!remaining) return null;
  return (
    <p>
      <Badge tone={remaining <= 5 ? 'warn' : undefined}>
        {i18n._('{count, plural, one {Only one left} other {# left}}', { count: remaining })}
      </Badge>
    </p>
  );
}

/** The button, or why there is none. */
function Take({ offer, onChanged }: { readonly offer: FullOffer; onChanged(): void }) {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  const [asking, setAsking] = useState(false);
  const { data } = useAnswered(OwnPointsDocument, {}, !accountId);
  const points = data?.me.points;
  if (offer.status !== 'PUBLISHED') {
    return (
      <Note tone="warn">
        {offer.status === 'PAUSED'
          ? i18n._('This offer takes a break. Come back soon.')
          : i18n._('This offer has ended.')}
      </Note>
    );
  }
  if (leftOf(offer) === 0) return <Note tone="warn">{i18n._('All of them are taken. New ones may come.')}</Note>;
  if (!accountId) {
    return (
      <>
        <p>{i18n._('Sign in to take it.')}</p>
        <SignInButton />
      </>
    );
  }
  if (scopes.includes('officer')) {
    return (
      <>
        <p>{i18n._('Offers are for citizens. As an officer you can give your points to a charity.')}</p>
        <Link className="button" href="/donate">
          {i18n._('Give to a charity')}
        </Link>
      </>
    );
  }
  if (!scopes.includes('citizen')) {
    return (
      <Link className="button" href="/account">
        {i18n._('Confirm your phone to take it')}
      </Link>
    );
  }
  const missing = points ? offer.pricePoints - points.available : 0;
  return (
    <>
      {points && (
        <p className="quiet">
          {i18n._('You have {points, plural, one {# point} other {# points}}.', { points: points.available })}
        </p>
      )}
      {missing > 0 ? (
        <>
          <Note tone="warn">
            {i18n._(
              'You need {missing, plural, one {# more point} other {# more points}}. Meet an officer to earn some.',
              {
                missing,
              },
            )}
          </Note>
          <Link className="button" data-look="accent" href="/meet">
            {i18n._('Meet somebody')}
          </Link>
        </>
      ) : (
        <Button look="accent" wide onClick={() => setAsking(true)}>
          {i18n._('Get it for {points, plural, one {# point} other {# points}}', { points: offer.pricePoints })}
        </Button>
      )}
      <TakeOffer offer={offer} open={asking} onChanged={onChanged} onClose={() => setAsking(false)} />
    </>
  );
}

function Stores({ stores }: { readonly stores: readonly StorePartsFragment[] }) {
  const { i18n } = useLingui();
  const [all, setAll] = useState(false);
  if (stores.length === 0) return null;
  return (
    <section className="stack">
      <h2>{i18n._('Where it is good')}</h2>
      <ul className="stack">
        {(all ? stores : stores.slice(0, STORES)).map((store) => (
          <li key={store.id} className="card">
            <p>
              {store.street}, {store.city}, {store.state} {store.zipCode}
            </p>
            {store.openingHours && <p className="quiet small">{store.openingHours}</p>}
            <a
              className="button"
              href={`https://www.openstreetmap.org/?mlat=${store.position.latitude}&mlon=${store.position.longitude}&zoom=17`}
              target="_blank"
              rel="noreferrer"
            >
              {i18n._('Show on a map')}
              <span className="spoken">{i18n._('{street}, opens a new page', { street: store.street })}</span>
            </a>
          </li>
        ))}
      </ul>
      {!all && stores.length > STORES && (
        <Button wide onClick={() => setAll(true)}>
          {i18n._('Show all {count} places', { count: stores.length })}
        </Button>
      )}
    </section>
  );
}
