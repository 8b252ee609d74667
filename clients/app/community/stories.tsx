/* What officers and citizens tell of having met: the feed, live; one's own, with what waits for one's consent. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSubscription } from 'urql';
import { Link, useLocation, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { type ShownStoryFragment, StoriesDocument, StoriesLiveDocument } from '../generated/graphql.ts';
import { Members } from '../spend/answered.tsx';
import { useNow } from '../spend/now.ts';
import { OwnStories } from './own-stories.tsx';
import { ReportStory } from './report-story.tsx';
import { withNames } from './story-text.ts';
import '../spend/spend.css';

/** The last part of the address that shows one's own. */
const OWN = 'mine';

export function Community() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const { which } = useParams<{ which?: string }>();
  const [, go] = useLocation();
  const ways = [
    { to: '/events', label: i18n._('Events') },
    { to: '/places', label: i18n._('Places to meet') },
    { to: '/history', label: i18n._('People I met') },
    { to: '/fund', label: i18n._('Community fund') },
  ];
  if (which === OWN && !accountId) return <Members title={i18n._('My stories')}>{null}</Members>;
  return (
    <>
      <ScreenTitle>{i18n._('Community')}</ScreenTitle>
      <nav className="ways" aria-label={i18n._('More of the community')}>
        {ways.map(({ to, label }) => (
          <Link key={to} className="button" href={to}>
            {label}
          </Link>
        ))}
      </nav>
      {accountId ? (
        <Tabs
          label={i18n._('Stories')}
          open={which === OWN ? OWN : 'all'}
          onOpen={(id) => go(id === OWN ? `/community/${OWN}` : '/community', { replace: true })}
          tabs={[
            { id: 'all', label: i18n._('All stories'), content: <Feed /> },
            { id: OWN, label: i18n._('My stories'), content: <OwnStories /> },
          ]}
        />
      ) : (
        <Feed />
      )}
    </>
  );
}

interface Live {
  /** Published since the feed was read, the newest first. */
  readonly fresh: readonly ShownStoryFragment[];
  readonly gone: ReadonlySet<string>;
}

function Feed() {
  const { i18n } = useLingui();
  const list = usePaged(StoriesDocument, {}, ({ storyFeed }) => storyFeed);
  const [live, setLive] = useState<Live>({ fresh: [], gone: new Set() });
  useSubscription({ query: StoriesLiveDocument }, (_before, change) => {
    const { kind, storyId, story } = change.storyFeedChanges;
    setLive(({ fresh, gone }) => {
      const others = fresh.filter(({ id }) => id !== storyId);
      if (kind === 'TAKEN_DOWN') return { fresh: others, gone: new Set([...gone, storyId]) };
      const left = new Set(gone);
      left.delete(storyId);
      return { fresh: story ? [story, ...others] : others, gone: left };
    });
    return change;
  });
  const known = new Set(live.fresh.map(({ id }) => id));
  const read = list.page?.edges.map(({ node }) => node).filter(({ id }) => !known.has(id)) ?? [];
  const stories = [...live.fresh, ...read].filter(({ id }) => !live.gone.has(id));
  const shown = list.page && { ...list.page, edges: stories.map((node) => ({ node })) };
  const none = (
    <Empty title={i18n._('No stories yet')}>
      <p>{i18n._('After you have met, the two of you can tell what it was like.')}</p>
      <Link className="button" href="/meet">
        {i18n._('Meet somebody')}
      </Link>
    </Empty>
  );
  return (
    <>
      <p className="spoken" role="status">
        {live.fresh.length > 0 &&
          i18n._('{count, plural, one {A new story has arrived.} other {# new stories have arrived.}}', {
            count: live.fresh.length,
          })}
      </p>
      <PagedList list={{ ...list, page: shown }} idOf={({ id }) => id} empty={none}>
        {(story) => <StoryCard story={story} />}
      </PagedList>
    </>
  );
}

function StoryCard({ story }: { readonly story: ShownStoryFragment }) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const formats = useFormats();
  const now = useNow(30);
  const [asking, setAsking] = useState(false);
  return (
    <article className="card">
      <p className="told">{withNames(story, i18n)}</p>
      <div className="row" data-spread="">
        {story.publishedAt && <p className="quiet small">{formats.ago(story.publishedAt, now)}</p>}
        {accountId && (
          <Button look="plain" onClick={() => setAsking(true)}>
            {i18n._('Report')}
          </Button>
        )}
      </div>
      <ReportStory storyId={story.id} open={asking} onClose={() => setAsking(false)} />
    </article>
  );
}
