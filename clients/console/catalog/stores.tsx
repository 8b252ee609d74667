/* The stores of a retailer. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty } from '../../interface/parts.tsx';
import {
  ArchiveStoreDocument,
  SaveStoreDocument,
  type SaveStoreInput,
  type StorePartsFragment,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { EntryForm } from './entry-form.tsx';

interface StoresProperties {
  readonly retailerId: string;
  readonly stores: readonly StorePartsFragment[];
}

export function Stores({ retailerId, stores }: StoresProperties) {
  const { i18n } = useLingui();
  const [edited, setEdited] = useState<StorePartsFragment | 'new'>();
  const [archived, setArchived] = useState<StorePartsFragment>();
  const mayChange = useMayChange()(retailerId);
  return (
    <>
      {mayChange && (
        <div>
          <Button look="accent" onClick={() => setEdited('new')}>
            {i18n._('New store')}
          </Button>
        </div>
      )}
      {stores.length === 0 && <Empty title={i18n._('No stores yet')} />}
      <ul className="sheet">
        {stores.map((store) => (
          <li key={store.id}>
            <article className="card stack" aria-label={store.street}>
              <h3>{store.street}</h3>
              <p className="quiet">
                {store.city}, {store.state} {store.zipCode}
              </p>
              {store.openingHours && <p className="small">{store.openingHours}</p>}
              {store.archivedAt && (
                <p>
                  <Badge tone="warn">{i18n._('Archived')}</Badge>
                </p>
              )}
              {mayChange && !store.archivedAt && (
                <div className="row">
                  <Button onClick={() => setEdited(store)} aria-label={i18n._('Edit {name}', { name: store.street })}>
                    {i18n._('Edit')}
                  </Button>
                  <Button
                    onClick={() => setArchived(store)}
                    aria-label={i18n._('Archive {title}', { title: store.street })}
                  >
                    {i18n._('Archive')}
                  </Button>
                </div>
              )}
            </article>
          </li>
        ))}
      </ul>
      {edited && (
        <StoreDialog
          retailerId={retailerId}
          {...(edited !== 'new' && { store: edited })}
          onClose={() => setEdited(undefined)}
        />
      )}
      {archived && (
        <Confirmation
          document={ArchiveStoreDocument}
          variables={{ input: { storeId: archived.id } }}
          title={i18n._('Archive {title}?', { title: archived.street })}
          consequence={i18n._('People are led there no more.')}
          action={i18n._('Archive')}
          danger
          done={i18n._('{title} is archived.', { title: archived.street })}
          onClose={() => setArchived(undefined)}
        />
      )}
    </>
  );
}

type Written = Omit<SaveStoreInput, 'position'> & { readonly latitude: number; readonly longitude: number };

interface StoreDialogProperties {
  readonly retailerId: string;
  readonly store?: StorePartsFragment;
  onClose(): void;
}

function StoreDialog({ retailerId, store, onClose }: StoreDialogProperties) {
  const { i18n } = useLingui();
  const { latitude, longitude } = store?.position ?? {};
  return (
    <Dialog open title={store?.street ?? i18n._('New store')} onClose={onClose}>
      <EntryForm<Written, unknown, { input: SaveStoreInput }>
        document={SaveStoreDocument}
        entries={[
          { name: 'street', label: i18n._('Street and number'), value: store?.street, needed: true },
          { name: 'city', label: i18n._('City'), value: store?.city, needed: true },
          { name: 'state', label: i18n._('State, two letters'), value: store?.state ?? 'TX', needed: true },
          { name: 'zipCode', label: i18n._('ZIP code'), value: store?.zipCode, needed: true },
          { name: 'latitude', label: i18n._('Latitude'), kind: 'number', value: latitude, needed: true },
          { name: 'longitude', label: i18n._('Longitude'), kind: 'number', value: longitude, needed: true },
          { name: 'openingHours', label: i18n._('Opening hours'), value: store?.openingHours },
        ]}
        variables={({ latitude: north, longitude: east, ...given }) => ({
          input: {
            ...given,
            retailerId,
            position: { latitude: north, longitude: east },
            ...(store && { storeId: store.id, expectedVersion: store.version }),
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
