/* An address of the console that leads nowhere, or not for this person, or not any more. */
import { useLingui } from '@lingui/react';
import { Link, useLocation } from 'wouter';
import { ScreenTitle } from '../../interface/parts.tsx';
import { places } from './places.ts';

export function Nowhere() {
  const { i18n } = useLingui();
  const [location] = useLocation();
  const place = places.find(({ path }) => location === path || location.startsWith(`${path}/`));
  return (
    <>
      <ScreenTitle>{i18n._('There is nothing here for you')}</ScreenTitle>
      <p>
        {place
          ? i18n._(
              '“{place}” is not open to your account. If it was until lately, that has been ended; ask an administrator if this is a mistake.',
              { place: place.label(i18n) },
            )
          : i18n._('The address is wrong, or this place is not open to your account.')}
      </p>
      <p>
        <Link href="/" className="button">
          {i18n._('Go to the overview')}
        </Link>
      </p>
    </>
  );
}
