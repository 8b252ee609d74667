/*
 * What a person is told of and how: each topic in the app and on devices, the hours in which nothing wakes them, and
 * whether this device is one of those that are told while the app is closed.
 */
import { useLingui } from '@lingui/react';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ChangeNotificationSettingsDocument,
  type NotificationChannel,
  type NotificationTopic,
  OwnNotificationSettingsDocument,
  type OwnSettingsFragment,
} from '../generated/graphql.ts';
import { NeedsAccount } from './needs-account.tsx';
import { channelNames, topicHints, topicNames } from './notification-words.ts';
import { OnThisDevice } from './on-this-device.tsx';
import './notifications.css';

export function NotificationSettings() {
  const { i18n } = useLingui();
  return (
    <>
      <Link href="/account/notifications" className="back">
        <span aria-hidden="true">‹&nbsp;</span>
        {i18n._('Notifications')}
      </Link>
      <ScreenTitle>{i18n._('What you are told, and when')}</ScreenTitle>
      <NeedsAccount>
        <Own />
      </NeedsAccount>
    </>
  );
}

function Own() {
  const [{ data, error, fetching }, ask] = useQuery({ query: OwnNotificationSettingsDocument });
  const settings = data?.me.notificationSettings ?? undefined;
  return (
    <Answer data={settings} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {(own) => (
        <>
          <Choices choices={own.choices} />
          <OnThisDevice applicationKey={data?.pushApplicationKey ?? null} devices={own.pushDevices} />
          <Quiet key={JSON.stringify(own.quietHours)} quietHours={own.quietHours} />
        </>
      )}
    </Answer>
  );
}

type Choice = OwnSettingsFragment['choices'][number];

function Choices({ choices }: { readonly choices: readonly Choice[] }) {
  const { i18n } = useLingui();
  const titleId = useId();
  const topics = [...new Set(choices.map(({ topic }) => topic))];
  const channels = [...new Set(choices.map(({ channel }) => channel))];
  const names = channelNames(i18n);
  return (
    <section className="card" aria-labelledby={titleId}>
      <h2 id={titleId}>{i18n._('What you are told')}</h2>
      <div className="table">
        <table className="choices">
          <thead>
            <tr>
              <th scope="col">
                <span className="spoken">{i18n._('What about')}</span>
              </th>
              {channels.map((channel) => (
                <th key={channel} scope="col">
                  {names[channel] ?? channel}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {topics.map((topic) => (
              <Topic key={topic} topic={topic} channels={channels} choices={choices} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="quiet small">
        {i18n._('Warnings and suspensions always stand in the app, so that you know why something is closed to you.')}
      </p>
    </section>
  );
}

interface TopicProperties {
  readonly topic: NotificationTopic;
  readonly channels: readonly NotificationChannel[];
  readonly choices: readonly Choice[];
}

function Topic({ topic, channels, choices }: TopicProperties) {
  const { i18n } = useLingui();
  const name = topicNames(i18n)[topic] ?? topic;
  return (
    <tr>
      <th scope="row">
        {name}
        <span className="small">{topicHints(i18n)[topic]}</span>
      </th>
      {channels.map((channel) => {
        const choice = choices.find((each) => each.topic === topic && each.channel === channel);
        return <td key={channel}>{choice && <Switch choice={choice} name={name} />}</td>;
      })}
    </tr>
  );
}

function Switch({ choice, name }: { readonly choice: Choice; readonly name: string }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { topic, channel, wanted, changeable } = choice;
  const [{ fetching }, change] = useMutation(ChangeNotificationSettingsDocument);
  // Shown as it was tapped until the answer is there.
  const [tapped, setTapped] = useState<boolean>();
  const isOn = tapped ?? wanted;
  return (
    <button
      type="button"
      role="switch"
      className="switch"
      aria-checked={isOn}
      aria-label={`${name}: ${channelNames(i18n)[channel] ?? channel}`}
      aria-busy={fetching || undefined}
      disabled={!changeable}
      onClick={async () => {
        if (fetching) return;
        setTapped(!isOn);
        const { error } = await change({ input: { choices: [{ topic, channel, wanted: !isOn }] } });
        setTapped(undefined);
        if (error) tell(explain(error, i18n));
      }}
    >
      <span />
    </button>
  );
}

interface QuietForm {
  readonly enabled: boolean;
  readonly from: string;
  readonly to: string;
}

function Quiet({ quietHours }: Pick<OwnSettingsFragment, 'quietHours'>) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { timeZone, enabled, from, to } = quietHours;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [{ fetching, error }, change] = useMutation(ChangeNotificationSettingsDocument);
  const { register, handleSubmit, watch, formState } = useForm<QuietForm>({ defaultValues: { enabled, from, to } });
  const save = handleSubmit(async (form) => {
    const result = await change({ input: { quietHours: { ...form, timeZone: here } } });
    if (!result.error) tell(i18n._('Saved.'));
  });
  const needed = { required: i18n._('This is needed.') };
  return (
    <section className="card">
      <h2>{i18n._('Quiet hours')}</h2>
      <p>
        {i18n._(
          'In these hours nothing wakes you. What came is in the app at once, and when they end one message tells how much it was.',
        )}
      </p>
      <form className="stack" onSubmit={save} noValidate>
        <label className="check">
          <input type="checkbox" {...register('enabled')} />
          {i18n._('Keep quiet hours')}
        </label>
        <div className="times">
          <TextField
            label={i18n._('From')}
            type="time"
            fault={formState.errors.from?.message}
            {...register('from', needed)}
          />
          <TextField
            label={i18n._('Until')}
            type="time"
            fault={formState.errors.to?.message}
            {...register('to', {
              ...needed,
              validate: (until) =>
                until !== watch('from') || i18n._('They need to end at another time than they begin.'),
            })}
          />
        </div>
        <p className="quiet small">
          {i18n._('Times are those of {zone}, where this device is.', { zone: here.replaceAll('_', ' ') })}
        </p>
        {enabled && timeZone && timeZone !== here && (
          <p className="note" data-tone="warn">
            {i18n._('They are kept by the clock of {zone} until you save them here.', {
              zone: timeZone.replaceAll('_', ' '),
            })}
          </p>
        )}
        {error && (
          <p className="note" data-tone="bad" role="alert">
            {explain(error, i18n)}
          </p>
        )}
        <Button type="submit" look="accent" busy={fetching}>
          {i18n._('Save')}
        </Button>
      </form>
    </section>
  );
}
