/* The products of a retailer. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Empty } from '../../interface/parts.tsx';
import {
  ArchiveProductDocument,
  type ProductPartsFragment,
  ProductsOfRetailerDocument,
  SaveProductDocument,
  type SaveProductInput,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { EntryForm } from './entry-form.tsx';

export function Products({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const { money, count } = useFormats();
  const [edited, setEdited] = useState<ProductPartsFragment | 'new'>();
  const [archived, setArchived] = useState<ProductPartsFragment>();
  const mayChange = useMayChange()(retailerId);
  const list = usePaged(ProductsOfRetailerDocument, { retailerId }, (data) => data.products);
  return (
    <>
      {mayChange && (
        <div>
          <Button look="accent" onClick={() => setEdited('new')}>
            {i18n._('New product')}
          </Button>
        </div>
      )}
      <PagedList list={list} idOf={({ id }) => id} look="sheet" empty={<Empty title={i18n._('No products yet')} />}>
        {(product) => (
          <article className="card stack" aria-label={product.name}>
            <h3>{product.name}</h3>
            <Facts
              entries={[
                [i18n._('Number'), product.sku],
                [i18n._('Price'), money(product.priceCents)],
                [i18n._('Points'), product.pointValue === null ? null : count(product.pointValue ?? 0)],
                [i18n._('Stock'), product.stock === null ? i18n._('no limit') : count(product.stock ?? 0)],
              ]}
            />
            {mayChange && (
              <div className="row">
                <Button onClick={() => setEdited(product)} aria-label={i18n._('Edit {name}', { name: product.name })}>
                  {i18n._('Edit')}
                </Button>
                <Button
                  onClick={() => setArchived(product)}
                  aria-label={i18n._('Archive {title}', { title: product.name })}
                >
                  {i18n._('Archive')}
                </Button>
              </div>
            )}
          </article>
        )}
      </PagedList>
      {edited && (
        <ProductDialog
          retailerId={retailerId}
          {...(edited !== 'new' && { product: edited })}
          onClose={() => setEdited(undefined)}
        />
      )}
      {archived && (
        <Confirmation
          document={ArchiveProductDocument}
          variables={{ input: { productId: archived.id } }}
          title={i18n._('Archive {title}?', { title: archived.name })}
          consequence={i18n._('It is listed no more. Offers of it stay.')}
          action={i18n._('Archive')}
          danger
          done={i18n._('{title} is archived.', { title: archived.name })}
          onClose={() => setArchived(undefined)}
        />
      )}
    </>
  );
}

interface ProductDialogProperties {
  readonly retailerId: string;
  readonly product?: ProductPartsFragment;
  onClose(): void;
}

function ProductDialog({ retailerId, product, onClose }: ProductDialogProperties) {
  const { i18n } = useLingui();
  return (
    <Dialog open title={product?.name ?? i18n._('New product')} onClose={onClose}>
      <EntryForm<SaveProductInput, unknown, { input: SaveProductInput }>
        document={SaveProductDocument}
        entries={[
          { name: 'sku', label: i18n._('Number'), value: product?.sku, needed: true },
          { name: 'name', label: i18n._('Name'), value: product?.name, needed: true },
          { name: 'description', label: i18n._('Description'), kind: 'lines', value: product?.description },
          { name: 'category', label: i18n._('Category'), value: product?.category },
          {
            name: 'priceCents',
            label: i18n._('Price in dollars'),
            kind: 'money',
            value: product?.priceCents,
            needed: true,
          },
          { name: 'stock', label: i18n._('Stock'), kind: 'count', value: product?.stock || null, least: 1 },
          { name: 'soldOut', label: i18n._('Sold out'), kind: 'check', value: product?.stock === 0 },
          { name: 'pointValue', label: i18n._('Worth in points'), kind: 'count', value: product?.pointValue },
          { name: 'pictureUrl', label: i18n._('Address of a picture'), value: product?.pictureUrl },
        ]}
        variables={(given) => ({
          input: {
            ...given,
            retailerId,
            ...(product && { productId: product.id, expectedVersion: product.version }),
          },
        })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
