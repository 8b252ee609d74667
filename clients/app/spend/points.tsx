/* The own points: what can be spent, what is not free yet, and every change since the first. */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useSubscription } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  OwnPointsChangesDocument,
  OwnVouchersDocument,
  PointsDocument,
  type PointsPartsFragment,
  type PointsQuery,
} from '../generated/graphql.ts';
import { Members, useAnswered } from './answered.tsx';
import './spend.css';

const PAGE = 20;

export function Points() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('Points')}>
      <OwnPoints />
    </Members>
  );
}

function OwnPoints() {
  const { i18n } = useLingui();
  const list = usePaged(PointsDocument, {}, ({ me }) => me.pointsStatement);
  const points = list.data?.me.points;
  // Read ahead, so that this phone can show what is ready without a connection.
  useAnswered(OwnVouchersDocument, { first: PAGE, after: null, status: 'ISSUED' });
  useSubscription({ query: OwnPointsChangesDocument }, (_before, change) => {
    if (change.pointsChanges.reason !== 'PRESENT') list.refresh();
    return change;
  });
  return (
    <>
      <ScreenTitle>{i18n._('Points')}</ScreenTitle>
      {points && <Balance points={points} />}
      {list.data && (
        <>
          <Ways />
          <h2>{i18n._('What came and went')}</h2>
        </>
      )}
      <PagedList list={list} idOf={({ id }) => id} empty={<NoPoints />} look="entries">
        {(entry) => <Line entry={entry} />}
      </PagedList>
    </>
  );
}

function Balance({ points }: { readonly points: PointsPartsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { available, held, owed, expiringNext, frozen } = points;
  return (
    <section className="card">
      <p role="status">
        <span className="amount">{formats.count(available)}</span>{' '}
        {i18n._('{points, plural, one {point to spend} other {points to spend}}', { points: available })}
      </p>
      {frozen && (
        <Note tone="warn">{i18n._('Your points are on hold while we look at something. New ones still arrive.')}</Note>
      )}
      {held > 0 && (
        <p>
          {i18n._(
            '{points, plural, one {# point is set aside} other {# points are set aside}} for something under way.',
            {
              points: held,
            },
          )}
        </p>
      )}
      {owed > 0 && (
        <p>
          {i18n._(
            '{points, plural, one {# point} other {# points}} of a meeting that did not count will be taken from the next you earn.',
            {
              points: owed,
            },
          )}
        </p>
      )}
      {expiringNext && (
        <p>
          {i18n._(
            '{points, plural, one {# point runs out} other {# points run out}} on {day}. They are the first to be spent.',
            {
              points: expiringNext.points,
              day: formats.day(expiringNext.at),
            },
          )}
        </p>
      )}
    </section>
  );
}

function Ways() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const ofCitizens = [
    { to: '/offers', label: i18n._('Find an offer') },
    { to: '/vouchers', label: i18n._('My vouchers') },
  ];
  const ways = [
    ...(scopes.includes('officer') ? [] : ofCitizens),
    { to: '/donate', label: i18n._('Give to a charity') },
    { to: '/schemes', label: i18n._('Pay part of a city fee') },
    { to: '/fund', label: i18n._('Community fund') },
  ];
  return (
    <nav className="ways" aria-label={i18n._('Ways to spend points')}>
      {ways.map(({ to, label }) => (
        <Link key={to} className="button" href={to}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

type Entry = NonNullable<PointsQuery['me']['pointsStatement']>['edges'][number]['node'];

function NoPoints() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  return (
    <Empty title={i18n._('No points yet')}>
      <p>
        {scopes.includes('officer')
          ? i18n._('Meet somebody near you and confirm it together: both of you earn points.')
          : i18n._('Meet an officer near you and confirm it together: both of you earn points.')}
      </p>
      <Link className="button" data-look="accent" href="/meet">
        {i18n._('Meet somebody')}
      </Link>
    </Empty>
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { points, happenedAt } = entry;
  return (
    <>
      <div>
        <p>{what(entry, i18n)}</p>
        <p className="quiet small">{formats.instant(happenedAt)}</p>
      </div>
      <p className="points">
        <span className="spoken">{i18n._('{points, plural, one {# point} other {# points}}', { points })}</span>
        <span aria-hidden="true">{points > 0 ? `+${formats.count(points)}` : formats.count(points)}</span>
      </p>
    </>
  );
}

/** An entry in words. */
function what({ kind, points, voucher, donation }: Entry, i18n: I18n): string {
  const offer = voucher?.offer?.title;
  const charity = donation?.charity?.name;
  switch (kind) {
    case 'AWARD':
      return i18n._('You met and earned points');
    case 'REDEMPTION':
      return offer ? i18n._('Voucher: {offer}', { offer }) : i18n._('A voucher');
    case 'DONATION':
      return charity ? i18n._('Given to {charity}', { charity }) : i18n._('Given to a charity');
    case 'FEE':
      return i18n._('Part of a city fee');
    case 'REVERSAL':
      if (offer) return i18n._('Back from a voucher: {offer}', { offer });
      return points > 0 ? i18n._('Points that came back') : i18n._('Points taken back');
    case 'CLAW_BACK':
      return i18n._('A meeting that did not count');
    case 'RECOVERY':
      return i18n._('Points you owed');
    case 'EXPIRY':
      return i18n._('Points that ran out');
    default:
      return i18n._('Another change');
  }
}
