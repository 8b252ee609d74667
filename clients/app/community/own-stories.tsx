/* One's own stories in all states: consenting to what the other wrote, sharing what is shown, taking any of it down. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation, useSubscription } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  AgreeToStoryDocument,
  StoriesOfMineDocument,
  StoriesOfMineLiveDocument,
  type StoryDelay,
  type StoryOfMineFragment,
  type StoryState,
  TakeStoryDownDocument,
} from '../generated/graphql.ts';
import { ShareStory } from './share-story.tsx';
import { DelayChoice } from './story-delay.tsx';
import { withNames } from './story-text.ts';

const TONES: Readonly<Partial<Record<StoryState, Tone>>> = { PUBLISHED: 'good', PROPOSED: 'warn', REFUSED: 'bad' };

export function OwnStories() {
  const { i18n } = useLingui();
  const list = usePaged(StoriesOfMineDocument, {}, ({ ownStories }) => ownStories);
  const { page, refresh } = list;
  useSubscription({ query: StoriesOfMineLiveDocument }, (_before, change) => {
    // Those that the list has, the cache changes; a new one is asked for.
    if (page && !page.edges.some(({ node }) => node.id === change.ownStoryUpdates.id)) refresh();
    return change;
  });
  const none = (
    <Empty title={i18n._('You have no stories yet')}>
      <p>{i18n._('Choose somebody you met and tell what it was like.')}</p>
      <Link className="button" data-look="accent" href="/history">
        {i18n._('People I met')}
      </Link>
    </Empty>
  );
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={none}>
      {(story) => <OwnStory story={story} />}
    </PagedList>
  );
}

/** Those that have not ended can be taken down. */
const STANDING: ReadonlySet<StoryState> = new Set(['PROPOSED', 'WAITING', 'HELD', 'PUBLISHED']);

function OwnStory({ story }: { readonly story: StoryOfMineFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { scopes } = useSite();
  const [delay, setDelay] = useState<StoryDelay>('TEN_MINUTES');
  const [agreeing, agree] = useMutation(AgreeToStoryDocument);
  const [asking, setAsking] = useState(false);
  const { id, state, consentedAt, publishesAt } = story;
  const waitsForMe = state === 'PROPOSED' && !consentedAt;
  const isOfficer = scopes.includes('officer');
  return (
    <article className="card">
      {state && (
        <p>
          <Badge tone={TONES[state]}>{waitsForMe ? i18n._('Waits for your yes') : nameOf(state, i18n)}</Badge>
        </p>
      )}
      <p className="told">{withNames(story, i18n)}</p>
      {state === 'WAITING' && publishesAt && (
        <p className="quiet small">
          {i18n._('Shown at {instant} at the earliest.', { instant: formats.instant(publishesAt) })}
        </p>
      )}
      {agreeing.error && <Note tone="bad">{explain(agreeing.error, i18n)}</Note>}
      {waitsForMe && isOfficer && <DelayChoice delay={delay} onDelay={setDelay} />}
      <div className="row">
        {waitsForMe && (
          <Button
            look="accent"
            busy={agreeing.fetching}
            onClick={() => void agree({ input: { storyId: id, ...(isOfficer && { delay }) } })}
          >
            {i18n._('Yes, show it')}
          </Button>
        )}
        {state === 'PUBLISHED' && <ShareStory storyId={id} />}
        {state && STANDING.has(state) && (
          <Button look="danger" onClick={() => setAsking(true)}>
            {waitsForMe ? i18n._('No, thanks') : i18n._('Take it down')}
          </Button>
        )}
      </div>
      <TakeDown storyId={id} open={asking} onClose={() => setAsking(false)} />
    </article>
  );
}

interface TakeDownProperties {
  readonly storyId: string;
  readonly open: boolean;
  onClose(): void;
}

function TakeDown({ storyId, open, onClose }: TakeDownProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ fetching, error }, takeDown] = useMutation(TakeStoryDownDocument);
  const confirm = async () => {
    const { error: refused } = await takeDown({ input: { storyId } });
    if (refused) return;
    tell(i18n._('The story is taken down.'));
    onClose();
  };
  return (
    <Dialog
      open={open}
      title={i18n._('Take this story down?')}
      description={i18n._('It is gone at once and for good, for everybody.')}
      onClose={onClose}
    >
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="danger" wide busy={fetching} onClick={() => void confirm()}>
        {i18n._('Yes, take it down')}
      </Button>
      <Button wide onClick={onClose}>
        {i18n._('Keep it')}
      </Button>
    </Dialog>
  );
}

function nameOf(state: StoryState, i18n: I18n): string {
  const names: Readonly<Record<StoryState, string>> = {
    PROPOSED: i18n._('Waits for the other’s yes'),
    WAITING: i18n._('Shown soon'),
    HELD: i18n._('Being read by an administrator'),
    PUBLISHED: i18n._('For all to read'),
    TAKEN_DOWN: i18n._('Taken down'),
    REFUSED: i18n._('Not shown'),
  };
  return names[state];
}
