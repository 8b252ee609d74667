/*
 * The frame around the screens: the way there (one bar, under the thumb on a phone), and what is shown at an address. A
 * screen is loaded when it is opened for the first time.
 */
import { useLingui } from '@lingui/react';
import { lazy, Suspense } from 'react';
import { Link, Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Waiting } from '../../interface/parts.tsx';

const screens = {
  Offers: lazy(async () => ({ default: (await import('../spend/offers.tsx')).Offers })),
  SignedIn: lazy(async () => ({ default: (await import('../../interface/signed-in.tsx')).SignedIn })),
  Account: lazy(async () => ({ default: (await import('../account/account.tsx')).Account })),
};

export function Shell() {
  const { i18n } = useLingui();
  return (
    <Router base="/app">
      <a className="skip" href="#screen">
        {i18n._('Skip to the content')}
      </a>
      <main id="screen" className="screen stack">
        <Suspense fallback={<Waiting />}>
          <Switch>
            <Route path="/signed-in" component={screens.SignedIn} />
            <Route path="/offers" component={screens.Offers} />
            <Route path="/account" component={screens.Account} />
            <Route>
              <Redirect to="/offers" replace />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <Navigation />
    </Router>
  );
}

function Navigation() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [location] = useLocation();
  const places = [
    { to: '/offers', label: i18n._('Offers') },
    { to: '/account', label: accountId ? i18n._('Me') : i18n._('Sign in') },
  ];
  return (
    <nav className="navigation" aria-label={i18n._('Main')}>
      {places.map(({ to, label }) => (
        <Link key={to} href={to} aria-current={location.startsWith(to) ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
