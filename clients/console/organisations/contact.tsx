/* Whom to write to at an organisation, for its owners and administrators. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { type OrganisationDetailsFragment, SaveOrganisationDocument } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Facts } from '../shell/facts.tsx';

interface ContactProperties {
  readonly organisation: OrganisationDetailsFragment;
  readonly mayChange: boolean;
}

export function Contact({ organisation, mayChange }: ContactProperties) {
  const { i18n } = useLingui();
  const [changing, setChanging] = useState(false);
  const { contact } = organisation;
  return (
    <section className="card">
      <h2>{i18n._('Whom to write to')}</h2>
      {changing ? (
        <ContactEditor organisation={organisation} onClose={() => setChanging(false)} />
      ) : (
        <>
          <Facts
            entries={[
              [i18n._('Name'), contact?.name],
              [i18n._('E-mail'), contact?.email],
            ]}
          />
          {mayChange && (
            <div>
              <Button onClick={() => setChanging(true)}>{i18n._('Change whom to write to')}</Button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

interface ContactEditorProperties {
  readonly organisation: OrganisationDetailsFragment;
  onClose(): void;
}

function ContactEditor({ organisation, onClose }: ContactEditorProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { id, contact, version } = organisation;
  const { run, busy, failure } = useAct(SaveOrganisationDocument);
  const { register, handleSubmit, formState } = useForm({
    defaultValues: { name: contact?.name ?? '', email: contact?.email ?? '' },
  });
  const needed = (value: string) => value.trim() !== '' || i18n._('This is needed.');
  const submit = handleSubmit(async ({ name, email }) => {
    const input = { organisationId: id, contact: { name: name.trim(), email: email.trim() }, expectedVersion: version };
    if (!(await run({ input }))) return;
    tell(i18n._('Saved.'));
    onClose();
  });
  return (
    <form className="stack form" onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={i18n._('Name')}
        maxLength={80}
        fault={formState.errors.name?.message}
        {...register('name', { validate: needed })}
      />
      <TextField
        label={i18n._('E-mail')}
        type="email"
        fault={formState.errors.email?.message}
        {...register('email', { validate: needed })}
      />
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button type="submit" look="accent" busy={busy}>
          {i18n._('Save')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </form>
  );
}
