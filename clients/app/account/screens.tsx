/* What is shown below /account: the first screen with the app's other areas, the rest when it is opened. */
import { lazy } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { Account } from './account.tsx';

const screens = {
  Profile: lazy(async () => ({ default: (await import('./profile.tsx')).Profile })),
  Privacy: lazy(async () => ({ default: (await import('./privacy.tsx')).Privacy })),
  News: lazy(async () => ({ default: (await import('./news.tsx')).News })),
  ReportSomebody: lazy(async () => ({ default: (await import('./report-somebody.tsx')).ReportSomebody })),
  BlockedPeople: lazy(async () => ({ default: (await import('./blocked-people.tsx')).BlockedPeople })),
  Standing: lazy(async () => ({ default: (await import('./standing.tsx')).Standing })),
};

export function AccountScreens() {
  return (
    <Switch>
      <Route path="/account" component={Account} />
      <Route path="/account/profile" component={screens.Profile} />
      <Route path="/account/privacy" component={screens.Privacy} />
      <Route path="/account/news" component={screens.News} />
      <Route path="/account/report" component={screens.ReportSomebody} />
      <Route path="/account/blocked" component={screens.BlockedPeople} />
      <Route path="/account/standing" component={screens.Standing} />
      <Route>
        <Redirect to="/account" replace />
      </Route>
    </Switch>
  );
}
