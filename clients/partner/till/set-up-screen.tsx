/* The first screen of a new till: the key of the shop, entered once and kept on this device. */
import { useLingui } from '@lingui/react';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { ScreenTitle } from '../../interface/parts.tsx';
import { type Device, setUp } from './device.ts';
import { KeyForm } from './key-form.tsx';

export function SetUpScreen({ onDone }: { onDone(device: Device): void }) {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Set up this till')}</ScreenTitle>
      <p>{i18n._('Here your shop takes vouchers of Hey Blue! It takes a minute to set up, once.')}</p>
      <KeyForm
        label={i18n._('Key of your shop')}
        hint={i18n._('Whoever manages your shop makes it in the console, under keys. It stays on this device.')}
        action={i18n._('Set up')}
        look="accent"
        take={async (key) => onDone(await setUp(key))}
      />
      <LanguageChoice />
    </>
  );
}
