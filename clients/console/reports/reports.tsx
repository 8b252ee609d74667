/* Reports of connections and points: the range and the place that are asked for, and what is answered. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Empty, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { ConnectionsByDayDocument, PointsByDayDocument } from '../generated/graphql.ts';
import { DayChoice, daysBefore, daysFrom, RangeChoice } from './days.tsx';
import './reports.css';
import { Shown } from './shown.tsx';
import { rowsOf } from './sums.ts';

const LONGEST_DAYS = 366;

export function Reports() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const keepsFewBack = !scopes.includes('administrator');
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
            <Empty
              title={
                keepsFewBack && zipCode
                  ? i18n._('There is nothing to tell of this ZIP code')
                  : i18n._('Nothing happened in these days')
              }
            >
              {keepsFewBack && zipCode && (
                <p>{i18n._('Nothing happened there in these days, or too little to be told with its place.')}</p>
              )}
              <p>{i18n._('Choose other days, or another ZIP code.')}</p>
            </Empty>
          ) : (
            <Shown
              rows={found}
              from={from}
              to={to}
              fewAre={keepsFewBack ? (zipCode ? 'missing' : 'placeless') : 'told'}
            />
          )
        }
      </Answer>
    </>
  );
}
