/* Which offers are looked among and in what order, and whether what one took before counts. */
import { useLingui } from '@lingui/react';
import { useMutation } from 'urql';
import { useSite } from '../../graph/site.tsx';
import { Button, Field } from '../../interface/parts.tsx';
import {
  ChooseSearchPreferenceDocument,
  type OfferFilterInput,
  type OfferSearchQuery,
  type OfferSortOrder,
  OwnSearchPreferenceDocument,
} from '../generated/graphql.ts';
import { useAnswered } from './answered.tsx';

export interface Wanted {
  readonly sort: OfferSortOrder;
  readonly filters?: OfferFilterInput | undefined;
}

interface FiltersProperties {
  readonly wanted: Wanted;
  readonly facets: OfferSearchQuery['searchOffers']['facets'] | undefined;
  readonly hasPlace: boolean;
  onWanted(wanted: Wanted): void;
  /** The person let their history count, or no more. */
  onPersonal(): void;
}

export function Filters({ wanted, facets, hasPlace, onWanted, onPersonal }: FiltersProperties) {
  const { i18n } = useLingui();
  const { accountId } = useSite();
  const { filters = {} } = wanted;
  const change = (changed: OfferFilterInput) => onWanted({ ...wanted, filters: { ...filters, ...changed } });
  const priceOf = (least: number, most: number | null | undefined) => `${least}-${most ?? ''}`;
  const category = filters.categories?.[0] ?? '';
  const price = filters.pricePointsMin == null ? '' : priceOf(filters.pricePointsMin, filters.pricePointsMax);
  const isFiltered = category !== '' || price !== '';
  return (
    <details className="filters">
      <summary>{isFiltered ? i18n._('Filters and order (filtered)') : i18n._('Filters and order')}</summary>
      <div className="card">
        <Field label={i18n._('Order')}>
          {(control) => (
            <select
              {...control}
              value={wanted.sort}
              onChange={(event) => onWanted({ ...wanted, sort: event.target.value as OfferSortOrder })}
            >
              <option value="RELEVANCE">{i18n._('Best first')}</option>
              {hasPlace && <option value="DISTANCE">{i18n._('Nearest first')}</option>}
              <option value="PRICE">{i18n._('Fewest points first')}</option>
              <option value="NEWEST">{i18n._('Newest first')}</option>
            </select>
          )}
        </Field>
        <Field label={i18n._('Kind')}>
          {(control) => (
            <select
              {...control}
              value={category}
              onChange={({ target: { value } }) => change({ categories: value ? [value] : null })}
            >
              <option value="">{i18n._('All kinds')}</option>
              {withChosen(facets?.categories.counts ?? [], category).map(({ label, count }) => (
                <option key={label} value={label}>
                  {count === undefined ? label : `${label} (${count})`}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={i18n._('Price')}>
          {(control) => (
            <select
              {...control}
              value={price}
              onChange={({ target: { value } }) => {
                const [least = '', most = ''] = value.split('-');
                change({
                  pricePointsMin: least === '' ? null : Number(least),
                  pricePointsMax: most === '' ? null : Number(most),
                });
              }}
            >
              <option value="">{i18n._('Any price')}</option>
              {(facets?.prices.ranges ?? []).map(({ least, most, count }) => (
                <option key={least} value={priceOf(least, most)}>
                  {most == null
                    ? i18n._('{least} points or more ({count})', { least, count })
                    : i18n._('{least} to {most} points ({count})', { least, most, count })}
                </option>
              ))}
            </select>
          )}
        </Field>
        {isFiltered && (
          <Button look="plain" onClick={() => onWanted({ sort: wanted.sort })}>
            {i18n._('Show all again')}
          </Button>
        )}
        {accountId && <Personal onChanged={onPersonal} />}
      </div>
    </details>
  );
}

/** What is chosen stays to be seen when nothing of it is found any more. */
function withChosen(counts: readonly { label: string; count?: number }[], chosen: string) {
  return chosen === '' || counts.some(({ label }) => label === chosen) ? counts : [{ label: chosen }, ...counts];
}

function Personal({ onChanged }: { onChanged(): void }) {
  const { i18n } = useLingui();
  const { data, retry } = useAnswered(OwnSearchPreferenceDocument, {});
  const [{ fetching }, choose] = useMutation(ChooseSearchPreferenceDocument);
  if (!data) return null;
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={data.searchPreference.personal}
        disabled={fetching}
        onChange={async ({ target: { checked } }) => {
          const { error } = await choose({ input: { personal: checked } });
          if (error) return;
          retry();
          onChanged();
        }}
      />
      <span>
        {i18n._('Let what I took before count')}
        <span className="quiet small"> {i18n._('Off deletes that history.')}</span>
      </span>
    </label>
  );
}
