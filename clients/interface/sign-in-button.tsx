/* The way to the identity provider. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../graph/site.tsx';
import { Button, Note } from './parts.tsx';
import { explain } from './refusals.ts';

export function SignInButton() {
  const { i18n } = useLingui();
  const { signIn } = useSite();
  const [failure, setFailure] = useState<unknown>();
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    setFailure(undefined);
    signIn().catch((error) => {
      setLeaving(false);
      setFailure(error);
    });
  };
  return (
    <>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <Button look="accent" wide busy={leaving} onClick={leave}>
        {i18n._('Sign in')}
      </Button>
    </>
  );
}
