/* What of a person's rights concerns every screen: that their account is to be erased, and that the terms have changed. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { OwnLeavingDocument } from '../generated/graphql.ts';

export function LeavingBanner() {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const [location] = useLocation();
  const [{ data }] = useQuery({ query: OwnLeavingDocument });
  const { erasure, openConsents, phoneVerified } = data?.me ?? {};
  if (erasure && location !== '/account/leave') {
    return (
      <div role="status" className="banners">
        <div className="banner" data-tone="warn">
          <span>{i18n._('Your account is erased on {day}.', { day: day(erasure.dueAt) })}</span>
          <Link href="/account/leave" className="button">
            {i18n._('Keep it')}
          </Link>
        </div>
      </div>
    );
  }
  // Whoever registers is asked on the way.
  const isOpen = phoneVerified && openConsents && openConsents.length > 0;
  if (!isOpen || location === '/account/agreements') return null;
  return (
    <div role="status" className="banners">
      <div className="banner">
        <span>{i18n._('There is something new to agree to.')}</span>
        <Link href="/account/agreements" className="button">
          {i18n._('Read it')}
        </Link>
      </div>
    </div>
  );
}
