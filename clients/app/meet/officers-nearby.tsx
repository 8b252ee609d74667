/* Officers near a citizen, as cards to ask them by and as marks on a map; both say the same. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { AskToMeetDocument, type OfficerNearbyFragment } from '../generated/graphql.ts';
import { Countdown } from './clock.tsx';
import { useLive } from './live.tsx';
import { type MapPlace, PlacesMap } from './map.tsx';
import { nameOf } from './meetings.ts';
import { PersonCard } from './person-card.tsx';
import { usePlace } from './place.tsx';
import { metersBetween, type Place, windTo } from './whereabouts.ts';
import { bucketIn, towards } from './words.ts';

interface OfficersListProperties {
  readonly officers: readonly OfficerNearbyFragment[];
  readonly here: Place;
  onBlocked(): void;
}

export function OfficersList({ officers, onBlocked }: OfficersListProperties) {
  return (
    <ul className="stack">
      {officers.map((alert) => (
        <li key={alert.officer.id}>
          <OfficerCard alert={alert} onBlocked={onBlocked} />
        </li>
      ))}
    </ul>
  );
}

function OfficerCard({
  alert,
  onBlocked,
}: {
  readonly alert: OfficerNearbyFragment;
  readonly onBlocked?: (() => void) | undefined;
}) {
  const { i18n } = useLingui();
  const { officer, distance, windowClosesAt } = alert;
  return (
    <PersonCard
      person={officer}
      side="officer"
      {...(onBlocked && { onBlocked })}
      detail={
        <p>
          {bucketIn(distance, i18n)}
          {' · '}
          {i18n._('time left:')} <Countdown until={windowClosesAt} />
        </p>
      }
    >
      <AskToMeet officer={officer} />
    </PersonCard>
  );
}

function AskToMeet({ officer }: { readonly officer: OfficerNearbyFragment['officer'] }) {
  const { i18n } = useLingui();
  const { underWay, refresh } = useLive();
  const { hurry } = usePlace();
  const [{ fetching, error }, ask] = useMutation(AskToMeetDocument);
  const name = nameOf(officer, 'officer', i18n);
  if (underWay.some((meeting) => meeting.officer.id === officer.id)) {
    return <p className="quiet">{i18n._('You have asked {name}. The answer appears at the top.', { name })}</p>;
  }
  return (
    <>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button
        look="accent"
        busy={fetching}
        onClick={async () => {
          const result = await ask({ input: { officerId: officer.id } });
          if (codeOf(result.error) === 'POSITION_UNKNOWN') hurry();
          if (!result.error || codeOf(result.error) === 'REQUEST_ALREADY_OPEN') refresh();
        }}
      >
        {i18n._('Ask {name} to meet', { name })}
      </Button>
    </>
  );
}

interface NearestProperties {
  readonly nearest: OfficerNearbyFragment;
  readonly here: Place;
}

const HUNDRED_FEET_METERS = 30.48;

/** Too far to ask, and a reason to walk a little. */
export function NearestOfficer({ nearest, here }: NearestProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  // A cell is about 100 m wide: what is finer than hundreds of feet would be untrue.
  const meters = Math.max(3, Math.round(metersBetween(here, nearest.cell) / HUNDRED_FEET_METERS)) * HUNDRED_FEET_METERS;
  const where = towards(formats.distance(meters), windTo(here, nearest.cell), i18n);
  return <p>{i18n._('The nearest officer is about {where}.', { where })}</p>;
}

interface OfficersMapProperties {
  readonly officers: readonly OfficerNearbyFragment[];
  readonly nearest: OfficerNearbyFragment | undefined;
  readonly here: Place;
}

const CELL_RADIUS_METERS = 70;

export function OfficersMap({ officers, nearest, here }: OfficersMapProperties) {
  const { i18n } = useLingui();
  const [chosen, setChosen] = useState<string>();
  const shown = nearest && officers.length === 0 ? [nearest] : officers;
  const places: MapPlace[] = shown.map(({ officer, cell }) => ({
    id: officer.id,
    name: nameOf(officer, 'officer', i18n),
    at: cell,
    withinMeters: CELL_RADIUS_METERS,
  }));
  const alert =
    officers.find(({ officer }) => officer.id === chosen) ?? (officers.length === 1 ? officers[0] : undefined);
  return (
    <>
      <PlacesMap label={i18n._('Map of officers near you')} here={here} places={places} onChoose={setChosen} />
      {alert && <OfficerCard alert={alert} />}
      {!alert && officers.length > 1 && <p className="quiet">{i18n._('Choose an officer on the map.')}</p>}
      {officers.length === 0 && nearest && <NearestOfficer nearest={nearest} here={here} />}
    </>
  );
}
