/* What is left of a shop's offers, counted from the vouchers themselves; for those who act for the shop. */
import { useLingui } from '@lingui/react';
import { useFormats } from '../../interface/language.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Badge, Empty } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { OfferStockDocument } from '../generated/graphql.ts';
import { PagedTable } from './paged-table.tsx';

export function Stock({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const list = usePaged(OfferStockDocument, { retailerId }, (data) => data.offerStock);
  return (
    <PagedTable
      list={list}
      empty={
        <Empty title={i18n._('No offer was published yet')}>
          <p>{i18n._('Once one is, it stands here how many vouchers of it are left, out and used.')}</p>
        </Empty>
      }
    >
      {(offers) => (
        <Table
          label={i18n._('What is left')}
          heads={[i18n._('Offer'), i18n._('Left'), i18n._('In people’s hands'), i18n._('Used')]}
        >
          {offers.map(({ offer, remaining, stock, open, redeemed }, row) => (
            <tr key={offer?.id ?? row}>
              <th scope="row">{offer?.title ?? '–'}</th>
              <td className="number">
                {typeof remaining !== 'number' && i18n._('no limit')}
                {typeof remaining === 'number' && remaining > 0 && `${count(remaining)} / ${count(stock ?? remaining)}`}
                {remaining === 0 && <Badge tone="warn">{i18n._('None left')}</Badge>}
              </td>
              <td className="number">{count(open)}</td>
              <td className="number">{count(redeemed)}</td>
            </tr>
          ))}
        </Table>
      )}
    </PagedTable>
  );
}
