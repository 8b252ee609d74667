/* The phone ends the registration: a number, then the code that it receives. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { confirmPhone, type DeclaredAge, sendPhoneCode } from '../graph/sign-in.ts';
import { useSite } from '../graph/site.tsx';
import { Button, Note, TextField } from './parts.tsx';
import { explain } from './refusals.ts';

interface PhoneForm {
  readonly phone: string;
  readonly code: string;
}

/** As people in the United States write it -> E.164; with a plus, as it stands. */
export function toPhoneNumber(written: string): string | undefined {
  const digits = written.replace(/\D/g, '');
  if (written.trim().startsWith('+')) return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
  if (digits.length === 10) return `+1${digits}`;
  return digits.length === 11 && digits.startsWith('1') ? `+${digits}` : undefined;
}

interface PhoneProperties {
  /** Of somebody who registers; passed over when a phone is changed later. */
  readonly age?: DeclaredAge;
  onVerified(): void;
}

export function Phone({ age, onVerified }: PhoneProperties) {
  const { i18n } = useLingui();
  const { client } = useSite();
  const [sentTo, setSentTo] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const { register, handleSubmit, formState, setFocus } = useForm<PhoneForm>({
    defaultValues: { phone: '', code: '' },
  });
  const { errors, isSubmitting } = formState;
  const isFirst = useRef(true);
  useEffect(() => {
    // Where the one field has taken the other's place, one writes on.
    if (!isFirst.current) setFocus(sentTo ? 'code' : 'phone');
    isFirst.current = false;
  }, [sentTo, setFocus]);
  const submit = handleSubmit(async ({ phone, code }) => {
    setFailure(undefined);
    try {
      if (sentTo) {
        await confirmPhone(client, sentTo, code.replace(/\D/g, ''), age);
        onVerified();
      } else {
        const number = toPhoneNumber(phone) ?? '';
        await sendPhoneCode(client, number);
        setSentTo(number);
      }
    } catch (error) {
      setFailure(error);
    }
  });
  return (
    <form className="card" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{i18n._('Verify your phone')}</h2>
      <p className="quiet">{i18n._('One account, one phone. We send a code and nothing else.')}</p>
      {!sentTo && (
        <TextField
          label={i18n._('Phone number')}
          type="tel"
          autoComplete="tel"
          fault={errors.phone?.message}
          {...register('phone', {
            validate: (value) => toPhoneNumber(value) !== undefined || i18n._('Write the number with its area code.'),
          })}
        />
      )}
      {sentTo && (
        <TextField
          label={i18n._('Code from the message')}
          inputMode="numeric"
          autoComplete="one-time-code"
          hint={i18n._('Sent to {number}. It is good for ten minutes.', { number: sentTo })}
          fault={errors.code?.message}
          {...register('code', {
            validate: (value) => /^\s*\d{3}\s?\d{3}\s*$/.test(value) || i18n._('The code has six digits.'),
          })}
        />
      )}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <Button look="accent" type="submit" busy={isSubmitting}>
        {sentTo ? i18n._('Confirm') : i18n._('Send the code')}
      </Button>
      {sentTo && (
        <Button look="plain" onClick={() => setSentTo(undefined)}>
          {i18n._('Use another number')}
        </Button>
      )}
    </form>
  );
}
