/* The key of the shop in a till that has one: replaced when it was taken back, without losing what waits to be handed in. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button, Note } from '../../interface/parts.tsx';
import { changeKey, type Device } from './device.ts';
import { KeyForm } from './key-form.tsx';

interface KeyCardProperties {
  readonly device: Device;
  /** The present one is good no more: the field is there without being asked for. */
  readonly isRefused: boolean;
  onChanged(device: Device): void;
}

export function KeyCard({ device, isRefused, onChanged }: KeyCardProperties) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(isRefused);
  const [isDone, setDone] = useState(false);
  return (
    <section className="card">
      <h2>{i18n._('Key of your shop')}</h2>
      {isDone && <Note tone="good">{i18n._('The new key is good. This till goes on with it.')}</Note>}
      {isOpen ? (
        <KeyForm
          label={i18n._('New key of your shop')}
          hint={i18n._('What this till has taken stays, and is handed in with the new key.')}
          action={i18n._('Use this key')}
          take={async (key) => {
            onChanged(await changeKey(device, key));
            setOpen(false);
            setDone(true);
          }}
        />
      ) : (
        <Button
          wide
          onClick={() => {
            setDone(false);
            setOpen(true);
          }}
        >
          {i18n._('Enter a new key')}
        </Button>
      )}
    </section>
  );
}
