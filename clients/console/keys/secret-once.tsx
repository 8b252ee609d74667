/* The secret that checks the signatures of messages, this once. */
import { useLingui } from '@lingui/react';
import { Dialog } from '../../interface/panels.tsx';
import { Button } from '../../interface/parts.tsx';
import { Copied } from '../shell/copied.tsx';

export function SecretOnce({ secret, onClose }: { readonly secret: string; onClose(): void }) {
  const { i18n } = useLingui();
  return (
    <Dialog
      open
      title={i18n._('This is the secret')}
      description={i18n._('It is shown this once. With it your system checks that a message is from us.')}
      onClose={onClose}
    >
      <Copied label={i18n._('Secret of the endpoint')} text={secret} />
      <Button look="accent" onClick={onClose}>
        {i18n._('I have kept it')}
      </Button>
    </Dialog>
  );
}
