/* A form that leads to the screen of what has this id; what cannot be an id is said before anybody goes there. */
import { useLingui } from '@lingui/react';
import { useForm } from 'react-hook-form';
import { useLocation } from 'wouter';
import { Button, TextField } from '../../interface/parts.tsx';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => UUID.test(text);

interface FindByIdProperties {
  readonly label: string;
  /** Where ids of this kind are found. */
  readonly hint: string;
  readonly action: string;
  /** The address of the screens, to which the id is added. */
  readonly path: string;
}

export function FindById({ label, hint, action, path }: FindByIdProperties) {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { id: '' } });
  const submit = handleSubmit(({ id }) => go(`${path}/${id.trim().toLowerCase()}`));
  return (
    <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={label}
        hint={hint}
        autoComplete="off"
        fault={formState.errors.id?.message}
        {...register('id', {
          validate: (value) => isId(value.trim()) || i18n._('An id has 32 digits and letters in five groups.'),
        })}
      />
      <div>
        <Button type="submit" look="accent">
          {action}
        </Button>
      </div>
    </form>
  );
}
