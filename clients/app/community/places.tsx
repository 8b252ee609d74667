/* Places such as libraries where officers and citizens may meet, each with the events that are held there. */
import { useLingui } from '@lingui/react';
import { Link, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { EventsDocument, type HubOnListFragment, OnePlaceDocument, PlacesDocument } from '../generated/graphql.ts';
import { Shown, Up, useAnswered } from '../spend/answered.tsx';
import { EventList, useZipCode } from './events.tsx';
import '../spend/spend.css';

export function Places() {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { zipCode, near, setZipCode } = useZipCode();
  const list = usePaged(PlacesDocument, { near }, ({ hubs }) => hubs);
  const none = (
    <Empty title={i18n._('No places here yet')}>
      <p>
        {near
          ? i18n._('Leave the ZIP code out to see all of them.')
          : i18n._('Libraries and the like are added town by town. Until then you meet wherever you both are.')}
      </p>
      <Link className="button" href="/meet">
        {i18n._('See who is near')}
      </Link>
    </Empty>
  );
  return (
    <>
      <Up to="/community">{i18n._('Community')}</Up>
      <ScreenTitle>{i18n._('Places to meet')}</ScreenTitle>
      <p className="quiet">
        {i18n._('Meet here without showing where you are: you scan the code on the officer’s phone.')}
      </p>
      <TextField
        label={i18n._('Near a ZIP code')}
        inputMode="numeric"
        autoComplete="postal-code"
        value={zipCode}
        onChange={({ target }) => setZipCode(target.value)}
      />
      <PagedList list={list} idOf={({ id }) => id} empty={none}>
        {({ id, name, openingNote, distanceMeters }) => (
          <article className="card">
            <h2>
              <Link href={`/places/${id}`}>{name}</Link>
            </h2>
            {openingNote && <p className="quiet">{openingNote}</p>}
            {distanceMeters !== null && distanceMeters !== undefined && (
              <p>{i18n._('{distance} away', { distance: formats.distance(distanceMeters) })}</p>
            )}
          </article>
        )}
      </PagedList>
    </>
  );
}

export function Place() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const { scopes } = useSite();
  const answered = useAnswered(OnePlaceDocument, { id });
  return (
    <>
      <Up to="/places">{i18n._('Places to meet')}</Up>
      <Shown of={answered} data={answered.data?.hub} title={i18n._('Place')}>
        {(hub) =>
          hub ? (
            <>
              <About hub={hub} />
              {scopes.length > 0 && <EventsThere hubId={hub.id} />}
            </>
          ) : (
            <Empty title={i18n._('This place is off the list')}>
              <Link className="button" href="/places">
                {i18n._('See the others')}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

function About({ hub }: { readonly hub: HubOnListFragment }) {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{hub.name}</ScreenTitle>
      {hub.openingNote && <p className="quiet">{hub.openingNote}</p>}
      <p className="told">{hub.description}</p>
      <a
        className="button"
        href={`https://www.openstreetmap.org/?mlat=${hub.place.latitude}&mlon=${hub.place.longitude}&zoom=17`}
        target="_blank"
        rel="noreferrer"
      >
        {i18n._('Show on a map')}
        <span className="spoken">{i18n._('opens a new page')}</span>
      </a>
    </>
  );
}

function EventsThere({ hubId }: { readonly hubId: string }) {
  const { i18n } = useLingui();
  const list = usePaged(EventsDocument, { near: null, hubId }, ({ gatherings }) => gatherings);
  return (
    <section className="stack">
      <h2>{i18n._('Events here')}</h2>
      <EventList list={list} />
    </section>
  );
}
