/*
 * Whether this device is told while the app is closed. The browser is asked after a tap and never before; where it cannot
 * or will not, the person reads why and what they can do.
 */
import { useLingui } from '@lingui/react';
import { useCallback, useEffect, useState } from 'react';
import { useClient, useMutation } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { type OwnSettingsFragment, RemovePushDocument } from '../generated/graphql.ts';
import { ownDeviceId, type PushStanding, pushStanding, turnOff, turnOn } from './push-here.ts';

interface Properties {
  /** null where this system sends nothing to devices. */
  readonly applicationKey: string | null;
  readonly devices: OwnSettingsFragment['pushDevices'];
}

export function OnThisDevice({ applicationKey, devices }: Properties) {
  const { i18n } = useLingui();
  const [standing, setStanding] = useState<PushStanding>();
  const look = useCallback(() => {
    pushStanding().then(setStanding, () => setStanding('unsupported'));
  }, []);
  useEffect(look, [look]);
  const own = standing === 'on' ? ownDeviceId() : undefined;
  const isListed = devices.some(({ id }) => id === own);
  const others = devices.filter(({ id }) => id !== own);
  return (
    <section className="card" aria-busy={standing === undefined}>
      <h2>{i18n._('On this device')}</h2>
      <p>{i18n._('While the app is closed, this device can tell you too.')}</p>
      {applicationKey === null ? (
        <p className="quiet">
          {i18n._('Hey Blue! does not send to devices here yet. In the app you are told everything.')}
        </p>
      ) : (
        // Ten others registered since, or somebody removed it elsewhere.
        standing && <Here standing={standing === 'on' && !isListed ? 'off' : standing} {...{ applicationKey, look }} />
      )}
      {others.length > 0 && <Others devices={others} />}
    </section>
  );
}

interface HereProperties {
  readonly standing: PushStanding;
  readonly applicationKey: string;
  look(): void;
}

function Here({ standing, applicationKey, look }: HereProperties) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const client = useClient();
  const tell = useNotice();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const act = async (task: () => Promise<void>, done: string) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await task();
      if (Notification.permission === 'granted') tell(done);
    } catch (error) {
      // What a browser refuses has a name; what the API refuses has a code.
      setFailure(
        error instanceof DOMException
          ? i18n._('Your browser did not agree: it may have no connection to its maker’s service. Try again later.')
          : explain(error, i18n),
      );
    }
    setBusy(false);
    look();
  };
  const reasons: Partial<Readonly<Record<PushStanding, string>>> = {
    unsupported: i18n._('This browser cannot do that. In the app you are told everything.'),
    'needs-home-screen': i18n._('Put Hey Blue! on your home screen first: tap Share, then Add to Home Screen.'),
    refused: i18n._(
      'Your browser does not allow it. Open the settings of this page, by the sign beside its address, allow notifications, and come back.',
    ),
  };
  if (reasons[standing]) return <Note tone="warn">{reasons[standing]}</Note>;
  return (
    <>
      {failure && <Note tone="bad">{failure}</Note>}
      {standing === 'on' ? (
        <>
          <p className="quiet">{i18n._('You are told on this device.')}</p>
          <Button
            busy={isBusy}
            onClick={() => void act(() => turnOff(client), i18n._('You are not told here any more.'))}
          >
            {i18n._('Stop it on this device')}
          </Button>
        </>
      ) : (
        <Button
          look="accent"
          busy={isBusy}
          onClick={() =>
            void act(
              () => turnOn(client, i18n, accountId ?? '', applicationKey),
              i18n._('You are told on this device from now on.'),
            )
          }
        >
          {i18n._('Tell me on this device')}
        </Button>
      )}
    </>
  );
}

function Others({ devices }: Pick<Properties, 'devices'>) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { day } = useFormats();
  const [{ fetching }, remove] = useMutation(RemovePushDocument);
  return (
    <details>
      <summary>
        {i18n._('{count, plural, one {# other device is told} other {# other devices are told}}', {
          count: devices.length,
        })}
      </summary>
      <ul className="stack">
        {devices.map(({ id, registeredAt }) => (
          <li key={id} className="row" data-spread="">
            <span>{i18n._('Since {day}', { day: day(registeredAt) })}</span>
            <Button
              busy={fetching}
              onClick={async () => {
                const { error } = await remove({ input: { deviceId: id } });
                tell(error ? explain(error, i18n) : i18n._('That device is not told any more.'));
              }}
            >
              {i18n._('Remove')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
