/* What concerns a person on every screen: no connection, a new version, a suspension, a warning that nobody has read. */
import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Button } from '../../interface/parts.tsx';
import { OwnStandingDocument } from '../generated/graphql.ts';
import { useInstallation } from './installation.tsx';
import { LeavingBanner } from './leaving-banner.tsx';
import { useOnline } from './online.ts';
import './account.css';

export function Banners() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const { update } = useInstallation();
  const online = useOnline();
  return (
    <>
      <div role="status" className="banners">
        {!online && (
          <p className="banner" data-tone="warn">
            {i18n._('You are offline. You see what was here before; what you do now may have to wait.')}
          </p>
        )}
        {update && (
          <div className="banner">
            <span>{i18n._('A new version of the app is ready.')}</span>
            <Button onClick={update}>{i18n._('Start it')}</Button>
          </div>
        )}
      </div>
      {accountId && <Standing />}
      {accountId && <LeavingBanner />}
    </>
  );
}

function Standing() {
  const { i18n } = useLingui();
  const [location] = useLocation();
  const [{ data }, ask] = useQuery({ query: OwnStandingDocument });
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && ask({ requestPolicy: 'network-only' });
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [ask]);
  const suspended = data?.me?.suspension;
  const unread = data?.ownWarnings?.edges.filter(({ node }) => node.acknowledgedAt === null).length ?? 0;
  if (location === '/account/standing' || (!suspended && unread === 0)) return null;
  return (
    <div role="status" className="banners">
      <div className="banner" data-tone={suspended ? 'bad' : 'warn'}>
        <span>
          {suspended
            ? i18n._('Your account is suspended.')
            : i18n._('{unread, plural, one {You have a warning to read.} other {You have # warnings to read.}}', {
                unread,
              })}
        </span>
        <Link href="/account/standing" className="button">
          {suspended ? i18n._('See why') : i18n._('Read')}
        </Link>
      </div>
    </div>
  );
}
