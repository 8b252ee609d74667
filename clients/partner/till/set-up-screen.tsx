/* The first screen of a new till: the key of the shop, entered once and kept on this device. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { Button, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { type Device, setUp } from './device.ts';
import { keyWords } from './words.ts';

export function SetUpScreen({ onDone }: { onDone(device: Device): void }) {
  const { i18n } = useLingui();
  const [key, setKey] = useState('');
  const [fault, setFault] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (key.trim() === '') return setFault(i18n._('Paste the key of your shop first.'));
    setBusy(true);
    setFault(undefined);
    try {
      onDone(await setUp(key.trim()));
    } catch (error) {
      setFault(keyWords(error, i18n));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <ScreenTitle>{i18n._('Set up this till')}</ScreenTitle>
      <p>{i18n._('Here your shop takes vouchers of Hey Blue! It takes a minute to set up, once.')}</p>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <TextField
          label={i18n._('Key of your shop')}
          hint={i18n._('Whoever manages your shop makes it in the console, under keys. It stays on this device.')}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          fault={fault}
          onChange={(event) => setKey(event.target.value)}
        />
        <Button type="submit" look="accent" wide busy={busy}>
          {busy ? i18n._('Checking the key…') : i18n._('Set up')}
        </Button>
      </form>
      <LanguageChoice />
    </>
  );
}
