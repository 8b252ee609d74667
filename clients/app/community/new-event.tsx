/* An officer announces an event: at a place of the list, or at a public place where the officer stands now. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { AnnounceEventDocument, PlacesDocument, type ScheduleGatheringInput } from '../generated/graphql.ts';
import { Members, Up, useAnswered } from '../spend/answered.tsx';
import { useWish } from '../spend/wish.ts';
import '../spend/spend.css';

const HUBS = 100;

interface EventForm {
  readonly title: string;
  readonly description: string;
  /** Id of a hub; empty for a place of its own. */
  readonly hubId: string;
  readonly placeName: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly capacity: string;
}

type Position = { readonly latitude: number; readonly longitude: number };

export function NewEvent() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  return (
    <Members title={i18n._('Announce an event')}>
      <Up to="/events">{i18n._('Events')}</Up>
      <ScreenTitle>{i18n._('Announce an event')}</ScreenTitle>
      {scopes.includes('officer') ? (
        <Announcement />
      ) : (
        <Note>{i18n._('Officers announce events. Everybody can come.')}</Note>
      )}
    </Members>
  );
}

function Announcement() {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const tell = useNotice();
  const hubs = useAnswered(PlacesDocument, { near: null, first: HUBS, after: null });
  const [, announce] = useMutation(AnnounceEventDocument);
  const { busy, failure, attempt } = useWish();
  const [position, setPosition] = useState<Position>();
  const [lost, setLost] = useState(false);
  const { register, handleSubmit, watch, formState } = useForm<EventForm>({
    defaultValues: { title: '', description: '', hubId: '', placeName: '', startsAt: '', endsAt: '', capacity: '' },
  });
  const { errors } = formState;
  const isOwnPlace = watch('hubId') === '';
  const needed = (value: string) => value.trim() !== '' || i18n._('This is needed.');
  const submit = handleSubmit(async (values) => {
    if (isOwnPlace && !position) return setLost(true);
    const input: Omit<ScheduleGatheringInput, 'idempotencyKey'> = {
      title: values.title.trim(),
      description: values.description.trim(),
      startsAt: new Date(values.startsAt).toISOString(),
      endsAt: new Date(values.endsAt).toISOString(),
      capacity: values.capacity === '' ? null : Number(values.capacity),
      ...(isOwnPlace && position ? { place: { name: values.placeName.trim(), position } } : { hubId: values.hubId }),
    };
    const wish = `announce ${values.startsAt} ${input.title} ${JSON.stringify(input.capacity)} ${values.hubId}`;
    const answer = await attempt(wish, (idempotencyKey) => announce({ input: { ...input, idempotencyKey } }));
    if (!answer) return;
    tell(i18n._('Your event is announced.'));
    go(`/events/${answer.scheduleGathering.gathering.id}`);
  });
  const look = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        setLost(false);
        setPosition({ latitude, longitude });
      },
      () => setLost(true),
      { timeout: 15_000, maximumAge: 60_000, enableHighAccuracy: true },
    );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <TextField
        label={i18n._('What is it?')}
        hint={i18n._('Such as: Coffee with a cop')}
        maxLength={100}
        fault={errors.title?.message}
        {...register('title', { validate: needed })}
      />
      <Field label={i18n._('What may people expect?')} fault={errors.description?.message}>
        {(control) => <textarea {...control} rows={4} {...register('description', { validate: needed })} />}
      </Field>
      <Field label={i18n._('Where')}>
        {(control) => (
          <select {...control} {...register('hubId')}>
            <option value="">{i18n._('A public place where I am now')}</option>
            {hubs.data?.hubs.edges.map(({ node }) => (
              <option key={node.id} value={node.id}>
                {node.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {isOwnPlace && (
        <section className="card">
          <TextField
            label={i18n._('What the place is called')}
            maxLength={100}
            fault={errors.placeName?.message}
            {...register('placeName', { validate: (value) => !isOwnPlace || needed(value) })}
          />
          <Button onClick={look}>
            {position ? i18n._('Place taken. Take it again') : i18n._('Take my place now')}
          </Button>
          {lost && <Note tone="bad">{i18n._('We need the place once: press the button, and allow it.')}</Note>}
        </section>
      )}
      <TextField
        label={i18n._('Begins')}
        type="datetime-local"
        fault={errors.startsAt?.message}
        {...register('startsAt', {
          validate: (value) => new Date(value) > new Date() || i18n._('Choose a time that is still to come.'),
        })}
      />
      <TextField
        label={i18n._('Ends')}
        type="datetime-local"
        fault={errors.endsAt?.message}
        {...register('endsAt', {
          validate: (value, { startsAt }) =>
            new Date(value) > new Date(startsAt) || i18n._('It ends after it begins, at most 12 hours later.'),
        })}
      />
      <TextField
        label={i18n._('How many may come')}
        hint={i18n._('Leave it empty for as many as like.')}
        inputMode="numeric"
        fault={errors.capacity?.message}
        {...register('capacity', {
          validate: (value) => /^(|[1-9]\d{0,3})$/.test(value) || i18n._('Write a number from 1 to 9,999.'),
        })}
      />
      {failure && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <Button look="accent" type="submit" wide busy={busy}>
        {busy ? i18n._('One moment…') : i18n._('Announce it')}
      </Button>
    </form>
  );
}
