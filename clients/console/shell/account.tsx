/* Who is signed in to the console, and what they may enter. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { Phone } from '../../interface/phone.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import { MeDocument } from '../generated/graphql.ts';
import { Copied } from './copied.tsx';

export function Account() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  return (
    <>
      <ScreenTitle>{accountId ? i18n._('Me') : i18n._('The console of Hey Blue!')}</ScreenTitle>
      {accountId ? (
        <Own />
      ) : (
        <section className="card">
          <p>{i18n._('For administrators, for analysts, and for people who act for an organisation.')}</p>
          <SignInButton />
        </section>
      )}
      <LanguageChoice />
    </>
  );
}

function Own() {
  const { i18n } = useLingui();
  const { scopes, organisations, signOut } = useSite();
  const [{ data, error, fetching }, ask] = useQuery({ query: MeDocument });
  const again = () => ask({ requestPolicy: 'network-only' });
  const readsAlready = scopes.includes('administrator') || scopes.includes('analyst');
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={again}>
      {(me) => (
        <>
          {!me.phoneVerified && <Phone onVerified={again} />}
          <p className="row">
            {scopes.map((scope) => (
              <Badge key={scope}>{scope}</Badge>
            ))}
          </p>
          {scopes.includes('analyst') && (
            <Note>
              {i18n._('You are an analyst.')} <Link href="/reports">{i18n._('Read the reports')}</Link>
            </Note>
          )}
          {me.phoneVerified && organisations.length === 0 && !readsAlready && (
            <Note>
              {i18n._('You act for no organisation yet.')}{' '}
              <Link href="/organisations">{i18n._('List yours, or join one')}</Link>
            </Note>
          )}
          {me.phoneVerified && (
            <Copied label={i18n._('Id of your account, which an administrator may ask for')} text={me.id} />
          )}
          <Button onClick={() => void signOut()}>{i18n._('Sign out')}</Button>
        </>
      )}
    </Answer>
  );
}
