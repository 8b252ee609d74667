/* Writing the story of a meeting; it is shown when the other has said yes too. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { Link, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Button, Field, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { type StoryDelay, TellStoryDocument } from '../generated/graphql.ts';
import { Members, Up } from '../spend/answered.tsx';
import { DelayChoice } from './story-delay.tsx';
import { withNames } from './story-text.ts';
import '../spend/spend.css';

const LONGEST = 600;

export function TellStory() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  return (
    <Members title={i18n._('Tell your story')}>
      <Up to="/history">{i18n._('People I met')}</Up>
      <ScreenTitle>{i18n._('Tell your story')}</ScreenTitle>
      <StoryForm connectionId={id} />
    </Members>
  );
}

function StoryForm({ connectionId }: { readonly connectionId: string }) {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const isOfficer = scopes.includes('officer');
  const [delay, setDelay] = useState<StoryDelay>('TEN_MINUTES');
  const [told, setTold] = useState(false);
  const [{ fetching, error }, tell] = useMutation(TellStoryDocument);
  const form = useForm({ defaultValues: { text: '' } });
  const text = form.watch('text');
  const submit = form.handleSubmit(async (values) => {
    const input = { connectionId, text: values.text.trim(), ...(isOfficer && { delay }) };
    const { error: refused } = await tell({ input });
    setTold(!refused);
  });
  if (told) {
    return (
      <section className="card">
        <Note tone="good">{i18n._('Sent. It is shown once the other says yes.')}</Note>
        <Link className="button" href="/community/mine">
          {i18n._('To my stories')}
        </Link>
      </section>
    );
  }
  const insert = (name: string) => {
    form.setValue('text', `${text}${text && !text.endsWith(' ') ? ' ' : ''}${name} `, { shouldDirty: true });
    form.setFocus('text');
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field
        label={i18n._('What was it like?')}
        hint={i18n._('No last names, places or phone numbers. First names appear only where both of you show theirs.')}
        fault={form.formState.errors.text?.message}
      >
        {(control) => (
          <textarea
            {...control}
            rows={6}
            maxLength={LONGEST}
            {...form.register('text', {
              validate: (value) => value.trim().length > 0 || i18n._('Write a few words first.'),
            })}
          />
        )}
      </Field>
      <div className="row">
        <Button onClick={() => insert('{officer}')}>{i18n._('Add the officer’s name')}</Button>
        <Button onClick={() => insert('{citizen}')}>{i18n._('Add the citizen’s name')}</Button>
      </div>
      {text.trim() !== '' && (
        <section className="card" aria-label={i18n._('How it reads')}>
          <p className="told">{withNames({ text }, i18n)}</p>
        </section>
      )}
      {isOfficer && <DelayChoice delay={delay} onDelay={setDelay} />}
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="accent" type="submit" wide busy={fetching}>
        {i18n._('Ask the other to agree')}
      </Button>
    </form>
  );
}
