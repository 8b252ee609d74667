/* What an import would change, before anything is written: figures, samples, what is wrong, and the approval. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Field, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ApproveImportDocument,
  type ImportAction,
  ImportChangesDocument,
  type ImportPartsFragment,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Figures } from './figures.tsx';
import { Problems } from './problems.tsx';

interface ComparisonProperties {
  readonly it: ImportPartsFragment;
  readonly mayChange: boolean;
  onRemap(): void;
}

export function Comparison({ it, mayChange, onRemap }: ComparisonProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(ApproveImportDocument);
  const changes = (it.rowsNew ?? 0) + (it.rowsChanged ?? 0) + (it.rowsMissing ?? 0);
  const waits = it.needsSecondApproval && it.approved;
  const approve = async () => {
    const data = await run({ input: { importId: it.id, digest: it.digest ?? '' } });
    if (data) tell(i18n._('Approved.'));
  };
  return (
    <section className="stack">
      <h2>{i18n._('What it would change')}</h2>
      <Figures
        of={[
          [i18n._('New'), it.rowsNew],
          [i18n._('Changed'), it.rowsChanged],
          [i18n._('Same'), it.rowsSame],
          [it.complete ? i18n._('Missing, archived') : i18n._('Missing'), it.rowsMissing],
          [i18n._('Refused'), it.rowsRefused],
          [i18n._('Corrected'), it.rowsCorrected],
        ]}
      />
      {it.needsSecondApproval && (
        <Note tone="warn">
          {waits
            ? i18n._('One person has approved. It archives so much that another administrator has to approve too.')
            : i18n._('It archives so much that two people have to approve it, the second an administrator.')}
        </Note>
      )}
      {changes === 0 && <Note>{i18n._('It would change nothing: everything is listed as the file says.')}</Note>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      {mayChange && (
        <div className="row">
          <Button look="accent" busy={busy} onClick={() => void approve()}>
            {i18n._('Approve and apply')}
          </Button>
          <Button onClick={onRemap}>{i18n._('Change the columns')}</Button>
        </div>
      )}
      <Tabs
        key={it.digest ?? ''}
        label={i18n._('What it would change')}
        tabs={[
          { id: 'changes', label: i18n._('Changes'), content: <Changes id={it.id} /> },
          { id: 'problems', label: i18n._('Problems'), content: <Problems it={it} /> },
        ]}
      />
    </section>
  );
}

function Changes({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [action, setAction] = useState<ImportAction | ''>('');
  const list = usePaged(ImportChangesDocument, { id, action: action || null }, (data) => data.fileImport.changes);
  const names: Readonly<Record<ImportAction, readonly [string, Tone | undefined]>> = {
    NEW: [i18n._('New'), 'good'],
    CHANGED: [i18n._('Changed'), undefined],
    ARCHIVED: [i18n._('Archived'), 'warn'],
  };
  return (
    <>
      <Field label={i18n._('Show')}>
        {(control) => (
          <select {...control} value={action} onChange={(event) => setAction(event.target.value as ImportAction | '')}>
            <option value="">{i18n._('All changes')}</option>
            {Object.entries(names).map(([value, [name]]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <PagedList
        list={list}
        idOf={({ action: what, key, line }) => `${what} ${line} ${key}`}
        empty={<Empty title={i18n._('No change of this kind')} />}
      >
        {({ action: what, line, key, values }) => (
          <article className="card stack">
            <div className="row" data-spread="">
              <h3>{key}</h3>
              <Badge tone={names[what][1]}>{names[what][0]}</Badge>
            </div>
            {line && <p className="quiet small">{i18n._('Line {line}', { line })}</p>}
            <dl className="facts">
              {values.map(({ field, before, after }) => (
                <div key={field} className="fact">
                  <dt>{field}</dt>
                  <dd>
                    {before && (
                      <>
                        <span className="spoken">{i18n._('before:')} </span>
                        <del>{before}</del> <span aria-hidden="true">→ </span>
                        <span className="spoken">{i18n._('afterwards:')} </span>
                      </>
                    )}
                    <ins>{after ?? i18n._('nothing')}</ins>
                  </dd>
                </div>
              ))}
            </dl>
          </article>
        )}
      </PagedList>
    </>
  );
}
