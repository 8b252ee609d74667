/* Where the next voucher comes in: typed, from a scanner that types, or by the camera. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { Camera } from '../../interface/camera.tsx';
import { Button, Field } from '../../interface/parts.tsx';

export function EntryScreen({ onVoucher }: { onVoucher(text: string): void }) {
  const { i18n } = useLingui();
  const [isScanning, setScanning] = useState(false);
  const [fault, setFault] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <>
      <h1>{i18n._('Next voucher')}</h1>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          // Read from the field itself: a scanner types faster than a page is drawn.
          const text = input.current?.value ?? '';
          if (text.trim() === '') setFault(i18n._('Scan a voucher or type its code first.'));
          else onVoucher(text);
        }}
      >
        <Field
          label={i18n._('Code of the voucher')}
          hint={i18n._('Scan it, or type it as it is shown: capitals, spaces and hyphens do not matter.')}
          fault={fault}
        >
          {(control) => (
            <input
              {...control}
              ref={input}
              type="text"
              className="code"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              enterKeyHint="go"
            />
          )}
        </Field>
        <Button type="submit" look="accent" wide>
          {i18n._('Look at it')}
        </Button>
      </form>
      {isScanning && <Camera onRead={onVoucher} />}
      <Button wide aria-expanded={isScanning} onClick={() => setScanning((before) => !before)}>
        {isScanning ? i18n._('Close the camera') : i18n._('Scan with the camera')}
      </Button>
    </>
  );
}
