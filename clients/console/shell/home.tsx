/* The first screen: what waits for an administrator, and the places that the person may enter. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { ScreenTitle } from '../../interface/parts.tsx';
import { type Area, areas, placesOf } from './places.ts';
import { WaitingQueues } from './waiting.tsx';

export function Home() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const open = placesOf(scopes);
  return (
    <>
      <ScreenTitle>{i18n._('Overview')}</ScreenTitle>
      <div className="sheet">
        {scopes.includes('administrator') && <WaitingQueues />}
        {(Object.keys(areas) as Area[]).map((area) => {
          const own = open.filter((place) => place.area === area);
          if (own.length === 0) return null;
          return (
            <section key={area} className="card">
              <h2>{areas[area](i18n)}</h2>
              <ul className="links">
                {own.map(({ path, label }) => (
                  <li key={path}>
                    <Link href={path}>{label(i18n)}</Link>
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </>
  );
}
