/* The way from one of a person's own screens back to the first of them. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';

export function Back() {
  const { i18n } = useLingui();
  return (
    <Link href="/account" className="back">
      <span aria-hidden="true">‹&nbsp;</span>
      {i18n._('Me')}
    </Link>
  );
}

/** From the screens about a person's rights back to the one that leads there. */
export function BackToPrivacy() {
  const { i18n } = useLingui();
  return (
    <Link href="/account/privacy" className="back">
      <span aria-hidden="true">‹&nbsp;</span>
      {i18n._('Privacy')}
    </Link>
  );
}
