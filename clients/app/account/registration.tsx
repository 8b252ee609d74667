/*
 * The first time: how old somebody is and what is shared with whom, then the phone. Of a child nothing is asked and nothing
 * is sent; a youth learns here that a guardian has to agree.
 */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { type Client, useClient } from 'urql';
import type { DeclaredAge } from '../../graph/sign-in.ts';
import { Button, Field, Note } from '../../interface/parts.tsx';
import { Phone } from '../../interface/phone.tsx';
import { explain } from '../../interface/refusals.ts';
import { type AgeBand, AgreeToDocument, OwnLeavingDocument } from '../generated/graphql.ts';
import { DocumentsToRead } from './documents-to-read.tsx';
import { WhoSeesWhat } from './sharing.tsx';

export function Registration({ onVerified }: { onVerified(): void }) {
  const [age, setAge] = useState<DeclaredAge>();
  const phone = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (age) phone.current?.querySelector('input')?.focus();
  }, [age]);
  if (!age) return <AgeAndConsent onAgreed={setAge} />;
  return (
    <div ref={phone} className="stack">
      <Phone age={age} onVerified={onVerified} />
    </div>
  );
}

interface AgeFields {
  readonly ageBand: AgeBand | null;
  readonly month: string;
  readonly year: string;
}

const CHILD_YEARS = 13;
const ADULT_YEARS = 18;

function AgeAndConsent({ onAgreed }: { onAgreed(age: DeclaredAge): void }) {
  const { i18n } = useLingui();
  const { register, handleSubmit, watch, formState } = useForm<AgeFields>({
    defaultValues: { ageBand: null, month: '', year: '' },
  });
  const chosen = watch('ageBand');
  const urql = useClient();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const bands: readonly (readonly [AgeBand, string])[] = [
    ['ADULT', i18n._('18 or older')],
    ['YOUTH', i18n._('13 to 17')],
    ['CHILD', i18n._('Under 13')],
  ];
  const submit = handleSubmit(async ({ ageBand, month, year }) => {
    if (!ageBand || busy) return;
    setBusy(true);
    const refused = await agreeToAll(urql);
    setBusy(false);
    setFailure(refused);
    if (refused) return;
    const told = ageBand === 'YOUTH' && month && year;
    onAgreed({ ageBand, ...(told && { birthMonth: `${year}-${month}-01` }) });
  });
  const fault = formState.errors.ageBand?.message;
  return (
    <form className="card" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{i18n._('Before you begin')}</h2>
      <fieldset className="own-choices" aria-describedby={fault && 'age-fault'}>
        <legend>{i18n._('How old are you?')}</legend>
        {bands.map(([band, label]) => (
          <label key={band} className="check">
            <input
              type="radio"
              value={band}
              {...register('ageBand', { validate: (value) => value !== null || i18n._('Choose one of the three.') })}
            />
            {label}
          </label>
        ))}
        {fault && (
          <p id="age-fault" role="alert">
            {fault}
          </p>
        )}
      </fieldset>
      {chosen === 'CHILD' ? (
        <Note tone="warn">
          {i18n._('Hey Blue! is for people of 13 years and older. Come back then: we look forward to you.')}
        </Note>
      ) : (
        <>
          {chosen === 'YOUTH' && (
            <>
              <Note>
                {i18n._(
                  'A parent or guardian has to agree before you can take part; you learn how in a moment. You are never asked for your location and never shown in public.',
                )}
              </Note>
              <BirthMonth month={register('month')} year={register('year')} />
            </>
          )}
          <p>
            {i18n._(
              'The people you meet see your first name and your picture, if you give them. Nobody you meet sees your e-mail address, your phone, your age or where you live.',
            )}
          </p>
          <details>
            <summary>{i18n._('Who learns what')}</summary>
            <WhoSeesWhat />
          </details>
          <p>{i18n._('Going on, you agree to these. You can read them again later, under Privacy.')}</p>
          <DocumentsToRead />
          {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
          <Button look="accent" type="submit" busy={busy}>
            {i18n._('Agree and go on')}
          </Button>
        </>
      )}
    </form>
  );
}

/** Agrees to what holds now. @returns what was refused, if anything. */
async function agreeToAll(urql: Client): Promise<unknown> {
  const { data, error } = await urql.query(OwnLeavingDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  if (!data) return error ?? new Error('no answer');
  const documentIds = (data.me.openConsents ?? []).map(({ id }) => id);
  if (documentIds.length === 0) return undefined;
  return (await urql.mutation(AgreeToDocument, { input: { documentIds } }).toPromise()).error;
}

type Registered = ReturnType<ReturnType<typeof useForm<AgeFields>>['register']>;

function BirthMonth({ month, year }: { readonly month: Registered; readonly year: Registered }) {
  const { i18n } = useLingui();
  const thisYear = new Date().getFullYear();
  const years = Array.from({ length: ADULT_YEARS - CHILD_YEARS + 1 }, (_, index) => thisYear - CHILD_YEARS - index);
  const named = new Intl.DateTimeFormat(i18n.locale, { month: 'long', timeZone: 'UTC' });
  const months = Array.from({ length: 12 }, (_, index) => named.format(new Date(Date.UTC(2000, index, 1))));
  return (
    <div className="stack">
      <p className="quiet">
        {i18n._(
          'If you tell us the month of your birth, your account becomes one of an adult by itself when you turn 18. We keep that month of your 18th birthday and nothing else.',
        )}
      </p>
      <Field label={i18n._('Month of birth (you may leave it out)')}>
        {(control) => (
          <select {...control} {...month}>
            <option value="">{i18n._('Not told')}</option>
            {months.map((name, index) => (
              <option key={name} value={String(index + 1).padStart(2, '0')}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={i18n._('Year of birth (you may leave it out)')}>
        {(control) => (
          <select {...control} {...year}>
            <option value="">{i18n._('Not told')}</option>
            {years.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
