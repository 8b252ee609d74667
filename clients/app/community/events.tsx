/* Events that officers host, and places where people may meet: near a ZIP code or everywhere. */
import { useLingui } from '@lingui/react';
import { type ReactNode, useState } from 'react';
import { useSubscription } from 'urql';
import { Link, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { type Paged, PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import {
  type EventPartsFragment,
  EventsDocument,
  EventsLiveDocument,
  EventsOfMineDocument,
} from '../generated/graphql.ts';
import { Members, Up } from '../spend/answered.tsx';
import '../spend/spend.css';

const RADIUS_METERS = 30_000;

/** The addresses of the two lists. */
const [ALL, OWN] = ['/events', '/events/mine'] as const;

export function Events() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const [location, go] = useLocation();
  useSubscription({ query: EventsLiveDocument, pause: scopes.length === 0 });
  return (
    <Members title={i18n._('Events')}>
      <Up to="/community">{i18n._('Community')}</Up>
      <ScreenTitle>{i18n._('Events')}</ScreenTitle>
      {scopes.includes('officer') && (
        <Link className="button" data-look="accent" href="/events/new">
          {i18n._('Announce an event')}
        </Link>
      )}
      <Tabs
        label={i18n._('Events')}
        open={location === OWN ? OWN : ALL}
        onOpen={(address) => go(address, { replace: true })}
        tabs={[
          { id: ALL, label: i18n._('Coming up'), content: <AllEvents /> },
          { id: OWN, label: i18n._('Mine'), content: <OwnEvents /> },
        ]}
      />
    </Members>
  );
}

/** A ZIP code to look around, and the input that says so; null for everywhere. */
export function useZipCode() {
  const [zipCode, setZipCode] = useState('');
  const near = zipCode.length === 5 ? { zipCode, radiusMeters: RADIUS_METERS } : null;
  return { zipCode, near, setZipCode: (written: string) => setZipCode(written.replace(/\D/g, '').slice(0, 5)) };
}

function AllEvents() {
  const { i18n } = useLingui();
  const { zipCode, near, setZipCode } = useZipCode();
  const list = usePaged(EventsDocument, { near, hubId: null }, ({ gatherings }) => gatherings);
  return (
    <>
      <TextField
        label={i18n._('Near a ZIP code')}
        inputMode="numeric"
        autoComplete="postal-code"
        value={zipCode}
        onChange={({ target }) => setZipCode(target.value)}
      />
      <EventList list={list} />
    </>
  );
}

function OwnEvents() {
  const { i18n } = useLingui();
  const list = usePaged(EventsOfMineDocument, {}, ({ ownGatherings }) => ownGatherings);
  const none = (
    <Empty title={i18n._('No events of yours yet')}>
      <p>{i18n._('Those that you say yes to, or announce yourself, stand here.')}</p>
      <Link className="button" href={ALL} replace>
        {i18n._('See what is coming up')}
      </Link>
    </Empty>
  );
  return <EventList list={list} none={none} />;
}

interface EventListProperties {
  readonly list: Paged<EventPartsFragment>;
  /** Shown where there are none. */
  readonly none?: ReactNode;
}

export function EventList({ list, none }: EventListProperties) {
  const { i18n } = useLingui();
  const noneHere = (
    <Empty title={i18n._('No events here yet')}>
      <p>{i18n._('Officers announce them all the time: look again soon.')}</p>
    </Empty>
  );
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={none ?? noneHere}>
      {(event) => <EventCard event={event} />}
    </PagedList>
  );
}

function EventCard({ event }: { readonly event: EventPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { id, title, startsAt, placeName, state, ownAnswer } = event;
  return (
    <article className="card">
      <h2>
        <Link href={`/events/${id}`}>{title}</Link>
      </h2>
      <p>{formats.instant(startsAt)}</p>
      <p className="quiet">{placeName}</p>
      {state === 'CANCELLED' && <Badge tone="bad">{i18n._('Called off')}</Badge>}
      {ownAnswer === 'COMING' && <Badge tone="good">{i18n._('You are coming')}</Badge>}
      {ownAnswer === 'WAITING' && <Badge tone="warn">{i18n._('You wait for a seat')}</Badge>}
    </article>
  );
}
