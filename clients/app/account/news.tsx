/* What a person is told: news of the community fund where they live, and what the app tells while it is open. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer, More } from '../../interface/page-state.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import { NewsDocument, type NewsQuery } from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { NeedsAccount } from './needs-account.tsx';

const PAGE = 20;
type Notice = NonNullable<NewsQuery['me']['fundNotices']>['edges'][number]['node'];

export function News() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('News and notices')}</ScreenTitle>
      <NeedsAccount>
        <List />
      </NeedsAccount>
      <section className="card">
        <h2>{i18n._('When you are told')}</h2>
        <p>
          {i18n._(
            'While the app is open, it tells you at once: who is near, who answers, what you earned. Closed, it is silent: it never wakes you, and no message goes to your phone or e-mail.',
          )}
        </p>
      </section>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, ask] = useQuery({ query: NewsDocument, variables: { first: PAGE, after } });
  return (
    <Answer data={data?.me} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {({ residence, fundNotices }) => (
        <>
          {!fundNotices?.edges.length && (
            <Empty title={i18n._('No news yet')}>
              <p>
                {residence
                  ? i18n._('When there is news of the community fund of {zipCode}, it stands here.', {
                      zipCode: residence.zipCode,
                    })
                  : i18n._('Once you have said in which ZIP code you live, news of its community fund stands here.')}
              </p>
              <Link href="/fund" className="button">
                {residence ? i18n._('See the community fund') : i18n._('Say where you live')}
              </Link>
            </Empty>
          )}
          {fundNotices && fundNotices.edges.length > 0 && (
            <ul className="stack">
              {fundNotices.edges.map(({ node }) => (
                <Told key={node.id} notice={node} />
              ))}
            </ul>
          )}
          <More
            has={fundNotices?.pageInfo.hasNextPage === true}
            busy={fetching}
            onMore={() => setAfter(fundNotices?.pageInfo.endCursor ?? null)}
          />
        </>
      )}
    </Answer>
  );
}

function Told({ notice }: { readonly notice: Notice }) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const { zipCode, closesAt } = notice;
  const month = new Intl.DateTimeFormat(i18n.locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${notice.month}-01T00:00:00Z`),
  );
  const cents = money(notice.cents);
  const told = {
    MONTH_CLOSED: () => i18n._('{month} is closed: {cents} came together in {zipCode}.', { month, cents, zipCode }),
    VOTE_OPENED: () =>
      closesAt
        ? i18n._('The vote on {cents} for {zipCode} is open until {until}.', {
            cents,
            zipCode,
            until: instant(closesAt),
          })
        : i18n._('The vote on {cents} for {zipCode} is open.', { cents, zipCode }),
    VOTE_DECIDED: () => i18n._('The vote of {month} in {zipCode} is decided, on {cents}.', { month, cents, zipCode }),
  } satisfies Record<Notice['kind'], () => string>;
  return (
    <li className="card">
      <p>{told[notice.kind]()}</p>
      <p className="quiet small">{instant(notice.happenedAt)}</p>
    </li>
  );
}
