/* Connections and points by day and ZIP code: charts, a map of places, and beside each the numbers as a table. */
import { useLingui } from '@lingui/react';
import { lazy, Suspense, useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Empty, Note, ScreenTitle, TextField, Waiting } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { ConnectionsByDayDocument, PointsByDayDocument } from '../generated/graphql.ts';
import { Figures } from '../imports/figures.tsx';
import { Choice } from '../shell/choice.tsx';
import { DayChoice, daysBefore, daysFrom, RangeChoice } from './days.tsx';
import { csvOf, download } from './download.ts';
import './reports.css';
import { byDay, byZip, type Figure, type ReportRow, rowsOf, totalOf } from './sums.ts';

const DayChart = lazy(async () => ({ default: (await import('./day-chart.tsx')).DayChart }));
const ZipMap = lazy(async () => ({ default: (await import('./zip-map.tsx')).ZipMap }));

const LONGEST_DAYS = 366;

export function Reports() {
  const { i18n } = useLingui();
  const [{ from, to }, setRange] = useState(() => ({ from: daysBefore(29), to: daysBefore(0) }));
  const [written, setWritten] = useState('');
  const zipCode = /^\d{5}$/.test(written.trim()) ? written.trim() : null;
  const days = daysFrom(from, to);
  const isUnfinished = written.trim() !== '' && zipCode === null;
  const fault =
    days < 1
      ? i18n._('The first day is after the last one.')
      : days > LONGEST_DAYS
        ? i18n._('These are {days} days. Choose at most 366.', { days })
        : undefined;
  const variables = { from, to, zipCode };
  const options = { variables, pause: fault !== undefined, requestPolicy: 'network-only' as const };
  const [connections, askConnections] = useQuery({ query: ConnectionsByDayDocument, ...options });
  const [points, askPoints] = useQuery({ query: PointsByDayDocument, ...options });
  const met = connections.data?.connectionsByDayAndZip;
  const moved = points.data?.pointsByDayAndZip;
  const rows = met && moved && rowsOf(met, moved);
  return (
    <>
      <ScreenTitle>{i18n._('Connections and points')}</ScreenTitle>
      <div className="row report-range">
        <RangeChoice from={from} to={to} onRange={setRange} />
        <DayChoice label={i18n._('From')} day={from} onDay={(day) => setRange({ from: day, to })} />
        <DayChoice label={i18n._('To')} day={to} onDay={(day) => setRange({ from, to: day })} />
        <TextField
          label={i18n._('Only this ZIP code (optional)')}
          inputMode="numeric"
          maxLength={5}
          value={written}
          hint={isUnfinished ? i18n._('Five digits; all are shown until then.') : undefined}
          onChange={(event) => setWritten(event.target.value.replace(/\D/g, ''))}
        />
      </div>
      <p className="quiet small">{i18n._('Days are of UTC; at most 366 at a time.')}</p>
      {fault && <Note tone="bad">{fault}</Note>}
      <Answer
        data={fault === undefined ? rows : undefined}
        error={fault === undefined ? (connections.error ?? points.error) : undefined}
        fetching={fault === undefined && (connections.fetching || points.fetching)}
        retry={() => {
          askConnections({ requestPolicy: 'network-only' });
          askPoints({ requestPolicy: 'network-only' });
        }}
      >
        {(found) =>
          found.length === 0 ? (
            <Empty title={i18n._('Nothing happened in these days')}>
              <p>{i18n._('Choose other days, or another ZIP code.')}</p>
            </Empty>
          ) : (
            <Shown rows={found} from={from} to={to} />
          )
        }
      </Answer>
    </>
  );
}

interface ShownProperties {
  readonly rows: readonly ReportRow[];
  readonly from: string;
  readonly to: string;
}

function Shown({ rows, from, to }: ShownProperties) {
  const { i18n } = useLingui();
  const { count, day: dayOf } = useFormats();
  const [figure, setFigure] = useState<Figure>('connections');
  const names: Readonly<Record<Figure, string>> = {
    connections: i18n._('Connections'),
    pointsAwarded: i18n._('Points given'),
    pointsSpent: i18n._('Points spent'),
    pointsOnFees: i18n._('Points on city fees'),
    pointsDonated: i18n._('Points donated'),
    vouchersRedeemed: i18n._('Vouchers taken'),
  };
  const figures = Object.keys(names) as Figure[];
  const days = byDay(rows, from, to);
  const zips = byZip(rows, figure);
  const total = totalOf(rows);
  const save = () =>
    download(
      `hey-blue-${from}-${to}.csv`,
      'text/csv',
      csvOf([
        ['day', 'zip_code', ...figures],
        ...rows.map((row) => [row.day, row.zipCode, ...figures.map((each) => row[each])]),
      ]),
    );
  const cells = (row: Readonly<Record<Figure, number>>) =>
    figures.map((each) => (
      <td key={each} className="number">
        {count(row[each])}
      </td>
    ));
  const heads = figures.map((each) => names[each]);
  return (
    <>
      <Figures of={figures.map((each) => [names[each], total[each]])} />
      <div className="row" data-spread="">
        <Choice label={i18n._('Show')} words={names} chosen={figure} onChoose={(next) => next && setFigure(next)} />
        <Button onClick={save}>{i18n._('Download as CSV')}</Button>
      </div>
      <section className="stack">
        <h2>{i18n._('{figure} by day', { figure: names[figure] })}</h2>
        <Suspense fallback={<Waiting />}>
          <DayChart label={names[figure]} days={days.map((each) => ({ day: each.day, value: each[figure] }))} />
        </Suspense>
        <Table label={i18n._('By day')} heads={[i18n._('Day'), ...heads]}>
          {days
            .filter((each) => figures.some((name) => each[name] > 0))
            .map((each) => (
              <tr key={each.day}>
                <th scope="row">{dayOf(`${each.day}T12:00:00Z`)}</th>
                {cells(each)}
              </tr>
            ))}
        </Table>
      </section>
      <section className="stack">
        <h2>{i18n._('{figure} by ZIP code', { figure: names[figure] })}</h2>
        <Suspense fallback={<Waiting />}>
          <ZipMap label={names[figure]} zips={zips.map(({ zipCode, ...sums }) => ({ zipCode, value: sums[figure] }))} />
        </Suspense>
        <Table label={i18n._('By ZIP code')} heads={[i18n._('ZIP code'), ...heads]}>
          {zips.map((each) => (
            <tr key={each.zipCode ?? ''}>
              <th scope="row">{each.zipCode ?? i18n._('unknown')}</th>
              {cells(each)}
            </tr>
          ))}
        </Table>
      </section>
    </>
  );
}
