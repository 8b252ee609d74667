/* Meetings that are under way, at the top of the screen: whom one has asked, who asks, and whom one is about to meet. */
import { useLingui } from '@lingui/react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { Badge, Button, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  AcceptMeetingDocument,
  CancelMeetingDocument,
  DeclineMeetingDocument,
  type MeetingFragment,
} from '../generated/graphql.ts';
import { Countdown } from './clock.tsx';
import { useLive } from './live.tsx';
import { isAgreed, otherName, otherSide, type Side } from './meetings.ts';
import { PersonCard } from './person-card.tsx';
import { usePlace } from './place.tsx';

export function UnderWay() {
  const { side, underWay } = useLive();
  if (!side || underWay.length === 0) return null;
  const agreed = underWay.filter(isAgreed);
  const asked = underWay.filter((meeting) => !isAgreed(meeting));
  return (
    <ul className="stack">
      {[...agreed, ...asked].map((meeting) => (
        <li key={meeting.id}>
          {isAgreed(meeting) ? (
            <Agreed meeting={meeting} side={side} />
          ) : side === 'officer' ? (
            <Request meeting={meeting} busyWith={agreed[0]} />
          ) : (
            <Asked meeting={meeting} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Agreed({ meeting, side }: { readonly meeting: MeetingFragment; readonly side: Side }) {
  const { i18n } = useLingui();
  const name = otherName(meeting, side, i18n);
  return (
    <section className="card" aria-label={i18n._('Meeting {name}', { name })}>
      <div className="row" data-spread="">
        <h2>{i18n._('You are meeting {name}', { name })}</h2>
        <Badge tone="good">
          <Countdown until={meeting.expiresAt} />
        </Badge>
      </div>
      <Link className="button" data-look="accent" href={`/meet/${meeting.id}`}>
        {i18n._('Go to the meeting')}
      </Link>
    </section>
  );
}

function Asked({ meeting }: { readonly meeting: MeetingFragment }) {
  const { i18n } = useLingui();
  const [{ fetching, error }, cancel] = useMutation(CancelMeetingDocument);
  const { refresh } = useLive();
  const name = otherName(meeting, 'citizen', i18n);
  return (
    <section className="card" aria-label={i18n._('Request to {name}', { name })}>
      <div className="row" data-spread="">
        <h2>{i18n._('You asked {name}', { name })}</h2>
        <Badge tone="warn">
          <Countdown until={meeting.expiresAt} />
        </Badge>
      </div>
      <p>{i18n._('As soon as {name} says yes, you both see how to find each other.', { name })}</p>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button busy={fetching} onClick={() => void cancel({ input: { connectionId: meeting.id } }).then(refresh)}>
        {i18n._('Take it back')}
      </Button>
    </section>
  );
}

interface RequestProperties {
  readonly meeting: MeetingFragment;
  /** Whom the officer is about to meet: one at a time. */
  readonly busyWith: MeetingFragment | undefined;
}

function Request({ meeting, busyWith }: RequestProperties) {
  const { i18n } = useLingui();
  const { refresh } = useLive();
  const { hurry } = usePlace();
  const [, go] = useLocation();
  const [accepting, accept] = useMutation(AcceptMeetingDocument);
  const [declining, decline] = useMutation(DeclineMeetingDocument);
  const input = { connectionId: meeting.id };
  const failure = accepting.error ?? declining.error;
  const busyName = busyWith && otherName(busyWith, 'officer', i18n);
  return (
    <PersonCard
      person={meeting.citizen}
      side={otherSide('officer')}
      meetingId={meeting.id}
      onBlocked={refresh}
      detail={
        <p>
          {i18n._('Would like to meet you. Answer within')} <Countdown until={meeting.expiresAt} />
        </p>
      }
    >
      {failure && <Note tone="bad">{explain(failure, i18n)}</Note>}
      {busyName ? (
        <p className="quiet">
          {i18n._('You are about to meet {name}: finish or cancel that first, then you can say yes.', {
            name: busyName,
          })}
        </p>
      ) : null}
      <div className="choices">
        {!busyName && (
          <Button
            look="accent"
            busy={accepting.fetching}
            onClick={async () => {
              const result = await accept({ input });
              if (result.error) return refresh();
              hurry();
              go(`/meet/${meeting.id}`);
            }}
          >
            {i18n._('Accept')}
          </Button>
        )}
        <Button busy={declining.fetching} onClick={() => void decline({ input }).then(refresh)}>
          {i18n._('Decline')}
        </Button>
      </div>
    </PersonCard>
  );
}
