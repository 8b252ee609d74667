/* Writing a new version of a document: both languages, how it will look, and publishing it once that was seen. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useLocation } from 'wouter';
import { Button, Field, Note, TextField } from '../../interface/parts.tsx';
import {
  type LegalDocumentKind,
  type LegalPartsFragment,
  PublishDocumentDocument,
  type PublishDocumentInput,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Texts } from './document-texts.tsx';

/** As long as the API takes it; what is longer stands at the web address. */
const LONGEST = 2_000;

interface NewDocumentProperties {
  readonly kind: LegalDocumentKind;
  readonly title: string;
  /** What it replaces; undefined for the first. */
  readonly before: LegalPartsFragment | undefined;
  /** Asks what holds now. */
  onLookAgain(): void;
}

export function NewDocument({ kind, title, before, onLookAgain }: NewDocumentProperties) {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const [seen, setSeen] = useState<Omit<PublishDocumentInput, 'replaces'>>();
  const [isAsked, setAsked] = useState(false);
  const replaces = before?.version ?? 0;
  const [begunFrom] = useState(replaces);
  const { register, handleSubmit, formState, watch } = useForm({
    defaultValues: {
      english: before?.english ?? '',
      spanish: before && before.spanish !== before.english ? before.spanish : '',
      webUrl: before?.webUrl ?? '',
    },
  });
  const { errors } = formState;
  const show = handleSubmit(({ english, spanish, webUrl }) =>
    setSeen({
      kind,
      text: english.trim(),
      textSpanish: spanish.trim() || null,
      webUrl: webUrl.trim() || null,
    }),
  );
  if (seen) {
    return (
      <section className="stack">
        {before && replaces !== begunFrom && <Overtaken by={before} />}
        <h2>{i18n._('How people will read it')}</h2>
        <article className="card stack" aria-label={title}>
          <h3>{title}</h3>
          <Texts english={seen.text} spanish={seen.textSpanish ?? seen.text} webUrl={seen.webUrl ?? undefined} />
        </article>
        <div className="row">
          <Button look="accent" onClick={() => setAsked(true)}>
            {i18n._('Publish version {version}', { version: replaces + 1 })}
          </Button>
          <Button onClick={() => setSeen(undefined)}>{i18n._('Go on writing')}</Button>
        </div>
        {isAsked && (
          <Confirmation
            document={PublishDocumentDocument}
            variables={{ input: { ...seen, replaces } }}
            title={i18n._('Publish version {version}?', { version: replaces + 1 })}
            consequence={i18n._(
              'It holds at once. Everybody is asked to agree to it when they next open the app, those too who agreed to the version before. It can never be changed or taken back, only replaced by another version, for which everybody is asked again.',
            )}
            action={i18n._('Publish')}
            danger
            done={i18n._('Version {version} holds now.', { version: replaces + 1 })}
            onDone={() => go('/documents')}
            onClose={() => {
              setAsked(false);
              onLookAgain();
            }}
          />
        )}
      </section>
    );
  }
  const left = (text: string) =>
    i18n._('{left, plural, one {# character left} other {# characters left}}', { left: LONGEST - text.trim().length });
  return (
    <form className="stack" noValidate onSubmit={(event) => void show(event)}>
      <Field
        label={i18n._('What it says in English')}
        hint={`${i18n._('The whole text, or the short of it where the whole stands at a web address.')} ${left(watch('english'))}`}
        fault={errors.english?.message}
      >
        {(control) => (
          <textarea
            {...control}
            rows={12}
            lang="en"
            {...register('english', { validate: (text) => faultOfText(text, i18n, true) })}
          />
        )}
      </Field>
      <Field
        label={i18n._('The same in Spanish (optional)')}
        hint={`${i18n._('Without it, people who use the app in Spanish read English.')} ${left(watch('spanish'))}`}
        fault={errors.spanish?.message}
      >
        {(control) => (
          <textarea
            {...control}
            rows={12}
            lang="es"
            {...register('spanish', { validate: (text) => faultOfText(text, i18n, false) })}
          />
        )}
      </Field>
      <TextField
        label={i18n._('Web address of the whole text (optional)')}
        inputMode="url"
        autoComplete="off"
        fault={errors.webUrl?.message}
        {...register('webUrl', {
          validate: (text) =>
            text.trim() === '' ||
            /^https:\/\/[^\s/]+\.[^\s]+$/.test(text.trim()) ||
            i18n._('A web address begins with https:// and has no spaces.'),
        })}
      />
      <div>
        <Button type="submit" look="accent">
          {i18n._('See how it looks')}
        </Button>
      </div>
    </form>
  );
}

/** Somebody else published a version while this one was written. */
function Overtaken({ by }: { readonly by: LegalPartsFragment }) {
  const { i18n } = useLingui();
  return (
    <Note tone="warn">
      <p>
        {i18n._('Version {version} was published meanwhile. Read it, and take over what yours is to keep of it.', {
          version: by.version,
        })}
      </p>
      <details>
        <summary>{i18n._('Version {version}', { version: by.version })}</summary>
        <Texts english={by.english} spanish={by.spanish} webUrl={by.webUrl ?? undefined} />
      </details>
    </Note>
  );
}

function faultOfText(text: string, i18n: I18n, isNeeded: boolean): string | true {
  const length = text.trim().length;
  if (isNeeded && length === 0) return i18n._('This is needed.');
  if (length > LONGEST) {
    return i18n._(
      'This is {over, plural, one {# character} other {# characters}} too long. Shorten it, and give the web address of the whole text.',
      {
        over: length - LONGEST,
      },
    );
  }
  return true;
}
