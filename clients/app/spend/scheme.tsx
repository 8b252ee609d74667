/* One scheme of a city: what it would pay of one's fee, and claiming it. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { Link, useParams } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Button, Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import {
  ApplyToSchemeDocument,
  type ClaimPartsFragment,
  QuoteOfSchemeDocument,
  type SchemePartsFragment,
  SchemeToApplyDocument,
} from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from './answered.tsx';
import { ClaimCard } from './claims.tsx';
import { Residence } from './residence.tsx';
import { Share } from './schemes.tsx';
import { useWish } from './wish.ts';
import './spend.css';

export function Scheme() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const answered = useAnswered(SchemeToApplyDocument, { id });
  return (
    <Members title={i18n._('City fees')}>
      <Up to="/schemes">{i18n._('City fees')}</Up>
      <Shown of={answered} data={answered.data?.scheme} title={i18n._('City fees')}>
        {(scheme) =>
          scheme ? (
            <>
              <ScreenTitle>{scheme.title}</ScreenTitle>
              <p className="quiet">{scheme.municipality.name}</p>
              <Share scheme={scheme} />
              {scheme.description && <p className="told">{scheme.description}</p>}
              <Residence>{() => <ApplyForm scheme={scheme} onChanged={answered.retry} />}</Residence>
            </>
          ) : (
            <Empty title={i18n._('This is gone')}>
              <Link className="button" href="/schemes">
                {i18n._('City fees')}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </Members>
  );
}

interface ApplyValues {
  readonly reference: string;
  readonly fee: string;
}

const FEE = /^\s*\$?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*$/;

/** 60 or 60.5 or $60.50 -> cents. */
export function toCents(written: string): number | undefined {
  const [, dollars, cents = ''] = FEE.exec(written) ?? [];
  if (dollars === undefined) return undefined;
  return Number(dollars) * 100 + Number(cents.padEnd(2, '0')) || undefined;
}

interface ApplyFormProperties {
  readonly scheme: SchemePartsFragment;
  onChanged(): void;
}

function ApplyForm({ scheme, onChanged }: ApplyFormProperties) {
  const { i18n } = useLingui();
  const [claim, setClaim] = useState<ClaimPartsFragment>();
  const [, apply] = useMutation(ApplyToSchemeDocument);
  const { busy, failure, attempt } = useWish();
  const form = useForm<ApplyValues>({ defaultValues: { reference: '', fee: '' } });
  const { errors } = form.formState;
  const feeCents = toCents(form.watch('fee'));
  const submit = form.handleSubmit(async ({ reference }) => {
    if (feeCents === undefined) return;
    const feeReference = reference.trim();
    const { id, version } = scheme;
    const answer = await attempt(`apply ${id} ${version} ${feeReference} ${feeCents}`, (idempotencyKey) =>
      apply({ input: { schemeId: id, feeReference, feeCents, expectedVersion: version, idempotencyKey } }),
    );
    if (answer) setClaim(answer.applyScheme.claim);
  });
  if (claim) return <Done claim={claim} />;
  return (
    <form className="card" onSubmit={submit} noValidate>
      <h2>{i18n._('Your fee')}</h2>
      <TextField
        label={i18n._('Number on the bill')}
        autoComplete="off"
        autoCapitalize="characters"
        maxLength={60}
        fault={errors.reference?.message}
        {...form.register('reference', {
          validate: (value) => value.trim() !== '' || i18n._('Write the number as it stands on the bill.'),
        })}
      />
      <TextField
        label={i18n._('Whole fee in dollars')}
        inputMode="decimal"
        autoComplete="off"
        fault={errors.fee?.message}
        {...form.register('fee', {
          validate: (value) => toCents(value) !== undefined || i18n._('Write an amount such as 60 or 60.50.'),
        })}
      />
      {feeCents !== undefined && <Quote scheme={scheme} feeCents={feeCents} />}
      {failure && (
        <Note tone="bad">
          {codeOf(failure) === 'UNREACHABLE'
            ? i18n._('There is no connection. Try again: your points are not used twice.')
            : explain(failure, i18n)}
        </Note>
      )}
      {codeOf(failure) === 'SCHEME_CHANGED' && failure && (
        <Button onClick={onChanged}>{i18n._('Look at it again')}</Button>
      )}
      <Button look="accent" type="submit" wide busy={busy}>
        {busy ? i18n._('One moment…') : i18n._('Use my points')}
      </Button>
      <p className="quiet small">
        {i18n._(
          'The city looks at it within 14 days. Until then your points are set aside, and you can change your mind.',
        )}
      </p>
    </form>
  );
}

/** What points would pay, before anything is asked for. */
function Quote({ scheme, feeCents }: { readonly scheme: SchemePartsFragment; readonly feeCents: number }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { data } = useAnswered(QuoteOfSchemeDocument, { schemeId: scheme.id, feeCents });
  const quote = data?.schemeQuote;
  if (!quote) return null;
  if (quote.refusal) {
    const refusal = { graphQLErrors: [{ message: quote.reason ?? '', extensions: { code: quote.refusal } }] };
    return <Note tone="warn">{explain(refusal, i18n)}</Note>;
  }
  return (
    <Note tone="good">
      {i18n._('{points, plural, one {# point pays} other {# points pay}} {value}; {rest} is left to pay.', {
        points: quote.points,
        value: formats.money(quote.valueCents),
        rest: formats.money(quote.remainderCents),
      })}
    </Note>
  );
}

function Done({ claim }: { readonly claim: ClaimPartsFragment }) {
  const { i18n } = useLingui();
  return (
    <section className="stack">
      <Note tone="good">{i18n._('Sent to the city. You will see here what it says.')}</Note>
      <ClaimCard claim={claim} />
      <Link className="button" href="/schemes">
        {i18n._('All my fees')}
      </Link>
    </section>
  );
}
