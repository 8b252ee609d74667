/* How it ended, to be read from a meter away, and the way to the next customer. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { Button } from '../../interface/parts.tsx';
import type { Outcome, Ready } from './counter.ts';
import { refusalWords } from './words.ts';

interface OutcomeProperties {
  readonly outcome: Outcome;
  onAgain(ready: Ready): void;
  onNext(): void;
}

export function OutcomeScreen({ outcome, onAgain, onNext }: OutcomeProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const tone = outcome.kind === 'taken' ? 'good' : outcome.kind === 'unsure' ? 'warn' : 'bad';
  const sign = { good: '✓', warn: '?', bad: '✕' }[tone];
  const words = {
    taken: () => ({
      title: i18n._('Taken'),
      advice:
        outcome.kind === 'taken' && outcome.isOffline
          ? i18n._('Without a connection. It is handed in by itself once the till is connected.')
          : i18n._('Give what the voucher is for.'),
    }),
    unsure: () => ({
      title: i18n._('Not sure'),
      advice: i18n._('The connection broke off just now. Try again: it is never taken twice.'),
    }),
    refused: () =>
      outcome.kind === 'refused'
        ? refusalWords(outcome.code, outcome.retryAfterSeconds, i18n)
        : { title: '', advice: '' },
  }[outcome.kind]();
  return (
    <>
      <section className="outcome" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
        <span className="sign" aria-hidden="true">
          {sign}
        </span>
        <h1 ref={heading} tabIndex={-1}>
          {words.title}
        </h1>
        {outcome.kind === 'taken' && <p className="worth number">{formats.money(outcome.valueCents)}</p>}
        {outcome.kind === 'taken' && outcome.title && <p>{outcome.title}</p>}
        <p>{words.advice}</p>
      </section>
      {outcome.kind === 'unsure' && (
        <Button look="accent" wide onClick={() => onAgain(outcome.ready)}>
          {i18n._('Try again')}
        </Button>
      )}
      <Button look={outcome.kind === 'unsure' ? 'plain' : 'accent'} wide onClick={onNext}>
        {i18n._('Next customer')}
      </Button>
    </>
  );
}
