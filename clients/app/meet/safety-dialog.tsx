/* Blocking somebody, or telling administrators what happened. The other learns of neither. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { BlockMetDocument, type PersonReportReason, ReportMetDocument } from '../generated/graphql.ts';

interface SafetyDialogProperties {
  readonly accountId: string;
  readonly name: string;
  /** Without a meeting there is nothing to report, only somebody to block. */
  readonly meetingId: string | undefined;
  onClose(): void;
  onBlocked?(): void;
}

export function SafetyDialog({ accountId, name, meetingId, onClose, onBlocked }: SafetyDialogProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ fetching, error }, block] = useMutation(BlockMetDocument);
  const [isReporting, setIsReporting] = useState(false);
  const title = meetingId ? i18n._('Block or report {name}', { name }) : i18n._('Block {name}', { name });
  return (
    <Dialog open title={title} onClose={onClose}>
      {isReporting && meetingId ? (
        <ReportForm meetingId={meetingId} name={name} onClose={onClose} />
      ) : (
        <>
          <p>
            {i18n._('Whoever you block does not find you any more, and you cannot ask each other. They are not told.')}
          </p>
          {error && <Note tone="bad">{explain(error, i18n)}</Note>}
          <Button
            look="danger"
            busy={fetching}
            onClick={async () => {
              const result = await block({ input: { accountId } });
              if (result.error) return;
              tell(i18n._('{name} is blocked.', { name }));
              onClose();
              onBlocked?.();
            }}
          >
            {i18n._('Block {name}', { name })}
          </Button>
          {meetingId && <Button onClick={() => setIsReporting(true)}>{i18n._('Report what happened')}</Button>}
        </>
      )}
      <Button look="plain" onClick={onClose}>
        {i18n._('Close')}
      </Button>
    </Dialog>
  );
}

interface ReportFields {
  readonly reason: PersonReportReason;
  readonly text: string;
}

const LONGEST_TEXT = 2_000;

interface ReportFormProperties {
  readonly meetingId: string;
  readonly name: string;
  onClose(): void;
}

function ReportForm({ meetingId, name, onClose }: ReportFormProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ error }, report] = useMutation(ReportMetDocument);
  const { register, handleSubmit, formState } = useForm<ReportFields>({
    defaultValues: { reason: 'HARASSMENT', text: '' },
  });
  const reasons: readonly (readonly [PersonReportReason, string])[] = [
    ['HARASSMENT', i18n._('Insults or unwanted advances')],
    ['THREAT', i18n._('Violence or threats')],
    ['DISCRIMINATION', i18n._('Treated me worse for who I am')],
    ['IMPERSONATION', i18n._('Somebody else than the account says')],
    ['SUSPECTED_STALKING', i18n._('Follows me')],
    ['FRAUD', i18n._('Cheats for points')],
    ['OTHER', i18n._('Something else')],
  ];
  const submit = handleSubmit(async ({ reason, text }) => {
    const result = await report({ input: { connectionId: meetingId, reason, text: text.trim() } });
    if (result.error) return;
    tell(i18n._('Thank you. We look at it, and {name} is not told.', { name }));
    onClose();
  });
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <p>{i18n._('In danger now? Call 911. What you write here is read by the people who run Hey Blue!')}</p>
      <Field label={i18n._('What is it about?')}>
        {(control) => (
          <select {...control} {...register('reason')}>
            {reasons.map(([reason, label]) => (
              <option key={reason} value={reason}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={i18n._('What happened?')} fault={formState.errors.text?.message}>
        {(control) => (
          <textarea
            {...control}
            rows={4}
            maxLength={LONGEST_TEXT}
            {...register('text', {
              validate: (text) => text.trim() !== '' || i18n._('Write a few words.'),
            })}
          />
        )}
      </Field>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="danger" type="submit" busy={formState.isSubmitting}>
        {i18n._('Send the report')}
      </Button>
    </form>
  );
}
