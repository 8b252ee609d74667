/* All organisations, for administrators: searched by name, by kind, by state. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useState } from 'react';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Empty, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { AllOrganisationsDocument, type ListingStatus, type OrganisationKind } from '../generated/graphql.ts';
import { Choice, useWords } from '../shell/choice.tsx';
import { OrganisationCard } from './organisations.tsx';
import { kinds, listingStates } from './words.ts';

export function Directory() {
  const { i18n } = useLingui();
  const kindWords = useWords(kinds);
  const states = useWords(listingStates);
  const [written, setWritten] = useState('');
  const [kind, setKind] = useState<OrganisationKind>();
  const [status, setStatus] = useState<ListingStatus>();
  const search = useDeferredValue(written.trim());
  const asked = { search: search || null, kind: kind ?? null, status: status ?? null };
  const list = usePaged(AllOrganisationsDocument, asked, (data) => data.organisations);
  return (
    <>
      <ScreenTitle>{i18n._('All organisations')}</ScreenTitle>
      <div className="sheet">
        <TextField
          label={i18n._('Search by name in law')}
          type="search"
          value={written}
          maxLength={100}
          onChange={(event) => setWritten(event.target.value)}
        />
        <Choice label={i18n._('Kind')} words={kindWords} all={i18n._('All kinds')} chosen={kind} onChoose={setKind} />
        <Choice
          label={i18n._('State')}
          words={states}
          all={i18n._('All states')}
          chosen={status}
          onChoose={setStatus}
        />
      </div>
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No organisation is like this')} />}
      >
        {(organisation) => <OrganisationCard organisation={organisation} />}
      </PagedList>
    </>
  );
}
