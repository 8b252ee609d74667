/* Where one lives: declared once in a while, and what the community fund and the fees of one's city go by. */
import { useLingui } from '@lingui/react';
import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { DeclareOwnResidenceDocument, OwnPointsDocument, type ResidencePartsFragment } from '../generated/graphql.ts';
import { Shown, useAnswered } from './answered.tsx';
import { useNow } from './now.ts';

/** The own residence; asked for where it is not known, and then shown over what is said of it. */
export function Residence({ children }: { readonly children: (zipCode: string) => ReactNode }) {
  const { i18n } = useLingui();
  const own = useAnswered(OwnPointsDocument, {});
  const [changing, setChanging] = useState(false);
  return (
    <Shown of={own} data={own.data?.me}>
      {({ residence }) => {
        if (!residence || changing) {
          return (
            <ResidenceForm
              residence={residence ?? undefined}
              onDone={() => {
                setChanging(false);
                own.retry();
              }}
            />
          );
        }
        return (
          <>
            <Known residence={residence} label={i18n._('Change')} onChange={() => setChanging(true)} />
            {children(residence.zipCode)}
          </>
        );
      }}
    </Shown>
  );
}

interface KnownProperties {
  readonly residence: ResidencePartsFragment;
  readonly label: string;
  onChange(): void;
}

function Known({ residence, label, onChange }: KnownProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const now = useNow(60);
  const isFixed = new Date(residence.changeableAt) > now;
  return (
    <div className="row" data-spread="">
      <p>
        {i18n._('You live in {zipCode}.', { zipCode: residence.zipCode })}
        {isFixed && (
          <span className="quiet small">
            {' '}
            {i18n._('You can change that from {day} on.', { day: formats.day(residence.changeableAt) })}
          </span>
        )}
      </p>
      {!isFixed && <Button onClick={onChange}>{label}</Button>}
    </div>
  );
}

interface ResidenceFormProperties {
  readonly residence: ResidencePartsFragment | undefined;
  onDone(): void;
}

function ResidenceForm({ residence, onDone }: ResidenceFormProperties) {
  const { i18n } = useLingui();
  const [{ fetching, error }, declare] = useMutation(DeclareOwnResidenceDocument);
  const { register, handleSubmit, formState } = useForm({ defaultValues: { zipCode: residence?.zipCode ?? '' } });
  const submit = handleSubmit(async ({ zipCode }) => {
    const { error: refused } = await declare({ input: { zipCode } });
    if (!refused) onDone();
  });
  return (
    <form className="card" onSubmit={submit} noValidate>
      <h2>{i18n._('Where do you live?')}</h2>
      <p>{i18n._('The ZIP code is enough. It stays for 90 days and nobody else sees it.')}</p>
      <TextField
        label={i18n._('ZIP code of your home')}
        inputMode="numeric"
        autoComplete="postal-code"
        maxLength={5}
        fault={formState.errors.zipCode?.message}
        {...register('zipCode', {
          validate: (value) => /^\d{5}$/.test(value) || i18n._('A ZIP code has five digits.'),
        })}
      />
      {error && (
        <Note tone="bad">
          {codeOf(error) === 'BAD_USER_INPUT'
            ? i18n._('We do not know this ZIP code. Look at it again.')
            : explain(error, i18n)}
        </Note>
      )}
      <Button look="accent" type="submit" wide busy={fetching}>
        {i18n._('I live here')}
      </Button>
    </form>
  );
}
