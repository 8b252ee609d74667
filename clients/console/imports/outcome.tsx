/* What became of an import. */
import { useLingui } from '@lingui/react';
import { Note } from '../../interface/parts.tsx';
import type { ImportPartsFragment } from '../generated/graphql.ts';
import { Figures } from './figures.tsx';
import { Problems } from './problems.tsx';

export function Outcome({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const { state } = it;
  return (
    <section className="stack">
      <h2>{i18n._('What became of it')}</h2>
      {state === 'APPLIED' && it.rowsRefused === 0 && (
        <Note tone="good">{i18n._('All of it is in the catalog now.')}</Note>
      )}
      {state === 'APPLIED' && it.rowsRefused > 0 && (
        <Note tone="warn">
          {i18n._('It is in the catalog now, but for the rows that were refused. Correct them and import them again.')}
        </Note>
      )}
      {state === 'UNDONE' && <Note tone="good">{i18n._('What it changed was put back.')}</Note>}
      <Figures
        of={[
          [i18n._('Read'), it.rowsRead],
          [i18n._('Rows applied'), it.rowsApplied],
          [i18n._('Passed over'), it.rowsPassed],
          [i18n._('Refused'), it.rowsRefused],
          ...(state === 'UNDONE'
            ? ([
                [i18n._('Put back'), it.rowsUndone],
                [i18n._('Left alone'), it.rowsKept],
              ] as const)
            : []),
        ]}
      />
      {it.rowsPassed > 0 && (
        <p className="quiet">{i18n._('Rows are passed over where somebody edited them after the comparison.')}</p>
      )}
      {it.rowsRefused + it.rowsCorrected > 0 && (
        <>
          <h2>{i18n._('Problems')}</h2>
          <Problems it={it} />
        </>
      )}
    </section>
  );
}
