/* Everything that was given to charities, with its receipts. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Link } from 'wouter';
import { More } from '../../interface/page-state.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { OwnDonationsDocument } from '../generated/graphql.ts';
import { Members, Shown, Up, useAnswered } from './answered.tsx';
import { ReceiptFacts } from './receipt.tsx';
import './spend.css';

const PAGE = 20;

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
  const [after, setAfter] = useState<string | null>(null);
  const answered = useAnswered(OwnDonationsDocument, { first: PAGE, after });
  return (
    <Shown of={answered} data={answered.data?.donations}>
      {({ edges, pageInfo }) => (
        <>
          {edges.length === 0 && (
            <Empty title={i18n._('Nothing yet')}>
              <p>{i18n._('What you give stands here, with its receipt.')}</p>
              <Link className="button" href="/donate">
                {i18n._('Give to a charity')}
              </Link>
            </Empty>
          )}
          <ul className="stack">
            {edges.map(({ node }) => (
              <li key={node.id} className="card">
                <h2>{node.charity?.name ?? node.receipt.charityName}</h2>
                <ReceiptFacts donation={node} />
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
