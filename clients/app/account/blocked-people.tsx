/* Whom the person has blocked, and the way to take it back. */
import { useLingui } from '@lingui/react';
import { useRef, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer, More } from '../../interface/page-state.tsx';
import { Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { PeopleBlockedDocument, UnblockDocument } from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { nameOf } from './names.ts';
import { NeedsAccount } from './needs-account.tsx';

const PAGE = 20;

export function BlockedPeople() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('People you blocked')}</ScreenTitle>
      <p className="quiet">
        {i18n._('You do not find each other and cannot ask each other. They are not told, neither now nor later.')}
      </p>
      <NeedsAccount>
        <List />
      </NeedsAccount>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const tell = useNotice();
  const list = useRef<HTMLElement>(null);
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, ask] = useQuery({
    query: PeopleBlockedDocument,
    variables: { first: PAGE, after },
  });
  const [unblocking, unblock] = useMutation(UnblockDocument);
  const page = data?.blockedPeople;
  return (
    <section ref={list} tabIndex={-1} className="stack" aria-label={i18n._('People you blocked')}>
      {unblocking.error && <Note tone="bad">{explain(unblocking.error, i18n)}</Note>}
      <Answer data={page} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ edges, pageInfo }) => (
          <>
            {edges.length === 0 && (
              <Empty title={i18n._('You have blocked nobody')}>
                <p>{i18n._('You can block whoever you met or see nearby, from their card.')}</p>
                <Link href="/account/report" className="button">
                  {i18n._('People you met')}
                </Link>
              </Empty>
            )}
            <ul className="stack">
              {edges.map(({ node }) => {
                const name = nameOf(node.officer, node.citizen, i18n);
                return (
                  <li key={node.accountId} className="card">
                    <div className="row" data-spread="">
                      <div>
                        <h2>{name}</h2>
                        <p className="quiet small">
                          {[node.officer?.departmentName, i18n._('since {day}', { day: day(node.blockedAt) })]
                            .filter(Boolean)
                            .join(' · ')}
                        </p>
                      </div>
                      <Button
                        aria-label={i18n._('Unblock {name}', { name })}
                        busy={unblocking.fetching}
                        onClick={async () => {
                          const result = await unblock({ input: { accountId: node.accountId } });
                          if (result.error) return;
                          tell(i18n._('{name} is not blocked any more.', { name }));
                          // The button that had the focus is gone.
                          list.current?.focus();
                        }}
                      >
                        {i18n._('Unblock')}
                      </Button>
                    </div>
                  </li>
                );
              })}
            </ul>
            <More has={pageInfo.hasNextPage} busy={fetching} onMore={() => setAfter(pageInfo.endCursor)} />
          </>
        )}
      </Answer>
    </section>
  );
}
