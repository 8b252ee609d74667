/* What happened in a range, as sums, over time and by place: charts, a map of ZIP codes, the same numbers as tables, a file. */
import { useLingui } from '@lingui/react';
import { lazy, Suspense, useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { Button, Note, Waiting } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { Figures } from '../imports/figures.tsx';
import { Choice } from '../shell/choice.tsx';
import { csvOf, download } from './download.ts';
import { usePeriodNames } from './period-names.ts';
import { type PlaceKind, usePlaces } from './place-kinds.ts';
import {
  byPeriod,
  byPeriodAndPlace,
  byPlace,
  type Figure,
  periodsOf,
  type ReportRow,
  type Step,
  totalOf,
} from './sums.ts';

const DayChart = lazy(async () => ({ default: (await import('./day-chart.tsx')).DayChart }));
const ZipMap = lazy(async () => ({ default: (await import('./zip-map.tsx')).ZipMap }));

/** How something to sum up by is called: where it is chosen and above its column, and over its table and its chart. */
type Words = readonly [choice: string, table: string, heading: string];

interface ShownProperties {
  readonly rows: readonly ReportRow[];
  readonly from: string;
  readonly to: string;
  /** What becomes of the small numbers of a place: told, counted without it, or not here, where one place is asked for. */
  readonly fewAre: 'told' | 'placeless' | 'missing';
}

export function Shown({ rows, from, to, fewAre }: ShownProperties) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const [figure, setFigure] = useState<Figure>('connections');
  const [step, setStep] = useState<Step>('day');
  const [kind, setKind] = useState<PlaceKind>('zip');
  const nameOfPeriod = usePeriodNames(step);
  const { placeOf, isMissing, again } = usePlaces(kind);
  const names: Readonly<Record<Figure, string>> = {
    connections: i18n._('Connections'),
    pointsAwarded: i18n._('Points given'),
    pointsSpent: i18n._('Points spent'),
    pointsOnFees: i18n._('Points on city fees'),
    pointsDonated: i18n._('Points donated'),
    vouchersRedeemed: i18n._('Vouchers taken'),
  };
  const steps: Readonly<Record<Step, Words>> = {
    day: [i18n._('Day'), i18n._('By day'), i18n._('{figure} by day', { figure: names[figure] })],
    week: [i18n._('Week'), i18n._('By week'), i18n._('{figure} by week', { figure: names[figure] })],
    month: [i18n._('Month'), i18n._('By month'), i18n._('{figure} by month', { figure: names[figure] })],
  };
  const kinds: Readonly<Record<PlaceKind, Words>> = {
    zip: [i18n._('ZIP code'), i18n._('By ZIP code'), i18n._('{figure} by ZIP code', { figure: names[figure] })],
    city: [i18n._('City'), i18n._('By city'), i18n._('{figure} by city', { figure: names[figure] })],
    state: [i18n._('State'), i18n._('By state'), i18n._('{figure} by state', { figure: names[figure] })],
  };
  const figures = Object.keys(names) as Figure[];
  const periods = periodsOf(from, to, step);
  const sums = byPeriod(rows, periods, step);
  const heads = figures.map((each) => names[each]);
  const cells = (row: Readonly<Record<Figure, number>>) =>
    figures.map((each) => (
      <td key={each} className="number">
        {count(row[each])}
      </td>
    ));
  return (
    <>
      <Figures of={figures.map((each) => [names[each], totalOf(rows)[each]])} />
      {fewAre !== 'told' && <FewNote areMissing={fewAre === 'missing'} />}
      <div className="row report-choices" data-spread="">
        <div className="row">
          <Choice label={i18n._('Show')} words={names} chosen={figure} onChoose={(next) => next && setFigure(next)} />
          <Choice
            label={i18n._('Sum up by')}
            words={wordsOf(steps)}
            chosen={step}
            onChoose={(next) => next && setStep(next)}
          />
          <Choice
            label={i18n._('Places by')}
            words={wordsOf(kinds)}
            chosen={kind}
            onChoose={(next) => next && setKind(next)}
          />
        </div>
        <Button
          disabled={placeOf === undefined}
          onClick={() =>
            placeOf && save(byPeriodAndPlace(rows, periods, step, placeOf), figures, { from, to, step, kind })
          }
        >
          {i18n._('Download as CSV')}
        </Button>
      </div>
      <section className="stack report-tables">
        <h2>{steps[step][2]}</h2>
        <Suspense fallback={<Waiting />}>
          <DayChart
            label={names[figure]}
            step={step}
            values={sums.map((each) => ({ start: each.start, value: each[figure] }))}
          />
        </Suspense>
        <Table label={steps[step][1]} heads={[steps[step][0], ...heads]}>
          {sums
            .filter((each) => figures.some((name) => each[name] > 0))
            .map((each) => (
              <tr key={each.start}>
                <th scope="row">{nameOfPeriod(each)}</th>
                {cells(each)}
              </tr>
            ))}
        </Table>
        {step === 'week' && <p className="quiet small">{i18n._('Weeks begin on Monday.')}</p>}
      </section>
      <section className="stack report-tables">
        <h2>{kinds[kind][2]}</h2>
        {kind === 'zip' && (
          <Suspense fallback={<Waiting />}>
            <ZipMap
              label={names[figure]}
              zips={byPlace(rows, (zipCode) => zipCode, figure).map((each) => ({
                zipCode: each.place,
                value: each[figure],
              }))}
            />
          </Suspense>
        )}
        {isMissing && (
          <Note tone="warn">
            <div className="row" data-spread="">
              <span>{i18n._('The list of places did not load.')}</span>
              <Button onClick={again}>{i18n._('Try again')}</Button>
            </div>
          </Note>
        )}
        {!placeOf && !isMissing && <Waiting />}
        {placeOf && (
          <Table label={kinds[kind][1]} heads={[kinds[kind][0], ...heads]}>
            {byPlace(rows, placeOf, figure).map((each) => (
              <tr key={each.place ?? ''}>
                <th scope="row">
                  {each.place ?? (fewAre === 'placeless' ? i18n._('without a place') : i18n._('unknown'))}
                </th>
                {cells(each)}
              </tr>
            ))}
          </Table>
        )}
        {placeOf && kind !== 'zip' && <p className="quiet small">{i18n._('Places: GeoNames, CC BY 4.0.')}</p>}
      </section>
    </>
  );
}

