/* An address of the console that leads nowhere, or not for this person. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { ScreenTitle } from '../../interface/parts.tsx';

export function Nowhere() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('There is nothing here for you')}</ScreenTitle>
      <p>{i18n._('The address is wrong, or this place is not open to your account.')}</p>
      <p>
        <Link href="/" className="button">
          {i18n._('Go to the overview')}
        </Link>
      </p>
    </>
  );
}
