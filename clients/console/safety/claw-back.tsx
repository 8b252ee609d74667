/* Taking back a meeting that counted, by its id, within 90 days: its points go back too. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { Button, TextField } from '../../interface/parts.tsx';
import { ClawBackConnectionDocument, type ReviewCasePartsFragment } from '../generated/graphql.ts';
import { Decision } from '../shell/decision.tsx';
import { isId } from '../shell/find-by-id.tsx';
import { CaseFacts } from './case-facts.tsx';

export function ClawBack() {
  const { i18n } = useLingui();
  const [connectionId, setConnectionId] = useState<string>();
  const [taken, setTaken] = useState<ReviewCasePartsFragment>();
  const { register, handleSubmit, formState, reset } = useForm({ defaultValues: { id: '' } });
  const submit = handleSubmit(({ id }) => setConnectionId(id.trim().toLowerCase()));
  return (
    <section className="card form">
      <h2>{i18n._('Take back a meeting that counted')}</h2>
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Id of the meeting')}
          hint={i18n._('Up to 90 days after it; a report of a person names its meeting.')}
          autoComplete="off"
          fault={formState.errors.id?.message}
          {...register('id', {
            validate: (value) => isId(value.trim()) || i18n._('An id has 32 digits and letters in five groups.'),
          })}
        />
        <div>
          <Button type="submit" look="danger">
            {i18n._('Take it back')}
          </Button>
        </div>
      </form>
      {taken && <CaseFacts held={taken} />}
      {connectionId && (
        <Decision
          document={ClawBackConnectionDocument}
          title={i18n._('Take this meeting back?')}
          consequence={i18n._('What both earned by it is taken back, and that is final.')}
          action={i18n._('Take it back')}
          danger
          done={i18n._('The meeting does not count any more.')}
          variables={(reason) => ({ input: { connectionId, reason } })}
          onClose={() => setConnectionId(undefined)}
          onDone={({ clawBackConnection }) => {
            setTaken(clawBackConnection.reviewCase);
            reset();
          }}
        />
      )}
    </section>
  );
}
