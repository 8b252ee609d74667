/* Meetings that are held for review: the evidence, what speaks against it, and the decision; and taking back one that counted. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  type ReviewCasePartsFragment,
  ReviewConnectionDocument,
  type ReviewDecision,
  ReviewQueueDocument,
} from '../generated/graphql.ts';
import { shortId } from '../shell/account-name.tsx';
import { Decision } from '../shell/decision.tsx';
import { CaseFacts } from './case-facts.tsx';
import { ClawBack } from './claw-back.tsx';

export function Review() {
  const { i18n } = useLingui();
  const list = usePaged(ReviewQueueDocument, {}, (data) => data.connectionsToReview);
  return (
    <>
      <ScreenTitle>{i18n._('Meetings to review')}</ScreenTitle>
      <PagedList
        list={list}
        idOf={({ connectionId }) => connectionId}
        empty={
          <Empty title={i18n._('No meeting waits')}>
            <p>{i18n._('What the risk rules hold comes here, the oldest first.')}</p>
          </Empty>
        }
      >
        {(held) => <CaseCard held={held} onDone={list.reload} />}
      </PagedList>
      <ClawBack />
    </>
  );
}

interface CaseCardProperties {
  readonly held: ReviewCasePartsFragment;
  onDone(): void;
}

function CaseCard({ held, onDone }: CaseCardProperties) {
  const { i18n } = useLingui();
  const [asked, setAsked] = useState<ReviewDecision>();
  const { connectionId } = held;
  const release = asked === 'RELEASE';
  return (
    <article className="card">
      <h2>{i18n._('Meeting {id}', { id: shortId(connectionId) })}</h2>
      <CaseFacts held={held} />
      <div className="row">
        <Button look="accent" onClick={() => setAsked('RELEASE')}>
          {i18n._('Let it count')}
        </Button>
        <Button look="danger" onClick={() => setAsked('CLAW_BACK')}>
          {i18n._('Refuse it')}
        </Button>
      </div>
      {asked && (
        <Decision
          document={ReviewConnectionDocument}
          title={release ? i18n._('Let this meeting count?') : i18n._('Refuse this meeting?')}
          consequence={
            release
              ? i18n._('Both get their points.')
              : i18n._('It does not count, nobody gets points, and that is final.')
          }
          action={release ? i18n._('Let it count') : i18n._('Refuse it')}
          danger={!release}
          done={release ? i18n._('The meeting counts.') : i18n._('The meeting does not count.')}
          variables={(reason) => ({ input: { connectionId, decision: asked, reason } })}
          onClose={() => setAsked(undefined)}
          onDone={onDone}
        />
      )}
    </article>
  );
}
