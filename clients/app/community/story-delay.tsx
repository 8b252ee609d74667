/* How long an officer lets a story wait, so as not to be where it tells of any more. */
import { useLingui } from '@lingui/react';
import { Field } from '../../interface/parts.tsx';
import type { StoryDelay } from '../generated/graphql.ts';

export function DelayChoice({ delay, onDelay }: { readonly delay: StoryDelay; onDelay(delay: StoryDelay): void }) {
  const { i18n } = useLingui();
  return (
    <Field label={i18n._('When it is shown')} hint={i18n._('Counted from when both of you have said yes.')}>
      {(control) => (
        <select {...control} value={delay} onChange={({ target }) => onDelay(target.value as StoryDelay)}>
          <option value="TEN_MINUTES">{i18n._('After ten minutes')}</option>
          <option value="FIVE_MINUTES">{i18n._('After five minutes')}</option>
          <option value="NONE">{i18n._('At once')}</option>
        </select>
      )}
    </Field>
  );
}
