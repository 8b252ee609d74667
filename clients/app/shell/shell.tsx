/*
 * The frame around the screens: the way there (one bar, under the thumb on a phone), and what is shown at an address. A
 * screen is loaded when it is opened for the first time.
 */
import { useLingui } from '@lingui/react';
import { lazy, Suspense } from 'react';
import { Link, Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { FailureBoundary } from '../../interface/failure-boundary.tsx';
import { Waiting } from '../../interface/parts.tsx';
import { Banners } from '../account/banners.tsx';
import { MeetProvider } from '../meet/live.tsx';
import { LiveLine } from '../meet/live-line.tsx';
import { useKeptScroll } from './kept-scroll.ts';

const screens = {
  Meet: lazy(async () => ({ default: (await import('../meet/meet.tsx')).Meet })),
  Scan: lazy(async () => ({ default: (await import('../meet/scan.tsx')).Scan })),
  Meeting: lazy(async () => ({ default: (await import('../meet/meeting.tsx')).Meeting })),
  Offers: lazy(async () => ({ default: (await import('../spend/offers.tsx')).Offers })),
  Offer: lazy(async () => ({ default: (await import('../spend/offer.tsx')).Offer })),
  Points: lazy(async () => ({ default: (await import('../spend/points.tsx')).Points })),
  Vouchers: lazy(async () => ({ default: (await import('../spend/vouchers.tsx')).Vouchers })),
  Voucher: lazy(async () => ({ default: (await import('../spend/voucher.tsx')).Voucher })),
  Donate: lazy(async () => ({ default: (await import('../spend/donate.tsx')).Donate })),
  Given: lazy(async () => ({ default: (await import('../spend/given.tsx')).Given })),
  Charity: lazy(async () => ({ default: (await import('../spend/charity.tsx')).Charity })),
  Schemes: lazy(async () => ({ default: (await import('../spend/schemes.tsx')).Schemes })),
  Scheme: lazy(async () => ({ default: (await import('../spend/scheme.tsx')).Scheme })),
  CommunityFund: lazy(async () => ({ default: (await import('../spend/fund.tsx')).CommunityFund })),
  Community: lazy(async () => ({ default: (await import('../community/stories.tsx')).Community })),
  TellStory: lazy(async () => ({ default: (await import('../community/tell-story.tsx')).TellStory })),
  History: lazy(async () => ({ default: (await import('../community/history.tsx')).History })),
  Events: lazy(async () => ({ default: (await import('../community/events.tsx')).Events })),
  NewEvent: lazy(async () => ({ default: (await import('../community/new-event.tsx')).NewEvent })),
  CommunityEvent: lazy(async () => ({ default: (await import('../community/event.tsx')).CommunityEvent })),
  Places: lazy(async () => ({ default: (await import('../community/places.tsx')).Places })),
  Place: lazy(async () => ({ default: (await import('../community/places.tsx')).Place })),
  SignedIn: lazy(async () => ({ default: (await import('../../interface/signed-in.tsx')).SignedIn })),
  UnreadCount: lazy(async () => ({ default: (await import('../account/notifications-live.tsx')).UnreadCount })),
  Account: lazy(async () => ({ default: (await import('../account/screens.tsx')).AccountScreens })),
};

/** Screens that people begin with, by the first part of their address. */
const firstScreens: Readonly<Record<string, () => Promise<unknown>>> = {
  meet: () => import('../meet/meet.tsx'),
  offers: () => import('../spend/offers.tsx'),
  points: () => import('../spend/points.tsx'),
  vouchers: () => import('../spend/vouchers.tsx'),
  community: () => import('../community/stories.tsx'),
  account: () => import('../account/screens.tsx'),
};

/** Begins to load the screen of an address while the texts are loaded: on a slow line that spares a round trip. */
export function prepareScreen(pathname: string): void {
  const [, , part = ''] = pathname.split('/');
  // What fails here is loaded again, and told, when it is shown.
  firstScreens[part]?.().catch(() => undefined);
}

export function Shell() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [location] = useLocation();
  useKeptScroll(location);
  return (
    <Router base="/app">
      <a className="skip" href="#screen">
        {i18n._('Skip to the content')}
      </a>
      <Banners />
      <MeetProvider key={accountId ?? ''}>
        <main id="screen" className="screen stack">
          <FailureBoundary place={location} start="/app/">
            <Suspense fallback={<Waiting />}>
              <Switch>
                <Route path="/signed-in" component={screens.SignedIn} />
                <Route path="/meet" component={screens.Meet} />
                <Route path="/meet/scan" component={screens.Scan} />
                <Route path="/meet/:id" component={screens.Meeting} />
                <Route path="/offers" component={screens.Offers} />
                <Route path="/offers/:id" component={screens.Offer} />
                <Route path="/points" component={screens.Points} />
                <Route path="/vouchers" component={screens.Vouchers} />
                <Route path="/vouchers/:id" component={screens.Voucher} />
                <Route path="/donate" component={screens.Donate} />
                <Route path="/given" component={screens.Given} />
                <Route path="/donate/:id" component={screens.Charity} />
                <Route path="/schemes" component={screens.Schemes} />
                <Route path="/schemes/:id" component={screens.Scheme} />
                <Route path="/fund" component={screens.CommunityFund} />
                <Route path="/community/:which?" component={screens.Community} />
                <Route path="/history" component={screens.History} />
                <Route path="/history/:id/tell" component={screens.TellStory} />
                <Route path="/events" component={screens.Events} />
                <Route path="/events/mine" component={screens.Events} />
                <Route path="/events/new" component={screens.NewEvent} />
                <Route path="/events/:id" component={screens.CommunityEvent} />
                <Route path="/places" component={screens.Places} />
                <Route path="/places/:id" component={screens.Place} />
                <Route path="/account/:screen?" component={screens.Account} />
                <Route>
                  <Redirect to={accountId ? '/meet' : '/account'} replace />
                </Route>
              </Switch>
            </Suspense>
          </FailureBoundary>
        </main>
        <div className="bottom">
          <LiveLine />
          <Navigation />
        </div>
      </MeetProvider>
    </Router>
  );
}

function Navigation() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [location] = useLocation();
  const places = [
    { to: '/meet', label: i18n._('Meet') },
    { to: '/offers', label: i18n._('Offers') },
    { to: '/points', label: i18n._('Points'), holds: ['/vouchers', '/donate', '/given', '/schemes', '/fund'] },
    { to: '/community', label: i18n._('Community'), holds: ['/history', '/events', '/places'] },
    // A message of its own: in some languages the usual words are too long for a fifth of the bar.
    { to: '/account', label: accountId ? i18n._('Me') : i18n._({ id: 'Sign in (bar)', message: 'Sign in' }) },
  ];
  const isAt = (path: string) => `${location}/`.startsWith(`${path}/`);
  return (
    <nav className="navigation" aria-label={i18n._('Main')}>
      {places.map(({ to, label, holds = [] }) => (
        <Link key={to} href={to} aria-current={location === to ? 'page' : [to, ...holds].some(isAt) || undefined}>
          {label}
          {to === '/account' && (
            <Suspense>
              <screens.UnreadCount />
            </Suspense>
          )}
        </Link>
      ))}
    </nav>
  );
}
