/*
 * A form of fields that go to one mutation: what was there before, what must be said, and what came of it. Money is written
 * in dollars and sent in cents, instants are in the person's own time zone, and an optional field that is empty is sent as
 * nothing.
 */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain, faultyFieldOf } from '../../interface/refusals.ts';
import { useAct } from '../shell/act.ts';
import { Facts } from '../shell/facts.tsx';

type Kind = 'text' | 'lines' | 'count' | 'number' | 'money' | 'instant' | 'list' | 'check' | 'choice' | 'month';

export interface Entry<Input> {
  readonly name: keyof Input & string;
  readonly label: string;
  readonly kind?: Kind;
  readonly hint?: string;
  /** Must be said. */
  readonly needed?: boolean;
  /** What was there before, as the API has it. */
  readonly value?: unknown;
  /** Of a choice: value -> what is shown. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly least?: number;
  readonly most?: number;
}

interface EntryFormProperties<Input, Data, Variables extends AnyVariables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly entries: readonly Entry<Input>[];
  readonly variables: (given: Input) => Variables;
  /** What the button says. */
  readonly action: string;
  /** What is told when it is done. */
  readonly done: string;
  readonly children?: ReactNode;
  /** `false` shows what is there to somebody who only looks at it. */
  readonly mayChange?: boolean;
  onDone?(data: Data): void;
  onCancel?(): void;
}

type Written = Record<string, string | boolean>;

export function EntryForm<Input, Data, Variables extends AnyVariables>(
  properties: EntryFormProperties<Input, Data, Variables>,
) {
  return properties.mayChange === false ? <Entries entries={properties.entries} /> : <Form {...properties} />;
}

function Entries<Input>({ entries }: { readonly entries: readonly Entry<Input>[] }) {
  const { i18n } = useLingui();
  const { instant, money } = useFormats();
  const shown = ({ kind, value, choices }: Entry<Input>): string | undefined => {
    if (kind === 'check') return value === true ? i18n._('Yes') : i18n._('No');
    if (value === null || value === undefined || value === '') return undefined;
    if (kind === 'money') return money(Number(value));
    if (kind === 'instant') return instant(String(value));
    if (kind === 'list') return (value as readonly string[]).join(', ');
    return choices?.[String(value)] ?? String(value);
  };
  return <Facts entries={entries.map((entry) => [entry.label, shown(entry)])} />;
}

function Form<Input, Data, Variables extends AnyVariables>(properties: EntryFormProperties<Input, Data, Variables>) {
  const { document, entries, variables, action, done, children, onDone, onCancel } = properties;
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(document);
  const { register, handleSubmit, formState } = useForm<Written>({
    defaultValues: Object.fromEntries(entries.map((entry) => [entry.name, writtenOf(entry)])),
  });
  const faulty = failure === undefined ? undefined : faultyFieldOf(failure);
  const submit = handleSubmit(async (written) => {
    const given = Object.fromEntries(entries.map((entry) => [entry.name, givenOf(entry, written[entry.name])]));
    const data = await run(variables(given as Input));
    if (data === undefined) return;
    tell(done);
    onDone?.(data);
  });
  return (
    <form className="stack form" onSubmit={(event) => void submit(event)} noValidate>
      {entries.map((entry) => {
        const registered = register(entry.name, { validate: (value) => faultOf(entry, value, i18n) });
        const isFaulty = faulty === entry.name && !formState.errors[entry.name];
        const fault = isFaulty ? i18n._('This is not written as it should be.') : formState.errors[entry.name]?.message;
        if (entry.kind === 'check') {
          return (
            <label key={entry.name} className="check">
              <input type="checkbox" {...registered} /> <span>{entry.label}</span>
            </label>
          );
        }
        return (
          <Field
            key={entry.name}
            label={entry.needed ? entry.label : i18n._('{label} (optional)', { label: entry.label })}
            hint={entry.hint}
            fault={fault}
          >
            {(control) => <Control entry={entry} control={{ ...control, ...registered }} />}
          </Field>
        );
      })}
      {children}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button type="submit" look="accent" busy={busy}>
          {action}
        </Button>
        {onCancel && (
          <Button look="plain" onClick={onCancel}>
            {i18n._('Cancel')}
          </Button>
        )}
      </div>
    </form>
  );
}

function Control<Input>({ entry, control }: { readonly entry: Entry<Input>; readonly control: object }) {
  const { kind = 'text', choices } = entry;
  if (kind === 'lines') return <textarea rows={4} {...control} />;
  if (kind === 'choice') {
    return (
      <select {...control}>
        {Object.entries(choices ?? {}).map(([value, shown]) => (
          <option key={value} value={value}>
            {shown}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'instant') return <input type="datetime-local" {...control} />;
  if (kind === 'month') return <input type="month" {...control} />;
  if (kind === 'count') return <input type="text" inputMode="numeric" {...control} />;
  if (kind === 'money' || kind === 'number') return <input type="text" inputMode="decimal" {...control} />;
  return <input type="text" {...control} />;
}

/** As the control shows what was there before. */
function writtenOf<Input>({ kind, value, choices }: Entry<Input>): string | boolean {
  if (kind === 'check') return value === true;
  if (value === null || value === undefined) return kind === 'choice' ? (Object.keys(choices ?? {})[0] ?? '') : '';
  if (kind === 'money') return (Number(value) / 100).toFixed(2);
  if (kind === 'instant') return localInstant(new Date(String(value)));
  if (kind === 'list') return (value as readonly string[]).join(', ');
  return String(value);
}

/** As the API takes it. */
function givenOf<Input>({ kind }: Entry<Input>, written: string | boolean | undefined): unknown {
  if (typeof written === 'boolean') return written;
  const text = (written ?? '').trim();
  if (kind === 'list') {
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }
  if (text === '') return null;
  if (kind === 'money') return Math.round(Number(text) * 100);
  if (kind === 'count' || kind === 'number') return Number(text);
  if (kind === 'instant') return new Date(text).toISOString();
  return text;
}

function faultOf<Input>(entry: Entry<Input>, value: string | boolean | undefined, i18n: I18n): string | true {
  if (typeof value === 'boolean') return true;
  const text = (value ?? '').trim();
  const { kind, needed, least = 0, most } = entry;
  if (text === '') return needed ? i18n._('This is needed.') : true;
  if (kind === 'count' && !/^\d+$/.test(text)) return i18n._('Write a whole number, such as 20.');
  if (kind === 'money' && !/^\d+(\.\d{1,2})?$/.test(text)) return i18n._('Write an amount in dollars, such as 4.50.');
  if (kind === 'number' && !/^-?\d+(\.\d+)?$/.test(text)) return i18n._('Write a number, such as 30.2672.');
  if (kind === 'count' && Number(text) < least) return i18n._('At least {least}.', { least });
  if (kind === 'count' && most !== undefined && Number(text) > most) return i18n._('At most {most}.', { most });
  return true;
}

const two = (value: number) => String(value).padStart(2, '0');

/** As a control of the person's own time zone takes it: 2026-11-21T14:03. */
export function localInstant(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
