/*
 * What is unread, live on every screen: a count beside the way to one's own screens, and on the app's icon. Keeps the
 * worker's words and this device's address up to date, and goes where a tapped push leads.
 */
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { codeOf } from '../../interface/refusals.ts';
import {
  NotificationsLiveDocument,
  ReadNotificationsDocument,
  type ToldNotificationFragment,
  UnreadNotificationsDocument,
} from '../generated/graphql.ts';
import { placeOf } from './notification-places.ts';
import './notifications.css';

const SUBSCRIBE_AGAIN_MILLISECONDS = 5_000;
/** More are not counted one by one. */
const MOST_SHOWN = 99;

/** Beside the name of the link that leads there; nothing while all is read. */
export function UnreadCount() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [{ data }] = useQuery({ query: UnreadNotificationsDocument, pause: !accountId });
  useUpdates(accountId);
  useDevice(accountId);
  const unread = accountId ? (data?.me.unreadNotificationCount ?? 0) : 0;
  useEffect(() => {
    const icon = navigator as { setAppBadge?: (count: number) => Promise<void> };
    void icon.setAppBadge?.(unread).catch(() => undefined);
  }, [unread]);
  if (unread === 0) return null;
  return (
    <>
      <span className="unread-count" aria-hidden="true">
        {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
      </span>
      <span className="spoken">{i18n._('{unread, plural, one {# unread} other {# unread}}', { unread })}</span>
    </>
  );
}

/** The cache shows what comes wherever it is shown; what is about the screen that one looks at is read by that. */
function useUpdates(accountId: string | undefined): void {
  const client = useClient();
  const [location] = useLocation();
  const [attempt, setAttempt] = useState(0);
  const [unread, setUnread] = useState<readonly ToldNotificationFragment[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another subscription.
  useEffect(() => {
    setUnread([]);
    if (!accountId) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { unsubscribe } = client.subscription(NotificationsLiveDocument, {}).subscribe(({ data, error }) => {
      const told = data?.notificationUpdates.notifications ?? [];
      const ids = new Set(told.map(({ id }) => id));
      const isUnread = ({ readAt }: ToldNotificationFragment) => readAt === null;
      setUnread((known) => [...told.filter(isUnread), ...known.filter(({ id }) => !ids.has(id))]);
      if (!error || codeOf(error) === 'UNAUTHENTICATED') return;
      timer = setTimeout(() => setAttempt((count) => count + 1), SUBSCRIBE_AGAIN_MILLISECONDS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [client, accountId, attempt]);
  useEffect(() => {
    const read = () => {
      if (document.visibilityState !== 'visible') return;
      const seen = unread.filter((told) => placeOf(told.kind, told) === location).map(({ id }) => id);
      if (seen.length === 0) return;
      setUnread((known) => known.filter(({ id }) => !seen.includes(id)));
      client.mutation(ReadNotificationsDocument, { input: { notificationIds: seen } }).subscribe(() => undefined);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [client, location, unread]);
}

function useDevice(accountId: string | undefined): void {
  const { i18n } = useLingui();
  const client = useClient();
  const [, go] = useLocation();
  useEffect(() => {
    // Few devices are told, and the others need nothing of it.
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    // Tried again at the next start; the app is whole without it.
    import('./push-here.ts').then(({ keepUp }) => keepUp(client, i18n, accountId)).catch(() => undefined);
  }, [client, i18n, i18n.locale, accountId]);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const told = ({ data }: MessageEvent<{ type?: unknown; place?: unknown } | null>) => {
      if (data?.type === 'open' && typeof data.place === 'string' && data.place.startsWith('/')) go(data.place);
    };
    navigator.serviceWorker.addEventListener('message', told);
    return () => navigator.serviceWorker.removeEventListener('message', told);
  }, [go]);
}
