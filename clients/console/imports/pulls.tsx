/* Tables on the internet that are fetched again and again: each new version begins an import. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { EntryForm } from '../catalog/entry-form.tsx';
import {
  ChangeTablePullDocument,
  CreateTablePullDocument,
  type CreateTablePullInput,
  DeleteTablePullDocument,
  type PullPartsFragment,
  PullTableNowDocument,
  type TablePullState,
  TablePullsDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange, useOwnChangeable } from '../shell/rights.tsx';
import { kindNames } from './kinds.ts';

export function Pulls() {
  const { i18n } = useLingui();
  const isAdministrator = useSite().scopes.includes('administrator');
  const own = useOwnChangeable('retailer', 'department');
  const [isNew, setNew] = useState(false);
  const list = usePaged(TablePullsDocument, {}, (data) => data.tablePulls);
  return (
    <>
      {(isAdministrator || own.length > 0) && (
        <div>
          <Button look="accent" onClick={() => setNew(true)}>
            {i18n._('Have a table fetched')}
          </Button>
        </div>
      )}
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No table is fetched by itself')} />}
      >
        {(pull) => <Pull pull={pull} onGone={() => list.reload()} />}
      </PagedList>
      {isNew && <NewPull onClose={() => setNew(false)} />}
    </>
  );
}

function Pull({ pull, onGone }: { readonly pull: PullPartsFragment; onGone(): void }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const tell = useNotice();
  const change = useAct(ChangeTablePullDocument);
  const now = useAct(PullTableNowDocument);
  const mayChange = useMayChange()(pull.organisationId ?? '');
  const [isDeleting, setDeleting] = useState(false);
  const { id, state } = pull;
  const states: Readonly<Record<TablePullState, readonly [string, Tone | undefined]>> = {
    ACTIVE: [i18n._('Fetched'), 'good'],
    PAUSED: [i18n._('Paused'), 'warn'],
    STOPPED: [i18n._('Stopped after failures'), 'bad'],
  };
  const failure = change.failure ?? now.failure;
  return (
    <article className="card stack">
      <h2 className="file-name">{pull.url}</h2>
      <p className="row">
        <Badge>{kindNames(i18n)[pull.kind]}</Badge>
        <Badge tone={states[state][1]}>{states[state][0]}</Badge>
      </p>
      {pull.lastFailure && <Note tone="warn">{pull.lastFailure}</Note>}
      <Facts
        entries={[
          [i18n._('Every'), i18n._('{hours, plural, one {# hour} other {# hours}}', { hours: pull.everyHours })],
          [i18n._('Last tried'), pull.lastTriedAt && instant(pull.lastTriedAt)],
          [i18n._('Last changed'), pull.lastChangedAt && instant(pull.lastChangedAt)],
          [i18n._('Next'), state === 'ACTIVE' && instant(pull.nextAt)],
        ]}
      />
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      {mayChange && (
        <div className="row">
          <Button
            busy={now.busy}
            onClick={async () => {
              if (await now.run({ input: { pullId: id } })) tell(i18n._('It is fetched within a minute.'));
            }}
          >
            {i18n._('Fetch now')}
          </Button>
          <Button
            busy={change.busy}
            onClick={() => void change.run({ input: { pullId: id, paused: state === 'ACTIVE' } })}
          >
            {state === 'ACTIVE' ? i18n._('Pause') : i18n._('Resume')}
          </Button>
          <Button look="danger" onClick={() => setDeleting(true)}>
            {i18n._('Delete')}
          </Button>
        </div>
      )}
      {isDeleting && (
        <Confirmation
          document={DeleteTablePullDocument}
          variables={{ input: { pullId: id } }}
          title={i18n._('Fetch this table no more?')}
          consequence={i18n._('What it brought stays.')}
          action={i18n._('Delete')}
          danger
          done={i18n._('It is fetched no more.')}
          onDone={onGone}
          onClose={() => setDeleting(false)}
        />
      )}
    </article>
  );
}

function NewPull({ onClose }: { onClose(): void }) {
  const { i18n } = useLingui();
  const isAdministrator = useSite().scopes.includes('administrator');
  const [own] = useOwnChangeable('retailer', 'department');
  return (
    <Dialog open title={i18n._('Have a table fetched')} onClose={onClose}>
      <EntryForm<CreateTablePullInput, unknown, { input: CreateTablePullInput }>
        document={CreateTablePullDocument}
        entries={[
          { name: 'kind', label: i18n._('What the rows are'), kind: 'choice', choices: kindNames(i18n), needed: true },
          {
            name: 'url',
            label: i18n._('Address'),
            needed: true,
            hint: i18n._('Such as https://shop.example/products.csv'),
          },
          {
            name: 'everyHours',
            label: i18n._('Every so many hours'),
            kind: 'count',
            value: 24,
            least: 1,
            needed: true,
          },
          {
            name: 'organisationId',
            label: i18n._('Id of the retailer or department'),
            value: isAdministrator ? null : own,
            needed: !isAdministrator,
          },
          { name: 'complete', label: i18n._('It lists everything there is: archive what it lacks'), kind: 'check' },
        ]}
        variables={(input) => ({ input })}
        action={i18n._('Fetch it from now on')}
        done={i18n._('It is fetched from now on.')}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
