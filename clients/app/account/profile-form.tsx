/* What a person writes about themselves; the first time the first name alone. */
import { useLingui } from '@lingui/react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Button, Field, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { ChangeProfileDocument, type OwnProfileFragment } from '../generated/graphql.ts';

interface ProfileFields {
  readonly firstName: string;
  readonly about: string;
  readonly pictureUrl: string;
  readonly hidden: boolean;
}

const LONGEST_NAME = 80;
const LONGEST_ABOUT = 2_000;
const LONGEST_ADDRESS = 500;

interface ProfileFormProperties {
  readonly profile: OwnProfileFragment;
  readonly only?: 'firstName';
}

export function ProfileForm({ profile, only }: ProfileFormProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const [{ error }, change] = useMutation(ChangeProfileDocument);
  const { register, handleSubmit, formState } = useForm<ProfileFields>({
    values: {
      firstName: profile.firstName ?? '',
      about: profile.about ?? '',
      pictureUrl: profile.pictureUrl ?? '',
      hidden: profile.hidden,
    },
    resetOptions: { keepDirtyValues: true },
  });
  const { errors, isSubmitting } = formState;
  const submit = handleSubmit(async ({ firstName, about, pictureUrl, hidden }) => {
    const orNull = (text: string) => text.trim() || null;
    const all = { firstName: orNull(firstName), about: orNull(about), pictureUrl: orNull(pictureUrl), hidden };
    const result = await change({ input: only ? { firstName: all.firstName } : all });
    if (!result.error) tell(i18n._('Saved.'));
  });
  return (
    <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={i18n._('First name')}
        hint={i18n._('Shown to the people you meet.')}
        autoComplete="given-name"
        maxLength={LONGEST_NAME}
        fault={errors.firstName?.message}
        {...register('firstName', {
          validate: (name) => !only || name.trim() !== '' || i18n._('Write a first name.'),
        })}
      />
      {!only && (
        <>
          <TextField
            label={i18n._('Address of a picture')}
            hint={i18n._('It begins with https:// and is shown to the people you meet.')}
            type="url"
            inputMode="url"
            maxLength={LONGEST_ADDRESS}
            fault={errors.pictureUrl?.message}
            {...register('pictureUrl', {
              validate: (address) =>
                address.trim() === '' || isPicture(address.trim()) || i18n._('The address has to begin with https://'),
            })}
          />
          <Field label={i18n._('About you')} hint={i18n._('Only you read this.')}>
            {(control) => <textarea {...control} rows={3} maxLength={LONGEST_ABOUT} {...register('about')} />}
          </Field>
          <label className="check">
            <input type="checkbox" {...register('hidden')} />
            {i18n._('Hide my name and picture from others')}
          </label>
        </>
      )}
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <Button look="accent" type="submit" busy={isSubmitting}>
        {i18n._('Save')}
      </Button>
    </form>
  );
}

function isPicture(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}
