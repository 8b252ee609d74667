/* One retailer: what it offers, sells and says, where it is, and its books. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  RetailerDocument,
  type RetailerPartsFragment,
  SaveRetailerDocument,
  type SaveRetailerInput,
} from '../generated/graphql.ts';
import { Disputes } from '../money/disputes.tsx';
import { Reconciliations } from '../money/reconciliations.tsx';
import { Redemptions } from '../money/redemptions.tsx';
import { Sales } from '../money/sales.tsx';
import { Statement } from '../money/statement.tsx';
import { Stock } from '../money/stock.tsx';
import { Terminals } from '../money/terminals.tsx';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import './catalog.css';
import { EntryForm } from './entry-form.tsx';
import { History } from './history.tsx';
import { Offers } from './offers.tsx';
import { Products } from './products.tsx';
import { Stores } from './stores.tsx';

export function RetailerScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const isOwn = useSite().organisations.includes(`retailer:${id}`);
  const [{ data, error, fetching }, ask] = useQuery({ query: RetailerDocument, variables: { id } });
  return (
    <>
      <Link href="/retailers">{i18n._('Back to the list')}</Link>
      <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
        {({ retailer }) =>
          retailer ? (
            <>
              <ScreenTitle>{retailer.name}</ScreenTitle>
              <ViewerNote organisationId={id} />
              <Tabs
                label={i18n._('Parts of the retailer')}
                tabs={[
                  { id: 'offers', label: i18n._('Offers'), content: <Offers retailerId={id} /> },
                  { id: 'products', label: i18n._('Products'), content: <Products retailerId={id} /> },
                  {
                    id: 'stores',
                    label: i18n._('Stores'),
                    content: <Stores retailerId={id} stores={retailer.stores} />,
                  },
                  { id: 'profile', label: i18n._('Profile'), content: <Profile retailer={retailer} /> },
                  // A shop's own to see: administrators find a voucher by its id.
                  ...(isOwn
                    ? [
                        { id: 'stock', label: i18n._('What is left'), content: <Stock retailerId={id} /> },
                        { id: 'taken', label: i18n._('Vouchers taken'), content: <Redemptions retailerId={id} /> },
                      ]
                    : []),
                  { id: 'sales', label: i18n._('Sales'), content: <Sales retailerId={id} /> },
                  {
                    id: 'statement',
                    label: i18n._('Statements'),
                    content: <Statement kind="RETAILER" organisationId={id} />,
                  },
                  {
                    id: 'reconciliation',
                    label: i18n._('Reconciliation'),
                    content: <Reconciliations retailerId={id} />,
                  },
                  { id: 'tills', label: i18n._('Tills'), content: <Terminals retailerId={id} /> },
                  { id: 'disputes', label: i18n._('Disputes'), content: <Disputes retailerId={id} /> },
                  { id: 'history', label: i18n._('History'), content: <History id={id} kind="RETAILER" /> },
                ]}
              />
            </>
          ) : (
            <Empty title={i18n._('There is no such retailer')} />
          )
        }
      </Answer>
    </>
  );
}

function Profile({ retailer }: { readonly retailer: RetailerPartsFragment }) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  return (
    <section className="card stack">
      <h2>{i18n._('What people read about it')}</h2>
      <EntryForm<SaveRetailerInput, unknown, { input: SaveRetailerInput }>
        mayChange={mayChange(retailer.id)}
        key={retailer.version}
        document={SaveRetailerDocument}
        entries={[
          { name: 'name', label: i18n._('Name'), value: retailer.name, needed: true },
          { name: 'category', label: i18n._('Line of work'), value: retailer.category },
          { name: 'profile', label: i18n._('About it'), kind: 'lines', value: retailer.profile },
          { name: 'webUrl', label: i18n._('Web page'), value: retailer.webUrl },
          { name: 'pictureUrl', label: i18n._('Address of a picture'), value: retailer.pictureUrl },
        ]}
        variables={(given) => ({
          input: { ...given, retailerId: retailer.id, expectedVersion: retailer.version },
        })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
      />
    </section>
  );
}
