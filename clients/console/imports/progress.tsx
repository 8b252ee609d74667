/* How far an import is, as it goes on. */
import { useLingui } from '@lingui/react';
import { useFormats } from '../../interface/language.tsx';
import type { ImportPartsFragment } from '../generated/graphql.ts';

export function Progress({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const { count, instant } = useFormats();
  const { state, estimatedEnd } = it;
  const all = (it.rowsNew ?? 0) + (it.rowsChanged ?? 0) + (it.rowsMissing ?? 0);
  const through = it.rowsApplied + it.rowsPassed;
  const label =
    state === 'READING'
      ? i18n._('{rows} rows were read so far.', { rows: count(it.rowsRead) })
      : state === 'UNDOING'
        ? i18n._('{rows} rows were put back so far.', { rows: count(it.rowsUndone) })
        : i18n._('{rows} of {all} rows were applied so far.', { rows: count(through), all: count(all) });
  const isMeasured = state === 'APPLYING' && all > 0;
  return (
    <section className="card stack">
      <h2>{i18n._('Under way')}</h2>
      <p role="status">{label}</p>
      <progress className="progress" max={all || 1} value={isMeasured ? through : undefined} aria-label={label} />
      {estimatedEnd && <p className="quiet">{i18n._('It may end at {time}.', { time: instant(estimatedEnd) })}</p>}
      <p className="quiet small">{i18n._('You can leave this page; the work goes on.')}</p>
    </section>
  );
}
