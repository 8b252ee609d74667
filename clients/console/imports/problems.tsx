/* What is wrong with the rows of an import, line by line, and the refused rows as a file to correct and import again. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { type OperationResult, useClient } from 'urql';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  type ImportPartsFragment,
  ImportProblemsDocument,
  RefusedRowsOfImportDocument,
  type RefusedRowsOfImportQuery,
} from '../generated/graphql.ts';
import { download } from '../reports/download.ts';

export function Problems({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const [refusedOnly, setRefusedOnly] = useState(false);
  const list = usePaged(ImportProblemsDocument, { id: it.id, refusedOnly }, (data) => data.fileImport.problems);
  return (
    <>
      <label className="check">
        <input type="checkbox" checked={refusedOnly} onChange={(event) => setRefusedOnly(event.target.checked)} />
        <span>{i18n._('Leave out what was taken as corrected')}</span>
      </label>
      {it.rowsRefused > 0 && <RefusedRows it={it} />}
      <PagedList
        list={list}
        idOf={({ line, column, code }) => `${line} ${column} ${code}`}
        empty={<Empty title={i18n._('Nothing is wrong with the rows')} />}
      >
        {({ line, column, reason, refused }) => (
          <article className="card">
            <div className="row" data-spread="">
              <h3>{column ? i18n._('Line {line}, {column}', { line, column }) : i18n._('Line {line}', { line })}</h3>
              <Badge tone={refused ? 'bad' : 'warn'}>{refused ? i18n._('Refused') : i18n._('Corrected')}</Badge>
            </div>
            <p>{reason}</p>
          </article>
        )}
      </PagedList>
    </>
  );
}

function RefusedRows({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const graph = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const fetchAll = async () => {
    setBusy(true);
    setFailure(undefined);
    const parts: string[] = [];
    let after: string | null = null;
    do {
      const answer: OperationResult<RefusedRowsOfImportQuery> = await graph
        .query(RefusedRowsOfImportDocument, { id: it.id, after }, { requestPolicy: 'network-only' })
        .toPromise();
      if (!answer.data) {
        setFailure(answer.error);
        break;
      }
      const { content, endCursor } = answer.data.refusedImportRows;
      parts.push(content);
      after = endCursor ?? null;
    } while (after !== null);
    setBusy(false);
    if (after === null && parts.length > 0)
      download(`refused-${it.fileName.replace(/\.\w+$/, '')}.csv`, 'text/csv', parts.join(''));
  };
  return (
    <div className="stack">
      <div>
        <Button busy={busy} onClick={() => void fetchAll()}>
          {i18n._('Download the refused rows')}
        </Button>
      </div>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
    </div>
  );
}
