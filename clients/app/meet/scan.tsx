/* Scanning the code that somebody shows, by the camera or in letters; what cannot be handed in now is kept. */
import { useLingui } from '@lingui/react';
import { useCallback, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { Link, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Camera } from '../../interface/camera.tsx';
import { Button, Note, ScreenTitle, TextField, Waiting } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import { useLive } from './live.tsx';
import type { Outcome } from './outbox.ts';
import './meet.css';

export function Scan() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  return (
    <>
      <ScreenTitle>{i18n._('Scan a code')}</ScreenTitle>
      {accountId ? (
        <Scanning />
      ) : (
        <section className="card">
          <p>{i18n._('Sign in first, so that we know who met.')}</p>
          <SignInButton />
        </section>
      )}
      <Link className="button" href="/meet">
        {i18n._('Back')}
      </Link>
    </>
  );
}

function Scanning() {
  const { i18n } = useLingui();
  const { handIn, refresh } = useLive();
  const [, go] = useLocation();
  const [isBusy, setIsBusy] = useState(false);
  const [outcome, setOutcome] = useState<Exclude<Outcome, { kind: 'met' }>>();
  const [isTyping, setIsTyping] = useState(false);
  const isHanding = useRef(false);
  const take = useCallback(
    async (text: string) => {
      if (isHanding.current) return;
      isHanding.current = true;
      setIsBusy(true);
      const result = await handIn(text);
      isHanding.current = false;
      setIsBusy(false);
      if (result.kind === 'met') {
        refresh();
        go(`/meet/${result.meeting.id}`);
      } else setOutcome(result);
    },
    [handIn, refresh, go],
  );
  if (outcome?.kind === 'kept') {
    return (
      <Note tone="good">
        {i18n._(
          'Scanned! There is no connection, so the code is kept on this phone and handed in by itself as soon as there is one. You do not have to wait here.',
        )}
      </Note>
    );
  }
  return (
    <>
      <p>{i18n._('Hold the camera over the code that the other shows. It counts for both of you at once.')}</p>
      <Camera onRead={(text) => void take(text)} onUnusable={() => setIsTyping(true)} />
      {isBusy && <Waiting label={i18n._('Handing in the code…')} />}
      {outcome?.kind === 'unreadable' && (
        <Note tone="bad">{i18n._('This is not a code of Hey Blue! Scan the one on the other’s screen.')}</Note>
      )}
      {outcome?.kind === 'refused' && <Note tone="bad">{explain(outcome.failure, i18n)}</Note>}
      <TypedCode isOpen={isTyping} onOpen={setIsTyping} isBusy={isBusy} onTyped={(text) => void take(text)} />
    </>
  );
}

interface TypedCodeProperties {
  readonly isOpen: boolean;
  onOpen(isOpen: boolean): void;
  readonly isBusy: boolean;
  onTyped(text: string): void;
}

function TypedCode({ isOpen, onOpen, isBusy, onTyped }: TypedCodeProperties) {
  const { i18n } = useLingui();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { code: '' } });
  return (
    <details className="card" open={isOpen} onToggle={({ currentTarget }) => onOpen(currentTarget.open)}>
      <summary>{i18n._('No camera? Type the code')}</summary>
      <form className="stack" noValidate onSubmit={(event) => void handleSubmit(({ code }) => onTyped(code))(event)}>
        <TextField
          label={i18n._('Code in letters')}
          hint={i18n._('The other opens “Show it in letters” under their code. Spaces do not matter, capitals do.')}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          fault={formState.errors.code?.message}
          {...register('code', { validate: (code) => code.trim() !== '' || i18n._('Type the code first.') })}
        />
        <Button look="accent" type="submit" busy={isBusy}>
          {i18n._('Hand it in')}
        </Button>
      </form>
    </details>
  );
}
