/*
 * A decision that is kept with its reason: a dialog that says what follows, asks why, and stays open with the refusal when
 * the API says no.
 */
import { useLingui } from '@lingui/react';
import type { ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { useAct } from './act.ts';

interface DecisionProperties<Data, Variables extends AnyVariables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly title: string;
  /** What follows from it. */
  readonly consequence: string;
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  /** What is told when it is done. */
  readonly done: string;
  readonly reasonLabel?: string;
  /** How many characters the reason may have. */
  readonly longest?: number;
  readonly variables: (reason: string) => Variables;
  /** More to choose, between what follows and the reason. */
  readonly children?: ReactNode;
  onClose(): void;
  onDone?(data: Data): void;
}

const LONGEST = 2_000;

export function Decision<Data, Variables extends AnyVariables>(properties: DecisionProperties<Data, Variables>) {
  const {
    document,
    title,
    consequence,
    action,
    danger,
    done,
    reasonLabel,
    variables,
    children,
    longest = LONGEST,
  } = properties;
  const { onClose, onDone } = properties;
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(document);
  const { register, handleSubmit, formState } = useForm({ defaultValues: { reason: '' } });
  const submit = handleSubmit(async ({ reason }) => {
    const data = await run(variables(reason.trim()));
    if (data === undefined) return;
    tell(done);
    onDone?.(data);
    onClose();
  });
  return (
    <Dialog open title={title} description={consequence} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        {children}
        <Field label={reasonLabel ?? i18n._('Reason')} fault={formState.errors.reason?.message}>
          {(control) => (
            <textarea
              {...control}
              rows={4}
              maxLength={longest}
              {...register('reason', {
                validate: (value) => value.trim() !== '' || i18n._('Say why, in a sentence.'),
              })}
            />
          )}
        </Field>
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look={danger ? 'danger' : 'accent'} busy={busy}>
            {action}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
