/* A list of a retailer's own held against our books of a month: what agrees, and each row that does not. */
import { useLingui } from '@lingui/react';
import { useRef, useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty, Field, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { Table } from '../catalog/table.tsx';
import {
  type DifferenceKind,
  DifferencesDocument,
  ReconcileSalesDocument,
  type ReconciliationPartsFragment,
  ReconciliationsDocument,
} from '../generated/graphql.ts';
import { csvOf, download } from '../reports/download.ts';
import { useAct } from '../shell/act.ts';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { MonthChoice, thisMonth } from './month-choice.tsx';
import { PagedTable } from './paged-table.tsx';

export function Reconciliations({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const mayChange = useMayChange();
  const list = usePaged(ReconciliationsDocument, { retailerId }, (data) => data.reconciliations);
  return (
    <>
      {mayChange(retailerId) && <Compare retailerId={retailerId} />}
      <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('Nothing was compared yet')} />}>
        {(report) => <Report report={report} />}
      </PagedList>
    </>
  );
}

function Compare({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const [month, setMonth] = useState(thisMonth);
  const [fault, setFault] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const { run, busy, failure } = useAct(ReconcileSalesDocument);
  const compare = async () => {
    const file = chooser.current?.files?.[0];
    setFault(file ? undefined : i18n._('Choose a file.'));
    if (!file) return chooser.current?.focus();
    await run({ input: { retailerId, month, file: await file.text() } });
  };
  return (
    <section className="card stack form">
      <h2>{i18n._('Compare a list of your own')}</h2>
      <MonthChoice month={month} onMonth={setMonth} />
      <Field
        label={i18n._('File')}
        hint={i18n._('CSV with the columns external_id and amount; nothing in the books changes.')}
        fault={fault}
      >
        {(control) => <input {...control} ref={chooser} type="file" accept=".csv,.txt" />}
      </Field>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button look="accent" busy={busy} onClick={() => void compare()}>
          {i18n._('Compare')}
        </Button>
      </div>
    </section>
  );
}

function useDifferenceNames(): Readonly<Record<DifferenceKind, string>> {
  const { i18n } = useLingui();
  return {
    MISSING_HERE: i18n._('Not in our books'),
    MISSING_THERE: i18n._('Not in the file'),
    AMOUNT_DIFFERS: i18n._('Another amount'),
    OTHER_MONTH: i18n._('In another month'),
    DUPLICATE_ID: i18n._('Twice in the file'),
    UNREADABLE: i18n._('Not readable'),
  };
}

function Report({ report }: { readonly report: ReconciliationPartsFragment }) {
  const { i18n } = useLingui();
  const { instant, money, count } = useFormats();
  const names = useDifferenceNames();
  const [isOpen, setOpen] = useState(false);
  const differs = report.differenceCounts.length > 0;
  return (
    <article className="card stack">
      <h3>{i18n._('{month}, compared {time}', { month: report.month, time: instant(report.madeAt) })}</h3>
      <Note tone={differs ? 'warn' : 'good'}>
        {differs ? i18n._('Some rows differ.') : i18n._('Everything agrees.')}
      </Note>
      <Facts
        entries={[
          [i18n._('Rows'), count(report.rowCount)],
          [i18n._('Agreeing'), count(report.matchingCount)],
          [i18n._('Our sum'), money(report.ourCents)],
          [i18n._('Their sum'), money(report.theirCents)],
          ...report.differenceCounts.map(({ kind, count: found }) => [names[kind], count(found)] as const),
        ]}
      />
      {differs && (
        <div>
          <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {i18n._('Rows that differ')}
          </Button>
        </div>
      )}
      {isOpen && <Differences id={report.id} month={report.month} />}
    </article>
  );
}

function Differences({ id, month }: { readonly id: string; readonly month: string }) {
  const { i18n } = useLingui();
  const { money } = useFormats();
  const names = useDifferenceNames();
  const list = usePaged(DifferencesDocument, { id }, (data) => data.reconciliation?.differences);
  const shown = (cents: number | null | undefined) => (cents === null || cents === undefined ? '–' : money(cents));
  return (
    <PagedTable list={list} empty={<Empty title={i18n._('Everything agrees.')} />}>
      {(rows) => (
        <>
          <Table
            label={i18n._('Rows that differ')}
            heads={[i18n._('Number'), i18n._('Difference'), i18n._('Line'), i18n._('Ours'), i18n._('Theirs')]}
          >
            {rows.map(({ number, externalId, kind, line, ourCents, theirCents }) => (
              <tr key={number}>
                <th scope="row">{externalId ?? '–'}</th>
                <td>{names[kind]}</td>
                <td className="number">{line ?? '–'}</td>
                <td className="number">{shown(ourCents)}</td>
                <td className="number">{shown(theirCents)}</td>
              </tr>
            ))}
          </Table>
          <div>
            <Button
              onClick={() =>
                download(
                  `differences-${month}.csv`,
                  'text/csv',
                  csvOf([
                    ['external_id', 'difference', 'line', 'our_cents', 'their_cents'],
                    ...rows.map((row) => [row.externalId, row.kind, row.line, row.ourCents, row.theirCents]),
                  ]),
                )
              }
            >
              {i18n._('Download what is shown')}
            </Button>
          </div>
        </>
      )}
    </PagedTable>
  );
}
