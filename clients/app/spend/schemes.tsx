/* Fees of one's city that points pay a part of, and what became of the own claims. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { More } from '../../interface/page-state.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { OpenSchemesDocument, type SchemePartsFragment } from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from './answered.tsx';
import { Claims } from './claims.tsx';
import { Residence } from './residence.tsx';
import './spend.css';

const PAGE = 20;
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
  const [after, setAfter] = useState<string | null>(null);
  const answered = useAnswered(OpenSchemesDocument, { zipCode, first: PAGE, after });
  return (
    <Shown of={answered} data={answered.data?.schemes}>
      {({ edges, pageInfo }) => (
        <>
          {edges.length === 0 && (
            <Empty title={i18n._('Not in your city yet')}>
              <p>
                {i18n._(
                  'No fee can be paid with points where you live. Your points are good for other things meanwhile.',
                )}
              </p>
              <Link className="button" href="/offers">
                {i18n._('Find an offer')}
              </Link>
            </Empty>
          )}
          <ul className="stack">
            {edges.map(({ node }) => (
              <li key={node.id} className="card">
                <h2>
                  <Link href={`/schemes/${node.id}`}>{node.title}</Link>
                </h2>
                <p className="quiet">{node.municipality.name}</p>
                <Share scheme={node} />
              </li>
            ))}
          </ul>
          <More
            has={pageInfo.hasNextPage}
            busy={answered.fetching}
            onMore={() => setAfter(pageInfo.endCursor ?? null)}
          />
        </>
      )}
    </Shown>
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
