/* One event: when, where, with whom; saying that one comes, or comes no more; for its host, calling it off. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation, useSubscription } from 'urql';
import { Link, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  AnswerEventDocument,
  CallEventOffDocument,
  type EventPartsFragment,
  EventsLiveDocument,
  OneEventDocument,
} from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from '../spend/answered.tsx';
import '../spend/spend.css';

export function CommunityEvent() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('Event')}>
      <Up to="/events">{i18n._('Events')}</Up>
      <One />
    </Members>
  );
}

function One() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const answered = useAnswered(OneEventDocument, { id });
  // A seat that became free, another time: the cache takes it.
  useSubscription({ query: EventsLiveDocument });
  return (
    <Shown of={answered} data={answered.data?.gathering} title={i18n._('Event')}>
      {(event) =>
        event ? (
          <Details event={event} />
        ) : (
          <Empty title={i18n._('This event is gone')}>
            <Link className="button" href="/events">
              {i18n._('See the others')}
            </Link>
          </Empty>
        )
      }
    </Shown>
  );
}

function Details({ event }: { readonly event: EventPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { accountId } = useSite();
  const { title, description, startsAt, endsAt, placeName, zipCode, place, host, comingCount, seatsLeft } = event;
  return (
    <>
      <ScreenTitle>{title}</ScreenTitle>
      <section className="card">
        <p>{formats.span(startsAt, endsAt)}</p>
        <p>{[placeName, zipCode].filter(Boolean).join(', ')}</p>
        <a
          className="button"
          href={`https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}&zoom=17`}
          target="_blank"
          rel="noreferrer"
        >
          {i18n._('Show on a map')}
          <span className="spoken">{i18n._('opens a new page')}</span>
        </a>
        <p className="quiet">
          {i18n._('With {name}', {
            name: [host.firstName ?? i18n._('an officer'), host.departmentName].filter(Boolean).join(', '),
          })}
        </p>
        <p role="status">
          {i18n._('{count, plural, =0 {Nobody has said yes yet} one {# person comes} other {# people come}}', {
            count: comingCount,
          })}
          {seatsLeft !== null &&
            seatsLeft !== undefined &&
            ` · ${i18n._('{count, plural, =0 {no seat left} one {# seat left} other {# seats left}}', { count: seatsLeft })}`}
        </p>
      </section>
      <p className="told">{description}</p>
      {event.state === 'CANCELLED' && (
        <Note tone="bad">
          {i18n._('It was called off.')} {event.cancellationReason}
        </Note>
      )}
      {event.state === 'ENDED' && <Note>{i18n._('It is over.')}</Note>}
      {event.state === 'SCHEDULED' && (host.id === accountId ? <CallOff event={event} /> : <Answering event={event} />)}
    </>
  );
}

function Answering({ event }: { readonly event: EventPartsFragment }) {
  const { i18n } = useLingui();
  const [{ fetching, error }, answer] = useMutation(AnswerEventDocument);
  const { id, ownAnswer, seatsLeft } = event;
  const say = (coming: boolean) => void answer({ input: { gatheringId: id, coming } });
  return (
    <section className="stack">
      {ownAnswer === 'COMING' && <Note tone="good">{i18n._('You are coming. See you there!')}</Note>}
      {ownAnswer === 'WAITING' && (
        <Note tone="warn">{i18n._('All seats are taken. You get the next one that becomes free.')}</Note>
      )}
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      {ownAnswer ? (
        <Button wide busy={fetching} onClick={() => say(false)}>
          {i18n._('I cannot come after all')}
        </Button>
      ) : (
        <Button look="accent" wide busy={fetching} onClick={() => say(true)}>
          {seatsLeft === 0 ? i18n._('Wait for a seat') : i18n._('I come')}
        </Button>
      )}
      <p className="quiet small">{i18n._('Nobody sees who comes, only how many.')}</p>
    </section>
  );
}

function CallOff({ event }: { readonly event: EventPartsFragment }) {
  const { i18n } = useLingui();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const [{ fetching, error }, callOff] = useMutation(CallEventOffDocument);
  const confirm = async () => {
    if (reason.trim() === '') return;
    const { error: refused } = await callOff({ input: { gatheringId: event.id, reason: reason.trim() } });
    if (!refused) setAsking(false);
  };
  return (
    <>
      <Note>{i18n._('This is your event.')}</Note>
      <Button look="danger" onClick={() => setAsking(true)}>
        {i18n._('Call it off')}
      </Button>
      <Dialog open={asking} title={i18n._('Call this event off?')} onClose={() => setAsking(false)}>
        <TextField
          label={i18n._('Why')}
          hint={i18n._('Told to those who wanted to come.')}
          maxLength={100}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {error && <Note tone="bad">{explain(error, i18n)}</Note>}
        <Button look="danger" wide busy={fetching || reason.trim() === ''} onClick={() => void confirm()}>
          {i18n._('Yes, call it off')}
        </Button>
        <Button wide onClick={() => setAsking(false)}>
          {i18n._('Keep it')}
        </Button>
      </Dialog>
    </>
  );
}
