/* The funds of a municipality's own ZIP codes, also of those that nothing came into yet. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty } from '../../interface/parts.tsx';
import { MunicipalityFundsDocument, MunicipalityNameDocument } from '../generated/graphql.ts';
import { FundCard } from './fund-card.tsx';

export function MunicipalityFunds({ municipalityId }: { readonly municipalityId: string }) {
  const { i18n } = useLingui();
  const [{ data }] = useQuery({ query: MunicipalityNameDocument, variables: { id: municipalityId } });
  const list = usePaged(MunicipalityFundsDocument, { municipalityId }, (answer) => answer.municipalityFunds);
  const name = data?.municipality?.name;
  return (
    <section className="stack">
      <h2>{name ? i18n._('ZIP codes of {name}', { name }) : i18n._('Your ZIP codes')}</h2>
      <PagedList
        list={list}
        idOf={({ zipCode }) => zipCode}
        look="sheet"
        empty={
          <Empty title={i18n._('No ZIP code is known yet')}>
            <p>
              {i18n._(
                'They are those of your municipality’s profile. After a change it takes a moment until they are here.',
              )}
            </p>
            <p>
              <Link href={`/municipalities/${municipalityId}`}>{i18n._('Look at the profile')}</Link>
            </p>
          </Empty>
        }
      >
        {({ zipCode, fund }) => (
          <FundCard zipCode={zipCode} balanceCents={fund?.balanceCents} isVoting={fund?.round?.state === 'OPEN'} />
        )}
      </PagedList>
    </section>
  );
}
