/* Claiming a listing that came by a file and that nobody acts for yet. */
import { useLingui } from '@lingui/react';
import { useDeferredValue, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { Answer } from '../../interface/page-state.tsx';
import { Button, Empty, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  CharitiesDocument,
  ClaimOrganisationDocument,
  MunicipalitiesDocument,
  RetailersDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { ContactFields, type ContactForm, contactInput, emptyContact } from './contact-fields.tsx';
import { kinds } from './words.ts';

type Claimable = 'RETAILER' | 'CHARITY' | 'MUNICIPALITY';

interface Listing {
  readonly id: string;
  readonly name: string;
}

const claimable: readonly Claimable[] = ['RETAILER', 'CHARITY', 'MUNICIPALITY'];
const SHOWN = 50;

export function ClaimForm() {
  const { i18n } = useLingui();
  const [kind, setKind] = useState<Claimable>('CHARITY');
  const [chosen, setChosen] = useState<Listing>();
  return (
    <>
      <Link href="/organisations">{i18n._('Back to my organisations')}</Link>
      <ScreenTitle>{i18n._('Claim an organisation')}</ScreenTitle>
      {!chosen && (
        <div className="card form">
          <Field label={i18n._('What it is')}>
            {(control) => (
              <select {...control} value={kind} onChange={(event) => setKind(event.target.value as Claimable)}>
                {claimable.map((each) => (
                  <option key={each} value={each}>
                    {kinds[each](i18n)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Choice key={kind} kind={kind} onChoose={setChosen} />
        </div>
      )}
      {chosen && <Claim listing={chosen} kind={kind} onOther={() => setChosen(undefined)} />}
    </>
  );
}

interface ChoiceProperties {
  readonly kind: Claimable;
  onChoose(listing: Listing): void;
}

function Choice({ kind, onChoose }: ChoiceProperties) {
  const { i18n } = useLingui();
  const [written, setWritten] = useState('');
  const search = useDeferredValue(written.trim());
  const isCharity = kind === 'CHARITY';
  const first = SHOWN;
  const [charities, askCharities] = useQuery({
    query: CharitiesDocument,
    variables: { first, after: null, search: search || null },
    pause: !isCharity,
  });
  const [retailers, askRetailers] = useQuery({
    query: RetailersDocument,
    variables: { first, after: null },
    pause: kind !== 'RETAILER',
  });
  const [towns, askTowns] = useQuery({
    query: MunicipalitiesDocument,
    variables: { first, after: null },
    pause: kind !== 'MUNICIPALITY',
  });
  const found = {
    CHARITY: { ...charities, list: charities.data?.charities, ask: askCharities },
    RETAILER: { ...retailers, list: retailers.data?.retailers, ask: askRetailers },
    MUNICIPALITY: { ...towns, list: towns.data?.municipalities, ask: askTowns },
  }[kind];
  // Only charities are searched by the API; the others are few.
  const fits = ({ name }: Listing) => isCharity || name.toLowerCase().includes(search.toLowerCase());
  return (
    <>
      <TextField
        label={i18n._('Search by name')}
        type="search"
        value={written}
        onChange={(event) => setWritten(event.target.value)}
      />
      <Answer
        data={found.list}
        error={found.error}
        fetching={found.fetching}
        retry={() => found.ask({ requestPolicy: 'network-only' })}
      >
        {({ edges }) => {
          const listings = edges.map(({ node }) => node as Listing).filter(fits);
          if (listings.length === 0) return <Empty title={i18n._('None of this name')} />;
          return (
            <ul className="stack">
              {listings.map((listing) => (
                <li key={listing.id}>
                  <Button wide onClick={() => onChoose(listing)}>
                    {listing.name}
                  </Button>
                </li>
              ))}
            </ul>
          );
        }}
      </Answer>
    </>
  );
}

interface ClaimProperties {
  readonly listing: Listing;
  readonly kind: Claimable;
  onOther(): void;
}

function Claim({ listing, kind, onOther }: ClaimProperties) {
  const { i18n } = useLingui();
  const [, go] = useLocation();
  const { run, busy, failure } = useAct(ClaimOrganisationDocument);
  const { register, handleSubmit, formState } = useForm<ContactForm>({
    defaultValues: { ...emptyContact, legalName: listing.name },
  });
  const submit = handleSubmit(async (form) => {
    const data = await run({ input: { organisationId: listing.id, ...contactInput(form) } });
    if (data) go(`/organisations/applications/${data.claimOrganisation.application.id}`);
  });
  return (
    <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{listing.name}</h2>
      <p className="quiet">
        {i18n._('Say who asks and prove the domain. An administrator decides, and then you act for it.')}
      </p>
      <ContactFields register={register} errors={formState.errors} needsEmployerNumber={kind === 'CHARITY'} />
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button type="submit" look="accent" busy={busy}>
          {i18n._('Claim it')}
        </Button>
        <Button look="plain" onClick={onOther}>
          {i18n._('Choose another')}
        </Button>
      </div>
    </form>
  );
}
