/* The choice of a language, kept in the browser. */
import { useLingui } from '@lingui/react';
import { type Language, languages, useLanguage } from './language.tsx';
import { Field } from './parts.tsx';

export function LanguageChoice() {
  const { i18n } = useLingui();
  const { language, choose } = useLanguage();
  return (
    <Field label={i18n._('Language')}>
      {(control) => (
        <select {...control} value={language} onChange={(event) => choose(event.target.value as Language)}>
          {Object.entries(languages).map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
