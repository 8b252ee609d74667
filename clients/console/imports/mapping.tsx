/*
 * Which column is what: the suggestion with how sure it is, to be looked at and confirmed. A field that is left alone is
 * not touched by the import.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Badge, Button, Note, type Tone } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { Table } from '../catalog/table.tsx';
import { type ImportPartsFragment, MapImportDocument, type MappingTrust } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';

interface MappingProperties {
  readonly it: ImportPartsFragment;
  onMapped(): void;
}

/** A column of the file: what its header says, and which column it is where that is known. */
interface Header {
  readonly column: number;
  readonly header: string;
}

export function Mapping({ it, onMapped }: MappingProperties) {
  const { i18n } = useLingui();
  const { run, busy, failure } = useAct(MapImportDocument);
  const [chosen, setChosen] = useState<Readonly<Record<string, number | undefined>>>(() =>
    Object.fromEntries(it.columns.map(({ field, column }) => [field, column ?? undefined])),
  );
  const [complete, setComplete] = useState(it.complete);
  const headers = headersOf(it);
  const lacking = it.columns.filter(({ field, isKey }) => isKey && !chosen[field]);
  const numbers = Object.values(chosen).filter((column) => column !== undefined);
  const isTwice = new Set(numbers).size < numbers.length;
  const confirm = async () => {
    const columns = Object.entries(chosen).flatMap(([field, column]) => (column ? [{ field, column }] : []));
    const data = await run({ input: { importId: it.id, columns, complete } });
    if (data) onMapped();
  };
  const trusts: Readonly<Record<MappingTrust, readonly [string, Tone | undefined]>> = {
    SAVED: [i18n._('As before'), 'good'],
    NAME: [i18n._('By its name'), 'good'],
    GUESS: [i18n._('A guess: look'), 'warn'],
  };
  return (
    <section className="stack" aria-labelledby="mapping">
      <h2 id="mapping">{i18n._('What do the columns hold?')}</h2>
      <Table
        label={i18n._('What do the columns hold?')}
        heads={[i18n._('Field'), i18n._('Column of the file'), i18n._('How sure')]}
      >
        {it.columns.map(({ field, column, trust, isKey, isNeededForNew }) => (
          <tr key={field}>
            <th scope="row">
              {field}
              {isKey && <div className="small">{i18n._('needed in every row')}</div>}
              {!isKey && isNeededForNew && <div className="small">{i18n._('needed for what is new')}</div>}
            </th>
            <td>
              <select
                aria-label={i18n._('Column for {field}', { field })}
                value={chosen[field] ?? ''}
                onChange={(event) => setChosen({ ...chosen, [field]: Number(event.target.value) || undefined })}
              >
                <option value="">{i18n._('None')}</option>
                {headers.map((each) => (
                  <option key={each.column} value={each.column}>
                    {each.header}
                  </option>
                ))}
              </select>
            </td>
            <td>{trust && chosen[field] === column && <Badge tone={trusts[trust][1]}>{trusts[trust][0]}</Badge>}</td>
          </tr>
        ))}
      </Table>
      {it.ignoredColumns.length > 0 && (
        <p className="quiet small">
          {i18n._('Nothing was suggested for: {columns}', { columns: it.ignoredColumns.join(', ') })}
        </p>
      )}
      <label className="check">
        <input type="checkbox" checked={complete} onChange={(event) => setComplete(event.target.checked)} />
        <span>{i18n._('The file lists everything there is: archive what it lacks')}</span>
      </label>
      {lacking.length > 0 && (
        <Note tone="warn">
          {i18n._('Say first which column holds: {fields}', { fields: lacking.map(({ field }) => field).join(', ') })}
        </Note>
      )}
      {isTwice && <Note tone="warn">{i18n._('One column is chosen for two fields.')}</Note>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button look="accent" busy={busy || lacking.length > 0 || isTwice} onClick={() => void confirm()}>
          {i18n._('Compare with what is listed')}
        </Button>
      </div>
      <p className="quiet small">{i18n._('Nothing is written yet: you see first what it would change.')}</p>
    </section>
  );
}

/**
 * The columns of the file in order. The API numbers those that something was suggested for; the others are the numbers
 * that are left, in the order of their headers.
 */
function headersOf({ columns, ignoredColumns }: ImportPartsFragment): Header[] {
  const known = columns.flatMap(({ column, header }) => (column ? [{ column, header: header || `#${column}` }] : []));
  const taken = new Set(known.map(({ column }) => column));
  const all = taken.size + ignoredColumns.length;
  const free = Array.from({ length: all }, (_, at) => at + 1).filter((column) => !taken.has(column));
  const others = ignoredColumns.map((header, at) => {
    const column = free[at] ?? all + at + 1;
    return { column, header: header || `#${column}` };
  });
  const unique = new Map([...known, ...others].map((each) => [each.column, each]));
  return [...unique.values()].toSorted((one, other) => one.column - other.column);
}
