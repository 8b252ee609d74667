/* What a person was told, the newest first: what is new is marked until it was seen, and each leads to what it is about. */
import { useLingui } from '@lingui/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMutation, useSubscription } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { NotificationsDocument, NotificationsLiveDocument, ReadNotificationsDocument } from '../generated/graphql.ts';
import { useNow } from '../spend/now.ts';
import { Back } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';
import { placeOf } from './notification-places.ts';
import { type Told, topicNames, wordsOf } from './notification-words.ts';
import './notifications.css';

export function Notifications() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('Notifications')}</ScreenTitle>
      <NeedsAccount>
        <Link className="button" href="/account/notification-settings">
          {i18n._('What you are told, and when')}
        </Link>
        <List />
      </NeedsAccount>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const list = usePaged(NotificationsDocument, {}, ({ notifications }) => notifications);
  const [fresh, setFresh] = useState<readonly Told[]>([]);
  useSubscription({ query: NotificationsLiveDocument }, (_before, change) => {
    const { notifications } = change.notificationUpdates;
    // Told again once it was read: the later form takes the place of the earlier one.
    setFresh((known) => {
      const added = notifications.filter(({ id }) => !known.some((each) => each.id === id));
      return [...added, ...known.map((each) => notifications.find(({ id }) => id === each.id) ?? each)];
    });
    return change;
  });
  const { page } = list;
  const known = new Set(page?.edges.map(({ node }) => node.id));
  const oldest = page?.edges.at(-1)?.node.happenedAt ?? '';
  // What is older than the pages that were read comes with its own.
  const news = fresh.filter(({ id, happenedAt }) => !known.has(id) && happenedAt >= oldest);
  const shown = page && { ...page, edges: [...news.map((node) => ({ node })), ...page.edges] };
  // Read again with the list it is kept with it, for when there is no connection.
  const isToRefresh = news.length > 0 && (page?.edges.length ?? 0) <= FIRST_PAGE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each that is new.
  useEffect(() => {
    if (isToRefresh) list.refresh();
  }, [isToRefresh, news.length]);
  const { seen, readAll, isReading, wasUnread } = useReading();
  const isAnyUnread = shown?.edges.some(({ node }) => node.readAt === null) ?? false;
  // It stays for as long as the screen is open: what is seen is read, and nothing jumps because of that.
  const [hadUnread, setHadUnread] = useState(false);
  useEffect(() => {
    if (isAnyUnread) setHadUnread(true);
  }, [isAnyUnread]);
  return (
    <>
      <PagedList list={{ ...list, page: shown }} idOf={({ id }) => id} empty={<Nothing />}>
        {(told) => <Entry told={told} isNew={told.readAt === null || wasUnread(told.id)} onSeen={seen} />}
      </PagedList>
      {hadUnread && (
        <Button
          busy={isReading}
          onClick={async () => {
            await readAll();
            list.refresh();
          }}
        >
          {i18n._('Mark all as read')}
        </Button>
      )}
    </>
  );
}

function Nothing() {
  const { i18n } = useLingui();
  return (
    <Empty title={i18n._('Nothing yet')}>
      <p>
        {i18n._(
          'Here stands what concerns you: a request that is accepted, points that you earn, a vote where you live. It stays for up to 90 days.',
        )}
      </p>
      <Link className="button" href="/meet">
        {i18n._('See who is near')}
      </Link>
    </Empty>
  );
}

/** Entries of the first page; further ones are not read anew for what comes above them. */
const FIRST_PAGE = 20;

/** What comes into view together is said together. */
const GATHERED_MILLISECONDS = 800;

/** Says that what was seen is read; for as long as the screen is open it is marked as it was. */
function useReading() {
  const [{ fetching }, send] = useMutation(ReadNotificationsDocument);
  const waiting = useRef(new Set<string>());
  const said = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useCallback(async () => {
    const notificationIds = [...waiting.current].slice(0, 100);
    waiting.current.clear();
    if (notificationIds.length === 0) return;
    for (const id of notificationIds) said.current.add(id);
    await send({ input: { notificationIds } });
  }, [send]);
  // Who goes on at once has seen it all the same.
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      void flush();
    },
    [flush],
  );
  const seen = useCallback(
    (id: string) => {
      if (said.current.has(id)) return;
      waiting.current.add(id);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), GATHERED_MILLISECONDS);
    },
    [flush],
  );
  const readAll = useCallback(async () => {
    clearTimeout(timer.current);
    waiting.current.clear();
    said.current.clear();
    await send({ input: {} });
  }, [send]);
  return { seen, readAll, isReading: fetching, wasUnread: (id: string) => said.current.has(id) };
}

interface EntryProperties {
  readonly told: Told;
  readonly isNew: boolean;
  onSeen(id: string): void;
}

function Entry({ told, isNew, onSeen }: EntryProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const now = useNow();
  const card = useRef<HTMLAnchorElement>(null);
  const { id, topic, kind, happenedAt, readAt } = told;
  useEffect(() => {
    if (readAt !== null || !card.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting) && document.visibilityState === 'visible') onSeen(id);
      },
      { threshold: 0.6 },
    );
    observer.observe(card.current);
    return () => observer.disconnect();
  }, [id, readAt, onSeen]);
  return (
    <Link ref={card} className="card told" data-new={isNew || undefined} href={placeOf(kind, told)}>
      <span className="row" data-spread="">
        <span className="quiet small">{topicNames(i18n)[topic] ?? topic}</span>
        {isNew && <Badge tone="warn">{i18n._('New')}</Badge>}
      </span>
      <span className="told-words">{wordsOf(told, i18n, formats)}</span>
      <time className="quiet small" dateTime={happenedAt} title={formats.instant(happenedAt)}>
        {formats.ago(happenedAt, now)}
      </time>
    </Link>
  );
}
