/* What is shown below /account: the first screen with the app's other areas, the rest when it is opened. */
import { lazy } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { Account } from './account.tsx';

const screens = {
  Profile: lazy(async () => ({ default: (await import('./profile.tsx')).Profile })),
  Privacy: lazy(async () => ({ default: (await import('./privacy.tsx')).Privacy })),
  Notifications: lazy(async () => ({ default: (await import('./notifications.tsx')).Notifications })),
  NotificationSettings: lazy(async () => ({
    default: (await import('./notification-settings.tsx')).NotificationSettings,
  })),
  ReportSomebody: lazy(async () => ({ default: (await import('./report-somebody.tsx')).ReportSomebody })),
  BlockedPeople: lazy(async () => ({ default: (await import('./blocked-people.tsx')).BlockedPeople })),
  Sessions: lazy(async () => ({ default: (await import('./sessions.tsx')).Sessions })),
  Agreements: lazy(async () => ({ default: (await import('./consents.tsx')).Agreements })),
  EraseAccount: lazy(async () => ({ default: (await import('./erase-account.tsx')).EraseAccount })),
  Standing: lazy(async () => ({ default: (await import('./standing.tsx')).Standing })),
};

export function AccountScreens() {
  return (
    <Switch>
      <Route path="/account" component={Account} />
      <Route path="/account/profile" component={screens.Profile} />
      <Route path="/account/privacy" component={screens.Privacy} />
      <Route path="/account/notifications" component={screens.Notifications} />
      <Route path="/account/notification-settings" component={screens.NotificationSettings} />
      <Route path="/account/news">
        <Redirect to="/account/notifications" replace />
      </Route>
      <Route path="/account/report" component={screens.ReportSomebody} />
      <Route path="/account/blocked" component={screens.BlockedPeople} />
      <Route path="/account/sessions" component={screens.Sessions} />
      <Route path="/account/agreements" component={screens.Agreements} />
      <Route path="/account/leave" component={screens.EraseAccount} />
      <Route path="/account/standing" component={screens.Standing} />
      <Route>
        <Redirect to="/account" replace />
      </Route>
    </Switch>
  );
}
