/* Somebody whom nobody knows yet: what this is, and the way in. */
import { useLingui } from '@lingui/react';
import { SignInButton } from '../../interface/sign-in-button.tsx';

export function Welcome() {
  const { i18n } = useLingui();
  return (
    <>
      <section className="card">
        <p>{i18n._('Meet the police officers near you, for a moment, and be rewarded together.')}</p>
        <ol className="steps">
          <li>{i18n._('See which officers have a moment for you right now.')}</li>
          <li>{i18n._('Say hello. Both of you confirm that you met.')}</li>
          <li>{i18n._('Both of you earn points: for coffee, for a good cause, for your neighborhood.')}</li>
        </ol>
        <SignInButton />
        <p className="quiet small">
          {i18n._('You are asked before anything of you is shared. No password of ours to remember.')}
        </p>
      </section>
      <details className="card">
        <summary>{i18n._('Are you a police officer?')}</summary>
        <p>
          {i18n._(
            'Your department registers the e-mail address that you use at work. Sign in with that one, and the app knows you as an officer.',
          )}
        </p>
      </details>
    </>
  );
}
