/* Places to meet, such as a library: where officers and citizens find each other without anybody being tracked. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog, Tabs } from '../../interface/panels.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import {
  ArchiveHubDocument,
  type HubPartsFragment,
  HubsDocument,
  SaveHubDocument,
  type SaveHubInput,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { Events } from './events.tsx';

export function Hubs() {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('Places to meet')}</ScreenTitle>
      <Tabs
        label={i18n._('Places to meet')}
        tabs={[
          { id: 'places', label: i18n._('Places'), content: <Places /> },
          { id: 'events', label: i18n._('Events'), content: <Events /> },
        ]}
      />
    </>
  );
}

function Places() {
  const { i18n } = useLingui();
  const [edited, setEdited] = useState<HubPartsFragment | 'new'>();
  const [archived, setArchived] = useState<HubPartsFragment>();
  const list = usePaged(HubsDocument, {}, (data) => data.hubs);
  return (
    <>
      <p className="quiet">
        {i18n._('Officers hold events there, and people find them in the app. Nobody is tracked at such a place.')}
      </p>
      <div>
        <Button look="accent" onClick={() => setEdited('new')}>
          {i18n._('Add a place')}
        </Button>
      </div>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No place is on the list yet')} />}
      >
        {(hub) => (
          <article className="card stack" aria-label={hub.name}>
            <h2>{hub.name}</h2>
            <p>{hub.description}</p>
            <Facts
              entries={[
                [i18n._('ZIP code'), hub.zipCode],
                [i18n._('Opening hours'), hub.openingNote],
                [i18n._('Place'), `${hub.place.latitude}, ${hub.place.longitude}`],
              ]}
            />
            <div className="row">
              <Button onClick={() => setEdited(hub)} aria-label={i18n._('Edit {name}', { name: hub.name })}>
                {i18n._('Edit')}
              </Button>
              <Button onClick={() => setArchived(hub)} aria-label={i18n._('Archive {title}', { title: hub.name })}>
                {i18n._('Archive')}
              </Button>
            </div>
          </article>
        )}
      </PagedList>
      {edited && (
        <HubDialog
          {...(edited !== 'new' && { hub: edited })}
          onDone={() => {
            setEdited(undefined);
            list.reload();
          }}
          onClose={() => setEdited(undefined)}
        />
      )}
      {archived && (
        <Confirmation
          document={ArchiveHubDocument}
          variables={{ input: { hubId: archived.id } }}
          title={i18n._('Archive {title}?', { title: archived.name })}
          consequence={i18n._('Nothing new can be held there. Events that were announced stay.')}
          action={i18n._('Archive')}
          danger
          done={i18n._('{title} is archived.', { title: archived.name })}
          onDone={() => list.reload()}
          onClose={() => setArchived(undefined)}
        />
      )}
    </>
  );
}

type Written = Omit<SaveHubInput, 'place'> & { readonly latitude: number; readonly longitude: number };

interface HubDialogProperties {
  readonly hub?: HubPartsFragment;
  onDone(): void;
  onClose(): void;
}

function HubDialog({ hub, onDone, onClose }: HubDialogProperties) {
  const { i18n } = useLingui();
  return (
    <Dialog open title={hub?.name ?? i18n._('Add a place')} onClose={onClose}>
      <EntryForm<Written, unknown, { input: SaveHubInput }>
        document={SaveHubDocument}
        entries={[
          { name: 'name', label: i18n._('Name'), value: hub?.name, needed: true },
          {
            name: 'description',
            label: i18n._('What it is, and how to find the entrance'),
            kind: 'lines',
            value: hub?.description,
            needed: true,
          },
          { name: 'latitude', label: i18n._('Latitude'), kind: 'number', value: hub?.place.latitude, needed: true },
          { name: 'longitude', label: i18n._('Longitude'), kind: 'number', value: hub?.place.longitude, needed: true },
          { name: 'openingNote', label: i18n._('Opening hours'), value: hub?.openingNote },
        ]}
        variables={({ latitude, longitude, ...given }) => ({
          input: { ...given, place: { latitude, longitude }, ...(hub && { hubId: hub.id }) },
        })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
        onDone={onDone}
        onCancel={onClose}
      />
    </Dialog>
  );
}