function FewNote({ areMissing }: { readonly areMissing: boolean }) {
  const { i18n } = useLingui();
  return (
    <Note>
      {areMissing
        ? i18n._(
            'So that no number points at a person: what happened fewer than five times here on a day is not told with this place, and is missing in these sums.',
          )
        : i18n._(
            'So that no number points at a person: what happened fewer than five times in a ZIP code on a day is counted as “without a place”. A place can show 0 although something happened there. Sums are whole.',
          )}
    </Note>
  );
}

const wordsOf = <Value extends string>(words: Readonly<Record<Value, readonly [string, ...unknown[]]>>) =>
  Object.fromEntries(
    Object.entries<readonly [string, ...unknown[]]>(words).map(([value, [word]]) => [value, word]),
  ) as Record<Value, string>;

const placeColumns: Readonly<Record<PlaceKind, string>> = { zip: 'zip_code', city: 'city', state: 'state' };

/** As a file: a day by its date, longer times by their first and their last day within the range. */
function save(
  sums: ReturnType<typeof byPeriodAndPlace>,
  figures: readonly Figure[],
  {
    from,
    to,
    step,
    kind,
  }: { readonly from: string; readonly to: string; readonly step: Step; readonly kind: PlaceKind },
): void {
  download(
    `hey-blue-${from}-${to}.csv`,
    'text/csv',
    csvOf([
      [...(step === 'day' ? ['day'] : ['from', 'to']), placeColumns[kind], ...figures],
      ...sums.map((each) => [
        each.from,
        ...(step === 'day' ? [] : [each.to]),
        each.place,
        ...figures.map((figure) => each[figure]),
      ]),
    ]),
  );
}
