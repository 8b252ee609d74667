/* The way to the places of the console, under their headings; on a small screen it opens and closes. */
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { type Area, areas, type Place } from './places.ts';

interface NavigationLink {
  readonly path: string;
  readonly label: string;
}

export function Navigation({ open }: { readonly open: readonly Place[] }) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [location] = useLocation();
  const [shown, setShown] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going anywhere closes it.
  useEffect(() => setShown(false), [location]);
  const account = { path: '/account', label: accountId ? i18n._('Me') : i18n._('Sign in') };
  const home = { path: '/', label: i18n._('Overview') };
  return (
    <nav className="navigation" aria-label={i18n._('Main')}>
      <div className="row" data-spread="">
        <strong>Hey Blue!</strong>
        <button
          type="button"
          className="button opener"
          aria-expanded={shown}
          aria-controls="places"
          onClick={() => setShown(!shown)}
        >
          {i18n._('Menu')}
        </button>
      </div>
      <div id="places" className="places" data-shown={shown || undefined}>
        <Links links={open.length > 0 ? [home, account] : [account]} location={location} />
        {(Object.keys(areas) as Area[]).map((area) => {
          const links = open
            .filter((place) => place.area === area)
            .map(({ path, label }) => ({ path, label: label(i18n) }));
          if (links.length === 0) return null;
          return (
            <section key={area} aria-label={areas[area](i18n)}>
              <p className="quiet small">{areas[area](i18n)}</p>
              <Links links={links} location={location} />
            </section>
          );
        })}
        {open.length > 0 && (
          <ul>
            <li>
              <a href="/explorer">{i18n._('API explorer')}</a>
            </li>
          </ul>
        )}
      </div>
    </nav>
  );
}

function Links({ links, location }: { readonly links: readonly NavigationLink[]; readonly location: string }) {
  return (
    <ul>
      {links.map(({ path, label }) => (
        <li key={path}>
          <Link href={path} aria-current={isAt(location, path) ? 'page' : undefined}>
            {label}
          </Link>
        </li>
      ))}
    </ul>
  );
}

const isAt = (location: string, path: string) => location === path || (path !== '/' && location.startsWith(`${path}/`));
