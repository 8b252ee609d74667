/*
 * Who reads reports without being an administrator: the list of them, and for one account to appoint and to dismiss it. They
 * are named as every account is, since people's names are not the console's to show.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  AnalystOfDocument,
  AnalystsDocument,
  AppointAnalystDocument,
  DismissAnalystDocument,
} from '../generated/graphql.ts';
import { PagedTable } from '../money/paged-table.tsx';
import { AccountName } from '../shell/account-name.tsx';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';

export function Analysts() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [dismissedToo, setDismissedToo] = useState(false);
  const list = usePaged(AnalystsDocument, { dismissedToo }, (data) => data.analysts);
  return (
    <section className="card">
      <h2>{i18n._('Analysts')}</h2>
      <p className="quiet">
        {i18n._(
          'They read reports and nothing else here. To appoint somebody, ask for the id of their account, which they find in the console under Me.',
        )}
      </p>
      <label className="check">
        <input type="checkbox" checked={dismissedToo} onChange={(event) => setDismissedToo(event.target.checked)} />
        {i18n._('Also those whose appointment has ended')}
      </label>
      <PagedTable list={list} empty={<Empty title={i18n._('Nobody is an analyst')} />}>
        {(appointments) => (
          <Table
            label={i18n._('Analysts')}
            heads={[
              i18n._('Account'),
              i18n._('Appointed'),
              i18n._('By whom'),
              ...(dismissedToo ? [i18n._('Appointment ended'), i18n._('Ended by')] : []),
            ]}
          >
            {appointments.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <AccountName id={each.accountId} />
                </th>
                <td>{instant(each.appointedAt)}</td>
                <td>
                  <AccountName id={each.appointedBy} />
                </td>
                {dismissedToo && (
                  <>
                    <td>{each.dismissedAt ? instant(each.dismissedAt) : '–'}</td>
                    <td>{each.dismissedBy ? <AccountName id={each.dismissedBy} /> : '–'}</td>
                  </>
                )}
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
    </section>
  );
}

/** What can be done about one account, and whether it is an analyst. */
export function AnalystOfAccount({ accountId }: { readonly accountId: string }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [asked, setAsked] = useState<'appoint' | 'dismiss'>();
  const [{ data, error, fetching }, ask] = useQuery({ query: AnalystOfDocument, variables: { accountId } });
  const close = () => setAsked(undefined);
  const variables = { input: { accountId } };
  return (
    <section className="card">
      <h2>{i18n._('Analyst')}</h2>
      <p className="quiet">
        {i18n._('An analyst reads reports: figures, and none of so few that it points at a person.')}
      </p>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ analystAppointment: appointment }) =>
          appointment ? (
            <>
              <p>
                <Badge tone="good">{i18n._('Is an analyst')}</Badge>
              </p>
              <Facts
                entries={[
                  [i18n._('Appointed'), instant(appointment.appointedAt)],
                  [i18n._('By whom'), <AccountName key="by" id={appointment.appointedBy} />],
                ]}
              />
              <div>
                <Button look="danger" onClick={() => setAsked('dismiss')}>
                  {i18n._('End the appointment')}
                </Button>
              </div>
            </>
          ) : (
            <div>
              <Button onClick={() => setAsked('appoint')}>{i18n._('Appoint as analyst')}</Button>
            </div>
          )
        }
      </Answer>
      {asked === 'appoint' && (
        <Confirmation
          document={AppointAnalystDocument}
          variables={variables}
          title={i18n._('Appoint this account as analyst?')}
          consequence={i18n._(
            'It reads all reports within five minutes, until you or another administrator end that. Who appointed it and when is kept.',
          )}
          action={i18n._('Appoint')}
          done={i18n._('The account is an analyst.')}
          onClose={close}
        />
      )}
      {asked === 'dismiss' && (
        <Confirmation
          document={DismissAnalystDocument}
          variables={variables}
          title={i18n._('End the appointment of this analyst?')}
          consequence={i18n._('It reads no report any more, within five minutes. Who ended it and when is kept.')}
          action={i18n._('End the appointment')}
          danger
          done={i18n._('The account is an analyst no more.')}
          onClose={close}
        />
      )}
    </section>
  );
}
