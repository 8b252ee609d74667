/* Charities to give points to, found by name. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useState } from 'react';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { type CharityPartsFragment, CharitySearchDocument } from '../generated/graphql.ts';
import { Up } from './answered.tsx';
import './spend.css';

export function Donate() {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const [written, setWritten] = useState('');
  const search = useDeferredValue(written.trim());
  const list = usePaged(CharitySearchDocument, { search: search || null }, ({ charities }) => charities);
  const none = (
    <Empty title={i18n._('No charity has that name')}>
      <p>{i18n._('Try a shorter part of it.')}</p>
    </Empty>
  );
  return (
    <>
      <Up to="/points">{i18n._('Points')}</Up>
      <ScreenTitle>{i18n._('Give to a charity')}</ScreenTitle>
      {accountId && (
        <Link className="button" href="/given">
          {i18n._('What I gave')}
        </Link>
      )}
      <TextField
        label={i18n._('Search for a charity by name')}
        type="search"
        maxLength={100}
        value={written}
        onChange={({ target }) => setWritten(target.value)}
      />
      <PagedList list={list} idOf={({ id }) => id} empty={none}>
        {(charity) => <CharityCard charity={charity} />}
      </PagedList>
    </>
  );
}

function CharityCard({ charity }: { readonly charity: CharityPartsFragment }) {
  const { i18n } = useLingui();
  return (
    <article className="card">
      <h2>
        <Link href={`/donate/${charity.id}`}>{charity.name}</Link>
      </h2>
      <p className="quiet">
        {charity.city}, {charity.state}
      </p>
      {charity.helpsFamilies && (
        <p>
          <Badge tone="good">{i18n._('Helps families directly')}</Badge>
        </p>
      )}
      {!charity.acceptsDonations && <p className="quiet">{i18n._('Takes no donations at the moment.')}</p>}
    </article>
  );
}
