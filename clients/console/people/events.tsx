/* Events that officers announced and that are not over; an administrator calls one off, and says why to whoever comes. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty } from '../../interface/parts.tsx';
import { CallOffEventDocument, EventsDocument, type EventsQuery } from '../generated/graphql.ts';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';

type Event = EventsQuery['gatherings']['edges'][number]['node'];

/** As the API takes the reason: one line. */
const LONGEST = 80;

export function Events() {
  const { i18n } = useLingui();
  const { span, count } = useFormats();
  const [ended, setEnded] = useState<Event>();
  const list = usePaged(EventsDocument, {}, (data) => data.gatherings);
  return (
    <>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={
          <Empty title={i18n._('No event is announced')}>
            <p>{i18n._('Officers announce events in the app. You can call one off here.')}</p>
          </Empty>
        }
      >
        {(event) => (
          <article className="card stack" aria-label={event.title}>
            <h2>{event.title}</h2>
            <p>{event.description}</p>
            <Facts
              entries={[
                [i18n._('When'), span(event.startsAt, event.endsAt)],
                [i18n._('Place'), event.placeName],
                [i18n._('ZIP code'), event.zipCode],
                [i18n._('People who come'), count(event.comingCount)],
                [i18n._('People who wait for a seat'), event.waitingCount > 0 && count(event.waitingCount)],
              ]}
            />
            <div>
              <Button
                look="danger"
                onClick={() => setEnded(event)}
                aria-label={i18n._('Call off {title}', { title: event.title })}
              >
                {i18n._('Call off')}
              </Button>
            </div>
          </article>
        )}
      </PagedList>
      {ended && (
        <Decision
          document={CallOffEventDocument}
          variables={(reason) => ({ input: { gatheringId: ended.id, reason: reason.replaceAll(/\s+/g, ' ') } })}
          title={i18n._('Call off {title}?', { title: ended.title })}
          consequence={i18n._('It goes off the list for good. The officer and everybody who wanted to come are told.')}
          reasonLabel={i18n._('Reason, which they read')}
          longest={LONGEST}
          action={i18n._('Call off')}
          danger
          done={i18n._('{title} is called off.', { title: ended.title })}
          onDone={() => list.reload()}
          onClose={() => setEnded(undefined)}
        />
      )}
    </>
  );
}
