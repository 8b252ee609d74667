/* Sharing a story that is shown: the phone's own way where there is one, else the text on the clipboard. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useClient } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { StoryToShareDocument } from '../generated/graphql.ts';

export function ShareStory({ storyId }: { readonly storyId: string }) {
  const { i18n } = useLingui();
  const graph = useClient();
  const tell = useNotice();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  /** The text to copy by hand, where the browser lets nothing else. */
  const [shown, setShown] = useState<string>();
  const share = async () => {
    setBusy(true);
    setFailure(undefined);
    const language = i18n.locale === 'es' ? 'SPANISH' : 'ENGLISH';
    const { data, error } = await graph.query(StoryToShareDocument, { id: storyId, language }).toPromise();
    setBusy(false);
    const text = data?.story?.shareText;
    if (!text) return setFailure(error ?? new Error());
    if (navigator.share) return void navigator.share({ text }).catch(() => undefined);
    await navigator.clipboard.writeText(text).then(
      () => tell(i18n._('Copied. Paste it where you like.')),
      () => setShown(text),
    );
  };
  return (
    <>
      <Button busy={busy} onClick={() => void share()}>
        {i18n._('Share')}
      </Button>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      {shown && (
        <Field label={i18n._('Copy this text')}>
          {(control) => (
            <textarea {...control} readOnly rows={5} value={shown} onFocus={({ target }) => target.select()} />
          )}
        </Field>
      )}
    </>
  );
}
