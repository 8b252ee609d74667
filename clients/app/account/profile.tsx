/* The profile, the phone, and which department vouches for an officer. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, ScreenTitle } from '../../interface/parts.tsx';
import { Phone } from '../../interface/phone.tsx';
import { MeDocument, type OwnAccountFragment } from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';
import { ProfileForm } from './profile-form.tsx';

export function Profile() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('Profile and phone')}</ScreenTitle>
      <NeedsAccount>
        <Own />
      </NeedsAccount>
    </>
  );
}

function Own() {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: MeDocument });
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {(me) => (
        <>
          <section className="card">
            <h2>{i18n._('What people see')}</h2>
            {me.profile ? (
              <ProfileForm profile={me.profile} />
            ) : (
              <p>{i18n._('You have a profile as soon as your phone is verified.')}</p>
            )}
          </section>
          <Department me={me} />
          <OwnPhone isVerified={me.phoneVerified} />
        </>
      )}
    </Answer>
  );
}

function Department({ me }: { readonly me: OwnAccountFragment }) {
  const { i18n } = useLingui();
  if (me.departmentName) {
    return (
      <section className="card">
        <h2>{me.departmentName}</h2>
        <p>{i18n._('Your department vouches for you; people see its name with yours.')}</p>
        <p className="quiet">
          {i18n._(
            'Have you changed departments? The new one registers your e-mail address, and the name here follows.',
          )}
        </p>
      </section>
    );
  }
  if (me.roles.includes('ADMINISTRATOR')) return null;
  return (
    <details className="card">
      <summary>{i18n._('Are you a police officer?')}</summary>
      <p>
        {i18n._(
          'Your department registers the e-mail address that you use at work. Sign in with that one, and the app knows you as an officer.',
        )}
      </p>
      <p>
        {i18n._(
          'Is your department not with us yet? Whoever speaks for it applies in the console and proves its domain.',
        )}
      </p>
      <a className="button" href="/console/">
        {i18n._('Open the console')}
      </a>
    </details>
  );
}

function OwnPhone({ isVerified }: { readonly isVerified: boolean }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [changing, setChanging] = useState(false);
  if (!isVerified) {
    return (
      <section className="card">
        <h2>{i18n._('Phone')}</h2>
        <p>{i18n._('No phone is verified yet.')}</p>
        <Link href="/account" className="button">
          {i18n._('Verify a phone')}
        </Link>
      </section>
    );
  }
  if (changing) {
    return (
      <>
        <Phone
          onVerified={() => {
            setChanging(false);
            tell(i18n._('Your new phone is verified.'));
          }}
        />
        <Button look="plain" onClick={() => setChanging(false)}>
          {i18n._('Keep the phone I have')}
        </Button>
      </>
    );
  }
  return (
    <section className="card">
      <h2>{i18n._('Phone')}</h2>
      <p>{i18n._('Your phone is verified. Nobody sees its number.')}</p>
      <Button onClick={() => setChanging(true)}>{i18n._('I have a new number')}</Button>
    </section>
  );
}
