/* Stories that wait for a decision, the longest waiting first, and the rules that hold them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  HeldStoriesDocument,
  type HeldStoriesQuery,
  ReviewStoryDocument,
  type StoryDecision,
} from '../generated/graphql.ts';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { StoryRules } from './story-rules.tsx';
import { causes } from './words.ts';

type Held = HeldStoriesQuery['storiesToReview']['edges'][number]['node'];

export function Stories() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Stories')}</ScreenTitle>
      <Tabs
        label={i18n._('Stories')}
        tabs={[
          { id: 'held', label: i18n._('To decide'), content: <Queue /> },
          { id: 'rules', label: i18n._('Rules'), content: <StoryRules /> },
        ]}
      />
    </>
  );
}

function Queue() {
  const { i18n } = useLingui();
  const list = usePaged(HeldStoriesDocument, {}, (data) => data.storiesToReview);
  return (
    <PagedList list={list} idOf={({ story }) => story.id} empty={<Empty title={i18n._('No story waits')} />}>
      {(held) => <HeldStory held={held} onDone={list.reload} />}
    </PagedList>
  );
}

interface HeldStoryProperties {
  readonly held: Held;
  onDone(): void;
}

function HeldStory({ held, onDone }: HeldStoryProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [asked, setAsked] = useState<StoryDecision>();
  const { story, cause, findings, heldAt, reports } = held;
  const publish = asked === 'PUBLISH';
  const names = [story.officerFirstName, story.citizenFirstName].filter(Boolean).join(', ');
  return (
    <article className="card">
      <h2>{names || i18n._('A story')}</h2>
      <blockquote>{story.text}</blockquote>
      <p className="row">
        <Badge tone="warn">{causes[cause](i18n)}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Rules that it matches'), findings.join(', ')],
          [i18n._('Reports'), reports > 0 ? reports : null],
          [i18n._('Held since'), instant(heldAt)],
          [i18n._('To be shown from'), story.publishesAt && instant(story.publishesAt)],
        ]}
      />
      <div className="row">
        <Button look="accent" onClick={() => setAsked('PUBLISH')}>
          {i18n._('Show it')}
        </Button>
        <Button look="danger" onClick={() => setAsked('REFUSE')}>
          {i18n._('Refuse it')}
        </Button>
      </div>
      {asked && (
        <Decision
          document={ReviewStoryDocument}
          title={publish ? i18n._('Show this story?') : i18n._('Refuse this story?')}
          consequence={
            publish
              ? i18n._('It is on the feed for everybody once its delay is over.')
              : i18n._('It is never shown. That is final.')
          }
          action={publish ? i18n._('Show it') : i18n._('Refuse it')}
          danger={!publish}
          done={i18n._('The story is decided.')}
          variables={(reason) => ({ input: { storyId: story.id, decision: asked, reason } })}
          onClose={() => setAsked(undefined)}
          onDone={onDone}
        />
      )}
    </article>
  );
}
