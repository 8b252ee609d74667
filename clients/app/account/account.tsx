/* Oneself: the way in, the first steps, who one is here, and the way to everything that is one's own. */
import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { useClient, useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, ScreenTitle } from '../../interface/parts.tsx';
import { MeDocument, type OwnAccountFragment, type OwnProfileFragment } from '../generated/graphql.ts';
import { Display } from './display.tsx';
import { GuardianNeeded } from './guardian-needed.tsx';
import { ProfileForm } from './profile-form.tsx';
import { Registration } from './registration.tsx';
import { Welcome } from './welcome.tsx';

export function Account() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  return (
    <>
      <ScreenTitle key={accountId}>{accountId ? i18n._('Me') : i18n._('Welcome to Hey Blue!')}</ScreenTitle>
      {accountId ? <Own /> : <Welcome />}
      <Display />
      {accountId && <SignOut />}
    </>
  );
}

/** How long the parts of the system take to hear of a registration, at most; usually a fraction of that. */
const ASKED_AGAIN_MILLISECONDS = 1_000;

function Own() {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: MeDocument });
  const again = () => ask({ requestPolicy: 'network-only' });
  const isNew = data?.me.phoneVerified === true && data.me.profile === null && !error && !fetching;
  useEffect(() => {
    if (!isNew) return;
    const timer = setTimeout(() => ask({ requestPolicy: 'network-only' }), ASKED_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isNew, ask]);
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={again}>
      {(me) =>
        me.phoneVerified ? (
          <>
            {needsGuardian(me) && <GuardianNeeded accountId={me.id} onLooked={again} />}
            {me.profile && !me.profile.complete && !me.suspension && !needsGuardian(me) && (
              <section className="card">
                <h2>{i18n._('What may people call you?')}</h2>
                <ProfileForm profile={me.profile} only="firstName" />
              </section>
            )}
            <Card me={me} />
            <Menu me={me} />
          </>
        ) : (
          <Registration onVerified={again} />
        )
      }
    </Answer>
  );
}

function needsGuardian({ ageBand, guardianConsentAt }: OwnAccountFragment): boolean {
  return ageBand === 'YOUTH' && guardianConsentAt === null;
}

function Card({ me }: { readonly me: OwnAccountFragment }) {
  const { i18n } = useLingui();
  const { profile, points } = me;
  return (
    <section className="card">
      <div className="row">
        {profile && <Portrait profile={profile} />}
        <div>
          <h2>{profile?.firstName ?? i18n._('Your profile')}</h2>
          {me.departmentName && (
            <p className="quiet">{i18n._('Officer, {department}', { department: me.departmentName })}</p>
          )}
          {profile?.hidden && <Badge tone="warn">{i18n._('Hidden from others')}</Badge>}
        </div>
      </div>
      {profile && (
        <p>
          {i18n._(
            '{count, plural, =0 {You have met nobody yet.} one {You have met # person.} other {You have met # people.}}',
            {
              count: profile.connectionCount,
            },
          )}
        </p>
      )}
      {points && <p>{i18n._('{points, plural, one {# point} other {# points}}', { points: points.available })}</p>}
    </section>
  );
}

export function Portrait({ profile }: { readonly profile: Pick<OwnProfileFragment, 'firstName' | 'pictureUrl'> }) {
  const { firstName, pictureUrl } = profile;
  if (pictureUrl) return <img className="own-portrait" src={pictureUrl} alt="" referrerPolicy="no-referrer" />;
  return (
    <span className="own-portrait" aria-hidden="true">
      {(firstName ?? '?').slice(0, 1).toUpperCase()}
    </span>
  );
}

function Menu({ me }: { readonly me: OwnAccountFragment }) {
  const { i18n } = useLingui();
  const meets = me.roles.some((role) => role !== 'ADMINISTRATOR');
  const places = [
    { to: '/account/profile', label: i18n._('Profile and phone') },
    { to: '/account/notifications', label: i18n._('Notifications') },
    { to: '/account/privacy', label: i18n._('Privacy') },
    ...(meets
      ? [
          { to: '/account/report', label: i18n._('Report somebody') },
          { to: '/account/blocked', label: i18n._('People you blocked') },
        ]
      : []),
    { to: '/account/standing', label: i18n._('Warnings and suspension') },
  ];
  return (
    <nav aria-label={i18n._('Yours')}>
      <ul className="menu">
        {places.map(({ to, label }) => (
          <li key={to}>
            <Link href={to}>{label}</Link>
          </li>
        ))}
        {me.roles.includes('ADMINISTRATOR') && (
          <li>
            <a href="/console/">{i18n._('Open the console')}</a>
          </li>
        )}
      </ul>
    </nav>
  );
}

function SignOut() {
  const { i18n } = useLingui();
  const { signOut } = useSite();
  const client = useClient();
  const leave = async () => {
    // Whoever has this device next is not told what was for this person.
    await import('./push-here.ts').then(({ turnOff }) => turnOff(client)).catch(() => undefined);
    await signOut();
  };
  return (
    <section className="stack">
      <Button onClick={() => void leave()}>{i18n._('Sign out')}</Button>
      <p className="quiet small">{i18n._('Signing out also forgets what the app has kept on this device.')}</p>
    </section>
  );
}
