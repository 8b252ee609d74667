/* The key of the shop in a till that has one: replaced when it was taken back, without losing what waits to be handed in. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import { changeKey, type Device } from './device.ts';
import { keyWords } from './words.ts';

interface KeyCardProperties {
  readonly device: Device;
  /** The present one is good no more: the field is there without being asked for. */
  readonly isRefused: boolean;
  onChanged(device: Device): void;
}

export function KeyCard({ device, isRefused, onChanged }: KeyCardProperties) {
  const { i18n } = useLingui();
  const [isOpen, setOpen] = useState(isRefused);
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  const submit = async () => {
    if (key.trim() === '') return setFault(i18n._('Paste the key of your shop first.'));
    setBusy(true);
    setFault(undefined);
    try {
      onChanged(await changeKey(device, key.trim()));
      setKey('');
      setOpen(false);
      setDone(true);
    } catch (error) {
      setFault(keyWords(error, i18n));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h2>{i18n._('Key of your shop')}</h2>
      {isDone && <Note tone="good">{i18n._('The new key is good. This till goes on with it.')}</Note>}
      {isOpen ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void submit();
          }}
        >
          <TextField
            label={i18n._('New key of your shop')}
            hint={i18n._('What this till has taken stays, and is handed in with the new key.')}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={key}
            fault={fault}
            onChange={(event) => setKey(event.target.value)}
          />
          <Button type="submit" wide busy={busy}>
            {busy ? i18n._('Checking the key…') : i18n._('Use this key')}
          </Button>
        </form>
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
