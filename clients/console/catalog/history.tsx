/* What was changed about a listing, when and by whom. */
import { useLingui } from '@lingui/react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty } from '../../interface/parts.tsx';
import { HistoryOfListingDocument, type ListingKind } from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { fieldName, fieldValue } from './changed-fields.ts';

export function History({ id, kind }: { readonly id: string; readonly kind: ListingKind }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const { instant } = formats;
  const list = usePaged(HistoryOfListingDocument, { id, kind }, (data) => data.listingHistory);
  return (
    <PagedList
      list={list}
      idOf={({ changedAt, version }) => `${changedAt} ${version}`}
      empty={<Empty title={i18n._('Nothing was changed yet')} />}
    >
      {({ changedAt, changedBy, made, fields }) => (
        <article className="card stack">
          <h3>{instant(changedAt)}</h3>
          <p className="quiet small">
            {made ? i18n._('Made') : i18n._('Changed')}
            {' · '}
            {changedBy ? <AccountName id={changedBy} /> : i18n._('by the system')}
          </p>
          <dl className="facts">
            {fields.map(({ field, before, after }) => (
              <div key={field} className="fact">
                <dt>{fieldName(field, i18n)}</dt>
                <dd>
                  {before !== null && before !== undefined && (
                    <>
                      <span className="spoken">{i18n._('before:')} </span>
                      <del>{fieldValue(field, before, i18n, formats)}</del> <span aria-hidden="true">→ </span>
                      <span className="spoken">{i18n._('afterwards:')} </span>
                    </>
                  )}
                  <ins>
                    {after === null || after === undefined
                      ? i18n._('nothing')
                      : fieldValue(field, after, i18n, formats)}
                  </ins>
                </dd>
              </div>
            ))}
          </dl>
        </article>
      )}
    </PagedList>
  );
}
