/* Tries what people find who search for something, with the words that mean the same as they are now. */
import { useLingui } from '@lingui/react';
import { type FormEvent, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Button, TextField } from '../../interface/parts.tsx';
import { TrySearchDocument } from '../generated/graphql.ts';

const LONGEST = 100;

export function TrySearch() {
  const { i18n } = useLingui();
  const [written, setWritten] = useState('');
  const [fault, setFault] = useState<string>();
  const [search, setSearch] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = written.trim();
    setFault(wanted ? undefined : i18n._('This is needed.'));
    if (wanted) setSearch(wanted);
  };
  return (
    <section className="card stack">
      <h2>{i18n._('Try a search')}</h2>
      <form className="row" noValidate onSubmit={submit}>
        <TextField
          label={i18n._('What people search for')}
          autoCapitalize="none"
          autoComplete="off"
          maxLength={LONGEST}
          value={written}
          fault={fault}
          onChange={(event) => setWritten(event.target.value)}
        />
        <Button type="submit">{i18n._('Search')}</Button>
      </form>
      {search && <Found search={search} />}
    </section>
  );
}

function Found({ search }: { readonly search: string }) {
  const { i18n } = useLingui();
  const { count } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({
    query: TrySearchDocument,
    variables: { search },
    requestPolicy: 'cache-and-network',
  });
  return (
    <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {({ searchSynonyms, searchOffers: { edges, total, corrected } }) => (
        <div className="stack" role="status">
          {searchSynonyms.length > 0 && (
            <p className="quiet">{i18n._('Means the same: {words}', { words: searchSynonyms.join(', ') })}</p>
          )}
          {corrected && <p className="quiet">{i18n._('Searched for: {corrected}', { corrected })}</p>}
          <p>
            {total.isCapped
              ? i18n._('More than {count} offers', { count: count(total.count) })
              : i18n._('{count, plural, one {# offer} other {# offers}}', { count: total.count })}
          </p>
          {edges.length > 0 && (
            <ol className="stack">
              {edges.map(({ node: { id, title, retailer } }) => (
                <li key={id}>
                  {title}
                  {retailer && (
                    <>
                      {' · '}
                      <Link href={`/retailers/${retailer.id}`}>{retailer.name}</Link>
                    </>
                  )}
                </li>
              ))}
            </ol>
          )}
        </div>
      )}
    </Answer>
  );
}
