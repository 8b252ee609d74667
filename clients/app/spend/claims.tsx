/* What the person asked cities for, and what they said: live while one waits. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useMutation, useSubscription } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  type ClaimPartsFragment,
  OwnClaimChangesDocument,
  OwnClaimsDocument,
  type SchemeClaimStatus,
  TakeClaimBackDocument,
} from '../generated/graphql.ts';

const TONES: Readonly<Partial<Record<SchemeClaimStatus, Tone>>> = { PENDING: 'warn', SETTLED: 'good', REFUSED: 'bad' };

export function Claims() {
  const { i18n } = useLingui();
  const list = usePaged(OwnClaimsDocument, {}, ({ schemeClaims }) => schemeClaims);
  // The cache takes each change.
  useSubscription({ query: OwnClaimChangesDocument });
  if (!list.page?.edges.length) return null;
  return (
    <section className="stack">
      <h2>{i18n._('My fees')}</h2>
      <PagedList list={list} idOf={({ id }) => id} empty={null}>
        {(claim) => <ClaimCard claim={claim} />}
      </PagedList>
    </section>
  );
}

export function ClaimCard({ claim }: { readonly claim: ClaimPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const [{ fetching, error }, takeBack] = useMutation(TakeClaimBackDocument);
  const { id, status, feeReference, points, valueCents, remainderCents, expiresAt, reason, scheme } = claim;
  return (
    <article className="card">
      <div className="row" data-spread="">
        <h3>{feeReference}</h3>
        <Badge tone={TONES[status]}>{nameOf(status, i18n)}</Badge>
      </div>
      {scheme && <p className="quiet">{`${scheme.title} · ${scheme.municipality.name}`}</p>}
      <p>
        {i18n._('{points, plural, one {# point pays} other {# points pay}} {value}; {rest} is left to pay.', {
          points,
          value: formats.money(valueCents),
          rest: formats.money(remainderCents),
        })}
      </p>
      {reason && <p>{i18n._('The city says: {reason}', { reason })}</p>}
      {status === 'PENDING' && (
        <>
          <p className="quiet small">{i18n._('The city answers until {day}.', { day: formats.day(expiresAt) })}</p>
          {error && <Note tone="bad">{explain(error, i18n)}</Note>}
          <Button busy={fetching} onClick={() => void takeBack({ input: { claimId: id } })}>
            {i18n._('Take it back')}
          </Button>
        </>
      )}
    </article>
  );
}

function nameOf(status: SchemeClaimStatus, i18n: I18n): string {
  const names: Readonly<Record<SchemeClaimStatus, string>> = {
    PENDING: i18n._('The city looks at it'),
    SETTLED: i18n._('Paid with points'),
    REFUSED: i18n._('The city said no'),
    WITHDRAWN: i18n._('Taken back'),
    LAPSED: i18n._('No answer in time'),
    REVERSED: i18n._('Undone by the city'),
  };
  return names[status];
}
