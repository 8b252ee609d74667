/* All organisations, for administrators: searched by name, by kind, by state. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useState } from 'react';
import { Empty, Field, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { AllOrganisationsDocument, type ListingStatus, type OrganisationKind } from '../generated/graphql.ts';
import { PagedList, usePaged } from '../shell/paged.tsx';
import { OrganisationCard } from './organisations.tsx';
import { kinds, listingStates } from './words.ts';

export function Directory() {
  const { i18n } = useLingui();
  const [written, setWritten] = useState('');
  const [kind, setKind] = useState<OrganisationKind | ''>('');
  const [status, setStatus] = useState<ListingStatus | ''>('');
  const search = useDeferredValue(written.trim());
  const list = usePaged(
    AllOrganisationsDocument,
    { search: search || null, kind: kind || null, status: status || null },
    (data) => data.organisations,
  );
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
        <Field label={i18n._('Kind')}>
          {(control) => (
            <select
              {...control}
              value={kind}
              onChange={(event) => setKind(event.target.value as OrganisationKind | '')}
            >
              <option value="">{i18n._('All kinds')}</option>
              {(Object.keys(kinds) as OrganisationKind[]).map((each) => (
                <option key={each} value={each}>
                  {kinds[each](i18n)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={i18n._('State')}>
          {(control) => (
            <select
              {...control}
              value={status}
              onChange={(event) => setStatus(event.target.value as ListingStatus | '')}
            >
              <option value="">{i18n._('All states')}</option>
              {(Object.keys(listingStates) as ListingStatus[]).map((each) => (
                <option key={each} value={each}>
                  {listingStates[each](i18n)}
                </option>
              ))}
            </select>
          )}
        </Field>
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
