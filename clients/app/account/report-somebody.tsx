/* The people one met or was about to meet, each with the way to report or to block them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { PeopleMetDocument, type PeopleMetQuery } from '../generated/graphql.ts';
import { SafetyDialog } from '../meet/safety-dialog.tsx';
import { Back } from './back.tsx';
import { nameOf } from './names.ts';
import { NeedsAccount } from './needs-account.tsx';

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
  const [about, setAbout] = useState<Met>();
  const list = usePaged(PeopleMetDocument, {}, ({ connections }) => connections);
  const otherOf = ({ officer, citizen }: Met) => (officer.id === accountId ? citizen : officer);
  const otherName = (met: Met) =>
    met.officer.id === accountId ? nameOf(null, met.citizen, i18n) : nameOf(met.officer, null, i18n);
  const nobody = (
    <Empty title={i18n._('You have met nobody yet')}>
      <p>{i18n._('Whoever you meet or ask to meet stands here afterwards.')}</p>
    </Empty>
  );
  return (
    <>
      <PagedList list={list} idOf={({ id }) => id} empty={nobody}>
        {(met) => (
          <article className="card">
            <div className="row" data-spread="">
              <div>
                <h2>{otherName(met)}</h2>
                <p className="quiet small">{instant(met.requestedAt)}</p>
              </div>
              <Button
                aria-label={i18n._('Report or block {name}', { name: otherName(met) })}
                onClick={() => setAbout(met)}
              >
                {i18n._('Report or block')}
              </Button>
            </div>
          </article>
        )}
      </PagedList>
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
