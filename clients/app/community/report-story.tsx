/* Saying that a story is wrong. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { SayStoryIsWrongDocument, type StoryReportReason } from '../generated/graphql.ts';

interface ReportStoryProperties {
  readonly storyId: string;
  readonly open: boolean;
  onClose(): void;
}

export function ReportStory({ storyId, open, onClose }: ReportStoryProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [reason, setReason] = useState<StoryReportReason>('PERSONAL_DATA');
  const [{ fetching, error }, report] = useMutation(SayStoryIsWrongDocument);
  const send = async () => {
    const { error: refused } = await report({ input: { storyId, reason } });
    if (refused) return;
    tell(i18n._('Thank you. Somebody will look at it.'));
    onClose();
  };
  return (
    <Dialog open={open} title={i18n._('What is wrong with this story?')} onClose={onClose}>
      <Field label={i18n._('Reason')}>
        {(control) => (
          <select {...control} value={reason} onChange={({ target }) => setReason(target.value as StoryReportReason)}>
            <option value="PERSONAL_DATA">{i18n._('It tells who or where somebody is')}</option>
            <option value="HARASSMENT">{i18n._('It hurts or threatens somebody')}</option>
            <option value="UNTRUE">{i18n._('It did not happen so')}</option>
            <option value="OTHER">{i18n._('Something else')}</option>
          </select>
        )}
      </Field>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="accent" wide busy={fetching} onClick={() => void send()}>
        {i18n._('Report it')}
      </Button>
      <Button wide onClick={onClose}>
        {i18n._('Not now')}
      </Button>
    </Dialog>
  );
}
