/* The key of a shop, typed or pasted: checked by whoever takes it, and said what is wrong with it beside the field. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button, TextField } from '../../interface/parts.tsx';
import { keyWords } from './words.ts';

interface KeyFormProperties {
  readonly label: string;
  readonly hint: string;
  readonly action: string;
  readonly look?: 'accent';
  /** Rejects where the key is not taken. */
  take(key: string): Promise<void>;
}

export function KeyForm({ label, hint, action, look, take }: KeyFormProperties) {
  const { i18n } = useLingui();
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (key.trim() === '') return setFault(i18n._('Paste the key of your shop first.'));
    setBusy(true);
    setFault(undefined);
    try {
      await take(key.trim());
    } catch (error) {
      setFault(keyWords(error, i18n));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <TextField
        label={label}
        hint={hint}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={key}
        fault={fault}
        onChange={(event) => setKey(event.target.value)}
      />
      <Button type="submit" {...(look && { look })} wide busy={busy}>
        {busy ? i18n._('Checking the key…') : action}
      </Button>
    </form>
  );
}
