/* The sales of a month that owe a fee, and one to report by hand; tills and systems report theirs by the API. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Empty, Note } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Table } from '../catalog/table.tsx';
import { ReportSalesDocument, type ReportSalesMutation, type SaleInput, SalesDocument } from '../generated/graphql.ts';
import { useMayChange } from '../shell/rights.tsx';
import { MonthChoice, thisMonth } from './month-choice.tsx';
import { PagedTable } from './paged-table.tsx';

export function Sales({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const [month, setMonth] = useState(thisMonth);
  const [isReporting, setReporting] = useState(false);
  const mayChange = useMayChange();
  const list = usePaged(SalesDocument, { retailerId, month }, (data) => data.sales);
  return (
    <>
      <div className="row" data-spread="">
        <MonthChoice month={month} onMonth={setMonth} />
        {mayChange(retailerId) && (
          <Button look="accent" onClick={() => setReporting(true)}>
            {i18n._('Report a sale')}
          </Button>
        )}
      </div>
      <PagedTable list={list} empty={<Empty title={i18n._('No sales in this month')} />}>
        {(sales) => (
          <Table
            label={i18n._('Sales')}
            heads={[
              i18n._('Number'),
              i18n._('Sold'),
              i18n._('ZIP code'),
              i18n._('Amount'),
              i18n._('Fee'),
              i18n._('To the fund'),
            ]}
          >
            {sales.map((sale) => (
              <tr key={sale.id}>
                <th scope="row">
                  {sale.externalId}
                  {sale.refundsExternalId && (
                    <div className="small">{i18n._('refund of {sale}', { sale: sale.refundsExternalId })}</div>
                  )}
                </th>
                <td>{instant(sale.soldAt)}</td>
                <td className="number">{sale.zipCode}</td>
                <td className="number">{money(sale.cents)}</td>
                <td className="number">{money(sale.feeCents)}</td>
                <td className="number">{money(sale.fundCents)}</td>
              </tr>
            ))}
          </Table>
        )}
      </PagedTable>
      {isReporting && <ReportSale retailerId={retailerId} onClose={() => setReporting(false)} />}
    </>
  );
}

function ReportSale({ retailerId, onClose }: { readonly retailerId: string; onClose(): void }) {
  const { i18n } = useLingui();
  const [refused, setRefused] = useState<string>();
  const look = ({ reportSales }: ReportSalesMutation) => {
    const [result] = reportSales.results;
    if (result?.outcome === 'REFUSED') setRefused(refusalOf(String(result.refusal)));
    else onClose();
  };
  const refusals: Readonly<Record<string, string>> = {
    EXTERNAL_ID_REUSED: i18n._('Another sale has this number.'),
    ZIP_CODE_UNKNOWN: i18n._('Nobody knows this ZIP code.'),
    ZIP_CODE_MISSING: i18n._('Say in which ZIP code it was sold.'),
    SOLD_IN_FUTURE: i18n._('It cannot be sold in the future.'),
    SOLD_TOO_LONG_AGO: i18n._('It was sold more than 400 days ago.'),
    REFUND_TOO_LARGE: i18n._('More would be given back than was paid.'),
  };
  const refusalOf = (code: string) => refusals[code] ?? code;
  return (
    <Dialog
      open
      title={i18n._('Report a sale')}
      description={i18n._('Its fee goes to administration and to the fund of its ZIP code.')}
      onClose={onClose}
    >
      <EntryForm<SaleInput, ReportSalesMutation, { input: { retailerId: string; sales: SaleInput[] } }>
        document={ReportSalesDocument}
        entries={[
          { name: 'externalId', label: i18n._('Number of the receipt'), needed: true },
          { name: 'cents', label: i18n._('Amount in dollars'), kind: 'money', needed: true },
          { name: 'zipCode', label: i18n._('ZIP code'), needed: true },
          { name: 'soldAt', label: i18n._('Sold'), kind: 'instant', value: new Date().toISOString(), needed: true },
          { name: 'refundsExternalId', label: i18n._('It gives back the sale of this number') },
        ]}
        variables={(sale) => ({ input: { retailerId, sales: [sale] } })}
        action={i18n._('Report')}
        done={i18n._('The report was received.')}
        onDone={look}
        onCancel={onClose}
      >
        {refused && <Note tone="bad">{refused}</Note>}
      </EntryForm>
    </Dialog>
  );
}
