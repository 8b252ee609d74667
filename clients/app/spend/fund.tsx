/* The community fund of where one lives: what is in it, and the vote on what it is for. */
import { useLingui } from '@lingui/react';
import { useSubscription } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  CommunityFundChangesDocument,
  CommunityFundDocument,
  EarlierRoundsDocument,
  type FundPartsFragment,
} from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from './answered.tsx';
import { Residence } from './residence.tsx';
import { Round, RoundResult } from './round.tsx';
import './spend.css';

export function CommunityFund() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('Community fund')}>
      <Up to="/points">{i18n._('Points')}</Up>
      <ScreenTitle>{i18n._('Community fund')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'When people use vouchers, the shops pay a little into a fund for the neighborhood. You say what it is for.',
        )}
      </p>
      <Residence>{(zipCode) => <Fund zipCode={zipCode} />}</Residence>
    </Members>
  );
}

function Fund({ zipCode }: { readonly zipCode: string }) {
  const { i18n } = useLingui();
  const answered = useAnswered(CommunityFundDocument, { zipCode });
  // The cache takes what is told.
  useSubscription({ query: CommunityFundChangesDocument, variables: { zipCode } });
  return (
    <Shown of={answered} data={answered.data?.fund}>
      {(fund) =>
        fund ? (
          <>
            <Money fund={fund} />
            {fund.round && <Round key={fund.round.id} round={fund.round} onChanged={answered.retry} />}
            <Earlier zipCode={zipCode} exceptId={fund.round?.id} />
          </>
        ) : (
          <Empty title={i18n._('Nothing in it yet')}>
            <p>{i18n._('Once vouchers are used in shops of {zipCode}, this fund begins to grow.', { zipCode })}</p>
          </Empty>
        )
      }
    </Shown>
  );
}

function Money({ fund }: { readonly fund: FundPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { month } = fund;
  return (
    <section className="card">
      <p role="status">
        <span className="amount">{formats.money(fund.balanceCents)}</span>{' '}
        {i18n._('in the fund of {zipCode}', { zipCode: fund.zipCode })}
      </p>
      {month?.state === 'OPEN' && (
        <p className="quiet">{i18n._('This month is counted on {day}.', { day: formats.day(month.endsAt) })}</p>
      )}
      {!fund.round && <p>{i18n._('There was no vote yet. We tell you when the first one opens.')}</p>}
    </section>
  );
}

function Earlier({ zipCode, exceptId }: { readonly zipCode: string; readonly exceptId: string | undefined }) {
  const { i18n } = useLingui();
  const list = usePaged(EarlierRoundsDocument, { zipCode }, ({ fundRounds }) => fundRounds);
  const earlier = list.page?.edges.filter(({ node }) => node.id !== exceptId) ?? [];
  if (!list.page || earlier.length === 0) return null;
  return (
    <section className="stack">
      <h2>{i18n._('Earlier votes')}</h2>
      <PagedList list={{ ...list, page: { ...list.page, edges: earlier } }} idOf={({ id }) => id} empty={null}>
        {(round) => (
          <details className="card filters">
            <summary>{monthName(round.month, i18n.locale)}</summary>
            <RoundResult round={round} />
          </details>
        )}
      </PagedList>
    </section>
  );
}

/** 2026-10 -> October 2026 */
export function monthName(month: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return format.format(new Date(`${month.slice(0, 7)}-01T00:00:00Z`));
}
