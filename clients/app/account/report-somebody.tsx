/* The people one met or was about to meet, each with the way to report or to block them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { Answer, More } from '../../interface/page-state.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { PeopleMetDocument, type PeopleMetQuery } from '../generated/graphql.ts';
import { SafetyDialog } from '../meet/safety-dialog.tsx';
import { Back } from './back.tsx';
import { nameOf } from './names.ts';
import { NeedsAccount } from './needs-account.tsx';

const PAGE = 20;
type Met = PeopleMetQuery['connections']['edges'][number]['node'];

export function ReportSomebody() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('Report somebody')}</ScreenTitle>
      <p>
        {i18n._(
          'In danger now? Call 911. Here you tell the people who run Hey Blue! what happened; the other is not told.',
        )}
      </p>
      <NeedsAccount>
        <List />
      </NeedsAccount>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { accountId } = useSite();
  const [after, setAfter] = useState<string | null>(null);
  const [about, setAbout] = useState<Met>();
  const [{ data, error, fetching }, ask] = useQuery({ query: PeopleMetDocument, variables: { first: PAGE, after } });
  const otherOf = ({ officer, citizen }: Met) => (officer.id === accountId ? citizen : officer);
  const otherName = (met: Met) =>
    met.officer.id === accountId ? nameOf(null, met.citizen, i18n) : nameOf(met.officer, null, i18n);
  return (
    <>
      <Answer
        data={data?.connections}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {({ edges, pageInfo }) => (
          <>
            {edges.length === 0 && (
              <Empty title={i18n._('You have met nobody yet')}>
                <p>{i18n._('Whoever you meet or ask to meet stands here afterwards.')}</p>
              </Empty>
            )}
            <ul className="stack">
              {edges.map(({ node }) => (
                <li key={node.id} className="card">
                  <div className="row" data-spread="">
                    <div>
                      <h2>{otherName(node)}</h2>
                      <p className="quiet small">{instant(node.requestedAt)}</p>
                    </div>
                    <Button
                      aria-label={i18n._('Report or block {name}', { name: otherName(node) })}
                      onClick={() => setAbout(node)}
                    >
                      {i18n._('Report or block')}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
            <More has={pageInfo.hasNextPage} busy={fetching} onMore={() => setAfter(pageInfo.endCursor)} />
          </>
        )}
      </Answer>
      {about && (
        <SafetyDialog
          accountId={otherOf(about).id}
          name={otherName(about)}
          meetingId={about.id}
          onClose={() => setAbout(undefined)}
        />
      )}
    </>
  );
}
