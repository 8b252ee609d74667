/*
 * One meeting, from yes to celebration: where to go, the code that one shows or scans, and the word of both that they
 * have met. Every end has a screen of its own.
 */
import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { Badge, Button, Note, ScreenTitle, Waiting } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { CancelMeetingDocument, ConfirmMeetingDocument, OneMeetingDocument } from '../generated/graphql.ts';
import { type CelebratedMeeting, Celebration } from './celebration.tsx';
import { Countdown, useNow } from './clock.tsx';
import { useLive } from './live.tsx';
import './meet.css';
import { MeetingPlace } from './meeting-place.tsx';
import { confirmedBy, hasCounted, isAgreed, isUnderWay, otherName, otherSide, type Side } from './meetings.ts';
import { OwnMeetingCode } from './own-meeting-code.tsx';
import { PersonCard } from './person-card.tsx';
import { usePlace } from './place.tsx';

/** Points and the celebration follow the confirmation by events; they are asked for until they are there. */
const AWAITED_MILLISECONDS = 1_500;

export function Meeting({ params: { id } }: { readonly params: { readonly id: string } }) {
  const { i18n } = useLingui();
  const { side } = useLive();
  const [{ data, error, fetching }, ask] = useQuery({ query: OneMeetingDocument, variables: { id }, pause: !side });
  const meeting = data?.connection;
  const isAwaited = meeting && hasCounted(meeting) && (meeting.pointsAwarded === null || !meeting.celebration);
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(() => ask({ requestPolicy: 'network-only' }), AWAITED_MILLISECONDS);
    return () => clearInterval(timer);
  }, [isAwaited, ask]);
  if (meeting && side) return <Stage meeting={meeting} side={side} />;
  return (
    <>
      <ScreenTitle>{i18n._('Meeting')}</ScreenTitle>
      {fetching && <Waiting />}
      {error && (
        <Note tone="bad">
          <div className="row" data-spread="">
            <span>{explain(error, i18n)}</span>
            <Button onClick={() => ask({ requestPolicy: 'network-only' })}>{i18n._('Try again')}</Button>
          </div>
        </Note>
      )}
      {!fetching && !error && <Note>{i18n._('There is no such meeting of yours.')}</Note>}
      <Back />
    </>
  );
}

function Back() {
  const { i18n } = useLingui();
  return (
    <Link className="button" href="/meet">
      {i18n._('Back')}
    </Link>
  );
}

interface StageProperties {
  readonly meeting: CelebratedMeeting;
  readonly side: Side;
}

function Stage({ meeting, side }: StageProperties) {
  const { i18n } = useLingui();
  const now = useNow(5);
  const name = otherName(meeting, side, i18n);
  if (hasCounted(meeting)) {
    return (
      <>
        <ScreenTitle key="celebration">{i18n._('You two have met!')}</ScreenTitle>
        <Celebration meeting={meeting} side={side} />
        <OtherPerson meeting={meeting} side={side} />
      </>
    );
  }
  if (isAgreed(meeting) && isUnderWay(meeting, now)) return <Agreed meeting={meeting} side={side} />;
  return (
    <>
      <ScreenTitle>{i18n._('Meeting {name}', { name })}</ScreenTitle>
      <Ended meeting={meeting} side={side} isOver={!isUnderWay(meeting, now)} />
      <Back />
      <OtherPerson meeting={meeting} side={side} />
    </>
  );
}

function OtherPerson({ meeting, side }: StageProperties) {
  const { refresh } = useLive();
  const person = side === 'officer' ? meeting.citizen : meeting.officer;
  return <PersonCard person={person} side={otherSide(side)} meetingId={meeting.id} onBlocked={refresh} />;
}

function Ended({ meeting, side, isOver }: StageProperties & { readonly isOver: boolean }) {
  const { i18n } = useLingui();
  const name = otherName(meeting, side, i18n);
  switch (meeting.state) {
    case 'HELD':
      return (
        <Note>
          {i18n._(
            'You have both said that you met. People of Hey Blue! take a look before points are given; there is nothing you have to do.',
          )}
        </Note>
      );
    case 'DECLINED':
      return (
        <Note>
          {side === 'citizen'
            ? i18n._('{name} cannot meet you now. It is nothing about you: ask another officer, or try again later.', {
                name,
              })
            : i18n._('You said no to this one.')}
        </Note>
      );
    case 'CANCELLED':
      return <Note>{i18n._('This meeting was called off.')}</Note>;
    case 'CLAWED_BACK':
      return <Note tone="warn">{i18n._('This meeting was looked at and does not count.')}</Note>;
    case 'REQUESTED':
      if (!isOver) return <Note>{i18n._('The officer has not answered yet.')}</Note>;
      break;
    default:
  }
  return (
    <Note>
      {i18n._(
        'The time for this meeting is over. If you scanned a code in time, it still counts once it is handed in.',
      )}
    </Note>
  );
}

function Agreed({ meeting, side }: StageProperties) {
  const { i18n } = useLingui();
  const { refresh } = useLive();
  const place = usePlace(true);
  const [confirming, confirm] = useMutation(ConfirmMeetingDocument);
  const [cancelling, cancel] = useMutation(CancelMeetingDocument);
  const name = otherName(meeting, side, i18n);
  const input = { connectionId: meeting.id };
  const [hasSaid, hasOtherSaid] = [confirmedBy(meeting, side), confirmedBy(meeting, otherSide(side))];
  const failure = confirming.error ?? cancelling.error;
  return (
    <>
      <div className="row" data-spread="">
        <ScreenTitle>{i18n._('Meeting {name}', { name })}</ScreenTitle>
        <Badge tone="good">
          <Countdown until={meeting.expiresAt} />
        </Badge>
      </div>
      <MeetingPlace meetingId={meeting.id} side={side} name={name} />
      <section className="card">
        <h2>{i18n._('Together?')}</h2>
        <p>{i18n._('One of you scans the other’s code. It is the surest way, and counts the most.')}</p>
        <OwnMeetingCode meetingId={meeting.id} side={side} />
        <Link className="button" data-look="accent" href="/meet/scan">
          {i18n._('Scan {name}’s code', { name })}
        </Link>
      </section>
      <section className="card">
        <h2>{i18n._('Without a code')}</h2>
        <p role="status">
          {hasSaid
            ? i18n._('You have said that you met. As soon as {name} says so too, it counts.', { name })
            : hasOtherSaid
              ? i18n._('{name} says that you have met. If so, say so too.', { name })
              : i18n._(
                  'Say that you met, both of you. If your phones are close to each other, it counts more; on the phone or by video it counts too.',
                )}
        </p>
        {failure && (
          <Note tone="bad">
            {codeOf(failure) === 'UNREACHABLE'
              ? i18n._('There is no connection. Scan the code instead: that can be handed in later.')
              : explain(failure, i18n)}
          </Note>
        )}
        {!hasSaid && (
          <Button
            look={hasOtherSaid ? 'accent' : undefined}
            busy={confirming.fetching}
            onClick={() => {
              place.hurry();
              void confirm({ input }).then(refresh);
            }}
          >
            {i18n._('We have met')}
          </Button>
        )}
      </section>
      <Button look="danger" busy={cancelling.fetching} onClick={() => void cancel({ input }).then(refresh)}>
        {i18n._('Call it off')}
      </Button>
      <Back />
      <OtherPerson meeting={meeting} side={side} />
    </>
  );
}
