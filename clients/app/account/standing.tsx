/* A suspension, with its reason and the one appeal against it, and the warnings that administrators gave. */
import { useLingui } from '@lingui/react';
import { useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation, useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Field, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  AppealDocument,
  OwnStandingDocument,
  type OwnSuspensionFragment,
  type OwnWarningFragment,
  type PersonReportReason,
  ReadWarningDocument,
} from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';

export function Standing() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('Warnings and suspension')}</ScreenTitle>
      <NeedsAccount>
        <Own />
      </NeedsAccount>
    </>
  );
}

function Own() {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: OwnStandingDocument });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <Answer data={data} error={error} fetching={fetching} retry={again}>
      {({ me, ownWarnings: { edges } }) => (
        <>
          {me.suspension && <Suspended suspension={me.suspension} onAppealed={again} />}
          {edges.map(({ node }) => (
            <Warned key={node.id} warning={node} />
          ))}
          {!me.suspension && edges.length === 0 && (
            <section className="card">
              <h2>{i18n._('All is well')}</h2>
              <p>{i18n._('You have no warnings, and your account is not suspended.')}</p>
            </section>
          )}
        </>
      )}
    </Answer>
  );
}

interface SuspendedProperties {
  readonly suspension: OwnSuspensionFragment;
  onAppealed(): void;
}

function Suspended({ suspension, onAppealed }: SuspendedProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { appeal } = suspension;
  const [changing, setChanging] = useState(false);
  return (
    <section className="card">
      <h2>{i18n._('Your account is suspended')}</h2>
      <p>{i18n._('You can sign in and read what is yours. Meeting, points and everything else have to wait.')}</p>
      <dl className="own-facts">
        <div>
          <dt>{i18n._('Why')}</dt>
          <dd>{suspension.reason}</dd>
        </div>
        <div>
          <dt>{i18n._('Since')}</dt>
          <dd>{instant(suspension.suspendedAt)}</dd>
        </div>
        <div>
          <dt>{i18n._('Until')}</dt>
          <dd>{suspension.until ? instant(suspension.until) : i18n._('An administrator ends it')}</dd>
        </div>
      </dl>
      {appeal && (
        <div className="stack">
          <h3>{i18n._('Your appeal')}</h3>
          <blockquote className="note">{appeal.text}</blockquote>
          {appeal.outcome === null && <p>{i18n._('It waits for an administrator to decide.')}</p>}
          {appeal.outcome === 'UPHELD' && <Note tone="warn">{i18n._('It was decided: the suspension stays.')}</Note>}
          {appeal.outcome === 'REINSTATED' && (
            <Note tone="good">{i18n._('It was decided: the suspension is lifted.')}</Note>
          )}
          {appeal.note && <p>{appeal.note}</p>}
          {appeal.outcome === null && !changing && (
            <Button onClick={() => setChanging(true)}>{i18n._('Write it anew')}</Button>
          )}
        </div>
      )}
      {(!appeal || changing) && (
        <AppealForm
          text={appeal?.text ?? ''}
          onSent={() => {
            setChanging(false);
            onAppealed();
          }}
        />
      )}
    </section>
  );
}

const LONGEST_TEXT = 2_000;

function AppealForm({ text: written, onSent }: { readonly text: string; onSent(): void }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ error }, appeal] = useMutation(AppealDocument);
  const { register, handleSubmit, formState } = useForm({ defaultValues: { text: written } });
  const submit = handleSubmit(async ({ text }) => {
    const result = await appeal({ input: { text: text.trim() } });
    if (result.error) return;
    tell(i18n._('Your appeal is sent.'));
    onSent();
  });
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <Field
        label={i18n._('Do you disagree? Say why')}
        hint={i18n._('You have one appeal. Until it is decided, you can write it anew.')}
        fault={formState.errors.text?.message}
      >
        {(control) => (
          <textarea
            {...control}
            rows={5}
            maxLength={LONGEST_TEXT}
            {...register('text', { validate: (text) => text.trim() !== '' || i18n._('Write a few words.') })}
          />
        )}
      </Field>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="accent" type="submit" busy={formState.isSubmitting}>
        {i18n._('Send the appeal')}
      </Button>
    </form>
  );
}

function Warned({ warning }: { readonly warning: OwnWarningFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [{ error, fetching }, read] = useMutation(ReadWarningDocument);
  const card = useRef<HTMLElement>(null);
  const about: Readonly<Record<PersonReportReason, () => string>> = {
    HARASSMENT: () => i18n._('Somebody felt insulted or pestered.'),
    THREAT: () => i18n._('Somebody felt threatened.'),
    DISCRIMINATION: () => i18n._('Somebody was treated worse for who they are.'),
    IMPERSONATION: () => i18n._('Somebody else came than the account says.'),
    FRAUD: () => i18n._('Points were to be had by deceit.'),
    SUSPECTED_STALKING: () => i18n._('Somebody felt followed.'),
    OTHER: () => i18n._('Something was not as it should be between people who meet.'),
  };
  return (
    <section ref={card} tabIndex={-1} className="card">
      <div className="row" data-spread="">
        <h2>{i18n._('A warning')}</h2>
        <Badge tone={warning.acknowledgedAt ? undefined : 'warn'}>
          {warning.acknowledgedAt ? i18n._('Read already') : i18n._('Not read yet')}
        </Badge>
      </div>
      <p>{about[warning.reason]()}</p>
      <p className="quiet small">{instant(warning.warnedAt)}</p>
      <p>
        {i18n._(
          'People who run Hey Blue! looked at a report and ask you to be careful with each other. If it happens again, your account may be suspended.',
        )}
      </p>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      {!warning.acknowledgedAt && (
        <Button
          busy={fetching}
          onClick={async () => {
            const result = await read({ input: { warningId: warning.id } });
            // The button that had the focus is gone.
            if (!result.error) card.current?.focus();
          }}
        >
          {i18n._('I have read it')}
        </Button>
      )}
    </section>
  );
}
