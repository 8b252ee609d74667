/* What is known of a person, who learns of it, what they can switch off, and a copy of it all to keep. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  type AgeBand,
  ChooseSearchPreferenceDocument,
  MeDocument,
  type OwnAccountFragment,
  OwnSearchPreferenceDocument,
} from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';
import { ownCopy } from './own-copy.ts';
import { WhoSeesWhat } from './sharing.tsx';

export function Privacy() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('Privacy')}</ScreenTitle>
      <section className="card">
        <h2>{i18n._('Who learns what')}</h2>
        <WhoSeesWhat />
      </section>
      <NeedsAccount>
        <Known />
        <SearchHistory />
        <Copy />
        <Ending />
      </NeedsAccount>
    </>
  );
}

function Known() {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: MeDocument });
  return (
    <section className="card">
      <h2>{i18n._('What is known of you')}</h2>
      <Answer data={data?.me} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {(me) => <Facts me={me} />}
      </Answer>
    </section>
  );
}

function Facts({ me }: { readonly me: OwnAccountFragment }) {
  const { i18n } = useLingui();
  const { day, count } = useFormats();
  const bands: Readonly<Record<AgeBand, () => string>> = {
    CHILD: () => i18n._('Under 13'),
    YOUTH: () => i18n._('13 to 17'),
    ADULT: () => i18n._('18 or older'),
  };
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [i18n._('E-mail address'), me.emailAddress],
    [i18n._('Phone'), me.phoneVerified ? i18n._('Verified; the number is shown to nobody') : null],
    [i18n._('Age'), me.ageBand && bands[me.ageBand]()],
    [i18n._('Becomes an account of an adult'), me.comesOfAgeOn && day(`${me.comesOfAgeOn}T12:00:00`)],
    [i18n._('A guardian agreed'), me.guardianConsentAt && day(me.guardianConsentAt)],
    [i18n._('Member since'), me.registeredAt && day(me.registeredAt)],
    [i18n._('First name'), me.profile?.firstName],
    [i18n._('About you'), me.profile?.about],
    [i18n._('Picture'), me.profile?.pictureUrl],
    [i18n._('Department'), me.departmentName],
    [i18n._('ZIP code where you live'), me.residence?.zipCode],
    [i18n._('People you have met'), me.profile && count(me.profile.connectionCount)],
    [i18n._('Points'), me.points && count(me.points.available)],
  ];
  return (
    <>
      <dl className="own-facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Link href="/account/profile" className="button">
        {i18n._('Change or remove')}
      </Link>
    </>
  );
}

function SearchHistory() {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ data, error, fetching }, ask] = useQuery({ query: OwnSearchPreferenceDocument });
  const [choosing, choose] = useMutation(ChooseSearchPreferenceDocument);
  // Shown as chosen until the API has said so.
  const [chosen, setChosen] = useState<boolean>();
  return (
    <section className="card">
      <h2>{i18n._('Search')}</h2>
      <Answer
        data={data?.searchPreference}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {({ personal }) => (
          <label className="check">
            <input
              type="checkbox"
              checked={chosen ?? personal}
              onChange={async (event) => {
                const wanted = event.target.checked;
                setChosen(wanted);
                const result = await choose({ input: { personal: wanted } });
                if (result.error) {
                  setChosen(undefined);
                  return;
                }
                ask({ requestPolicy: 'network-only' });
                tell(
                  wanted
                    ? i18n._('What you take counts in your searches from now on.')
                    : i18n._('What you took before is deleted from your searches.'),
                );
              }}
            />
            {i18n._('Keep the last 100 offers I took, to show me what suits me')}
          </label>
        )}
      </Answer>
      {choosing.error && <Note tone="bad">{explain(choosing.error, i18n)}</Note>}
    </section>
  );
}

function Copy() {
  const { i18n } = useLingui();
  const { client } = useSite();
  const tell = useNotice();
  const [failure, setFailure] = useState<unknown>();
  const [done, setDone] = useState<number>();
  const save = async () => {
    setDone(0);
    setFailure(undefined);
    try {
      const address = URL.createObjectURL(await ownCopy(client, setDone));
      Object.assign(document.createElement('a'), { href: address, download: 'hey-blue.json' }).click();
      URL.revokeObjectURL(address);
      tell(i18n._('Your copy is saved on this device.'));
    } catch (error) {
      setFailure(error);
    } finally {
      setDone(undefined);
    }
  };
  return (
    <section className="card">
      <h2>{i18n._('A copy of your own')}</h2>
      <p>
        {i18n._(
          'Everything that is known of you, from your account to the last notice, in one file that stays on this device.',
        )}
      </p>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      {done !== undefined && <progress value={done} aria-label={i18n._('How much of your copy is there')} />}
      <Button busy={done !== undefined} onClick={() => void save()}>
        {i18n._('Save a copy')}
      </Button>
    </section>
  );
}

function Ending() {
  const { i18n } = useLingui();
  const places = [
    { to: '/account/sessions', label: i18n._('Where you are signed in') },
    { to: '/account/agreements', label: i18n._('Terms and permissions') },
    { to: '/account/leave', label: i18n._('Erase my account') },
  ];
  return (
    <nav aria-label={i18n._('Your rights')}>
      <ul className="menu">
        {places.map(({ to, label }) => (
          <li key={to}>
            <Link href={to}>{label}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
