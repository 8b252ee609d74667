/* Fees of one's city that points pay a part of, and what became of the own claims. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { OpenSchemesDocument, type SchemePartsFragment } from '../generated/graphql.ts';
import { Members, Up } from './answered.tsx';
import { Claims } from './claims.tsx';
import { Residence } from './residence.tsx';
import './spend.css';

/** A share in basis points -> in hundredths. */
const BASIS_POINTS_PER_PERCENT = 100;

export function Schemes() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('City fees')}>
      <Up to="/points">{i18n._('Points')}</Up>
      <ScreenTitle>{i18n._('City fees')}</ScreenTitle>
      <p className="quiet">{i18n._('In some cities your points pay a part of a fee, such as a parking ticket.')}</p>
      <Residence>{(zipCode) => <Open zipCode={zipCode} />}</Residence>
      <Claims />
    </Members>
  );
}

function Open({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const list = usePaged(OpenSchemesDocument, { zipCode }, ({ schemes }) => schemes);
  const none = (
    <Empty title={i18n._('Not in your city yet')}>
      <p>{i18n._('No fee can be paid with points where you live. Your points are good for other things meanwhile.')}</p>
      <Link className="button" href="/points">
        {i18n._('See what else they are good for')}
      </Link>
    </Empty>
  );
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={none}>
      {(scheme) => (
        <article className="card">
          <h2>
            <Link href={`/schemes/${scheme.id}`}>{scheme.title}</Link>
          </h2>
          <p className="quiet">{scheme.municipality.name}</p>
          <Share scheme={scheme} />
        </article>
      )}
    </PagedList>
  );
}

/** How much of a fee, and what a point is worth. */
export function Share({ scheme }: { readonly scheme: SchemePartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  return (
    <>
      <p>
        {i18n._('Up to {percent}% of a {kind} fee; a point is worth {value}.', {
          percent: scheme.largestShareBasisPoints / BASIS_POINTS_PER_PERCENT,
          kind: scheme.feeKind,
          value: formats.money(scheme.centsPerPoint),
        })}
      </p>
      {scheme.remainingCents === 0 && <p>{i18n._('All that the city gave for it is used up.')}</p>}
    </>
  );
}
