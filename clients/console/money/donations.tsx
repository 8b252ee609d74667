/* The points that people gave to a charity, the latest first, and what they are meant for. Who gave is nobody's to see. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Empty } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { EarmarkTotalsDocument, ReceivedDonationsDocument } from '../generated/graphql.ts';
import { Figures } from '../imports/figures.tsx';
import { Choice } from '../shell/choice.tsx';
import { PagedTable } from './paged-table.tsx';

export function Donations({ charityId }: { readonly charityId: string }) {
  const { i18n } = useLingui();
  const { count, instant } = useFormats();
  const [earmark, setEarmark] = useState<string>();
  const [{ data }] = useQuery({ query: EarmarkTotalsDocument, variables: { charityId } });
  const list = usePaged(
    ReceivedDonationsDocument,
    { charityId, earmark: earmark ?? null },
    (answer) => answer.receivedDonations,
  );
  const totals = data?.earmarkTotals ?? [];
  const earmarks = totals.flatMap((total) => (total.earmark ? [total.earmark] : []));
  return (
    <>
      {totals.length > 0 && (
        <Figures of={totals.map((total) => [total.earmark ?? i18n._('For whatever is needed'), total.points])} />
      )}
      {earmarks.length > 0 && (
        <div className="row">
          <Choice
            label={i18n._('Meant for')}
            words={Object.fromEntries(earmarks.map((each) => [each, each]))}
            all={i18n._('Everything')}
            chosen={earmark}
            onChoose={setEarmark}
          />
        </div>
      )}
      <PagedTable list={list} empty={<Empty title={i18n._('Nobody has given points yet')} />}>
        {(donations) => (
          <Table
            label={i18n._('Donations')}
            heads={[i18n._('Receipt'), i18n._('Points'), i18n._('Meant for'), i18n._('When'), i18n._('State')]}
          >
            {donations.map(({ id, receiptNumber, points, earmark: meantFor, donatedAt, reversedAt }) => (
              <tr key={id}>
                <th scope="row">{receiptNumber}</th>
                <td className="number">{count(points)}</td>
                <td>{meantFor ?? '–'}</td>
                <td>{instant(donatedAt)}</td>
                <td>
                  {reversedAt ? (
                    <Badge tone="warn">{i18n._('Taken back')}</Badge>
                  ) : (
                    <Badge tone="good">{i18n._('Received')}</Badge>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
    </>
  );
}
