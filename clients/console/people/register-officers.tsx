/* Registering officers: whoever signs in with one of these addresses and verifies a phone is an officer. */
import { useLingui } from '@lingui/react';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { RegisterOfficersDocument } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MOST = 100;
const addressesOf = (written: string) => [
  ...new Set(
    written
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  ),
];

interface RegisterOfficersProperties {
  /** Names of departments, to choose from. */
  readonly known: readonly string[];
  onRegistered(): void;
}

export function RegisterOfficers({ known, onRegistered }: RegisterOfficersProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const names = useId();
  const { run, busy, failure } = useAct(RegisterOfficersDocument);
  const { register, handleSubmit, formState, reset } = useForm({ defaultValues: { department: '', addresses: '' } });
  const { errors } = formState;
  const submit = handleSubmit(async ({ department, addresses }) => {
    const data = await run({
      input: { departmentName: department.trim(), emailAddresses: addressesOf(addresses) },
    });
    if (!data) return;
    const { registered } = data.registerOfficers;
    tell(i18n._('{count, plural, one {# officer is} other {# officers are}} registered.', { count: registered }));
    reset({ department, addresses: '' });
    onRegistered();
  });
  const check = (written: string) => {
    const addresses = addressesOf(written);
    const wrong = addresses.find((address) => !EMAIL.test(address));
    if (addresses.length === 0) return i18n._('Write at least one e-mail address.');
    if (wrong) return i18n._('{wrong} is no e-mail address.', { wrong });
    return addresses.length <= MOST || i18n._('At most {most} at a time.', { most: MOST });
  };
  return (
    <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{i18n._('Register officers')}</h2>
      <p className="quiet">
        {i18n._(
          'Whoever signs in with one of these addresses and then verifies a phone is an officer of the department. Accounts from before keep their role.',
        )}
      </p>
      <TextField
        label={i18n._('Department')}
        list={names}
        maxLength={80}
        autoComplete="off"
        fault={errors.department?.message}
        {...register('department', { validate: (value) => value.trim() !== '' || i18n._('Name the department.') })}
      />
      <datalist id={names}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        label={i18n._('Work e-mail addresses')}
        hint={i18n._('With spaces, commas or lines between them.')}
        fault={errors.addresses?.message}
      >
        {(control) => <textarea {...control} rows={4} {...register('addresses', { validate: check })} />}
      </Field>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button type="submit" look="accent" busy={busy}>
          {i18n._('Register')}
        </Button>
      </div>
    </form>
  );
}
