/*
 * The frame around the screens of the console: navigation beside them, or behind a button on a small screen, with the
 * places that the person may enter.
 */
import { useLingui } from '@lingui/react';
import { lazy, Suspense } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { FailureBoundary } from '../../interface/failure-boundary.tsx';
import { Waiting } from '../../interface/parts.tsx';
import { Connection } from './connection.tsx';
import { Navigation } from './navigation.tsx';
import { type Place, placesOf } from './places.ts';

const screens = {
  SignedIn: lazy(async () => ({ default: (await import('../../interface/signed-in.tsx')).SignedIn })),
  Account: lazy(async () => ({ default: (await import('./account.tsx')).Account })),
  Home: lazy(async () => ({ default: (await import('./home.tsx')).Home })),
  Nowhere: lazy(async () => ({ default: (await import('./nowhere.tsx')).Nowhere })),
};

export function Shell() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const open = placesOf(scopes);
  return (
    <Router base="/console">
      <a className="skip" href="#screen">
        {i18n._('Skip to the content')}
      </a>
      <div className="frame">
        <Navigation open={open} />
        <main id="screen" className="screen stack">
          <Connection />
          <Screens open={open} />
        </main>
      </div>
    </Router>
  );
}

function Screens({ open }: { readonly open: readonly Place[] }) {
  const { accountId, scopes } = useSite();
  const [location] = useLocation();
  return (
    <FailureBoundary place={location} start="/console/">
      <Suspense fallback={<Waiting />}>
        <Switch>
          <Route path="/signed-in" component={screens.SignedIn} />
          <Route path="/account" component={screens.Account} />
          {open.map(({ path, screen }) => (
            <Route key={path} path={`${path}/*?`} component={screen} />
          ))}
          <Route path="/" component={scopes.length > 0 ? screens.Home : screens.Account} />
          <Route component={accountId ? screens.Nowhere : screens.Account} />
        </Switch>
      </Suspense>
    </FailureBoundary>
  );
}
