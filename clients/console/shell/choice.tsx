/* One of a few words to choose, such as the state of what a list shows. */
import { useLingui } from '@lingui/react';
import { Field } from '../../interface/parts.tsx';

interface ChoiceProperties<Value extends string> {
  readonly label: string;
  readonly words: Readonly<Record<Value, string>>;
  /** `undefined` for all. */
  readonly chosen: Value | undefined;
  /** What "all of them" is called; left out where one has to be chosen. */
  readonly all?: string;
  onChoose(value: Value | undefined): void;
}

export function Choice<Value extends string>({ label, words, chosen, all, onChoose }: ChoiceProperties<Value>) {
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          value={chosen ?? ''}
          onChange={(event) => onChoose((event.target.value || undefined) as Value | undefined)}
        >
          {all && <option value="">{all}</option>}
          {(Object.keys(words) as Value[]).map((each) => (
            <option key={each} value={each}>
              {words[each]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** The words of states that have a tone too. */
export function namesOf<Value extends string>(
  states: Readonly<Record<Value, readonly [name: string, ...unknown[]]>>,
): Readonly<Record<Value, string>> {
  const named = Object.entries<readonly [string, ...unknown[]]>(states).map(([value, [name]]) => [value, name]);
  return Object.fromEntries(named);
}

/** Words that are made for a language, in the language of the page. */
export function useWords<Value extends string>(
  words: Readonly<Record<Value, (i18n: ReturnType<typeof useLingui>['i18n']) => string>>,
): Readonly<Record<Value, string>> {
  const { i18n } = useLingui();
  const said = Object.entries<(language: typeof i18n) => string>(words).map(([value, say]) => [value, say(i18n)]);
  return Object.fromEntries(said);
}
