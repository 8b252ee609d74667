/*
 * Where the two meet: by accepting, the officer lets this one citizen know the exact place, for as long as it lasts. It
 * is asked for anew while it is looked at, and kept nowhere.
 */
import { useLingui } from '@lingui/react';
import { useEffect, useMemo, useState } from 'react';
import { pastTheCache } from '../../graph/past-the-cache.ts';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Button } from '../../interface/parts.tsx';
import { MeetingPointDocument } from '../generated/graphql.ts';
import { PlacesMap } from './map.tsx';
import type { Side } from './meetings.ts';
import { usePlace } from './place.tsx';
import { metersBetween, type Place, windTo } from './whereabouts.ts';
import { towards } from './words.ts';

interface MeetingPlaceProperties {
  readonly meetingId: string;
  readonly side: Side;
  /** Of the other. */
  readonly name: string;
}

/** Nearer than phones know their places. */
const HERE_METERS = 15;

export function MeetingPlace({ meetingId, side, name }: MeetingPlaceProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { place, problem } = usePlace();
  const point = useMeetingPoint(meetingId);
  const [isMapShown, setIsMapShown] = useState(false);
  const places = useMemo(() => (point ? [{ id: meetingId, name, at: point }] : []), [point, meetingId, name]);
  if (side === 'officer' && point === undefined) {
    return <p role="status">{i18n._('Your code works without a connection too.')}</p>;
  }
  if (side === 'officer') {
    return (
      <p role="status">
        {point
          ? i18n._('{name} sees where you are and comes to you.', { name })
          : i18n._('{name} does not see where you are now. Stay where you were, or open your window again.', { name })}
      </p>
    );
  }
  const where = point && place && sayWhere(place, point);
  return (
    <section className="stack" aria-label={i18n._('Where to go')}>
      <p role="status">{where ?? unknown()}</p>
      {point && place && (
        <Button aria-expanded={isMapShown} onClick={() => setIsMapShown(!isMapShown)}>
          {isMapShown ? i18n._('Hide the map') : i18n._('Show it on the map')}
        </Button>
      )}
      {isMapShown && place && (
        <PlacesMap label={i18n._('Map of the way to {name}', { name })} here={place} places={places} />
      )}
    </section>
  );

  function sayWhere(here: Place, there: Place): string {
    const meters = metersBetween(here, there);
    if (meters <= HERE_METERS) return i18n._('{name} is right here. Look up and say hello!', { name });
    const way = towards(formats.distance(meters), windTo(here, there), i18n);
    return i18n._('{name} is {way} of you.', { name, way });
  }

  function unknown(): string {
    if (problem === 'denied') {
      return i18n._('Allow the app to know where you are to be shown the way. You can meet without it.');
    }
    return point === null ? i18n._('It is not known now where {name} is.', { name }) : i18n._('Finding the way…');
  }
}

const READ_AGAIN_MILLISECONDS = 7_000;

/** Undefined before it is known, null while nobody knows it. What was known last stays through a lost connection. */
function useMeetingPoint(id: string): Place | null | undefined {
  const { client } = useSite();
  const [point, setPoint] = useState<Place | null>();
  useEffect(() => {
    let isOver = false;
    const read = () => {
      if (document.visibilityState === 'hidden') return;
      client.request(pastTheCache(MeetingPointDocument), { id }).then(
        ({ connection }) => !isOver && setPoint(connection?.meetingPoint ?? null),
        () => undefined,
      );
    };
    read();
    const timer = setInterval(read, READ_AGAIN_MILLISECONDS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [client, id]);
  return point;
}
