/* Oneself: signing in and out, the phone, the language. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { type Language, languages, useLanguage } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Field, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { MeDocument } from '../generated/graphql.ts';
import { Phone } from './phone.tsx';

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
  const { signIn } = useSite();
  const [failure, setFailure] = useState<unknown>();
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    signIn().catch((error) => {
      setLeaving(false);
      setFailure(error);
    });
  };
  return (
    <section className="card">
      <p>{i18n._('Meet the police officers near you, for a moment, and be rewarded together.')}</p>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <Button look="accent" wide busy={leaving} onClick={leave}>
        {i18n._('Sign in')}
      </Button>
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

function LanguageChoice() {
  const { i18n } = useLingui();
  const { language, choose } = useLanguage();
  return (
    <Field label={i18n._('Language')}>
      {(control) => (
        <select {...control} value={language} onChange={(event) => choose(event.target.value as Language)}>
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
