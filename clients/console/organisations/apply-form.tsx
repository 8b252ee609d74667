/* Applying with an organisation that is not listed yet. What is asked for depends on what it is. */
import { useLingui } from '@lingui/react';
import { type UseFormRegister, useForm } from 'react-hook-form';
import { Link, useLocation } from 'wouter';
import { Button, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { ApplyAsOrganisationDocument, type OrganisationKind } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { ContactFields, type ContactForm, contactInput, emptyContact } from './contact-fields.tsx';
import { kinds } from './words.ts';

interface ApplicationForm extends ContactForm {
  readonly kind: OrganisationKind;
  readonly name: string;
  readonly category: string;
  readonly city: string;
  readonly state: string;
  readonly zipCode: string;
  readonly zipCodes: string;
}

const empty: ApplicationForm = {
  ...emptyContact,
  kind: 'RETAILER',
  name: '',
  category: '',
  city: '',
  state: '',
  zipCode: '',
  zipCodes: '',
};

const ZIP = /^\d{5}$/;
const zipCodesOf = (written: string) => written.split(/[\s,;]+/).filter(Boolean);

export function ApplyForm() {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const { run, busy, failure } = useAct(ApplyAsOrganisationDocument);
  const { register, handleSubmit, watch, formState } = useForm<ApplicationForm>({ defaultValues: empty });
  const { errors } = formState;
  const kind = watch('kind');
  const isCharity = kind === 'CHARITY';
  const isMunicipality = kind === 'MUNICIPALITY';
  const submit = handleSubmit(async (form) => {
    const { name, category, city, state, zipCode, zipCodes } = form;
    const data = await run({
      input: {
        ...contactInput(form),
        kind: form.kind,
        name: name.trim() || null,
        category: category.trim() || null,
        city: city.trim() || null,
        state: state.trim().toUpperCase() || null,
        zipCode: zipCode.trim() || null,
        zipCodes: isMunicipality ? zipCodesOf(zipCodes) : null,
      },
    });
    if (data) go(`/organisations/applications/${data.applyAsOrganisation.application.id}`);
  });
  return (
    <>
      <Link href="/organisations">{i18n._('Back to my organisations')}</Link>
      <ScreenTitle>{i18n._('Apply with an organisation')}</ScreenTitle>
      <p className="quiet">
        {i18n._('We check the domain and, for charities, the EIN. Then an administrator decides.')}
      </p>
      <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={i18n._('What it is')}>
          {(control) => (
            <select {...control} {...register('kind')}>
              {(Object.keys(kinds) as OrganisationKind[]).map((each) => (
                <option key={each} value={each}>
                  {kinds[each](i18n)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <ContactFields
          register={register as unknown as UseFormRegister<ContactForm>}
          errors={errors}
          needsEmployerNumber={isCharity}
        />
        <TextField
          label={i18n._('Name that people see')}
          hint={i18n._('The name in law unless you write another.')}
          maxLength={80}
          {...register('name')}
        />
        <TextField label={i18n._('Line of work')} maxLength={80} {...register('category')} />
        <TextField
          label={i18n._('City')}
          autoComplete="address-level2"
          maxLength={80}
          fault={errors.city?.message}
          {...register('city', {
            validate: (value) => !isCharity || value.trim() !== '' || i18n._('A charity needs its city.'),
          })}
        />
        <TextField
          label={i18n._('State')}
          hint={i18n._('Two letters, such as TX.')}
          autoComplete="address-level1"
          maxLength={2}
          fault={errors.state?.message}
          {...register('state', {
            validate: (value) =>
              /^[a-z]{2}$/i.test(value.trim()) ||
              (!isCharity && !isMunicipality && value.trim() === '') ||
              i18n._('Write the two letters of the state.'),
          })}
        />
        <TextField
          label={i18n._('ZIP code')}
          inputMode="numeric"
          autoComplete="postal-code"
          maxLength={5}
          fault={errors.zipCode?.message}
          {...register('zipCode', {
            validate: (value) =>
              ZIP.test(value.trim()) || (!isCharity && value.trim() === '') || i18n._('A ZIP code has five digits.'),
          })}
        />
        {isMunicipality && (
          <Field
            label={i18n._('ZIP codes it covers')}
            hint={i18n._('At most 100, with spaces or commas between them.')}
            fault={errors.zipCodes?.message}
          >
            {(control) => (
              <textarea
                {...control}
                rows={3}
                {...register('zipCodes', {
                  validate: (value) =>
                    (zipCodesOf(value).length > 0 && zipCodesOf(value).every((zip) => ZIP.test(zip))) ||
                    i18n._('Write at least one; each has five digits.'),
                })}
              />
            )}
          </Field>
        )}
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div>
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Apply')}
          </Button>
        </div>
      </form>
    </>
  );
}
