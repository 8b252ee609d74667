/* What points buy, as a list that is read on and searched. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer, More } from '../../interface/page-state.tsx';
import { Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { type OfferFieldsFragment, OffersNearbyDocument } from '../generated/graphql.ts';

const PAGE = 20;

export function Offers() {
  const { i18n } = useLingui();
  const [written, setWritten] = useState('');
  const [after, setAfter] = useState<string>();
  const search = useDeferredValue(written.trim());
  const variables = { first: PAGE, after: after ?? null, search: search || null };
  const [{ data, error, fetching }, ask] = useQuery({ query: OffersNearbyDocument, variables });
  return (
    <>
      <ScreenTitle>{i18n._('Offers')}</ScreenTitle>
      <TextField
        label={i18n._('Search')}
        type="search"
        value={written}
        onChange={(event) => {
          setWritten(event.target.value);
          setAfter(undefined);
        }}
      />
      <Answer
        data={data?.offers}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {({ edges, pageInfo }) => (
          <>
            {edges.length === 0 && <Empty title={i18n._('No offers found')} />}
            <ul className="stack">
              {edges.map(({ node }) => (
                <li key={node.id}>
                  <OfferCard offer={node} />
                </li>
              ))}
            </ul>
            <More has={pageInfo.hasNextPage} busy={fetching} onMore={() => setAfter(pageInfo.endCursor ?? undefined)} />
          </>
        )}
      </Answer>
    </>
  );
}

function OfferCard({ offer }: { readonly offer: OfferFieldsFragment }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  return (
    <article className="card">
      <h2>{offer.title}</h2>
      <p className="quiet">{offer.retailer.name}</p>
      <p>
        {i18n._('{points, plural, one {# point} other {# points}}', { points: offer.pricePoints })}
        {' · '}
        {i18n._('worth {value}', { value: formats.money(offer.valueCents) })}
      </p>
    </article>
  );
}
