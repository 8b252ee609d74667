/*
 * The frame around the screens of the console: navigation beside them, or above them on a small screen, with the places
 * that the person may enter.
 */
import { useLingui } from '@lingui/react';
import { lazy, Suspense } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Waiting } from '../../interface/parts.tsx';
import { type Place, places } from './places.ts';

const SignedIn = lazy(async () => ({ default: (await import('../../interface/signed-in.tsx')).SignedIn }));
const Account = lazy(async () => ({ default: (await import('./account.tsx')).Account }));

export function Shell() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const open = places.filter((place) => place.scopes.some((scope) => scopes.includes(scope)));
  return (
    <Router base="/console">
      <a className="skip" href="#screen">
        {i18n._('Skip to the content')}
      </a>
      <div className="frame">
        <Navigation open={open} />
        <main id="screen" className="screen stack">
          <Suspense fallback={<Waiting />}>
            <Switch>
              <Route path="/signed-in" component={SignedIn} />
              {open.map(({ path, screen }) => (
                <Route key={path} path={`${path}/*?`} component={screen} />
              ))}
              <Route component={Account} />
            </Switch>
          </Suspense>
        </main>
      </div>
    </Router>
  );
}

function Navigation({ open }: { readonly open: readonly Place[] }) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [location] = useLocation();
  const links = [
    ...open.map(({ path, label }) => ({ path, label: label(i18n) })),
    { path: '/account', label: accountId ? i18n._('Me') : i18n._('Sign in') },
  ];
  return (
    <nav className="places" aria-label={i18n._('Main')}>
      <strong>Hey Blue!</strong>
      {links.map(({ path, label }) => (
        <Link key={path} href={path} aria-current={location.startsWith(path) ? 'page' : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
