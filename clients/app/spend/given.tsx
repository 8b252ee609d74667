/* Everything that was given to charities, with its receipts. */
import { useLingui } from '@lingui/react';
import { Link } from 'wouter';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { OwnDonationsDocument } from '../generated/graphql.ts';
import { Members, Up } from './answered.tsx';
import { ReceiptFacts } from './receipt.tsx';
import './spend.css';

export function Given() {
  const { i18n } = useLingui();
  return (
    <Members title={i18n._('What I gave')}>
      <Up to="/donate">{i18n._('Charities')}</Up>
      <ScreenTitle>{i18n._('What I gave')}</ScreenTitle>
      <Donations />
    </Members>
  );
}

function Donations() {
  const { i18n } = useLingui();
  const list = usePaged(OwnDonationsDocument, {}, ({ donations }) => donations);
  const nothing = (
    <Empty title={i18n._('Nothing yet')}>
      <p>{i18n._('What you give stands here, with its receipt.')}</p>
      <Link className="button" href="/donate">
        {i18n._('Give to a charity')}
      </Link>
    </Empty>
  );
  return (
    <PagedList list={list} idOf={({ id }) => id} empty={nothing}>
      {(donation) => (
        <article className="card">
          <h2>{donation.charity?.name ?? donation.receipt.charityName}</h2>
          <ReceiptFacts donation={donation} />
        </article>
      )}
    </PagedList>
  );
}
