/* Screens that are somebody's own: whoever is signed out is shown the way in instead. */
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { useSite } from '../../graph/site.tsx';
import { SignInButton } from '../../interface/sign-in-button.tsx';

export function NeedsAccount({ children }: { readonly children: ReactNode }) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  if (accountId) return children;
  return (
    <section className="card">
      <p>{i18n._('This is yours alone: sign in to see it.')}</p>
      <SignInButton />
    </section>
  );
}
