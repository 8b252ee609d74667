/* Where the identity provider sends people back to: ends the sign-in and goes on where it began. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useSite } from '../graph/site.tsx';
import { useNotice } from './notices.tsx';
import { Note, ScreenTitle, Waiting } from './parts.tsx';
import { explain } from './refusals.ts';
import { SignInButton } from './sign-in-button.tsx';

export function SignedIn() {
  const { i18n } = useLingui();
  const site = useSite();
  const tell = useNotice();
  const [, go] = useLocation();
  const [failure, setFailure] = useState<unknown>();
  const begun = useRef(false);
  useEffect(() => {
    // A code is good for one attempt, and development renders twice.
    if (begun.current) return;
    begun.current = true;
    const query = new URLSearchParams(location.search);
    site.completeSignIn(query).then((signedIn) => {
      if (!signedIn) return go('/account', { replace: true });
      if (signedIn.erasureUndone) tell(i18n._('Welcome back. Your account was to be erased; now it stays.'));
      // An address of the router has the site's own part left off.
      const from = signedIn.from.replace(/^\/[^/]+/, '') || '/';
      go(signedIn.phoneVerified ? from : '/account', { replace: true });
    }, setFailure);
  }, [site, go, tell, i18n]);
  if (failure === undefined) return <Waiting label={i18n._('Signing you in…')} />;
  return (
    <>
      <ScreenTitle>{i18n._('Sign in')}</ScreenTitle>
      <Note tone="bad">{explain(failure, i18n)}</Note>
      <SignInButton />
    </>
  );
}
