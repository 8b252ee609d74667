/* Oneself: signing in and out, the phone, the language. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, ScreenTitle } from '../../interface/parts.tsx';
import { Phone } from '../../interface/phone.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import { MeDocument } from '../generated/graphql.ts';

export function Account() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  return (
    <>
      <ScreenTitle>{accountId ? i18n._('Me') : i18n._('Welcome to Hey Blue!')}</ScreenTitle>
      {accountId ? <Own /> : <Nobody />}
      <LanguageChoice />
    </>
  );
}

function Nobody() {
  const { i18n } = useLingui();
  return (
    <section className="card">
      <p>{i18n._('Meet the police officers near you, for a moment, and be rewarded together.')}</p>
      <SignInButton />
    </section>
  );
}

function Own() {
  const { i18n } = useLingui();
  const { signOut } = useSite();
  const [{ data, error, fetching }, ask] = useQuery({ query: MeDocument });
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {(me) => (
        <>
          {!me.phoneVerified && <Phone onVerified={() => ask({ requestPolicy: 'network-only' })} />}
          {me.phoneVerified && (
            <section className="card">
              <h2>{me.profile?.firstName ?? i18n._('Your profile')}</h2>
              {me.departmentName && <p className="quiet">{me.departmentName}</p>}
              {me.points && (
                <p>{i18n._('{points, plural, one {# point} other {# points}}', { points: me.points.available })}</p>
              )}
            </section>
          )}
          <Button onClick={() => void signOut()}>{i18n._('Sign out')}</Button>
        </>
      )}
    </Answer>
  );
}
